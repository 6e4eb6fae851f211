"""What goes on behind the wizard for a new training: judging, presets, names, the test."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, QTimer, pyqtSignal, pyqtSlot

from rave_gui.backend.engine_record import Engine
from rave_gui.backend.preset_shelf import PresetShelf, Shelf
from rave_gui.backend.presets import Preset
from rave_gui.backend.rave_settings import TrainingSettings
from rave_gui.backend.rave_surroundings import Surroundings, look_around
from rave_gui.backend.training_draft import TrainingDraft
from rave_gui.backend.training_outlook import Judge, TrainingOutlook, network_facts
from rave_gui.backend.trial_report import RunForecast, TrialReport, forecast_run
from rave_gui.bridge.stream import Newest
from rave_gui.core.records import Dataset, Project
from rave_gui.ui.context import PageContext

_LOOK_SECONDS = 10.0
"""How long what was seen of the machine counts."""
_POLL_MS = 300


class TrainingWork(QObject):
    """Keeps a draft up to date in the background. Everything it starts ends with :meth:`stop`."""

    moved = pyqtSignal()
    """An answer has come."""
    shelf_read = pyqtSignal(object)
    networks_read = pyqtSignal(object)
    failed = pyqtSignal(object)
    """A :class:`UserError`."""

    def __init__(
        self, draft: TrainingDraft, context: PageContext, project: Project, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._draft, self._ctx, self._project = draft, context, project
        self._answers = Newest(context.run, self)
        self._answers.answered.connect(self._take)
        self._answers.refused.connect(self.failed)
        self._referee: _Referee | None = None
        self._shelf = PresetShelf(context.services.paths.data / "presets")
        self._trial = ""
        self._asking = self._stopped = False
        self._poll = QTimer(self)
        self._poll.setInterval(_POLL_MS)
        self._poll.timeout.connect(self._ask_trial)
        self.device_taken = False

    @property
    def testing(self) -> bool:
        """Whether a test runs."""
        return bool(self._trial)

    @property
    def forecast(self) -> RunForecast | None:
        """The whole training, as far as the last test tells; None where it does not count."""
        draft = self._draft
        facts = draft.outlook.facts if draft.outlook is not None else None
        if not draft.trial_counts or draft.trial is None or facts is None:
            return None
        return forecast_run(draft.trial, draft.settings, facts)

    @pyqtSlot()
    def judge(self) -> None:
        """Have the present choice judged, soon."""
        self._answers.ask_then(self._question)

    @pyqtSlot()
    def read(self) -> None:
        """Names, presets, networks: what the first look needs."""
        services, project = self._ctx.services, self._project
        self._run(partial(_names, services, project.id), self._draft.take_names)
        self._run(self._shelf.read, self._take_shelf)
        engine = self._ctx.state.engine
        if engine is not None:
            dataset = self._draft.dataset
            rate = dataset.sample_rate if dataset is not None else 44100
            self._run(partial(network_facts, engine, rate, False), self.networks_read.emit)

    def save_preset(self, title: str, explanation: str) -> None:
        """Keep the present choice."""
        work = partial(self._shelf.save, title, explanation, self._draft.settings)
        self._run(work, self._shelf_changed)

    def take_preset_in(self, path: Path) -> None:
        """Keep a preset that somebody gave, and begin with it."""
        self._run(partial(self._shelf.take_in, path), self._took_in)

    # The test

    @pyqtSlot()
    def start_trial(self) -> None:
        """Test the present choice."""
        draft = self._draft
        if draft.dataset is None or self._trial:
            return
        self._trial = "starting"
        work = partial(
            self._ctx.services.trials.start, self._project, draft.dataset, draft.settings
        )
        begun = self._ctx.run(work, self._trial_started, self._trial_refused, owner=self)
        if not begun and self._trial == "starting" and self._stopped:
            self._trial = ""
        self.moved.emit()

    @pyqtSlot()
    def stop_trial(self) -> None:
        """End it."""
        if self._trial and self._trial != "starting":
            self._run(partial(self._ctx.services.trials.stop, self._trial), None)

    @pyqtSlot()
    def stop(self) -> None:
        """The wizard is over."""
        self._stopped = True
        self._answers.cancel()
        self._poll.stop()
        self.stop_trial()

    # Inside

    def _run(self, work: Callable[[], Any], done: Callable[[Any], None] | None) -> None:
        def settled(result: Any) -> None:
            if done is not None:
                done(result)
            if not self._stopped:
                self.moved.emit()

        self._ctx.run(work, settled, self.failed.emit, owner=self)

    def _question(self) -> Callable[[], Any]:
        draft, engine = self._draft, self._ctx.state.engine
        dataset = draft.dataset
        if engine is None or dataset is None or self._stopped:
            return _nothing
        if self._referee is None or self._referee.engine is not engine:
            self._referee = _Referee(engine, self._ctx.services, self._project)
        return partial(self._referee.answer, dataset, draft.settings, draft.name)

    @pyqtSlot(object)
    def _take(self, answer: tuple[TrainingOutlook, bool] | None) -> None:
        if answer is None or self._stopped:
            return
        outlook, self.device_taken = answer
        if not self._draft.take_outlook(outlook):
            self.judge()
        self.moved.emit()

    def _take_shelf(self, shelf: Shelf) -> None:
        self.shelf_read.emit(shelf)

    def _shelf_changed(self, _preset: Preset) -> None:
        self._run(self._shelf.read, self._take_shelf)

    def _took_in(self, preset: Preset) -> None:
        self._draft.take_preset(preset)
        self._shelf_changed(preset)
        self.judge()

    def _trial_started(self, job: Any) -> None:
        self._trial = job.id
        if self._stopped:
            self.stop_trial()
            return
        self._poll.start()
        self.moved.emit()

    def _trial_refused(self, error: Any) -> None:
        self._trial = ""
        self.failed.emit(error)
        self.moved.emit()

    @pyqtSlot()
    def _ask_trial(self) -> None:
        if self._trial and not self._asking:
            self._asking = True
            work = partial(self._ctx.services.trials.report, self._trial)
            begun = self._ctx.run(work, self._trial_told, self._trial_lost, owner=self)
            self._asking = bool(begun) and self._asking

    def _trial_told(self, report: TrialReport | None) -> None:
        self._asking = False
        if report is not None:
            self._poll.stop()
            self._trial, self._draft.trial = "", report
            self.moved.emit()

    def _trial_lost(self, error: Any) -> None:
        self._asking = False
        self._poll.stop()
        self._trial_refused(error)


class _Referee:
    """Judges in another thread; looks at the machine now and then."""

    def __init__(self, engine: Engine, services: Any, project: Project) -> None:
        self.engine = engine
        self._services, self._project = services, project
        self._judge: Judge | None = None
        self._seen: tuple[float, int | None, Surroundings] | None = None

    def answer(
        self, dataset: Dataset, settings: TrainingSettings, name: str
    ) -> tuple[TrainingOutlook, bool]:
        """The answer, and whether something works on the device now.

        Raises:
            UserError: the engine does not say which configurations it has.
        """
        # Made here, not in the main thread, and refused like everything else that is wrong.
        self._judge = self._judge or Judge(self.engine)
        runs = self._project.path / "runs"
        around = self._around(dataset, runs)
        outlook = self._judge.judge(dataset, settings, name, runs, around)
        holder = self._services.repositories.devices.holder(settings.device)
        return outlook, holder is not None

    def _around(self, dataset: Dataset, runs: Path) -> Surroundings:
        now = time.monotonic()
        if self._seen is None or self._seen[1] != dataset.id or now > self._seen[0] + _LOOK_SECONDS:
            fresh = self._services.engines.now(self.engine)
            self._seen = (now, dataset.id, look_around(dataset, fresh, runs))
        return self._seen[2]


def _names(services: Any, project_id: int | None) -> list[str]:
    return [row.name for row in services.trainings.list_experiments(project_id)]


def _nothing() -> None:
    return None
