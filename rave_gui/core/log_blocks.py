"""A log as blocks of whole lines, for whoever looks through all of it, again and again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_BLOCK = 1 << 18
_LONGEST = 1 << 22
"""A line without end is looked through in pieces of that many bytes."""


@dataclass(frozen=True)
class Block:
    """Neighbouring lines as they are in the file."""

    offset: int
    data: bytes
    whole: bool = True
    """False for the last line of a file that does not end it."""


class BlockReader:
    """Goes on where it stopped, when the file has grown meanwhile."""

    def __init__(self, path: Path, offset: int = 0) -> None:
        self._path = path
        self.offset = offset
        """Where the next block begins; everything before it was handed out as whole lines."""

    def blocks(self) -> Iterator[Block]:
        """What is new up to the end of the file; a last line without an end is not forgotten.

        Raises:
            OSError: the file cannot be read.
        """
        with self._path.open("rb") as file:
            file.seek(self.offset)
            rest = b""
            while data := file.read(_BLOCK):
                rest += data
                cut = rest.rfind(b"\n") + 1 or (len(rest) if len(rest) >= _LONGEST else 0)
                if cut:
                    block, rest = Block(self.offset, rest[:cut]), rest[cut:]
                    self.offset += cut
                    yield block
            if rest:
                yield Block(self.offset, rest, whole=False)
