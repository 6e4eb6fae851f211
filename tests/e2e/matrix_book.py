"""What became of each combination, written down by the version of RAVE; printed as a table.

python tests/e2e/matrix_book.py
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

BOOK = Path(__file__).with_name("matrix.json")
_SIGNS = (
    ("trained", "trained"),
    ("phase_2", "phase 2"),
    ("exported", "export"),
    ("plays", "plays"),
)


def read() -> dict[str, dict[str, Any]]:
    """By the version of RAVE, then by combination."""
    return dict(json.loads(BOOK.read_text())) if BOOK.exists() else {}


def write(version: str, outcomes: Mapping[str, Mapping[str, Any]]) -> None:
    """Add to what is there, one line for each combination."""
    book = read()
    book[version] = {**book.get(version, {}), **outcomes}
    parts = [_section(name, book[name]) for name in sorted(book)]
    fresh = BOOK.with_suffix(f".{os.getpid()}")
    fresh.write_text("{\n" + ",\n".join(parts) + "\n}\n")
    fresh.replace(BOOK)


def table(outcomes: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """One line for each combination."""
    for key in sorted(outcomes):
        one = outcomes[key]
        signs = "  ".join(f"{word} {'yes' if one[name] else '-':3}" for name, word in _SIGNS)
        yield f"{key:64} {signs}  {one.get('why', '')[:80]}".rstrip()


def _section(version: str, outcomes: Mapping[str, Mapping[str, Any]]) -> str:
    lines = [f"  {json.dumps(key)}: {json.dumps(outcomes[key])}" for key in sorted(outcomes)]
    return f"{json.dumps(version)}: {{\n" + ",\n".join(lines) + "\n}"


if __name__ == "__main__":
    for version, outcomes in read().items():
        sys.stdout.write(f"{version}\n")
        sys.stdout.writelines(f"{line}\n" for line in table(outcomes))
