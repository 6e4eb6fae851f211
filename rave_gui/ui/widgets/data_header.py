"""Above the tabs of the Data page: which dataset, what can be done with it, what it wants."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from rave_gui.backend.dataset import Preparation
from rave_gui.core.records import DatasetStatus
from rave_gui.ui import formats
from rave_gui.ui.readers_data import DatasetDetail
from rave_gui.ui.theme import Theme, set_role
from rave_gui.ui.viewmodels import dataset as words
from rave_gui.ui.viewmodels import dataset_notice as notices
from rave_gui.ui.viewmodels.live import JobLive
from rave_gui.ui.widgets.buttons import DANGER, button
from rave_gui.ui.widgets.cards import Card
from rave_gui.ui.widgets.chips import Chip
from rave_gui.ui.widgets.labels import ElidedLabel, label
from rave_gui.ui.widgets.parts import folder_button
from rave_gui.ui.widgets.phase_bar import ThinBar

RENAME, CHECK, FIND, DUPLICATE, FOLDER, DELETE = (
    "rename", "check", "find", "duplicate", "folder", "delete",
)  # fmt: skip


class DataHeader(QWidget):
    """Title, buttons and menu, and a card for what the dataset wants."""

    train_requested = pyqtSignal()
    stop_requested = pyqtSignal()
    action_requested = pyqtSignal(str)
    """One of the menu: rename, check, find, duplicate, folder, delete."""
    notice_requested = pyqtSignal(str)
    """A button of the notice: one of ``viewmodels.dataset_notice``."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._status = ElidedLabel(role="title"), Chip()
        self._under = ElidedLabel(role="secondary")
        self._train = button(self.tr("Train on it…"), theme=theme, icon="curve")
        self._folder = folder_button(theme)
        self.menu, self._actions = QMenu(self), dict[str, QAction]()
        self._more = button("", "more", theme=theme, icon="more", name=self.tr("More actions"))
        self._more.setToolTip(self.tr("More actions"))
        self._fill_menu()
        self._more.setMenu(self.menu)
        self.progress, self.notice = ProgressCard(theme), NoticeCard()
        self._build()
        self._train.clicked.connect(self._ask_train)
        self._folder.clicked.connect(self._ask_folder)
        self.progress.stop_requested.connect(self.stop_requested)
        self.notice.action_requested.connect(self.notice_requested)

    def show_dataset(self, detail: DatasetDetail) -> None:
        """Name, facts below it, and what is possible now."""
        dataset = detail.dataset
        gone = detail.place.gone and dataset.status is DatasetStatus.READY
        self._title.setText(dataset.name)
        self._status.say(*words.status_word(dataset.status, gone=gone))
        self._under.setText(words.under(dataset, len(detail.contents.files), detail.size))
        self.notice.show_notice(notices.notice(detail))
        self._show_possible(dataset.status, gone=gone)
        self.progress.setVisible(dataset.status is DatasetStatus.PREPROCESSING)

    def _show_possible(self, status: DatasetStatus, *, gone: bool) -> None:
        ready, busy = status is DatasetStatus.READY, status is DatasetStatus.PREPROCESSING
        self._train.setVisible(ready and not gone)
        self._folder.setEnabled(not gone)
        for key in (FIND, DELETE):
            self._actions[key].setEnabled(not busy)
        self._actions[CHECK].setEnabled(ready and not gone)
        self._actions[FOLDER].setEnabled(not gone)

    def _fill_menu(self) -> None:
        for key, text in (
            (RENAME, self.tr("Rename…")),
            (DUPLICATE, self.tr("Make again with other settings…")),
            (CHECK, self.tr("Check that it is whole")),
            (FIND, self.tr("Find moved files…")),
            (FOLDER, self.tr("Show in folder")),
            (DELETE, self.tr("Delete…")),
        ):
            if key in (CHECK, DELETE):
                self.menu.addSeparator()
            action = QAction(text, self)
            action.setData(key)
            self.menu.addAction(action)
            self._actions[key] = action
        self.menu.triggered.connect(self._act)

    def _build(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(4)
        left.addWidget(self._title)
        left.addWidget(self._under)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addLayout(left, 1)
        for made in (self._status, self._folder, self._more, self._train):
            row.addWidget(made)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(14)
        box.addLayout(row)
        box.addWidget(self.notice)
        box.addWidget(self.progress)

    @pyqtSlot()
    def _ask_train(self) -> None:
        self.train_requested.emit()

    @pyqtSlot()
    def _ask_folder(self) -> None:
        self.action_requested.emit(FOLDER)

    @pyqtSlot(QAction)
    def _act(self, action: QAction) -> None:
        self.action_requested.emit(str(action.data()))


class ProgressCard(Card):
    """How far a piece of work is: words, a bar, percent and time, and a way to stop it."""

    stop_requested = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._stage, self._percent = label(role="strong"), label(role="figure")
        self._bar, self._rest = ThinBar(theme), label(role="secondary")
        self._bar.setAccessibleName(self.tr("Progress"))
        self.stop = button(self.tr("Stop"), DANGER)
        self.stop.clicked.connect(self._ask)
        top, below = QHBoxLayout(), QHBoxLayout()
        top.addWidget(self._stage, 1)
        top.addWidget(self._rest)
        below.setSpacing(16)
        below.addWidget(self._bar, 1)
        below.addWidget(self._percent)
        below.addWidget(self.stop)
        self.body.addLayout(top)
        self.body.addLayout(below)
        self.hide()

    def show_progress(self, stage: str, fraction: float | None, rest: str, tip: str = "") -> None:
        """``stage`` in words, 0 to 1 or None while that is not known, and what is left."""
        self._stage.setText(stage)
        self._bar.show_progress(fraction)
        self._percent.setText(formats.percent(fraction) if fraction is not None else "")
        self._rest.setText(rest)
        self.stop.setToolTip(tip)

    def show_making(self, making: Preparation | None, live: JobLive) -> None:
        """Copies first, then RAVE; both count for the percentage."""
        lost = self.tr("What is made so far is not kept")
        stage, left = words.stage_words(making), words.left_words(live)
        self.show_progress(stage, making.fraction if making else None, left, lost)

    @pyqtSlot()
    def _ask(self) -> None:
        self.stop_requested.emit()


class NoticeCard(QFrame):
    """A coloured title, a sentence, and buttons; gone while there is nothing to say."""

    action_requested = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self._title, self._text = label(wrap=True), label(role="secondary", wrap=True)
        self._buttons: dict[str, QPushButton] = {}
        self._row = QHBoxLayout()
        self._row.setSpacing(8)
        for action in (notices.FORGET, notices.LOG, notices.AGAIN, notices.FIND):
            made = button(notices.action_words(action))
            made.setObjectName(action)
            made.clicked.connect(self._act)
            self._buttons[action] = made
            self._row.addWidget(made)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self._title)
        words.addWidget(self._text)
        box = QHBoxLayout(self)
        box.setContentsMargins(16, 12, 12, 12)
        box.setSpacing(16)
        box.addLayout(words, 1)
        box.addLayout(self._row)
        self.hide()

    def show_notice(self, shown: notices.Notice) -> None:
        """Show it; an empty one hides the card."""
        self._title.setText(shown.title)
        set_role(self._title, shown.role if shown.role != "secondary" else "strong")
        self._text.setText(shown.text)
        self._text.setVisible(bool(shown.text))
        for action, made in self._buttons.items():
            made.setVisible(action in shown.actions)
        self.setVisible(bool(shown.title))

    @pyqtSlot()
    def _act(self) -> None:
        if made := self.sender():
            self.action_requested.emit(made.objectName())
