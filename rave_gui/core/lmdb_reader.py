"""What ``rave preprocess`` made: an LMDB database of chunks and a ``metadata.yaml`` beside it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from rave_gui.core.audio_example import INT16, AudioExample, read_audio_example
from rave_gui.core.errors import UserError
from rave_gui.core.lmdb_file import LmdbError, LmdbFile
from rave_gui.core.protobuf_wire import WireError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_DATA, _METADATA = "data.mdb", "metadata.yaml"
_LONGEST_METADATA = 1 << 16
_REMEDY = "Make the dataset again from its sources."
_Answer = TypeVar("_Answer")


@dataclass(frozen=True)
class LazyItem:
    """A file that a lazy dataset refers to; ``length`` in seconds."""

    path: str
    length: float
    channels: int


class DatasetDatabase:
    """A dataset's folder, read only. Nothing is kept open, so it may still be growing.

    Every method raises ``UserError`` where the folder, or what is in it, is missing or damaged.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def examples(self) -> int:
        """How many chunks there are; for a lazy dataset, how many files."""
        return self._read(_count)

    def check(self) -> int:
        """``examples``, after a walk through the whole index: finds what is damaged or missing."""
        return self._read(LmdbFile.check)

    def metadata(self) -> dict[str, Any]:
        """``lazy``, ``channels``, ``n_seconds`` and ``sr`` as RAVE wrote them at the very end.

        ``n_seconds`` is one chunk short (``scripts/preprocess.py``): count the examples instead.
        """
        loaded = self._load_yaml()
        if not isinstance(loaded, dict) or not _plausible(loaded):
            raise self._damaged(_METADATA, "it does not say what RAVE says there")
        return loaded

    def lazy_items(self) -> list[LazyItem]:
        """The files that a lazy dataset refers to; empty for one that holds its sound."""
        examples = self._read(lambda file: [read_audio_example(value) for value in file.values()])
        try:
            return [_lazy_item(example) for example in examples if "path" in example.metadata]
        except ValueError as error:
            raise self._damaged(_DATA, str(error)) from error

    def lazy_item(self, index: int) -> LazyItem:
        """The file that entry ``index`` of a lazy dataset refers to."""
        example = self._entry(index)
        try:
            if "path" in example.metadata:
                return _lazy_item(example)
        except ValueError as error:
            raise self._damaged(_DATA, str(error)) from error
        raise self._damaged(_DATA, f"entry {index} refers to no file")

    def visit(self, visitor: Callable[[AudioExample], None]) -> int:
        """Call ``visitor`` with every entry, in order; how many there are.

        What ``visitor`` raises ends it and comes out.
        """

        def walk(file: LmdbFile) -> int:
            count = 0
            for value in file.values():
                visitor(read_audio_example(value))
                count += 1
            return count

        return self._read(walk)

    def read_example(self, index: int) -> NDArray[np.int16]:
        """int16[channels, samples] of one chunk, at the dataset's sample rate."""
        example = self._entry(index)
        try:
            return _samples(example)
        except ValueError as error:
            raise self._damaged(_DATA, str(error)) from error

    def _entry(self, index: int) -> AudioExample:
        message = self._read(lambda file: file.get(f"{index:08d}".encode()))
        if message is None:
            raise UserError(f"The dataset in {self.folder} has no example {index}.")
        try:
            return read_audio_example(message)
        except ValueError as error:
            raise self._damaged(_DATA, str(error)) from error

    def _read(self, question: Callable[[LmdbFile], _Answer]) -> _Answer:
        """Ask the database as it is now."""
        try:
            with LmdbFile(self.folder / _DATA) as file:
                return question(file)
        except FileNotFoundError as error:
            raise UserError(f"There is no dataset in {self.folder}.", _REMEDY) from error
        except OSError as error:
            raise self._unreadable(_DATA, error) from error
        except (LmdbError, WireError) as error:
            raise self._damaged(_DATA, str(error)) from error

    def _load_yaml(self) -> Any:
        import yaml  # noqa: PLC0415 (not before a dataset is looked at)

        try:
            with (self.folder / _METADATA).open("rb") as file:
                return yaml.safe_load(file.read(_LONGEST_METADATA).decode("utf-8"))
        except FileNotFoundError as error:
            raise UserError(f"The dataset in {self.folder} was never finished.", _REMEDY) from error
        except OSError as error:
            raise self._unreadable(_METADATA, error) from error
        except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
            raise self._damaged(_METADATA, "it is not readable as YAML") from error

    def _damaged(self, name: str, why: str) -> UserError:
        return UserError(f"{self.folder / name} is damaged: {why}.", _REMEDY)

    def _unreadable(self, name: str, error: OSError) -> UserError:
        return UserError(
            f"{self.folder / name} cannot be read: {error.strerror or error}.",
            "Check that the disk is connected and that you may read it.",
        )


def _count(file: LmdbFile) -> int:
    """The entries by the newest meta page; a file that may be cut short is looked through."""
    return file.meta.entries if file.is_whole() else file.check()


def _plausible(metadata: dict[Any, Any]) -> bool:
    """Whether the four facts are there and of their kinds."""
    channels, rate, seconds = (metadata.get(key) for key in ("channels", "sr", "n_seconds"))
    return (
        isinstance(metadata.get("lazy"), bool)
        and type(channels) is int
        and channels > 0
        and type(rate) is int
        and rate > 0
        and isinstance(seconds, (int, float))
        and math.isfinite(seconds)
    )


def _lazy_item(example: AudioExample) -> LazyItem:
    """Raises ``ValueError`` where a number is none."""
    told = example.metadata
    return LazyItem(told["path"], float(told.get("length", "0")), int(told.get("channels", "1")))


def _samples(example: AudioExample) -> NDArray[np.int16]:
    """Raises ``ValueError`` where the bytes do not make whole channels."""
    import numpy as np  # noqa: PLC0415 (not before a dataset is looked at)

    if example.precision != INT16 or not example.data:
        raise ValueError("an example holds no 16-bit sound")
    samples = np.frombuffer(example.data, "<i2").reshape(example.channels, -1)
    return samples.astype(np.int16, copy=False)
