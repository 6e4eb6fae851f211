"""The right side of the Train page: header, tabs, and what the tabs show."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import pyqtSlot
from PyQt6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from rave_gui.ui.theme import Theme
from rave_gui.ui.widgets.compare_card import CompareCard
from rave_gui.ui.widgets.config_panel import ConfigPanel
from rave_gui.ui.widgets.curves_bar import CurvesBar
from rave_gui.ui.widgets.curves_panel import CurvesPanel
from rave_gui.ui.widgets.labels import hairline
from rave_gui.ui.widgets.log_view import LogView
from rave_gui.ui.widgets.parts import scrolled
from rave_gui.ui.widgets.train_header import TrainHeader

CURVES, PREVIEWS, LOG, HARDWARE, CONFIG = "curves", "previews", "log", "hardware", "config"


class TrainDetail(QWidget):
    """Arranges; each part shows what it is given."""

    def __init__(
        self,
        theme: Theme,
        curves: CurvesPanel,
        *,
        previews: QWidget | None = None,
        strip: QWidget | None = None,
        hardware: QWidget | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Make one.

        Args:
            theme: Colours and fonts.
            curves: The plots.
            previews: What is heard, on a tab of its own.
            strip: The same in short, below the curves.
            hardware: What the machine did.
            parent: Its owner.
        """
        super().__init__(parent)
        self.header = TrainHeader(theme)
        self.curves, self.bar, self.compared = curves, CurvesBar(theme, curves), CompareCard()
        self.log = LogView(theme, folder=True)
        self.config = ConfigPanel(theme)
        self._log_path: Path | None = None
        self._keys: list[str] = []
        self._tabs, self._stack = QTabBar(), QStackedWidget()
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        self._tabs.setUsesScrollButtons(False)
        self._add(CURVES, self.tr("Curves"), self._curves_page(strip))
        self._add(PREVIEWS, self.tr("Previews"), previews)
        self._add(LOG, self.tr("Log"), self.log)
        self._add(HARDWARE, self.tr("Hardware"), hardware)
        self._add(CONFIG, self.tr("Configuration"), self.config)
        self._build()
        self._tabs.currentChanged.connect(self._turn)
        self.header.error_requested.connect(self.show_error)

    @property
    def tabs(self) -> QTabBar:
        """The names of what can be shown."""
        return self._tabs

    def turn_to(self, key: str) -> None:
        """Show that tab; one that is not there changes nothing."""
        if key in self._keys:
            self._tabs.setCurrentIndex(self._keys.index(key))

    @pyqtSlot()
    def show_error(self) -> None:
        """Turn to the line of the log that says why it failed."""
        self.turn_to(LOG)
        self.log.show_error()

    def show_log(self, path: Path | None) -> None:
        """Follow that file; the same file again changes nothing."""
        if path != self._log_path:
            self._log_path = path
            self.log.show_file(path)

    def _add(self, key: str, title: str, page: QWidget | None) -> None:
        if page is not None:
            self._keys.append(key)
            self._tabs.addTab(title)
            self._stack.addWidget(page)

    def _curves_page(self, strip: QWidget | None) -> QWidget:
        """Curves that scroll; what can be heard stays in sight, since ears decide."""
        inner, page = QWidget(), QWidget()
        box = QVBoxLayout(inner)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(14)
        box.addWidget(self.curves, 1)
        box.addWidget(self.compared)
        outer = QVBoxLayout(page)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(14)
        outer.addWidget(scrolled(inner), 1)
        if strip is not None:
            outer.addWidget(strip)
        return page

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._tabs, 1)  # the name of the chosen one is bold, and wider
        row.addWidget(self.bar)
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
        self.bar.setVisible(self._keys[index] == CURVES)
