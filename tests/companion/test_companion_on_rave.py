"""The companion inside the real, unmodified ``rave train``."""

from __future__ import annotations

import json
import math
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.engine, pytest.mark.timeout(300)]
Inspect = Callable[..., dict[str, Any]]


def exact(step: int, in_epoch: int, discriminator: int) -> dict[str, Any]:
    """What a checkpoint between two batches says, every count at the same step."""
    total = dict.fromkeys(("ready", "started", "processed", "completed"), step)
    current = dict.fromkeys(("ready", "started", "processed", "completed"), in_epoch)
    names = ("WarmupCallback", "QuantizeCallback", "BetaWarmupCallback")
    return {
        "global_step": step,
        "counters": dict.fromkeys(names, step),
        "schedule": step,
        "batches": total,
        "in_epoch": current,
        "last_batch": False,
        "logged": step,
        "optimizer_steps": [step - discriminator, discriminator],
        "nan": False,
    }


def settled(step: int) -> dict[str, Any]:
    """What it says between two batches or in a validation, where some counts lag rightly."""
    found = exact(step, step % 36, discriminator_steps(0, step))
    lagging = ["logged", "last_batch"] + ["in_epoch"] * (step % 36 == 0)
    return {key: value for key, value in found.items() if key not in lagging}


def discriminator_steps(first: int, last: int) -> int:
    """v1 trains the discriminator on every second batch of an epoch (36 batches) in phase 2."""
    return sum(1 for step in range(max(first, 10), last) if step % 36 % 2 == 0)


def test_it_announces_itself_and_what_it_found(whole):
    about = json.loads((whole.job / "companion.json").read_text())
    told = whole.of("companion")[0]
    for key in ("version", "lightning", "torch", "rave", "pid"):
        assert about[key] == told[key]
    assert (about["rave"], about["lightning"]) == ("2.3.1", "1.9.0")
    assert about["pid"] == whole.process.pid


def test_it_says_what_the_training_does(whole):
    stages = [fact["stage"] for fact in whole.of("stage")]
    assert stages[:3] == ["starting", "sanity", "training"]
    assert stages.count("validating") == 4
    assert stages[-1] == "ended"


def test_the_second_phase_begins_at_its_very_step(whole):
    assert [(fact["phase"], fact["step"]) for fact in whole.of("phase")] == [(1, 0), (2, 10)]


def test_the_first_progress_says_how_far_the_way_is_and_the_last_that_it_is_done(whole):
    first, last = whole.of("progress")[0], whole.of("progress")[-1]
    assert (first["step"], first["max_steps"], first["steps_per_epoch"]) == (0, 20, 36)
    assert first["max_epochs"] == 300000
    assert last["step"] == 20


def test_metrics_are_those_of_training_and_validations_come_at_their_steps(whole):
    last = whole.of("metrics")[-1]
    assert last["step"] == 20
    assert {"fullband_spectral_distance", "loss_dis"} <= set(last["values"])
    assert "validation" not in last["values"]
    validations = whole.of("validation")
    assert [fact["step"] for fact in validations] == [5, 10, 15, 20]
    assert all(math.isfinite(fact["value"]) for fact in validations)


def test_checkpoints_of_lightning_and_of_rave_are_reported_with_their_steps(whole):
    told = [(Path(f["path"]).name, f["step"]) for f in whole.saved("validation")]
    assert ("best.ckpt", 5) in told
    assert ("epoch-epoch=0000.ckpt", 5) in told
    assert ("epoch_10.ckpt", 10) in told
    assert ("epoch_20.ckpt", 20) in told


def test_the_end_is_saved_though_rave_itself_would_not(whole, inspect: Inspect):
    [final] = whole.saved("final")
    assert Path(final["path"]).name == "final-step=000020.ckpt"
    expected = exact(20, 20, discriminator_steps(0, 20))
    assert inspect(final["path"], expected) == expected
    assert not list(Path(final["path"]).parent.glob("*.part"))
    assert whole.of("fault") == []


