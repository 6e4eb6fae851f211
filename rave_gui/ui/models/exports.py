"""The table of exported instruments."""

from __future__ import annotations

from PyQt6.QtCore import QObject

from rave_gui.core.records import Export
from rave_gui.ui import formats
from rave_gui.ui.models.table import Column, RecordTableModel
from rave_gui.ui.text import translate

_TONES = {"pass": "good", "warn": "warn", "fail": "bad"}


class ExportsModel(RecordTableModel[Export]):
    """Rows are exports."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(_columns(), lambda row: row.id or str(row.export_path), parent)


def verdict(row: Export) -> str:
    """What the verification found, as words."""
    if row.error:
        return translate("exports", "failed")
    words = {
        "pass": translate("exports", "plays"),
        "warn": translate("exports", "plays, with remarks"),
        "fail": translate("exports", "does not play"),
    }
    found = str(row.verification.get("verdict", ""))
    return words.get(found, translate("exports", "not verified yet"))


def tone(row: Export) -> str:
    """The colour that goes with :func:`verdict`."""
    return "bad" if row.error else _TONES.get(str(row.verification.get("verdict", "")), "")


def _columns() -> tuple[Column[Export], ...]:
    def tr(text: str) -> str:
        return translate("exports", text)

    return (
        Column("name", tr("Name"), lambda row: row.name, hint=lambda row: str(row.export_path)),
        Column("format", tr("Format"), _format),
        Column("channels", tr("Channels"), _channels, value=lambda row: row.channels),
        Column("latents", tr("Latents"), _latents, lambda row: row.latent_size, True),
        Column("verdict", tr("Verdict"), verdict, tone=tone, hint=lambda row: row.error),
        Column("made", tr("Made"), _made, value=lambda row: row.created_at),
    )


def _format(row: Export) -> str:
    if row.format == "onnx":
        return "ONNX"
    if row.streaming:
        return translate("exports", "TorchScript, streaming")
    return translate("exports", "TorchScript, offline")


def _channels(row: Export) -> str:
    return formats.channels(row.channels)


def _latents(row: Export) -> str:
    return formats.count(row.latent_size)


def _made(row: Export) -> str:
    return formats.moment(row.created_at)
