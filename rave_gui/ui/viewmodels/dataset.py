"""What the Data page says about a dataset."""

from __future__ import annotations

from dataclasses import dataclass

from rave_gui.audio.prepare import COPYING
from rave_gui.backend.dataset import Preparation
from rave_gui.backend.dataset_summary import Summary
from rave_gui.core.records import Dataset, DatasetStatus
from rave_gui.ui import formats
from rave_gui.ui.text import plural, translate
from rave_gui.ui.viewmodels.live import JobLive
from rave_gui.ui.viewmodels.rows import Fact, Row

S = DatasetStatus


@dataclass(frozen=True)
class Amount:
    """What ``backend.outlook`` looks at."""

    windows: int
    usable_seconds: float
    num_signal: int


def _tr(text: str) -> str:
    return translate("dataset", text)


def status_word(status: DatasetStatus, *, gone: bool = False) -> tuple[str, str]:
    """The word for a status, and the role that colours it; ``gone``: its files are not there."""
    if gone:
        return _tr("gone"), "bad"
    return {
        S.PENDING: (_tr("not started"), "secondary"),
        S.PREPROCESSING: (_tr("preparing"), "accent"),
        S.READY: (_tr("ready"), "good"),
        S.FAILED: (_tr("failed"), "bad"),
        S.STOPPED: (_tr("stopped"), "secondary"),
        S.INTERRUPTED: (_tr("interrupted"), "warn"),
    }[status]


def row(
    dataset: Dataset, live: JobLive | None = None, users: int = 0, *, gone: bool = False
) -> Row:
    """The entry of the list column."""
    preparing = dataset.status is S.PREPROCESSING
    word, role = status_word(dataset.status, gone=gone and not preparing)
    part = live.fraction if live and preparing else None
    sound = f"{formats.sample_rate(dataset.sample_rate)} {formats.channels(dataset.channels)}"
    use = plural(users, _tr("1 training"), _tr("{n} trainings")).format(n=users)
    return Row(
        id=dataset.id or 0,
        title=dataset.name,
        status=formats.percent(part) if part is not None else word,
        role=role,
        left=f"{sound} · {use}" if users else sound,
        right=_remark(dataset, live),
        fraction=(part or 0.0) if preparing else None,
        search=word,
    )


def _remark(dataset: Dataset, live: JobLive | None) -> str:
    if dataset.status is S.READY:
        return formats.duration(dataset.duration_seconds)
    if dataset.status is S.PREPROCESSING:
        return _left(live.seconds_left if live else None)
    return ""


def _left(seconds: float | None) -> str:
    told = formats.eta(seconds)
    return told if seconds is None else _tr("{time} left").format(time=told)


def under(dataset: Dataset, files: int, size: int | None) -> str:
    """Below the name: how many files, when, how large, where."""
    parts = [formats.files(files), formats.date(dataset.created_at)]
    if size:
        parts.append(formats.size(size))
    return " · ".join((*parts, str(dataset.path)))


def stage_words(making: Preparation | None) -> str:
    """What is going on now: ``Copying 12 of 40 files``, ``RAVE is writing examples``."""
    if making is None or not making.stage:
        return _tr("Beginning")
    if making.stage == COPYING:
        return _tr("Copying {done} of {all}").format(
            done=formats.count(min(making.files + 1, making.all_files)),
            all=formats.files(making.all_files),
        )
    if not making.done:
        return _tr("RAVE is starting")
    return _tr("RAVE is writing examples: {done} of {total}").format(
        done=formats.count(int(making.done)), total=formats.count(int(making.total))
    )


def left_words(live: JobLive) -> str:
    """``2 min 10 s left``, or that it is being estimated."""
    return _left(live.seconds_left)


def facts(dataset: Dataset, summary: Summary, size: int | None) -> list[Fact]:
    """The row of figures of the overview."""
    chunk = 2 * dataset.num_signal / dataset.sample_rate if dataset.sample_rate else None
    lost = _lost(dataset, summary)
    return [
        Fact(_tr("Usable"), formats.duration(_usable(dataset))),
        Fact(
            _tr("Files") if dataset.lazy else _tr("Examples"),
            formats.count(_examples(dataset)),
            tip=_tr("Pieces of sound that RAVE learns from."),
        ),
        Fact(_tr("Each"), formats.DASH if dataset.lazy or chunk is None else f"{chunk:.2f} s"),
        Fact(
            _tr("Lost"),
            formats.duration(lost),
            tip=_tr("What remained at the ends of files and filled no example."),
        ),
        Fact(_tr("Rate"), formats.sample_rate(dataset.sample_rate)),
        Fact(_tr("Channels"), formats.channels(dataset.channels)),
        Fact(_tr("On disk"), formats.size(size)),
        Fact(_tr("Kept as"), _tr("links to files") if dataset.lazy else _tr("database")),
    ]


def _usable(dataset: Dataset) -> float | None:
    """Seconds; until it is ready, as it was forecast."""
    told = dataset.statistics.get("usable_seconds")
    planned = float(told) if isinstance(told, (int, float)) else None
    busy = dataset.status is S.PREPROCESSING
    return planned if busy else dataset.duration_seconds


def _examples(dataset: Dataset) -> int | None:
    told = dataset.statistics.get("forecast_examples")
    busy = dataset.status is S.PREPROCESSING
    return told if busy and isinstance(told, int) else dataset.num_samples


def _lost(dataset: Dataset, summary: Summary) -> float | None:
    """Seconds: as it was planned, or reckoned where nobody planned it."""
    told = dataset.statistics.get("lost_seconds")
    if isinstance(told, (int, float)) and not isinstance(told, bool):
        return float(told)
    if dataset.duration_seconds is None or not summary.seconds:
        return None
    return max(0.0, summary.seconds - dataset.duration_seconds)


def made_of(dataset: Dataset) -> Amount:
    """The numbers by which it is judged whether it is enough."""
    windows = dataset.statistics.get("windows")
    return Amount(
        windows if isinstance(windows, int) else dataset.num_samples or 0,
        dataset.duration_seconds or 0.0,
        dataset.num_signal,
    )


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
