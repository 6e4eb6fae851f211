"""What the Data page says about a dataset."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rave_gui.core.records import Dataset, DatasetStatus, Experiment, Json
from rave_gui.ui import formats
from rave_gui.ui.text import plural, translate
from rave_gui.ui.viewmodels.live import JobLive
from rave_gui.ui.viewmodels.rows import Fact, Row

S = DatasetStatus
USE, LOOK, REJECT = "use", "warn", "reject"


def _tr(text: str) -> str:
    return translate("dataset", text)


def status_word(status: DatasetStatus) -> tuple[str, str]:
    """The word for a status, and the role that colours it."""
    return {
        S.PENDING: (_tr("not started"), "secondary"),
        S.PREPROCESSING: (_tr("preparing"), "accent"),
        S.READY: (_tr("ready"), "good"),
        S.FAILED: (_tr("failed"), "bad"),
        S.STOPPED: (_tr("stopped"), "secondary"),
        S.INTERRUPTED: (_tr("interrupted"), "warn"),
    }[status]


def row(dataset: Dataset, live: JobLive | None = None) -> Row:
    """The entry of the list column."""
    word, role = status_word(dataset.status)
    preparing = dataset.status is S.PREPROCESSING
    part = live.fraction if live and preparing else None
    sound = f"{formats.sample_rate(dataset.sample_rate)} {formats.channels(dataset.channels)}"
    return Row(
        id=dataset.id or 0,
        title=dataset.name,
        status=formats.percent(part) if part is not None else word,
        role=role,
        left=sound,
        right=_remark(dataset, live),
        fraction=(part or 0.0) if preparing else None,
        search=word,
    )


def _remark(dataset: Dataset, live: JobLive | None) -> str:
    if dataset.status is S.READY:
        return formats.duration(dataset.duration_seconds)
    if dataset.status is S.PREPROCESSING:
        left = formats.eta(live.seconds_left if live else None)
        return left if left == formats.eta(None) else _tr("{time} left").format(time=left)
    return dataset.error.split(". ")[0].rstrip(".")


def progress_words(live: JobLive) -> str:
    """``412 of 1,939 examples · 2 min 10 s left``."""
    if live.done is None:
        return _tr("RAVE is starting")
    left = formats.eta(live.seconds_left)
    if live.seconds_left is not None:
        left = _tr("{time} left").format(time=left)
    if not live.total:
        return _tr("{done} examples").format(done=formats.count(int(live.done)))
    return _tr("{done} of {total} examples · {left}").format(
        done=formats.count(int(live.done)), total=formats.count(int(live.total)), left=left
    )


def facts(dataset: Dataset) -> list[Fact]:
    """The row of figures under the title."""
    chunk = 2 * dataset.num_signal / dataset.sample_rate if dataset.sample_rate else None
    return [
        Fact(_tr("Usable"), formats.duration(dataset.duration_seconds)),
        Fact(
            _tr("Examples"),
            formats.count(dataset.num_samples),
            tip=_tr("Pieces of sound that RAVE learns from."),
        ),
        Fact(_tr("Each"), formats.DASH if chunk is None else f"{chunk:.2f} s"),
        Fact(_tr("Rate"), formats.sample_rate(dataset.sample_rate)),
        Fact(_tr("Channels"), formats.channels(dataset.channels)),
        Fact(_tr("Kept as"), _tr("links to files") if dataset.lazy else _tr("database")),
    ]


def enough(seconds: float | None) -> tuple[str, str]:
    """Whether that much sound is enough for RAVE, and its role.

    The RAVE guide asks for at least three hours of alike sound (docs/training_setup.md).
    """
    if seconds is None:
        return "", ""
    if seconds < 300:
        return _tr("Very little: fit for a trial, not for an instrument."), "warn"
    if seconds < 3600:
        return _tr("Little: small recipes can learn from it, large ones will repeat it."), "warn"
    if seconds < 3 * 3600:
        return _tr("Workable. RAVE is at ease from about 3 hours of alike sound."), "secondary"
    return _tr("Enough for RAVE."), "good"


def verdict_counts(manifest: Sequence[Json]) -> tuple[int, int, int]:
    """How many files can be used, want a look, cannot be used."""
    counted = Counter(str(entry.get("verdict")) for entry in manifest)
    return counted[USE], counted[LOOK], counted[REJECT]


def verdict_sentence(manifest: Sequence[Json]) -> str:
    """:func:`verdict_words` of a manifest."""
    return verdict_words(*verdict_counts(manifest))


def verdict_words(use: int, look: int, reject: int) -> str:
    """``318 files can be used, 14 want a look, 3 cannot be used``."""
    parts = [
        plural(use, _tr("1 file can be used"), _tr("{n} files can be used")).format(
            n=formats.count(use)
        )
    ]
    if look:
        parts.append(plural(look, _tr("1 wants a look"), _tr("{n} want a look")).format(n=look))
    if reject:
        parts.append(_tr("{n} cannot be used").format(n=formats.count(reject)))
    return ", ".join(parts)


def used_by(experiments: Sequence[Experiment]) -> str:
    """A sentence naming the trainings that learn from it."""
    if not experiments:
        return _tr("No training uses it yet.")
    named = ", ".join(item.name for item in experiments[:6])
    more = len(experiments) - 6
    rest = _tr(" and {n} more").format(n=more) if more > 0 else ""
    return _tr("Used by {names}{rest}.").format(names=named, rest=rest)
