"""The recipe of a training: one network, at most one regularisation, additions that fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QCheckBox, QGridLayout, QVBoxLayout, QWidget

from rave_gui.backend.rave_facts import CONFIGS
from rave_gui.ui.dialogs.form import Choice
from rave_gui.ui.dialogs.training_advice import ARCHITECTURES, MODIFIERS, REGULARIZATIONS
from rave_gui.ui.tokens import GRID
from rave_gui.ui.widgets.labels import label

_COLUMNS = 3


class RecipeField(QWidget):
    """What cannot be chosen is greyed, and its tooltip says why."""

    changed = pyqtSignal()
    """Another recipe is chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.architecture, self.regularization = Choice(self), Choice(self)
        self.modifiers = {name: QCheckBox(name, self) for name in MODIFIERS}
        self._other: tuple[str, ...] = ()
        self._explanation = label(role="muted", wrap=True)
        self._fill()
        self._lay_out()
        self.architecture.currentIndexChanged.connect(self._on_changed)
        self.regularization.currentIndexChanged.connect(self._on_changed)
        for box in self.modifiers.values():
            box.toggled.connect(self._on_changed)

    # Methods

    def configs(self) -> tuple[str, ...]:
        """The names for ``--config``, in the order that works."""
        chosen = [self.architecture.currentData(), self.regularization.currentData()]
        chosen += [name for name, box in self.modifiers.items() if box.isChecked()]
        return (*(str(name) for name in chosen if name), *self._other)

    def set_configs(self, configs: Iterable[str]) -> None:
        """Choose exactly these; what has no field here is kept."""
        wanted = tuple(configs)
        self.blockSignals(True)
        self.architecture.choose(next((c for c in wanted if c in ARCHITECTURES), "v2"))
        self.regularization.choose(next((c for c in wanted if c in REGULARIZATIONS), ""))
        for name, box in self.modifiers.items():
            box.setChecked(name in wanted)
        known = {*ARCHITECTURES, *REGULARIZATIONS, *MODIFIERS}
        self._other = tuple(name for name in wanted if name not in known)
        self.blockSignals(False)
        self._on_changed()

    def set_impossible(self, reasons: Mapping[str, str]) -> None:
        """Grey what cannot be added to the present choice."""
        for name in ARCHITECTURES:
            self.architecture.set_possible(name, reasons.get(name, ""))
        for name in REGULARIZATIONS:
            self.regularization.set_possible(name, reasons.get(name, ""))
        for name, box in self.modifiers.items():
            reason = reasons.get(name, "")
            # What is chosen can always be taken away again; the sentences below say what is wrong.
            box.setEnabled(not reason or box.isChecked())
            box.setToolTip(reason or _summary(name))

    # Slots

    @pyqtSlot()
    def _on_changed(self) -> None:
        chosen = str(self.architecture.currentData())
        fact = CONFIGS.get(chosen)
        needs = ""
        if fact is not None and fact.gpu_gb:
            needs = self.tr(" RAVE asks for a GPU with {n} GB.").format(n=fact.gpu_gb)
        self._explanation.setText(f"{_summary(chosen)}{needs}")
        self.changed.emit()

    # Construction

    def _fill(self) -> None:
        for name in ARCHITECTURES:
            self.architecture.add(name, name)
        self.regularization.add(self.tr("variational (as the network has it)"), "")
        for name in REGULARIZATIONS:
            self.regularization.add(name, name)
        self.architecture.setAccessibleName(self.tr("Network"))
        self.regularization.setAccessibleName(self.tr("Regularisation"))
        for name, box in self.modifiers.items():
            box.setToolTip(_summary(name))

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(GRID // 2)
        for index, box in enumerate(self.modifiers.values()):
            grid.addWidget(box, index // _COLUMNS, index % _COLUMNS)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(GRID)
        for widget in (self.architecture, self._explanation, self.regularization):
            rows.addWidget(widget)
        rows.addLayout(grid)


def _summary(name: str) -> str:
    fact = CONFIGS.get(name)
    return fact.summary if fact is not None else ""
