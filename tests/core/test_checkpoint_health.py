"""Weights that are no numbers, found without torch."""

from __future__ import annotations

import io
import pickle
import sys
import types
import zipfile
from pathlib import Path

import numpy as np
import pytest

from rave_gui.core.checkpoint_health import holds_nan


class _Tensor:
    def __init__(self, values, storage):
        self.values, self.storage = values, storage


class _Pickler(pickle.Pickler):
    """Names storages as torch does, see torch/serialization.py."""

    def __init__(self, stream):
        super().__init__(stream, 2)
        self.numbers: list[bytes] = []

    def persistent_id(self, item):
        if not isinstance(item, _Tensor):
            return None
        self.numbers.append(item.values.tobytes())
        return ("storage", item.storage, str(len(self.numbers) - 1), "cpu", len(item.values))


@pytest.fixture
def storages(monkeypatch):
    module = types.ModuleType("torch")
    for name in ("FloatStorage", "LongStorage"):
        setattr(module, name, type(name, (), {"__module__": "torch"}))
    monkeypatch.setitem(sys.modules, "torch", module)
    return module


@pytest.fixture
def write(tmp_path, storages):
    def save(**tensors) -> Path:
        def tensor(values):
            kind = storages.LongStorage if values.dtype == np.int64 else storages.FloatStorage
            return _Tensor(values, kind)

        stream = io.BytesIO()
        pickler = _Pickler(stream)
        named = {name: tensor(values) for name, values in tensors.items()}
        pickler.dump({"epoch": 1, "global_step": 2, "state_dict": named})
        path = tmp_path / "c.ckpt"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("c/data.pkl", stream.getvalue())
            for key, raw in enumerate(pickler.numbers):
                archive.writestr(f"c/data/{key}", raw)
        return path

    return save


GOOD = np.ones(100, np.float32)
BAD = np.where(np.arange(100) == 77, np.nan, 1).astype(np.float32)


def test_one_bad_weight_among_many_is_found(write):
    assert not holds_nan(write(first=GOOD, second=GOOD, third=GOOD))
    assert holds_nan(write(first=GOOD, second=BAD, third=GOOD))


def test_what_is_no_weight_condemns_nothing(write):
    score = np.array([np.nan], np.float32)
    whole = np.full(8, -1, np.int64)  # read as floats these bits would be NaN
    assert not holds_nan(write(weight=GOOD, fidelity=BAD, score=score, counts=whole))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 torn", b"no zip at all" * 100])
def test_a_damaged_file_is_not_judged(tmp_path, content):
    path = tmp_path / "torn.ckpt"
    path.write_bytes(content)
    assert not holds_nan(path)
    assert not holds_nan(tmp_path / "gone.ckpt")


def test_a_pickle_that_breaks_off_is_not_judged(tmp_path):
    path = tmp_path / "c.ckpt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("c/data.pkl", pickle.dumps({"a": 1}, 2)[:-1])
    assert not holds_nan(path)
