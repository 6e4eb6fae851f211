"""The right side of the Data page: header, and the tabs overview, files, examples, used by."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSlot
from PyQt6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from rave_gui.backend.dataset import Preparation
from rave_gui.core.records import DatasetStatus
from rave_gui.ui import formats
from rave_gui.ui.context import PageContext
from rave_gui.ui.readers_data import DatasetDetail
from rave_gui.ui.viewmodels.live import JobLive
from rave_gui.ui.widgets.data_examples import DataExamples
from rave_gui.ui.widgets.data_files import DataFiles
from rave_gui.ui.widgets.data_header import DataHeader, ProgressCard
from rave_gui.ui.widgets.data_overview import DataOverview
from rave_gui.ui.widgets.data_users import DataUsers
from rave_gui.ui.widgets.labels import hairline

OVERVIEW, FILES, EXAMPLES, USERS = range(4)


class DataDetail(QWidget):
    """Arranges; each part shows what it is given and passes its own wishes on."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header = DataHeader(context.theme)
        self.check = ProgressCard(context.theme)
        self.overview, self.files = DataOverview(context.theme), DataFiles(context)
        self.examples, self.users = DataExamples(context), DataUsers(context.theme)
        self.tabs, self._stack = QTabBar(), QStackedWidget()
        self._build()

    def show_dataset(self, detail: DatasetDetail, live: JobLive) -> None:
        """Everything about the dataset."""
        dataset = detail.dataset
        self.header.show_dataset(detail)
        self.show_making(dataset.status, detail.making, live)
        self.overview.show_dataset(detail)
        self.files.show_contents(detail.contents)
        self.examples.show_dataset(dataset, gone=detail.place.gone)
        self.users.show_users(dataset, detail.users)
        number = len(detail.users)
        used = self.tr("Used by {n}").format(n=formats.count(number)) if number else ""
        self.tabs.setTabText(USERS, used or self.tr("Used by"))

    def show_making(self, status: DatasetStatus, making: Preparation | None, live: JobLive) -> None:
        """How far the preprocessing is; hidden when there is none."""
        self.header.progress.setVisible(status is DatasetStatus.PREPROCESSING)
        self.header.progress.show_making(making, live)

    def show_check(self, words: str, done: int = 0, total: int = 0) -> None:
        """How far a check is, or a search; without ``words`` nothing is going on."""
        self.check.setVisible(bool(words))
        counted = f"{formats.count(done)} / {formats.count(total)}" if total else ""
        self.check.show_progress(words, done / total if total else None, counted)

    def _build(self) -> None:
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)
        for title in (
            self.tr("Overview"), self.tr("Files"), self.tr("Examples"), self.tr("Used by"),
        ):  # fmt: skip
            self.tabs.addTab(title)
        for part in (self.overview, self.files, self.examples, self.users):
            self._stack.addWidget(part)
        self.tabs.currentChanged.connect(self._turn)
        box = QVBoxLayout(self)
        box.setContentsMargins(22, 18, 22, 18)
        box.setSpacing(0)
        box.addWidget(self.header)
        box.addSpacing(10)
        box.addWidget(self.check)
        box.addWidget(self.tabs)
        box.addWidget(hairline())
        box.addSpacing(14)
        box.addWidget(self._stack, 1)

    @pyqtSlot(int)
    def _turn(self, index: int) -> None:
        self._stack.setCurrentIndex(index)
