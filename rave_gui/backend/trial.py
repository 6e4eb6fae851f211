"""Test this setup: a few real batches of both phases, with the very settings of the training."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from rave_gui.backend.engine import EngineManager
from rave_gui.backend.job_failure import explain_end
from rave_gui.backend.jobs import JobEnd, JobManager, JobRequest
from rave_gui.backend.rave_cli import companion_environment, train_argv
from rave_gui.backend.rave_settings import CPU, TrainingSettings
from rave_gui.backend.rave_surroundings import database_folder
from rave_gui.backend.trial_report import TrialReport, report_of
from rave_gui.core.errors import UserError
from rave_gui.core.job_facts import Wish
from rave_gui.core.paths import fresh_folder
from rave_gui.core.records import Dataset, Job, JobKind, JobState, Project
from rave_gui.core.repositories import Repositories

VARIABLE = "RAVE_GUI_TRIAL"
_PHASE_1, _STEPS, _VALIDATE = 6, 12, 5
"""Enough for one validation in each phase, and for the judge to learn at least once: it does so in
one step of four."""
_FOLDER = ".trial"


class TrialManager:
    """Runs tests as jobs; their models are thrown away. Synchronous, for any thread."""

    def __init__(self, rows: Repositories, engines: EngineManager, jobs: JobManager) -> None:
        self._rows = rows
        self._engines = engines
        self._jobs = jobs
        jobs.on_end(JobKind.TRIAL, self._finish)

    def start(self, project: Project, dataset: Dataset, settings: TrainingSettings) -> Job:
        """Start the test.

        Raises:
            UserError: a training works on the device, or RAVE cannot be started.
        """
        holder = self._rows.devices.holder(settings.device)
        if holder is not None:
            raise UserError(
                f"A training works on {_place(settings.device)} just now, and the test would"
                " disturb it.",
                "Test when it has ended; the other checks count meanwhile.",
            )
        folder = fresh_folder(project.path / _FOLDER, "run")
        try:
            return self._submit(project, dataset, settings, folder)
        except UserError:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def stop(self, job_id: str) -> None:
        """End it; nothing is kept."""
        self._jobs.wish(job_id, Wish.KILL)

    def report(self, job_id: str) -> TrialReport | None:
        """What came of it; None while it runs.

        Raises:
            UserError: there is no such job.
        """
        job = self._jobs.refresh(job_id)
        if not job.state.ended:
            return None
        directory = self._jobs.directory(job_id)
        reason = "" if job.state is JobState.SUCCEEDED else str(job.exit.get("message") or "")
        if job.state is JobState.STOPPED:
            reason = "The test was stopped."
        facts = [fact for batch in directory.facts().batches() for fact in batch]
        return report_of(facts, reason, directory.spec().snapshot)

    def _submit(
        self, project: Project, dataset: Dataset, settings: TrainingSettings, folder: Path
    ) -> Job:
        engine = self._engines.current()
        argv = train_argv(engine, shortened(settings), "trial", database_folder(dataset), folder)
        return self._jobs.submit(
            JobRequest(
                kind=JobKind.TRIAL,
                argv=tuple(argv),
                cwd=folder,
                title=f"Testing a setup on {dataset.name}",
                project=project,
                environment={
                    **engine.environment(), **companion_environment(), VARIABLE: "1",
                },
                companion=True,
                snapshot=settings.to_json(),
            )
        )  # fmt: skip

    def _finish(self, end: JobEnd) -> str:
        folder = end.spec.cwd
        if folder.parent.name == _FOLDER and folder.is_dir():
            shutil.rmtree(folder, ignore_errors=True)
        if end.state is JobState.SUCCEEDED:
            return "Both phases ran."
        return "The test was stopped." if end.state is JobState.STOPPED else explain_end(end)


def _place(device: str) -> str:
    return "the processor" if device == CPU else device.replace("gpu:", "GPU ")


def shortened(settings: TrainingSettings) -> TrainingSettings:
    """The same training, over after a few steps of each phase."""
    names = ("PHASE_1_DURATION", "RAVE.phase_1_duration")
    kept = (text for text in settings.overrides if text.partition("=")[0].strip() not in names)
    return replace(
        settings,
        overrides=(*kept, f"RAVE.phase_1_duration={_PHASE_1}"),
        max_steps=_STEPS,
        val_every=_VALIDATE,
        save_every=10**9,
    )
