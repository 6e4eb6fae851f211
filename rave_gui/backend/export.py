"""Exports: from a checkpoint to a file that plays in a host, verified by really playing it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rave_gui.backend.archive import Archive
from rave_gui.backend.delivery import parts_of
from rave_gui.backend.engine import EngineManager
from rave_gui.backend.export_source import channels_of
from rave_gui.backend.export_waiting import is_waiting, leave_wish, take_wish
from rave_gui.backend.job_failure import explain_end, told
from rave_gui.backend.jobs import ACTIVE, JobEnd, JobManager, JobRequest
from rave_gui.backend.model_facts import ModelShelf
from rave_gui.backend.onnx_check import has_reference, onnx_check_argv
from rave_gui.backend.rave_cli import export_argv, exported_file
from rave_gui.backend.rave_rules_export import export_refusals
from rave_gui.backend.rave_settings import ExportSettings
from rave_gui.backend.rave_stage import CONFIG, stage_for_export
from rave_gui.backend.trash import discard
from rave_gui.backend.verification import RESULT, broken_off, expected_rate, verifier_argv
from rave_gui.companion.rave_gui_job_files import read_json, write_json
from rave_gui.core.errors import UserError
from rave_gui.core.gin_config import read_run
from rave_gui.core.paths import fresh_folder, slug
from rave_gui.core.records import (
    Checkpoint,
    Experiment,
    Export,
    Job,
    JobKind,
    Json,
    Project,
)
from rave_gui.core.repositories import Repositories
from rave_gui.core.signals import AppSignals, JobEnded, RecordChanged

SETTINGS, COPIES = "settings", "copies"
"""Keys of the snapshot that an export's job keeps: what was asked for, and where it is wanted."""
_STAGING = "staging"


