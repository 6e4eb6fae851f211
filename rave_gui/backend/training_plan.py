"""What is known of a training before and beside its curves: its phases and its gin file."""

from __future__ import annotations

from pathlib import Path

from rave_gui.core.errors import UserError
from rave_gui.core.gin_config import ConfigManager, GinModel, read_run
from rave_gui.core.records import Experiment

_LARGEST_GIN = 400_000
"""Characters; RAVE's own files have about 10,000."""


def phase_1_steps(experiment: Experiment, configs_dir: Path | None) -> int | None:
    """The step at which phase 2 begins, or None where nobody can tell.

    What RAVE wrote beside the run (``config.gin``) counts before what was asked for, since
    ``rave train --ckpt`` goes by that file alone (scripts/train.py:147).
    """
    model = _model(experiment, configs_dir)
    return model.phase_1_duration if model is not None else None


def latent_facts(experiment: Experiment, configs_dir: Path | None) -> tuple[int | None, bool]:
    """Latent dimensions, None where nobody can tell, and whether fidelity is measured."""
    model = _model(experiment, configs_dir)
    if model is None:
        return None, True
    return model.latent_size, model.regularization in ("", "VariationalEncoder")


def run_gin_path(experiment: Experiment) -> Path | None:
    """Where RAVE writes the gin file of this run."""
    return experiment.run_dir / "config.gin" if experiment.run_dir is not None else None


def run_gin_text(experiment: Experiment) -> str:
    """The gin file of the run as it is on disk; empty before RAVE has written it."""
    path = run_gin_path(experiment)
    try:
        if path is None:
            return ""
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(_LARGEST_GIN)
    except OSError:
        return ""


def _model(experiment: Experiment, configs_dir: Path | None) -> GinModel | None:
    written = run_gin_path(experiment)
    try:
        if written is not None and written.is_file():
            return read_run(written)
        if configs_dir is None:
            return None
        asked = (_texts(experiment, "configs"), _texts(experiment, "overrides"))
        return ConfigManager(configs_dir).describe(*asked)
    except UserError:
        return None


def _texts(experiment: Experiment, key: str) -> tuple[str, ...]:
    value = experiment.config.get(key)
    return tuple(str(item) for item in value) if isinstance(value, (list, tuple)) else ()
