"""What the files table says about one file."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from rave_gui.backend.scanned import REJECT, WARN, ScannedFile
from rave_gui.ui import formats
from rave_gui.ui.text import translate

CHECK, NAME, SOUND, LENGTH, RATE, CHANNELS, LOUDNESS, VERDICT = range(8)
"""The columns of the table."""
_FIGURES: Mapping[int, Callable[[ScannedFile], float | None]] = {
    LENGTH: lambda file: file.duration_seconds,
    RATE: lambda file: file.sample_rate,
    CHANNELS: lambda file: file.channels,
    LOUDNESS: lambda file: file.facts.loudness if file.facts else None,
}


def _tr(text: str) -> str:
    return translate("files", text)


def name(file: ScannedFile) -> str:
    """The name without what no font can show."""
    return "".join(char if char.isprintable() else "�" for char in file.path.name)


def verdict(file: ScannedFile) -> str:
    """The verdict as a word."""
    if file.verdict == REJECT:
        return _tr("cannot use")
    return _tr("look") if file.verdict == WARN else _tr("use")


def verdict_role(file: ScannedFile) -> str:
    """The colour of that word."""
    return {REJECT: "bad", WARN: "phase2"}.get(file.verdict, "good")


def outcome(file: ScannedFile) -> str:
    """What became of it in a dataset that is made: a file that was left out is not used."""
    return _tr("left out") if _turned_down(file) else verdict(file)


def outcome_role(file: ScannedFile) -> str:
    """The colour of that word."""
    return "secondary" if _turned_down(file) else verdict_role(file)


def _turned_down(file: ScannedFile) -> bool:
    """Fit for use, but the person did not want it."""
    return file.verdict not in (REJECT, WARN) and not file.included


def duration(file: ScannedFile) -> str:
    """``4:10``."""
    return formats.clock(file.duration_seconds) if file.usable else formats.DASH


def rate(file: ScannedFile) -> str:
    """``44.1 kHz``."""
    return formats.sample_rate(file.sample_rate) if file.usable else formats.DASH


def channels(file: ScannedFile) -> str:
    """``mono``, ``stereo``, ``6``."""
    return formats.channels(file.channels) if file.usable else formats.DASH


def loudness(file: ScannedFile) -> str:
    """``-18.2``; -∞ for silence; a dash while nobody listened, and for what is too short."""
    if file.facts is None or not file.usable:
        return formats.DASH
    if file.facts.loudness is None:
        return formats.DASH if file.facts.spans else "-∞"
    return f"{file.facts.loudness:.1f}"


def search_key(file: ScannedFile) -> str:
    """What words in the filter are looked for in."""
    return f"{file.path} {file.reason} {verdict(file)}".casefold()


def sort_key(file: ScannedFile, column: int, down: bool) -> Any:
    """What a column sorts by; files without a figure come last in either direction."""
    if column == NAME:
        return file.path.name.casefold()
    if column == VERDICT:
        return {REJECT: 0, WARN: 1}.get(file.verdict, 2)
    value = _FIGURES[column](file) if column in _FIGURES and file.usable else None
    return value if value is not None else -math.inf if down else math.inf


def spoken(file: ScannedFile, chosen: bool) -> str:
    """The whole row for a screen reader."""
    parts = [name(file), duration(file), verdict(file), file.reason]
    if file.usable and not chosen:
        parts.append(_tr("left out"))
    return ", ".join(part for part in parts if part and part != formats.DASH)
