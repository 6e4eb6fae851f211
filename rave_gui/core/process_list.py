"""Every process that we may look at: its command line and where it works."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Seen:
    """One process."""

    pid: int
    argv: tuple[str, ...]
    cwd: Path | None
    """None where the system does not tell."""


def processes() -> Iterator[Seen]:
    """All of them; those of other people may tell nothing and are left out."""
    import psutil  # noqa: PLC0415  only wanted where runs of others are watched

    for process in psutil.process_iter(["cmdline"]):
        argv = tuple(process.info["cmdline"] or ())
        if argv:
            yield Seen(process.pid, argv, _cwd(process))


def _cwd(process: object) -> Path | None:
    import psutil  # noqa: PLC0415

    try:
        return Path(process.cwd())  # type: ignore[attr-defined]
    except (psutil.Error, OSError):
        return None
