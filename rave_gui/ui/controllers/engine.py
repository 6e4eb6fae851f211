"""The engine: find, choose, install; and the quick look at everything at the start."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSlot
from PyQt6.QtWidgets import QFileDialog

from rave_gui.backend.doctor import Check, Doctor, Result
from rave_gui.backend.engine_install import has_nvidia_gpu
from rave_gui.backend.engine_record import Engine
from rave_gui.backend.engine_search import ENGINE_VARIABLE
from rave_gui.backend.jobs import JobRequest
from rave_gui.bridge.process_thread import ProcessThread
from rave_gui.core.errors import UserError
from rave_gui.core.job_facts import Wish
from rave_gui.core.records import Job, JobKind
from rave_gui.core.signals import JobEnded
from rave_gui.ui.controllers.base import Desk, Subject
from rave_gui.ui.dialogs.engine_install import EngineInstallDialog
from rave_gui.ui.viewmodels.engine import Guide, guide, none_found

Follow = Callable[[Job], ProcessThread | None]


class EngineController(Subject):
    """Answers what the window asks about the engine."""

    def __init__(self, desk: Desk, follow: Follow, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self._follow = follow
        self._dialog: EngineInstallDialog | None = None
        self._job: Job | None = None
        window = self.window
        window.engine_install_requested.connect(self.install)
        window.engine_choose_requested.connect(self.choose)
        window.engine_refresh_requested.connect(self.refresh)
        window.engine_selected.connect(self.select)

    # Finding

    def look(self) -> None:
        """Find the engine, then look at everything else, in the background."""
        self._find(refresh=False)
        doctor = Doctor(self.services.paths, self.services.engines)
        self.do(lambda: tuple(doctor.examine()), self._tell_health)

    @pyqtSlot()
    def refresh(self) -> None:
        """Ask the engine anew."""
        self._find(refresh=True)

    @pyqtSlot()
    def choose(self) -> None:
        """Ask for the folder of an environment."""
        dialog = QFileDialog(self.window, self.tr("The folder of a Python environment with RAVE"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self.select)
        self.messages.show(dialog)

    @pyqtSlot(str)
    def select(self, place: str) -> None:
        """Use that environment from now on, if it can run RAVE."""
        self.state.set_engine(self.state.engine, busy=True)
        self.desk.context.run(
            lambda: self._select(Path(place)), self._found, self._not_selected, owner=self
        )

    def _select(self, place: Path) -> Engine:
        engine = self.services.engines.check(place)
        self.services.engines.select(engine)
        current: Engine = self.services.engines.current(refresh=True)
        return current

    def _not_selected(self, error: UserError) -> None:
        self.state.set_engine(self.state.engine)
        self.refuse(error)
        self._find(refresh=False)

    def _find(self, *, refresh: bool) -> None:
        self.state.set_engine(self.state.engine, busy=True)
        self.desk.context.run(
            lambda: self._current(refresh),
            self._found,
            lambda error: self.state.set_engine(None, problem=str(error)),
            owner=self,
        )

    def _current(self, refresh: bool) -> Engine:
        """The engine in use; where there is none at all, the window's own words for it."""
        try:
            engine: Engine = self.services.engines.current(refresh)
        except UserError as error:
            if os.environ.get(ENGINE_VARIABLE) or self.services.engines.candidates():
                raise
            raise UserError(none_found()) from error
        return engine

    def _found(self, engine: Engine) -> None:
        self.state.set_engine(engine)

    def _tell_health(self, checks: Sequence[Check]) -> None:
        """Only what is broken, and only in the status bar: the details lie in Settings."""
        broken = [one for one in checks if one.result is Result.FAILURE and one.id != "engine"]
        if broken:
            self.notice(f"{broken[0].text} {broken[0].remedy}".strip(), "bad")

    # Installing

    @pyqtSlot()
    def install(self) -> None:
        """Say what an installation means, and ask."""
        if self._dialog is not None:
            self._dialog.raise_()
            return
        problem = self.state.engine_problem
        self.do(lambda: guide(problem, has_gpu=has_nvidia_gpu()), self._ask)

    def _ask(self, words: Guide) -> None:
        if self._dialog is not None:
            return
        self._dialog = EngineInstallDialog(self.desk.context.theme, words, self.window)
        self._dialog.requested.connect(self._install)
        self._dialog.stop_requested.connect(self._stop)
        self._dialog.finished.connect(self._closed)
        self.messages.show(self._dialog)

    @pyqtSlot(str)
    def _install(self, torch: str) -> None:
        request = JobRequest(
            kind=JobKind.INSTALL,
            argv=(*own_command(), "engine", "install", "--torch", torch),
            cwd=self.services.paths.data,
            title=self.tr("Installing RAVE"),
            project=None,
        )
        self.desk.context.run(lambda: self._submit(request), self._begun, self._refused, owner=self)

    def _submit(self, request: JobRequest) -> Job:
        request.cwd.mkdir(parents=True, exist_ok=True)
        job: Job = self.services.jobs.submit(request)
        return job

    def _begun(self, job: Job) -> None:
        self._job = job
        thread, dialog = self._follow(job), self._dialog
        if thread is None or dialog is None:
            return
        dialog.follow(thread.directory.output)
        thread.facts.connect(dialog.take_facts)
        # What was said before the connection; saying it twice changes nothing.
        dialog.take_facts(thread.directory.facts().poll())

    def _refused(self, error: UserError) -> None:
        if self._dialog is not None:
            self._dialog.show_refusal(error)

    @pyqtSlot()
    def _stop(self) -> None:
        job = self._job
        if job is not None:
            self.do(lambda: self.services.jobs.wish(job.id, Wish.STOP))

    @pyqtSlot()
    def _closed(self) -> None:
        self._dialog = None

    @pyqtSlot(object)
    def on_job_ended(self, event: JobEnded) -> None:
        """An installation ended: say so where it was followed, and use what came of it."""
        if event.kind != JobKind.INSTALL.value:
            return
        good = event.state == "succeeded"
        if self._dialog is not None and self._job is not None and self._job.id == event.job_id:
            told = self.tr("RAVE is installed.") if good else event.message
            self._dialog.show_end(good, told)
        if good:
            self.refresh()


def own_command() -> tuple[str, ...]:
    """How this application calls its own command line; a bundle has no ``-m``."""
    if getattr(sys, "frozen", False):
        return (sys.executable,)
    return (sys.executable, "-m", "rave_gui")
