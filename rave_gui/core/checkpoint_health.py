"""Whether a checkpoint can be trained on: its numbers looked at without torch or unpickling.

``torch.save`` writes a zip file of uncompressed members: ``NAME/data.pkl``, and the raw numbers of
each storage in ``NAME/data/KEY``. The pickle names a storage by a persistent id
``("storage", torch.FloatStorage, KEY, DEVICE, COUNT)`` (torch/serialization.py, persistent_id).
"""

from __future__ import annotations

import pickletools
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

_TYPES = {"torch FloatStorage": "<f4", "torch DoubleStorage": "<f8", "torch HalfStorage": "<f2"}
_BUFFERS = {"fidelity", "latent_mean", "latent_pca", "receptive_field"}
"""What RAVE measures in validations (rave/model.py, register_buffer): no part of the training."""
_LARGEST_PICKLE = 64 * 1024 * 1024
_CHUNK = 16 * 1024 * 1024
_ATOMS = {"BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8", "UNICODE", "GLOBAL"}
_ATOMS |= {"BININT", "BININT1", "BININT2", "LONG1", "INT"}
_STORES = {"BINPUT", "LONG_BINPUT", "PUT"}
_LOADS = {"BINGET", "LONG_BINGET", "GET"}


class _Storage(NamedTuple):
    key: str
    type: str
    numel: int


def holds_nan(path: Path) -> bool:
    """Whether a weight, or what the optimizer knows of it, is not a number.

    Reads the whole file, about a gigabyte a second. What cannot be read holds none.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return any(_is_bad(archive, *member) for member in _members(archive))
    except (OSError, ValueError, EOFError, NotImplementedError, zipfile.BadZipFile):
        return False


def _members(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Name and type of each member that holds numbers of the training."""
    names = set(archive.namelist())
    pickles = [name for name in names if name.endswith("/data.pkl")]
    if len(pickles) != 1 or archive.getinfo(pickles[0]).file_size > _LARGEST_PICKLE:
        return
    folder = pickles[0].removesuffix("data.pkl") + "data/"
    for storage in _storages(archive.read(pickles[0])):
        if storage.type in _TYPES and storage.numel > 1 and folder + storage.key in names:
            yield folder + storage.key, _TYPES[storage.type]


def _storages(pickled: bytes) -> Iterator[_Storage]:
    memory: dict[Any, Any] = {}
    atoms: list[Any] = []
    name, last = "", None
    for operation, value, _ in pickletools.genops(pickled):
        if operation.name == "MARK":
            name = _name_of(atoms, name)
            atoms = []
        elif operation.name in _ATOMS or operation.name in _LOADS:
            last = memory.get(value) if operation.name in _LOADS else value
            atoms.append(last)
        elif operation.name in _STORES:
            memory[value] = last
        elif operation.name == "BINPERSID":
            if name not in _BUFFERS and (storage := _storage(atoms)):
                yield storage
            atoms = []


def _name_of(atoms: list[Any], before: str) -> str:
    """The key that a tensor is kept under: the last text in front of what rebuilds it."""
    texts = [atom for atom in atoms if isinstance(atom, str) and " " not in atom]
    return texts[-1] if texts else before


def _storage(atoms: list[Any]) -> _Storage | None:
    if len(atoms) != 5 or atoms[0] != "storage":
        return None
    _, kind, key, _, count = atoms
    known = isinstance(kind, str) and isinstance(key, str) and isinstance(count, int)
    return _Storage(key, kind, count) if known else None


def _is_bad(archive: zipfile.ZipFile, member: str, kind: str) -> bool:
    import numpy as np  # noqa: PLC0415

    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            whole = len(chunk) // np.dtype(kind).itemsize * np.dtype(kind).itemsize
            if np.isnan(np.frombuffer(chunk[:whole], kind)).any():
                return True
    return False
