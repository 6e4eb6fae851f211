"""What a plot shows: curves in groups, read from the metrics of a run. No Qt, no matplotlib."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from rave_gui.ui import formats
from rave_gui.ui.text import translate
from rave_gui.ui.widgets import plot_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rave_gui.backend.pyramid import Pyramid

    Floats = NDArray[Any] | Any

_OWN = "series1"
"""The colour of the run itself where others are laid over it: theirs are all different."""
_LONG = 2048
"""Points from which on a curve is prepared for any zoom."""


@dataclass(frozen=True, eq=False)
class Curve:
    """One line: numpy arrays of equal length, steps rising; NaN is no value."""

    label: str
    steps: Floats
    values: Floats
    role: str = "series1"
    """Token of its colour."""
    smoothed: bool = True
    """Whether it is noisy enough for a trend line above faint raw points."""
    dash: str = "solid"
    """``solid``, ``dashed`` or ``dotted``: colour is never the only sign."""
    hours: Floats | None = None
    """Hours of training at each point, where the axis shows them."""
    pyramid: Pyramid | None = None
    """The same points at any zoom, where they were prepared in the background."""

    @property
    def x(self) -> Floats:
        """Where its points stand on the axis."""
        return self.steps if self.hours is None else self.hours

    @property
    def last(self) -> float | None:
        """The newest value, None for an empty curve."""
        return float(self.values[-1]) if len(self.values) else None


def value_text(value: float | None) -> str:
    """A value as people read it: numbers of latents without digits behind the point."""
    if value is not None and float(value).is_integer() and abs(value) < 1e6:
        return formats.count(int(value))
    return formats.figure(value)


@dataclass(frozen=True, eq=False)
class PlotGroup:
    """Curves that share one pair of axes."""

    key: str
    title: str
    curves: tuple[Curve, ...] = ()
    phase_change: float | None = None
    """Where on the axis phase 2 began, if it has."""
    empty: str = ""
    """The sentence that stands in the place of the plot while there is nothing to draw."""
    by_hours: bool = False
    """Whether the axis shows hours of training; else it shows steps."""

    @property
    def has_data(self) -> bool:
        """Whether at least one curve has a point."""
        return any(len(curve.values) for curve in self.curves)


class Joined(Protocol):
    """The curve of one tag, as ``RunMetrics.joined`` gives it."""

    @property
    def steps(self) -> Any:
        """Global steps."""

    @property
    def values(self) -> Any:
        """One value for each step."""

    @property
    def wall_times(self) -> Any:
        """POSIX seconds."""


class Metrics(Protocol):
    """The part of ``RunMetrics`` that is read here."""

    def tags(self) -> list[str]:
        """Every tag."""

    def joined(self, tag: str) -> Joined:
        """The curve of one tag over all resumes."""


@dataclass(frozen=True, eq=False)
class OtherRun:
    """A run that is laid over the one that is watched."""

    name: str
    metrics: Metrics
    role: str
    dash: str


class PyramidShelf:
    """Long curves at any zoom, made once for as long as their points stay the same."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, str, bool], tuple[Any, Pyramid]] = {}

    def pyramid(self, key: tuple[int, str, bool], x: Floats, values: Floats) -> Pyramid | None:
        """That of a curve; None for one that is short enough to be drawn as it is."""
        if len(values) < _LONG:
            return None
        kept = self._kept.get(key)
        if kept is None or kept[0] is not values:
            from rave_gui.backend.pyramid import Pyramid  # noqa: PLC0415  brings numpy

            kept = self._kept[key] = (values, Pyramid(x, values))
        return kept[1]


def read_groups(
    metrics: Metrics,
    phase_change: int | None = None,
    more: tuple[str, ...] = (),
    *,
    ended: bool = False,
    by_hours: bool = False,
    others: Sequence[OtherRun] = (),
    name: str = "",
    shelf: PyramidShelf | None = None,
) -> tuple[PlotGroup, ...]:
    """The usual plots of a run; call it in the background, it reads whole curves.

    Args:
        metrics: of one run.
        phase_change: the step at which phase 2 began; without it, the first step of an
            adversarial curve tells.
        more: further tags, each of which gets a plot of its own.
        ended: whether the run is over, so that nothing more will come.
        by_hours: whether the axis shows hours of training instead of steps.
        others: further runs; of each the first curve of every plot is laid over it.
        name: of the run itself, by which its curve is called beside those of others.
        shelf: keeps what is dear to work out from one call to the next.
    """
    known = set(metrics.tags())
    change = phase_change if phase_change is not None else _first_adversarial(metrics, known)
    reader = _Reader(by_hours, shelf or PyramidShelf())
    laid = _Laid(name, tuple(others))
    groups = [_group(metrics, known, spec, change, ended, reader, laid) for spec in _specs()]
    return (*groups, *(_single(metrics, tag, change, reader) for tag in more if tag in known))


