"""Selecting and copying lines of a log with mouse and keys."""

from __future__ import annotations

from PyQt6.QtCore import QPoint, Qt, QTimer, pyqtSlot
from PyQt6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
)
from PyQt6.QtWidgets import QAbstractScrollArea, QMenu, QWidget

from rave_gui.core.log_window import LogWindow
from rave_gui.ui.viewmodels.log_rows import Selection, Spot
from rave_gui.ui.viewmodels.log_words import word_at

_SCROLL_MS = 40
_NOTHING = Selection(Spot(0, 0), Spot(0, 0))


class LogSelecting(QAbstractScrollArea):
    """What is selected of the lines that an heir holds, shows and paints."""

    held: LogWindow

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.selection = _NOTHING
        self._mouse: QPoint | None = None
        self._drag = QTimer(self)
        self._drag.setInterval(_SCROLL_MS)
        self._drag.timeout.connect(self._scroll_on)

    def selected_text(self) -> str:
        """What is selected, as it is shown."""
        lines = ((line.offset, line.text.expandtabs(8)) for line in self.held.lines)
        return self.selection.text(lines)

    def forget_selection(self) -> None:
        """Select nothing."""
        self._select(_NOTHING)

    @pyqtSlot()
    def select_all(self) -> None:
        """Select every line that is held."""
        if self.held.lines:
            last = self.held.lines[-1]
            end = Spot(last.offset, len(last.text.expandtabs(8)))
            self._select(Selection(Spot(self.held.start, 0), end))

    @pyqtSlot()
    def copy(self) -> None:
        """Put what is selected on the clipboard; nothing where nothing is."""
        text, clipboard = self.selected_text(), QGuiApplication.clipboard()
        if text and clipboard is not None:
            clipboard.setText(text)

    def take_key(self, event: QKeyEvent | None) -> bool:
        """Copy and select by key; whether that was meant."""
        if event is None:
            return False
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.select_all()
        else:
            return False
        return True

    # The mouse

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Begin a selection, or draw the one there is out with shift."""
        if event is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        spot = self._spot(event.position().toPoint())
        on = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if spot is not None:
            self._select(Selection(self.selection.anchor if on else spot, spot))
        self._mouse = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Draw the selection out; beyond an edge the lines go on coming."""
        if event is None or self._mouse is None:
            return
        self._mouse = event.position().toPoint()
        self._draw_out()
        viewport = self.viewport()
        outside = viewport is not None and not 0 <= self._mouse.y() < viewport.height()
        if outside and not self._drag.isActive():
            self._drag.start()

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """The selection stays."""
        super().mouseReleaseEvent(event)
        self._mouse = None
        self._drag.stop()

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        """Select a word."""
        spot = self._spot(event.position().toPoint()) if event is not None else None
        if spot is None:
            return
        line = self.held.index_of(spot.offset)
        begin, end = word_at(self._shown(line), spot.column) if line is not None else (0, 0)
        self._select(Selection(Spot(spot.offset, begin), Spot(spot.offset, end)))

    def contextMenuEvent(self, event: QContextMenuEvent | None) -> None:
        """Copy, select all."""
        if event is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        copy = menu.addAction(self.tr("Copy"), self.copy)
        if copy is not None:
            copy.setEnabled(not self.selection.empty)
        menu.addAction(self.tr("Select all"), self.select_all)
        menu.popup(event.globalPos())

    @pyqtSlot()
    def _scroll_on(self) -> None:
        """One row further, faster the further out the mouse is."""
        viewport, bar = self.viewport(), self.verticalScrollBar()
        if self._mouse is None or viewport is None or bar is None:
            self._drag.stop()
            return
        y = self._mouse.y()
        out = y if y < 0 else max(0, y - viewport.height())
        if not out:
            self._drag.stop()
            return
        bar.setValue(bar.value() + (1 if out > 0 else -1) * (1 + abs(out) // 20))
        self._draw_out()

    # Parts

    def _draw_out(self) -> None:
        spot = self._spot(self._mouse) if self._mouse is not None else None
        if spot is not None:
            self._select(Selection(self.selection.anchor, spot))

    def _spot(self, point: QPoint) -> Spot | None:
        line = self._line_at(point.y())
        if line is None:
            return None
        return Spot(self.held.lines[line].offset, self._column_at(line, point.x()))

    def _select(self, selection: Selection) -> None:
        self.selection = selection
        if viewport := self.viewport():
            viewport.update()

    # For heirs

    def _line_at(self, y: int) -> int | None:
        """The number of the line at that height of the viewport."""
        raise NotImplementedError

    def _column_at(self, line: int, x: int) -> int:
        """The column of a line that is nearest to ``x`` of the viewport."""
        raise NotImplementedError

    def _shown(self, line: int) -> str:
        """The text of a line as it is painted."""
        raise NotImplementedError
