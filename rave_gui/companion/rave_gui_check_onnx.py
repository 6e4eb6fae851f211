"""Holds an instrument in ONNX against what its checkpoint answered, under onnxruntime.

    python rave_gui_check_onnx.py FILE.onnx

Needs numpy and onnxruntime, not torch and not RAVE: any Python that has both will do. Prints one
JSON object like the verification of other instruments; inside a job it also writes ``result.json``
there. Exit code 0 where the verdict is "pass" or "warn", 1 where it is "fail".
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import time
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING or __package__:
    from rave_gui.companion.rave_gui_job_files import JOB_VARIABLE, write_json
    from rave_gui.companion.rave_gui_reporter import Reporter
    from rave_gui.companion.rave_gui_verify_file import FAIL, OK, WARN, Check
    from rave_gui.companion.rave_gui_verify_hosts import only_onnx
else:
    from rave_gui_job_files import JOB_VARIABLE, write_json
    from rave_gui_reporter import Reporter
    from rave_gui_verify_file import FAIL, OK, WARN, Check
    from rave_gui_verify_hosts import only_onnx

RESULT = "result.json"
TOLERANCE = 1e-3
"""How far the sound may be from the checkpoint's, beside its largest value: -60 dB."""
LOST = (
    "onnxruntime is not there, so the file was not played. Its functions were held against the "
    "checkpoint when it was made."
)
_NOTHING = 1e-9
Arrays = dict[str, np.ndarray]


@dataclass
class Answer:
    """What was found so far."""

    checks: list[Check] = field(default_factory=list)
    model: dict[str, Any] = field(default_factory=dict)

    def add(self, name: str, result: str, text: str, figure: float | None = None) -> bool:
        """Note a check; returns whether it did not fail."""
        self.checks.append(Check(name, result, text, figure))
        return result != FAIL

    def to_json(self) -> dict[str, Any]:
        """The whole answer; no other host plays ONNX."""
        worst = [check for check in self.checks if check.result == FAIL] or [
            check for check in self.checks if check.result == WARN
        ]
        verdict = {FAIL: "fail", WARN: "warn"}[worst[0].result] if worst else "pass"
        why = " ".join(check.text for check in worst) or "It says what the checkpoint says."
        return {
            "verdict": verdict,
            "checks": [check.to_json() for check in self.checks],
            "hosts": only_onnx(verdict, why),
            "model": self.model,
        }


def check(path: Path) -> dict[str, Any]:
    """Everything that can be said of the file and its two companions."""
    answer = Answer()
    try:
        onnxruntime = import_module("onnxruntime")
    except ImportError:
        answer.add("runtime", WARN, LOST)
        return answer.to_json()
    reference = _reference(path, answer)
    for function in ("", "encode", "decode"):
        one = path.with_name(f"{path.stem}.{function}.onnx") if function else path
        if one.is_file() or not function:
            _check_one(onnxruntime, one, function or "forward", reference, answer)
    return answer.to_json()


def _reference(path: Path, answer: Answer) -> list[Arrays]:
    """What the checkpoint answered, case by case; empty where it was not kept."""
    kept = path.with_name(f"{path.stem}.reference.npz")
    found: dict[str, Arrays] = {}
    try:
        with np.load(kept, allow_pickle=False) as stored:
            for key in stored.files:
                number, _, name = key.partition("/")
                found.setdefault(number, {})[name] = stored[key]
    except (OSError, ValueError) as error:
        text = f"What the checkpoint answered is not beside it ({kept.name}): {error}"
        answer.add("reference", WARN, text)
    return list(found.values())


def _check_one(
    runtime: Any, path: Path, function: str, reference: list[Arrays], answer: Answer
) -> None:
    try:
        session = _session(runtime, path)
    except Exception as error:
        text = f"{path.name} cannot be loaded: {str(error).splitlines()[0][:200]}"
        answer.add(f"loads_{function}", FAIL, text)
        return
    facts = _facts(session)
    if function == "forward":
        answer.model = _model(facts)
        answer.add("loads", OK, "onnxruntime loads it.", float(path.stat().st_size))
        _real_time(session, facts, answer)
    lengths = ", ".join(f"{int(case['block']):,}" for case in reference)
    try:
        worst = max((_difference(session, case) for case in reference), default=None)
    except Exception as error:
        answer.add(f"plays_{function}", FAIL, f"It does not play: {str(error)[:200]}")
        return
    if worst is not None:
        _judge(worst, function, lengths, answer)


