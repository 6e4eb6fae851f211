"""What is asked of a verification, and what its end says where no answer came."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rave_gui.backend.engine_record import Engine
from rave_gui.backend.jobs import JobEnd
from rave_gui.companion.rave_gui_verify_file import FAIL, Check
from rave_gui.companion.rave_gui_verify_hosts import NN_MAX, judge_hosts
from rave_gui.core.errors import UserError
from rave_gui.core.paths import companion_dir
from rave_gui.core.records import Experiment

VERIFIER = "rave_gui_verify.py"
RESULT = "result.json"


def verifier_argv(
    engine: Engine, path: Path, clip: Path | None = None, rate: int | None = None
) -> list[str]:
    """The command that plays a file; the file comes last.

    Args:
        engine: In whose Python it runs.
        path: An existing file, or a folder, of which the verification says that it is none.
        clip: A sound of the user's, played through it as well.
        rate: In Hz, what the model was made for; None where nobody knows.

    Raises:
        UserError: when the clip does not exist.
    """
    options = [] if rate is None else [f"--expected-rate={rate}"]
    if clip is not None:
        if not clip.is_file():
            raise UserError(f"{clip} does not exist.", "Choose a sound file, or none.")
        options.append(f"--audio={clip.expanduser().absolute()}")
    return [str(engine.python), str(companion_dir() / VERIFIER), *options, str(path)]


def expected_rate(experiment: Experiment | None, settings: Mapping[str, Any]) -> int | None:
    """The sample rate in Hz that an export must have, by what was asked for and trained.

    Args:
        experiment: Where it came from.
        settings: Of the export; it may have been asked to change the rate.
    """
    trained = experiment.config.get("sample_rate") if experiment else None
    found = settings.get("sample_rate") or trained
    return int(found) if isinstance(found, (int, float)) and found > 0 else None


def broken_off(end: JobEnd) -> dict[str, Any] | None:
    """The answer on a file that took the process down with it; None when that is not what happened.

    A verification answers of its own on whatever it finds, so a process that was killed without
    anybody's asking died of the file.
    """
    if end.exit is None or end.exit.stopped_by or not _crashed(end.exit.returncode):
        return None
    name = Path(end.spec.argv[-1]).name if end.spec.argv else "The file"
    text = f"{name} took the program down that loaded it: it would do the same to a host."
    checks = [Check("loads", FAIL, text)]
    hosts = judge_hosts(checks, {})
    return {
        "verdict": hosts[NN_MAX]["verdict"],
        "checks": [check.to_json() for check in checks],
        "hosts": hosts,
        "model": {},
    }


def _crashed(returncode: int | None) -> bool:
    """By a signal, or by an exception of Windows."""
    return returncode is not None and (returncode < 0 or returncode > 255)
