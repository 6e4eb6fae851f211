"""The facts of a training arrive as progress, phases, checkpoints and metrics."""

from __future__ import annotations

import math

import pytest

from rave_gui.bridge.training_process import LIVE_EDGE, TrainingProcess, metrics, phases

WAIT = 10_000


@pytest.fixture
def process(qtbot, fake_job):
    thread = TrainingProcess(fake_job.directory, experiment_id=5, max_steps=20)
    yield thread
    thread.request_stop()
    assert thread.wait(WAIT)


def test_facts_become_signals(qtbot, fake_job, process):
    fake_job.says("phase", phase=2, step=10)
    fake_job.says("progress", step=12, epoch=3)
    fake_job.says("metrics", step=12, values={"fullband_spectral_distance": 4.5})
    fake_job.says("checkpoint", path="/runs/a.ckpt", step=12, reason="saved-now")
    fake_job.ends()
    seen = {"progress": [], "phase_changed": [], "metrics": [], "checkpoint_written": []}
    for name, calls in seen.items():
        getattr(process, name).connect(lambda *args, calls=calls: calls.append(args))
    with qtbot.waitSignal(process.ended, timeout=WAIT):
        process.start()
    qtbot.waitUntil(lambda: all(seen.values()), timeout=WAIT)
    assert seen["phase_changed"] == [(2, 10)]
    assert seen["metrics"] == [(12, {"fullband_spectral_distance": 4.5})]
    assert seen["checkpoint_written"][0][0]["path"] == "/runs/a.ckpt"
    progress = seen["progress"][-1][0]
    assert (progress.experiment_id, progress.step, progress.max_steps) == (5, 12, 20)
    assert (progress.epoch, progress.phase) == (3, 2)


def test_the_past_of_a_long_training_does_not_flood_the_window(qtbot, fake_job, process):
    for step in range(LIVE_EDGE * 3):
        fake_job.says("metrics", step=step, values={"a": 1.0})
    fake_job.ends()
    steps = []
    process.metrics.connect(lambda step, values: steps.append(step))
    with qtbot.waitSignal(process.ended, timeout=WAIT):
        process.start()
    qtbot.waitUntil(lambda: bool(steps), timeout=WAIT)
    assert steps == list(range(LIVE_EDGE * 2, LIVE_EDGE * 3))


def test_steps_beyond_32_bits_stay_whole(qtbot, fake_job, process):
    fake_job.says("phase", phase=2, step=2**40)
    fake_job.ends()
    with qtbot.waitSignal(process.phase_changed, timeout=WAIT) as phase:
        process.start()
    assert phase.args == [2, 2**40]


def test_numbers_that_json_lacks_come_back_as_numbers():
    (step, values) = next(metrics([{"kind": "metrics", "step": 1, "values": {"a": "nan"}}]))
    assert step == 1
    assert math.isnan(values["a"])


def test_damaged_facts_are_left_out():
    damaged = [
        {"kind": "metrics", "step": "x", "values": {}},
        {"kind": "metrics", "step": 3, "values": {"a": "word", "b": 2}},
        {"kind": "metrics", "step": 4, "values": [1]},
        {"kind": "phase", "phase": None, "step": 1},
    ]
    assert list(metrics(damaged)) == [(3, {"b": 2.0})]
    assert list(phases(damaged)) == []
