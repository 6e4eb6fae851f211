"""Writing a function as an ONNX file, with what a program needs to know about it inside.

torch's older exporter, by tracing: the newer one needs packages that RAVE's environment has not.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING or __package__:
    from rave_gui.companion.rave_gui_onnx_graphs import Graph
else:
    from rave_gui_onnx_graphs import Graph

OPSETS = (17, 16, 14, 12)
"""Versions of ONNX's operators, the newest that everybody has first; the first that works wins."""
_METADATA = 14
"""Field ``metadata_props`` of ``ModelProto`` in ``onnx.proto``: any number of pairs of texts."""


def write_graph(graph: Graph, path: Path) -> int:
    """Write the file; returns the version of the operators.

    Raises:
        Exception: as torch says it, where no version can hold the function.
    """
    first: Exception | None = None
    for opset in OPSETS:
        try:
            _export(graph, path, opset)
        except Exception as error:
            first = first or error
            path.unlink(missing_ok=True)
        else:
            return opset
    raise first or RuntimeError("no version of ONNX was tried")


def describe(path: Path, facts: dict[str, str]) -> None:
    """Add texts to a finished file; what is appended to a protobuf message is merged into it."""
    with path.open("ab") as stream:
        for key, value in facts.items():
            pair = _text(1, key) + _text(2, value)
            stream.write(_varint(_METADATA << 3 | 2) + _varint(len(pair)) + pair)


def _export(graph: Graph, path: Path, opset: int) -> None:
    from torch.onnx._internal import onnx_proto_utils  # noqa: PLC0415

    # Its last step looks for functions written in onnxscript, needs the package onnx for that, and
    # finds none in RAVE.
    onnx_proto_utils._add_onnxscript_fn = lambda model, _custom: model
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            graph.module,
            tuple(graph.example.values()),
            str(path),
            input_names=list(graph.example),
            output_names=graph.outputs,
            dynamic_axes=graph.moving,
            opset_version=opset,
            dynamo=False,
        )


def _text(field: int, text: str) -> bytes:
    encoded = text.encode()
    return _varint(field << 3 | 2) + _varint(len(encoded)) + encoded


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(found + bytes([number]))
