"""Reports of our own crashes: written when one happens, offered at the next start."""

from __future__ import annotations

import platform
import sys
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from rave_gui.core.logger import get_logger

_log = get_logger(__name__)
_PREFIX = "crash-"
_SEEN = ".seen"
_KEPT = 20


@dataclass(frozen=True)
class CrashReport:
    """One unexpected failure, as text that can be sent to somebody."""

    summary: str
    """Type and message of the exception."""
    text: str
    """The whole report."""
    path: Path | None
    """Where it lies, None when it could not be written."""


def write_report(
    folder: Path, kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> CrashReport:
    """Write down what happened; a full disk must not hide the failure itself."""
    summary = f"{kind.__name__}: {error}".strip(": ")
    text = _text(summary, "".join(traceback.format_exception(kind, error, trace)))
    path: Path | None = folder / f"{_PREFIX}{time.strftime('%Y%m%d-%H%M%S')}-{time.time_ns()}.txt"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    except OSError as problem:
        _log.warning("the crash report could not be written: %s", problem)
        path = None
    return CrashReport(summary, text, path)


def unseen_reports(folder: Path) -> list[Path]:
    """Reports that nobody has been shown yet, the newest first."""
    found = sorted(folder.glob(f"{_PREFIX}*.txt"), reverse=True)
    return [path for path in found if not _mark(path).exists()]


def mark_seen(paths: list[Path]) -> None:
    """Offer these reports no more, and keep no more than the newest few of all."""
    for path in paths:
        try:
            _mark(path).touch()
        except OSError as problem:
            _log.warning("%s could not be marked as seen: %s", path, problem)
    if paths:
        _prune(paths[0].parent)


def _mark(path: Path) -> Path:
    return path.with_suffix(_SEEN)


def _prune(folder: Path) -> None:
    for path in sorted(folder.glob(f"{_PREFIX}*.txt"), reverse=True)[_KEPT:]:
        for old in (path, _mark(path)):
            old.unlink(missing_ok=True)


def _text(summary: str, trace: str) -> str:
    from rave_gui import __version__  # noqa: PLC0415  the package must import without this module

    return "\n".join(
        (
            summary,
            "",
            f"RAVE GUI {__version__}, Python {sys.version.split()[0]}, {platform.platform()}",
            time.strftime("%Y-%m-%d %H:%M:%S %z"),
            "",
            trace,
        )
    )