class ExportManager:
    """Runs ``rave export``, then plays the result. Synchronous; windows call it in background."""

    def __init__(
        self,
        repositories: Repositories,
        archive: Archive,
        engines: EngineManager,
        jobs: JobManager,
        signals: AppSignals,
        shelf: ModelShelf | None = None,
    ) -> None:
        self._rows = repositories
        self._archive = archive
        self._engines = engines
        self._jobs = jobs
        self._signals = signals
        self._shelf = shelf
        jobs.on_end(JobKind.EXPORT, self._finish_export)
        signals.job_ended.connect(self._on_ended)
        jobs.on_end(JobKind.VERIFY, self._finish_verify)

    def get_export(self, export_id: int) -> Export:
        """The record.

        Raises:
            UserError: when there is none any more.
        """
        return self._rows.exports.get(export_id)

    def list_exports(self, project_id: int) -> list[Export]:
        """The exports of a project, oldest first."""
        return self._rows.exports.list(project_id=project_id)

    def export(
        self, checkpoint_id: int, settings: ExportSettings, copies: Sequence[Path] = ()
    ) -> Export:
        """Record the export and start ``rave export``; the verification follows by itself.

        Args:
            checkpoint_id: Of the model.
            settings: What it is to be; see :func:`settings_for`.
            copies: Folders that the file is wanted in as well, once it was found to play.

        Raises:
            UserError: the checkpoint is gone, RAVE cannot export it like this, or no engine.
        """
        checkpoint = self._rows.checkpoints.get(checkpoint_id)
        experiment = self._rows.experiments.get(checkpoint.experiment_id)
        project = self._rows.projects.get(experiment.project_id)
        self._check(checkpoint, experiment, settings)
        self._engines.current()
        folder = fresh_folder(project.path / "exports", slug(settings.name or experiment.name))
        argv = self._prepare(checkpoint, experiment, settings, folder)
        export = self._record(checkpoint, experiment, settings, folder)
        snapshot = {
            SETTINGS: settings.to_json(),
            COPIES: [str(place) for place in copies],
            "checkpoint": str(checkpoint.checkpoint_path),
        }
        leave_wish(folder, argv, snapshot)
        self.start_waiting(raise_for=export.id)
        return self._rows.exports.get(export.id or 0)

    def check(self, checkpoint_id: int, settings: ExportSettings) -> None:
        """Refuse what would fail, before anything is made.

        Raises:
            UserError: the checkpoint is gone, RAVE cannot export it like this, or no engine.
        """
        checkpoint = self._rows.checkpoints.get(checkpoint_id)
        self._check(checkpoint, self._rows.experiments.get(checkpoint.experiment_id), settings)
        self._engines.current()

    def start_waiting(self, raise_for: int | None = None) -> None:
        """Start what waits, one at a time: each export takes a gigabyte of memory.

        Raises:
            UserError: the export with the id ``raise_for`` could not be started.
        """
        for one in [export for export in self._rows.exports.list() if is_waiting(export)]:
            if self._rows.jobs.list(kind=JobKind.EXPORT, state=list(ACTIVE)):
                return
            self._start(one, raise_for)

    def _start(self, export: Export, raise_for: int | None) -> None:
        wish = take_wish(export)
        if wish is None:
            return  # another application was faster
        project = self._rows.projects.get(export.project_id)
        try:
            title = f"Exporting {export.name}"
            self._submit(JobKind.EXPORT, wish.argv, title, project, export, wish.snapshot)
        except UserError as error:
            self._changed(export, error=str(error))
            if raise_for == export.id:
                raise

    def command_line(self, export_id: int) -> list[str]:
        """The arguments RAVE was started with; empty if it never was."""
        job = self.job(export_id, JobKind.EXPORT)
        return list(self._jobs.directory(job.id).spec().argv) if job else []

    def snapshot(self, export_id: int) -> Json:
        """What was asked for when it was exported, see :data:`SETTINGS`; empty if never."""
        job = self.job(export_id, JobKind.EXPORT)
        return dict(self._jobs.directory(job.id).spec().snapshot) if job else {}

    def job(self, export_id: int, kind: JobKind | None = None) -> Job | None:
        """The newest export or verification job of the export."""
        kinds = [kind] if kind else [JobKind.EXPORT, JobKind.VERIFY]
        jobs = [job for k in kinds for job in self._rows.jobs.list(kind=k, target_id=export_id)]
        return max(jobs, key=lambda job: job.created_at, default=None)

    def verify(self, export_id: int, clip: Path | None = None) -> Job:
        """Play the export again, with a sound of the user's if there is one; renew its verdict.

        Raises:
            UserError: when its file or the sound is gone, or no engine is there.
        """
        export = self._rows.exports.get(export_id)
        project = self._rows.projects.get(export.project_id)
        argv = self._verify_argv(export.export_path, clip, self._expected_rate(export))
        return self._submit(JobKind.VERIFY, argv, f"Verifying {export.name}", project, export)

    def verify_other(self, path: Path, clip: Path | None = None, rate: int | None = None) -> Job:
        """Start to play any file; :meth:`judged` has the answer when the job has ended.

        Args:
            path: A file from anywhere; it is opened in the engine's process only.
            clip: A sound of the user's, played through it as well.
            rate: In Hz, what it was made for; None where nobody knows.

        Raises:
            UserError: when a file is gone or there is no engine.
        """
        argv = self._verify_argv(path, clip, rate)
        return self._submit(JobKind.VERIFY, argv, f"Verifying {path.name}", None, None)

    def verify_file(
        self,
        path: Path,
        wait: Callable[[str], Any],
        clip: Path | None = None,
        rate: int | None = None,
    ) -> Json:
        """Play any file and answer with its verdict; arguments as of :meth:`verify_other`.

        Args:
            path: The file.
            wait: Waits for the job of the given id.
            clip: A sound of the user's.
            rate: In Hz.

        Raises:
            UserError: when a file is gone or the verification could not be run.
        """
        job = self.verify_other(path, clip, rate)
        wait(job.id)
        answer = self.judged(job)
        if answer is None:
            raise UserError(
                f"{path} could not be verified.", f"Look at the log: rave-gui log {job.id}"
            )
        return answer

    def judged(self, job: Job) -> Json | None:
        """The answer of a verification that has ended; None where there is none."""
        found: Json | None = read_json(job.directory / RESULT)
        return found

    def others(self, most: int = 5) -> list[Job]:
        """The newest verifications of files that are no exports of ours, newest first."""
        jobs = [job for job in self._rows.jobs.list(kind=JobKind.VERIFY) if job.target_id is None]
        return sorted(jobs, key=lambda job: -job.created_at)[:most]

    def delete_export(self, export_id: int, *, files: bool) -> None:
        """Forget the export and, if asked, move what was made for it to the trash.

        That is its folder where it has one of its own in the project; of a file from elsewhere it
        is the file alone, whatever lies beside it.

        Raises:
            UserError: there is no such export, it is at work, or the trash refuses.
        """
        export = self._rows.exports.get(export_id)
        job = self.job(export_id)
        if job is not None and not job.state.ended:
            raise UserError(f"{export.name} is at work.", "Wait until it is done, or stop it.")
        if files:
            for path in self._belongings(export):
                discard(path)
        self._archive.discard(export)
        self._rows.exports.delete(export_id)
        self._signals.export_deleted.emit(RecordChanged("exports", export_id, "deleted"))

    def _belongings(self, export: Export) -> list[Path]:
        project, folder = self._rows.projects.find(export.project_id), export.export_path.parent
        own = project is not None and folder.parent == project.path / "exports"
        return [folder] if own else parts_of(export.export_path)

    def _channels(self, checkpoint: Checkpoint, experiment: Experiment) -> int:
        """Of a run that was brought in, what was seen of the checkpoint tells."""
        known = self._shelf.known(checkpoint.checkpoint_path) if self._shelf is not None else None
        return channels_of(experiment, known)

    def _check(
        self, checkpoint: Checkpoint, experiment: Experiment, settings: ExportSettings
    ) -> None:
        if not settings.name:
            raise ValueError("an export needs a name, see settings_for")
        if not checkpoint.checkpoint_path.is_file():
            raise UserError(
                f"{checkpoint.checkpoint_path} is gone.",
                f"Choose another checkpoint of {experiment.name}.",
            )
        model = read_run((experiment.run_dir or checkpoint.checkpoint_path.parents[2]) / CONFIG)
        refused = export_refusals(settings, model, self._channels(checkpoint, experiment))
        if refused:
            raise UserError(refused[0], " ".join(refused[1:]))

    def _prepare(
        self,
        checkpoint: Checkpoint,
        experiment: Experiment,
        settings: ExportSettings,
        folder: Path,
    ) -> list[str]:
        engine = self._engines.current()
        run_dir = experiment.run_dir or checkpoint.checkpoint_path.parents[2]
        channels = self._channels(checkpoint, experiment)
        staged = stage_for_export(run_dir, checkpoint.checkpoint_path, folder / _STAGING, channels)
        return export_argv(engine, staged, folder, settings)

    def _record(
        self,
        checkpoint: Checkpoint,
        experiment: Experiment,
        settings: ExportSettings,
        folder: Path,
    ) -> Export:
        export = self._rows.exports.add(
            Export(
                project_id=experiment.project_id,
                name=settings.name,
                format=settings.format,
                export_path=exported_file(checkpoint.checkpoint_path, folder, settings),
                created_at=time.time(),
                model_id=checkpoint.id,
                streaming=settings.streaming,
                channels=settings.channels or self._channels(checkpoint, experiment),
                fidelity=settings.fidelity,
            )
        )
        self._archive.save_export(export)
        self._signals.model_exported.emit(RecordChanged("exports", export.id or 0, "created"))
        return export

    def _submit(
        self,
        kind: JobKind,
        argv: Sequence[str],
        title: str,
        project: Project | None,
        row: Export | None,
        snapshot: Json | None = None,
    ) -> Job:
        return self._jobs.submit(
            JobRequest(
                kind=kind,
                argv=tuple(argv),
                cwd=row.export_path.parent if row else Path(argv[-1]).parent,
                title=title,
                project=project,
                target_id=row.id if row else None,
                environment=self._engines.current().environment(),
                snapshot=snapshot or {},
            )
        )

    def _verify_argv(self, path: Path, clip: Path | None, rate: int | None) -> list[str]:
        absolute = path.expanduser().absolute()
        if not absolute.exists():
            raise UserError(f"{absolute} does not exist.", "Choose an exported .ts file.")
        engine = self._engines.current()
        if has_reference(absolute):
            return onnx_check_argv(engine, absolute)
        return verifier_argv(engine, absolute, clip, rate)

    def _expected_rate(self, export: Export) -> int | None:
        point = self._rows.checkpoints.find(export.model_id) if export.model_id else None
        run = self._rows.experiments.find(point.experiment_id) if point else None
        return expected_rate(run, self.snapshot(export.id or 0).get(SETTINGS) or {})

    def _on_ended(self, end: JobEnded) -> None:
        if end.kind == JobKind.EXPORT.value:
            self.start_waiting()

    def _finish_export(self, end: JobEnd) -> str:
        export = self._rows.exports.find(end.job.target_id) if end.job.target_id else None
        if export is None:
            return "The export it worked for is gone."
        shutil.rmtree(export.export_path.parent / _STAGING, ignore_errors=True)
        if _file_made(export) and end.exit is not None and end.exit.returncode == 0:
            self._changed(export, error="")
            return self._verify_after(export)
        message = _why_not(end)
        self._changed(export, error=message)
        return told(end, False, message)

    def _verify_after(self, export: Export) -> str:
        """The export is good whether or not its verification can be started."""
        written = f"{export.export_path.name} is written"
        try:
            self.verify(export.id or 0)
        except UserError as error:
            self._changed(export, error=f"It could not be verified. {error}")
            return f"{written}, but could not be verified. {error}"
        return f"{written}; it is being verified."

    def _finish_verify(self, end: JobEnd) -> str:
        result = read_json(end.job.directory / RESULT)
        if result is None and (result := broken_off(end)) is not None:
            write_json(end.job.directory / RESULT, result)
        export = self._rows.exports.find(end.job.target_id) if end.job.target_id else None
        if result is None:
            message = explain_end(end)
            if export is not None:
                self._changed(export, error=f"It could not be verified. {message}")
            return told(end, False, message)
        if export is not None:
            latent = (result.get("model") or {}).get("latent_size")
            self._changed(export, verification=result, latent_size=latent, error="")
        return f"Verdict: {result.get('verdict')}."

    def _changed(self, export: Export, **changes: Any) -> None:
        row = self._rows.exports.update(export.id or 0, **changes)
        self._archive.save_export(row)
        self._signals.model_exported.emit(RecordChanged("exports", export.id or 0, "updated"))


def settings_for(experiment: Experiment, settings: ExportSettings) -> ExportSettings:
    """The settings with a plain file name, made from the experiment's where none was given."""
    return replace(settings, name=slug(settings.name or experiment.name, "model"))


def verified(export: Export) -> bool:
    """Whether the file was played and found good enough."""
    return export.verification.get("verdict") in {"pass", "warn"}


def _file_made(export: Export) -> bool:
    return export.export_path.is_file() and export.export_path.stat().st_size > 0


def _why_not(end: JobEnd) -> str:
    if end.exit is not None and end.exit.stopped_by == "user":
        return "Stopped; nothing was exported."
    return explain_end(end)
