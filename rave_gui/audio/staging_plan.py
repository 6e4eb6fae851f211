"""What the staging folder of a dataset shall hold: made by the forecast, carried out by a program.

RAVE sees the staging folder only. An item is a link to an original where RAVE can take that as it
is, and a converted copy where not. Everything is decided here, sample by sample, so that the number
of examples is known before anything is written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

VERSION = 1


@dataclass(frozen=True)
class Piece:
    """A stretch of one original file."""

    path: Path
    sample_rate: int
    """Hz, of the original."""
    channels: int
    """Of the original."""
    spans: tuple[tuple[int, int], ...]
    """(first, behind last) frames at ``sample_rate`` that are kept, in order."""
    frames: int
    """Frames that they become at the rate of the dataset; the copy is made exactly so long."""
    gain: float = 1.0
    """Linear."""
    first_channel_only: bool = False
    """Take the first channel instead of the mean where channels are mixed."""
    size: int = 0
    """Bytes of the original when it was listened to; 0 where that is not known."""
    modified: int = 0
    """Its ``st_mtime_ns`` then."""


@dataclass(frozen=True)
class Item:
    """One file of the staging folder."""

    name: str
    """Plain ASCII, unique, with a lower-case suffix."""
    pieces: tuple[Piece, ...]
    """Exactly one where ``link``; several are joined with short fades."""
    link: bool
    frames: int
    """Per channel, at the rate of the dataset: as RAVE will decode it; padding is included."""
    examples: int
    """Entries that RAVE makes of it."""


@dataclass(frozen=True)
class StagingPlan:
    """All items, and what the copies are converted to."""

    sample_rate: int
    channels: int
    items: tuple[Item, ...]

    def text(self) -> Iterator[bytes]:
        """The JSON document in small parts, since a plan may have 100,000 items.

        It is ASCII, so that names that are not UTF-8 keep their bytes.
        """
        head = {"version": VERSION, "sample_rate": self.sample_rate, "channels": self.channels}
        yield json.dumps(head).encode("ascii").removesuffix(b"}") + b', "items": ['
        for number, item in enumerate(self.items):
            entry = json.dumps(_item_entry(item), allow_nan=False).encode("ascii")
            yield (b",\n" if number else b"\n") + entry
        yield b"\n]}\n"

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> StagingPlan:
        """The plan in ``data``, which was read from such a document.

        Raises:
            ValueError, TypeError, KeyError: it is damaged or of a later version.
        """
        if data["version"] != VERSION:
            raise ValueError(f"version {data['version']} of a plan is not known")
        items = tuple(_item(entry) for entry in data["items"])
        return cls(int(data["sample_rate"]), int(data["channels"]), items)


def _item(data: Mapping[str, Any]) -> Item:
    pieces = tuple(_piece(entry) for entry in data["pieces"])
    return Item(**{**data, "pieces": pieces})


def _piece(data: Mapping[str, Any]) -> Piece:
    spans = tuple((int(a), int(b)) for a, b in data["spans"])
    return Piece(**{**data, "path": Path(data["path"]), "spans": spans})


def _item_entry(item: Item) -> dict[str, Any]:
    return {**vars(item), "pieces": [_piece_entry(piece) for piece in item.pieces]}


def _piece_entry(piece: Piece) -> dict[str, Any]:
    spans = [list(span) for span in piece.spans]
    return {**vars(piece), "path": str(piece.path), "spans": spans}