def test_without_a_job_it_adds_nothing_to_a_training(engine_python, engine_environment, tmp_path):
    code = """
import os, sys, rave_gui_companion as companion
os.environ.pop("RAVE_GUI_JOB", None)
without = companion.factory()
os.environ["RAVE_GUI_JOB"] = sys.argv[1]
print(without, companion.factory())
"""
    argv = [str(engine_python), "-c", code, str(tmp_path / "gone")]
    told = subprocess.check_output(argv, env=engine_environment, text=True, timeout=60)
    assert told.split() == ["[]", "[]"]


# Wishes at chosen moments: in the midst of an epoch, and right after a validation, which a run that
# goes on from there looks at again before it trains.
WISHES_AT_13_AND_25 = """
import rave_gui_attendant as a, rave_gui_job_files as f
def leave(self, *wishes):
    for wish in wishes:
        f.leave_wish(self.reporter.job_dir, wish)
    self._next_look = 0.0
after_batch, after_validation = a.Attendant.batch_end, a.Attendant.validation_end
def batch_end(self, module):
    after_batch(self, module)
    if module.global_step == 13:
        leave(self, "save-now", "preview-now")
def validation_end(self, trainer):
    after_validation(self, trainer)
    if trainer.global_step == 25:
        leave(self, "stop")
a.Attendant.batch_end, a.Attendant.validation_end = batch_end, validation_end
"""


@pytest.fixture(scope="module")
def stopped(start_training):
    training = start_training("--max_steps=1000", "--workers=0", meddle=WISHES_AT_13_AND_25)
    assert training.end() == 0, training.log[-3000:]
    return training


def answer_to(wish: str, training) -> dict[str, Any]:
    [answer] = [fact for fact in training.of("answer") if fact["wish"] == wish]
    return dict(answer)


@pytest.fixture(scope="module")
def resumed(stopped, start_training):
    [fact] = stopped.saved("stopped")
    folder = Path(fact["path"]).parent
    stopped.left = {file.name for file in folder.iterdir()}
    steps = f"--max_steps={fact['step'] + 60}"
    out = folder.parent.parent.parent
    training = start_training(steps, "--workers=0", f"--ckpt={fact['path']}", out=out)
    assert training.end() == 0, training.log[-3000:]
    return training


def test_save_now_is_answered_and_the_training_goes_on(stopped, inspect: Inspect):
    [saved] = stopped.saved("saved-now")
    assert answer_to("save-now", stopped)["ok"] is True
    assert Path(saved["path"]).name == "saved-step=000013.ckpt"
    expected = exact(13, 13, discriminator_steps(0, 13))
    assert inspect(saved["path"], expected) == expected


def test_a_preview_is_rendered_when_asked_for(stopped):
    assert answer_to("preview-now", stopped)["ok"] is True
    assert 13 in {fact["step"] for fact in stopped.of("preview")}


def test_stop_leaves_one_checkpoint_of_that_very_step(stopped, inspect: Inspect):
    [fact] = stopped.saved("stopped")
    assert answer_to("stop", stopped)["ok"] is True
    assert Path(fact["path"]).name == "stopped-step=000025.ckpt"
    expected = exact(25, 25, discriminator_steps(0, 25))
    assert inspect(fact["path"], expected) == expected
    assert not stopped.saved("interrupted")
    assert not stopped.saved("final")
    assert stopped.of("stage")[-1]["stage"] == "ended"


def test_the_resumed_training_goes_on_at_that_step_in_that_phase(stopped, resumed):
    [fact] = stopped.saved("stopped")
    first = resumed.of("progress")[0]
    assert (first["step"], first["first_step"]) == (fact["step"], fact["step"])
    assert [(f["phase"], f["step"]) for f in resumed.of("phase")] == [(2, fact["step"])]


def test_every_count_of_the_resumed_training_is_as_if_it_had_never_stopped(
    stopped, resumed, inspect: Inspect
):
    [final] = resumed.saved("final")
    step = stopped.saved("stopped")[0]["step"] + 60
    assert final["step"] == step
    expected = exact(step, (step - 1) % 36 + 1, discriminator_steps(0, step))
    expected.pop("last_batch")
    assert inspect(final["path"], expected) == expected


