"""The listening room: what models make of a sound, side by side, on one playhead."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtGui import QAction, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QHideEvent
from PyQt6.QtWidgets import QButtonGroup, QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from rave_gui.backend.listening_room import LaneKind, Room
from rave_gui.ui.context import PageContext
from rave_gui.ui.page import Page
from rave_gui.ui.theme import set_role
from rave_gui.ui.viewmodels import listening_room as words
from rave_gui.ui.widgets.bend_card import BendCard
from rave_gui.ui.widgets.buttons import CHIP, PRIMARY, button
from rave_gui.ui.widgets.ear_card import EarCard
from rave_gui.ui.widgets.empty_state import EmptyState
from rave_gui.ui.widgets.labels import ElidedLabel, label
from rave_gui.ui.widgets.lanes_panel import LanesPanel
from rave_gui.ui.widgets.parts import fill
from rave_gui.ui.widgets.room_feed import RoomFeed

_EAR_WIDTH = 350


class ListeningPage(Page):
    """Shows the room of the open project; what needs a dialog is asked for."""

    new_project_requested = pyqtSignal()
    export_requested = pyqtSignal(int)
    room_sound_requested = pyqtSignal(bool)
    """Ask for a sound; True: it goes through the models, False: it gets a lane of its own."""
    room_model_requested = pyqtSignal()
    blind_test_requested = pyqtSignal()
    lane_wish_requested = pyqtSignal(str, str)
    """Key of a lane, and what to do with it: one of the keys of ``lane_actions``."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        theme = context.theme
        self.feed = RoomFeed(context, self)
        self.lanes = LanesPanel(theme, context.run, self.feed)
        self.bend, self.ear = BendCard(theme, self.feed), EarCard(self.feed)
        self._subtitle, self._fault = ElidedLabel(role="secondary"), label(role="bad", wrap=True)
        self._shape, self._mel = _chip(self.tr("Waveform")), _chip(self.tr("Spectrogram"))
        self._matched = _chip(self.tr("Same loudness"))
        self.add_sound = button(self.tr("Add sound…"))
        self.add_model = button(self.tr("Add model…"))
        self.blind = button(self.tr("Blind test"))
        self.export = button(self.tr("Export…"), PRIMARY)
        self._empty = EmptyState(theme, "waveform", "", "")
        self._stack, self._content = QStackedWidget(), QWidget()
        self._mark: tuple[str, ...] = ()
        self._menu = QMenu(self)
        self._sound_menu = QMenu(self)
        self._build()
        self._connect()
        self._show_room()

    # Methods

    def reader(self) -> Callable[[], Any]:
        """The room reads by itself; the page only follows the project."""
        return partial(_itself, self.project)

    def present(self, found: Any) -> None:
        """Show the room of the open project."""
        self.feed.show_project(found)
        self._show_room()

    @property
    def lane_menu(self) -> QMenu:
        """What can be done with a lane."""
        return self._menu

    # What is shown

    @pyqtSlot()
    def _show_room(self) -> None:
        room = self.feed.room
        self._subtitle.setText(words.subtitle(room))
        text, why_not = words.export_text(room)
        self.export.setText(text)
        self.export.setEnabled(not why_not)
        self.export.setToolTip(why_not)
        self.blind.setEnabled(len(room.audible) > 1)
        self.blind.setToolTip(self.tr("Compare lanes without their names; what you say is kept"))
        self._matched.setChecked(room.matched)
        mark = (room.heard, *(lane.key for lane in room.lanes))
        if mark != self._mark:  # what was said belonged to another lane
            self._fault.setVisible(False)
        self._mark = mark
        self._say_empty(room)

    def _say_empty(self, room: Room) -> None:
        self._stack.setCurrentWidget(self._content if room.lanes else self._empty)
        action = self.tr("New project…") if self.project is None else self.tr("Add model…")
        self._empty.say(
            self.tr("Choose by ear"),
            self.tr(
                "Put one sound through several checkpoints and exports and switch between them "
                "while it plays, level-matched and without a gap. Drop any sound or model here."
            ),
            action,
        )

    @pyqtSlot(object)
    def _say_fault(self, error: Any) -> None:
        self._fault.setText(str(error))
        self._fault.setVisible(True)

    # Wishes

    @pyqtSlot()
    def _first_step(self) -> None:
        if self.project is None:
            self.new_project_requested.emit()
        else:
            self.room_model_requested.emit()

    @pyqtSlot()
    def _ask_sound(self) -> None:
        """Where there is an input already, it is asked which of both is meant."""
        if self.feed.room.input is None:
            self.room_sound_requested.emit(True)
            return
        self._sound_menu.popup(self.add_sound.mapToGlobal(self.add_sound.rect().bottomLeft()))

    @pyqtSlot()
    def _ask_input(self) -> None:
        self.room_sound_requested.emit(True)

    @pyqtSlot()
    def _ask_lane(self) -> None:
        self.room_sound_requested.emit(False)

    @pyqtSlot()
    def _ask_export(self) -> None:
        lane = self.feed.room.chosen
        if lane is not None and lane.kind is LaneKind.CHECKPOINT and lane.record is not None:
            self.export_requested.emit(lane.record)

    @pyqtSlot()
    def _choose_view(self) -> None:
        self.lanes.show_spectrum(self._mel.isChecked())

    @pyqtSlot(bool)
    def _match(self, on: bool) -> None:
        self.feed.set_matched(on)

    @pyqtSlot(str)
    def _show_menu(self, key: str) -> None:
        self.feed.hear(key)
        lane = self.feed.room.lane(key)
        if lane is None:
            return
        self._menu.clear()
        for action, text in words.lane_actions(lane):
            made = self._menu.addAction(text)
            if made is not None:
                made.setData((key, action))
        row = next(row for row in self.lanes.rows if row.key == key)
        self._menu.popup(row.more.mapToGlobal(row.more.rect().bottomLeft()))

    @pyqtSlot(QAction)
    def _act(self, chosen: QAction) -> None:
        key, action = chosen.data()
        if action == words.REMOVE:
            self.feed.remove(key)
        elif action == words.RETRY:
            self.feed.retry(key)
        else:
            self.lane_wish_requested.emit(key, action)

    # Events

    def hideEvent(self, event: QHideEvent | None) -> None:
        """Another page is looked at, and may play something itself."""
        super().hideEvent(event)
        if event is not None and not event.spontaneous():
            self.feed.player.pause()

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:
        """Light up for files."""
        if event is not None and self.project is not None and _dropped(event):
            set_role(self, "accent", "drop")
            event.acceptProposedAction()

    def dragLeaveEvent(self, _event: QDragLeaveEvent | None) -> None:
        """The hand moved on."""
        set_role(self, "", "drop")

    def dropEvent(self, event: QDropEvent | None) -> None:
        """A sound becomes the input, a model a lane."""
        set_role(self, "", "drop")
        if event is not None:
            self.feed.add_files(_dropped(event))
            event.acceptProposedAction()

    # Construction

    def _build(self) -> None:
        self.setAcceptDrops(True)
        self._fault.hide()
        box = QVBoxLayout(self._content)
        box.setContentsMargins(22, 18, 22, 22)
        box.setSpacing(14)
        box.addLayout(self._head())
        box.addWidget(self._fault)
        box.addWidget(self.lanes, 1)
        below = QHBoxLayout()
        below.setSpacing(14)
        below.addWidget(self.bend, 1)
        below.addWidget(self.ear)
        self.ear.setFixedWidth(_EAR_WIDTH)
        box.addLayout(below)
        box.addStretch(0)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._content)
        fill(self, self._stack)
        for text, slot in (
            (self.tr("As the input: it goes through every model…"), self._ask_input),
            (self.tr("As a lane of its own…"), self._ask_lane),
        ):
            made = self._sound_menu.addAction(text)
            if made is not None:
                made.triggered.connect(slot)

    def _head(self) -> QHBoxLayout:
        titles, head = QVBoxLayout(), QHBoxLayout()
        titles.setSpacing(4)
        titles.addWidget(label(self.tr("Listening room"), "title"))
        titles.addWidget(self._subtitle)
        self.lanes.add_tools((self._shape, self._mel), (self._matched,))
        head.setSpacing(8)
        head.addLayout(titles, 1)
        for made in (self.add_sound, self.add_model, self.blind, self.export):
            head.addWidget(made)
        return head

    def _connect(self) -> None:
        self._group = QButtonGroup(self)
        for chip in (self._shape, self._mel):
            self._group.addButton(chip)
            chip.clicked.connect(self._choose_view)
        self._shape.setChecked(True)
        self._matched.setToolTip(self.tr("Every lane as loud as the input: louder seems better"))
        self._matched.clicked.connect(self._match)
        self.add_sound.clicked.connect(self._ask_sound)
        self.add_model.clicked.connect(self.room_model_requested)
        self.blind.clicked.connect(self.blind_test_requested)
        self.export.clicked.connect(self._ask_export)
        self._empty.action_requested.connect(self._first_step)
        self._menu.triggered.connect(self._act)
        self.lanes.menu_requested.connect(self._show_menu)
        self.feed.room_changed.connect(self._show_room)
        self.feed.failed.connect(self._say_fault)
        self.setFocusProxy(self.lanes)


def _itself(found: Any) -> Any:
    return found


def _chip(text: str) -> Any:
    made = button(text, CHIP)
    made.setCheckable(True)
    return made


def _dropped(event: QDropEvent) -> list[Path]:
    data = event.mimeData()
    urls = data.urls() if data is not None else []
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
