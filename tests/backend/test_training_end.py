from __future__ import annotations

from dataclasses import replace
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
    spec = SimpleNamespace(created_at=0.0)
    return SimpleNamespace(spec=spec, exit=record if exit else None, liveness=liveness, facts=facts)


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
    assert verdict.error == "Out of memory. It had come to step 400. No checkpoint was saved."


def test_without_a_companion_the_checkpoints_tell_the_step(experiment):
    end = ended(None)
    end.facts = []
    assert judge(experiment, end, [checkpoint(1000)]).status is ExperimentStatus.COMPLETED


def test_another_start_before_it_does_not_count_as_its_own_steps(experiment):
    """Somebody went back to an early checkpoint, and was interrupted from outside."""
    end = ended(400)
    end.spec.created_at = 100.0
    assert judge(experiment, end, [checkpoint(1000)]).status is ExperimentStatus.INTERRUPTED


def test_a_resume_that_did_nothing_yet_stands_where_it_began(experiment):
    end = ended(0, stopped_by="user")
    assert judge(replace(experiment, step=300), end, []).step == 300


def test_all_steps_are_done_though_nobody_saw_the_end(experiment):
    """The runner was killed, RAVE went on to its last step."""
    end = ended(1000, exit=False, liveness=Liveness.INTERRUPTED)
    assert judge(experiment, end, []).status is ExperimentStatus.INTERRUPTED
    final = {"t": 1.0, "kind": "checkpoint", "path": "f", "step": 1000, "reason": "final"}
    end.facts.append(final)
    assert judge(experiment, end, []).status is ExperimentStatus.COMPLETED


def test_a_damaged_record_is_judged_all_the_same(experiment):
    damaged = replace(experiment, config={"max_steps": "many"})
    assert judge(damaged, ended(400, returncode=1), []).status is ExperimentStatus.FAILED


def test_after_a_failure_nobody_is_told_to_go_on_into_it_again(experiment):
    told = judge(experiment, ended(400, returncode=1), [checkpoint(398)]).message
    assert "The checkpoint of step 398 is kept." in told
    assert "continue" not in told


def test_a_stop_that_nobody_could_write_down_is_a_stop(experiment):
    """The runner was killed from outside; the training was stopped later, by a person."""
    left = ended(400, exit=False, liveness=Liveness.INTERRUPTED)
    stopping = replace(experiment, status=ExperimentStatus.STOPPING)
    verdict = judge(stopping, left, [checkpoint(400)])
    assert (verdict.status, verdict.error) == (ExperimentStatus.STOPPED, "")
    assert "step 400" in verdict.message
    running = replace(experiment, status=ExperimentStatus.RUNNING)
    assert judge(running, left, []).status is ExperimentStatus.INTERRUPTED