def _judge(worst: float, function: str, lengths: str, answer: Answer) -> None:
    heard = 20 * math.log10(max(worst, 1e-10)) if math.isfinite(worst) else 0.0
    if worst <= TOLERANCE:
        text = f"Equal to the checkpoint at {lengths} samples; it differs by {worst:.1e} at most."
        answer.add(f"equal_{function}", OK, text, round(heard, 1))
    else:
        text = f"It differs from the checkpoint by {worst:.1e} (at {lengths} samples)."
        answer.add(f"equal_{function}", FAIL, text, round(heard, 1))


def _session(runtime: Any, path: Path) -> Any:
    options = runtime.SessionOptions()
    options.log_severity_level = 3
    return runtime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _facts(session: Any) -> dict[str, Any]:
    """What our exporter wrote into the file; empty for a file from elsewhere."""
    try:
        found = json.loads(session.get_modelmeta().custom_metadata_map.get("rave", "{}"))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _model(facts: dict[str, Any]) -> dict[str, Any]:
    return {
        "sr": facts.get("rate"),
        "n_channels": facts.get("channels"),
        "latent_size": facts.get("latents"),
        "ratio": facts.get("ratio"),
        "streaming": facts.get("streaming"),
        "noise": facts.get("noise_bands"),
        "latent_noise": facts.get("latent_noise"),
        "state": facts.get("state"),
    }


def _difference(session: Any, case: Arrays) -> float:
    """The largest difference beside the largest value that is wanted; infinite for no numbers."""
    wanted = case[session.get_outputs()[0].name]
    made = _played(session, case, int(case["block"]))
    if made.shape != wanted.shape or not np.isfinite(made).all():
        return math.inf
    return float(np.abs(made - wanted).max() / max(float(np.abs(wanted).max()), _NOTHING))


def _played(session: Any, case: Arrays, block: int) -> np.ndarray:
    """The case block by block, the memory handed on."""
    names = [one.name for one in session.get_inputs()]
    count = case["audio_in"].shape[-1] // block
    cut = {name: np.split(case[name], count, -1) for name in names if name != "state_in"}
    state = {one.name: np.zeros(one.shape, np.float32) for one in session.get_inputs()
             if one.name == "state_in"}  # fmt: skip
    pieces = []
    for number in range(count):
        made = session.run(None, {**{name: cut[name][number] for name in cut}, **state})
        pieces.append(made[0])
        if state:
            state = {"state_in": made[1]}
    return np.concatenate(pieces, -1)


def _real_time(session: Any, facts: dict[str, Any], answer: Answer) -> None:
    """Time of the processor for a second of sound, in one long block."""
    rate, ratio = facts.get("rate"), facts.get("ratio")
    if not isinstance(rate, int) or not isinstance(ratio, int) or not ratio:
        answer.add("metadata", WARN, "It was not exported here: rate and ratio are not known.")
        return
    steps = -(-rate // ratio)
    given = {one.name: np.zeros(_size(one, facts, steps), np.float32)
             for one in session.get_inputs()}  # fmt: skip
    session.run(None, given)
    begun = time.perf_counter()
    session.run(None, given)
    factor = (time.perf_counter() - begun) / (steps * ratio / rate)
    text = f"A second of sound takes {factor:.2f} s on this machine."
    answer.add("real_time", OK if factor < 1 else WARN, text, round(factor, 3))


def _size(one: Any, facts: dict[str, Any], steps: int) -> list[int]:
    each = {"audio_in": facts["ratio"], "noise": facts["ratio"] // facts["noise_ratio"]}
    length = steps * each.get(one.name, 1)
    return [size if isinstance(size, int) else length for size in one.shape]


def main(arguments: list[str] | None = None) -> int:
    """Check the file of the command line; returns the exit code."""
    parser = argparse.ArgumentParser(description="Check an instrument in ONNX.")
    parser.add_argument("file", type=Path)
    path = parser.parse_args(arguments).file.absolute()
    result = check(path)
    job = os.environ.get(JOB_VARIABLE, "")
    if job and Path(job).is_dir():
        write_json(Path(job) / RESULT, result)
        Reporter(job).fact("result", **result)
    sys.stdout.write(json.dumps(result, allow_nan=False) + "\n")
    return 1 if result["verdict"] == "fail" else 0


if __name__ == "__main__":
    sys.exit(main())
