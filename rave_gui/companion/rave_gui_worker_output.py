"""A sound file under a name that nothing has yet: whole, or not there at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING or __package__:
    from rave_gui.companion.rave_gui_worker_talk import Fault
else:
    from rave_gui_worker_talk import Fault

SUBTYPES = {"float": "FLOAT", "16": "PCM_16", "24": "PCM_24"}
_BYTES = {"float": 4, "16": 2, "24": 3}
_LARGEST_WAV = 4 * 10**9
_MOST_NAMES = 10_000


class NewSound:
    """Written beside its place under a hidden name, and put there once it is whole.

    The last step is a hard link, which no system makes over an existing name, be that a file, a
    link to one, or the input itself. ``seconds``, its length at the most, tells whether a plain
    WAV can hold it.
    """

    def __init__(
        self, wanted: Path, rate: int, channels: int, kind: str, seconds: float, hidden: Path
    ) -> None:
        import soundfile  # noqa: PLC0415

        self.wanted, self.frames, self.peak = wanted, 0, 0.0
        self.clipped = self.strange = 0
        self._whole_numbers = kind != "float"
        self._hidden = hidden
        size = seconds * rate * channels * _BYTES[kind]
        with refusing(wanted):
            self._hidden.unlink(missing_ok=True)
            self._file: Any = soundfile.SoundFile(
                str(self._hidden),
                "x",
                rate,
                channels,
                SUBTYPES[kind],
                format="WAV" if size < _LARGEST_WAV else "RF64",
            )

    def write(self, block: np.ndarray) -> None:
        """Add float32[channels, samples]; what is no number becomes silence, and is counted."""
        good = np.isfinite(block)
        if not good.all():
            self.strange += int(block.size - good.sum())
            block = np.where(good, block, 0.0)
        if block.size:
            self.peak = max(self.peak, float(np.abs(block).max()))
            self.clipped += int((np.abs(block) > 1.0).sum()) if self._whole_numbers else 0
        self.frames += block.shape[-1]
        with refusing(self.wanted):
            self._file.write(np.ascontiguousarray(block.T))

    def publish(self, exact: bool) -> Path:
        """Give it its name, or the next one that is free unless ``exact``; returns it.

        Raises:
            Fault: the name is taken, or the disk refuses.
        """
        with refusing(self.wanted):
            self._file.close()
            with self._hidden.open("rb") as stream:
                os.fsync(stream.fileno())
            for name in [self.wanted] if exact else _names(self.wanted):
                if _put(self._hidden, name):
                    return name
        raise Fault(
            f"In {self.wanted.parent} there is a {self.wanted.name} already.",
            "Choose another name.",
        )

    def discard(self) -> None:
        """Leave nothing behind."""
        with contextlib.suppress(Exception):
            self._file.close()
        with contextlib.suppress(OSError):
            self._hidden.unlink(missing_ok=True)


@contextlib.contextmanager
def refusing(wanted: Path) -> Iterator[None]:
    """Faults of the disk in words."""
    try:
        yield
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error).strip() or type(error).__name__
        raise Fault(
            f"{wanted.name} cannot be written into {wanted.parent}: {reason}.",
            "Check the free space and the permissions of that folder.",
        ) from error


def _names(wanted: Path) -> Iterator[Path]:
    yield wanted
    for number in range(2, _MOST_NAMES):
        yield wanted.with_name(f"{wanted.stem} {number}{wanted.suffix}")


def _put(hidden: Path, name: Path) -> bool:
    """Whether the hidden file now has ``name``; False where something else has it."""
    try:
        os.link(hidden, name)
    except FileExistsError:
        return False
    except OSError:
        # A file system without links: an empty file of ours keeps the name free from others.
        try:
            os.close(os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        except FileExistsError:
            return False
        hidden.replace(name)
        return True
    hidden.unlink()
    return True
