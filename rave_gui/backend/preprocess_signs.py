"""What the output of ``rave preprocess`` gives away: how far it is, and that it will never end."""

from __future__ import annotations

import re
from pathlib import Path

STUCK = (
    r"No valid file found in .*",
    r"\(\w*(?:Error|Exception|Interrupt)\w*\(.*\),?\)",
)
"""Lines after which it hangs for ever: it prints the fault of a worker and goes on waiting for it
(acids-rave 2.3.1, scripts/preprocess.py:174-190 and 245)."""

_TAIL = 4096
_OURS = "rave-gui: "
_COUNT = re.compile(rb"(\d+)it \[")


def our_last_words(log: Path) -> str:
    """Why the files could not be made ready, as the program said that fills the staging folder."""
    try:
        text = log.read_bytes()[-_TAIL:].decode("utf-8", "replace")
    except OSError:
        return ""
    said = text.rpartition(_OURS)[2] if _OURS in text else ""
    return " ".join(said.split())


def examples_written(log: Path) -> int:
    """The count in the last progress bar; tqdm has no total there."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _TAIL))
            counts = _COUNT.findall(file.read(_TAIL))
    except OSError:
        return 0
    return int(counts[-1]) if counts else 0
