"""Which files RAVE can take, judged by their headers before anything is run.

``rave preprocess`` hangs for ever on one unreadable file and drops short ones without a word
(acids-rave 2.3.1, scripts/preprocess.py), so every file gets a verdict with its reason first.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

from rave_gui.backend.audio_chunks import Promise, read_promise
from rave_gui.backend.audio_find import Found, find_files
from rave_gui.backend.audio_header import Header, read_header
from rave_gui.backend.audio_sniff import HEAD, misnamed, stranger
from rave_gui.backend.scanned import REJECT, USE, WARN, ScannedFile
from rave_gui.core.errors import UserError

MISSING = 0.02
"""Part of the promised length that may be missing before a file counts as cut short."""
MISSING_SECONDS = 0.25
_LOW, _HIGH = 8000, 192_000
_LEAST_RATE, _MOST_RATE = 1000, 768_000
"""Beyond these ffmpeg's resampler gives up, or a header lies."""


def scan(
    sources: Iterable[Path],
    ffprobe: str | None = "ffprobe",
    cancel: threading.Event | None = None,
) -> Iterator[ScannedFile]:
    """Judge every file of sound named by or below ``sources``, as they come.

    Never raises for a file or folder: what cannot be looked at is rejected with the reason. Ends
    within a moment once ``cancel`` is set.
    """
    for found in find_files(sources):
        if cancel is not None and cancel.is_set():
            return
        yield _look(found, ffprobe, cancel)


def scan_file(path: Path, ffprobe: str | None = "ffprobe") -> ScannedFile:
    """Judge one file, whatever its name."""
    return next(scan([path], ffprobe))


def _look(found: Found, ffprobe: str | None, cancel: threading.Event | None) -> ScannedFile:
    if found.problem:
        return ScannedFile(found.path, REJECT, found.problem, included=False)
    if found.size == 0:
        return _rejected(found, "empty: the file has no bytes")
    try:
        with found.path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        return _rejected(found, f"cannot be read: {error.strerror or error}")
    try:
        header = read_header(found.path, head, ffprobe, cancel)
    except UserError as error:
        what = stranger(head)
        return _rejected(found, f"not audio: this is {what}" if what else error.what)
    return _judged(found, header, read_promise(found.path, found.size), head)


def _judged(found: Found, header: Header, promise: Promise | None, head: bytes) -> ScannedFile:
    if not header.seconds > 0 or header.sample_rate <= 0 or header.channels <= 0:
        return _rejected(found, "holds no sound: its length is zero")
    if not _LEAST_RATE <= header.sample_rate <= _MOST_RATE:
        return _rejected(found, f"damaged: no sound has {header.sample_rate:,} samples a second")
    cut = _cut_short(promise)
    if cut and is_cut_short(cut.promised_seconds, cut.present_seconds):
        return _rejected(found, cut_words(cut.promised_seconds, cut.present_seconds))
    doubt = _doubt(header, cut)
    other = misnamed(head, found.path.suffix.lower())
    return ScannedFile(
        found.path,
        WARN if doubt else USE,
        doubt or (f"named {found.path.suffix}, but is {other}" if other else ""),
        header.seconds,
        header.sample_rate,
        header.channels,
        header.format,
        found.size,
        found.modified,
        header.audio_first,
        header.length_known,
    )


def is_cut_short(promised: float, present: float) -> bool:
    """Whether so much of the promised seconds is missing that the file counts as damaged."""
    return promised - present > max(MISSING_SECONDS, MISSING * promised)


def cut_words(promised: float, present: float, what: str = "the header promises") -> str:
    """The reason for a file that was cut short."""
    return f"damaged: {what} {length(promised)}, data ends after {length(present)}"


def length(seconds: float) -> str:
    """``4.2 s`` or ``3 h 05 m``: exact where it is short."""
    if seconds < 120:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} m" if hours else f"{minutes} m {rest:02d} s"


def _cut_short(promise: Promise | None) -> Promise | None:
    """The promise where it is not kept by at least a thousandth of a second."""
    if promise is None or promise.promised_seconds - promise.present_seconds < 1e-3:
        return None
    return promise


def _doubt(header: Header, cut: Promise | None) -> str:
    if cut is not None:
        return f"ends {cut.promised_seconds - cut.present_seconds:.2f} s before its header says"
    if not _LOW <= header.sample_rate <= _HIGH:
        return f"an unusual sample rate of {header.sample_rate:,} Hz"
    return ""


def _rejected(found: Found, reason: str) -> ScannedFile:
    return ScannedFile(
        found.path, REJECT, reason, size=found.size, modified=found.modified, included=False
    )
