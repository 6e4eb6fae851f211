"""Fills the staging folder of a dataset: links where RAVE can take a file, copies where not.

Originals are opened for reading only. A copy is written under a hidden name and renamed when it is
whole, so that what lies there under its own name is always complete.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

from rave_gui.audio.decode import Decoder, open_sound
from rave_gui.audio.staging_plan import Item, Piece, StagingPlan
from rave_gui.audio.wav_file import wav_header
from rave_gui.core.errors import UserError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Block = NDArray[np.float32]

FADE_SECONDS = 0.005
"""Where two sounds that were apart are put together, so that the joint does not click."""
MISSING_SECONDS = 0.25
"""What a conversion may give less than was forecast; more than that is a fault of the disk."""
_BLOCK = 1 << 16
_AGAIN = "Check the files again, then make the dataset again."
Tell = Callable[[int], None]


class Cancelled(Exception):
    """Nobody wants it any more."""


def link_or_copy(source: Path, target: Path) -> None:
    """Put ``source`` at ``target`` without using space where the file system can do that.

    Raises:
        OSError: when not even a copy can be written.
    """
    try:
        target.symlink_to(source)
    except FileExistsError:
        raise  # never write through a link: behind it lies an original
    except OSError:  # Windows without the right to make links; file systems without links
        with source.open("rb") as original, _whole(target) as copy:
            shutil.copyfileobj(original, copy)


@contextlib.contextmanager
def _whole(target: Path) -> Iterator[IO[bytes]]:
    """A file to write that gets its name once it is whole, and is gone if anything goes wrong."""
    if target.exists():
        raise FileExistsError(target)
    draft = target.with_name(f".{target.name}.part")
    try:
        with draft.open("wb") as file:
            yield file
        draft.replace(target)
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)


def make_item(
    item: Item, plan: StagingPlan, folder: Path, tell: Tell, stop: threading.Event
) -> None:
    """Put one file into ``folder``; ``tell`` hears of frames that were written.

    Raises:
        UserError: an original is gone or cannot be read, or the folder cannot be written.
        Cancelled: ``stop`` was set; nothing of the item is left.
    """
    target = folder / item.name
    try:
        for piece in item.pieces:
            require_unchanged(piece)
        if item.link:
            link_or_copy(item.pieces[0].path, target)
        else:
            _write_copy(item, plan, target, tell, stop)
    except FileExistsError:
        return  # made by an earlier attempt, and whole
    except OSError as error:
        raise _refusal(folder, item, error) from error


def _write_copy(
    item: Item, plan: StagingPlan, target: Path, tell: Tell, stop: threading.Event
) -> None:
    with _whole(target) as file:
        file.write(wav_header(item.frames, plan.channels, plan.sample_rate))
        for block in item_blocks(item, plan):
            if stop.is_set():
                raise Cancelled
            file.write(as_integers(block).tobytes())
            tell(len(block))


def item_blocks(item: Item, plan: StagingPlan) -> Iterator[Block]:
    """float32[frames, channels] of the whole item, in all exactly ``item.frames`` long.

    Blocks may be empty, while what is not wanted is passed over.

    Raises:
        UserError: an original is gone, or holds far less sound than when it was listened to.
    """
    joints = len(item.pieces) > 1 or any(len(piece.spans) > 1 for piece in item.pieces)
    left = item.frames
    for piece in item.pieces:
        for block in _piece_blocks(piece, plan, fade=joints):
            if left > 0:
                yield block[:left]
            left -= len(block)
    yield from _silence(left, plan.channels)


def _piece_blocks(piece: Piece, plan: StagingPlan, *, fade: bool) -> Iterator[Block]:
    """The kept stretches of one original, mixed, levelled and converted."""
    rate = None if piece.sample_rate == plan.sample_rate else plan.sample_rate
    with open_sound(piece.path, sample_rate=rate) as decoder:
        stretches = _Stretches(piece, plan)
        for block in _cut(decoder, stretches):
            mixed = mix(block, plan.channels, first_only=piece.first_channel_only)
            sound = _numbers_only(mixed) * piece.gain
            yield stretches.faded(sound, plan.sample_rate) if fade else sound
        if stretches.missing > MISSING_SECONDS * plan.sample_rate:
            raise _too_little(piece.path, stretches.missing / plan.sample_rate, decoder.error)
    yield from _silence(stretches.missing, plan.channels)


class _Stretches:
    """The spans of a piece at the rate of the dataset, and how far we are in them."""

    def __init__(self, piece: Piece, plan: StagingPlan) -> None:
        scale = plan.sample_rate / piece.sample_rate
        self.ends = [(round(a * scale), round(b * scale)) for a, b in piece.spans]
        if self.ends:  # rounding must not change the length that was promised
            total = sum(b - a for a, b in self.ends)
            first, last = self.ends[-1]
            self.ends[-1] = (first, max(first, last + piece.frames - total))
        self.missing = piece.frames
        self.place = 0
        """Frames into the present stretch."""
        self.length = 0

    def faded(self, sound: Block, rate: int) -> Block:
        """``sound``, which ends at ``place``, with the fades at both ends of its stretch."""
        import numpy as np  # noqa: PLC0415

        fade = max(1, round(FADE_SECONDS * rate))
        at = np.arange(self.place - len(sound), self.place)
        shape = np.clip(np.minimum(at + 1, self.length - at) / fade, 0.0, 1.0)
        return sound * shape[:, None].astype(np.float32)


def _cut(decoder: Decoder, stretches: _Stretches) -> Iterator[Block]:
    """The parts of the decoded sound that lie in the stretches, one after another.

    What lies between them is an empty block, so that a wish to stop is heard meanwhile.
    """
    position = 0
    waiting = list(stretches.ends)
    for block in decoder.blocks(_BLOCK) if waiting else ():
        start, position = position, position + len(block)
        if waiting[0][0] >= position:
            yield block[:0]
        while waiting and waiting[0][0] < position:
            first, last = waiting[0]
            part = block[max(0, first - start) : last - start]
            if len(part):
                stretches.length = last - first
                stretches.place = max(start, first) + len(part) - first
                stretches.missing -= len(part)
                yield part
            if last > position:
                break
            waiting.pop(0)
        if not waiting:
            return


def mix(block: Block, channels: int, *, first_only: bool = False) -> Block:
    """Bring float32[frames, any] to ``channels``.

    More channels are folded: channel ``c`` becomes the mean of ``c``, ``c + channels``, ... Fewer
    are repeated in turn, as ``rave preprocess`` does (scripts/preprocess.py:65).
    """
    import numpy as np  # noqa: PLC0415

    given = block.shape[1]
    if given == channels:
        return block
    if given < channels:
        return block[:, np.arange(channels) % given]
    if first_only:
        return block[:, :channels]
    return np.stack([block[:, c::channels].mean(axis=1) for c in range(channels)], axis=1)


def as_integers(block: Block) -> NDArray[np.int16]:
    """int16[frames, channels], little-endian; what is over full scale is cut."""
    import numpy as np  # noqa: PLC0415

    whole: NDArray[np.int16] = np.clip(np.rint(block * 32768.0), -32768, 32767).astype("<i2")
    return whole


def _numbers_only(block: Block) -> Block:
    import numpy as np  # noqa: PLC0415

    return np.nan_to_num(block, nan=0.0, posinf=0.0, neginf=0.0)


def _silence(frames: int, channels: int) -> Iterator[Block]:
    import numpy as np  # noqa: PLC0415

    while frames > 0:
        yield np.zeros((min(frames, _BLOCK), channels), np.float32)
        frames -= _BLOCK


def require_unchanged(piece: Piece) -> None:
    """See that the original is still what was listened to.

    Raises:
        UserError: it is gone, cannot be read, or is another one; the sentence names it.
    """
    try:
        now = piece.path.stat()
    except OSError as error:
        raise UserError(
            f"{piece.path} is gone since it was checked.",
            "Bring it back, or make the dataset again without it.",
            details=str(error),
        ) from error
    if piece.size and (piece.size, piece.modified) != (now.st_size, now.st_mtime_ns):
        raise UserError(f"{piece.path} was changed since it was checked.", _AGAIN)
    if not os.access(piece.path, os.R_OK):
        raise UserError(f"{piece.path} may not be read any more.", "Allow it, then try again.")


def _too_little(path: Path, seconds: float, complaint: str) -> UserError:
    why = f" ({complaint})" if complaint else ""
    return UserError(
        f"{seconds:.1f} seconds of {path} that were heard before could not be read now{why}.",
        _AGAIN,
    )


def _refusal(folder: Path, item: Item, error: OSError) -> UserError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return UserError(
            f"The disk is full: {item.name} cannot be written into {folder}.",
            "Free some space, then make the dataset again.",
        )
    return UserError(
        f"The folder {folder} cannot be filled: {error.strerror or error}.",
        "Choose a project folder that can be written.",
    )
