"""The listening room of the open project as the window has it, and what is heard of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, QTimer, pyqtSignal, pyqtSlot

from rave_gui.backend.blind_test import Answer
from rave_gui.backend.latent_bend import LatentBend
from rave_gui.backend.listening_room import Lane, LaneKind, Room, Span, file_lane, split
from rave_gui.backend.rooms import Filled, Rooms
from rave_gui.core.errors import UserError
from rave_gui.core.logger import get_logger
from rave_gui.core.records import Project
from rave_gui.ui.context import PageContext
from rave_gui.ui.widgets.room_filler import RoomFiller
from rave_gui.ui.widgets.room_live import RoomLive
from rave_gui.ui.widgets.room_player import RoomPlayer

_SAVE_MS = 800
_log = get_logger(__name__)


class RoomFeed(QObject):
    """Changes the room as it is told and lets everybody know; widgets only show it."""

    room_changed = pyqtSignal()
    answers_changed = pyqtSignal()
    failed = pyqtSignal(object)
    """A ``UserError``: something that was asked for could not be done."""

    def __init__(self, context: PageContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run, self._services = context.run, context.services
        self._project: Project | None = None
        self._loaded = self._dirty = False
        self.room = Room()
        self.answers: tuple[Answer, ...] = ()
        self.titles: dict[str, str] = {}
        """What lanes were called when they were compared."""
        self.player = RoomPlayer(context.playback, self)
        self.filler = RoomFiller(context.run, self._fill, self)
        self.live = RoomLive(context.run, self._open_live, self)
        self._waiting: list[Callable[[], None]] = []
        self._saver = QTimer(self)
        self._saver.setSingleShot(True)
        self._saver.setInterval(_SAVE_MS)
        self._saver.timeout.connect(self._save)
        self._connect()

    def _connect(self) -> None:
        self.filler.filled.connect(self._filled)
        self.filler.refused.connect(self._refused)
        self.player.desk_changed.connect(self._new_desk)
        self.player.refused.connect(self.failed)
        self.live.failed.connect(self.failed)

    # Facts

    @property
    def project(self) -> Project | None:
        """The project whose room it is."""
        return self._project

    @property
    def loaded(self) -> bool:
        """Whether the room of the project was read."""
        return self._loaded

    @property
    def _rooms(self) -> Rooms:
        found: Rooms = self._services.rooms
        return found

    # Another project

    def show_project(self, project: Project | None) -> None:
        """Show the room of that project."""
        if project == self._project:
            return
        self._save_now()
        self.player.pause()
        self.live.close()
        self.filler.cancel()
        self._project, self._loaded, self._waiting = project, False, []
        self.answers, self.titles = (), {}
        self._take(Room())
        if project is None:
            self._loaded = True
            return
        self._run(partial(_read, self._rooms, project), self._read, self.failed.emit, owner=self)

    def stop(self) -> None:
        """The window closes; nothing is started any more."""
        self._saver.stop()
        self.filler.cancel()
        self.live.stop()
        project = self._project
        if project is None or not self._loaded or not self._dirty:
            return
        try:
            self._rooms.save(project, self.room)  # a few kB: there is no later for it
        except UserError as error:
            _log.warning("%s", error)

    def when_loaded(self, act: Callable[[], None]) -> None:
        """Call ``act`` when the room of the project is there: now, or soon."""
        if self._loaded:
            act()
        else:
            self._waiting.append(act)

    def _read(self, found: tuple[Project, Room, tuple[Answer, ...], dict[str, str]]) -> None:
        project, room, answers, titles = found
        if project != self._project:
            return
        self._loaded, self.answers, self.titles = True, answers, titles
        self._take(room)
        self.answers_changed.emit()
        waiting, self._waiting = self._waiting, []
        for act in waiting:
            act()

    # Wishes

    def set_input(self, path: Path) -> None:
        """Put that sound through the models."""
        self.live.close()
        self._change(self.room.with_input(path))

    def add_files(self, paths: Iterable[Path], *, as_input: bool = True) -> None:
        """Take sounds and models in; the first sound becomes the input where that is wanted."""
        sounds, models = split(list(paths))
        room = self.room
        if sounds and (as_input or room.input is None):
            self.live.close()
            room = room.with_input(sounds.pop(0))
        lanes = [file_lane(path) for path in sounds]
        lanes += [file_lane(path, LaneKind.MODEL) for path in models]
        self._add(room, lanes)

    def add_lanes(self, lanes: Iterable[Lane]) -> None:
        """Take these in."""
        self._add(self.room, list(lanes))

    def remove(self, key: str) -> None:
        """Take a lane out."""
        if self.live.live is not None and key == self.room.heard:
            self.live.close()
        self._change(self.room.without(key))

    def retry(self, key: str) -> None:
        """Try again to fill a lane."""
        self._change(self.room.retried(key))

    def hear(self, key: str) -> None:
        """Let that lane be heard, at the same moment."""
        self._change(self.room.hear(key))

    def hear_number(self, number: int) -> None:
        """The same by digit."""
        self._change(self.room.hear_number(number))

    def hear_beside(self, steps: int) -> None:
        """The lane so many lines below."""
        self._change(self.room.hear_beside(steps))

    def set_loop(self, loop: Span | None) -> None:
        """Play that stretch again and again, or on to the end."""
        self._change(replace(self.room, loop=loop))

    def set_matched(self, matched: bool) -> None:
        """Whether all lanes are as loud as the input."""
        self._change(replace(self.room, matched=matched))

    def bend(self, bend: LatentBend) -> None:
        """Bend the lane that is chosen."""
        lane = self.room.chosen
        if lane is not None and lane.is_model:
            self._change(self.room.bent(lane.key, bend))

    def add_answer(self, answer: Answer) -> None:
        """Keep what was said in a blind test."""
        project = self._project
        if project is None:
            return
        titles = {lane.key: lane.title for lane in self.room.lanes}
        self.answers = (*self.answers, answer)
        self.titles = {**self.titles, **titles}
        kept = self._rooms.answers(project)
        self._run(partial(kept.add, answer, titles), _nothing, self.failed.emit, owner=self)
        self.answers_changed.emit()

    # Inside

    def _add(self, room: Room, lanes: list[Lane]) -> None:
        """As many as fit; the first of them is chosen."""
        try:
            for lane in lanes:
                room = room.with_lane(lane)
        except UserError as error:
            self.failed.emit(error)
        added = [lane for lane in lanes if room.lane(lane.key) is not None]
        self._change(room.hear(added[0].key) if added else room)

    def _change(self, room: Room) -> None:
        if room != self.room:
            self._take(room)
            self._dirty = True
            self._saver.start()

    def _take(self, room: Room) -> None:
        """The room is this now."""
        self.room = room
        self.player.show(room)
        source = room.input
        self.live.bend(room.current, source.path if source is not None else None)
        if self._project is not None:
            self.filler.serve(room)
        self.room_changed.emit()

    @pyqtSlot(object)
    def _filled(self, filled: Filled) -> None:
        self._take(self.room.filled(filled.key, filled.sound, filled.level, filled.latents))

    @pyqtSlot(str, object)
    def _refused(self, key: str, error: UserError) -> None:
        self._take(self.room.failed(key, str(error)))

    @pyqtSlot()
    def _new_desk(self) -> None:
        self.live.use_desk(self.player.desk, self.player.keys)

    def _fill(self, lane: Lane, sound: Path | None, tell: Any, cancelled: Any) -> Filled:
        """In another thread."""
        project = self._project
        if project is None:
            raise UserError("There is no project.")
        return self._rooms.fill(project, lane, sound, tell, cancelled)

    def _open_live(self, lane: Lane, sound: Path) -> Any:
        return self._rooms.live(lane, sound)

    @pyqtSlot()
    def _save(self) -> None:
        project, room = self._project, self.room
        self._dirty = False
        if project is not None and self._loaded:
            self._run(partial(self._rooms.save, project, room), _nothing, self.failed.emit)

    def _save_now(self) -> None:
        if self._saver.isActive():
            self._saver.stop()
            self._save()


def _read(
    rooms: Rooms, project: Project
) -> tuple[Project, Room, tuple[Answer, ...], dict[str, str]]:
    kept = rooms.answers(project)
    return project, rooms.open(project), kept.all(), kept.titles()


def _nothing(_result: Any) -> None:
    """It went well."""
