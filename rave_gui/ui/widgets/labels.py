"""Words on the window: labels by role, one that shortens itself, rows of figures."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QEvent, QRect, QSize, Qt
from PyQt6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from rave_gui.ui.theme import set_role
from rave_gui.ui.viewmodels.rows import Fact
from rave_gui.ui.widgets.flow import FlowLayout

_ENDLESS = 1 << 20
"""Higher than any text."""


def label(text: str = "", role: str = "", *, wrap: bool = False) -> QLabel:
    """Plain text (never markup, whatever a file name holds) in the look of ``role``."""
    made = WrappedLabel(text) if wrap else QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        made.setProperty("role", role)
    return made


def hairline() -> QFrame:
    """A thin line across."""
    line = QFrame()
    line.setProperty("surface", "hairline")
    return line


class WrappedLabel(QLabel):
    """Sentences over several lines; asks for the height that its width makes necessary.

    Qt's own layouts ask for that height in vertical boxes only; in grids, and under an alignment,
    lines would be cut off.
    """

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setWordWrap(True)

    def setText(self, text: str | None) -> None:
        """Show ``text``."""
        super().setText(text)
        self._fit()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Another width, another height."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent | None) -> None:
        """Another font, another height."""
        super().changeEvent(event)
        if event is not None and event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def heightForWidth(self, width: int) -> int:
        """What the text needs; Qt's own answer never falls below the height it had before."""
        frame = self.size() - self.contentsRect().size()
        room = QRect(0, 0, max(1, width - frame.width() - 2 * self.margin()), _ENDLESS)
        flags = int(self.alignment()) | int(Qt.TextFlag.TextWordWrap)
        text = self.fontMetrics().boundingRect(room, flags, self.text())
        return text.height() + frame.height() + 2 * self.margin()

    def sizeHint(self) -> QSize:
        """No higher than its width makes necessary; Qt would guess from a narrow column."""
        return QSize(super().sizeHint().width(), self.heightForWidth(self.width()))

    def _fit(self) -> None:
        needed = self.heightForWidth(self.width())
        if needed != self.minimumHeight():
            self.setMinimumHeight(needed)


class ElidedLabel(QLabel):
    """One line that is shortened in the middle or at the end; the whole text is its tooltip."""

    def __init__(
        self,
        text: str = "",
        role: str = "",
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._mode = mode
        self.setToolTip(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        if role:
            self.setProperty("role", role)

    def minimumSizeHint(self) -> QSize:
        """It may shrink to almost nothing."""
        return QSize(24, super().minimumSizeHint().height())

    def setText(self, text: str | None) -> None:
        """Show ``text``, whole in the tooltip."""
        super().setText(text)
        self.setToolTip(text)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Draw as much as there is room for."""
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self.palette().windowText().color())
        area = self.contentsRect()
        shown = self.fontMetrics().elidedText(self.text(), self._mode, area.width())
        painter.drawText(area, int(self.alignment()), shown)


class FactsRow(QWidget):
    """Figures side by side: a small name above a bold value, wrapping into further lines."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._flow = FlowLayout(gap=32, line_gap=12, parent=self)
        self._cells: list[tuple[QWidget, QLabel, QLabel]] = []

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Show these, in order; cells are kept, so that nothing flickers."""
        while len(self._cells) < len(facts):
            self._add_cell()
        for index, (cell, name, value) in enumerate(self._cells):
            cell.setVisible(index < len(facts))
            if index < len(facts):
                fact = facts[index]
                name.setText(fact.name)
                value.setText(fact.value)
                set_role(value, fact.role or "bignumber")
                cell.setToolTip(fact.tip)

    def _add_cell(self) -> None:
        cell, name, value = QWidget(), label(role="label"), label(role="bignumber")
        box = QVBoxLayout(cell)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(2)
        box.addWidget(name)
        box.addWidget(value)
        self._flow.addWidget(cell)
        self._cells.append((cell, name, value))


class Sentence(QWidget):
    """A strong word beside plain ones, in one line: ``Phase 1 learning to reconstruct``."""

    def __init__(self, *, strong_last: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(5)
        self._word, self._rest = label(role="strong"), label(role="secondary")
        parts = (self._rest, self._word) if strong_last else (self._word, self._rest)
        for part in parts:
            row.addWidget(part)

    def say(self, word: str, rest: str = "", role: str = "strong") -> None:
        """Show ``word`` in the colour of ``role`` and ``rest`` beside it."""
        self._word.setText(word)
        self._word.setVisible(bool(word))
        set_role(self._word, role)
        self._rest.setText(rest)
        self._rest.setVisible(bool(rest))
