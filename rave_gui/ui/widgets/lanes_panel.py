"""All lanes of the listening room under one ruler, with one position line and the keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PyQt6.QtCore import Qt, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from rave_gui.backend.listening_room import Lane, Span
from rave_gui.ui.context import Background
from rave_gui.ui.theme import Theme
from rave_gui.ui.tokens import RADIUS_CARD
from rave_gui.ui.viewmodels.listening_room import lane_words
from rave_gui.ui.widgets.lane_row import HIGHEST, LEFT, LOWEST, RIGHT, LaneRow
from rave_gui.ui.widgets.lane_views import LaneRuler
from rave_gui.ui.widgets.room_feed import RoomFeed
from rave_gui.ui.widgets.time_view import TimeView

STEP, WIDE_STEP = 1.0, 5.0
"""Seconds of an arrow key, without and with Shift."""
_ZOOMS: dict[int, float] = {Qt.Key.Key_Plus: 1.5, Qt.Key.Key_Equal: 1.5, Qt.Key.Key_Minus: 1 / 1.5}


class LanesPanel(QFrame):
    """Space plays, digits and the up and down keys switch lanes, left and right move.

    Escape ends the loop, Home goes to the beginning, plus, minus and 0 zoom, Delete takes a lane
    out.
    """

    menu_requested = pyqtSignal(str)
    """What can be done with a lane."""

    def __init__(
        self, theme: Theme, run: Background, feed: RoomFeed, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._run, self._feed = theme, run, feed
        self._spectrum = self._framed = False
        self._rows: dict[str, LaneRow] = {}
        self._ruler = LaneRuler(theme)
        self._column = QVBoxLayout()
        self._left, self._right = QWidget(), QWidget()
        self._area = QScrollArea()
        self._build()
        self._wire(self._ruler)
        feed.room_changed.connect(self._show)
        feed.filler.progressed.connect(self._say)
        feed.player.moved.connect(self._move)
        theme.changed.connect(self.update)
        self._show()

    # What is shown

    @property
    def rows(self) -> tuple[LaneRow, ...]:
        """The lanes, from above."""
        return tuple(self._rows.values())

    @property
    def seconds(self) -> float:
        """Length of the longest lane."""
        return self._ruler.seconds

    def add_tools(self, left: Sequence[QWidget], right: Sequence[QWidget]) -> None:
        """Put these beside the ruler: over the names, and over the levels."""
        for place, tools, margin in ((self._left, left, 16), (self._right, right, 12)):
            row = QHBoxLayout(place)
            row.setContentsMargins(margin, 0, 0, 0)
            row.setSpacing(6)
            for tool in tools:
                row.addWidget(tool)
            row.addStretch(1)

    def show_spectrum(self, on: bool) -> None:
        """Spectrograms instead of waveforms."""
        self._spectrum = on
        for row in self._rows.values():
            row.show_spectrum(on)

    @pyqtSlot()
    def _show(self) -> None:
        lanes = self._feed.room.lanes
        wanted = [lane.key for lane in lanes]
        if list(self._rows) != wanted:
            self._lay_out(wanted)
        for lane in lanes:
            self._rows[lane.key].show_sound(lane.sound)
        for view in self._views():
            view.set_selection(self._feed.room.loop, looped=self._feed.room.loop is not None)
        self._say()
        self._move()
        self._keep_in_sight()

    @pyqtSlot()
    def _keep_in_sight(self) -> None:
        """The lane that is heard, however many there are."""
        chosen = self._feed.room.chosen
        row = self._rows.get(chosen.key) if chosen is not None else None
        if row is not None:
            self._area.ensureWidgetVisible(row, 0, 0)

    @pyqtSlot(int, int)
    def _make_room(self, _first: int, last: int) -> None:
        """The ruler is as wide as the lanes, whether they scroll or not."""
        bar = self._area.verticalScrollBar()
        wide = bar.sizeHint().width() if bar is not None and last > 0 else 0
        self._right.setFixedWidth(RIGHT + wide)

    @pyqtSlot()
    def _say(self) -> None:
        room, feed = self._feed.room, self._feed
        chosen = room.chosen
        for lane in room.lanes:
            words = lane_words(
                room, lane, feed.filler.progress(lane.key), playing=feed.player.playing
            )
            heard = chosen is not None and chosen.key == lane.key
            if lane.key in self._rows:  # else it is laid out in a moment
                self._rows[lane.key].show_words(words, heard=heard)
            if heard:
                self.setAccessibleDescription(words.spoken)

    @pyqtSlot()
    def _move(self) -> None:
        position = self._feed.player.position if self._feed.room.audible else None
        for view in self._views():
            view.set_position(position)
        playing = self._feed.player.playing
        if self.property("playing") != playing:
            self.setProperty("playing", playing)
            self._say()

    def _views(self) -> list[TimeView]:
        return [self._ruler, *(view for row in self._rows.values() for view in row.views)]

    def _lay_out(self, wanted: list[str]) -> None:
        """Rows are kept, with all that was read of their sounds."""
        for key in [key for key in self._rows if key not in wanted]:
            row = self._rows.pop(key)
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        rows = {key: self._rows.get(key) or self._made(key) for key in wanted}
        self._rows = rows
        for index, row in enumerate(rows.values()):
            self._column.insertWidget(index, row, 1)
        high = self._ruler.height() + 2
        self.setMaximumHeight(high + HIGHEST * max(1, len(rows)))
        self.setMinimumHeight(high + LOWEST * min(3, max(1, len(rows))))
        self._fit_length()

    def _made(self, key: str) -> LaneRow:
        row = LaneRow(self._theme, self._run, key)
        row.show_spectrum(self._spectrum)
        row.chosen.connect(self._choose)
        row.menu_requested.connect(self.menu_requested)
        row.failed.connect(self._unreadable)
        for view in row.views:
            self._wire(view)
            view.set_length(self._ruler.seconds)
            view.set_view(*self._ruler.view)
        row.waveform.measured.connect(self._measured)
        row.spectrogram.measured.connect(self._fit_length)
        return row

    def _wire(self, view: TimeView) -> None:
        view.seek_requested.connect(self._seek)
        view.selection_changed.connect(self._select)
        view.view_changed.connect(self._look_at)

    # Length and zoom are those of all

    @pyqtSlot(float)
    def _measured(self, _seconds: float) -> None:
        self._fit_length()

    @pyqtSlot()
    def _fit_length(self, _seconds: float = 0.0) -> None:
        overviews = (row.waveform._overview for row in self._rows.values())
        known = [found.seconds for found in overviews if found is not None]
        longest = max(known, default=0.0)
        if not longest:
            return
        for view in self._views():
            view.set_length(longest)
            if view is not self._ruler:
                view.set_view(*self._ruler.view)

    @pyqtSlot(float, float)
    def _look_at(self, first: float, last: float) -> None:
        for view in self._views():
            view.set_view(first, last)

    # Wishes

    @pyqtSlot(str)
    def _choose(self, key: str) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._feed.hear(key)

    @pyqtSlot(float)
    def _seek(self, seconds: float) -> None:
        """There, in the lane that was clicked."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        sender = self.sender()
        row = next((row for row in self._rows.values() if sender in row.views), None)
        if row is not None:
            self._feed.hear(row.key)
        self._feed.player.seek(seconds)

    @pyqtSlot(object)
    def _select(self, selection: Span | None) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._feed.set_loop(selection)

    @pyqtSlot(str, object)
    def _unreadable(self, _key: str, error: Any) -> None:
        self._feed.failed.emit(error)

    # Keys

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """See the class."""
        if event is None or not self.obey(event):
            super().keyPressEvent(event)

    def obey(self, event: QKeyEvent) -> bool:
        """Whether the key meant something here."""
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        shift = modifiers == Qt.KeyboardModifier.ShiftModifier
        if modifiers and not shift:
            return False
        key = event.key()
        if Qt.Key.Key_1 <= key <= Qt.Key.Key_9:
            self._feed.hear_number(key - Qt.Key.Key_0)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = WIDE_STEP if shift else STEP
            self._seek_by(step if key == Qt.Key.Key_Right else -step)
        elif key in _ZOOMS:
            self._ruler.zoom(_ZOOMS[key])
        elif (act := self._acts().get(key)) is not None:
            act()
        else:
            return False
        return True

    def _acts(self) -> dict[int, Callable[[], None]]:
        feed = self._feed
        return {
            Qt.Key.Key_Space: feed.player.toggle,
            Qt.Key.Key_Up: partial(feed.hear_beside, -1),
            Qt.Key.Key_Down: partial(feed.hear_beside, 1),
            Qt.Key.Key_Home: partial(feed.player.seek, 0.0),
            Qt.Key.Key_Escape: partial(feed.set_loop, None),
            Qt.Key.Key_Delete: self._remove,
            Qt.Key.Key_0: self._ruler.show_all,
        }

    def _seek_by(self, seconds: float) -> None:
        place = self._feed.player.position + seconds
        self._feed.player.seek(min(max(0.0, place), max(0.0, self.seconds - 0.05)))

    def _remove(self) -> None:
        lane: Lane | None = self._feed.room.chosen
        if lane is not None:
            self._feed.remove(lane.key)

    # Construction

    def _build(self) -> None:
        self.setProperty("surface", "card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Lanes: 1 to 9 switch, space plays"))
        head, inner = QHBoxLayout(), QWidget()
        head.setSpacing(0)
        for part, width in ((self._left, LEFT), (self._right, RIGHT)):
            part.setFixedWidth(width)
        head.addWidget(self._left)
        head.addWidget(self._ruler, 1)
        head.addWidget(self._right)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        inner.setLayout(self._column)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(inner)
        if bar := self._area.verticalScrollBar():
            bar.rangeChanged.connect(self._make_room)
        box = QVBoxLayout(self)
        box.setContentsMargins(1, 1, 1, 1)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(self._area, 1)

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        """A frame says where the keys go; whoever came with the mouse knows."""
        super().focusInEvent(event)
        keys = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self._framed = event is not None and event.reason() in keys
        self.update()

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        """No frame any more."""
        super().focusOutEvent(event)
        self._framed = False
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """The card, framed while it has the keys."""
        super().paintEvent(event)
        if self._framed:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self._theme.colour("accent"), 1))
            frame = self.rect().adjusted(0, 0, -1, -1)
            painter.drawRoundedRect(frame, RADIUS_CARD, RADIUS_CARD)
