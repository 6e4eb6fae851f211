"""The small plots of a dataset: what they show and what they say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from rave_gui.backend.dataset_summary import Bar, Share, Summary
from rave_gui.core.records import Dataset
from rave_gui.ui import formats
from rave_gui.ui.text import plural, translate
from rave_gui.ui.viewmodels.small_plots import Histogram, Part, Plot, PlotBar

MUCH, SOME = 0.25, 0.05
"""Shares of the sound from which something is worth a warning, or a word."""
_SERIES = ("phase1", "series3", "series2", "phase2", "muted")


def _tr(text: str) -> str:
    return translate("dataset-plots", text)


def plots(summary: Summary, dataset: Dataset) -> list[Plot]:
    """The cards of the overview; those of listening only where somebody listened."""
    lengths, kinds = _lengths(summary), _formats(summary, dataset)
    if not summary.heard:
        return [lengths, kinds]
    histograms = [_loudness(summary), _bandwidth(summary), lengths]
    return [*histograms, _clipping(summary), _silence(summary), kinds]


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
    shown = _from_first(summary.loudness)
    bars = [(bar, f"{bar.low:.0f} … {bar.high:.0f} LUFS") for bar in shown]
    ticks = [(float(place), f"{bar.low:.0f}") for place, bar in enumerate(shown)]
    wide = tuple(tick for tick, bar in zip(ticks, shown, strict=True) if bar.low % 6 == 0)
    end = ((float(len(bars)), "0"),)
    return Plot(_tr("Loudness"), sentence, histogram=Histogram(_drawn(bars), (*wide, *end)))


def _from_first(bars: Sequence[Bar]) -> Sequence[Bar]:
    """Without what is empty at the left, but never less than half of it."""
    first = next((place for place, bar in enumerate(bars) if bar.files), 0)
    return bars[min(max(0, first - 1), len(bars) // 2) :]


def _bandwidth(summary: Summary) -> Plot:
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
        Part(clean / whole, "phase1", _tr("clean {part}").format(part=percent(clean / whole))),
        Part(summary.clipped / whole, "phase2", _tr("now and then")),
        Part(summary.clipped_often / whole, "bad", _tr("often")),
    )
    if not summary.clipped_files:
        return Plot(_tr("Clipping"), _tr("Nothing clips."), strips=(strip[:1],))
    sentence = plural(summary.clipped_files, _tr("1 file clips."), _tr("{n} files clip.")).format(
        n=formats.count(summary.clipped_files)
    )
    often = summary.clipped_often / whole
    role = "warn" if often >= SOME else "secondary"
    return Plot(_tr("Clipping"), sentence, role, strips=(_with_shares(strip),))


def _silence(summary: Summary) -> Plot:
    whole = summary.heard_seconds or 1.0
    share = min(1.0, summary.silence / whole)
    strip = (
        Part(1 - share, "phase1", _tr("sound {part}").format(part=percent(1 - share))),
        Part(share, "muted", _tr("silence {part}").format(part=percent(share))),
    )
    sentence = _tr("{time} of it is silent.").format(time=formats.duration(summary.silence))
    role = "warn" if share >= MUCH else "secondary"
    if summary.silence < 1:
        return Plot(_tr("Silence"), _tr("There is no silence in it."), strips=(strip[:1],))
    return Plot(_tr("Silence"), sentence, role, strips=(strip,))


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


def _formats(summary: Summary, dataset: Dataset) -> Plot:
    strips = (
        _mix(summary.rates, formats.sample_rate, summary.seconds),
        _mix(summary.channels, formats.channels, summary.seconds),
    )
    told = [_converted(summary, dataset), _mixed(summary, dataset)]
    words = " ".join(one for one in told if one) or _tr("All alike, as the dataset is.")
    return Plot(_tr("Rates and channels"), words, strips=tuple(strip for strip in strips if strip))


def _converted(summary: Summary, dataset: Dataset) -> str:
    """How many files get another rate; empty where none does."""
    number = sum(share.files for share in summary.rates if share.value != dataset.sample_rate)
    text = plural(
        number, _tr("1 file is converted to {rate}."), _tr("{n} files are converted to {rate}.")
    ).format(n=formats.count(number), rate=formats.sample_rate(dataset.sample_rate))
    return text if number else ""


def _mixed(summary: Summary, dataset: Dataset) -> str:
    """How many files get another number of channels, and what is not really stereo."""
    number = sum(share.files for share in summary.channels if share.value != dataset.channels)
    text = plural(number, _tr("1 is made {kind}."), _tr("{n} are made {kind}.")).format(
        n=formats.count(number), kind=formats.channels(dataset.channels)
    )
    alike = ""
    if dataset.channels > 1 and summary.dual_mono:
        alike = _tr("{time} has the same in all channels.").format(
            time=formats.duration(summary.dual_mono)
        )
    return " ".join(part for part in (text if number else "", alike) if part)


def _mix(shares: Sequence[Share], words: Callable[[int], str], seconds: float) -> tuple[Part, ...]:
    whole = seconds or sum(share.seconds for share in shares) or 1.0
    return tuple(
        Part(
            share.seconds / whole,
            _SERIES[min(place, len(_SERIES) - 1)],
            f"{words(share.value)} {percent(share.seconds / whole)}",
        )
        for place, share in enumerate(shares[: len(_SERIES)])
    )


def _with_shares(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Those that are there, each with its share."""
    first, *rest = parts
    told = [replace(part, words=f"{part.words} {percent(part.share)}") for part in rest]
    return (first, *(part for part in told if part.share > 0))


def _drawn(bars: Sequence[tuple[Bar, str]]) -> tuple[PlotBar, ...]:
    return tuple(PlotBar(bar.seconds, bar.marked, _tip(words, bar)) for bar, words in bars)


def _tip(words: str, bar: Bar) -> str:
    return f"{words}: {formats.files(bar.files)}, {formats.duration(bar.seconds)}"


def _short_time(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} m" if seconds < 3600 else f"{seconds / 3600:.0f} h"


def percent(share: float) -> str:
    """Never 0 % of something that is there, nor 100 % beside something else."""
    if 0 < share < 0.005:
        return "<1 %"
    return ">99 %" if 0.995 <= share < 1 else f"{share:.0%}".replace("%", " %")
