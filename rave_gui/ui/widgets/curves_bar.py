"""Above the curves: smoothing, scale, axis, comparison, saving."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QAction, QActionGroup
from PyQt6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSlider, QWidget

from rave_gui.ui.theme import Theme
from rave_gui.ui.widgets.buttons import LINK, button
from rave_gui.ui.widgets.curves_panel import CurvesPanel
from rave_gui.ui.widgets.labels import label
from rave_gui.ui.widgets.plot_wish import CSV, PNG, SVG
from rave_gui.ui.widgets.run_choice import RunChoice

SMOOTHING = 50


class CurvesBar(QWidget):
    """Drives one panel; comparing and saving are asked for."""

    runs_wanted = pyqtSignal()
    """The list of runs opens: :meth:`offer` them."""
    compare_changed = pyqtSignal(list)
    """Ids and names of the runs to lay over."""
    save_requested = pyqtSignal(str)
    """``png``, ``svg`` or ``csv``."""

    def __init__(self, theme: Theme, panel: CurvesPanel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._panel = panel
        self.smooth = QSlider(Qt.Orientation.Horizontal)
        self.smooth.setRange(0, 100)
        self.smooth.setValue(SMOOTHING)
        self.smooth.setFixedWidth(84)
        self.smooth.setAccessibleName(self.tr("Smoothing of the curves"))
        self.smooth.setToolTip(self.tr("Follows the trend; raw points stay faintly behind"))
        self.axis = button("", LINK, tip=self.tr("What the axis shows"))
        self.scale = button(self.tr("Scale"), LINK, tip=self.tr("How values are shown"))
        self.compare = button(
            self.tr("Compare"), LINK, tip=self.tr("Lay the curves of other trainings over these")
        )
        self.save = button(self.tr("Save"), LINK, tip=self.tr("Keep the curves as a file"))
        self.choice = RunChoice(theme, self)
        self._axis_actions = self._make_axis()
        self._scale_actions = self._make_scale()
        self._make_save()
        self._build()
        self._connect()
        panel.set_smoothing(SMOOTHING)
        self._show_axis()

    def offer(self, runs: Sequence[tuple[int, str, str]]) -> None:
        """Runs that may be compared: id, name and a remark of each."""
        shown = self._panel.experiment
        self.choice.offer([run for run in runs if run[0] != shown], self._panel.compared)

    # Inside

    @pyqtSlot()
    def _show_axis(self) -> None:
        hours = self._axis_actions[1].isChecked()
        self._panel.set_by_hours(hours)
        self.axis.setText(self.tr("Hours") if hours else self.tr("Steps"))
        self.axis.setAccessibleName(self.tr("Axis: {name}").format(name=self.axis.text()))

    @pyqtSlot()
    def _show_scale(self) -> None:
        log, clip = (action.isChecked() for action in self._scale_actions)
        self._panel.set_log(log)
        self._panel.set_clip(clip)

    @pyqtSlot()
    def _on_compare(self) -> None:
        self.runs_wanted.emit()
        self.choice.show_below(self.compare)

    @pyqtSlot(list)
    def lay_over(self, runs: list[tuple[int, str]]) -> None:
        """Compare with these: id and name of each."""
        self._panel.compare(runs)
        many = len(runs)
        self.compare.setText(
            self.tr("Compare ({n})").format(n=many) if many else self.tr("Compare")
        )
        self.compare_changed.emit(runs)

    @pyqtSlot(QAction)
    def _on_save(self, action: QAction) -> None:
        self.save_requested.emit(str(action.data()))

    def _make_axis(self) -> list[QAction]:
        menu, group = QMenu(self.axis), QActionGroup(self)
        names = (self.tr("Steps"), self.tr("Hours of training, without pauses"))
        made = []
        for name in names:
            action = QAction(name, self)
            action.setCheckable(True)
            group.addAction(action)
            menu.addAction(action)
            made.append(action)
        made[0].setChecked(True)
        self.axis.setMenu(menu)
        return made

    def _make_scale(self) -> list[QAction]:
        menu = QMenu(self.scale)
        names = (self.tr("Logarithmic"), self.tr("Leave out single outliers"))
        made = []
        for name, on in zip(names, (False, True), strict=True):
            action = QAction(name, self)
            action.setCheckable(True)
            action.setChecked(on)
            menu.addAction(action)
            made.append(action)
        self.scale.setMenu(menu)
        return made

    def _make_save(self) -> None:
        menu = QMenu(self.save)
        for text, kind in (
            (self.tr("Picture (PNG)…"), PNG),
            (self.tr("Drawing (SVG)…"), SVG),
            (self.tr("All numbers (CSV)…"), CSV),
        ):
            action = QAction(text, self)
            action.setData(kind)
            menu.addAction(action)
        self.save.setMenu(menu)
        menu.triggered.connect(self._on_save)

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(label(self.tr("Smoothing"), "muted"))
        row.addSpacing(6)
        row.addWidget(self.smooth)
        row.addSpacing(4)
        parts: tuple[QPushButton, ...] = (self.scale, self.axis, self.compare, self.save)
        for part in parts:
            row.addWidget(part)

    def _connect(self) -> None:
        self.smooth.valueChanged.connect(self._panel.set_smoothing)
        for action in self._axis_actions:
            action.triggered.connect(self._show_axis)
        for action in self._scale_actions:
            action.triggered.connect(self._show_scale)
        self.compare.clicked.connect(self._on_compare)
        self.choice.chosen.connect(self.lay_over)
