"""Rows of a form: a name at the left, a field, and under it a sentence that explains."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QGridLayout, QLabel, QSpinBox, QWidget

from rave_gui.ui import formats
from rave_gui.ui.theme import set_role
from rave_gui.ui.tokens import GRID
from rave_gui.ui.widgets.choice import Choice  # noqa: F401  a field like those below

_NAME_WIDTH = 132


class Form(QWidget):
    """A column of rows, names aligned."""

    def __init__(self, parent: QWidget | None = None, name_width: int = _NAME_WIDTH) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(2 * GRID)
        self._grid.setVerticalSpacing(GRID // 2)
        self._grid.setColumnMinimumWidth(0, name_width)
        self._grid.setColumnStretch(1, 1)

    def add_row(self, name: str, field: QWidget, hint: str = "") -> Hint:
        """Add a field; returns the label of its explanation, to be changed at any time."""
        row = self._grid.rowCount()
        label = QLabel(name, self)
        label.setProperty("role", "secondary")
        label.setBuddy(field)
        if not field.accessibleName():
            field.setAccessibleName(name)
        self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        label.setContentsMargins(0, 7, 0, 0)
        self._grid.addWidget(field, row, 1)
        explanation = Hint(hint, self)
        self._grid.addWidget(explanation, row + 1, 1)
        self._grid.setRowMinimumHeight(row + 2, GRID // 2)
        return explanation


class Hint(QLabel):
    """A small sentence under a field, gone while there is nothing to say."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "muted")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setText(text)

    def setText(self, text: str | None) -> None:
        """Show ``text``."""
        super().setText(text)
        self.setVisible(bool(text))


class Number(QSpinBox):
    """A whole number with thousands separated, of any size that RAVE takes."""

    def __init__(self, low: int, high: int, value: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(low, high)
        self.setGroupSeparatorShown(True)
        self.setValue(value)
        self.setStepType(QSpinBox.StepType.AdaptiveDecimalStepType)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def textFromValue(self, value: int) -> str:
        """The same figures as everywhere else."""
        return formats.count(value)

    def valueFromText(self, text: str | None) -> int:
        """Separators are for reading."""
        return int((text or "0").replace(",", "").strip() or 0)

    def wheelEvent(self, event: object) -> None:
        """Leave the wheel to the dialog."""
        ignore = getattr(event, "ignore", None)
        if ignore:
            ignore()


class Findings(QLabel):
    """Sentences about what was chosen, one a line, each behind a sign of its weight."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWordWrap(True)
        self.setVisible(False)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def show_lines(self, errors: list[str], warnings: list[str] | None = None) -> None:
        """Errors first; without any line nothing is shown."""
        lines = [f"✕  {text}" for text in errors] + [f"!  {text}" for text in warnings or []]
        set_role(self, "bad" if errors else "warn")
        self.setText("\n".join(lines))
        self.setVisible(bool(lines))
