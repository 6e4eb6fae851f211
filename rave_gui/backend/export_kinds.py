"""The four forms of an instrument, and how the settings of an export say them."""

from __future__ import annotations

from dataclasses import replace

from rave_gui.backend.rave_settings import ExportSettings
from rave_gui.core.records import Export

STREAMING, OFFLINE, ONNX, ONNX_STREAMING = "ts", "ts-offline", "onnx", "onnx-streaming"
KINDS = (STREAMING, OFFLINE, ONNX, ONNX_STREAMING)
"""As the command line calls them, the usual one first."""
_SAID = {
    STREAMING: ("torchscript", True),
    OFFLINE: ("torchscript", False),
    ONNX: ("onnx", False),
    ONNX_STREAMING: ("onnx", True),
}


def with_kind(settings: ExportSettings, kind: str) -> ExportSettings:
    """The settings in that form; ``kind`` is one of :data:`KINDS`."""
    form, streaming = _SAID[kind]
    return replace(settings, format=form, streaming=streaming)


def kind_of(export: ExportSettings | Export) -> str:
    """The form that settings or a record speak of."""
    said = export.format, export.streaming
    return next((kind for kind, form in _SAID.items() if form == said), STREAMING)


def streams(kind: str) -> bool:
    """Whether it plays in blocks without a click between them."""
    return _SAID[kind][1]


def is_onnx(kind: str) -> bool:
    """Whether it is for programs with onnxruntime."""
    return _SAID[kind][0] == "onnx"
