"""The step of a checkpoint without torch, and without trusting the file."""

from __future__ import annotations

import pickle
import struct

import checkpoint_maker as maker
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rave_gui.core import checkpoint_header
from rave_gui.core.checkpoint_header import CheckpointHeader, read_header

# pickletools itself, on odd escapes in text that nobody checked.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("step", [0, 1, 255, 256, 65536, 2**31, 2**40])
def test_the_outermost_step_and_epoch_are_read(tmp_path, protocol, step):
    path = maker.write(tmp_path / "a.ckpt", maker.content(step, 7), protocol)
    assert read_header(path) == CheckpointHeader(step, 7, complete=True)


def test_only_the_outermost_dictionary_counts(tmp_path):
    late = {"loops": {"x": {"y": 0, "z": 1}}, "one": {"a": 1}, "epoch": 5, "global_step": 6}
    assert read_header(maker.write(tmp_path / "a.ckpt", late)) == CheckpointHeader(6, 5, True)
    inner = {"loops": {"epoch": 1, "x": {"global_step": 2, "y": 0}}, "z": 1}
    assert read_header(maker.write(tmp_path / "b.ckpt", inner)) == CheckpointHeader(
        None, None, True
    )


def test_torch_leaves_the_length_out_of_the_local_header(tmp_path):
    """Bytes as torch 2.8 wrote them: streamed, padded to 64, all sizes zero."""
    name, pickled = b"archive/data.pkl", pickle.dumps(maker.content(15, 0), 2)
    head = struct.pack("<4s5H3I2H", b"PK\3\4", 0, 0x808, 0, 0, 0, 0, 0, 0, len(name), 18)
    path = tmp_path / "a.ckpt"
    path.write_bytes(head + name + b"FB\x0e\0" + b"Z" * 14 + pickled + b"PK\7\x08" + bytes(100))
    assert read_header(path) == CheckpointHeader(15, 0, complete=False)


def test_a_file_that_was_cut_off_is_not_complete(tmp_path):
    path = maker.write(tmp_path / "a.ckpt")
    path.write_bytes(path.read_bytes()[:-40])
    assert read_header(path) == CheckpointHeader(42, 3, complete=False)


class _Bomb:
    def __reduce__(self):
        return (pytest.fail, ("it was unpickled",))


def test_nothing_is_ever_unpickled(tmp_path):
    path = maker.write(tmp_path / "a.ckpt", {"x": _Bomb(), "epoch": 1, "global_step": 2})
    assert read_header(path) == CheckpointHeader(2, 1, complete=True)


@pytest.mark.parametrize(
    "pickled",
    [
        b"\x80\x02}(X\x0b\0\0\0global_stepI" + b"9" * 100_000 + b"\n.",
        b"\x80\x02}(X\xff\xff\xff\x7fglobal_step",
        b"\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\x7f",
        b"\x80\x02}(X\x0b\0\0\0global_step\x8b\xff\xff\xff\x7f",
        b"\x80\x02}(" + b"(" * 500_000,
        b"\x80\x02}(X\x0b\0\0\0global_stepJ\xff\xff\xff\xff.",
        b"\x80\x02}(X\x0b\0\0\0global_step\x88.",
        b"\x80\x02}(X\x0b\0\0\0global_stepX\x01\0\0\05.",
        b"",
    ],
    ids=["digits", "length", "length8", "long", "marks", "negative", "true", "text", "empty"],
)
def test_a_hostile_pickle_gives_nothing(tmp_path, pickled):
    assert read_header(maker.write(tmp_path / "a.ckpt", pickled)).step is None


@pytest.mark.parametrize("content", [b"", b"x", b"PK\3\4", b"\x80\x02}." * 100, bytes(5000)])
def test_a_file_that_is_no_checkpoint_gives_nothing(tmp_path, content):
    path = tmp_path / "a.ckpt"
    path.write_bytes(content)
    assert read_header(path) == CheckpointHeader()


def test_a_file_that_is_not_there_gives_nothing(tmp_path):
    assert read_header(tmp_path / "gone.ckpt") == CheckpointHeader()
    assert read_header(tmp_path) == CheckpointHeader()


def test_only_the_beginning_of_a_huge_file_is_read(tmp_path, monkeypatch):
    path = maker.write(tmp_path / "a.ckpt")
    with path.open("r+b") as file:
        file.truncate(2**40)
    assert read_header(path) == CheckpointHeader(42, 3, complete=False)
    monkeypatch.setattr(checkpoint_header, "MAX_OPERATIONS", 3)
    assert read_header(path).step is None


@given(st.binary(max_size=300), st.integers(0, 400))
def test_any_bytes_are_survived(tmp_path_factory, noise, at):
    path = tmp_path_factory.getbasetemp() / "noise.ckpt"
    raw = bytearray(maker.write(path).read_bytes())
    raw[at : at + len(noise)] = noise
    path.write_bytes(raw)
    header = read_header(path)
    assert header.step is None or header.step >= 0
