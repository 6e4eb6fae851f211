"""One example of a dataset as RAVE will get it, to be heard and kept."""

from __future__ import annotations

import math
import os
import wave
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from rave_gui.audio.decode import open_sound
from rave_gui.backend.chunks import windows_of
from rave_gui.core.errors import UserError
from rave_gui.core.lmdb_reader import DatasetDatabase, LazyItem
from rave_gui.core.records import Dataset

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pcm = NDArray[np.int16]

_FULL = 32768


@dataclass(frozen=True, eq=False)
class Example:
    """What RAVE learns from at one step: 16-bit sound."""

    index: int
    samples: Pcm
    """int16[channels, frames]."""
    sample_rate: int
    """Hz."""
    origin: Path | None = None
    """The file, known in a lazy dataset only: RAVE writes a database in whatever order."""
    begin: float = 0.0
    """Seconds into that file."""

    @property
    def seconds(self) -> float:
        """Its length."""
        return self.samples.shape[1] / self.sample_rate if self.sample_rate else 0.0

    @property
    def peak(self) -> float:
        """Largest absolute sample, 1.0 is full scale."""
        low, high = int(self.samples.min(initial=0)), int(self.samples.max(initial=0))
        return max(-low, high) / _FULL

    def floats(self) -> NDArray[np.float32]:
        """float32[frames, channels], -1 to 1: for players and pictures."""
        import numpy as np  # noqa: PLC0415  start-up must not pay for it

        return np.ascontiguousarray(self.samples.T.astype(np.float32) / _FULL)


class ExampleReader:
    """Reads examples of one dataset. Keeps no file open; safe to make anew at any time."""

    def __init__(self, dataset: Dataset, ffmpeg: str | None = "ffmpeg") -> None:
        self._dataset, self._ffmpeg = dataset, ffmpeg
        self._database = DatasetDatabase(dataset.path / "db")
        self._ends: list[int] = []

    def count(self) -> int:
        """How many there are; of a lazy dataset, windows as a training cuts them.

        Raises:
            UserError: the database cannot be read.
        """
        if not self._dataset.lazy:
            return self._database.examples()
        if not self._ends:
            self._ends = list(accumulate(map(self._windows, self._database.lazy_items())))
        return self._ends[-1] if self._ends else 0

    def read(self, index: int) -> Example:
        """The example with that number, from 0 on.

        Raises:
            UserError: it cannot be read; or there is none with that number.
        """
        if self._dataset.lazy:
            return self._lazy(index)
        samples = self._database.read_example(index)
        return Example(index, samples, self._dataset.sample_rate)

    def _windows(self, item: LazyItem) -> int:
        frames = math.floor(item.length * self._dataset.sample_rate)
        return windows_of(frames, self._dataset.sample_rate, self._dataset.num_signal)

    def _lazy(self, index: int) -> Example:
        if not 0 <= index < self.count():
            raise UserError(f"{self._dataset.name} has no example {index}.")
        entry = bisect_right(self._ends, index)
        window = index - (self._ends[entry - 1] if entry else 0)
        path = Path(self._database.lazy_item(entry).path)
        begin = window * self._dataset.num_signal
        samples = self._cut(path, begin)
        seconds = begin / self._dataset.sample_rate
        return Example(index, samples, self._dataset.sample_rate, _original(path), seconds)

    def _cut(self, path: Path, begin: int) -> Pcm:
        """One window of a file, as ffmpeg gives it to RAVE."""
        import numpy as np  # noqa: PLC0415

        if not path.is_file():
            raise UserError(
                f"{path} is gone, so this example is silence for RAVE.",
                "Find the moved files, or make the dataset again.",
            )
        rate, wanted = self._dataset.sample_rate, self._dataset.num_signal
        with open_sound(path, ffmpeg=self._ffmpeg, sample_rate=rate) as decoder:
            decoder.seek(begin)
            blocks, had = [], 0
            for block in decoder.blocks():
                blocks.append(block[: wanted - had])
                had += len(blocks[-1])
                if had >= wanted:
                    break
        found = np.concatenate(blocks) if blocks else np.zeros((0, 1), np.float32)
        return _as_rave(found, self._dataset.channels, wanted)


def save_wav(example: Example, target: Path) -> None:
    """Write the very samples as a 16-bit WAV file; a reader sees all of it or none.

    Raises:
        UserError: it cannot be written there.
    """
    draft = target.with_name(f".{target.name[:200]}.{os.getpid()}.tmp")
    try:
        try:
            _write(example, draft)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise UserError(
            f"{target} cannot be written: {error.strerror or error}.",
            "Choose a folder that you can write to.",
        ) from error


def _write(example: Example, path: Path) -> None:
    with path.open("wb") as stream:
        with wave.open(stream, "wb") as file:
            file.setnchannels(example.samples.shape[0])
            file.setsampwidth(2)
            file.setframerate(example.sample_rate)
            file.writeframes(example.samples.T.astype("<i2").tobytes())
        stream.flush()
        os.fsync(stream.fileno())


def _as_rave(found: NDArray[np.float32], channels: int, frames: int) -> Pcm:
    """int16[channels, frames]: channels repeated where the file has fewer, silence at the end."""
    import numpy as np  # noqa: PLC0415

    made = np.zeros((channels, frames), np.int16)
    scaled = np.clip(np.rint(found * _FULL), -_FULL, _FULL - 1).astype(np.int16)
    for channel in range(channels):
        made[channel, : len(scaled)] = scaled[:, channel % found.shape[1]]
    return made


def _original(link: Path) -> Path:
    """Where a link of the staging folder leads."""
    try:
        return link.readlink()
    except OSError:  # it is a copy
        return link
