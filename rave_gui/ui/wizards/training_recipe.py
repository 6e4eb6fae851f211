"""Step 2: the recipe. What cannot be chosen says why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PyQt6.QtCore import Qt, pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from rave_gui.backend.preset_shelf import Shelf
from rave_gui.backend.training_draft import TrainingDraft
from rave_gui.backend.training_outlook import (
    DISCRIMINATORS,
    MODIFIERS,
    REGULARIZATIONS,
    NetworkFacts,
)
from rave_gui.ui.dialogs.form import Form
from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels import training_words as words
from rave_gui.ui.widgets.buttons import LINK, button
from rave_gui.ui.widgets.choice_card import ChoiceCard
from rave_gui.ui.widgets.flow import FlowLayout
from rave_gui.ui.widgets.labels import label
from rave_gui.ui.widgets.parts import scrolled
from rave_gui.ui.wizards.chip_choice import ChipChoice

_COLUMNS = 3
_BETWEEN_ROWS = 6
AUGMENTATIONS = ("mute", "compress", "gain")


class RecipeStep(QWidget):
    """Presets as chips, networks as cards, additions below them."""

    preset_chosen = pyqtSignal(object)
    """A :class:`Preset`."""
    take_in_requested = pyqtSignal()
    architecture_chosen = pyqtSignal(str)
    regularization_chosen = pyqtSignal(str)
    addition_toggled = pyqtSignal(str, bool)
    augmentation_toggled = pyqtSignal(str, bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._shelf = theme, Shelf((), ())
        self._settled = False
        self.presets: dict[str, QPushButton] = {}
        self._flow = FlowLayout(gap=8, line_gap=6)
        self.cards: dict[str, ChoiceCard] = {}
        self._group = QButtonGroup(self)
        self._grid = QGridLayout()
        self.regularization = ChipChoice(self.tr("Latent space"))
        self.additions = {name: QCheckBox() for name in (*DISCRIMINATORS, *MODIFIERS)}
        self.augmentations = {name: QCheckBox() for name in AUGMENTATIONS}
        self.take_in = button(self.tr("Open a preset file…"), LINK)
        self._explanation = label(role="muted", wrap=True)
        self._fill()
        self._build()
        self._connect()

    # Methods

    def show_shelf(self, shelf: Shelf) -> None:
        """The presets that are offered: those of a person first."""
        self._shelf = shelf
        offered = (*shelf.own, *shelf.built_in)
        wanted = {preset.name for preset in offered}
        for name in set(self.presets) - wanted:
            gone = self.presets.pop(name)
            self._flow.removeWidget(gone)
            gone.deleteLater()
        for preset in offered:
            if preset.name not in self.presets:
                self._add_preset(preset.name)
            chip = self.presets[preset.name]
            chip.setText(preset.title)
            chip.setToolTip(preset.explanation)
            chip.setAccessibleName(self.tr("Preset {name}").format(name=preset.title))
            chip.setAccessibleDescription(preset.explanation)

    def show_networks(self, networks: Sequence[NetworkFacts]) -> None:
        """The networks of the engine."""
        for network in networks:
            if network.name not in self.cards:
                self._add_card(network.name)
            self._figures[network.name] = (network.summary, words.network_lines(network))

    def show_draft(self, draft: TrainingDraft) -> None:
        """What is chosen, and what can be."""
        impossible = draft.outlook.impossible if draft.outlook is not None else {}
        chosen = draft.architecture
        for name, card in self.cards.items():
            card.setChecked(name == chosen)
            card.say(*self._figures[name], impossible.get(name, ""))
        self._show_regularization(draft, impossible)
        self._show_boxes(self.additions, draft.settings.configs, impossible)
        self._show_boxes(self.augmentations, draft.settings.augmentations, impossible)
        self._show_preset(draft)
        self._settle()

    def first_field(self) -> QWidget:
        """Where the keyboard begins."""
        return self._group.checkedButton() or next(iter(self.presets.values()), self.take_in)

    # Inside

    def _settle(self) -> None:
        """The keyboard began where it could, before there was anything to choose."""
        if self.cards and not self._settled:
            self._settled = True
            if self.take_in.hasFocus():
                self.first_field().setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_preset(self, draft: TrainingDraft) -> None:
        current = draft.settings.preset if draft.parent is None else ""
        for name, chip in self.presets.items():
            chip.setChecked(name == current)
        offered = {preset.name: preset for preset in (*self._shelf.built_in, *self._shelf.own)}
        text = offered[current].explanation if current in offered else ""
        if draft.parent is not None:
            text = self.tr("Begun from the training {name}.").format(name=draft.parent.name)
        changed = words.difference_words(draft.differences(), draft.base_title)
        self._explanation.setText(" ".join((text, changed, *self._shelf.problems)).strip())

    def _show_regularization(self, draft: TrainingDraft, impossible: Mapping[str, str]) -> None:
        self.regularization.choose(draft.regularization)
        for name in REGULARIZATIONS:
            why_not = impossible.get(name, "")
            chip = self.regularization.chip(name)
            chip.setEnabled(not why_not or chip.isChecked())
            chip.setToolTip(why_not or words.addition_words(name)[1])
        reasons = [impossible[name] for name in REGULARIZATIONS if name in impossible]
        hint = words.addition_words(draft.regularization)[1]
        self._regularization_hint.setText(" ".join((hint, *dict.fromkeys(reasons))))

    def _show_boxes(
        self,
        boxes: Mapping[str, QCheckBox],
        chosen: Sequence[str],
        impossible: Mapping[str, str],
    ) -> None:
        for name, box in boxes.items():
            box.setChecked(name in chosen)
            why_not = impossible.get(name, "")
            box.setEnabled(not why_not or name in chosen)
            explanation = words.addition_words(name)[1]
            box.setToolTip(why_not or explanation)
            box.setAccessibleDescription(why_not or explanation)
            self._hints[name].setText(why_not or explanation)

    # Construction

    def _fill(self) -> None:
        self._figures: dict[str, tuple[str, str]] = {}
        self._group.setExclusive(True)
        for name in ("", *REGULARIZATIONS):
            self.regularization.add(words.addition_words(name)[0], name)
        boxes = {**self.additions, **self.augmentations}
        self._hints = {name: label(role="muted", wrap=True) for name in boxes}
        for name, box in boxes.items():
            box.setText(words.addition_words(name)[0])

    def _build(self) -> None:
        inner = QWidget()
        box = QVBoxLayout(inner)
        box.setContentsMargins(0, 0, 10, 0)
        box.setSpacing(12)
        box.addLayout(self._preset_line())
        box.addWidget(self._explanation)
        self._grid.setSpacing(10)
        for column in range(_COLUMNS):
            self._grid.setColumnStretch(column, 1)
        box.addLayout(self._grid)
        form = Form()
        self._regularization_hint = form.add_row(self.tr("Latent space"), self.regularization)
        form.add_row(self.tr("Judge"), self._box_grid(DISCRIMINATORS, self.additions))
        form.add_row(self.tr("Additions"), self._box_grid(MODIFIERS, self.additions))
        form.add_row(self.tr("Augmentation"), self._box_grid(AUGMENTATIONS, self.augmentations))
        box.addSpacing(4)
        box.addWidget(form)
        box.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(28, 18, 18, 12)
        outer.addWidget(scrolled(inner))

    def _preset_line(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        name = label(self.tr("Begin with"), "secondary")
        name.setContentsMargins(0, 4, 0, 0)  # on the line of the chips
        row.addWidget(name, 0, Qt.AlignmentFlag.AlignTop)
        holder = QWidget()
        holder.setLayout(self._flow)
        row.addWidget(holder, 1)
        row.addWidget(self.take_in, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _box_grid(self, names: Sequence[str], boxes: Mapping[str, QCheckBox]) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 5, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(2)
        for index, name in enumerate(names):
            row, column = 3 * (index // 2), index % 2
            if row:
                grid.setRowMinimumHeight(row - 1, _BETWEEN_ROWS)
            grid.addWidget(boxes[name], row, column)
            grid.addWidget(self._hints[name], row + 1, column, Qt.AlignmentFlag.AlignTop)
            grid.setColumnStretch(column, 1)
        return holder

    def _add_preset(self, name: str) -> None:
        chip = button("", "chip")
        chip.setCheckable(True)
        chip.clicked.connect(self._on_preset)
        self._flow.addWidget(chip)
        self.presets[name] = chip

    def _add_card(self, name: str) -> None:
        card = ChoiceCard(self._theme, words.network_title(name))
        place = len(self.cards)
        self.cards[name] = card
        self._group.addButton(card)
        self._grid.addWidget(card, place // _COLUMNS, place % _COLUMNS)

    def _connect(self) -> None:
        self._group.buttonClicked.connect(self._on_card)
        self.regularization.chosen.connect(self._on_regularization)
        self.take_in.clicked.connect(self.take_in_requested)
        for box in self.additions.values():
            box.clicked.connect(self._on_addition)
        for box in self.augmentations.values():
            box.clicked.connect(self._on_augmentation)

    @pyqtSlot()
    def _on_preset(self) -> None:
        pressed = self.sender()
        for preset in (*self._shelf.built_in, *self._shelf.own):
            if self.presets.get(preset.name) is pressed:
                self.preset_chosen.emit(preset)

    @pyqtSlot()
    def _on_card(self) -> None:
        chosen = self._group.checkedButton()
        for name, card in self.cards.items():
            if card is chosen:
                self.architecture_chosen.emit(name)

    @pyqtSlot()
    def _on_regularization(self) -> None:
        self.regularization_chosen.emit(str(self.regularization.value()))

    @pyqtSlot()
    def _on_addition(self) -> None:
        self._toggled(self.additions, self.addition_toggled)

    @pyqtSlot()
    def _on_augmentation(self) -> None:
        self._toggled(self.augmentations, self.augmentation_toggled)

    def _toggled(self, boxes: Mapping[str, QCheckBox], signal: object) -> None:
        pressed = self.sender()
        for name, box in boxes.items():
            if box is pressed:
                signal.emit(name, box.isChecked())  # type: ignore[attr-defined]
