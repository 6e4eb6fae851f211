"""Whether a TorchScript archive holds nothing but an instrument: read, never run.

TorchScript resolves no Python of strangers when it loads an archive, but two ways to harm remain.
A pickle inside may name Python code, which another program than ours would run. And TorchScript has
operations that write and read files (``aten::save``, ``aten::from_file``), which ``__setstate__``
may call while the archive is loaded.
"""

from __future__ import annotations

import pickle
import pickletools
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING or __package__:
    from rave_gui.companion.rave_gui_verify_file import FAIL, OK, Check
else:
    from rave_gui_verify_file import FAIL, OK, Check

_FAMILIAR = re.compile(
    r"__torch__[\w. ]*|torch \w*Storage|torch (Tensor|Size|device)|torch\._utils _rebuild_\w+"
    r"|torch\.jit\._pickle \w+|collections OrderedDict"
)
"""Module and name as torch writes them (torch/csrc/jit/serialization/pickler.cpp)."""
_FOREIGN = frozenset({"STACK_GLOBAL", "INST", "OBJ", "NEWOBJ_EX", "EXT1", "EXT2", "EXT4"})
"""Ways to name a class that torch's own writer never uses."""
_TOUCHING = frozenset({"save", "from_file", "load", "_save", "_load"})
"""Operations of TorchScript that read or write files."""
_OPERATION = re.compile(r"(?<![\w.])(?:torch|ops\.(\w+))\.(\w+)\(")
_OWN = frozenset({"", "aten", "prim"})


def check_safe(path: Path) -> Check:
    """Whether nothing in the archive could run code of strangers or touch files."""
    try:
        found = next(_suspicious(path), "")
    except (OSError, zipfile.BadZipFile, ValueError, pickle.UnpicklingError, IndexError) as error:
        return Check("safe", FAIL, f"{path.name} is damaged: {error}. Export or copy it again.")
    if found:
        text = f"{path.name} {found}. No instrument needs that: it was not opened. Do not use it."
        return Check("safe", FAIL, text)
    return Check("safe", OK, "It holds no code but TorchScript, and nothing that touches files.")


def operations(source: str) -> Iterator[tuple[str, str]]:
    """The operations that serialized TorchScript calls: namespace (empty for aten) and name."""
    for found in _OPERATION.finditer(source):
        yield found[1] or "", found[2]


def sources(archive: zipfile.ZipFile) -> Iterator[str]:
    """The TorchScript of an archive, file by file."""
    for name in archive.namelist():
        if name.partition("/")[2].startswith("code/") and name.endswith(".py"):
            yield archive.read(name).decode("utf-8", "replace")


def _suspicious(path: Path) -> Iterator[str]:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith(".pkl"):
                for foreign in foreign_names(archive.read(name)):
                    yield f"names code that is not torch's ({foreign})"
        for source in sources(archive):
            for space, operation in operations(source):
                if operation in _TOUCHING or space not in _OWN:
                    yield f"calls {space or 'aten'}::{operation}"


def foreign_names(content: bytes) -> Iterator[str]:
    """Names of code in a pickle that torch does not write; the pickle is read, not loaded.

    Raises:
        ValueError: when it is no whole pickle.
    """
    for opcode, argument, _ in pickletools.genops(content):
        if opcode.name in _FOREIGN:
            yield opcode.name.lower().replace("_", " ")
        elif opcode.name == "GLOBAL" and not _FAMILIAR.fullmatch(str(argument)):
            yield str(argument).replace(" ", ".")
