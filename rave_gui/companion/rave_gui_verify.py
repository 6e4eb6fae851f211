"""Whether an exported instrument works: loads it in the engine's Python and plays through it.

    python rave_gui_verify.py FILE.ts [--seconds 2]

Prints one JSON object; inside a job it also writes facts and ``result.json`` there. Exit code 0
where the verdict is "pass" or "warn", 1 where it is "fail". The file may be anything: it is loaded
in this process only, as TorchScript, which unpickles no foreign classes.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from rave_gui.companion.rave_gui_job_files import JOB_VARIABLE, write_json
    from rave_gui.companion.rave_gui_reporter import Reporter
    from rave_gui.companion.rave_gui_verify_file import FAIL, OK, WARN, Check, check_file
else:
    from rave_gui_job_files import JOB_VARIABLE, write_json
    from rave_gui_reporter import Reporter
    from rave_gui_verify_file import FAIL, OK, WARN, Check, check_file

RESULT = "result.json"
NN_TILDE, VST = "nn~ (Max, Pd)", "RAVE VST"


class Answer:
    """What was found so far, told to the job as it comes."""

    def __init__(self, reporter: Reporter | None) -> None:
        self.checks: list[Check] = []
        self.model: dict[str, Any] = {}
        self._reporter = reporter

    def add(self, check: Check) -> bool:
        """Note a check; returns whether it did not fail."""
        self.checks.append(check)
        self.tell("progress", done=len(self.checks), unit="checks")
        return check.result != FAIL

    def tell(self, kind: str, **fields: Any) -> None:
        """A fact for the job, if this runs in one."""
        if self._reporter is not None:
            self._reporter.fact(kind, **fields)

    def to_json(self) -> dict[str, Any]:
        """The whole answer; whether one host lacks something does not spoil the verdict."""
        nn_tilde, vst = hosts(self.checks)
        return {
            "verdict": nn_tilde["verdict"],
            "checks": [check.to_json() for check in self.checks],
            "hosts": {NN_TILDE: nn_tilde, VST: vst},
            "model": self.model,
        }


def hosts(checks: list[Check]) -> tuple[dict[str, str], dict[str, str]]:
    """Whether nn~ and the RAVE VST can play the instrument, and what speaks against it."""
    plays = _host([check for check in checks if check.id != "vst"])
    unfit = [check.text for check in checks if check.id == "vst" and check.result != OK]
    vst = {"verdict": "fail", "why": " ".join(unfit)} if unfit else plays
    return plays, plays if plays["verdict"] == "fail" else vst


def _host(checks: list[Check]) -> dict[str, str]:
    for result, verdict in ((FAIL, "fail"), (WARN, "warn")):
        found = [check.text for check in checks if check.result == result]
        if found:
            return {"verdict": verdict, "why": " ".join(found)}
    return {"verdict": "pass", "why": "Everything that it needs is there."}


def verify(path: Path, seconds: float, answer: Answer) -> dict[str, Any]:
    """Look at the file, then load it, then play through it; whatever fails ends with a sentence."""
    if answer.add(check_file(path)):
        from importlib import import_module  # noqa: PLC0415

        # torch takes seconds to import: not before the file is worth it.
        package = f"{__package__}." if __package__ else ""
        playing = import_module(f"{package}rave_gui_verify_playing")
        playing.play(path, seconds, answer)
    return answer.to_json()


def main(arguments: list[str] | None = None) -> int:
    """Verify the file of the command line; returns the exit code."""
    parser = argparse.ArgumentParser(description="Check an exported instrument.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--seconds", type=float, default=2.0, help="of sound for each check")
    options = parser.parse_args(arguments)
    job = os.environ.get(JOB_VARIABLE, "")
    reporter = Reporter(job) if job and Path(job).is_dir() else None
    answer = Answer(reporter)
    answer.tell("stage", stage="starting")
    seconds = min(max(options.seconds, 0.5), 60.0)
    result = verify(options.file.absolute(), seconds, answer)
    if reporter is not None:
        with reporter.shelter("write its result"):
            write_json(Path(job) / RESULT, result)
    answer.tell("result", **result)
    answer.tell("stage", stage="ended")
    sys.stdout.write(json.dumps(result, allow_nan=False) + "\n")
    return 1 if result["verdict"] == "fail" else 0


if __name__ == "__main__":
    sys.exit(main())
