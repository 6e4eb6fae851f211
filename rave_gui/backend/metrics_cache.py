"""What was read from event files, kept in columns so that a long run opens at once.

One file for each event file: a line of magic, a JSON header, the columns (8 bytes a number, in this
machine's order), a checksum. A cache that is damaged, of another age, of another kind of machine or
of another file is as good as none.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import struct
import sys
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rave_gui.core.event_file import EventFileReader
from rave_gui.core.event_points import Points
from rave_gui.core.logger import get_logger

_MAGIC = b"rave-gui metrics 1\n"
_FINGERPRINT = 4096
_MOST_FILES = 64
_log = get_logger(__name__)


@dataclass(frozen=True)
class Cached:
    """A reader that goes on where the cache ends, and what was read before."""

    reader: EventFileReader
    points: dict[str, Points]


class MetricsCache:
    """Caches in one folder; the 64 used last are kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, path: Path) -> Cached | None:
        """What is known of the event file ``path``; ``None`` if nothing that still holds."""
        try:
            content = self._file(path).read_bytes()
            header, columns = _unpack(content)
            if header["order"] != sys.byteorder or not _still_holds(path, header):
                return None
            reader = EventFileReader.resume(path, header["state"])
            return Cached(reader, dict(_read_columns(header["tags"], columns)))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError, struct.error) as error:
            _log.info("the metrics of %s are read anew: %s", path.name, error)
            return None

    def store(self, reader: EventFileReader, points: Mapping[str, Points]) -> None:
        """Keep what ``reader`` has read; a cache that cannot be written is noted, no more."""
        try:
            header = {
                "state": reader.state(),
                "file": _identity(reader.path, reader.offset),
                "order": sys.byteorder,
                "tags": [[tag, len(some)] for tag, some in points.items()],
            }
            self._folder.mkdir(parents=True, exist_ok=True)
            _replace(self._file(reader.path), _pack(header, points))
            self._prune()
        except OSError as error:
            _log.warning("the metrics cache in %s cannot be written: %s", self._folder, error)

    def _file(self, path: Path) -> Path:
        name = hashlib.sha256(os.fsencode(path.absolute())).hexdigest()[:32]
        return self._folder / f"{name}.metrics"

    def _prune(self) -> None:
        """Remove the caches that were written longest ago."""
        found = sorted(self._folder.glob("*.metrics"), key=lambda path: path.stat().st_mtime)
        for path in found[:-_MOST_FILES]:
            path.unlink(missing_ok=True)


def _identity(path: Path, offset: int) -> dict[str, Any]:
    """What tells the file as it was read: inode, size, time, and its bytes at both ends."""
    status = path.stat()
    with path.open("rb") as file:
        head = file.read(min(_FINGERPRINT, offset))
        file.seek(max(offset - _FINGERPRINT, 0))
        tail = file.read(min(_FINGERPRINT, offset))
    return {
        "inode": status.st_ino,
        "size": status.st_size,
        "modified": status.st_mtime_ns,
        "ends": hashlib.sha256(head + tail).hexdigest(),
    }


def _still_holds(path: Path, header: Mapping[str, Any]) -> bool:
    """Whether the file is the one that was read, unchanged or only grown."""
    then = header["file"]
    now = _identity(path, int(header["state"]["offset"]))
    unchanged = now["size"] == then["size"] and now["modified"] == then["modified"]
    grown = now["size"] > then["size"]
    same_file: bool = now["inode"] == then["inode"] and now["ends"] == then["ends"]
    return same_file and (unchanged or grown)


def _pack(header: Mapping[str, Any], points: Mapping[str, Points]) -> list[bytes]:
    """The pieces of a cache file."""
    text = json.dumps(header).encode()
    # What follows the text begins on a multiple of eight, so that columns need no copy.
    text += b" " * (-(len(_MAGIC) + 4 + len(text)) % 8)
    pieces = [_MAGIC, struct.pack("<I", len(text)), text]
    for some in points.values():
        pieces += [some.steps.tobytes(), some.values.tobytes(), some.wall_times.tobytes()]
    return [*pieces, struct.pack("<I", _checksum(pieces))]


def _unpack(content: bytes) -> tuple[dict[str, Any], memoryview]:
    """Header and columns.

    Raises:
        ValueError, struct.error: It is no cache of this age, or damaged.
    """
    view = memoryview(content)
    if not content.startswith(_MAGIC):
        raise ValueError("not a cache of this age")
    (stored,) = struct.unpack("<I", view[-4:])
    if _checksum([view[:-4]]) != stored:
        raise ValueError("a damaged cache")
    begin = len(_MAGIC) + 4
    (length,) = struct.unpack("<I", view[len(_MAGIC) : begin])
    header: dict[str, Any] = json.loads(bytes(view[begin : begin + length]))
    return header, view[begin + length : -4]


def _read_columns(tags: list[tuple[str, int]], columns: memoryview) -> Iterator[tuple[str, Points]]:
    """The points of each tag, as views of the file's content."""
    position = 0
    for tag, count in tags:
        size = 8 * count
        steps = np.frombuffer(columns, np.int64, count, position)
        values = np.frombuffer(columns, np.float64, count, position + size)
        wall_times = np.frombuffer(columns, np.float64, count, position + 2 * size)
        yield str(tag), Points(steps, values, wall_times)
        position += 3 * size
    if position != len(columns):
        raise ValueError("a cache with something left over")


def _checksum(pieces: list[bytes] | list[memoryview]) -> int:
    crc = 0
    for piece in pieces:
        crc = zlib.crc32(piece, crc)
    return crc


def _replace(path: Path, pieces: list[bytes]) -> None:
    """Write a file whole or not at all. It is no loss if a power cut takes it: it is checked."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(pieces)
        Path(name).replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