def test_the_resumed_training_deletes_nothing_of_the_earlier_one(stopped, resumed):
    folder = Path(stopped.saved("stopped")[0]["path"]).parent
    assert {file.name for file in folder.iterdir()} == stopped.left
    assert any(name.startswith("epoch-epoch=") for name in stopped.left)
    assert Path(resumed.saved("final")[0]["path"]).parent != folder


# The wish arrives at a moment that only a long validation would offer to a person.
STOP_IN_VALIDATION = """
import rave_gui_attendant as a, rave_gui_job_files as f
follow = a.Attendant.validation_start
def validation_start(self, trainer):
    follow(self, trainer)
    if not trainer.sanity_checking and trainer.global_step >= {step}:
        weights = trainer.lightning_module.state_dict()
        weights = float(next(w for n, w in weights.items() if "weight" in n).double().sum())
        self.reporter.fact("note", weights=weights)
        f.leave_wish(self.reporter.job_dir, "stop")
        self._next_look = 0.0
a.Attendant.validation_start = validation_start
"""


@pytest.mark.parametrize(("step", "arguments"), [(15, ["--ema=0.9"]), (36, ["--val_every=40"])])
def test_a_stop_in_a_validation_is_obeyed_and_the_validation_repeated(
    step, arguments, start_training, inspect: Inspect
):
    meddle = STOP_IN_VALIDATION.format(step=step)
    training = start_training("--max_steps=1000", "--workers=0", *arguments, meddle=meddle)
    assert training.end() == 0, training.log[-3000:]
    [fact] = training.saved("stopped")
    expected = {**exact(step, step, discriminator_steps(0, step)), "logged": step - 1}
    expected |= {"last_batch": step == 36, "validated": {"ready": 0, "completed": 0}}
    expected["weights"] = training.of("note")[0]["weights"]
    assert inspect(fact["path"], expected) == expected

    again = start_training("--max_steps=50", "--workers=0", *arguments, f"--ckpt={fact['path']}")
    assert again.end() == 0, again.log[-3000:]
    assert again.of("validation")[0]["step"] == step
    assert [(f["phase"], f["step"]) for f in again.of("phase")] == [(2, step)]
    [final] = again.saved("final")
    expected = exact(50, 14, discriminator_steps(0, 50))
    assert inspect(final["path"], expected) == expected


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_all_its_processes_saves_the_step(number, start_training, inspect: Inspect):
    training = start_training("--max_steps=1000000", "--workers=2")
    training.until_step(13)
    training.signal_group(number)
    code = training.end()
    [fact] = training.saved("interrupted")
    step = fact["step"]
    assert step >= 13
    expected = settled(step)
    assert inspect(fact["path"], expected) == expected
    if number == signal.SIGINT:
        assert code == 0, training.log[-3000:]
    assert training.of("stage")[-1]["stage"] == "ended"


FAILS_AT_STEP_12 = """
import rave.model as m
step = m.RAVE.training_step
def training_step(self, batch, index):
    if self.global_step == 12:
        next(self.parameters()).data.fill_(float("nan"))
        raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")
    return step(self, batch, index)
m.RAVE.training_step = training_step
"""


def test_a_crash_saves_the_steps_before_it_and_calls_a_broken_model_broken(
    start_training, inspect: Inspect
):
    training = start_training("--max_steps=1000", "--workers=0", meddle=FAILS_AT_STEP_12)
    assert training.end() != 0
    [fact] = training.saved("crashed")
    assert Path(fact["path"]).name == "crashed-step=000012.ckpt"
    expected = {**exact(12, 12, discriminator_steps(0, 12)), "nan": True}
    assert inspect(fact["path"], expected) == expected
    failed, broken = training.of("fault")
    assert "CUDA out of memory" in failed["text"]
    assert "NaN" in broken["text"]


def test_a_stop_before_the_first_step_ends_without_a_checkpoint(start_training, tmp_path):
    meddle = "import os, rave_gui_job_files as f; f.leave_wish(os.environ['RAVE_GUI_JOB'], 'stop')"
    training = start_training("--max_steps=1000", "--workers=0", meddle=meddle)
    assert training.end() == 0, training.log[-3000:]
    assert training.of("checkpoint") == []
    [answer] = training.of("answer")
    assert answer["ok"] is True
    assert "nothing was saved" in answer["text"]
