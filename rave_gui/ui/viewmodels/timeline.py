"""The timeline of checkpoints in words and numbers: lanes, marks, and what each of them says."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rave_gui.core.records import Checkpoint, CheckpointKind, Experiment, ExperimentStatus
from rave_gui.ui import formats
from rave_gui.ui.models.checkpoints import kind as kind_in_words
from rave_gui.ui.text import plural, translate

if TYPE_CHECKING:
    from rave_gui.ui.readers_models import Curve, Models

BEST, LAST, STOPPED, SAVED, REGULAR = "best", "last", "stopped", "saved", "regular"
_SHAPES = {
    CheckpointKind.BEST: BEST,
    CheckpointKind.LAST: LAST,
    CheckpointKind.STOPPED: STOPPED,
    CheckpointKind.SAVED: SAVED,
    CheckpointKind.EPOCH: REGULAR,
}
_TRAINS = {ExperimentStatus.RUNNING, ExperimentStatus.STOPPING, ExperimentStatus.OUTSIDE}


@dataclass(frozen=True)
class Mark:
    """One checkpoint on its lane."""

    id: int
    step: int
    shape: str
    word: str
    """Beside the shape, where there is room; regular ones have none."""
    height: float | None
    """Its validation, from 0, the lowest of its training, to 1; None where none was measured."""
    phase: int | None
    stars: int = 0
    pinned: bool = False
    exported: bool = False
    noted: bool = False
    gone: bool = False
    words: str = ""
    """All of it in a sentence."""

    @property
    def special(self) -> bool:
        """Whether it is drawn in full however many lie close together."""
        chosen = self.pinned or self.exported or bool(self.stars)
        return chosen or self.shape != REGULAR


@dataclass(frozen=True)
class Lane:
    """One training."""

    id: int
    title: str
    under: str
    marks: tuple[Mark, ...]
    """By step."""
    last: int
    """The step that the training reached."""
    phase2_at: int | None
    curve: tuple[tuple[int, float], ...] = ()
    """Steps and heights of its validation."""
    heard: tuple[int, ...] = ()
    """Steps that can be listened to."""


class LaneBook:
    """Makes lanes, and gives the very same ones again where nothing changed. For one thread."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[object, Lane]] = {}

    def lanes(self, found: Models) -> tuple[Lane, ...]:
        """A lane for each training that has a checkpoint, the youngest first."""
        by_run: dict[int, list[Checkpoint]] = {}
        for row in found.checkpoints:
            by_run.setdefault(row.experiment_id, []).append(row)
        runs = [run for run in found.experiments if run.id in by_run]
        runs.sort(key=lambda run: -run.created_at)
        return tuple(self._lane(found, run, by_run[run.id or 0]) for run in runs)

    def _lane(self, found: Models, run: Experiment, rows: Sequence[Checkpoint]) -> Lane:
        number = run.id or 0
        numbers = {row.id or 0 for row in rows}
        stamp = (
            run, tuple(rows), found.phase1.get(number), found.curves.get(number),
            found.heard.get(number), found.exported & numbers, found.gone & numbers,
        )  # fmt: skip
        known = self._known.get(number)
        if known is None or known[0] != stamp:
            known = self._known[number] = (stamp, _lane(found, run, rows))
        return known[1]


def lanes(found: Models) -> tuple[Lane, ...]:
    """The same without a memory."""
    return LaneBook().lanes(found)


def narrowed(found: Sequence[Lane], shown: Collection[int]) -> tuple[Lane, ...]:
    """Lanes with these checkpoints alone; without any, a lane is left out."""
    some = (
        replace(lane, marks=tuple(mark for mark in lane.marks if mark.id in shown))
        for lane in found
    )
    return tuple(lane for lane in some if lane.marks)


def legend() -> tuple[tuple[str, str], ...]:
    """Shapes and what they mean."""
    return (
        (REGULAR, _tr("regular")),
        (BEST, _tr("best validation")),
        (SAVED, _tr("saved by you")),
        (STOPPED, _tr("at the stop")),
        (LAST, _tr("end")),
    )


