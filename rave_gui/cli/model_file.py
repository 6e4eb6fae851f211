"""From what a person types to a file with a model in it."""

from __future__ import annotations

from pathlib import Path

from rave_gui.backend.services import Services
from rave_gui.cli.resolve import experiment_of
from rave_gui.core.checkpoint_files import scan_checkpoints
from rave_gui.core.errors import UserError

HELP = "a .ckpt or .ts, a run folder, checkpoint:N, export:N, or a training"
_LONGEST_NUMBER = 18


def model_file(services: Services, word: str) -> Path:
    """The checkpoint or exported file that ``word`` means; of a run or training the newest one.

    Raises:
        UserError: there is none.
    """
    path = Path(word).expanduser()
    if path.is_dir():
        return _newest(path.absolute(), word)
    if path.exists() or path.suffix in {".ckpt", ".ts"}:
        return path.absolute()
    kind, _, number = word.partition(":")
    if number.isdigit() and len(number) <= _LONGEST_NUMBER and kind in {"checkpoint", "export"}:
        return _recorded(services, kind, int(number))
    experiment = experiment_of(services, word)
    if experiment.run_dir is None:
        raise UserError(f"{experiment.name} has no checkpoints yet.")
    return _newest(experiment.run_dir, experiment.name)


def _recorded(services: Services, kind: str, number: int) -> Path:
    rows = services.repositories
    if kind == "checkpoint":
        return rows.checkpoints.get(number).checkpoint_path
    return rows.exports.get(number).export_path


def _newest(folder: Path, word: str) -> Path:
    found = [one for one in scan_checkpoints(folder) if one.complete]
    if not found:
        raise UserError(
            f"In {word} there are no checkpoints.",
            "Choose the folder that RAVE trained into, or a checkpoint itself.",
        )
    return max(found, key=lambda one: (one.step or 0, one.mtime)).path
