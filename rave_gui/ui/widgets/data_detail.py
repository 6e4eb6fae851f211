"""The right side of the Data page: figures, progress, files, sources and command."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from rave_gui.core.records import DatasetStatus
from rave_gui.ui import formats
from rave_gui.ui.readers import DatasetDetail
from rave_gui.ui.theme import Theme, set_role
from rave_gui.ui.viewmodels import dataset as words
from rave_gui.ui.viewmodels.live import JobLive
from rave_gui.ui.widgets.buttons import DANGER, button
from rave_gui.ui.widgets.cards import Card
from rave_gui.ui.widgets.chips import Chip
from rave_gui.ui.widgets.command_box import CommandBox
from rave_gui.ui.widgets.files_panel import FilesPanel
from rave_gui.ui.widgets.labels import ElidedLabel, FactsRow, hairline, label
from rave_gui.ui.widgets.parts import folder_button
from rave_gui.ui.widgets.phase_bar import ThinBar


class DataDetail(QWidget):
    """Shows one dataset and passes wishes on."""

    train_requested = pyqtSignal()
    folder_requested = pyqtSignal()
    delete_requested = pyqtSignal()
    stop_requested = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._status = ElidedLabel(role="title"), Chip()
        self._under = ElidedLabel(role="secondary")
        self._train = button(self.tr("Train on it…"), theme=theme, icon="curve")
        self._folder = folder_button(theme)
        self._delete = button(
            "", theme=theme, icon="trash", tip=self.tr("Delete…"), name=self.tr("Delete")
        )
        self._stop = button(self.tr("Stop"), DANGER, tip=self.tr("What is made so far is not kept"))
        self._facts = FactsRow()
        self._enough = label(wrap=True)
        self._error = label(role="bad", wrap=True)
        self._bar, self._progress = ThinBar(theme), label(role="secondary")
        self._bar.setAccessibleName(self.tr("Preparing"))
        self.files = FilesPanel(theme)
        self._command = CommandBox(theme, self.tr("Command that prepares it"))
        self._sources, self._users = (
            label(role="secondary", wrap=True),
            label(role="secondary", wrap=True),
        )
        self._build()
        for made, slot in (
            (self._train, self._ask_train),
            (self._folder, self._ask_folder),
            (self._delete, self._ask_delete),
            (self._stop, self._ask_stop),
        ):
            made.clicked.connect(slot)

    def show_dataset(self, detail: DatasetDetail, live: JobLive) -> None:
        """Everything about the dataset."""
        dataset = detail.dataset
        word, role = words.status_word(dataset.status)
        self._title.setText(dataset.name)
        self._status.say(word, role)
        self._under.setText(_under(detail))
        self._facts.show_facts(words.facts(dataset))
        told, told_role = words.enough(dataset.duration_seconds)
        self._enough.setText(told)
        self._enough.setVisible(bool(told))
        set_role(self._enough, told_role)
        self._error.setText(dataset.error)
        self._error.setVisible(bool(dataset.error))
        self._train.setVisible(dataset.status is DatasetStatus.READY)
        self._delete.setVisible(dataset.status is not DatasetStatus.PREPROCESSING)
        self.files.show_manifest(dataset.manifest)
        self._sources.setText("\n".join(dataset.sources) or formats.DASH)
        self._users.setText(words.used_by(detail.users))
        self._command.show_command(detail.command)
        self.show_progress(dataset.status, live)

    def show_progress(self, status: DatasetStatus, live: JobLive) -> None:
        """How far the preprocessing is; hidden when there is none."""
        self._making.setVisible(status is DatasetStatus.PREPROCESSING)
        self._bar.show_progress(live.fraction)
        percent = f"{formats.percent(live.fraction)} · " if live.fraction is not None else ""
        self._progress.setText(percent + words.progress_words(live))

    def _build(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(22, 18, 22, 22)
        box.setSpacing(0)
        box.addLayout(self._head())
        box.addSpacing(16)
        box.addWidget(self._facts)
        box.addSpacing(6)
        box.addWidget(self._enough)
        box.addWidget(self._error)
        box.addSpacing(10)
        box.addWidget(self._progress_card())
        box.addSpacing(4)
        box.addWidget(self._tab_bar())
        box.addWidget(hairline())
        box.addSpacing(14)
        box.addWidget(self._pages(), 1)

    def _head(self) -> QHBoxLayout:
        first = QHBoxLayout()
        first.setSpacing(10)
        first.addWidget(self._title, 1)
        left = QVBoxLayout()
        left.setSpacing(4)
        left.addLayout(first)
        left.addWidget(self._under)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addLayout(left, 1)
        for made in (self._status, self._delete, self._folder, self._train):
            row.addWidget(made)
        return row

    def _progress_card(self) -> QFrame:
        self._making = Card(self.tr("RAVE is preparing it"))
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self._bar, 1)
        row.addWidget(self._progress)
        row.addWidget(self._stop)
        self._making.body.addLayout(row)
        return self._making

    def _tab_bar(self) -> QTabBar:
        self._tabs = QTabBar()
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        self._tabs.setUsesScrollButtons(False)
        for title in (self.tr("Files"), self.tr("Sources, use and command")):
            self._tabs.addTab(title)
        return self._tabs

    def _pages(self) -> QStackedWidget:
        about = QWidget()
        box = QVBoxLayout(about)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(14)
        for title, part in (
            (self.tr("Where the sound came from"), self._sources),
            (self.tr("What learns from it"), self._users),
        ):
            card = Card(title)
            card.body.addWidget(part)
            box.addWidget(card)
        box.addWidget(self._command)
        box.addStretch(1)
        stack = QStackedWidget()
        stack.addWidget(self.files)
        stack.addWidget(about)
        self._tabs.currentChanged.connect(stack.setCurrentIndex)
        return stack

    @pyqtSlot()
    def _ask_train(self) -> None:
        self.train_requested.emit()

    @pyqtSlot()
    def _ask_folder(self) -> None:
        self.folder_requested.emit()

    @pyqtSlot()
    def _ask_delete(self) -> None:
        self.delete_requested.emit()

    @pyqtSlot()
    def _ask_stop(self) -> None:
        self.stop_requested.emit()


def _under(detail: DatasetDetail) -> str:
    dataset = detail.dataset
    parts = [formats.files(len(dataset.manifest)), formats.date(dataset.created_at)]
    if detail.size:
        parts.append(formats.size(detail.size))
    return " · ".join((*parts, str(dataset.path)))
