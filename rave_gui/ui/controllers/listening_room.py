"""The listening room: what comes into it, and what leaves it as a file."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, Qt, pyqtSlot
from PyQt6.QtWidgets import QFileDialog

from rave_gui.backend.lane_sources import LaneSources
from rave_gui.backend.listening_room import MOST_LANES, Lane
from rave_gui.backend.render import Rendered, Renderer, RenderWish
from rave_gui.core.records import Project
from rave_gui.ui.controllers.base import Desk, Subject
from rave_gui.ui.dialogs.add_model import AddModelDialog
from rave_gui.ui.dialogs.batch_render import BatchRenderDialog
from rave_gui.ui.dialogs.blind_test import BlindTestDialog
from rave_gui.ui.main_window import LISTENING
from rave_gui.ui.viewmodels import listening_room as words
from rave_gui.ui.viewmodels.training_actions import LISTEN
from rave_gui.ui.widgets.room_feed import RoomFeed

_FROM_A_TRAINING = 4
"""Lanes that a training is opened with, besides the input."""


class ListeningRoomController(Subject):
    """Brings checkpoints, exports and files in; renders out."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        window = self.window
        window.listen_requested.connect(self.listen)
        window.listen_export_requested.connect(self.listen_export)
        window.training_wish_requested.connect(self.listen_training)
        window.room_sound_requested.connect(self.ask_sound)
        window.room_model_requested.connect(self.ask_model)
        window.blind_test_requested.connect(self.ask_blind)
        window.lane_wish_requested.connect(self.answer)
        self._as_input = True

    @property
    def feed(self) -> RoomFeed:
        """The room of the window."""
        return self.window.listening.feed

    @pyqtSlot()
    def stop(self) -> None:
        """The window closes: keep the room, let go of the model that is bent."""
        self.feed.stop()

    # What comes in

    @pyqtSlot(list)
    def listen(self, checkpoints: list[int]) -> None:
        """Open the room with these checkpoints."""
        self._open(lambda sources, project: [
            sources.checkpoint(project, one) for one in checkpoints[: MOST_LANES - 1]
        ])  # fmt: skip

    @pyqtSlot(int)
    def listen_export(self, export_id: int) -> None:
        """Open the room with an export."""
        self._open(lambda sources, project: [sources.export_of(project, export_id)])

    @pyqtSlot(int, str)
    def listen_training(self, experiment_id: int, key: str) -> None:
        """Open the room with the checkpoints of a training."""
        if key == LISTEN:
            self._open(
                lambda sources, project: sources.best(project, experiment_id, _FROM_A_TRAINING)
            )

    def _open(self, find: object) -> None:
        """Turn to the room; the lanes are read in the background."""
        project = self.project
        if project is None:
            return
        self.window.show_page(LISTENING)
        self.do(partial(_found, find, self.services.rooms.sources, project), self._take)

    def _take(self, found: tuple[tuple[Lane, ...], Path | None]) -> None:
        lanes, sound = found
        feed = self.feed
        feed.show_project(self.project)
        feed.when_loaded(lambda: _bring(feed, lanes, sound))

    @pyqtSlot(bool)
    def ask_sound(self, as_input: bool) -> None:
        """Ask for a file."""
        self._as_input = as_input
        kinds = self.tr("Sounds") + " (*.wav *.aif *.aiff *.flac *.mp3 *.ogg *.opus *.m4a)"
        dialog = QFileDialog(self.window, self.tr("Choose a sound"), "", kinds)
        several = QFileDialog.FileMode.ExistingFiles
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile if as_input else several)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(self._take_sounds)
        dialog.open()

    @pyqtSlot("QStringList")
    def _take_sounds(self, paths: list[str]) -> None:
        self.feed.add_files([Path(path) for path in paths], as_input=self._as_input)

    @pyqtSlot()
    def ask_model(self) -> None:
        """Ask for checkpoints and exports."""
        project = self.project
        if project is not None:
            sources = self.services.rooms.sources
            self.do(partial(_models, sources, project), self._ask_model)

    def _ask_model(self, found: tuple[tuple[Lane, ...], Path | None]) -> None:
        lanes, sound = found
        room = self.feed.room
        known = [lane for lane in lanes if room.lane(lane.key) is None]
        if room.input is None and sound is not None:  # there is nothing to hear without one
            self.feed.set_input(sound)
        dialog = AddModelDialog(
            self.desk.context.theme, known, MOST_LANES - len(self.feed.room.lanes), self.window
        )
        dialog.requested.connect(self.feed.add_lanes)
        self.messages.show(dialog)

    # Blind

    @pyqtSlot()
    def ask_blind(self) -> None:
        """Compare lanes without their names."""
        context = self.desk.context
        self.feed.player.pause()
        dialog = BlindTestDialog(context.theme, self.feed.room, context.playback, self.window)
        dialog.answered.connect(self.feed.add_answer)
        self.messages.show(dialog)

    # What leaves

    @pyqtSlot(str, str)
    def answer(self, key: str, action: str) -> None:
        """Do something with a lane."""
        lane = self.feed.room.lane(key)
        if lane is None:
            return
        if action == words.FOLDER:
            self.window.show_in_folder_requested.emit(str(lane.path))
        elif action == words.RENDER:
            self._ask_file(lane)
        elif action == words.BATCH:
            self._ask_batch(lane)

    def _ask_file(self, lane: Lane) -> None:
        source = self.feed.room.input
        stem = words.render_name(lane, source)
        start = str((source.path.parent if source else Path.home()) / f"{stem}.wav")
        dialog = QFileDialog(self.window, self.tr("Render to a file"), start, "WAV (*.wav)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("wav")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setProperty("lane", lane.key)
        dialog.fileSelected.connect(self._render)
        dialog.open()

    @pyqtSlot(str)
    def _render(self, path: str) -> None:
        dialog, feed, project = self.sender(), self.feed, self.project
        lane = feed.room.lane(str(dialog.property("lane"))) if dialog is not None else None
        if lane is None or project is None:
            return
        source = feed.room.input
        originals = [one.path for one in feed.room.lanes]
        sound = source.path if source is not None else None
        self.notice(self.tr("{name} is being rendered.").format(name=Path(path).name))
        render = self.services.rooms.render_to
        work = partial(render, project, lane, sound, Path(path), originals, _ignore, _never)
        self.do(work, self._rendered)

    def _rendered(self, path: Path) -> None:
        self.notice(self.tr("Rendered: {path}").format(path=path), "good")

    def _ask_batch(self, lane: Lane) -> None:
        """Put a folder of sounds through it."""
        project = self.project
        if project is None:
            return
        folder = project.path / "renders" / words.batch_folder(lane)
        wish = self.services.rooms.batch_wish(lane)
        render = partial(_render_all, self.services.renderer, wish)
        dialog = BatchRenderDialog(
            self.desk.context.theme, self.desk.context.run, lane.title, folder, render, self.window
        )
        self.messages.show(dialog)


def _found(
    find: object, sources: LaneSources, project: Project
) -> tuple[tuple[Lane, ...], Path | None]:
    """The lanes, and a sound for a room that has none yet."""
    assert callable(find)
    return tuple(find(sources, project)), sources.first_sound(project)


def _models(sources: LaneSources, project: Project) -> tuple[tuple[Lane, ...], Path | None]:
    return sources.models(project), sources.first_sound(project)


def _bring(feed: RoomFeed, lanes: tuple[Lane, ...], sound: Path | None) -> None:
    if feed.room.input is None and sound is not None:
        feed.set_input(sound)
    feed.add_lanes(lanes)


def _render_all(
    renderer: Renderer, wish: RenderWish, paths: Any, folder: Path, tell: Any, cancelled: Any
) -> list[Rendered]:
    return renderer.render_all(wish, paths, folder, progress=tell, cancelled=cancelled)


def _ignore(_done: float) -> None:
    """Short enough."""


def _never() -> bool:
    return False
