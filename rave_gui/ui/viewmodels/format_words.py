"""What each choice of the format means for the files at hand, in a sentence."""

from __future__ import annotations

from rave_gui.backend.dataset_draft import DatasetDraft
from rave_gui.backend.draft_counts import Tally
from rave_gui.backend.rave_settings import ConditionSettings, PreprocessSettings
from rave_gui.ui import formats
from rave_gui.ui.text import plural, translate

CHANNELS = (1, 2)
RATES = (22050, 32000, 44100, 48000, 96000)
WINDOWS = (16384, 32768, 65536, 131072, 262144)
MEAN, FIRST = "mean", "first"
JOIN, PAD, LEAVE = "join", "pad", "leave"
_LEAST = 0.5
"""Seconds below which a gain would be told as nothing."""


def _tr(text: str) -> str:
    return translate("dataset-format", text)


def channels_words(tally: Tally, settings: PreprocessSettings, condition: ConditionSettings) -> str:
    """What becomes of files with other channels."""
    more = tally.more_channels(settings.channels)
    fewer = tally.fewer_channels(settings.channels)
    parts = []
    if more:
        kept = _tr("the mean of all") if condition.mix == MEAN else _first_words(settings.channels)
        many = plural(
            more, _tr("1 file has more channels: {kept} is used."),
            _tr("{n} files have more channels: {kept} is used."),
        )  # fmt: skip
        parts.append(many.format(n=formats.count(more), kept=kept))
    if fewer:
        many = plural(
            fewer, _tr("1 file has fewer: its sound is heard on both sides."),
            _tr("{n} files have fewer: their sound is heard on both sides."),
        )  # fmt: skip
        parts.append(many.format(n=formats.count(fewer)))
    if settings.channels > 1:
        parts.append(_tr("The RAVE plug-in (VST) plays mono models only."))
    return " ".join(parts) or _tr("All files have that many already.")


def _first_words(channels: int) -> str:
    return _tr("the left one") if channels == 1 else _tr("the first two of them")


def rate_words(tally: Tally, settings: PreprocessSettings) -> str:
    """How many files are converted."""
    others = tally.other_rates(settings.sample_rate)
    if not others:
        return _tr("All files have it already; the instrument will have it too.")
    many = plural(
        others,
        _tr("1 file has another rate and is converted; the instrument will have this one."),
        _tr("{n} files have other rates and are converted; the instrument will have this one."),
    )
    return many.format(n=formats.count(others))


def window_label(window: int, sample_rate: int) -> str:
    """``131,072 · 5.94 s``: the samples that RAVE is told, the seconds of one example."""
    return f"{formats.count(window)} · {2 * window / sample_rate:.2f} s"


def window_words(settings: PreprocessSettings) -> str:
    """What the window means."""
    return _tr(
        "One example holds twice as many samples, {s} s. What is left at the end of each file is "
        "lost, so a small window loses less; RAVE's larger architectures want a large one."
    ).format(s=f"{settings.chunk_seconds:.2f}")


def short_words(draft: DatasetDraft) -> str:
    """How many files are touched, and what that brings."""
    found = draft.prospect
    if found is None:
        return ""
    if not found.short_files:
        return _tr("No chosen file is shorter than one example.")
    many = plural(
        found.short_files,
        _tr("1 file is shorter than one example:"),
        _tr("{n} files are shorter than one example:"),
    ).format(n=formats.count(found.short_files))
    said = _short_said(draft.condition.short_files, found.short_files, found.gained_seconds)
    return f"{many} {said}"


def _short_said(how: str, files: int, gained_seconds: float) -> str:
    """What becomes of ``files`` short ones, where that brings ``gained_seconds``."""
    gained = formats.duration(gained_seconds)
    if how == LEAVE:
        return plural(
            files, _tr("RAVE would drop it, so it is left out."),
            _tr("RAVE would drop them, so they are left out."),
        )  # fmt: skip
    if gained_seconds < _LEAST:
        return plural(
            files, _tr("it fills no example even so, and is lost."),
            _tr("they fill no example even so, and are lost."),
        )  # fmt: skip
    if how == PAD or files == 1:
        return plural(
            files, _tr("it is filled up with silence, which RAVE learns too; {time} is kept."),
            _tr("each is filled up with silence, which RAVE learns too; {time} is kept."),
        ).format(time=gained)  # fmt: skip
    return _tr("joined with short fades they give {time} that would be lost.").format(time=gained)


def trim_words() -> str:
    """What trimming does."""
    return _tr("Silence at both ends goes, and longer pauses are cut; RAVE would learn them.")


def level_words() -> str:
    """What matching the level does."""
    return _tr("Every file is brought to the same loudness, never over full scale.")


def lazy_words(settings: PreprocessSettings) -> str:
    """What lazy means, both ways."""
    if settings.lazy:
        return _tr(
            "No database is made: training decodes your files and the copies each time. Slower, "
            "and both must stay where they are; if they move, RAVE goes on with silence."
        )
    return _tr("The sound is copied into one database: fast, and safe when your files move.")
