"""The processes that listen, each with a thread of ours that hands it one file after another."""

from __future__ import annotations

import contextlib
import json
import queue
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rave_gui.audio.facts import SoundFacts
from rave_gui.audio.listen_worker import FLAG
from rave_gui.backend.scanned import ScannedFile
from rave_gui.core.errors import UserError
from rave_gui.core.logger import get_logger
from rave_gui.core.process import clean_environment, own_argv, own_environment
from rave_gui.core.process_pipe import TalkingProcess

_PATIENCE = 60.0
"""Seconds without a word after which a worker is taken to hang; it speaks each second."""
_log = get_logger(__name__)


@dataclass(frozen=True)
class Heard:
    """One file and its facts, or why there are none."""

    file: ScannedFile
    facts: SoundFacts | None = None
    fault: str = ""


class Crew:
    """Works off a list of files once; answers lie in ``answers``, one for each file."""

    def __init__(self, files: Sequence[ScannedFile], ffmpeg: str | None, workers: int) -> None:
        self.answers: queue.SimpleQueue[Heard] = queue.SimpleQueue()
        self._todo = deque(files)
        self._ended = threading.Event()
        self._members = [_Member(self, ffmpeg) for _ in range(workers)]

    def start(self) -> None:
        """Let every member begin."""
        for member in self._members:
            member.thread.start()

    def end(self) -> None:
        """Kill what still works and take the threads back."""
        self._ended.set()
        self._todo.clear()
        for member in self._members:
            member.kill()
        for member in self._members:
            member.thread.join()

    def take(self) -> ScannedFile | None:
        """The next file; None when there is none or the crew was ended."""
        with contextlib.suppress(IndexError):
            return self._todo.popleft()
        return None

    @property
    def ended(self) -> bool:
        """Whether nobody waits for answers any more."""
        return self._ended.is_set()


class _Member:
    """One process, made anew when a file took it down."""

    def __init__(self, crew: Crew, ffmpeg: str | None) -> None:
        self._crew = crew
        self._ffmpeg = ffmpeg
        self._process: TalkingProcess | None = None
        self._lock = threading.Lock()
        self.thread = threading.Thread(target=self._work, name="listening", daemon=True)

    def kill(self) -> None:
        """End the process with all that it started."""
        with self._lock:
            if self._process is not None:
                self._process.kill()

    def _work(self) -> None:
        try:
            while (file := self._crew.take()) is not None:
                self._crew.answers.put(self._hear(file))
        finally:
            self._dismiss()

    def _hear(self, file: ScannedFile) -> Heard:
        try:
            answer = self._ask(file.path)
        except UserError as error:
            return Heard(file, fault=f"it could not be listened to: {error.what}")
        if answer is None and self._crew.ended:
            return Heard(file, fault="it was not listened to.")
        if answer is None:
            _log.warning("listening to %r ended a worker", str(file.path))
            self._dismiss()
            return Heard(file, fault="it is damaged: reading it brings the decoder down.")
        return _told(file, answer)

    def _ask(self, path: Path) -> dict[str, Any] | None:
        """The worker's answer; None where it died or was killed."""
        process = self._hired()
        watch = _Watch(self.kill)
        try:
            process.say(json.dumps({"path": str(path)}).encode())
            for line in process.lines():
                watch.heard()
                answer: dict[str, Any] = json.loads(line)
                if "heard" not in answer:
                    return answer
        except (OSError, ValueError):
            return None
        finally:
            watch.end()
        return None

    def _hired(self) -> TalkingProcess:
        with self._lock:
            if self._crew.ended:
                raise UserError("Nobody listens any more.")
            if self._process is None:
                self._process = _start(self._ffmpeg)
            return self._process

    def _dismiss(self) -> None:
        with self._lock:
            process, self._process = self._process, None
            if process is not None:
                process.end()


class _Watch:
    """Calls ``on_silence`` once nothing was heard for too long."""

    def __init__(self, on_silence: Any) -> None:
        self._act = on_silence
        self._timer: threading.Timer | None = None
        self.heard()

    def heard(self) -> None:
        """A sign of life."""
        self.end()
        self._timer = threading.Timer(_PATIENCE, self._act)
        self._timer.daemon = True
        self._timer.start()

    def end(self) -> None:
        """Stop watching."""
        if self._timer is not None:
            self._timer.cancel()


def _start(ffmpeg: str | None) -> TalkingProcess:
    # One thread each: there are as many processes as cores.
    environment = clean_environment({**own_environment(), "OMP_NUM_THREADS": "1"})
    return TalkingProcess(own_argv(FLAG, *([ffmpeg] if ffmpeg else [])), environment)


def _told(file: ScannedFile, answer: dict[str, Any]) -> Heard:
    if "facts" not in answer:
        return Heard(file, fault=str(answer.get("fault") or "no sound could be read from it."))
    try:
        return Heard(file, SoundFacts.from_json(answer["facts"]))
    except (ValueError, TypeError, KeyError):
        return Heard(file, fault="it could not be listened to: the answer was damaged.")