def phase_of(step: int, phase1: int | None) -> int | None:
    """The phase that a step belongs to.

    RAVE enters phase 2 with the batch after ``phase_1_duration`` (rave/model.py), so a checkpoint
    of that very step is still one of phase 1.
    """
    return None if phase1 is None else 2 if step > phase1 else 1


def summary_of_many(rows: Iterable[Checkpoint]) -> str:
    """``3 checkpoints, 1.4 GB``."""
    chosen = list(rows)
    many = plural(len(chosen), _tr("1 checkpoint"), _tr("{n} checkpoints"))
    size = formats.size(sum(row.size for row in chosen))
    return f"{many.format(n=len(chosen))}, {size}"


def _lane(found: Models, run: Experiment, rows: Sequence[Checkpoint]) -> Lane:
    number = run.id or 0
    rows = sorted(rows, key=lambda row: (row.step, row.created_at))
    curve = found.curves.get(number, ())
    scale = _Scale.of(curve, rows)
    phase1 = found.phase1.get(number)
    last = max(run.step, rows[-1].step)
    marks = tuple(_mark(row, run, phase1, scale, found) for row in rows)
    return Lane(
        id=number,
        title=run.name,
        under=_under(run, rows),
        marks=marks,
        last=last,
        phase2_at=phase1 if phase1 is not None and phase1 < last else None,
        curve=tuple((step, scale.height(value)) for step, value in curve),
        heard=tuple(found.heard.get(number, ())),
    )


@dataclass(frozen=True)
class _Scale:
    """From validation values to heights."""

    low: float
    high: float

    @classmethod
    def of(cls, curve: Curve, rows: Iterable[Checkpoint]) -> _Scale:
        values = [value for _, value in curve]
        values += [row.validation for row in rows if row.validation is not None]
        return cls(min(values, default=0.0), max(values, default=0.0))

    def height(self, value: float) -> float:
        span = self.high - self.low
        return (value - self.low) / span if span > 0 else 0.0


def _mark(
    row: Checkpoint, run: Experiment, phase1: int | None, scale: _Scale, found: Models
) -> Mark:
    shape = _SHAPES[row.kind]
    value = row.validation
    mark = Mark(
        id=row.id or 0,
        step=row.step,
        shape=shape,
        word=_words()[shape],
        height=None if value is None else min(1.0, max(0.0, scale.height(value))),
        phase=phase_of(row.step, phase1),
        stars=row.rating or 0,
        pinned=row.pinned,
        exported=row.id in found.exported,
        noted=bool(row.notes.strip()),
        gone=row.id in found.gone,
    )
    return _with_words(mark, row, run)


def _with_words(mark: Mark, row: Checkpoint, run: Experiment) -> Mark:
    """The same with its sentence."""
    parts = [
        _tr("{training} at step {step}").format(training=run.name, step=formats.count(row.step)),
        kind_in_words(row),
        _tr("phase {n}").format(n=mark.phase) if mark.phase else "",
        _tr("validation {value}").format(value=formats.figure(row.validation))
        if row.validation is not None
        else "",
        formats.size(row.size),
        plural(mark.stars, _tr("1 star"), _tr("{n} stars")).format(n=mark.stars)
        if mark.stars
        else "",
        _tr("kept") if mark.pinned else "",
        _tr("exported") if mark.exported else "",
        _tr("with notes") if mark.noted else "",
        _tr("its file is gone") if mark.gone else "",
    ]
    values = {**vars(mark), "words": ", ".join(part for part in parts if part)}
    return Mark(**values)


def _under(run: Experiment, rows: Sequence[Checkpoint]) -> str:
    configs = run.config.get("configs")
    names = " + ".join(map(str, configs)) if isinstance(configs, (list, tuple)) else ""
    if run.config.get("imported"):
        names = _tr("brought in")
    elif not names:
        names = _tr("adopted")
    if run.status in _TRAINS:
        names = _tr("{recipe}, trains now").format(recipe=names)
    return f"{names} · {summary_of_many(rows)}"


def _words() -> Mapping[str, str]:
    return {
        BEST: _tr("best"),
        LAST: _tr("end"),
        STOPPED: _tr("stop"),
        SAVED: _tr("saved"),
        REGULAR: "",
    }


def _tr(text: str) -> str:
    return translate("timeline", text)
