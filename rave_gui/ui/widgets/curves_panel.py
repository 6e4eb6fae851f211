"""The curves of one training: read in the background, shown in groups, live while it runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from PyQt6.QtCore import QTimer, pyqtSlot
from PyQt6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PyQt6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from rave_gui.backend.judgement import Judgement, RunMoment
from rave_gui.core.errors import UserError
from rave_gui.ui.context import Background
from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels.judgement import judged
from rave_gui.ui.widgets.judgement_card import JudgementCard
from rave_gui.ui.widgets.metrics_plot import MetricsPlot
from rave_gui.ui.widgets.plot_data import OtherRun, PlotGroup, PyramidShelf, read_groups
from rave_gui.ui.widgets.plot_wish import SaveWish

_BEAT_MS = 250
"""A look at files that have not grown costs microseconds; a new value is seen within a second."""
_LARGE, _SMALL = 210, 190
"""Least heights of the plots."""
_NARROW = 760
"""Below this width three plots side by side are too small to read."""
_WIDE_PLACES = {
    "reconstruction": (0, 0, 6),
    "validation": (1, 0, 2),
    "latent": (1, 2, 2),
    "adversarial": (2, 0, 6),
}
_NARROW_PLACES = {
    "reconstruction": (0, 0, 6),
    "validation": (1, 0, 3),
    "latent": (1, 3, 3),
    "adversarial": (3, 0, 6),
}
_WIDE_CARD, _NARROW_CARD = (1, 4, 2), (2, 0, 6)
"""Row, column and columns spanned, by the key of the group."""
OpenMetrics = Callable[[int], Any]
Workload = Callable[[int], tuple[float | None, float | None]]
"""How busy GPU and cores of a training were lately, 0 to 1; None where nobody knows."""
MOST_OTHERS = 20
_LOOKS = tuple(
    (role, dash)
    for dash in ("solid", "dashed", "dotted")
    for role in ("series2", "series3", "series4", "good", "phase2", "accent", "bad")
)
"""Of the runs that are laid over, in turn; the first colour is that of the run itself."""


@dataclass(frozen=True)
class Moment:
    """How far a run is, which decides what its plots say where they have nothing to show."""

    phase2_at: int | None = None
    """The step at which phase 2 began, if it has."""
    ended: bool = False
    """Whether nothing more will come."""
    about: RunMoment = field(default_factory=RunMoment)
    """What the curves are judged with."""
    name: str = ""
    """Of the run, by which its curve is called beside those of others."""


@dataclass(frozen=True)
class _Wish:
    """What is to be read."""

    moment: Moment
    by_hours: bool = False
    others: tuple[tuple[int, str], ...] = ()


_Found = tuple[int | None, _Wish, Sequence[PlotGroup], Judgement | None]


class CurvesPanel(QWidget):
    """Polls the metrics of the experiment it is told to show, only while it is seen."""

    def __init__(
        self,
        theme: Theme,
        run: Background,
        open_metrics: OpenMetrics,
        parent: QWidget | None = None,
        *,
        workload: Workload | None = None,
    ) -> None:
        super().__init__(parent)
        self._run, self._open, self._workload = run, open_metrics, workload
        self._experiment: int | None = None
        self._moment = Moment()
        self._live = self._reading = False
        self._feed: _Feed | None = None
        self._plots = {key: MetricsPlot(theme) for key in _WIDE_PLACES}
        self.card = JudgementCard()
        self.card.setMinimumHeight(_SMALL)
        self._narrow: bool | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(14)
        for column in range(6):
            self._grid.setColumnStretch(column, 1)
        self._by_hours = False
        self._others: tuple[tuple[int, str], ...] = ()
        for plot in self._plots.values():
            plot.view_changed.connect(self._on_view)
            plot.hover_changed.connect(self._on_hover)
        for key, plot in self._plots.items():
            # The room decides, not the legend: plots side by side are equally wide.
            plot.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
            plot.setMinimumHeight(_LARGE if key == "reconstruction" else _SMALL)
        self._arrange(narrow=False)
        self._beat = QTimer(self)
        self._beat.setInterval(_BEAT_MS)
        self._beat.timeout.connect(self.read)

    @property
    def plots(self) -> dict[str, MetricsPlot]:
        """The plots by the key of their group."""
        return self._plots

    def show_experiment(self, experiment_id: int | None, moment: Moment, *, live: bool) -> None:
        """Show the curves of that experiment, None for nobody's; ``live`` reads each second."""
        another = experiment_id != self._experiment
        if another:
            known = experiment_id is not None
            self._feed = _Feed(experiment_id, self._open, self._workload) if known else None
            self._others = ()
            self._on_view(None)
        turned = another or moment != self._moment or (self._live and not live)
        self._experiment, self._moment, self._live = experiment_id, moment, live
        if turned and not self._feed_read():
            self._clear()
        self._set_beat()
        if experiment_id is not None and (turned or not self._feed_read()):
            self.read()

    @property
    def compared(self) -> tuple[tuple[int, str], ...]:
        """Id and name of the runs that are laid over."""
        return self._others

    @property
    def experiment(self) -> int | None:
        """Whose curves are shown."""
        return self._experiment

    def save_wish(self, kind: str) -> SaveWish | None:
        """What a file of that kind would hold now; None where nothing is shown."""
        if self._experiment is None:
            return None
        shown = (plot.drawn for plot in self._plots.values() if not plot.isHidden())
        others = (identity for identity, _ in self._others)
        return SaveWish(kind, (self._experiment, *others), tuple(shown))

    def compare(self, others: Sequence[tuple[int, str]]) -> None:
        """Lay the curves of further runs over; id and name of each, none for none."""
        self._others = tuple(others)[:MOST_OTHERS]
        self.read()

    @pyqtSlot(bool)
    def set_by_hours(self, on: bool) -> None:
        """Show hours of training on the axis instead of steps."""
        if on != self._by_hours:
            self._by_hours = on
            self._on_view(None)
            self.read()

    @pyqtSlot(bool)
    def set_log(self, on: bool) -> None:
        """Logarithmic axes of values, in the plots of distances."""
        for key, plot in self._plots.items():
            plot.set_log(on and key != "latent")

    @pyqtSlot(bool)
    def set_clip(self, on: bool) -> None:
        """Let single outliers leave the pictures."""
        for plot in self._plots.values():
            plot.set_clip(on)

    @pyqtSlot(object)
    def _on_view(self, view: object) -> None:
        """All plots show the same range."""
        for plot in self._plots.values():
            if plot is not self.sender():
                plot.follow_view(view)  # type: ignore[arg-type]

    @pyqtSlot(object)
    def _on_hover(self, place: object) -> None:
        """All plots show the same place."""
        for plot in self._plots.values():
            if plot is not self.sender():
                plot.follow_hover(place)  # type: ignore[arg-type]

    @pyqtSlot(int)
    def set_smoothing(self, percent: int) -> None:
        """0 shows every point as it is."""
        for plot in self._plots.values():
            plot.set_smoothing(percent / 100)

    @pyqtSlot()
    def read(self) -> None:
        """Read what is new, unless a reading is under way or nobody looks."""
        feed = self._feed
        wish = self._wish()
        if feed is None or self._reading or not self.isVisible():
            return
        self._reading = True
        begun = self._run(lambda: feed.read(wish), self._show, self._failed, owner=self)
        self._reading = bool(begun) and self._reading

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Two plots in a row where there is no room for three."""
        super().resizeEvent(event)
        self._arrange(narrow=self.width() < _NARROW)

    def showEvent(self, event: QShowEvent | None) -> None:
        """Catch up."""
        super().showEvent(event)
        self._set_beat()
        self.read()

    def hideEvent(self, event: QHideEvent | None) -> None:
        """Nobody looks: rest."""
        super().hideEvent(event)
        self._beat.stop()

    def _arrange(self, *, narrow: bool) -> None:
        if narrow == self._narrow:
            return
        self._narrow = narrow
        places = _NARROW_PLACES if narrow else _WIDE_PLACES
        for key, (row, column, span) in places.items():
            self._grid.addWidget(self._plots[key], row, column, 1, span)
        row, column, span = _NARROW_CARD if narrow else _WIDE_CARD
        self._grid.addWidget(self.card, row, column, 1, span)
        self._share_height()

    def _share_height(self) -> None:
        """A row in which nothing is shown gets none."""
        judge = 2 if not self._plots["adversarial"].isHidden() else 0
        for row, stretch in enumerate((3, 2, 2, judge) if self._narrow else (3, 2, judge, 0)):
            self._grid.setRowStretch(row, stretch)

    def _feed_read(self) -> bool:
        return self._feed is not None and self._feed.was_read

    def _set_beat(self) -> None:
        if not self._live or not self.isVisible():
            self._beat.stop()
        elif not self._beat.isActive():
            # Starting it anew would put it off, and states come more often than it beats.
            self._beat.start()

    def _show(self, found: _Found) -> None:
        self._reading = False
        whose, wish, groups, judgement = found
        if whose != self._experiment or wish != self._wish():
            self.read()
            return
        for group in groups:
            if plot := self._plots.get(group.key):
                plot.set_series(group)
        if judgement is not None:
            self.card.show_judgement(judgement)
        self._show_judge()

    def _wish(self) -> _Wish:
        return _Wish(self._moment, self._by_hours, self._others)

    def _show_judge(self) -> None:
        """The plot of the judge takes room only where there is a judge."""
        self._plots["adversarial"].setVisible(self._moment.phase2_at is not None)
        self._share_height()

    def _failed(self, _error: Any) -> None:
        """No run folder yet: the empty sentences of the plots say so."""
        self._reading = False

    def _clear(self) -> None:
        moment = self._moment
        for group in read_groups(_Nothing(), moment.phase2_at, ended=moment.ended):
            if plot := self._plots.get(group.key):
                plot.set_series(group)
        self.card.show_judgement(judged(_Nothing(), moment.about))
        self._show_judge()


class _Feed:
    """The open metrics of one experiment; used by one background task at a time."""

    def __init__(
        self, experiment_id: int | None, open_metrics: OpenMetrics, workload: Workload | None = None
    ) -> None:
        self._experiment, self._open, self._workload = experiment_id, open_metrics, workload
        self._metrics: Any = None
        self._owed = False
        """Whether something was read that has not been handed on yet."""
        self._told: _Wish | None = None
        self._others: dict[int, Any] = {}
        self._shelf = PyramidShelf()
        self.was_read = False

    def read(self, wish: _Wish) -> _Found:
        """The groups, or none of them where nothing has grown since the last time."""
        try:
            return self._read(wish)
        except Exception:
            # Half-read metrics are not to be trusted: the next beat begins anew.
            self._metrics, self.was_read = None, False
            raise

    def _read(self, wish: _Wish) -> _Found:
        if self._metrics is None:
            self._owed = True
            self._metrics = self._open(self._experiment or 0)
        self._owed = bool(self._metrics.poll()) or self._owed
        others = self._read_others(wish)
        if not self._owed and wish == self._told:
            return self._experiment, wish, (), None
        moment = wish.moment
        groups = read_groups(
            self._metrics, moment.phase2_at, ended=moment.ended, by_hours=wish.by_hours,
            others=others, name=moment.name, shelf=self._shelf,
        )  # fmt: skip
        self._owed, self._told, self.was_read = False, wish, True
        return self._experiment, wish, groups, judged(self._metrics, self._about(moment))

    def _about(self, moment: Moment) -> RunMoment:
        """With how busy the machine was lately, where that is recorded."""
        if self._workload is None or not moment.about.live:
            return moment.about
        gpu, cpu = self._workload(self._experiment or 0)
        return replace(moment.about, gpu_use=gpu, cpu_use=cpu)

    def _read_others(self, wish: _Wish) -> list[OtherRun]:
        """The runs that are laid over; one without curves is left out."""
        found = []
        for (identity, name), (role, dash) in zip(wish.others, _LOOKS, strict=False):
            try:
                if identity not in self._others:
                    self._others[identity] = self._open(identity)
                metrics = self._others[identity]
                self._owed = bool(metrics.poll()) or self._owed
            except UserError:
                continue
            found.append(OtherRun(name, metrics, role, dash))
        return found


class _Nothing:
    """Metrics of a training that has none."""

    def tags(self) -> list[str]:
        """None."""
        return []

    def joined(self, tag: str) -> Any:
        """Never asked for, since there are no tags."""
        raise KeyError(tag)
