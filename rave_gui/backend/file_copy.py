"""Copying a large file so that it is there whole or not at all, and can be broken off."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from rave_gui.core.errors import UserError

Progress = Callable[[int, int], bool]
"""Bytes done and bytes in all; answers whether to go on."""
_BLOCK = 8 * 1024 * 1024


class Stopped(UserError):
    """Somebody broke it off; nothing is left behind."""


def copy_whole(source: Path, target: Path, progress: Progress | None = None) -> None:
    """Copy ``source`` to ``target``, with its times.

    Raises:
        Stopped: ``progress`` said so.
        UserError: the disk refuses, or has no room; nothing is left behind.
    """
    draft = target.with_name(f".{target.name}.part")
    try:
        _refuse_full(source, target)
        _copy(source, draft, progress)
        shutil.copystat(source, draft)
        draft.replace(target)
    except OSError as error:
        raise UserError(
            f"{source.name} cannot be copied to {target.parent}: {error.strerror or error}.",
            "Free some space, or check that both folders can be reached.",
        ) from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def _copy(source: Path, draft: Path, progress: Progress | None) -> None:
    total, done = source.stat().st_size, 0
    with source.open("rb") as read, draft.open("wb") as write:
        while block := read.read(_BLOCK):
            write.write(block)
            done += len(block)
            if progress is not None and not progress(done, total):
                raise Stopped("Copying was broken off.", "Nothing was brought in.")
        write.flush()
        os.fsync(write.fileno())


def _refuse_full(source: Path, target: Path) -> None:
    needed, free = source.stat().st_size, shutil.disk_usage(target.parent).free
    if needed > free:
        raise UserError(
            f"{source.name} takes {needed:,} bytes, and {free:,} are free where the project lies.",
            "Free some space, or leave the file where it is and only refer to it.",
        )
