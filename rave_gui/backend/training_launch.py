"""Starting ``rave train`` for an experiment: its arguments, its folder, its job."""

from __future__ import annotations

from pathlib import Path

from rave_gui.backend.engine import EngineManager
from rave_gui.backend.jobs import JobManager, JobRequest
from rave_gui.backend.listening_set import prepare
from rave_gui.backend.rave_cli import companion_environment, train_argv
from rave_gui.backend.rave_settings import TrainingSettings
from rave_gui.backend.resume_point import RESUME_KEY, config_beside
from rave_gui.companion.rave_gui_job_files import LISTENING_VARIABLE
from rave_gui.core.errors import UserError
from rave_gui.core.records import Dataset, Experiment, JobKind
from rave_gui.core.repositories import Repositories


class TrainingLauncher:
    """Knows how to start an experiment; when is the queue's business."""

    def __init__(
        self, repositories: Repositories, engines: EngineManager, jobs: JobManager
    ) -> None:
        self._rows = repositories
        self._engines = engines
        self._jobs = jobs

    def launch(self, experiment: Experiment) -> None:
        """Start RAVE for an experiment that holds its device.

        Raises:
            UserError: without an engine or dataset, or when the job cannot be written.
        """
        project = self._rows.projects.get(experiment.project_id)
        self.require_files(experiment)
        settings = TrainingSettings.from_json(experiment.config)
        heard = prepare(project, settings.sample_rate, settings.channels)
        self._jobs.submit(
            JobRequest(
                kind=JobKind.TRAIN,
                argv=tuple(self.argv(experiment)),
                cwd=experiment.output_path or project.path,
                title=f"Training {experiment.name}",
                project=project,
                target_id=experiment.id,
                environment={
                    **self._engines.current().environment(),
                    **companion_environment(),
                    **({LISTENING_VARIABLE: str(heard)} if heard else {}),
                },
                companion=True,
                snapshot={"experiment": experiment.name, "config": dict(experiment.config)},
            )
        )

    def argv(self, experiment: Experiment) -> list[str]:
        """The arguments for the next start of the experiment, exact and absolute.

        Raises:
            UserError: without an engine, or when the dataset is not known.
        """
        name, out_path = name_and_folder(experiment)
        checkpoint = experiment.config.get(RESUME_KEY)
        return train_argv(
            self._engines.current(),
            TrainingSettings.from_json(experiment.config),
            name,
            self._dataset_of(experiment).path / "db",
            out_path,
            Path(checkpoint) if checkpoint else None,
        )

    def require_files(self, experiment: Experiment) -> None:
        """Refuse a start for which something is gone: RAVE would end with a traceback.

        Raises:
            UserError: naming it.
        """
        dataset = self._dataset_of(experiment)
        if not (dataset.path / "db").is_dir():
            raise UserError(
                f"The dataset {dataset.name} is gone from {dataset.path}.",
                "Connect the disk it was on, or make it again and train on that.",
            )
        checkpoint = experiment.config.get(RESUME_KEY)
        if checkpoint and not Path(checkpoint).is_file():
            raise UserError(f"The checkpoint {checkpoint} is gone.", "Go on from another one.")
        if checkpoint and not config_beside(Path(checkpoint)).is_file():
            raise UserError(
                f"The file {config_beside(Path(checkpoint))} is gone, and RAVE cannot "
                "rebuild the model without it.",
                "Put it back from a backup, or go on from another checkpoint.",
            )
        _, folder = name_and_folder(experiment)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(
                f"The run folder {folder} cannot be made: {error.strerror or error}.",
                "Check that its disk is connected and has room, and that you may write there.",
            ) from error

    def _dataset_of(self, experiment: Experiment) -> Dataset:
        if experiment.dataset_id is None:
            raise UserError(
                f"The dataset of {experiment.name} is not known.",
                "Create a new training on a dataset of this project.",
            )
        return self._rows.datasets.get(experiment.dataset_id)


def name_and_folder(experiment: Experiment) -> tuple[str, Path]:
    """``--name`` and ``--out_path``: a resume must give the very ones of the first start.

    RAVE names the folder ``NAME_<10 hex digits>`` (scripts/train.py:201), so an adopted run gives
    its name back.
    """
    if experiment.run_dir is not None:
        return experiment.run_dir.name.rpartition("_")[0], experiment.run_dir.parent
    if experiment.output_path is None:
        raise UserError(f"{experiment.name} has no run folder.", "Create the training again.")
    return experiment.name, experiment.output_path
