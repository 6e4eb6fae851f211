from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from rave_gui.backend import training_end
from rave_gui.backend.training_end import judge
from rave_gui.core.job_facts import JobExit, Liveness
from rave_gui.core.records import Checkpoint, CheckpointKind, Experiment, ExperimentStatus


def checkpoint(step):
    return Checkpoint(1, "c", Path("c.ckpt"), step, CheckpointKind.LAST, 0.0)


def ended(step, returncode=0, stopped_by="", liveness=Liveness.ENDED, exit=True):
    record = JobExit(
        returncode=returncode,
        signal=None,
        stop_requested=bool(stopped_by),
        stopped_by=stopped_by,
        last_step=step,
        ended_at=1.0,
        error="",
    )
    facts = [{"t": 0.0, "kind": "progress", "step": step, "epoch": 0}]
    return SimpleNamespace(exit=record if exit else None, liveness=liveness, facts=facts)


@pytest.fixture(autouse=True)
def cause(monkeypatch):
    monkeypatch.setattr(training_end, "explain_end", lambda end: "Out of memory.")


@pytest.fixture
def experiment():
    return Experiment(1, 1, "bells", {"max_steps": 1000}, 0.0)


@pytest.mark.parametrize(
    ("end", "status"),
    [
        (ended(1000), ExperimentStatus.COMPLETED),
        (ended(400), ExperimentStatus.INTERRUPTED),
        (ended(400, stopped_by="user"), ExperimentStatus.STOPPED),
        (ended(400, returncode=1), ExperimentStatus.FAILED),
        (ended(400, returncode=None), ExperimentStatus.FAILED),
        (ended(400, exit=False, liveness=Liveness.INTERRUPTED), ExperimentStatus.INTERRUPTED),
    ],
)
def test_a_return_code_is_only_a_hint(experiment, end, status):
    assert judge(experiment, end, []).status is status


def test_it_says_what_was_saved_and_what_to_do(experiment):
    verdict = judge(experiment, ended(400, stopped_by="user"), [checkpoint(300), checkpoint(398)])
    assert verdict.message == (
        "Stopped at step 400. The newest checkpoint is of step 398; continue from there."
    )
    assert verdict.error == ""


def test_a_failure_names_cause_and_loss(experiment):
    verdict = judge(experiment, ended(400, returncode=1), [])
    assert verdict.error == "Out of memory at step 400. No checkpoint was saved."


def test_without_a_companion_the_checkpoints_tell_the_step(experiment):
    end = ended(None)
    end.facts = []
    assert judge(experiment, end, [checkpoint(1000)]).status is ExperimentStatus.COMPLETED
