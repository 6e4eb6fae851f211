"""What is asked of a verification."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Wish:
    """One file and how it is to be looked at."""

    path: Path
    seconds: float = 2.0
    """Of sound for each check."""
    clip: Path | None = None
    """A sound of the user's."""
    expected_rate: int | None = None
    """In Hz, as the training had it; None where nobody knows."""
