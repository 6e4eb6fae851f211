"""The composition root of the window: builds everything once and hands instances down."""

from __future__ import annotations

import argparse
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from PyQt6.QtCore import QCoreApplication, QEvent, QObject, QTimer, pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QApplication

from rave_gui import __version__
from rave_gui.backend.engine_record import Engine
from rave_gui.backend.notify_post import finish as finish_news
from rave_gui.backend.queue_keeper import leave_to_keeper
from rave_gui.backend.services import Services, build_services
from rave_gui.bridge.background import TASKS_NAME, BackgroundTasks
from rave_gui.bridge.crash_reports import unseen_reports
from rave_gui.bridge.events import EventBridge
from rave_gui.bridge.excepthook import ExceptionHook
from rave_gui.bridge.followers import JobFollowers
from rave_gui.bridge.heart import Heart
from rave_gui.bridge.lifecycle import Lifecycle
from rave_gui.bridge.os_signals import QuitSignals
from rave_gui.bridge.playback import Playback
from rave_gui.core import logger
from rave_gui.core.errors import UserError
from rave_gui.core.paths import AppPaths
from rave_gui.core.records import Project
from rave_gui.core.state import AppState
from rave_gui.ui import text
from rave_gui.ui.context import PageContext
from rave_gui.ui.controller import Controller
from rave_gui.ui.controllers.base import Desk
from rave_gui.ui.dialogs.messages import MessageService
from rave_gui.ui.main_window import MainWindow
from rave_gui.ui.theme import Theme
from rave_gui.ui.tray import TrayMessages

_FAREWELL_SECONDS = 15.0
"""For news on its way while something else hangs."""
READY_VARIABLE = "RAVE_GUI_READY"
_STARTED = time.perf_counter()
_log = logger.get_logger(__name__)


@dataclass(frozen=True)
class Options:
    """What the command line asks of the window."""

    project: str = ""
    screenshots: Path | None = None
    ready_line: bool = False


class App(QObject):
    """Everything that lives as long as the window does."""

    ready = pyqtSignal()
    """The window was painted for the first time."""
    done = pyqtSignal()
    """The window is gone and everything has ended."""

    def __init__(
        self, application: QApplication, services: Services, hook: ExceptionHook | None = None
    ) -> None:
        super().__init__()
        self.services = services
        self.state: AppState[Engine] = AppState(services.settings)
        self.theme = Theme(self.state.settings.theme, self)
        self.theme.install(application)
        self.tasks = _tasks_of(application)
        self.messages = MessageService(self.theme, self)
        self.playback = Playback(device=self.state.settings.sound_device, parent=self)
        self.context = PageContext(
            services, self.state, self.tasks.run, self.theme, playback=self.playback
        )
        self.window = MainWindow(self.context)
        self.messages.set_window(self.window)
        self.tray = TrayMessages(self.theme.icon("waveform", "accent"), parent=self)
        self.followers = JobFollowers(self)
        self.controller = Controller(
            Desk(self.context, self.window, self.messages), self.followers, self
        )
        self.heart = Heart(self.controller.live.beat, parent=self)
        self.events = EventBridge(services.signals, self)
        self.lifecycle = Lifecycle(
            self.followers,
            self.tasks,
            self.heart,
            running_titles=self._running_titles,
            farewell=self.messages,
            playback=self.playback,
            parent=self,
        )
        self._connect(hook)
        self._use_tray()

    def show(self) -> None:
        """Show the window; the rest begins after its first paint."""
        self.window.restore_geometry_text(self.state.settings.window_geometry)
        self.window.installEventFilter(self)
        self.window.show()

    def open_project(self, wanted: str) -> None:
        """Show the project of that name or in that folder, or the one that was shown last.

        Raises:
            UserError: there is no such project.
        """
        project = self._named(wanted) if wanted else self._last()
        if project is not None:
            self.controller.projects.select(project)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """The first paint of the window: from now on there is time for everything else."""
        if event is not None and event.type() == QEvent.Type.Paint and watched is self.window:
            self.window.removeEventFilter(self)
            QTimer.singleShot(0, self._begin)
        return False

    @pyqtSlot()
    def _begin(self) -> None:
        """Settle what happened meanwhile, follow what runs, look for the engine."""
        self.ready.emit()
        self.tasks.run(self.services.start, on_finally=self.heart.start)
        self.controller.engine.look()
        self.messages.offer_reports(unseen_reports(self.services.paths.logs))
        if warning := self.services.settings.warning:
            self.window.set_notice(warning, "bad")

    def _use_tray(self) -> None:
        """Where there is a tray, messages come from the window; a click leads back to it."""
        if TrayMessages.possible():
            self.services.notifier.desktop.show = self.tray.show
            self.tray.clicked.connect(self._come_forward)

    @pyqtSlot()
    def _come_forward(self) -> None:
        if self.window.isMinimized():
            self.window.showNormal()
        self.window.raise_()
        self.window.activateWindow()

    def _connect(self, hook: ExceptionHook | None) -> None:
        self.controller.hear(self.events, self.heart)
        self.window.close_requested.connect(self.lifecycle.request_close)
        self.lifecycle.closing.connect(self.controller.new_dataset.stop)
        self.lifecycle.closing.connect(self.controller.new_training.stop)
        self.lifecycle.closing.connect(self.controller.new_export.stop)
        self.lifecycle.closing.connect(self.controller.room.stop)
        self.lifecycle.closing.connect(self._on_closing)
        self.lifecycle.done.connect(self._on_done)
        if hook is not None:
            hook.crashed.connect(self.messages.show_crash)
            hook.refused.connect(self.messages.show_refusal)

    @pyqtSlot()
    def _on_closing(self) -> None:
        """The window goes at once; threads end behind it."""
        self._keep_geometry()
        self.services.notifier.desktop.show = None
        self.tray.hide()
        self.messages.close_all()
        self.services.close()
        self.events.disconnect_all()
        self.window.let_go()
        # Hidden, not closed: this may happen inside the very event in which it was to be closed.
        self.window.hide()

    @pyqtSlot()
    def _on_done(self) -> None:
        self.window.deleteLater()
        leave_to_keeper(self.services)
        self.tasks.setObjectName("")  # another window of this process gets tasks of its own
        self.done.emit()

    def _keep_geometry(self) -> None:
        try:
            self.state.change_settings(window_geometry=self.window.geometry_text())
        except UserError as error:
            _log.warning("%s", error)

    def _running_titles(self) -> list[str]:
        """What goes on without the window, as people call it."""
        return [job.title or job.id for job in self.services.jobs.active()]

    def _named(self, wanted: str) -> Project:
        known = self.services.projects.by_name(wanted)
        if known is not None:
            return known
        folder = Path(wanted).expanduser()
        if folder.is_dir():
            return self.services.projects.open(folder)
        raise UserError(
            f"There is no project called {wanted}, and no folder of that name.",
            "Choose one on the first page, or make a new one.",
        )

    def _last(self) -> Project | None:
        last = self.state.settings.last_project
        return self.services.repositories.projects.find(last) if last is not None else None


