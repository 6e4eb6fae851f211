"""The step of a checkpoint, told from its first kilobytes: nothing is unpickled, torch not needed.

A checkpoint is a zip file that ``torch.save`` wrote; its first member, uncompressed, is
``<anything>/data.pkl``, the pickle of a dictionary that Lightning begins with ``epoch`` and
``global_step`` (``pytorch_lightning/trainer/connectors/checkpoint_connector.py``, dump_checkpoint).
"""

from __future__ import annotations

import io
import itertools
import os
import pickletools
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HEAD_BYTES = 256 * 1024
MAX_OPERATIONS = 20_000
_LOCAL_HEADER = struct.Struct("<4s5H3I2H")
_END_OF_DIRECTORY = b"PK\x05\x06"
_END_BYTES = 22
_STRINGS = {"BINUNICODE", "SHORT_BINUNICODE", "UNICODE", "BINUNICODE8"}
_INTEGERS = {"BININT", "BININT1", "BININT2", "LONG1", "LONG4", "INT", "LONG"}
_MEMORIES = {"BINPUT", "LONG_BINPUT", "PUT", "MEMOIZE"}
_BIGGEST = 2**63


@dataclass(frozen=True)
class CheckpointHeader:
    """What a checkpoint says of itself; None where it does not."""

    step: int | None = None
    epoch: int | None = None
    complete: bool = False
    """Whether the file ends as a zip file does; one that is being written does not yet."""


def read_header(path: Path) -> CheckpointHeader:
    """Step and epoch of the checkpoint in ``path``; a damaged or hostile file gives no fields.

    Reads at most ``HEAD_BYTES`` and looks at ``MAX_OPERATIONS`` operations of the pickle.
    """
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
            file.seek(-_END_BYTES, os.SEEK_END)
            complete = file.read(_END_BYTES).startswith(_END_OF_DIRECTORY)
    except OSError:
        return CheckpointHeader()
    numbers = dict(_top_level_numbers(_pickle_in(head)))
    return CheckpointHeader(numbers.get("global_step"), numbers.get("epoch"), complete)


def _pickle_in(head: bytes) -> bytes:
    """The bytes from the start of ``data.pkl``; empty where the file begins otherwise.

    Its length is not in the local header (torch streams), but a pickle says itself where it ends.
    """
    if len(head) < _LOCAL_HEADER.size:
        return b""
    fields = _LOCAL_HEADER.unpack_from(head)
    signature, method, name_length, extra_length = fields[0], fields[3], fields[9], fields[10]
    name = head[_LOCAL_HEADER.size : _LOCAL_HEADER.size + name_length]
    if signature != b"PK\x03\x04" or method != 0 or not name.endswith(b"data.pkl"):
        return b""
    return head[_LOCAL_HEADER.size + name_length + extra_length :]


def _top_level_numbers(pickled: bytes) -> Iterator[tuple[str, int]]:
    """Key and value of the outermost dictionary's numbers; stops at whatever is no pickle."""
    depth, key = 0, None
    wanted = {"epoch", "global_step"}
    for name, value in _operations(pickled):
        if name == "MARK":
            depth += 1
        elif name in ("SETITEMS", "TUPLE", "APPENDS", "LIST", "DICT", "POP_MARK"):
            depth -= 1
        elif name in _STRINGS and depth == 1 and value in wanted:
            key = value
            continue
        elif name in _INTEGERS and key and 0 <= value < _BIGGEST:
            yield key, int(value)
            wanted.discard(key)
        if not wanted:
            return
        if name not in _MEMORIES:
            key = None


def _operations(pickled: bytes) -> Iterator[tuple[str, Any]]:
    operations = pickletools.genops(io.BytesIO(pickled))
    try:
        for operation, value, _ in itertools.islice(operations, MAX_OPERATIONS):
            yield operation.name, value
    except (ValueError, OverflowError):
        return  # cut off, or never a pickle
