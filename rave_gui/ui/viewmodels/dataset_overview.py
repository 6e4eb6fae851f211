"""Is this dataset good to learn from? The answer first, then the small plots that show why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rave_gui.backend.dataset_summary import Bar, Share, Summary
from rave_gui.core.records import Dataset
from rave_gui.ui import formats
from rave_gui.ui.text import plural, translate
from rave_gui.ui.viewmodels.small_plots import Histogram, Part, Plot, PlotBar

_SERIES = ("phase1", "series3", "series2", "phase2", "muted")
_MUCH, _SOME = 0.25, 0.05
"""Shares of the sound from which something is worth a warning, or a word."""
_WIDE = 20.0
"""LU between the faint and the loud parts from which levels are worth a word."""


@dataclass(frozen=True)
class Answer:
    """The one question of the page, answered."""

    word: str
    role: str
    """``good``, ``warn`` or ``bad``."""
    reason: str
    concerns: tuple[str, ...] = ()
    """What else a person should know, one sentence each, the gravest first."""


def _tr(text: str) -> str:
    return translate("dataset-overview", text)


def answer(amount: tuple[str, str], summary: Summary, dataset: Dataset) -> Answer:
    """Amount and cleanness together.

    Args:
        amount: A sentence on how much sound there is, and its role.
        summary: What the files are like.
        dataset: The record, for its sample rate.
    """
    sentence, role = amount
    grave, light = _concerns(summary, dataset)
    concerns = (*grave, *light)
    if role == "bad":
        return Answer(_tr("Too little to learn from"), "bad", sentence, concerns)
    if role == "warn":
        return Answer(_tr("Good for a trial"), "warn", sentence, concerns)
    if grave:
        return Answer(_tr("Worth a look before you train"), "warn", sentence, concerns)
    return Answer(_tr("Good to learn from"), "good", sentence, concerns)


def plots(summary: Summary, dataset: Dataset) -> list[Plot]:
    """The cards of the overview; those of listening only where somebody listened."""
    made = [_loudness(summary), _bandwidth(summary, dataset), _clipping(summary), _silence(summary)]
    heard = made if summary.heard else []
    return [*heard, _lengths(summary), _rates(summary, dataset), _channels(summary, dataset)]


def left_out(summary: Summary) -> str:
    """``5 of 335 files were left out: bell copy.wav (same sound as bell.wav) and 3 alike; …``."""
    if not summary.left_out_files:
        return _tr("Every file went in.") if summary.files else ""
    told = [
        (one.name + (f" ({one.reason})" if one.reason else ""))
        + (_tr(" and {n} alike").format(n=formats.count(one.files - 1)) if one.files > 1 else "")
        for one in summary.left_out
    ]
    text = plural(
        summary.left_out_files,
        _tr("1 of {all} files was left out: {which}."),
        _tr("{n} of {all} files were left out: {which}."),
    )
    return text.format(
        n=formats.count(summary.left_out_files),
        all=formats.count(summary.files),
        which="; ".join(told),
    )


# What else to know


def _concerns(summary: Summary, dataset: Dataset) -> tuple[list[str], list[str]]:
    grave: list[str] = []
    light: list[str] = []
    for share, sentence in _shares_of_trouble(summary):
        if share >= _SOME:
            (grave if share >= _MUCH else light).append(sentence.format(part=_part(share)))
    if (below := _below(summary, dataset)) >= _SOME:
        light.append(
            _tr("{part} has a lower rate than {rate}: it holds nothing at the top.").format(
                part=_part(below), rate=formats.sample_rate(dataset.sample_rate)
            )
        )
    spread = summary.loudness_range
    if spread is not None and spread[1] - spread[0] > _WIDE:
        light.append(
            _tr("Levels differ by {n} LU: RAVE learns the faint parts least.").format(
                n=round(spread[1] - spread[0])
            )
        )
    if summary.heard < summary.chosen:
        number = formats.count(summary.chosen - summary.heard)
        light.append(
            _tr("{n} files were not listened to: of them only the headers are known.").format(
                n=number
            )
        )
    return grave, light


def _shares_of_trouble(summary: Summary) -> list[tuple[float, str]]:
    whole = summary.heard_seconds or 1.0
    at = formats.sample_rate(summary.cut_at)
    return [
        (
            summary.clipped_often / whole,
            _tr("{part} clips often: the model will learn the distortion too."),
        ),
        (
            summary.cut / whole,
            _tr(
                "{part} was cut off near {at}, as small MP3s are: the model will sound dull there."
            ).replace("{at}", at),
        ),
        (summary.silence / whole, _tr("{part} is silence, which teaches nothing.")),
    ]


def _below(summary: Summary, dataset: Dataset) -> float:
    lower = sum(share.seconds for share in summary.rates if share.value < dataset.sample_rate)
    return lower / summary.seconds if summary.seconds else 0.0


# Plots


def _loudness(summary: Summary) -> Plot:
    spread = summary.loudness_range
    if spread is None:
        return Plot(_tr("Loudness"), _tr("Nothing loud enough to measure."), "warn")
    low, high = (f"{level:.0f}" for level in spread)
    sentence = (
        _tr("Nearly all at {level} LUFS.").format(level=high)
        if low == high
        else _tr("Nearly all from {low} to {high} LUFS.").format(low=low, high=high)
    )
    bars = [(bar, f"{bar.low:.0f} … {bar.high:.0f} LUFS") for bar in summary.loudness]
    ticks = tuple((place, f"{bar.low:.0f}") for place, bar in enumerate(summary.loudness))[::4]
    end = ((float(len(bars)), "0"),)
    return Plot(_tr("Loudness"), sentence, histogram=Histogram(_drawn(bars), (*ticks, *end)))


def _bandwidth(summary: Summary, dataset: Dataset) -> Plot:
    bars = [(bar, f"{bar.low / 1000:.0f} … {bar.high / 1000:.0f} kHz") for bar in summary.bandwidth]
    ticks = tuple(
        (float(place), f"{bar.low / 1000:.0f}") for place, bar in enumerate(summary.bandwidth)
    )[::2]
    shown = Histogram(_drawn(bars), ticks)
    if not summary.cut_files or summary.cut_at is None:
        sentence = _tr("Nothing was cut off by an encoder. Highest sound in kHz.")
        return Plot(_tr("Bandwidth"), sentence, histogram=shown)
    sentence = plural(
        summary.cut_files,
        _tr("1 file ends at {at} as encoders end it."),
        _tr("{n} files end at {at} as encoders end them."),
    ).format(n=formats.count(summary.cut_files), at=formats.sample_rate(summary.cut_at))
    width = summary.bandwidth[0].high - summary.bandwidth[0].low
    mark = (summary.cut_at / width, _tr("cut by an encoder"))
    return Plot(_tr("Bandwidth"), sentence, "warn", histogram=replace(shown, mark=mark))


def _clipping(summary: Summary) -> Plot:
    whole = summary.heard_seconds or 1.0
    clean = max(0.0, whole - summary.clipped - summary.clipped_often)
    strip = (
        Part(clean / whole, "phase1", _tr("clean {part}").format(part=_percent(clean / whole))),
        Part(summary.clipped / whole, "phase2", _tr("now and then")),
        Part(summary.clipped_often / whole, "bad", _tr("often")),
    )
    if not summary.clipped_files:
        return Plot(_tr("Clipping"), _tr("Nothing clips."), strip=strip[:1])
    sentence = plural(summary.clipped_files, _tr("1 file clips."), _tr("{n} files clip.")).format(
        n=formats.count(summary.clipped_files)
    )
    often = summary.clipped_often / whole
    role = "warn" if often >= _SOME else "secondary"
    return Plot(_tr("Clipping"), sentence, role, strip=_with_shares(strip))


def _silence(summary: Summary) -> Plot:
    whole = summary.heard_seconds or 1.0
    share = min(1.0, summary.silence / whole)
    strip = (
        Part(1 - share, "phase1", _tr("sound {part}").format(part=_percent(1 - share))),
        Part(share, "muted", _tr("silence {part}").format(part=_percent(share))),
    )
    sentence = _tr("{time} of it is silent.").format(time=formats.duration(summary.silence))
    role = "warn" if share >= _MUCH else "secondary"
    if summary.silence < 1:
        return Plot(_tr("Silence"), _tr("There is no silence in it."), strip=strip[:1])
    return Plot(_tr("Silence"), sentence, role, strip=strip)


def _lengths(summary: Summary) -> Plot:
    bars = [
        (bar, f"{_short_time(bar.low)} … {_short_time(bar.high)}", bar.files)
        for bar in summary.lengths
    ]
    drawn = tuple(PlotBar(float(number), tip=_tip(words, bar)) for bar, words, number in bars)
    ticks = tuple((float(place), _short_time(bar.low)) for place, bar in enumerate(summary.lengths))
    sentence = _tr("{files}, {time} in all.").format(
        files=formats.files(summary.chosen), time=formats.duration(summary.seconds)
    )
    if summary.short:
        sentence += " " + plural(
            summary.short,
            _tr("1 is shorter than an example."),
            _tr("{n} are shorter than an example."),
        ).format(n=formats.count(summary.short))
    return Plot(_tr("Length of the files"), sentence, histogram=Histogram(drawn, ticks))


def _rates(summary: Summary, dataset: Dataset) -> Plot:
    strip = _mix(summary.rates, formats.sample_rate, summary.seconds)
    other = sum(share.files for share in summary.rates if share.value != dataset.sample_rate)
    rate = formats.sample_rate(dataset.sample_rate)
    sentence = (
        plural(
            other, _tr("1 file is converted to {rate}."), _tr("{n} files are converted to {rate}.")
        )
        if other
        else _tr("All at {rate}; nothing is converted.")
    )
    return Plot(
        _tr("Sample rates"), sentence.format(n=formats.count(other), rate=rate), strip=strip
    )


def _channels(summary: Summary, dataset: Dataset) -> Plot:
    strip = _mix(summary.channels, formats.channels, summary.seconds)
    other = sum(share.files for share in summary.channels if share.value != dataset.channels)
    kind = formats.channels(dataset.channels)
    sentence = (
        plural(other, _tr("1 file is made {kind}."), _tr("{n} files are made {kind}."))
        if other
        else _tr("All {kind}, as the dataset is.")
    ).format(n=formats.count(other), kind=kind)
    if dataset.channels > 1 and summary.dual_mono:
        sentence += " " + _tr("{time} of it has the same in all channels.").format(
            time=formats.duration(summary.dual_mono)
        )
    return Plot(_tr("Channels"), sentence, strip=strip)


def _mix(shares: Sequence[Share], words: object, seconds: float) -> tuple[Part, ...]:
    assert callable(words)
    whole = seconds or sum(share.seconds for share in shares) or 1.0
    return tuple(
        Part(
            share.seconds / whole,
            _SERIES[min(place, len(_SERIES) - 1)],
            f"{words(share.value)} {_percent(share.seconds / whole)}",
        )
        for place, share in enumerate(shares[: len(_SERIES)])
    )


def _with_shares(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Those that are there, each with its share."""
    first, *rest = parts
    told = [replace(part, words=f"{part.words} {_percent(part.share)}") for part in rest]
    return (first, *(part for part in told if part.share > 0))


def _drawn(bars: Sequence[tuple[Bar, str]]) -> tuple[PlotBar, ...]:
    return tuple(PlotBar(bar.seconds, bar.marked, _tip(words, bar)) for bar, words in bars)


def _tip(words: str, bar: Bar) -> str:
    return f"{words}: {formats.files(bar.files)}, {formats.duration(bar.seconds)}"


def _short_time(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} m" if seconds < 3600 else f"{seconds / 3600:.0f} h"


def _percent(share: float) -> str:
    """Never 0 % of something that is there, nor 100 % beside something else."""
    if 0 < share < 0.005:
        return "<1 %"
    return ">99 %" if 0.995 <= share < 1 else f"{share:.0%}".replace("%", " %")


def _part(share: float) -> str:
    return _tr("{percent} of the sound").format(percent=_percent(share))
