"""The right side of the Train page: header, tabs, and what the tabs show."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import Qt, pyqtSlot
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QScrollArea,
    QSlider,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from rave_gui.ui.theme import Theme
from rave_gui.ui.widgets.config_panel import ConfigPanel
from rave_gui.ui.widgets.curves_panel import CurvesPanel
from rave_gui.ui.widgets.labels import hairline, label
from rave_gui.ui.widgets.log_view import LogView
from rave_gui.ui.widgets.train_header import TrainHeader

CURVES, LOG, CONFIG = range(3)
_SMOOTHING = 50


class TrainDetail(QWidget):
    """Arranges; each part shows what it is given."""

    def __init__(self, theme: Theme, curves: CurvesPanel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header = TrainHeader(theme)
        self.curves = curves
        self.log = LogView(theme, folder=True)
        self.config = ConfigPanel(theme)
        self._log_path: Path | None = None
        self._tabs = QTabBar()
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        self._tabs.setUsesScrollButtons(False)
        for title in (self.tr("Curves"), self.tr("Log"), self.tr("Configuration")):
            self._tabs.addTab(title)
        self._smooth_label = label(self.tr("Smoothing"), "muted")
        self._smooth = QSlider(Qt.Orientation.Horizontal)
        self._smooth.setRange(0, 100)
        self._smooth.setValue(_SMOOTHING)
        self._smooth.setFixedWidth(110)
        self._smooth.setAccessibleName(self.tr("Smoothing of the curves"))
        self._smooth.setToolTip(self.tr("Follows the trend; raw points stay faintly behind"))
        self._stack = QStackedWidget()
        scrolled = QScrollArea()
        scrolled.setWidgetResizable(True)
        scrolled.setWidget(self.curves)
        for part in (scrolled, self.log, self.config):
            self._stack.addWidget(part)
        self._build()
        self._tabs.currentChanged.connect(self._turn)
        self._smooth.valueChanged.connect(self.curves.set_smoothing)
        self.curves.set_smoothing(_SMOOTHING)

    @property
    def tabs(self) -> QTabBar:
        """Curves, log, configuration."""
        return self._tabs

    def show_log(self, path: Path | None) -> None:
        """Follow that file; the same file again changes nothing."""
        if path != self._log_path:
            self._log_path = path
            self.log.show_file(path)

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._tabs)
        row.addStretch(1)
        row.addWidget(self._smooth_label)
        row.addSpacing(4)
        row.addWidget(self._smooth)
        box = QVBoxLayout(self)
        box.setContentsMargins(22, 18, 22, 22)
        box.setSpacing(0)
        box.addWidget(self.header)
        box.addSpacing(12)
        box.addLayout(row)
        box.addWidget(hairline())
        box.addSpacing(14)
        box.addWidget(self._stack, 1)

    @pyqtSlot(int)
    def _turn(self, index: int) -> None:
        self._stack.setCurrentIndex(index)
        for part in (self._smooth_label, self._smooth):
            part.setVisible(index == CURVES)