def main(arguments: list[str]) -> int:
    """Open the window and return the exit code when it has closed."""
    options = _parse(arguments)
    paths = AppPaths.from_environment()
    logger.set_up(paths.logs)
    application = QApplication([sys.argv[0]])
    _introduce(application)
    hook = ExceptionHook(paths.logs)
    hook.install()
    signals = QuitSignals()
    signals.install()
    try:
        return _run(application, options, paths, hook, signals)
    finally:
        signals.uninstall()
        hook.uninstall()


def _run(
    application: QApplication,
    options: Options,
    paths: AppPaths,
    hook: ExceptionHook,
    signals: QuitSignals,
) -> int:
    try:
        app = App(application, build_services(paths), hook)
    except UserError as error:
        return _refuse_to_start(application, error)
    signals.quit_requested.connect(app.lifecycle.shut_down)
    app.done.connect(application.quit)
    if options.ready_line or os.environ.get(READY_VARIABLE) == "1":
        app.ready.connect(_tell_ready)
    app.show()
    _open(app, options.project)
    if options.screenshots is not None:
        app.ready.connect(_Tour(app, options.screenshots).start)
    code = application.exec()
    return _leave(app, code)


def _open(app: App, wanted: str) -> None:
    try:
        app.open_project(wanted)
    except UserError as error:
        app.messages.error(error)


class _Tour(QObject):
    """Takes pictures of every page and closes the window again."""

    def __init__(self, app: App, folder: Path) -> None:
        super().__init__(app)
        self._app, self._folder = app, folder

    @pyqtSlot()
    def start(self) -> None:
        """Begin."""
        from rave_gui.ui.screenshots import ScreenshotTour  # noqa: PLC0415  (seldom needed)

        app, folder = self._app, self._folder.absolute()
        tour = ScreenshotTour(app.window, app.theme, folder, self._busy, self)
        tour.finished.connect(self._finish)
        tour.start()

    def _busy(self) -> bool:
        return self._app.tasks.busy or self._app.state.engine_busy

    @pyqtSlot(list)
    def _finish(self, files: list[str]) -> None:
        print("\n".join(files), flush=True)
        self._app.lifecycle.shut_down()


def _parse(arguments: list[str]) -> Options:
    parser = argparse.ArgumentParser(prog="rave-gui", description="Opens the window.")
    parser.add_argument("--project", default="", metavar="NAME|FOLDER", help="show this project")
    parser.add_argument(
        "--screenshots", type=Path, metavar="DIR", help="save a picture of every page and end"
    )
    parser.add_argument(
        "--ready-line", action="store_true", help="print a line after the first paint"
    )
    return Options(**vars(parser.parse_args(arguments)))


def _introduce(application: QApplication) -> None:
    """Name, version, translation; the lifecycle decides when it is time to quit."""
    application.setApplicationName("rave-gui")
    application.setApplicationDisplayName("RAVE GUI")
    application.setApplicationVersion(__version__)
    application.setQuitOnLastWindowClosed(False)
    text.install_translator(QCoreApplication.translate)


def _tasks_of(application: QApplication) -> BackgroundTasks:
    """The one pool of the window, where widgets find it as well."""
    tasks = BackgroundTasks(application)
    tasks.setObjectName(TASKS_NAME)
    return tasks


def _tell_ready() -> None:
    print(f"rave-gui ready in {time.perf_counter() - _STARTED:.2f} s", flush=True)


def _refuse_to_start(application: QApplication, error: UserError) -> int:
    """Without records there is no window to show, only the reason."""
    _log.error("cannot start: %s", error)
    print(f"rave-gui: {error}", file=sys.stderr, flush=True)
    theme = Theme()
    theme.install(application)
    messages = MessageService(theme)
    dialog = messages.error(error)
    if dialog is not None and application.platformName() != "offscreen":
        dialog.finished.connect(application.quit)
        application.exec()
    return 1


def _leave(app: App, code: int) -> int:
    """A background task that hangs, say on a dead network disk, must not keep the process."""
    threads = app.tasks.busy or app.heart.worker.busy or app.playback.running
    if threads or app.followers.running():
        _log.warning("ending without waiting any longer")
        finish_news(_FAREWELL_SECONDS)
        sys.stdout.flush()
        os._exit(cast("int", code))
    return code
