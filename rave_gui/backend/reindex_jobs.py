"""Job directories that were found, as rows; what nobody has settled yet is left to be settled."""

from __future__ import annotations

from pathlib import Path

from rave_gui.backend.archive import DATASETS, EXPORTS, RUNS
from rave_gui.backend.job_end import state_of
from rave_gui.backend.queue import owner_of
from rave_gui.backend.reindex_findings import Findings, Found, FoundJob
from rave_gui.backend.reindex_records import Brought
from rave_gui.core.records import (
    DatasetStatus,
    Experiment,
    ExperimentStatus,
    Job,
    JobKind,
    JobState,
    Project,
)
from rave_gui.core.repositories import Repositories

_PLACES = {
    JobKind.PREPROCESS: DATASETS,
    JobKind.TRAIN: RUNS,
    JobKind.EXPORT: EXPORTS,
    JobKind.VERIFY: EXPORTS,
}


def bring_jobs(rows: Repositories, project: Project, findings: Findings, brought: Brought) -> None:
    """Add the jobs that the rows lack, and let the records of a project say what their jobs do."""
    bringer = _Bringer(rows, project, findings, brought)
    at_work = [target for job in findings.jobs if (target := bringer.bring(job)) is not None]
    bringer.settle_the_rest(at_work)


class _Bringer:
    def __init__(
        self, rows: Repositories, project: Project, findings: Findings, brought: Brought
    ) -> None:
        self._rows = rows
        self._project = project
        self._found: dict[Path, Found] = {
            item.folder: item
            for item in (*findings.datasets, *findings.experiments, *findings.exports)
        }
        self._brought = brought

    def bring(self, found: FoundJob) -> Path | None:
        """Add one job; the folder of what it works for, if it is still to be settled."""
        folder = self._folder(found)
        known = self._rows.jobs.find(found.spec.id)
        if known is not None:
            return None if known.state.ended else folder
        unsettled = self._is_unsettled(found, folder)
        self._rows.jobs.add(self._row(found, folder, unsettled))
        if not unsettled or folder is None:
            return None
        self._set_to_work(found.spec.kind, folder)
        return folder

    def settle_the_rest(self, at_work: list[Path]) -> None:
        """No job works on these, whatever their sidecars said when they were written."""
        for folder in self._brought.added.difference(at_work):
            dataset = self._brought.datasets.get(folder)
            if dataset is not None and dataset.status is DatasetStatus.PREPROCESSING:
                self._rows.datasets.update(dataset.id or 0, status=DatasetStatus.INTERRUPTED)
            experiment = self._brought.experiments.get(folder)
            if experiment is not None:
                self._put_to_rest(experiment)

    def _put_to_rest(self, experiment: Experiment) -> None:
        key = experiment.id or 0
        if experiment.status.active:
            self._rows.experiments.update(key, status=ExperimentStatus.INTERRUPTED)
        elif experiment.status is ExperimentStatus.QUEUED:
            # The line it stood in is gone, and nothing should start because a folder was read.
            self._rows.experiments.update(key, status=ExperimentStatus.PENDING)

    def _folder(self, found: FoundJob) -> Path | None:
        """What it works for: by the place where it ran, since ids differ between databases."""
        place = _PLACES.get(found.spec.kind)
        if place is None:
            return None
        folder = self._project.path / place / found.spec.cwd.name
        fits = found.spec.cwd.parent.name == place and folder in self._found
        return folder if fits else None

    def _is_unsettled(self, found: FoundJob, folder: Path | None) -> bool:
        """Whether it goes on, or ended after the record was last written down."""
        return found.live or (folder is not None and found.ended_at > self._found[folder].saved_at)

    def _row(self, found: FoundJob, folder: Path | None, unsettled: bool) -> Job:
        spec = found.spec
        return Job(
            id=spec.id,
            kind=spec.kind,
            directory=found.directory.path,
            state=JobState.RUNNING if unsettled else state_of(found.exit),
            created_at=spec.created_at,
            title=spec.title,
            project_id=self._project.id,
            target_id=self._target(spec.kind, folder),
            pid=found.runner.runner_pid if found.runner else None,
            process_token=found.runner.runner_token if found.runner else None,
            exit={} if unsettled or found.exit is None else found.exit.to_json(),
        )

    def _target(self, kind: JobKind, folder: Path | None) -> int | None:
        if folder is None:
            return None
        if kind is JobKind.PREPROCESS:
            dataset = self._brought.datasets.get(folder)
            return dataset.id if dataset else None
        if kind is JobKind.TRAIN:
            experiment = self._brought.experiments.get(folder)
            return experiment.id if experiment else None
        exports = [row for path, row in self._brought.exports.items() if path.parent == folder]
        return exports[0].id if len(exports) == 1 else None

    def _set_to_work(self, kind: JobKind, folder: Path) -> None:
        """The record says that it is worked on, and the device is taken, as when it was started."""
        key = self._target(kind, folder)
        if kind is JobKind.PREPROCESS and key is not None:
            self._rows.datasets.update(key, status=DatasetStatus.PREPROCESSING)
        if kind is JobKind.TRAIN and key is not None:
            row = self._rows.experiments.get(key)
            if not row.status.active:
                self._rows.experiments.update(key, status=ExperimentStatus.RUNNING)
            self._rows.devices.claim(str(row.config.get("device", "cpu")), owner_of(key))
