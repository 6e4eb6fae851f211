"""What the pages read in another thread: plain functions from the managers to frozen findings."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rave_gui.backend.card_keeper import README
from rave_gui.backend.doctor import Check, Doctor
from rave_gui.backend.engine_install import has_nvidia_gpu
from rave_gui.backend.engine_record import Engine
from rave_gui.backend.export_waiting import is_waiting
from rave_gui.backend.rave_cli import companion_environment, shell_line
from rave_gui.backend.training_plan import latent_facts, phase_1_steps, run_gin_text
from rave_gui.backend.training_state import TrainingState
from rave_gui.core.errors import UserError
from rave_gui.core.records import (
    Checkpoint,
    Dataset,
    DatasetStatus,
    Experiment,
    Export,
    Job,
    JobKind,
    JobState,
    Project,
)
from rave_gui.ui.viewmodels.export_origin import OriginFacts
from rave_gui.ui.viewmodels.export_other import Other, as_export
from rave_gui.ui.viewmodels.home import ProjectFacts
from rave_gui.ui.viewmodels.queue import QueueFacts
from rave_gui.ui.viewmodels.rows import Row
from rave_gui.ui.viewmodels.status import Work
from rave_gui.ui.viewmodels.training_book import TrainingBook
from rave_gui.ui.viewmodels.training_table import Beside, TrainingLine


@dataclass(frozen=True)
class TrainingDetail:
    """Everything about one experiment."""

    experiment: Experiment
    dataset: Dataset | None
    job: Job | None
    state: TrainingState
    newest: Checkpoint | None
    phase1: int | None
    latent: tuple[int | None, bool]
    """Latent dimensions, and whether fidelity is measured."""
    command: str
    gin: str
    log: Path | None


@dataclass(frozen=True)
class TrainingView:
    """What the Train page brings to each reading."""

    book: TrainingBook
    is_paused: Callable[[Job], bool]

    @classmethod
    def of(cls, services: Any) -> TrainingView:
        """A first look."""
        return cls(
            TrainingBook(services.repositories.experiments),
            lambda job: job.state is JobState.PAUSED,
        )


@dataclass(frozen=True)
class Trainings:
    """The Train page."""

    experiments: Sequence[Experiment] = ()
    waiting: Sequence[int] = ()
    ready_datasets: int = 0
    jobs: Mapping[int, Job] = field(default_factory=dict)
    """The job of each active experiment."""
    detail: TrainingDetail | None = None
    rows: Sequence[Row] = ()
    """The entries of the list column."""
    lines: Sequence[TrainingLine] = ()
    """The rows of the table."""
    queue: QueueFacts = field(default_factory=QueueFacts)


def read_trainings(
    services: Any,
    project: Project | None,
    selected: int | None,
    configs_dir: Path | None,
    states: Mapping[int, TrainingState],
    view: TrainingView | None = None,
) -> Trainings:
    """The experiments of a project, and all about the selected one.

    Args:
        services: The managers.
        project: The open project.
        selected: The experiment whose details are wanted; the first one where it is gone.
        configs_dir: The engine's gin files, from which the length of phase 1 is read.
        states: What is known of running trainings already, which saves reading their facts.
        view: What is kept from one reading to the next.
    """
    if project is None:
        return Trainings()
    rows, view = services.repositories, view or TrainingView.of(services)
    found = sorted(view.book.read(project.id or 0), key=_urgency)
    first = next((item for item in found if not item.archived), found[0] if found else None)
    chosen = next((item for item in found if item.id == selected), first)
    ready = rows.datasets.list(project_id=project.id, status=DatasetStatus.READY)
    detail = _training_detail(services, chosen, configs_dir, states) if chosen else None
    jobs = {run.id: services.trainings.job(run.id) for run in found if run.status.active}
    jobs = {key: job for key, job in jobs.items() if job is not None}
    waiting = tuple(services.queue.waiting())
    paused = {identity for identity, job in jobs.items() if view.is_paused(job)}
    entries = view.book.rows(found, states, waiting, paused.__contains__)
    lines = _lines(services, project, found, entries, states, view, paused)
    return Trainings(
        tuple(found), waiting, len(ready), jobs, detail, entries, lines, read_queue(services)
    )


def read_queue(services: Any) -> QueueFacts:
    """Who waits, of all projects: they share the devices."""
    line = services.queue.line()
    rows = services.repositories.experiments
    names = {one.experiment_id: row.name for one in line if (row := rows.find(one.experiment_id))}
    return QueueFacts(line, services.queue.slots(), services.queue.policy, names)


def _lines(
    services: Any,
    project: Project,
    found: Sequence[Experiment],
    entries: Sequence[Row],
    states: Mapping[int, TrainingState],
    view: TrainingView,
    paused: Collection[int],
) -> tuple[TrainingLine, ...]:
    rows = services.repositories
    datasets = {one.id: one.name for one in rows.datasets.list(project_id=project.id)}
    best = rows.checkpoints.best_validations(project.id)

    def beside(one: Experiment) -> Beside:
        identity = one.id or 0
        dataset = datasets.get(one.dataset_id, "")
        return Beside(states.get(identity), dataset, best.get(identity), identity in paused)

    return view.book.lines(found, entries, beside, time.time())


def _urgency(item: Experiment) -> tuple[int, float]:
    """What runs first, what waits next, then the newest."""
    waits = item.status.value == "queued"
    return (0 if item.status.active else 1 if waits else 2, -item.created_at)


def _training_detail(
    services: Any,
    experiment: Experiment,
    configs_dir: Path | None,
    states: Mapping[int, TrainingState],
) -> TrainingDetail:
    identity, rows = experiment.id or 0, services.repositories
    job = services.trainings.job(identity)
    saved = services.models.list_checkpoints(identity)
    return TrainingDetail(
        experiment=experiment,
        dataset=rows.datasets.find(experiment.dataset_id) if experiment.dataset_id else None,
        job=job,
        state=states.get(identity) or services.trainings.state(identity),
        newest=max(saved, key=lambda item: (item.step, item.created_at), default=None),
        phase1=phase_1_steps(experiment, configs_dir),
        latent=latent_facts(experiment, configs_dir),
        command=command_text(
            lambda: services.trainings.command_line(identity), companion_environment()
        ),
        gin=run_gin_text(experiment),
        log=services.jobs.directory(job.id).output if job else None,
    )


def command_text(arguments: Any, environment: Mapping[str, str] | None = None) -> str:
    """A command line for people; empty where it cannot be told, for example without an engine."""
    try:
        found = arguments()
    except UserError:
        return ""
    return shell_line(found, environment or {}) if found else ""


def size_of(path: Path) -> int | None:
    """Bytes that a file takes on the disk; None where there is none."""
    try:
        told = path.stat()
    except OSError:
        return None
    # LMDB reserves more than it fills: blocks say what is really taken, where the system tells.
    blocks = getattr(told, "st_blocks", None)
    return blocks * 512 if blocks is not None else told.st_size


@dataclass(frozen=True)
class ExportDetail:
    """Everything about one export."""

    export: Export
    job: Job | None
    there: bool
    size: int | None
    command: str
    origin: str
    """Training and step that it was made from; empty where that is not known."""
    facts: OriginFacts = field(default_factory=OriginFacts)
    waiting: bool = False
    """Whether it has yet to be started."""
    key: object = None
    """Of its row in the list."""
    other: bool = False
    """Whether it is a file from elsewhere, of which there is no record."""


@dataclass(frozen=True)
class Exports:
    """The Exports page."""

    exports: Sequence[Export] = ()
    jobs: Mapping[int, Job | None] = field(default_factory=dict)
    checkpoints: int = 0
    detail: ExportDetail | None = None
    sizes: Mapping[int, int | None] = field(default_factory=dict)
    """Bytes of each file; None where it is gone."""
    waiting: frozenset[int] = frozenset()
    others: Sequence[Other] = ()
    """Files from elsewhere that were verified, newest first."""


def read_exports(services: Any, project: Project | None, selected: object) -> Exports:
    """The exports of a project and what else was verified, and all about the selected one."""
    others = _others(services)
    found = services.repositories.exports.list(project_id=project.id) if project else []
    found.sort(key=lambda item: -item.created_at)
    jobs = {item.id: services.exports.job(item.id) for item in found}
    detail = _chosen_detail(services, found, jobs, others, selected)
    sizes = {item.id: size_of(item.export_path) for item in found}
    waiting = frozenset(item.id for item in found if is_waiting(item))
    saved = _saved_checkpoints(services, project)
    return Exports(tuple(found), jobs, saved, detail, sizes, waiting, others)


def _saved_checkpoints(services: Any, project: Project | None) -> int:
    runs = services.repositories.experiments.list(project_id=project.id) if project else []
    return sum(len(services.models.list_checkpoints(run.id)) for run in runs)


def _chosen_detail(
    services: Any,
    exports: Sequence[Export],
    jobs: Mapping[int, Job | None],
    others: Sequence[Other],
    selected: object,
) -> ExportDetail | None:
    other = next((item for item in others if item.key == selected), None)
    if other is None and others and not exports:
        other = others[0]
    if other is not None:
        return _other_detail(other)
    first = exports[0] if exports else None
    chosen = next((item for item in exports if item.id == selected), first)
    return _export_detail(services, chosen, jobs.get(chosen.id or 0)) if chosen else None


def _others(services: Any) -> tuple[Other, ...]:
    jobs = services.exports.others()
    paths = [services.jobs.directory(job.id).spec().argv[-1] for job in jobs]
    return tuple(
        Other(job, Path(path), services.exports.judged(job) or {})
        for job, path in zip(jobs, paths, strict=True)
    )


def _other_detail(other: Other) -> ExportDetail:
    export = as_export(other)
    there, size = other.path.exists(), size_of(other.path)
    return ExportDetail(export, other.job, there, size, "", "", key=other.key, other=True)


def _export_detail(services: Any, export: Export, job: Job | None) -> ExportDetail:
    return ExportDetail(
        export=export,
        job=job,
        there=export.export_path.is_file(),
        size=size_of(export.export_path),
        command=command_text(lambda: services.exports.command_line(export.id)),
        origin=_origin(services.repositories, export),
        facts=_origin_facts(services, export),
        waiting=is_waiting(export),
        key=export.id,
    )


def _origin_facts(services: Any, export: Export) -> OriginFacts:
    rows = services.repositories
    point = rows.checkpoints.find(export.model_id) if export.model_id else None
    run = rows.experiments.find(point.experiment_id) if point else None
    dataset = rows.datasets.find(run.dataset_id) if run and run.dataset_id else None
    readme = export.export_path.parent / README
    card = readme if readme.is_file() else None
    return OriginFacts(point, run, dataset, services.cards.rights(export.id), card)


def _origin(rows: Any, export: Export) -> str:
    checkpoint = rows.checkpoints.find(export.model_id) if export.model_id else None
    run = rows.experiments.find(checkpoint.experiment_id) if checkpoint else None
    return f"{run.name}, step {checkpoint.step:,}" if run and checkpoint else ""


def read_jobs(services: Any, project: Project | None) -> tuple[Job, ...]:
    """Every job of the project, and those that belong to no project, newest first."""
    rows = services.repositories.jobs
    found = [
        job for job in rows.list() if job.project_id in (None, project.id if project else None)
    ]
    return tuple(sorted(found, key=lambda job: -job.created_at))


@dataclass(frozen=True)
class Home:
    """The Home page."""

    projects: Sequence[ProjectFacts] = ()
    has_gpu: bool = False
    """Whether an engine would be installed for a GPU; asked only while there is no engine."""


def read_home(services: Any, *, engine_missing: bool) -> Home:
    """Every project with what its card needs."""
    rows = services.repositories
    facts = tuple(_project_facts(rows, item) for item in services.projects.list())
    return Home(facts, engine_missing and has_nvidia_gpu())


def _project_facts(rows: Any, project: Project) -> ProjectFacts:
    runs = rows.experiments.list(project_id=project.id)
    return ProjectFacts(
        project=project,
        datasets=tuple(rows.datasets.list(project_id=project.id)),
        experiments=tuple(runs),
        checkpoints=tuple(c for run in runs for c in rows.checkpoints.list(experiment_id=run.id)),
        exports=tuple(rows.exports.list(project_id=project.id)),
        jobs=tuple(rows.jobs.list(project_id=project.id)),
        there=project.path.is_dir(),
    )


def read_work(services: Any, configs_dir: Path | None) -> tuple[Work, ...]:
    """What is under way anywhere; trainings first, since they take longest."""
    order = {JobKind.TRAIN: 0, JobKind.PREPROCESS: 1, JobKind.EXPORT: 2}
    jobs = sorted(services.jobs.active(), key=lambda job: order.get(job.kind, 3))
    return tuple(_work(services.repositories, job, configs_dir) for job in jobs)


def _work(rows: Any, job: Job, configs_dir: Path | None) -> Work:
    run = (
        rows.experiments.find(job.target_id)
        if job.kind is JobKind.TRAIN and job.target_id
        else None
    )
    return Work(job, run, phase_1_steps(run, configs_dir) if run else None)


def free_disk(folder: Path) -> int | None:
    """Free bytes where ``folder`` lies, or where its nearest existing parent does."""
    for place in (folder, *folder.parents):
        if place.exists():
            try:
                return shutil.disk_usage(place).free
            except OSError:
                return None
    return None


def find_engines(services: Any, *, refresh: bool) -> tuple[Engine, ...]:
    """Every environment with or without RAVE that was found, usable or not."""
    return tuple(services.engines.find(refresh=refresh))


def examine(services: Any) -> tuple[Check, ...]:
    """The doctor's findings, all of them."""
    return tuple(Doctor(services.paths, services.engines).examine())
