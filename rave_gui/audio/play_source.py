"""Where the player gets its samples: an open file or samples in memory, as two channels."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from typing import TYPE_CHECKING, Protocol

from rave_gui.audio.decode import open_sound
from rave_gui.audio.sound import Samples, Sound
from rave_gui.core.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from rave_gui.audio.lanes import LaneDesk

    Block = NDArray[np.float32]

CHANNELS = 2
"""Everything is played in stereo."""
SLOWEST, FASTEST = 1_000, 768_000
"""Hz: sample rates that can be heard as sound at all."""


class Source(Protocol):
    """Samples from a place on. Rates are in Hz, places and lengths in frames."""

    sample_rate: int
    channels: int
    frames: int | None
    """All there is; None where the header promises nothing."""
    desk: LaneDesk | None
    """Where it reads several sounds at once: two columns for each lane of this desk."""

    def read(self, count: int) -> Block:
        """float32[up to ``count``, channels]; none at the end only."""

    def seek(self, frame: int) -> None:
        """Go on at ``frame``."""

    def close(self) -> None:
        """Let go of the file."""


def open_source(sound: Sound) -> Source:
    """What ``sound`` holds, open and at its beginning.

    Raises:
        UserError: it cannot be read, holds nothing, or has a rate that no ear can follow.
    """
    source = _open(sound)
    if not SLOWEST <= source.sample_rate <= FASTEST or source.channels < 1:
        source.close()
        raise UserError(
            f"{sound.title} cannot be played: {source.sample_rate} Hz with {source.channels} "
            "channels is no sound.",
            "Its header is probably damaged.",
        )
    return source


def _open(sound: Sound) -> Source:
    if sound.desk is not None:
        from rave_gui.audio.lane_source import LanesSource  # noqa: PLC0415  (a circle)

        return LanesSource(sound.desk)
    if sound.path is not None:
        return _FileSource(sound.path)
    if sound.load is None:
        raise UserError(f"{sound.title} cannot be played: there is no sound in it.")
    return _MemorySource(sound.load())


class _MemorySource:
    desk: LaneDesk | None = None

    def __init__(self, samples: Samples) -> None:
        data = samples.data
        self._data = data[:, None] if data.ndim == 1 else data
        self.sample_rate = samples.sample_rate
        self.frames: int | None = len(self._data)
        self.channels = self._data.shape[1]
        self._at = 0

    def read(self, count: int) -> Block:
        block = self._data[self._at : self._at + count]
        self._at += len(block)
        return block

    def seek(self, frame: int) -> None:
        self._at = frame

    def close(self) -> None:
        self._data = self._data[:0]


class _FileSource:
    desk: LaneDesk | None = None

    def __init__(self, path: Path) -> None:
        import numpy as np  # noqa: PLC0415

        self._stack = ExitStack()
        ffmpeg = shutil.which("ffmpeg")
        self._decoder = self._stack.enter_context(open_sound(path, ffmpeg=ffmpeg))
        self.sample_rate, self.channels = self._decoder.sample_rate, self._decoder.channels
        self.frames = self._decoder.frames
        self._at = 0
        self._blocks: Iterator[Block] | None = None
        self._rest: Block = np.empty((0, self.channels), np.float32)

    def read(self, count: int) -> Block:
        if not len(self._rest):
            if self._blocks is None:
                self._blocks = self._decoder.blocks(count)
            self._rest = next(self._blocks, self._rest)
        block, self._rest = self._rest[:count], self._rest[count:]
        self._at += len(block)
        return block

    def seek(self, frame: int) -> None:
        if frame == self._at:  # ffmpeg would be started anew, which is heard as a delay
            return
        self._at, self._blocks, self._rest = frame, None, self._rest[:0]
        try:
            self._decoder.seek(frame)
        except (RuntimeError, OSError) as error:
            raise UserError(f"It is not possible to move in this sound: {error}.") from error

    def close(self) -> None:
        self._blocks = None
        self._stack.close()


def two_channels(block: Block) -> Block:
    """float32[frames, 2] of finite samples from -1 to 1.

    Mono goes to both sides; of more than two channels the even ones are mixed to the left and the
    odd ones to the right, as everywhere here. What is no number becomes silence, so that a damaged
    file hurts no ear.
    """
    import numpy as np  # noqa: PLC0415

    if block.shape[1] == 1:
        made = np.repeat(block, CHANNELS, axis=1)
    elif block.shape[1] == CHANNELS:
        made = block.astype(np.float32, copy=True)
    else:
        sides = [block[:, side::CHANNELS].mean(axis=1) for side in range(CHANNELS)]
        made = np.stack(sides, axis=1).astype(np.float32)
    np.nan_to_num(made, copy=False, nan=0.0, posinf=1.0, neginf=-1.0)
    return np.clip(made, -1.0, 1.0, out=made)
