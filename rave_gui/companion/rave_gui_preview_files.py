"""The files of previews: ``previews/step-000123/CLIP.wav`` in the run folder, and the originals."""

from __future__ import annotations

import contextlib
import errno
import io
import queue
import threading
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING or __package__:
    from rave_gui.companion.rave_gui_clips import Clip
    from rave_gui.companion.rave_gui_job_files import write_json, write_whole
    from rave_gui.companion.rave_gui_reporter import Reporter
else:
    from rave_gui_clips import Clip
    from rave_gui_job_files import write_json, write_whole
    from rave_gui_reporter import Reporter

FOLDER, INPUTS, NAMES = "previews", "input", "clips.json"
_WAIT = 20.0


class Writer:
    """Writes WAV files in a thread of its own and tells of each when it is there."""

    def __init__(self, reporter: Reporter, folder: Path, rate: int) -> None:
        self._reporter, self._folder, self._rate = reporter, folder, rate
        self._waiting: queue.Queue[Callable[[], None] | None] = queue.Queue()
        self._full = False
        self._thread = threading.Thread(target=self._work, name="previews", daemon=True)
        self._thread.start()

    def write_inputs(self, clips: list[Clip]) -> None:
        """The originals, once for all steps, and the names of the clips."""
        self._waiting.put(lambda: self._write_inputs(clips))

    def write(self, clip: Clip, step: int, sound: np.ndarray, cost: float) -> None:
        """What the model made of ``clip``; ``cost``: the seconds it took."""
        path = self._folder / f"step-{step:06d}" / f"{clip.clip}.wav"
        facts = {"step": step, "clip": clip.clip, "name": clip.name, "cost": cost}
        self._waiting.put(lambda: self._write(path, sound, facts))

    def close(self) -> None:
        """Wait until all is written, though not for ever."""
        self._waiting.put(None)
        self._thread.join(_WAIT)

    def _work(self) -> None:
        while (task := self._waiting.get()) is not None:
            with self._reporter.shelter("write a preview"):
                task()

    def _write_inputs(self, clips: list[Clip]) -> None:
        names = [{"clip": clip.clip, "name": clip.name} for clip in clips]
        with self._room():
            (self._folder / INPUTS).mkdir(parents=True, exist_ok=True)
            write_json(self._folder / NAMES, {"clips": names}, durable=False)
        for clip in clips:
            path = self._folder / INPUTS / f"{clip.clip}.wav"
            if not path.exists():
                self._write(path, clip.sound, {"step": None, "clip": clip.clip, "name": clip.name})

    def _write(self, path: Path, sound: np.ndarray, facts: dict[str, Any]) -> None:
        with self._room():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, [wav_bytes(sound, self._rate)], durable=False)
            seconds = sound.shape[-1] / self._rate
            kind = "preview" if facts["step"] is not None else "preview-input"
            self._reporter.fact(kind, path=str(path), seconds=seconds, **facts)

    @contextlib.contextmanager
    def _room(self) -> Iterator[None]:
        """A full disk is told once; what it does not take is left out."""
        try:
            yield
            self._full = False
        except OSError as error:
            if error.errno not in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
                raise
            if not self._full:
                self._full = True
                text = "The disk is full: previews are left out until there is room again."
                self._reporter.fact("note", text=text)


def wav_bytes(sound: np.ndarray, rate: int) -> bytes:
    """A WAV file of 16 bits from float32[channels, samples]; what is over full scale is cut."""
    whole = np.clip(np.rint(sound * 32768.0), -32768, 32767).astype("<i2")
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(sound.shape[0])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.ascontiguousarray(whole.T).tobytes())
    return buffer.getvalue()
