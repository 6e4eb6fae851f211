"""The Hardware tab of a training: read in the background, and only while it is seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PyQt6.QtCore import QTimer, pyqtSlot
from PyQt6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PyQt6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from rave_gui.backend.hardware import HardwareHistory, HardwareReader, open_hardware
from rave_gui.core.errors import UserError
from rave_gui.ui.context import Background, PageContext
from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels import hardware
from rave_gui.ui.viewmodels.hardware import HardwareView
from rave_gui.ui.widgets.buttons import CHIP, button
from rave_gui.ui.widgets.hardware_chart import HardwareChart
from rave_gui.ui.widgets.labels import label
from rave_gui.ui.widgets.parts import scrolled

_BEAT_MS = 5000
_COLUMN = 330
"""Pixels that a chart needs to be read."""
_MOST_COLUMNS = 3
OpenHardware = Callable[[int], HardwareReader]


@dataclass(frozen=True)
class _Wish:
    """What is to be read."""

    experiment: int
    span: float | None


class HardwarePanel(QWidget):
    """Charts side by side; told whose they are."""

    def __init__(
        self,
        theme: Theme,
        run: Background,
        open_hardware: OpenHardware,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._run, self._open = theme, run, open_hardware
        self._experiment: int | None = None
        self._live = self._reading = False
        self._span: float | None = hardware.ALL
        self._feed: _Feed | None = None
        self._shown: _Wish | None = None
        self._columns = 0
        self.charts: list[HardwareChart] = []
        self._sentence = label(role="muted", wrap=True)
        self._spans = QButtonGroup(self)
        self._grid = QGridLayout()
        self._build()
        self._beat = QTimer(self)
        self._beat.setInterval(_BEAT_MS)
        self._beat.timeout.connect(self.read)

    @classmethod
    def of(cls, context: PageContext) -> HardwarePanel:
        """A panel over the records of the application."""
        read = partial(open_hardware, context.services.repositories)
        return cls(context.theme, context.run, read)

    @property
    def sentence(self) -> str:
        """What is said above the charts."""
        return self._sentence.text()

    def show_experiment(self, experiment_id: int | None, *, live: bool) -> None:
        """Show the hardware of that training; ``live`` looks again every few seconds."""
        another = experiment_id != self._experiment
        ended = self._live and not live
        self._experiment, self._live = experiment_id, live
        if another:
            known = experiment_id is not None
            self._feed = _Feed(self._open, experiment_id or 0) if known else None
            self._shown = None
            self._show_view(hardware.view(None))
        self._set_beat()
        if another or ended:
            self.read()

    @pyqtSlot()
    def read(self) -> None:
        """Read what is new, unless a reading is under way or nobody looks."""
        feed, wish = self._feed, self._wish()
        if feed is None or wish is None or self._reading or not self.isVisible():
            return
        self._reading = True
        work = partial(feed.read, wish, again=wish != self._shown)
        begun = self._run(work, self._show, self._failed, owner=self)
        self._reading = bool(begun) and self._reading

    def showEvent(self, event: QShowEvent | None) -> None:
        """Catch up."""
        super().showEvent(event)
        self._set_beat()
        self.read()

    def hideEvent(self, event: QHideEvent | None) -> None:
        """Nobody looks: rest."""
        super().hideEvent(event)
        self._beat.stop()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """As many side by side as there is room for."""
        super().resizeEvent(event)
        self._arrange()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self._sentence, 1)
        for text, span in (
            (self.tr("Last hour"), hardware.HOUR),
            (self.tr("Last 24 hours"), hardware.DAY),
            (self.tr("All"), hardware.ALL),
        ):
            made = button(text, CHIP)
            made.setCheckable(True)
            made.setChecked(span is hardware.ALL)
            made.setProperty("span", span)
            made.clicked.connect(self._choose)
            self._spans.addButton(made)
            head.addWidget(made)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(14)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._grid)
        column.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        box.addLayout(head)
        box.addWidget(scrolled(inner), 1)

    @pyqtSlot()
    def _choose(self) -> None:
        if made := self.sender():
            self._span = made.property("span")
            self.read()

    def _wish(self) -> _Wish | None:
        return None if self._experiment is None else _Wish(self._experiment, self._span)

    def _set_beat(self) -> None:
        if not self._live or not self.isVisible():
            self._beat.stop()
        elif not self._beat.isActive():
            self._beat.start()

    def _show(self, found: tuple[_Wish, HardwareView | None]) -> None:
        self._reading = False
        wish, view = found
        if wish != self._wish():
            self.read()
            return
        if view is not None:
            self._shown = wish
            self._show_view(view)

    def _failed(self, error: UserError) -> None:
        self._reading = False
        self._sentence.setText(str(error))

    def _show_view(self, view: HardwareView) -> None:
        self._sentence.setText(view.sentence)
        while len(self.charts) < len(view.charts):
            self.charts.append(HardwareChart(self._theme))
            self._columns = 0
        self._arrange()
        for place, card in enumerate(self.charts):
            card.setVisible(place < len(view.charts))
            if place < len(view.charts):
                card.show_chart(view.charts[place])

    def _arrange(self) -> None:
        columns = max(1, min(_MOST_COLUMNS, self.width() // _COLUMN))
        if columns == self._columns:
            return
        self._columns = columns
        for place, card in enumerate(self.charts):
            self._grid.addWidget(card, place // columns, place % columns)
        for column in range(_MOST_COLUMNS):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)


class _Feed:
    """The open history of one training; used by one background task at a time."""

    def __init__(self, open_hardware: OpenHardware, experiment_id: int) -> None:
        self._open, self._experiment = open_hardware, experiment_id
        self._reader: HardwareReader | None = None
        self._history: HardwareHistory | None = None

    def read(self, wish: _Wish, *, again: bool) -> tuple[_Wish, HardwareView | None]:
        """The charts; None where nothing has changed, unless they are wanted ``again``."""
        if self._reader is None:
            self._reader = self._open(self._experiment)
        fresh = self._reader.read()
        if fresh is None and not again:
            return wish, None
        self._history = fresh or self._history
        return wish, hardware.view(self._history, wish.span)
