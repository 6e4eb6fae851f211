"""The table of the files of a dataset: one entry of its manifest a row."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from PyQt6.QtCore import QObject

from rave_gui.ui import formats
from rave_gui.ui.models.table import Column, RecordTableModel
from rave_gui.ui.text import translate

Entry = Mapping[str, Any]
_TONES = {"use": "good", "warn": "warn", "reject": "bad"}


class FilesModel(RecordTableModel[Entry]):
    """Rows are manifest entries: path, verdict, reason, duration, rate, channels, format."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(_columns(), lambda entry: str(entry.get("path")), parent)


def verdict(entry: Entry) -> str:
    """The verdict as a word."""
    words = {
        "use": translate("files", "use"),
        "warn": translate("files", "look"),
        "reject": translate("files", "cannot use"),
    }
    return words.get(str(entry.get("verdict")), translate("files", "unknown"))


def _columns() -> tuple[Column[Entry], ...]:
    def tr(text: str) -> str:
        return translate("files", text)

    return (
        Column("file", tr("File"), _name, hint=lambda entry: str(entry.get("path", ""))),
        Column("length", tr("Length"), _length, value=_seconds, figure=True),
        Column("rate", tr("Rate"), _rate, value=lambda e: e.get("sample_rate"), figure=True),
        Column("channels", tr("Channels"), _channels, value=lambda e: e.get("channels")),
        Column("format", tr("Format"), lambda entry: str(entry.get("format") or formats.DASH)),
        Column(
            "verdict", tr("Verdict"), verdict, tone=lambda e: _TONES.get(str(e.get("verdict")), "")
        ),
        Column("reason", tr("Reason"), lambda entry: str(entry.get("reason") or "")),
    )


def _name(entry: Entry) -> str:
    return PurePath(str(entry.get("path", ""))).name


def _seconds(entry: Entry) -> float | None:
    return entry.get("duration_seconds")


def _length(entry: Entry) -> str:
    return formats.clock(_seconds(entry))


def _rate(entry: Entry) -> str:
    return formats.sample_rate(entry.get("sample_rate"))


def _channels(entry: Entry) -> str:
    return formats.channels(entry.get("channels"))
