"""The files of a dataset: what was found in each, its shape, and how it sounds."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from rave_gui.audio.sound import Sound
from rave_gui.backend.scanned import ScannedFile
from rave_gui.bridge.playback import PlayState
from rave_gui.ui.context import PageContext
from rave_gui.ui.readers_data import Contents, thumbnails
from rave_gui.ui.viewmodels import dataset as words
from rave_gui.ui.widgets.audio_player import AudioPlayer
from rave_gui.ui.widgets.files_table import FilesTable, sound_of
from rave_gui.ui.widgets.labels import label
from rave_gui.ui.widgets.verdict_bar import VerdictBar

_PLAYER = 150
_AT_ONCE = 24
"""Thumbnails that are fetched in one go: those of one screen."""


class DataFiles(QWidget):
    """A sentence, a bar, the table, and a player for the selected file."""

    show_in_folder_requested = pyqtSignal(str)

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ctx = context
        self._contents: Contents | None = None
        self._wanted: list[Path] = []
        self._asked: set[Path] = set()
        self._fetching = False
        self._sentence, self._bar = label(role="section"), VerdictBar(context.theme)
        self.table = FilesTable(context.theme, choosable=False)
        self.player = AudioPlayer(context.theme, context.playback, context.run)
        self.player.setFixedHeight(_PLAYER)
        self.player.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(10)
        for part in (self._sentence, self._bar):
            box.addWidget(part)
        box.addWidget(self.table, 1)
        box.addWidget(self.player)
        self.table.play_requested.connect(self._play)
        self.table.selected_changed.connect(self._select)
        self.table.thumbnail_wanted.connect(self._want)
        self.table.show_in_folder_requested.connect(self.show_in_folder_requested)
        if context.playback is not None:
            context.playback.changed.connect(self._heard)

    def show_contents(self, contents: Contents) -> None:
        """The files of a dataset; the same ones again change nothing."""
        if contents is self._contents:
            return
        self._contents = contents
        self._wanted, self._asked = [], set()
        use, look, reject = contents.summary.verdicts
        sentence = words.verdict_words(use, look, reject)
        self._sentence.setText(sentence)
        self._bar.show_counts((use, look, reject), sentence)
        self._select(None)
        self.table.set_files(contents.files)

    @pyqtSlot(object)
    def _select(self, file: ScannedFile | None) -> None:
        self.player.setVisible(file is not None and file.usable)
        if file is not None and file.usable:
            self.player.show_sound(sound_of(file))
        else:
            self.player.show_sound(None)

    @pyqtSlot(object)
    def _play(self, sound: Sound) -> None:
        if self._ctx.playback is not None:
            self._ctx.playback.toggle(sound)

    @pyqtSlot(object)
    def _heard(self, state: PlayState) -> None:
        self.table.set_playing(state.key if state.playing else None)

    # Thumbnails

    @pyqtSlot(object)
    def _want(self, paths: Sequence[Path]) -> None:
        """The rows that are seen now come first; who has scrolled on needs the others no more."""
        self._wanted = [path for path in paths if path not in self._asked]
        self._fetch()

    def showEvent(self, event: QShowEvent | None) -> None:
        """Nothing is heard before somebody looks."""
        super().showEvent(event)
        self._fetch()

    def _fetch(self) -> None:
        if self._fetching or not self._wanted or not self.isVisible():
            return
        now, self._wanted = self._wanted[:_AT_ONCE], self._wanted[_AT_ONCE:]
        self._asked.update(now)
        work = partial(thumbnails, self._ctx.services, now)
        self._fetching = True
        self._ctx.run(work, self._take, self._missed, owner=self)

    def _take(self, found: dict[Path, bytes]) -> None:
        self._fetching = False
        self.table.take_thumbnails(found)
        self._fetch()

    def _missed(self, _error: Any) -> None:
        self._fetching = False
