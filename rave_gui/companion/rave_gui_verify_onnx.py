"""ONNX files: whether they are whole, and whether ONNX runtime plays them, where there is one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from rave_gui.companion.rave_gui_verify_file import FAIL, OK, SKIP, Check, check_place
else:
    from rave_gui_verify_file import FAIL, OK, SKIP, Check, check_place

_GRAPH, _OPSETS = 7, 8
"""Numbers of the fields of ``ModelProto`` that every model has (onnx/onnx.proto)."""
_LENGTHS = (16384, 32768)
"""Samples that are played through it: multiples of every ratio of RAVE."""


def check_onnx(path: Path) -> Iterator[Check]:
    """Every check of an ONNX file; without ONNX runtime the file alone can be looked at."""
    problem = check_place(path) or _incomplete(path)
    if problem:
        yield problem
        return
    yield Check("file", OK, "The file is whole.", float(path.stat().st_size))
    try:
        from importlib import import_module  # noqa: PLC0415

        onnxruntime = import_module("onnxruntime")
    except ImportError:
        text = "Nobody has played it: the engine has no ONNX runtime (package onnxruntime)."
        yield Check("loads", SKIP, text)
        return
    yield from _play(path, onnxruntime)


def _incomplete(path: Path) -> Check | None:
    try:
        numbers = set(top_fields(path.read_bytes()))
    except (ValueError, OSError):
        text = f"{path.name} is damaged or no ONNX file: its end is missing. Export it again."
        return Check("file", FAIL, text)
    if {_GRAPH, _OPSETS} <= numbers:
        return None
    return Check("file", FAIL, f"{path.name} is not an ONNX file: it holds no model.")


def top_fields(content: bytes) -> Iterator[int]:
    """The numbers of the outermost fields of a protobuf message.

    Raises:
        ValueError: when the message does not end where its fields do.
    """
    place = 0
    while place < len(content):
        key, place = _varint(content, place)
        kind = key & 7
        if kind == 2:
            size, place = _varint(content, place)
            place += size
        elif kind == 0:
            _, place = _varint(content, place)
        elif kind in (1, 5):
            place += 8 if kind == 1 else 4
        else:
            raise ValueError("no protobuf message")
        if place > len(content) or key < 8:
            raise ValueError("the message is cut off")
        yield key >> 3


def _varint(content: bytes, place: int) -> tuple[int, int]:
    value, shift = 0, 0
    while place < len(content) and shift < 64:
        byte = content[place]
        value |= (byte & 127) << shift
        place, shift = place + 1, shift + 7
        if byte < 128:
            return value, place
    raise ValueError("the message is cut off")


def _play(path: Path, runtime: Any) -> Iterator[Check]:
    import numpy  # noqa: PLC0415

    try:
        session = runtime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        entry = session.get_inputs()[0]
        channels = entry.shape[1] if isinstance(entry.shape[1], int) else 1
        yield Check("loads", OK, f"It loads with ONNX runtime {runtime.__version__}.")
        for length in _LENGTHS:
            x = numpy.random.default_rng(1).normal(0, 0.1, (1, channels, length))
            y = session.run(None, {entry.name: x.astype(numpy.float32)})[0]
            if not numpy.isfinite(y).all():
                yield Check("output", FAIL, "Its output holds values that are not numbers.")
                return
    except Exception as error:  # the runtime has a dozen kinds of its own
        text = f"ONNX runtime {runtime.__version__} cannot play it: {str(error)[:200]}"
        yield Check("loads", FAIL, text)
        return
    yield Check("output", OK, "Noise of two lengths comes out as sound.")
