"""Listening to many files at once: a pool of processes, answers as they come, nothing twice."""

from __future__ import annotations

import json
import os
import queue
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from rave_gui.audio.facts import SoundFacts
from rave_gui.backend.listen_crew import Crew, Heard
from rave_gui.backend.scanned import REJECT, USE, ScannedFile
from rave_gui.backend.verdicts import judge, refuse
from rave_gui.core.logger import get_logger
from rave_gui.core.repositories.scan_cache import FactsCache

_LOOK_SECONDS = 0.05
"""How often a wish to stop is looked for while no answer comes."""
_MOST_WORKERS = 8
_log = get_logger(__name__)


class Listener:
    """Decodes whole files and judges them. Safe to call from several threads."""

    def __init__(
        self, cache_path: Path, ffmpeg: str | None = "ffmpeg", workers: int | None = None
    ) -> None:
        """Make one that starts nothing yet.

        Args:
            cache_path: SQLite file in which facts are kept; it may be lost without harm.
            ffmpeg: The program, None where there is none.
            workers: Processes; one for each core by itself.
        """
        self._cache = FactsCache(cache_path)
        self.ffmpeg = ffmpeg
        """The program that decodes what libsndfile does not; None where there is none."""
        self._workers = workers or min(_MOST_WORKERS, os.cpu_count() or 1)

    def facts(self, path: Path) -> SoundFacts | None:
        """What is known of the file as it is now; None where it was not heard yet."""
        try:
            stat = path.stat()
        except OSError:
            return None
        file = ScannedFile(path, USE, "", size=stat.st_size, modified=stat.st_mtime_ns)
        return _read(self._cache.find_all([file])[0])

    def listen(
        self, files: Sequence[ScannedFile], cancel: threading.Event | None = None
    ) -> Iterator[ScannedFile]:
        """Every file as it was heard, in whatever order; what is known already comes first.

        Rejected files come back as they are. After ``cancel`` is set it ends within 200 ms, and
        what was heard until then is kept for the next time.
        """
        cancel = cancel or threading.Event()
        waiting: list[ScannedFile] = []
        for file, text in zip(files, self._cache.find_all(files), strict=True):
            if cancel.is_set():
                return
            known = _read(text)
            if file.verdict == REJECT:
                yield file
            elif known is not None:
                yield judge(file, known)
            else:
                waiting.append(file)
        yield from self._hear(waiting, cancel)

    def _hear(self, files: list[ScannedFile], cancel: threading.Event) -> Iterator[ScannedFile]:
        if not files:
            return
        crew = Crew(files, self.ffmpeg, min(self._workers, len(files)))
        try:
            crew.start()
            for _ in files:
                heard = _next(crew, cancel)
                if heard is None:
                    return
                yield self._judged(heard)
        finally:
            crew.end()
            self._cache.flush()

    def _judged(self, heard: Heard) -> ScannedFile:
        if heard.facts is None:
            return refuse(heard.file, heard.fault)
        text = json.dumps(heard.facts.to_json(), ensure_ascii=True, separators=(",", ":"))
        self._cache.keep(heard.file, text)
        return judge(heard.file, heard.facts)


def _read(text: str | None) -> SoundFacts | None:
    """The kept facts; none where they cannot be read, so that they are measured anew."""
    if text is None:
        return None
    try:
        return SoundFacts.from_json(json.loads(text))
    except (ValueError, TypeError, KeyError) as error:
        _log.warning("kept facts of a file are damaged: %s", error)
        return None


def _next(crew: Crew, cancel: threading.Event) -> Heard | None:
    """The next answer; None when nobody wants it any more."""
    while not cancel.is_set():
        try:
            return crew.answers.get(timeout=_LOOK_SECONDS)
        except queue.Empty:
            continue
    return None