class _Reader:
    """Makes curves, with their places on the axis."""

    def __init__(self, by_hours: bool, shelf: PyramidShelf) -> None:
        self.by_hours = by_hours
        self._shelf = shelf
        self._clocks: dict[int, Any] = {}

    def curve(
        self, metrics: Metrics, tag: str, look: Curve, change: Callable[[Any], Any] | None = None
    ) -> Curve:
        """The curve of one tag in the look of ``look``."""
        series = metrics.joined(tag)
        values = change(series.values) if change else series.values
        hours = self._clock(metrics).hours(series.steps) if self.by_hours else None
        made = replace(look, steps=series.steps, values=values, hours=hours)
        if change is not None:
            return made
        key = (id(metrics), tag, self.by_hours)
        return replace(made, pyramid=self._shelf.pyramid(key, made.x, values))

    def place(self, metrics: Metrics, step: int | None) -> float | None:
        """Where on the axis ``step`` stands."""
        if step is None or not self.by_hours:
            return step
        import numpy as np  # noqa: PLC0415

        return float(self._clock(metrics).hours(np.array([float(step)]))[0])

    def _clock(self, metrics: Metrics) -> Any:
        if id(metrics) not in self._clocks:
            from rave_gui.backend.trained_time import TrainedTime  # noqa: PLC0415  brings numpy

            series = [metrics.joined(tag) for tag in metrics.tags()]
            densest: Any = max(series, key=lambda one: len(one.steps), default=None)
            found = ((), ()) if densest is None else (densest.steps, densest.wall_times)
            self._clocks[id(metrics)] = TrainedTime(*found)
        return self._clocks[id(metrics)]


@dataclass(frozen=True)
class _Spec:
    key: str
    title: str
    lines: tuple[tuple[str, str, str], ...]
    """Tag, label and colour of each curve."""
    smoothed: bool = True
    change: Callable[[Any], Any] | None = None


@dataclass(frozen=True)
class _Laid:
    """Runs over each other: what was the name of a curve is that of the plot then."""

    name: str
    others: tuple[OtherRun, ...]

    def own(self, spec: _Spec) -> tuple[tuple[str, str, str], ...]:
        """The lines of the run itself."""
        if not self.others:
            return spec.lines
        tag, label, _ = spec.lines[0]
        return ((tag, self.name or label, _OWN),)

    def title(self, spec: _Spec) -> str:
        """``Latent size · 99 %``."""
        named = self.others and self.name and len(spec.lines) > 1
        return f"{spec.title} · {spec.lines[0][1]}" if named else spec.title


def _tr(text: str) -> str:
    return translate("plots", text)


def _specs() -> tuple[_Spec, ...]:
    """The tags that acids-rave 2.3 writes (rave/model.py), grouped by what they are about."""
    return (
        _Spec(
            "reconstruction",
            _tr("Reconstruction distance"),
            (
                ("fullband_spectral_distance", _tr("fullband"), "series1"),
                ("multiband_spectral_distance", _tr("multiband"), "series2"),
            ),
        ),
        _Spec(
            "validation",
            _tr("Validation"),
            (("validation", _tr("distance"), "series3"),),
            smoothed=False,
        ),
        _Spec(
            "latent",
            _tr("Latent size"),
            (
                ("fidelity_0.99", _tr("99 %"), "series4"),
                ("fidelity_0.95", _tr("95 %"), "good"),
                ("fidelity_0.8", _tr("80 %"), "series2"),
            ),
            smoothed=False,
            change=lambda values: values + 1,  # RAVE logs the index of the last one (model.py)
        ),
        _Spec(
            "adversarial",
            _tr("Adversarial"),
            (
                ("loss_dis", _tr("discriminator"), "series1"),
                ("adversarial", _tr("generator"), "series4"),
                ("feature_matching", _tr("feature matching"), "series3"),
            ),
        ),
        _Spec(
            "regularization",
            _tr("Regularisation"),
            (("regularization", _tr("penalty"), "series2"),),
        ),
    )


def _group(
    metrics: Metrics,
    known: set[str],
    spec: _Spec,
    change: int | None,
    ended: bool,
    reader: _Reader,
    laid: _Laid,
) -> PlotGroup:
    curves = tuple(
        reader.curve(metrics, tag, Curve(label, (), (), role, spec.smoothed), spec.change)
        for tag, label, role in laid.own(spec)
        if tag in known
    )
    tag = spec.lines[0][0]
    theirs = tuple(
        reader.curve(
            one.metrics,
            tag,
            Curve(one.name, (), (), one.role, spec.smoothed, one.dash),
            spec.change,
        )
        for one in laid.others
        if tag in one.metrics.tags()
    )
    sentence = plot_words.empty(spec.key, phase2=change is not None, ended=ended)
    place = reader.place(metrics, change)
    title = laid.title(spec)
    return PlotGroup(spec.key, title, (*curves, *theirs), place, sentence, reader.by_hours)


def _single(metrics: Metrics, tag: str, change: int | None, reader: _Reader) -> PlotGroup:
    curve = reader.curve(metrics, tag, Curve(tag, (), ()))
    place = reader.place(metrics, change)
    return PlotGroup(tag, tag, (curve,), place, by_hours=reader.by_hours)


def _first_adversarial(metrics: Metrics, known: set[str]) -> int | None:
    """RAVE logs ``loss_dis`` in phase 2 only, every 50 steps: close enough where nobody knows."""
    if "loss_dis" not in known:
        return None
    steps = metrics.joined("loss_dis").steps
    return int(steps[0]) if len(steps) else None
