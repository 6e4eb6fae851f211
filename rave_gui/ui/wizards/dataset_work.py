"""What goes on behind the wizard for a new dataset: looking, listening, reckoning, each in turn."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal, pyqtSlot

from rave_gui.backend.dataset_draft import DatasetDraft, Step
from rave_gui.backend.prospect import Prospect, reckon
from rave_gui.backend.rave_settings import ConditionSettings, PreprocessSettings
from rave_gui.backend.scan import scan
from rave_gui.backend.scanned import ScannedFile
from rave_gui.backend.verdicts import mark_duplicates, refuse
from rave_gui.bridge.stream import Drip, Newest, Stream
from rave_gui.core.collector import FullCollections
from rave_gui.core.errors import UserError
from rave_gui.ui.context import Background
from rave_gui.ui.readers import free_disk

_KNOW_SECONDS = 1.5
"""Before that, nobody knows how long listening takes."""
_MUTE = "nothing was heard of it"
Tell = Callable[[ScannedFile], None]
Listen = Callable[[Sequence[ScannedFile], Tell, threading.Event], Any]


class DatasetWork(QObject):
    """Keeps a draft up to date in the background. Everything it starts ends with :meth:`stop`."""

    moved = pyqtSignal()
    """Figures, answers or the step are others now."""
    files_added = pyqtSignal(list)
    files_changed = pyqtSignal(list)
    files_replaced = pyqtSignal()
    """Some are gone: show all anew."""
    failed = pyqtSignal(object)
    """A :class:`UserError`."""

    def __init__(
        self,
        draft: DatasetDraft,
        run: Background,
        listen: Listen,
        folder: Path,
        parent: QObject | None = None,
    ) -> None:
        """Make one that does nothing yet.

        Args:
            draft: What is kept up to date.
            run: Runs work in the background.
            listen: ``DatasetManager.listen``.
            folder: On the disk that will hold the dataset.
            parent: Its owner.
        """
        super().__init__(parent)
        self._draft, self._listen, self._folder = draft, listen, folder
        self._look, self._ears = Stream(run, self), Stream(run, self)
        self._sums, self._judged = Newest(run, self), Drip(self)
        self._collections = FullCollections()
        self._source: Path | None = None
        self._paused = self._stopped = False
        self._began, self._heard_before = 0.0, 0.0
        self._connect()

    # Properties

    @property
    def paused(self) -> bool:
        """Whether listening waits for the person."""
        return self._paused

    @property
    def listening(self) -> bool:
        """Whether files are listened to now."""
        return self._ears.busy

    @property
    def seconds_left(self) -> float | None:
        """How long listening will take; None while nobody knows."""
        counts, passed = self._draft.counts, time.monotonic() - self._began
        heard = counts.heard_seconds - self._heard_before
        if not self.listening or passed < _KNOW_SECONDS or heard <= 0:
            return None
        return counts.unheard_seconds * passed / heard

    # Wishes

    @pyqtSlot(list)
    def add_sources(self, paths: Sequence[Path]) -> None:
        """Look through these as well."""
        if self._draft.add_sources(paths):
            self._go_on()
            self.moved.emit()

    @pyqtSlot(object)
    def remove_source(self, path: Path) -> None:
        """Do without that one."""
        if not self._draft.remove_source(path):
            return
        if path == self._source:
            self._look.cancel()
            self._source = None
        self._quieten()
        self.files_replaced.emit()
        self._go_on()
        self.moved.emit()

    @pyqtSlot(object)
    def choose(self, choices: Mapping[Path, bool]) -> None:
        """Take files in or leave them out."""
        self._tell_changed(self._draft.choose(choices))

    @pyqtSlot()
    def leave_out_looks(self) -> None:
        """Leave out all that want a look."""
        self._tell_changed(self._draft.leave_out_looks())

    @pyqtSlot()
    def leave_out_unheard(self) -> None:
        """Wait for no more of them."""
        self._quieten()
        self._tell_changed(self._draft.leave_out_unheard())

    @pyqtSlot(object, object)
    def set_format(self, settings: PreprocessSettings, condition: ConditionSettings) -> None:
        """How the dataset shall be made."""
        self._draft.set_format(settings, condition)
        self._go_on()
        self.moved.emit()

    @pyqtSlot(bool)
    def set_paused(self, paused: bool) -> None:
        """Stop listening for now, or go on where it stopped."""
        self._paused = paused
        if paused:
            self._quieten()
        self._go_on()
        self.moved.emit()

    @pyqtSlot()
    def go_on(self) -> None:
        """The step is another now: begin what it needs."""
        self._go_on()
        self.moved.emit()

    @pyqtSlot()
    def stop(self) -> None:
        """The wizard is left: end everything."""
        self._stopped = True
        self._collections.allow()
        for part in (self._look, self._ears, self._sums, self._judged):
            part.cancel()

    # What is to be done next

    @pyqtSlot()
    def _go_on(self) -> None:
        if self._stopped:
            return
        self._look_on()
        self._listen_on()
        if self._draft.step >= Step.CHECK and not self._draft.fresh:
            self._reckon()

    def _look_on(self) -> None:
        source = self._draft.next_source()
        if self._source is None and source is not None:
            self._source = source
            self._look.start(partial(_look, source))

    def _listen_on(self) -> None:
        draft = self._draft
        wanted = draft.furthest >= Step.CHECK or draft.step >= Step.CHECK
        if self._paused or self._ears.busy or draft.looking or not wanted:
            return
        files = draft.unheard()
        if files:
            self._began, self._heard_before = time.monotonic(), draft.counts.heard_seconds
            draft.busy_listening = True
            self._ears.start(partial(_hear, self._listen, files, draft.files))

    def _quieten(self) -> None:
        """Stop listening; what was heard is kept and need not be heard again."""
        self._ears.cancel()
        self._draft.busy_listening = False

    def _reckon(self) -> None:
        if self._judged.busy:
            return  # what it judged is being shown; it is asked again then
        self._sums.ask_then(self._question)

    def _question(self) -> Callable[[], Any]:
        """What is to be worked out, as everything is now."""
        draft = self._draft
        return partial(
            _reckon,
            draft.files,
            draft.shown,
            draft.settings,
            draft.condition,
            self._folder,
            (draft.files_revision, draft.choice_revision),
        )

    def _tell_changed(self, files: list[ScannedFile]) -> None:
        if files:
            self.files_changed.emit(files)
        self._go_on()
        self.moved.emit()

    # What came of it

    @pyqtSlot(list)
    def _on_found(self, files: list[ScannedFile]) -> None:
        if self._source is None:
            return
        fresh = self._draft.take_found(self._source, files)
        self._collections.put_off(self._draft.counts.files)
        if fresh:
            self.files_added.emit(fresh)
        self.moved.emit()

    @pyqtSlot(object)
    def _on_looked(self, _result: object) -> None:
        self._end_look("")

    @pyqtSlot(object)
    def _on_look_refused(self, error: UserError) -> None:
        self._end_look(error.what)

    def _end_look(self, problem: str) -> None:
        source, self._source = self._source, None
        if source is not None:
            self._draft.end_look(source, problem)
        self._go_on()
        self._walk_on()

    @pyqtSlot(list)
    def _on_heard(self, files: list[ScannedFile]) -> None:
        self._tell_changed(self._draft.take_heard(files))

    @pyqtSlot(object)
    def _on_all_heard(self, files: list[ScannedFile]) -> None:
        """The round is over; files that came meanwhile get a round of their own."""
        self._draft.busy_listening = False
        self._tell_changed(self._draft.take_heard(files))
        self._walk_on()

    @pyqtSlot(object)
    def _on_ears_refused(self, error: UserError) -> None:
        self._draft.busy_listening = False
        self._paused = True
        self.failed.emit(error)
        self.moved.emit()

    @pyqtSlot(object)
    def _on_reckoned(self, answer: tuple[Prospect, list[ScannedFile]]) -> None:
        prospect, judged = answer
        if self._draft.take_prospect(prospect):
            self._judged.put(judged)
        else:
            self._go_on()
        self._walk_on()

    @pyqtSlot(list)
    def _on_judged(self, files: list[ScannedFile]) -> None:
        changed = self._draft.take_judged(files)
        if changed:
            self.files_changed.emit(changed)
            self.moved.emit()

    def _walk_on(self) -> None:
        if self._draft.walk_on():
            self._go_on()
        self.moved.emit()

    def _connect(self) -> None:
        self._look.batch.connect(self._on_found)
        self._look.ended.connect(self._on_looked)
        self._look.refused.connect(self._on_look_refused)
        self._ears.batch.connect(self._on_heard)
        self._ears.ended.connect(self._on_all_heard)
        self._ears.refused.connect(self._on_ears_refused)
        self._sums.answered.connect(self._on_reckoned)
        self._sums.refused.connect(self.failed)
        self._judged.batch.connect(self._on_judged)
        self._judged.empty.connect(self._go_on)


# In other threads


def _look(source: Path, tell: Tell, stop: threading.Event) -> None:
    for file in scan([source], cancel=stop):
        if stop.is_set():
            return
        tell(file)


def _hear(
    listen: Listen,
    files: Sequence[ScannedFile],
    known: Sequence[ScannedFile],
    tell: Tell,
    stop: threading.Event,
) -> list[ScannedFile]:
    """Listen to ``files``; returns those of all ``known`` that turn out to be otherwise."""
    told: dict[Path, ScannedFile] = {}

    def on_file(file: ScannedFile) -> None:
        told[file.path] = file
        tell(file)

    listen(files, on_file, stop)
    if stop.is_set():
        return []
    # What nothing came of would be listened to again and again.
    mute = {file.path: refuse(file, _MUTE) for file in files if not _settled(told.get(file.path))}
    now = [mute.get(file.path) or told.get(file.path, file) for file in known]
    marked = mark_duplicates(now)
    return [*mute.values(), *(new for old, new in zip(now, marked, strict=True) if new is not old)]


def _settled(file: ScannedFile | None) -> bool:
    return file is not None and (file.facts is not None or not file.usable)


def _reckon(
    files: Sequence[ScannedFile],
    shown: Sequence[ScannedFile],
    settings: PreprocessSettings,
    condition: ConditionSettings,
    folder: Path,
    revisions: tuple[int, int],
) -> tuple[Prospect, list[ScannedFile]]:
    """What comes of the files, and those of them that are to be shown otherwise."""
    found = reckon(files, settings, condition, free_disk(folder), revisions)
    judged = [new for old, new in zip(shown, found.plan.files, strict=True) if new != old]
    return found, judged
