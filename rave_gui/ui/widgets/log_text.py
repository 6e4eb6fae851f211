"""The lines of a log in a view that paints what is seen and holds what fits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from PyQt6.QtCore import QRect, Qt, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PyQt6.QtWidgets import QFrame, QScrollBar, QWidget

from rave_gui.core.log_pages import LogPage
from rave_gui.core.log_tail import Growth
from rave_gui.core.log_window import LogWindow
from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels.log_rows import Place, RowMap
from rave_gui.ui.viewmodels.log_words import LogCard
from rave_gui.ui.widgets.log_painter import PAD, LogPainter
from rave_gui.ui.widgets.log_selecting import LogSelecting

_EDGE = 200
"""Rows before the end of what is held at which more is asked for."""


class LogText(LogSelecting):
    """Lines by their place in the file, read-only; says when somebody scrolls."""

    scrolled_by_hand = pyqtSignal()
    """Somebody scrolled, with whatever."""
    edge_reached = pyqtSignal(bool)
    """What is held ends soon: at the top (True) or at the bottom."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.held = LogWindow()
        self._painter = LogPainter(theme, self.font())
        self._cards: tuple[LogCard, ...] = ()
        self._placed: list[tuple[int, LogCard]] = []
        self._map = RowMap()
        self._longest = 0
        self._pattern: re.Pattern[str] | None = None
        self._here: int | None = None
        self._own = False
        self._empty = self.tr("Nothing has been printed yet.")
        self._theme = theme
        self._dress(theme)

    # What it holds

    def start_anew(self) -> None:
        """Show nothing."""
        self.held = LogWindow()
        self._cards, self._here, self._longest = (), None, 0
        self.forget_selection()
        self._lay_out()

    def grow(self, growth: Growth) -> None:
        """Take what was written at the end of the file."""
        self._keep(self.held.grow(growth), growth)

    def put_after(self, page: LogPage) -> None:
        """Take lines behind the last."""
        self._keep(self.held.put_after(page), page)

    def put_before(self, page: LogPage) -> None:
        """Take lines in front of the first."""
        self._keep(-self.held.put_before(page), page)

    def show_page(self, page: LogPage) -> None:
        """Hold this page instead."""
        self.held.show(page.lines, page.resume)
        self._keep(0, page)

    def set_cards(self, cards: Sequence[LogCard]) -> None:
        """What is told below some of the lines."""
        if tuple(cards) != self._cards:
            top = self._top_line()
            self._cards = tuple(cards)
            self._lay_out()
            if top is not None and not self.is_at_end():
                self._scroll_to(self._map.row_of(top))

    def set_pattern(self, pattern: re.Pattern[str] | None) -> None:
        """What is marked wherever it is seen."""
        self._pattern = pattern
        self._paint_again()

    def text(self) -> str:
        """Every line that is held."""
        return "\n".join(line.text for line in self.held.lines)

    # Where it stands

    @property
    def here(self) -> int | None:
        """Where the line begins that was jumped to last; None: none was."""
        return self._here

    @property
    def top_offset(self) -> int:
        """Where the first line in sight begins in the file."""
        top = self._top_line()
        return self.held.lines[top].offset if top is not None else 0

    @property
    def bottom_offset(self) -> int:
        """Where the last line in sight begins in the file."""
        places = list(self._in_sight())
        return self.held.lines[places[-1][1].line].offset if places else 0

    def is_at_end(self) -> bool:
        """Whether the last line that is held is seen."""
        bar = self._bar()
        return bar.value() >= bar.maximum() - 1

    def go_to_end(self) -> None:
        """Show the last line that is held, from its beginning."""
        self._scroll_to(self._bar().maximum())
        self._scroll_aside()

    def go_to_begin(self) -> None:
        """Show the first line that is held."""
        self._scroll_to(0)
        self._scroll_aside()

    def reveal(self, offset: int) -> bool:
        """Show the line at ``offset`` and mark it as the one jumped to; false: it is not held."""
        line = self.held.index_of(offset)
        if line is None:
            return False
        self._here = self.held.lines[line].offset
        row, seen = self._map.row_of(line), self._rows_seen()
        value = self._bar().value()
        if not value + 1 <= row < value + seen - 3:
            self._scroll_to(row - seen // 3)
        self._scroll_aside()
        self._paint_again()
        return True

    # Events

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Draw the rows in sight."""
        viewport = self.viewport()
        if event is None or viewport is None:
            return
        painter = QPainter(viewport)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.held.lines:
            self._paint_empty(painter, viewport.rect())
        for top, place in self._in_sight():
            if place.card is None:
                self._paint_line(painter, top, place.line)
        self._paint_cards(painter)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Another number of rows is seen; cards are broken anew. Who follows goes on following."""
        at_end = self.is_at_end()
        super().resizeEvent(event)
        self._lay_out()
        if at_end:
            self.go_to_end()

    def showEvent(self, event: QShowEvent | None) -> None:
        """The font of the window is known now."""
        super().showEvent(event)
        self._lay_out()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Scroll by key."""
        steps = {
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_PageUp: -self._rows_seen() + 1,
            Qt.Key.Key_PageDown: self._rows_seen() - 1,
            Qt.Key.Key_Home: -(1 << 30),
            Qt.Key.Key_End: 1 << 30,
        }
        step = steps.get(Qt.Key(event.key())) if event is not None else None
        if step is not None:
            bar = self._bar()
            bar.setValue(max(0, min(bar.maximum(), bar.value() + step)))
        elif not self.take_key(event):
            super().keyPressEvent(event)

    # Slots

    @pyqtSlot(int)
    def _on_value(self, value: int) -> None:
        self._paint_again()
        if self._own:
            return
        self.scrolled_by_hand.emit()
        if value < _EDGE:
            self.edge_reached.emit(True)
        if value > self._bar().maximum() - _EDGE:
            self.edge_reached.emit(False)

    @pyqtSlot()
    def _paint_again(self) -> None:
        if viewport := self.viewport():
            viewport.update()

    # Rows

    def _keep(self, moved: int, page: LogPage | Growth) -> None:
        """Lay out anew; what is looked at stays where it is though ``moved`` lines went."""
        self._longest = max((self._longest, *(len(line.text) for line in page.lines)))
        at_end, top = self.is_at_end(), self._top_line()
        shift = self._bar().value() - self._map.row_of(top) if top is not None else 0
        self._lay_out()
        if top is not None and not at_end:
            self._scroll_to(self._map.row_of(max(0, top - moved)) + shift)

    def _lay_out(self) -> None:
        """Where everything stands, after lines, cards or the size changed."""
        viewport, bar = self.viewport(), self._bar()
        if viewport is None:
            return
        found = ((self.held.index_of(card.offset), card) for card in self._cards)
        self._placed = [(line, card) for line, card in found if line is not None]
        heights = [self._painter.card_rows(card, viewport.width()) for _, card in self._placed]
        lines = (line for line, _ in self._placed)
        self._map = RowMap(len(self.held.lines), zip(lines, heights, strict=True))
        self._own = True
        bar.setPageStep(max(1, self._rows_seen() - 1))
        bar.setRange(0, max(0, self._map.total - self._rows_seen()))
        self._lay_out_aside(viewport.width())
        self._own = False
        self._paint_again()

    def _lay_out_aside(self, width: int) -> None:
        side = self.horizontalScrollBar()
        if side is not None:
            needed = round(self._longest * self._painter.cell) + 2 * PAD
            side.setRange(0, max(0, needed - width))
            side.setPageStep(width)
            side.setSingleStep(round(8 * self._painter.cell))

    def _in_sight(self) -> Iterator[tuple[int, Place]]:
        """Top and meaning of every row that is seen."""
        first = self._bar().value()
        for number in range(self._rows_seen() + 1):
            if first + number >= self._map.total:
                return
            yield number * self._painter.row, self._map.at(first + number)

    def _top_line(self) -> int | None:
        return self._map.at(self._bar().value()).line if self.held.lines else None

    def _rows_seen(self) -> int:
        viewport = self.viewport()
        return max(1, viewport.height() // self._painter.row) if viewport else 1

    def _scroll_to(self, row: int) -> None:
        self._own = True
        self._bar().setValue(row)
        self._own = False
        self._paint_again()

    def _scroll_aside(self) -> None:
        if side := self.horizontalScrollBar():
            side.setValue(0)

    def _bar(self) -> QScrollBar:
        bar = self.verticalScrollBar()
        assert bar is not None
        return bar

    # For selecting

    def _line_at(self, y: int) -> int | None:
        """The number of the line at a height of the viewport; of a card the line above it."""
        if not self.held.lines:
            return None
        row = self._bar().value() + y // self._painter.row
        return self._map.at(max(0, min(row, self._map.total - 1))).line

    def _column_at(self, line: int, x: int) -> int:
        return self._painter.column_at(self._shown(line), x - self._left())

    def _shown(self, line: int) -> str:
        return self.held.lines[line].text.expandtabs(8)

    def _left(self) -> int:
        side = self.horizontalScrollBar()
        return PAD - (side.value() if side else 0)

    # Painting

    def _paint_line(self, painter: QPainter, top: int, line: int) -> None:
        viewport = self.viewport()
        width = viewport.width() if viewport else 0
        offset, text, left = self.held.lines[line].offset, self._shown(line), self._left()
        if offset == self._here:
            self._painter.here(painter, top, width)
        if self._pattern is not None:
            here = offset == self._here
            self._painter.marks(painter, top, text, left, self._pattern, here)
        if columns := self.selection.columns(offset, len(text)):
            self._painter.selected(painter, top, text, left, columns)
        self._painter.line(painter, top, text, left, width)

    def _paint_cards(self, painter: QPainter) -> None:
        viewport, first = self.viewport(), self._bar().value()
        width = viewport.width() if viewport else 0
        seen = {place.card for _, place in self._in_sight() if place.card is not None}
        for number in seen:
            card, row = self._placed[number][1], self._map.top_of(number)
            rows = self._painter.card_rows(card, width)
            top = (row - first) * self._painter.row
            self._painter.card(painter, top, card, width, rows)

    def _paint_empty(self, painter: QPainter, room: QRect) -> None:
        painter.setPen(self._theme.word("muted"))
        inner = room.adjusted(PAD, PAD, -PAD, -PAD)
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, self._empty)

    def _dress(self, theme: Theme) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("surface", "log")
        self.setAccessibleName(self.tr("Log"))
        if viewport := self.viewport():
            viewport.setCursor(Qt.CursorShape.IBeamCursor)
            viewport.setAutoFillBackground(False)
        self._bar().setSingleStep(1)
        self._bar().valueChanged.connect(self._on_value)
        theme.changed.connect(self._paint_again)
