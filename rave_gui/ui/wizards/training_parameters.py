"""Step 3: the numbers; beside them the same as gin text, and what follows from it."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from rave_gui.backend import parameters
from rave_gui.backend.parameters import EXPERT, PARAMETERS
from rave_gui.backend.parameters_page import group_title
from rave_gui.backend.training_draft import TrainingDraft
from rave_gui.backend.trial_report import RunForecast
from rave_gui.core.gin_model import GinModel
from rave_gui.ui.dialogs.form import Choice, Form, Hint
from rave_gui.ui.theme import Theme, set_role
from rave_gui.ui.viewmodels import training_words as words
from rave_gui.ui.widgets.buttons import LINK, button
from rave_gui.ui.widgets.gin_editor import GinEditor
from rave_gui.ui.widgets.labels import hairline, label
from rave_gui.ui.widgets.pairs import Pairs
from rave_gui.ui.widgets.parts import scrolled
from rave_gui.ui.wizards.parameter_field import ParameterField

_RIGHT = 400
_NAMES = 172
"""As wide as the longest name, so that the groups stand in one column."""
_FACTS_HEIGHT = 216


class ParametersStep(QWidget):
    """Form and text edit each other; both show what the draft says."""

    value_changed = pyqtSignal(str, object)
    device_chosen = pyqtSignal(str)
    text_edited = pyqtSignal(str)
    save_preset_requested = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields = {one.key: ParameterField(theme, one) for one in PARAMETERS}
        self._hints: dict[str, Hint] = {}
        self.device = Choice()
        self.more = button("", LINK)
        self.save = button(self.tr("Save as a preset…"), LINK, theme=theme, icon="save")
        self.editor = GinEditor(theme)
        self.error = label(role="bad", wrap=True)
        self.facts = Pairs()
        self._expert, self._differences = QWidget(), label(role="muted", wrap=True)
        self._build(theme)
        self._connect()
        self._show_expert(on=False)

    def show_devices(self, devices: Sequence[tuple[str, str]]) -> None:
        """Words and name of each device."""
        if self.device.count() != len(devices):
            self.device.clear()
            for text, name in devices:
                self.device.add(text, name)

    def show_draft(self, draft: TrainingDraft, forecast: RunForecast | None) -> None:
        """Every value, what is changed, and what follows."""
        model, plain = draft.model or GinModel(), draft.plain or GinModel()
        for key, field in self.fields.items():
            one = field.parameter
            field.show_value(
                parameters.value_of(one, draft.settings, model),
                parameters.usual_of(one, draft.base, plain),
            )
            why_not = one.applies(model) if draft.model is not None else ""
            field.show_why_not(why_not)
            self._hints[key].setText(why_not or one.explanation)
        self.device.choose(draft.settings.device)
        self._show_text(draft)
        self._differences.setText(words.difference_words(draft.differences(), draft.base_title))
        if draft.outlook is not None and draft.outlook.facts is not None:
            self.facts.show_facts(words.facts(draft.outlook.facts, forecast))

    def first_field(self) -> QWidget:
        """Where the keyboard begins."""
        return self.fields[PARAMETERS[0].key].number

    # Inside

    def _show_text(self, draft: TrainingDraft) -> None:
        self.editor.show_text(draft.text)
        wrong = words.wrong_lines(draft)
        self.editor.show_wrong(wrong)
        text = " ".join(dict.fromkeys(wrong.values())) or str(draft.text_error or "")
        self.error.setText(text)
        self.error.setVisible(bool(text))
        set_role(self.error, "bad")

    @pyqtSlot()
    def _on_more(self) -> None:
        self._show_expert(on=not self._expert.isVisibleTo(self))

    def _show_expert(self, *, on: bool) -> None:
        self._expert.setVisible(on)
        self.more.setText(self.tr("Fewer settings") if on else self.tr("More settings…"))

    @pyqtSlot()
    def _on_device(self) -> None:
        self.device_chosen.emit(str(self.device.currentData()))

    # Construction

    def _build(self, theme: Theme) -> None:
        inner = QWidget()
        left = QVBoxLayout(inner)
        left.setContentsMargins(0, 0, 16, 0)
        left.setSpacing(6)
        for group in parameters.groups():
            if group != EXPERT:
                left.addWidget(self._group(group))
        left.addWidget(self.more)
        left.addWidget(self._expert)
        expert = QVBoxLayout(self._expert)
        expert.setContentsMargins(0, 0, 0, 0)
        expert.addWidget(self._group(EXPERT))
        left.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(28, 18, 28, 12)
        row.setSpacing(14)
        row.addWidget(scrolled(inner), 1)
        row.addWidget(self._right(theme))

    def _group(self, group: str) -> QWidget:
        holder = QWidget()
        box = QVBoxLayout(holder)
        box.setContentsMargins(0, 4, 0, 4)
        box.setSpacing(8)
        box.addWidget(label(group_title(group), "cardtitle"))
        form = Form(name_width=_NAMES)
        for one in PARAMETERS:
            if one.group == group:
                field = self.fields[one.key]
                self._hints[one.key] = form.add_row(one.title, field, one.explanation)
        if group == parameters.MACHINE:
            form.add_row(self.tr("Device"), self.device)
        box.addWidget(form)
        return holder

    def _right(self, _theme: Theme) -> QWidget:
        right = QWidget()
        right.setFixedWidth(_RIGHT)
        box = QVBoxLayout(right)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(label(self.tr("The same as text (gin)"), "cardtitle"))
        head.addStretch(1)
        head.addWidget(self.save)
        box.addLayout(head)
        box.addWidget(self.editor, 1)
        box.addWidget(self.error)
        box.addWidget(self._facts_card())
        box.addWidget(self._differences)
        return right

    def _facts_card(self) -> QFrame:
        card = QFrame()
        card.setProperty("surface", "inset")
        card.setMinimumHeight(_FACTS_HEIGHT)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(8)
        column.addWidget(label(self.tr("What follows"), "cardtitle"))
        column.addWidget(hairline())
        column.addWidget(self.facts)
        column.addStretch(1)
        box = QVBoxLayout(card)
        box.setContentsMargins(1, 1, 1, 1)
        box.addWidget(scrolled(inner))
        return card

    def _connect(self) -> None:
        for field in self.fields.values():
            field.value_changed.connect(self.value_changed)
        self.device.activated.connect(self._on_device)
        self.editor.edited.connect(self.text_edited)
        self.more.clicked.connect(self._on_more)
        self.save.clicked.connect(self.save_preset_requested)
