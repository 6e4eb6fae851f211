"""Is this dataset good to learn from? The answer, and what else to know; the plots show why."""

from __future__ import annotations

from dataclasses import dataclass

from rave_gui.backend.dataset_summary import Summary
from rave_gui.backend.outlook import GREEN, RED, Outlook
from rave_gui.core.records import Dataset
from rave_gui.ui import formats
from rave_gui.ui.text import plural, translate
from rave_gui.ui.viewmodels.dataset_plots import MUCH, SOME, percent

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


def answer(amount: Outlook, summary: Summary, dataset: Dataset) -> Answer:
    """Amount and cleanness together.

    Args:
        amount: How much there is, and what for.
        summary: What the files are like.
        dataset: The record, for its sample rate.
    """
    grave, light = _concerns(summary, dataset)
    concerns = (*grave, *light, *_limits(amount))
    reason = f"{amount.reason[:1].upper()}{amount.reason[1:]}."
    if amount.light == RED:
        return Answer(_tr("Too little for an instrument"), "bad", reason, concerns)
    if grave:
        return Answer(_tr("Worth a look before you train on it"), "warn", reason, concerns)
    if amount.light == GREEN:
        return Answer(_tr("Good to learn from"), "good", reason, concerns)
    return Answer(_tr("Workable"), "warn", reason, concerns)


def _limits(amount: Outlook) -> list[str]:
    """What a training cannot do with it."""
    told = []
    small = [fit.name for fit in amount.architectures if not fit.fits]
    if small:
        told.append(_tr("Its examples are too short for {names}.").format(names=", ".join(small)))
    if not amount.latent_ok and amount.validation_examples:
        told.append(f"{amount.latent_reason[:1].upper()}{amount.latent_reason[1:]}.")
    return told


def left_out(summary: Summary) -> str:
    """``5 of 335 files were left out: bell copy.wav (same sound as bell.wav) and 3 alike; …``."""
    if not summary.left_out_files:
        return _tr("Every file went in.") if summary.files else ""
    told = [
        (one.name + (f" ({_plainly(one.reason)})" if one.reason else ""))
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


def _plainly(reason: str) -> str:
    """Without what is said of all of them anyway."""
    return reason.removesuffix(": left out")


# What else to know


def _concerns(summary: Summary, dataset: Dataset) -> tuple[list[str], list[str]]:
    grave: list[str] = []
    light: list[str] = []
    for share, sentence in _shares_of_trouble(summary):
        if share >= SOME:
            (grave if share >= MUCH else light).append(sentence.format(part=_part(share)))
    if (below := _below(summary, dataset)) >= SOME:
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


def _part(share: float) -> str:
    return _tr("{percent} of the sound").format(percent=percent(share))
