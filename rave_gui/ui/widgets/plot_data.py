"""What a plot shows: curves in groups, read from the metrics of a run. No Qt, no matplotlib."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from rave_gui.ui import formats
from rave_gui.ui.text import translate
from rave_gui.ui.widgets import plot_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]


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
    phase_change: int | None = None
    """The step at which phase 2 began, where it has."""
    empty: str = ""
    """The sentence that stands in the place of the plot while there is nothing to draw."""

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


class Metrics(Protocol):
    """The part of ``RunMetrics`` that is read here."""

    def tags(self) -> list[str]:
        """Every tag."""

    def joined(self, tag: str) -> Joined:
        """The curve of one tag over all resumes."""


def read_groups(
    metrics: Metrics,
    phase_change: int | None = None,
    more: tuple[str, ...] = (),
    *,
    ended: bool = False,
) -> tuple[PlotGroup, ...]:
    """The usual plots of a run; call it in the background, it reads whole curves.

    Args:
        metrics: of one run.
        phase_change: the step at which phase 2 began; without it, the first step of an
            adversarial curve tells.
        more: further tags, each of which gets a plot of its own.
        ended: whether the run is over, so that nothing more will come.
    """
    known = set(metrics.tags())
    change = phase_change if phase_change is not None else _first_adversarial(metrics, known)
    groups = [_group(metrics, known, spec, change, ended) for spec in _specs()]
    return (*groups, *(_single(metrics, tag, change) for tag in more if tag in known))


@dataclass(frozen=True)
class _Spec:
    key: str
    title: str
    lines: tuple[tuple[str, str, str], ...]
    """Tag, label and colour of each curve."""
    smoothed: bool = True
    change: Callable[[Any], Any] | None = None


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
    metrics: Metrics, known: set[str], spec: _Spec, change: int | None, ended: bool
) -> PlotGroup:
    curves = tuple(
        _curve(metrics, tag, label, role, spec) for tag, label, role in spec.lines if tag in known
    )
    sentence = plot_words.empty(spec.key, phase2=change is not None, ended=ended)
    return PlotGroup(spec.key, spec.title, curves, change, sentence)


def _curve(metrics: Metrics, tag: str, label: str, role: str, spec: _Spec) -> Curve:
    series = metrics.joined(tag)
    values = spec.change(series.values) if spec.change else series.values
    return Curve(label, series.steps, values, role, spec.smoothed)


def _single(metrics: Metrics, tag: str, change: int | None) -> PlotGroup:
    series = metrics.joined(tag)
    return PlotGroup(tag, tag, (Curve(tag, series.steps, series.values),), change)


def _first_adversarial(metrics: Metrics, known: set[str]) -> int | None:
    """RAVE logs ``loss_dis`` in phase 2 only, every 50 steps: close enough where nobody knows."""
    if "loss_dis" not in known:
        return None
    steps = metrics.joined("loss_dis").steps
    return int(steps[0]) if len(steps) else None
