"""Tells people what became of their trainings: once, by the ways they chose, window or none."""

from __future__ import annotations

from collections.abc import Sequence

from rave_gui.backend import notice as news
from rave_gui.backend.jobs import JobManager
from rave_gui.backend.notice import ENDED, FAILED, PHASE, Notice
from rave_gui.backend.notify_book import Trouble, TroubleBook
from rave_gui.backend.notify_channel import Channel, Outcome
from rave_gui.backend.notify_command import Command
from rave_gui.backend.notify_desktop import Desktop
from rave_gui.backend.notify_phase import PhaseWatch
from rave_gui.backend.notify_post import Post
from rave_gui.backend.notify_sound import Chime
from rave_gui.backend.notify_webhook import Webhook
from rave_gui.backend.training import TrainingManager
from rave_gui.core.jobs import JobDirectory
from rave_gui.core.logger import get_logger
from rave_gui.core.paths import AppPaths
from rave_gui.core.records import Dataset, DatasetStatus, Experiment, ExperimentStatus, JobKind
from rave_gui.core.repositories import Repositories
from rave_gui.core.settings import FreshSettings, Settings
from rave_gui.core.signals import AppSignals, JobEnded

_LONG_SECONDS = 60.0
"""Work on a dataset that was over sooner was probably watched."""
_TOLD_KINDS = (JobKind.TRAIN, JobKind.PREPROCESS)
_log = get_logger(__name__)


class Notifier:
    """Hears of ends and looks for changes of phase.

    A training that a person stopped is no news to that person. The end of a training is announced
    by the one application that settles it; the other news belongs to whoever writes first in the
    job directory that it was told, so that of several applications one tells it.
    """

    def __init__(
        self,
        paths: AppPaths,
        repositories: Repositories,
        jobs: JobManager,
        trainings: TrainingManager,
        signals: AppSignals,
        channels: Sequence[Channel] | None = None,
    ) -> None:
        """``channels`` instead of the usual four."""
        self.desktop = Desktop()
        self._rows, self._jobs = repositories, jobs
        self._settings = FreshSettings(paths.settings)
        self._phases = PhaseWatch(jobs, trainings)
        self._book = TroubleBook(paths.data / "notify")
        usual = (self.desktop, Chime(), Webhook(), Command())
        self._post = Post(usual if channels is None else channels, self._book)
        signals.training_completed.connect(self._training_ended)
        signals.training_failed.connect(self._training_failed)
        signals.job_ended.connect(self._job_ended)

    def look(self) -> None:
        """Tell of trainings that came into another phase; cheap enough for once a second."""
        settings = self._settings.get()
        if not self._wants(settings, PHASE):
            return
        for job, change in self._phases.news():
            experiment = self._rows.experiments.find(job.target_id or 0)
            if experiment is not None:
                self._tell(news.turned(experiment, self._project_of(experiment), change))

    def awaited(self) -> bool:
        """Whether something runs of whose end somebody wants to hear, and can without a window."""
        settings = self._settings.get()
        wanted = any(self._wants(settings, event) for event in (ENDED, FAILED, PHASE))
        return wanted and any(job.kind in _TOLD_KINDS for job in self._jobs.active())

    def test(self, settings: Settings | None = None) -> list[Outcome]:
        """Tell something now by every way that is chosen, and wait; what became of each."""
        return self._post.send_and_wait(news.trial(), settings or self._settings.get())

    def troubles(self) -> dict[str, Trouble]:
        """By channel, why the last news could not be told; also of other processes."""
        return self._book.troubles()

    def _training_ended(self, event: JobEnded) -> None:
        experiment = self._experiment(event)
        if experiment is not None and experiment.status is ExperimentStatus.COMPLETED:
            project, seconds = self._project_of(experiment), self._worked(experiment)
            self._tell(news.done(experiment, project, seconds))

    def _training_failed(self, event: JobEnded) -> None:
        experiment = self._experiment(event)
        if experiment is not None:
            project = self._project_of(experiment)
            self._tell(news.failed(experiment, project, event.message))

    def _job_ended(self, event: JobEnded) -> None:
        """Of a dataset: every application hears of its end, so the first one tells."""
        if event.kind != JobKind.PREPROCESS.value or event.target_id is None:
            return
        dataset = self._rows.datasets.find(event.target_id)
        if dataset is None:
            return
        notice = news.prepared(dataset, self._project_of(dataset), event.message)
        wanted = self._wants(self._settings.get(), notice.event)
        if wanted and self._is_news(dataset, event.job_id):
            self._tell(notice)

    def _is_news(self, dataset: Dataset, job_id: str) -> bool:
        job = self._rows.jobs.find(job_id)
        if job is None or dataset.status is DatasetStatus.STOPPED:
            return False
        took = float(job.exit.get("ended_at") or job.created_at) - job.created_at
        if dataset.status is DatasetStatus.READY and took < _LONG_SECONDS:
            return False
        return JobDirectory(job.directory).first_to_tell("end")

    def _tell(self, notice: Notice) -> None:
        settings = self._settings.get()
        if self._wants(settings, notice.event):
            self._post.send(notice, settings)

    def _wants(self, settings: Settings, event: str) -> bool:
        wanted = {
            ENDED: settings.notify_end,
            FAILED: settings.notify_failure,
            PHASE: settings.notify_phase,
        }
        # Who can tell nobody leaves the news to another application that can.
        return wanted[event] and any(
            one.chosen(settings) and one.reaches() for one in self._post.channels
        )

    def _experiment(self, event: JobEnded) -> Experiment | None:
        return None if event.target_id is None else self._rows.experiments.find(event.target_id)

    def _project_of(self, record: Experiment | Dataset) -> str:
        project = self._rows.projects.find(record.project_id)
        return project.name if project is not None else ""

    def _worked(self, experiment: Experiment) -> float:
        """Seconds over all its starts; the last one is being settled at this moment."""
        total = 0.0
        for job in self._rows.jobs.list(kind=JobKind.TRAIN, target_id=experiment.id):
            now = None if job.state.ended else experiment.completed_at
            end = job.exit.get("ended_at") or now
            total += max(0.0, float(end or job.created_at) - job.created_at)
        return total
