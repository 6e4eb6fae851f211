"""The companion of a training: a Lightning callback that tells a job directory how it goes.

``rave train`` loads it through the entry-point group ``pytorch_lightning.callbacks_factory`` when
this folder is on ``PYTHONPATH``. It does nothing unless ``RAVE_GUI_JOB`` names a job directory.
Written for acids-rave 2.3.1 with pytorch-lightning 1.9.
"""

from __future__ import annotations

import importlib.metadata
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytorch_lightning

if TYPE_CHECKING or __package__:
    from rave_gui.companion.rave_gui_attendant import Attendant
    from rave_gui.companion.rave_gui_job_files import COMPANION, JOB_VARIABLE, write_json
    from rave_gui.companion.rave_gui_reporter import Reporter
    from rave_gui.companion.rave_gui_trial import Trial, is_wanted
else:
    from rave_gui_attendant import Attendant
    from rave_gui_job_files import COMPANION, JOB_VARIABLE, write_json
    from rave_gui_reporter import Reporter
    from rave_gui_trial import Trial, is_wanted

VERSION = "1.0"


def factory() -> list[Any]:
    """The callbacks that Lightning adds to a trainer: one inside a job, none outside."""
    job_dir = os.environ.get(JOB_VARIABLE, "")
    if not job_dir or not Path(job_dir).is_dir():
        return []
    reporter = Reporter(Path(job_dir))
    with reporter.shelter("announce itself"):
        reporter.stage("starting")
        about = _about()
        reporter.fact("companion", **about)
        write_json(Path(job_dir) / COMPANION, {"t": time.time(), **about})
    return [Companion(Attendant(reporter)), *([Trial(reporter)] if is_wanted() else [])]


def _about() -> dict[str, Any]:
    return {
        "version": VERSION,
        "lightning": pytorch_lightning.__version__,
        "torch": _version("torch"),
        "rave": _version("acids-rave"),
        "pid": os.getpid(),
    }


def _version(distribution: str) -> str:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return ""


class Companion(pytorch_lightning.Callback):  # type: ignore[misc]
    """Hands Lightning's hooks on to an attendant; keeps no state in checkpoints."""

    def __init__(self, attendant: Attendant) -> None:
        super().__init__()
        self._attendant = attendant

    def setup(self, trainer: Any, pl_module: Any, stage: str) -> None:  # noqa: ARG002, D102
        # First of all, so that no callback has counted a batch before the attendant sees it.
        trainer.callbacks = [self, *(c for c in trainer.callbacks if c is not self)]
        self._attendant.setup(trainer)

    def on_sanity_check_start(self, trainer: Any, pl_module: Any) -> None:  # noqa: ARG002, D102
        self._attendant.sanity_check_start(trainer)

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:  # noqa: ARG002, D102
        self._attendant.train_start(trainer)

    def on_train_batch_start(self, trainer: Any, *_: Any) -> None:  # noqa: D102
        self._attendant.batch_start(trainer)

    def on_train_batch_end(self, trainer: Any, pl_module: Any, *_: Any) -> None:  # noqa: ARG002, D102
        self._attendant.batch_end(pl_module)

    def on_validation_start(self, trainer: Any, pl_module: Any) -> None:  # noqa: ARG002, D102
        self._attendant.validation_start(trainer)

    def on_validation_epoch_start(self, trainer: Any, pl_module: Any) -> None:  # noqa: ARG002, D102
        self._attendant.validation_weights(averaged=True)

    def on_validation_epoch_end(self, trainer: Any, pl_module: Any) -> None:  # noqa: ARG002, D102
        self._attendant.validation_weights(averaged=False)

    def on_validation_batch_start(self, trainer: Any, *_: Any) -> None:  # noqa: D102
        self._attendant.validation_batch_start(trainer)

    def on_validation_end(self, trainer: Any, pl_module: Any) -> None:  # noqa: ARG002, D102
        self._attendant.validation_end(trainer)

    def on_train_end(self, trainer: Any, pl_module: Any) -> None:  # noqa: ARG002, D102
        self._attendant.train_end(trainer)

    def on_exception(self, trainer: Any, pl_module: Any, exception: BaseException) -> None:  # noqa: ARG002, D102
        self._attendant.exception(trainer, exception)
        self._attendant.end()

    def teardown(self, trainer: Any, pl_module: Any, stage: str) -> None:  # noqa: ARG002, D102
        self._attendant.end()
