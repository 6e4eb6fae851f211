"""Whether an exported instrument works: loads it in the engine's Python and plays through it.

    python rave_gui_verify.py FILE [--audio CLIP] [--expected-rate HZ] [--seconds 2]

Prints one JSON object; inside a job it also writes facts and ``result.json`` there. Exit code 0
where the verdict is "pass" or "warn", 1 where it is "fail". The file may be anything: it is read
without being unpickled first, and only what holds nothing but TorchScript is then loaded.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from rave_gui.companion import rave_gui_verify_hosts as hosts_of
    from rave_gui.companion.rave_gui_job_files import JOB_VARIABLE, write_json
    from rave_gui.companion.rave_gui_reporter import Reporter
    from rave_gui.companion.rave_gui_verify_file import (
        FAIL,
        OK,
        ONNX,
        SKIP,
        WARN,
        Check,
        check_file,
    )
    from rave_gui.companion.rave_gui_verify_onnx import check_onnx
    from rave_gui.companion.rave_gui_verify_origin import FORMATS, Origin, read_origin
    from rave_gui.companion.rave_gui_verify_safe import check_safe
    from rave_gui.companion.rave_gui_verify_wish import Wish
else:
    import rave_gui_verify_hosts as hosts_of
    from rave_gui_job_files import JOB_VARIABLE, write_json
    from rave_gui_reporter import Reporter
    from rave_gui_verify_file import FAIL, OK, ONNX, SKIP, WARN, Check, check_file
    from rave_gui_verify_onnx import check_onnx
    from rave_gui_verify_origin import FORMATS, Origin, read_origin
    from rave_gui_verify_safe import check_safe
    from rave_gui_verify_wish import Wish

RESULT = "result.json"


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

    def to_json(self, *, onnx: bool = False) -> dict[str, Any]:
        """The whole answer; whether one host lacks something does not spoil the verdict."""
        hosts = _onnx_hosts(self.checks) if onnx else hosts_of.judge_hosts(self.checks, self.model)
        leading = hosts[hosts_of.ONNX_RUNTIME if onnx else hosts_of.NN_MAX]
        return {
            "verdict": leading["verdict"],
            "checks": [check.to_json() for check in self.checks],
            "hosts": hosts,
            "model": self.model,
        }


def verify(wish: Wish, answer: Answer) -> dict[str, Any]:
    """Look at the file, then load it, then play through it; whatever fails ends with a sentence."""
    if wish.path.suffix.lower() == ONNX:
        for check in check_onnx(wish.path):
            answer.add(check)
        return answer.to_json(onnx=True)
    if answer.add(check_file(wish.path)) and answer.add(check_safe(wish.path)):
        _note_origin(wish.path, answer)
        from importlib import import_module  # noqa: PLC0415

        # torch takes seconds to import: not before the file is worth it.
        package = f"{__package__}." if __package__ else ""
        import_module(f"{package}rave_gui_verify_playing").play(wish, answer)
    return answer.to_json()


def _note_origin(path: Path, answer: Answer) -> None:
    origin = read_origin(path)
    hindrances = {libtorch: origin.hindrance(libtorch) for libtorch in FORMATS}
    answer.model.update(format=origin.format, wrote=origin.wrote, hindrances=hindrances)
    answer.add(check_origin(origin))


def check_origin(origin: Origin) -> Check:
    """Whether the libtorch of current hosts reads it; the figure is the version of its format."""
    able = [libtorch for libtorch in FORMATS if not origin.hindrance(libtorch)]
    written = f"Written by {origin.wrote}"
    if not able:
        text = f"{written}: even libtorch 2.5, the newest in any host, {origin.hindrance('2.5')}."
        return Check("torch", WARN, text, float(origin.format))
    text = f"{written}. Hosts with libtorch {able[0]} or newer can load it."
    return Check("torch", OK, text, float(origin.format))


def _onnx_hosts(checks: list[Check]) -> dict[str, dict[str, str]]:
    verdict = hosts_of.verdict_of(checks)
    skipped = [check.text for check in checks if check.result == SKIP]
    amiss = [check.text for check in checks if check.result in (FAIL, WARN)]
    if skipped and verdict == hosts_of.PASSES:
        verdict = hosts_of.REMARKS
    why = " ".join([*amiss, *skipped]) or "It was loaded and played at two lengths."
    return hosts_of.only_onnx(verdict, why)


def _wish(arguments: list[str] | None) -> Wish:
    parser = argparse.ArgumentParser(description="Check an exported instrument.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--audio", type=Path, help="a sound of yours to play through it")
    parser.add_argument("--expected-rate", type=int, help="Hz, as the training had it")
    parser.add_argument("--seconds", type=float, default=2.0, help="of sound for each check")
    options = parser.parse_args(arguments)
    seconds = min(max(options.seconds, 0.5), 60.0)
    clip = options.audio.absolute() if options.audio else None
    return Wish(options.file.absolute(), seconds, clip, options.expected_rate)


def main(arguments: list[str] | None = None) -> int:
    """Verify the file of the command line; returns the exit code."""
    wish = _wish(arguments)
    job = os.environ.get(JOB_VARIABLE, "")
    reporter = Reporter(job) if job and Path(job).is_dir() else None
    answer = Answer(reporter)
    answer.tell("stage", stage="starting")
    result = verify(wish, answer)
    if reporter is not None:
        with reporter.shelter("write its result"):
            write_json(Path(job) / RESULT, result)
    answer.tell("result", **result)
    answer.tell("stage", stage="ended")
    sys.stdout.write(json.dumps(result, allow_nan=False) + "\n")
    return 1 if result["verdict"] == "fail" else 0


if __name__ == "__main__":
    sys.exit(main())
