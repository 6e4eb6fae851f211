"""Datasets: from files of sound to the database that ``rave train`` reads."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rave_gui.audio.prepare import COPYING, PREPROCESSING
from rave_gui.backend.archive import Archive
from rave_gui.backend.dataset_end import outcome
from rave_gui.backend.dataset_launch import (
    RAVE_ARGV,
    Launch,
    absolute,
    require_room,
    require_sense,
    require_tools,
    sweep,
)
from rave_gui.backend.engine import Engine, EngineManager
from rave_gui.backend.forecast import Forecast, forecast, require_examples
from rave_gui.backend.job_failure import told
from rave_gui.backend.jobs import JobEnd, JobManager
from rave_gui.backend.listening import Listener
from rave_gui.backend.preprocess_signs import examples_written
from rave_gui.backend.rave_settings import ConditionSettings, PreprocessSettings
from rave_gui.backend.scan import scan
from rave_gui.backend.scanned import ScannedFile
from rave_gui.backend.trash import discard
from rave_gui.backend.verdicts import mark_duplicates
from rave_gui.core.errors import UserError
from rave_gui.core.jobs import Wish
from rave_gui.core.paths import fresh_folder, slug
from rave_gui.core.records import Dataset, DatasetStatus, Job, JobKind, Json, Project
from rave_gui.core.repositories import Repositories
from rave_gui.core.signals import AppSignals, RecordChanged

_START_SECONDS = 30.0
"""A dataset without a job after so long will not get one any more."""
_LATEST = 4096
"""Bytes of facts in which the newest word on copies is found: nothing is told after them."""
_LEFT = "Interrupted before its end was recorded. Make it again."


@dataclass(frozen=True)
class Preparation:
    """How far a dataset is that is being made."""

    stage: str
    """``copying`` or ``preprocessing``; empty before it begins."""
    done: float
    """Seconds of sound that are copied, or examples that are written."""
    total: float
    fraction: float | None
    """Of both stages together; RAVE itself knows no total."""
    files: int = 0
    """Copies that are made, of ``all_files``."""
    all_files: int = 0


class DatasetManager:
    """Creates, follows and deletes datasets. Synchronous; the windows call it in the background."""

    def __init__(
        self,
        repositories: Repositories,
        archive: Archive,
        engines: EngineManager,
        jobs: JobManager,
        signals: AppSignals,
        listener: Listener,
    ) -> None:
        self.listener = listener
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
        seen: Callable[[int], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> list[ScannedFile]:
        """Look at the headers of all files.

        Args:
            sources: Folders and files.
            seen: Called with the number of files looked at so far; may raise to end it.
            cancel: Once set, what was found until then is the answer.

        Never raises for a source: one that does not exist is a rejected file.
        """
        files = []
        for file in scan(sources, self._tool("ffprobe"), cancel):
            files.append(file)
            if seen:
                seen(len(files))
        return files

    def listen(
        self,
        files: Sequence[ScannedFile],
        on_file: Callable[[ScannedFile], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> list[ScannedFile]:
        """Listen to all of every file and judge it; the answer is in the order of ``files``.

        Args:
            files: As the scan found them.
            on_file: Called with each file as soon as it was heard, in whatever order.
            cancel: Once set, files that were not heard yet are given back as they came.
        """
        self.listener.ffmpeg = self._tool("ffmpeg")
        heard: dict[Path, ScannedFile] = {}
        for file in self.listener.listen(files, cancel):
            heard[file.path] = file
            if on_file:
                on_file(file)
        return mark_duplicates([heard.get(file.path, file) for file in files])

    def create_dataset(
        self,
        project: Project,
        name: str,
        sources: Sequence[Path],
        settings: PreprocessSettings,
        prepared: Forecast | None = None,
        then: Json | None = None,
        condition: ConditionSettings | None = None,
    ) -> Dataset:
        """Record a new dataset and start what fills its staging folder and then runs RAVE.

        Files that nobody listened to yet are listened to first.

        Args:
            project: Where it belongs.
            name: For people; the folder gets a plain name made of it.
            sources: Folders and files.
            settings: Rate, channels, window.
            prepared: A forecast of these sources for these settings, where there is one already.
            then: What follows, see :mod:`rave_gui.backend.chain`.
            condition: How files are prepared that RAVE cannot take; not used with ``prepared``.

        Raises:
            UserError: when the name is taken, there is no engine, no usable file, no room, or the
                project cannot be written.
        """
        require_sense(prepared.settings if prepared else settings)
        self.refuse_taken(project, name)
        engine = self.require_engine()
        plan = prepared or forecast(self.scan(sources), settings, condition)
        if not plan.exact:
            plan = forecast(self.listen(plan.files), plan.settings, plan.condition)
        require_examples(plan, sources)
        require_room(plan, project.path)
        folder = fresh_folder(project.path / "datasets", slug(name, "dataset"))
        launch = Launch(folder, plan, engine)
        try:
            launch.write_plan()
            dataset = self._record(project, name, sources, launch, then or {})
        except UserError:  # somebody was faster with that name, or the disk is full
            shutil.rmtree(folder, ignore_errors=True)
            raise
        self._start(project, dataset, launch)
        return self._rows.datasets.get(_id(dataset))

    def require_engine(self) -> Engine:
        """The engine that preprocesses.

        Raises:
            UserError: there is none, or it finds no ffmpeg.
        """
        engine = self._engines.current()
        require_tools(engine)
        return engine

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
        if job is None:
            return []
        spec = self._jobs.directory(job.id).spec()
        return [str(part) for part in spec.snapshot.get(RAVE_ARGV, spec.argv)]

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

    def preparation(self, dataset: Dataset) -> Preparation:
        """How far it is, over both stages: copies are made first, then RAVE writes examples.

        A second of sound is taken to cost the same to copy and to preprocess.
        """
        done, total = self.progress(dataset)
        job = self.job(_id(dataset))
        told = _copied(self._jobs.directory(job.id).facts(_LATEST).poll()) if job else {}
        copied, copies = float(told.get("done", 0.0)), float(told.get("total", 0.0))
        if copied < copies and not done:
            stage, part = (COPYING, copied, copies), 0.0
        else:
            stage, part = (PREPROCESSING, float(done), float(total)), done / total if total else 0.0
        sound = float(dataset.statistics.get("usable_seconds", 0.0)) or 1.0
        known = bool(total) and job is not None
        fraction = (min(copied, copies) + part * sound) / (copies + sound) if known else None
        files, all_files = int(told.get("files", 0)), int(told.get("all_files", 0))
        return Preparation(*stage, fraction, files, all_files)

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

    def _tool(self, name: str) -> str | None:
        """The very program that RAVE will find under this name."""
        return shutil.which(name, path=self._engines.search_path())

    def _record(
        self, project: Project, name: str, sources: Sequence[Path], launch: Launch, then: Json
    ) -> Dataset:
        plan = launch.plan
        dataset = self._rows.datasets.add(
            Dataset(
                project_id=_id(project),
                name=name,
                path=launch.folder,
                sources=absolute(sources),
                created_at=time.time(),
                channels=plan.channels,
                sample_rate=plan.sample_rate,
                num_signal=plan.num_signal,
                lazy=plan.settings.lazy,
                statistics={**launch.statistics(), **then},
                manifest=tuple(file.to_json() for file in plan.files),
            )
        )
        self._archive.save_dataset(dataset)
        self._signals.dataset_created.emit(RecordChanged("datasets", _id(dataset), "created"))
        return dataset

    def _start(self, project: Project, dataset: Dataset, launch: Launch) -> None:
        self._rows.datasets.update(_id(dataset), status=DatasetStatus.PREPROCESSING)
        try:
            self._jobs.submit(launch.request(project, dataset))
        except UserError as error:
            self._settle(dataset, {"status": DatasetStatus.FAILED, "error": str(error)})
            raise

    def _finish(self, end: JobEnd) -> str:
        dataset = self._rows.datasets.find(end.job.target_id) if end.job.target_id else None
        if dataset is None:
            return "The dataset it worked for is gone."
        changes, message = outcome(dataset, end)
        ready = changes["status"] is DatasetStatus.READY
        if not (ready and dataset.lazy):
            sweep(dataset.path, keep_files=ready)
        self._settle(dataset, changes)
        return told(end, ready, message)

    def _settle(self, dataset: Dataset, changes: Mapping[str, Any]) -> None:
        self._archive.save_dataset(self._rows.datasets.update(_id(dataset), **changes))
        self._signals.dataset_updated.emit(RecordChanged("datasets", _id(dataset), "updated"))


def _copied(facts: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The newest fact about copies; none where none are made."""
    told = [fact for fact in facts if fact.get("stage") == COPYING and "total" in fact]
    return told[-1] if told else {}


def _id(record: Dataset | Project) -> int:
    if record.id is None:
        raise ValueError(f"{record.name} is not in the database")
    return record.id
