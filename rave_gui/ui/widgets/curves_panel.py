"""The curves of one training: read in the background, shown in groups, live while it runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from PyQt6.QtCore import QTimer, pyqtSlot
from PyQt6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PyQt6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from rave_gui.backend.judgement import Judgement, RunMoment
from rave_gui.ui.context import Background
from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels.judgement import judged
from rave_gui.ui.widgets.judgement_card import JudgementCard
from rave_gui.ui.widgets.metrics_plot import MetricsPlot
from rave_gui.ui.widgets.plot_data import PlotGroup, read_groups

_BEAT_MS = 1000
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
_Found = tuple[int | None, Sequence[PlotGroup], Judgement | None]


@dataclass(frozen=True)
class Moment:
    """How far a run is, which decides what its plots say where they have nothing to show."""

    phase2_at: int | None = None
    """The step at which phase 2 began, if it has."""
    ended: bool = False
    """Whether nothing more will come."""
    about: RunMoment = field(default_factory=RunMoment)
    """What the curves are judged with."""


class CurvesPanel(QWidget):
    """Polls the metrics of the experiment it is told to show, only while it is seen."""

    def __init__(
        self,
        theme: Theme,
        run: Background,
        open_metrics: OpenMetrics,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._run, self._open = run, open_metrics
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
            self._feed = _Feed(experiment_id, self._open) if experiment_id is not None else None
        turned = another or moment != self._moment or (self._live and not live)
        self._experiment, self._moment, self._live = experiment_id, moment, live
        if turned and not self._feed_read():
            self._clear()
        self._set_beat()
        if experiment_id is not None and (turned or not self._feed_read()):
            self.read()

    @pyqtSlot(int)
    def set_smoothing(self, percent: int) -> None:
        """0 shows every point as it is."""
        for plot in self._plots.values():
            plot.set_smoothing(percent / 100)

    @pyqtSlot()
    def read(self) -> None:
        """Read what is new, unless a reading is under way or nobody looks."""
        feed, moment = self._feed, self._moment
        if feed is None or self._reading or not self.isVisible():
            return
        self._reading = True
        begun = self._run(lambda: feed.read(moment), self._show, self._failed, owner=self)
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
        for row, stretch in enumerate((3, 2, 2, 2 if narrow else 0)):
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
        whose, groups, judgement = found
        if whose != self._experiment:
            self.read()
            return
        for group in groups:
            if plot := self._plots.get(group.key):
                plot.set_series(group)
        if judgement is not None:
            self.card.show_judgement(judgement)
        self._show_judge()

    def _show_judge(self) -> None:
        """The plot of the judge takes room only where there is a judge."""
        self._plots["adversarial"].setVisible(self._moment.phase2_at is not None)

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

    def __init__(self, experiment_id: int | None, open_metrics: OpenMetrics) -> None:
        self._experiment, self._open = experiment_id, open_metrics
        self._metrics: Any = None
        self._owed = False
        """Whether something was read that has not been handed on yet."""
        self._told: Moment | None = None
        self.was_read = False

    def read(self, moment: Moment) -> _Found:
        """The groups, or none of them where nothing has grown since the last time."""
        try:
            return self._read(moment)
        except Exception:
            # Half-read metrics are not to be trusted: the next beat begins anew.
            self._metrics, self.was_read = None, False
            raise

    def _read(self, moment: Moment) -> _Found:
        if self._metrics is None:
            self._owed = True
            self._metrics = self._open(self._experiment or 0)
        self._owed = bool(self._metrics.poll()) or self._owed
        if not self._owed and moment == self._told:
            return self._experiment, (), None
        groups = read_groups(self._metrics, moment.phase2_at, ended=moment.ended)
        self._owed, self._told, self.was_read = False, moment, True
        return self._experiment, groups, judged(self._metrics, moment.about)


class _Nothing:
    """Metrics of a training that has none."""

    def tags(self) -> list[str]:
        """None."""
        return []

    def joined(self, tag: str) -> Any:
        """Never asked for, since there are no tags."""
        raise KeyError(tag)
