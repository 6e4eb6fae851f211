"""Datasets: from files of sound to the database that ``rave train`` reads."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rave_gui.backend.archive import Archive
from rave_gui.backend.dataset_end import outcome
from rave_gui.backend.engine import Engine, EngineManager
from rave_gui.backend.forecast import Forecast, forecast, require_examples
from rave_gui.backend.job_failure import told
from rave_gui.backend.jobs import JobEnd, JobManager, JobRequest
from rave_gui.backend.preprocess_signs import STUCK, examples_written
from rave_gui.backend.rave_cli import preprocess_argv, preprocess_stdin
from rave_gui.backend.rave_settings import PreprocessSettings
from rave_gui.backend.scan import scan
from rave_gui.backend.staging import stage
from rave_gui.backend.trash import discard
from rave_gui.core.errors import UserError
from rave_gui.core.jobs import Wish
from rave_gui.core.paths import fresh_folder, slug
from rave_gui.core.records import Dataset, DatasetStatus, Job, JobKind, Json, Project
from rave_gui.core.repositories import Repositories
from rave_gui.core.signals import AppSignals, RecordChanged

SILENCE_SECONDS = 600.0
"""A preprocess without a new example for so long is taken to hang and stopped."""
_START_SECONDS = 30.0
"""A dataset without a job after so long will not get one any more."""
_LEFT = "Interrupted before its end was recorded. Make it again."


class DatasetManager:
    """Creates, follows and deletes datasets. Synchronous; the windows call it in the background."""

    def __init__(
        self,
        repositories: Repositories,
        archive: Archive,
        engines: EngineManager,
        jobs: JobManager,
        signals: AppSignals,
    ) -> None:
        self._rows = repositories
        self._archive = archive
        self._engines = engines
        self._jobs = jobs
        self._signals = signals
        jobs.on_end(JobKind.PREPROCESS, self._finish)

    def get_dataset(self, dataset_id: int) -> Dataset:
        """The record.

        Raises:
            UserError: when there is none any more.
        """
        return self._rows.datasets.get(dataset_id)

    def list_datasets(self, project_id: int) -> list[Dataset]:
        """The datasets of a project, oldest first."""
        return self._rows.datasets.list(project_id=project_id)

    def scan(
        self,
        sources: Sequence[Path],
        settings: PreprocessSettings,
        seen: Callable[[int], None] | None = None,
    ) -> Forecast:
        """Look at the headers of all files and tell what RAVE would make of them.

        Args:
            sources: Folders and files.
            settings: The settings to forecast for.
            seen: Called with the number of files looked at so far; may raise to cancel.

        Raises:
            UserError: when a source does not exist or cannot be read.
        """
        files = []
        for file in scan(sources):
            files.append(file)
            if seen:
                seen(len(files))
        return forecast(files, settings)

    def create_dataset(
        self,
        project: Project,
        name: str,
        sources: Sequence[Path],
        settings: PreprocessSettings,
        prepared: Forecast | None = None,
        then: Json | None = None,
    ) -> Dataset:
        """Record a new dataset, link its files into a clean folder and start ``rave preprocess``.

        Args:
            project: Where it belongs.
            name: For people; the folder gets a plain name made of it.
            sources: Folders and files.
            settings: Rate, channels, window.
            prepared: A forecast of these sources, where there is one already.
            then: What follows, see :mod:`rave_gui.backend.chain`.

        Raises:
            UserError: when the name is taken, there is no engine, no usable file, or the project
                cannot be written.
        """
        self.refuse_taken(project, name)
        engine = self._engines.current()
        _require_tools(engine)
        plan = prepared or self.scan(sources, settings)
        require_examples(plan, sources)
        folder = fresh_folder(project.path / "datasets", slug(name, "dataset"))
        extensions = stage([file.path for file in plan.accepted], folder / "staging")
        settings = replace(settings, extensions=extensions).with_room_for(plan.usable_seconds)
        dataset = self._record(project, name, folder, sources, settings, plan, then or {})
        argv = preprocess_argv(engine, [folder / "staging"], folder / "db", settings)
        self._start(project, dataset, argv, settings, engine)
        return self._rows.datasets.get(_id(dataset))

    def refuse_taken(self, project: Project, name: str) -> None:
        """Say so where a dataset of the project is called so already.

        Raises:
            UserError: then.
        """
        other = self._rows.datasets.by_name(_id(project), name)
        if other is not None:
            raise UserError(
                f"There is a dataset called {other.name} already.", "Choose another name."
            )

    def reconcile(self) -> None:
        """Give up datasets that no job makes any more, after a crash between record and job."""
        for dataset in self._rows.datasets.list(status=DatasetStatus.PREPROCESSING):
            young = time.time() - dataset.created_at < _START_SECONDS
            job = None if young else self.job(_id(dataset))
            if not young and (job is None or job.state.ended):
                self._settle(dataset, {"status": DatasetStatus.INTERRUPTED, "error": _LEFT})

    def command_line(self, dataset_id: int) -> list[str]:
        """The arguments with which RAVE was last started for it; empty if never."""
        job = self.job(dataset_id)
        return list(self._jobs.directory(job.id).spec().argv) if job else []

    def job(self, dataset_id: int) -> Job | None:
        """The newest preprocess job of the dataset."""
        jobs = self._rows.jobs.list(kind=JobKind.PREPROCESS, target_id=dataset_id)
        return max(jobs, key=lambda job: job.created_at, default=None)

    def progress(self, dataset: Dataset) -> tuple[int, int]:
        """Examples written so far and in all (RAVE itself does not know the total)."""
        total = int(dataset.statistics.get("forecast_examples", 0))
        job = self.job(_id(dataset))
        if dataset.status is DatasetStatus.READY or job is None:
            return dataset.num_samples or 0, total
        return min(examples_written(self._jobs.directory(job.id).output), total), total

    def stop(self, dataset_id: int) -> None:
        """Stop the preprocessing; what it has written so far is removed when it has ended."""
        job = self.job(dataset_id)
        if job is not None:
            self._jobs.wish(job.id, Wish.STOP)

    def delete_dataset(self, dataset_id: int, *, files: bool) -> None:
        """Forget the dataset and, if asked, move its folder to the trash.

        Raises:
            UserError: while trainings refer to it, or while it is being made.
        """
        dataset = self._rows.datasets.get(dataset_id)
        users = [row.name for row in self._rows.experiments.list(dataset_id=dataset_id)]
        if users:
            raise UserError(
                f"The dataset {dataset.name} is used by {', '.join(users)}.",
                "Delete those trainings first.",
            )
        if dataset.status is DatasetStatus.PREPROCESSING:
            raise UserError(f"{dataset.name} is being made.", "Stop its preprocessing first.")
        if files:
            discard(dataset.path)
        self._archive.discard(dataset)
        self._rows.datasets.delete(dataset_id)
        self._signals.dataset_deleted.emit(RecordChanged("datasets", dataset_id, "deleted"))

    def _record(
        self,
        project: Project,
        name: str,
        folder: Path,
        sources: Sequence[Path],
        settings: PreprocessSettings,
        plan: Forecast,
        then: Json,
    ) -> Dataset:
        dataset = self._rows.datasets.add(
            Dataset(
                project_id=_id(project),
                name=name,
                path=folder,
                sources=tuple(str(source.expanduser().absolute()) for source in sources),
                created_at=time.time(),
                channels=settings.channels,
                sample_rate=settings.sample_rate,
                num_signal=settings.num_signal,
                lazy=settings.lazy,
                statistics={"forecast_examples": plan.examples, **then},
                manifest=tuple(file.to_json() for file in plan.files),
            )
        )
        self._archive.save_dataset(dataset)
        self._signals.dataset_created.emit(RecordChanged("datasets", _id(dataset), "created"))
        return dataset

    def _start(
        self,
        project: Project,
        dataset: Dataset,
        argv: list[str],
        settings: PreprocessSettings,
        engine: Engine,
    ) -> None:
        self._rows.datasets.update(_id(dataset), status=DatasetStatus.PREPROCESSING)
        request = JobRequest(
            kind=JobKind.PREPROCESS,
            argv=tuple(argv),
            cwd=dataset.path,
            title=f"Preparing {dataset.name}",
            project=project,
            target_id=_id(dataset),
            environment=engine.environment(),
            stdin=preprocess_stdin(settings),
            silence_seconds=SILENCE_SECONDS,
            silence_stops=True,
            stuck_patterns=STUCK,
            snapshot={"forecast_examples": dataset.statistics.get("forecast_examples", 0)},
        )
        try:
            self._jobs.submit(request)
        except UserError as error:
            self._settle(dataset, {"status": DatasetStatus.FAILED, "error": str(error)})
            raise

    def _finish(self, end: JobEnd) -> str:
        dataset = self._rows.datasets.find(end.job.target_id) if end.job.target_id else None
        if dataset is None:
            return "The dataset it worked for is gone."
        changes, message = outcome(dataset, end)
        if changes["status"] is not DatasetStatus.READY:
            shutil.rmtree(dataset.path / "db", ignore_errors=True)
        self._settle(dataset, changes)
        return told(end, changes["status"] is DatasetStatus.READY, message)

    def _settle(self, dataset: Dataset, changes: Mapping[str, Any]) -> None:
        self._archive.save_dataset(self._rows.datasets.update(_id(dataset), **changes))
        self._signals.dataset_updated.emit(RecordChanged("datasets", _id(dataset), "updated"))


def _require_tools(engine: Engine) -> None:
    """RAVE prints that it found no ffmpeg, and then hangs."""
    if engine.tool_faults:
        raise UserError(" ".join(engine.tool_faults.values()))


def _id(record: Dataset | Project) -> int:
    if record.id is None:
        raise ValueError(f"{record.name} is not in the database")
    return record.id
