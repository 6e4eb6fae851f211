"""The window: rail, top bar, status bar and the pages between them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from PyQt6.QtCore import QByteArray, Qt, QTimer, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PyQt6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from rave_gui.backend.training_state import TrainingState
from rave_gui.core.records import Project
from rave_gui.core.signals import JobEnded, RecordChanged, TrainingProgress
from rave_gui.ui.context import PageContext
from rave_gui.ui.page import Page
from rave_gui.ui.pages.activity import ActivityPage
from rave_gui.ui.pages.data import DataPage
from rave_gui.ui.pages.exports import ExportsPage
from rave_gui.ui.pages.home import HomePage
from rave_gui.ui.pages.listening import ListeningPage
from rave_gui.ui.pages.models import ModelsPage
from rave_gui.ui.pages.settings import SettingsPage
from rave_gui.ui.pages.train import TrainPage
from rave_gui.ui.rail import Place, Rail
from rave_gui.ui.readers import free_disk, read_work
from rave_gui.ui.status_bar import StatusBar
from rave_gui.ui.top_bar import TopBar
from rave_gui.ui.viewmodels import engine as engine_words
from rave_gui.ui.viewmodels import status
from rave_gui.ui.viewmodels.status import Work
from rave_gui.ui.wishes import Wishes

HOME, DATA, TRAIN, MODELS, EXPORTS = "home", "data", "train", "models", "exports"
ACTIVITY, SETTINGS, LISTENING = "activity", "settings", "listening"
_PLACE_OF: Final = {
    "projects": HOME,
    "datasets": DATA,
    "experiments": TRAIN,
    "models": MODELS,
    "exports": EXPORTS,
    "jobs": ACTIVITY,
}
_DISK_MS = 30_000
_CALM_MS = 80


class MainWindow(Wishes):
    """Shows facts that it is fed, and passes every wish on; the controller answers them."""

    error_raised = pyqtSignal(object, str)
    close_requested = pyqtSignal()
    """Somebody wants to close the window; it stays until :meth:`let_go` was called."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ctx = context
        self._may_close = False
        self._projects: Sequence[Project] = ()
        self._work: Sequence[Work] = ()
        self.home, self.data, self.train = HomePage(context), DataPage(context), TrainPage(context)
        self.models, self.exports = ModelsPage(context), ExportsPage(context)
        self.activity, self.settings = ActivityPage(context), SettingsPage(context)
        self.listening = ListeningPage(context)
        self.pages: dict[str, Page] = {
            HOME: self.home,
            DATA: self.data,
            TRAIN: self.train,
            MODELS: self.models,
            EXPORTS: self.exports,
            ACTIVITY: self.activity,
            SETTINGS: self.settings,
            LISTENING: self.listening,
        }
        self.rail = Rail(context.theme, self._places())
        self.top_bar, self.status_bar = TopBar(context.theme), StatusBar(context.theme)
        self._stack = QStackedWidget()
        self._calm = _timer(self, _CALM_MS, self._read_work, single=True)
        self._disk_beat = _timer(self, _DISK_MS, self._read_disk)
        self._build()
        self._connect()
        self.show_page(HOME)
        self._show_engine()
        self._project_changed()
        self._disk_beat.start()

    # Properties

    @property
    def current_page(self) -> str:
        """The key of the page that is shown."""
        return next(key for key, page in self.pages.items() if page is self._stack.currentWidget())

    # Methods

    @pyqtSlot(str)
    def show_page(self, key: str) -> None:
        """Turn to a page."""
        self._stack.setCurrentWidget(self.pages[key])
        self.rail.show_current(MODELS if key == LISTENING else key)
        self.pages[key].setFocus()

    def open_record(self, table: str, identity: Any) -> None:
        """Turn to the page of a record and show it there."""
        key = _PLACE_OF[table]
        self.show_page(key)
        opener = getattr(self.pages[key], "open_record", None)
        if opener is not None:
            opener(identity)

    def let_go(self) -> None:
        """The next close is final."""
        self._may_close = True

    def geometry_text(self) -> str:
        """Place and size, to be given back at the next start."""
        return bytes(self.saveGeometry().toBase64().data()).decode("ascii")

    def restore_geometry_text(self, text: str) -> bool:
        """Place and size as they were; false where ``text`` says nothing of use."""
        return bool(text) and self.restoreGeometry(QByteArray.fromBase64(text.encode()))

    # Facts

    @pyqtSlot(object)
    def apply_record_change(self, event: RecordChanged) -> None:
        """A record changed."""
        for page in self.pages.values():
            page.on_record_changed(event)
        if event.table in ("jobs", "experiments"):
            self._calm.start()
        if event.table == "projects":
            self._read_projects()

    @pyqtSlot(int, object)
    def apply_training_state(self, experiment_id: int, state: TrainingState) -> None:
        """All that is known of a running training."""
        self._ctx.board.take_training(experiment_id, state)
        for page in self.pages.values():
            page.on_training_state(experiment_id)
        self._show_work()

    @pyqtSlot(object)
    def apply_training_progress(self, progress: TrainingProgress) -> None:
        """The part of the same that the whole application hears of."""
        known = self._ctx.board.training(progress.experiment_id)
        if known is None or known.step < progress.step:
            state = TrainingState(
                step=progress.step,
                max_steps=progress.max_steps,
                epoch=progress.epoch,
                phase=progress.phase,
                stage=known.stage if known else "training",
                rate=progress.rate,
                checkpoint=known.checkpoint if known else None,
            )
            self.apply_training_state(progress.experiment_id, state)

    @pyqtSlot(str, list)
    def apply_job_facts(self, job_id: str, facts: list[dict[str, Any]]) -> None:
        """New facts of a job."""
        self._ctx.board.take_facts(job_id, facts)
        for page in self.pages.values():
            page.on_job_facts(job_id)
        self._show_work()

    @pyqtSlot(str, str)
    def apply_runner_state(self, job_id: str, state: str) -> None:
        """The runner's word for the state of a job."""
        self._ctx.board.take_runner_state(job_id, state)
        self._calm.start()
        self.train.refresh_soon()

    @pyqtSlot(object)
    def apply_job_ended(self, event: JobEnded) -> None:
        """A job came to its end."""
        self._ctx.board.forget_job(event.job_id)
        if event.kind == "train" and event.target_id is not None:
            self._ctx.board.forget_training(event.target_id)
        good = event.state in ("succeeded", "completed")
        role = "good" if good else "bad" if event.state == "failed" else "info"
        self.status_bar.show_notice(event.message, role)
        self._calm.start()

    @pyqtSlot(str, str)
    def set_notice(self, text: str, kind: str = "info") -> None:
        """One line in the status bar; ``kind`` is ``info``, ``good`` or ``bad``."""
        self.status_bar.show_notice(text, kind)

    # Events

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Return presses the focused button; Qt by itself lets only the space bar do so here."""
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        focused = self.focusWidget()
        if event is not None and event.key() in keys and isinstance(focused, QAbstractButton):
            focused.click()
            return
        super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent | None) -> None:
        """Ask first: work may be going on, and threads must end in order."""
        if event is None or self._may_close:
            super().closeEvent(event)
            return
        event.ignore()
        self.close_requested.emit()

    # Wiring

    def _places(self) -> list[Place]:
        return [
            Place(HOME, self.tr("Home"), "home"),
            Place(DATA, self.tr("Data"), "waveform"),
            Place(TRAIN, self.tr("Train"), "curve"),
            Place(MODELS, self.tr("Models"), "layers"),
            Place(EXPORTS, self.tr("Exports"), "upload"),
            Place(ACTIVITY, self.tr("Activity"), "list", below=True),
            Place(SETTINGS, self.tr("Settings"), "gear", below=True),
        ]

    def _build(self) -> None:
        self.setWindowTitle(self.tr("RAVE GUI"))
        self.resize(1280, 800)
        self.setMinimumSize(920, 540)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.rail)
        middle.addWidget(self._stack, 1)
        for page in self.pages.values():
            self._stack.addWidget(page)
        centre = QWidget()
        box = QVBoxLayout(centre)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.top_bar)
        box.addLayout(middle, 1)
        box.addWidget(self.status_bar)
        self.setCentralWidget(centre)

    def _connect(self) -> None:
        for page in self.pages.values():
            _pass_on(page, self)
        self.rail.page_requested.connect(self.show_page)
        self.activity.home_requested.connect(self._show_home)
        self.data.counted.connect(self._show_work)
        self.data.record_requested.connect(self.open_record)
        self.exports.record_requested.connect(self.open_record)
        bar = self.top_bar
        bar.new_project_requested.connect(self.new_project_requested)
        bar.open_project_requested.connect(self.open_project_requested)
        bar.home_requested.connect(self._show_home)
        bar.engine_requested.connect(self._show_settings)
        bar.project_requested.connect(self._project_chosen)
        self.status_bar.job_clicked.connect(self._open_work)
        self._ctx.state.project_changed.connect(self._project_changed)
        self._ctx.state.engine_changed.connect(self._show_engine)
        for number, key in enumerate(self.pages, 1):
            shortcut = QShortcut(QKeySequence(f"Ctrl+{number}"), self)
            shortcut.setObjectName(key)
            shortcut.activated.connect(self._shortcut)

    # Slots

    @pyqtSlot()
    def _shortcut(self) -> None:
        if made := self.sender():
            self.show_page(made.objectName())

    @pyqtSlot()
    def _show_home(self) -> None:
        self.show_page(HOME)

    @pyqtSlot()
    def _show_settings(self) -> None:
        self.show_page(SETTINGS)

    @pyqtSlot()
    def _open_work(self) -> None:
        if not self._work:
            self.show_page(ACTIVITY)
        elif self._work[0].experiment is not None:
            self.open_record("experiments", self._work[0].experiment.id)
        else:
            self.open_record("jobs", self._work[0].job.id)

    @pyqtSlot(int)
    def _project_chosen(self, project_id: int) -> None:
        for project in self._projects:
            if project.id == project_id:
                self.project_selected.emit(project)

    @pyqtSlot()
    def _project_changed(self, _event: object = None) -> None:
        project: Project | None = self._ctx.state.project
        name = self.tr("RAVE GUI")
        self.setWindowTitle(f"{project.name} – {name}" if project else name)
        self.top_bar.show_projects(self._projects, project)
        self._read_projects()
        self._read_disk()
        self._calm.start()

    @pyqtSlot()
    def _show_engine(self, _event: object = None) -> None:
        state = self._ctx.state
        chip = engine_words.chip(state.engine, state.engine_problem, state.engine_busy)
        self.top_bar.show_engine(chip)

    def _read_projects(self) -> None:
        self._ctx.run(self._ctx.services.projects.list, self._show_projects, owner=self)

    def _show_projects(self, projects: Sequence[Project]) -> None:
        self._projects = projects
        self.top_bar.show_projects(projects, self._ctx.state.project)

    @pyqtSlot()
    def _read_work(self) -> None:
        engine = self._ctx.state.engine
        work = partial(read_work, self._ctx.services, engine.configs_dir if engine else None)
        self._ctx.run(work, self._take_work, owner=self)

    def _take_work(self, work: Sequence[Work]) -> None:
        self._work = work
        self._show_work()

    @pyqtSlot()
    def _show_work(self) -> None:
        self.status_bar.show_running(status.running(self._work, self._ctx.board))

    @pyqtSlot()
    def _read_disk(self) -> None:
        project: Project | None = self._ctx.state.project
        folder = project.path if project else self._ctx.services.paths.projects
        self._ctx.run(partial(free_disk, folder), self._show_disk, owner=self)

    def _show_disk(self, free: int | None) -> None:
        self.status_bar.show_disk(*status.disk(free))


def _pass_on(page: Page, window: MainWindow) -> None:
    """Connect each wish of a page with the window's signal of the same name."""
    for name in _wishes(type(page)):
        if hasattr(type(window), name):
            getattr(page, name).connect(getattr(window, name))


def _wishes(kind: type) -> list[str]:
    """The signals that a page class declares, by name."""
    return [
        name
        for base in kind.__mro__
        if base.__module__.startswith("rave_gui.")
        for name, value in vars(base).items()
        if isinstance(value, pyqtSignal)
    ]


def _timer(parent: QWidget, milliseconds: int, slot: Any, *, single: bool = False) -> QTimer:
    timer = QTimer(parent)
    timer.setInterval(milliseconds)
    timer.setSingleShot(single)
    timer.timeout.connect(slot)
    return timer
