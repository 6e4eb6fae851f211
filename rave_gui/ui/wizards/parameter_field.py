"""The field of one parameter: a number, two numbers or a switch, and the way back to the usual."""

from __future__ import annotations

from typing import Any

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QWidget

from rave_gui.backend.parameters import PAIR, SWITCH, WHOLE, Parameter
from rave_gui.ui.dialogs.form import Number
from rave_gui.ui.theme import Theme, set_role
from rave_gui.ui.viewmodels.training_words import setting_value
from rave_gui.ui.widgets.buttons import LINK, button
from rave_gui.ui.widgets.labels import label

_NUMBER_WIDTH, _SHORT_WIDTH = 150, 72
_MOST = 2_000_000_000
_FIRST_VALUES: dict[str, Any] = {"ema": 0.999, "rand_pitch": (0.8, 1.25)}
"""What a parameter begins with when it is switched on."""


class ParameterField(QWidget):
    """Tells of every value that can be meant, and shows what is wrong with any other."""

    value_changed = pyqtSignal(str, object)
    """The key of the parameter, and its value."""

    def __init__(self, theme: Theme, one: Parameter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.parameter = one
        self._value: Any = None
        self._usual: Any = None
        self.switch = QCheckBox(self.tr("on"))
        self.number = Number(int(one.low), int(min(one.high, _MOST)), int(one.low))
        count = {PAIR: 2, SWITCH: 0, WHOLE: 0}.get(one.kind, 1)
        self.texts = [QLineEdit() for _ in range(count)]
        self._unit = label(one.unit, "muted")
        self.reset = button("", LINK, theme=theme, icon="refresh")
        self.problem = label(role="bad")
        self._build()
        self._connect()

    def show_value(self, value: Any, usual: Any) -> None:
        """Show ``value``; where it is not ``usual``, a button that goes back there."""
        self._value, self._usual = value, usual
        one = self.parameter
        if one.kind == SWITCH or one.optional:
            self.switch.setChecked(bool(value) if one.kind == SWITCH else value is not None)
        if one.kind == WHOLE and isinstance(value, int) and not self.number.hasFocus():
            self.number.setValue(value)
        values = value if isinstance(value, (tuple, list)) else (value,)
        for text, item in zip(self.texts, values, strict=False):
            if not text.hasFocus():
                text.setText("" if item is None else f"{item:.12g}")
        for text in self.texts:
            text.setVisible(not one.optional or value is not None)
        changed = value != usual and not (value is None and usual is None)
        self.reset.setVisible(changed)
        self.reset.setText(setting_value(usual))
        self.reset.setToolTip(self.tr("Changed; back to {value}").format(value=self.reset.text()))
        self.reset.setAccessibleName(self.reset.toolTip())
        self._say("" if value is None else one.problem(value))

    def show_why_not(self, why_not: str) -> None:
        """Grey where it means nothing here."""
        self.setEnabled(not why_not)
        self.setToolTip(why_not)

    # Inside

    @pyqtSlot(int)
    def _on_number(self, value: int) -> None:
        if value != self._value:
            self.value_changed.emit(self.parameter.key, value)

    @pyqtSlot()
    def _on_text(self) -> None:
        numbers = [_number(text.text()) for text in self.texts]
        found: Any = tuple(numbers) if self.parameter.kind == PAIR else numbers[0]
        known = all(number is not None for number in numbers)
        problem = self.parameter.problem(found) if known else self.tr("This is no number.")
        self._say(problem)
        if not problem and found != self._value:
            self.value_changed.emit(self.parameter.key, found)

    @pyqtSlot(bool)
    def _on_switch(self, on: bool) -> None:
        one = self.parameter
        value = on if one.kind == SWITCH else _FIRST_VALUES.get(one.key, one.low) if on else None
        self.value_changed.emit(one.key, value)

    @pyqtSlot()
    def _on_reset(self) -> None:
        self.setFocus()
        self.value_changed.emit(self.parameter.key, self._usual)

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        for part in self.texts:
            set_role(part, "bad" if problem else "")

    def _build(self) -> None:
        one = self.parameter
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        if one.kind == SWITCH or one.optional:
            row.addWidget(self.switch)
        if one.kind == WHOLE:
            self.number.setFixedWidth(_NUMBER_WIDTH)
            row.addWidget(self.number)
        for text in self.texts:
            text.setFixedWidth(_SHORT_WIDTH if one.kind == PAIR else _NUMBER_WIDTH)
            text.setAccessibleName(one.title)
            row.addWidget(text)
        for part in (self._unit, self.reset, self.problem):
            row.addWidget(part)
        row.addStretch(1)
        self.number.setAccessibleName(one.title)
        self.switch.setAccessibleName(one.title)
        self.setAccessibleName(one.title)
        self.problem.setVisible(False)
        self._unit.setVisible(bool(one.unit))

    def _connect(self) -> None:
        self.number.valueChanged.connect(self._on_number)
        self.switch.clicked.connect(self._on_switch)
        self.reset.clicked.connect(self._on_reset)
        for text in self.texts:
            text.editingFinished.connect(self._on_text)


def _number(text: str) -> float | None:
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return None
