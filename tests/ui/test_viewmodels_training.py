from __future__ import annotations

from pathlib import Path

import pytest

from rave_gui.backend.rave_settings import TrainingSettings
from rave_gui.backend.training_state import SavedCheckpoint, TrainingState
from rave_gui.core.records import (
    Checkpoint,
    CheckpointKind,
    Dataset,
    Experiment,
    ExperimentStatus,
    Job,
    JobKind,
    JobState,
)
from rave_gui.ui.viewmodels import training, training_actions
from rave_gui.ui.viewmodels.live import LiveBoard
from rave_gui.ui.viewmodels.status import Work, running

S = ExperimentStatus
NOW = 1_000_000.0


def experiment(status: S = S.RUNNING, step: int = 0, **changes) -> Experiment:
    config = TrainingSettings(
        configs=("v2", "causal"), max_steps=1_500_000, device="gpu:0"
    ).to_json()
    facts = {"config": config, "created_at": 1.0, "id": 7, **changes}
    return Experiment(1, 2, "bells-v2", status=status, step=step, **facts)


STATE = TrainingState(
    step=412_300,
    max_steps=1_500_000,
    phase=1,
    stage="training",
    rate=7.9,
    checkpoint=SavedCheckpoint("x.ckpt", 409_430, "validation", NOW - 360),
)


def header(item=None, state=STATE, **changes):
    facts = {"phase1": 1_000_000, "now": NOW, **changes}
    return training.header(item or experiment(), state, **facts)


def test_a_running_training_tells_where_it_is_and_how_long_it_takes():
    shown = header()
    assert (shown.phase_name, shown.phase_words) == ("Phase 1", "learning to reconstruct")
    assert shown.step == "412,300 / 1,500,000"
    assert shown.rate == "7.9 steps/s"
    assert shown.to_phase2 == "20 h 40 m"
    assert shown.to_end == "1 d 14 h"
    assert shown.phase1_share == pytest.approx(2 / 3)
    assert shown.done == pytest.approx(412_300 / 1_500_000)


def test_work_at_risk_is_told():
    assert header().risk == "Saved 6 minutes ago · 2,870 steps at risk"
    nothing = TrainingState(step=90, max_steps=100, stage="training", rate=2.0)
    assert header(state=nothing, phase1=None).risk == "No checkpoint yet · 90 steps at risk"


def test_a_checkpoint_on_disk_counts_where_the_facts_know_of_none():
    saved = Checkpoint(7, "last", Path("/x.ckpt"), 400_000, CheckpointKind.LAST, NOW - 60)
    state = TrainingState(step=400_500, max_steps=1_500_000)
    assert "1 minute ago · 500 steps at risk" in header(state=state, saved=saved).risk


def test_an_eta_says_estimating_until_the_rate_is_known():
    shown = header(state=TrainingState(step=10, max_steps=1_500_000, stage="training"))
    assert shown.to_end == shown.to_phase2 == "estimating"
    assert shown.rate == ""


def test_phase_2_is_told_even_where_the_facts_are_silent():
    shown = header(state=TrainingState(step=1_200_000, max_steps=1_500_000, rate=5.0))
    assert shown.phase == 2
    assert shown.to_phase2 == ""


@pytest.mark.parametrize("phase1", [None, 2_000_000])
def test_no_time_to_phase_2_where_it_is_not_planned_or_not_known(phase1):
    assert header(phase1=phase1).to_phase2 == ""
    assert header(phase1=phase1).phase1_share in (None, 1.0)


def test_a_paused_or_ended_training_promises_no_time():
    for shown in (header(paused=True), header(experiment(S.STOPPED, 412_300))):
        assert shown.to_end == shown.rate == shown.to_phase2 == ""
    assert (header(paused=True).phase_name, header(paused=True).phase_role) == ("Paused", "warn")
    assert header(experiment(S.COMPLETED)).phase_role == "good"
    row = training.row(experiment(), STATE, paused=True)
    assert (row.right, row.role) == ("paused", "warn")


def test_stages_are_words():
    state = TrainingState(step=5, max_steps=10, stage="validating")
    assert header(state=state).phase_words == "listening to the validation sounds"


def test_a_failure_says_why():
    shown = header(experiment(S.FAILED, 12, error="The GPU ran out of memory."))
    assert (shown.message, shown.message_role) == ("The GPU ran out of memory.", "bad")
    assert shown.phase_name == "Failed"


@pytest.mark.parametrize(
    ("status", "facts", "offered"),
    [
        (S.RUNNING, {}, {"stop", "preview", "save", "pause"}),
        (S.RUNNING, {"paused": True}, {"stop", "resume"}),
        (S.STOPPING, {}, set()),
        (S.QUEUED, {}, {"stop"}),
        (S.PENDING, {}, {"start"}),
        (S.STOPPED, {"saved": True}, {"go_on", "fork"}),
        (S.FAILED, {}, {"start"}),
        (S.COMPLETED, {"saved": True}, {"extend", "fork"}),
        (S.OUTSIDE, {"saved": True}, {"fork"}),
    ],
)
def test_only_what_can_be_done_has_a_button(status, facts, offered):
    known = {"paused": False, "saved": False, **facts}
    found = training_actions.actions(experiment(status), **known)
    assert {name for name, on in vars(found).items() if on} == offered


def test_rows_of_the_list():
    shown = training.row(experiment(), STATE)
    assert (shown.status, shown.role) == ("27 %", "accent")
    assert (shown.left, shown.right) == ("v2 · causal", "running · 7.9 steps/s")
    assert shown.fraction == pytest.approx(0.275, abs=0.01)
    assert training.row(experiment(S.QUEUED), waiting=1).right == "next in line"
    assert training.row(experiment(S.QUEUED), waiting=3).right == "number 3 in line"
    assert training.row(experiment(S.STOPPED, 884_120)).right == "saved at 884,120"
    assert training.row(experiment(S.COMPLETED, 1_200_000)).right == "1.2 M steps"
    failed = training.row(experiment(S.FAILED, error="GPU out of memory. Halve the batch."))
    assert (failed.status, failed.role, failed.right) == ("failed", "bad", "GPU out of memory")
    assert failed.fraction is None


def test_the_filter_finds_names_tags_and_states():
    row = training.row(experiment(S.FAILED, tags=("night run",)))
    assert row.matches("bells fail")
    assert row.matches("NIGHT v2")
    assert not row.matches("bells done")


def test_the_recipe_is_one_line():
    dataset = Dataset(1, "bells", Path("/d"), (), 1.0, duration_seconds=11520.0)
    assert training.recipe_line(experiment(), dataset) == (
        "v2 · causal · batch 8 · window 131,072 · GPU 0 · dataset bells 44.1 kHz mono, 3 h 12 m"
    )


def test_a_fork_tells_where_it_began():
    fork = experiment(config={"configs": ["v2"], "forked_from": {"step": 600_000}})
    assert training.recipe_line(fork, None, "choir") == "v2 · from choir at 600,000"
    assert training.recipe_line(fork, None) == "v2 · from step 600,000"
    assert training.row(fork).left == "v2 · from 600k"
    odd = experiment(config={"configs": ["v2"], "forked_from": "somewhere"})
    assert training.recipe_line(odd, None) == "v2"


def test_what_waits_in_a_paused_queue_says_so():
    waits = experiment(status=ExperimentStatus.QUEUED)
    told = [
        training.header(waits, None, phase1=None, now=NOW, held=held).phase_words
        for held in (False, True)
    ]
    assert told == [
        "starts when its device is free",
        "starts when the queue goes on and its device is free",
    ]


def test_a_damaged_configuration_harms_nothing():
    broken = experiment(config={"configs": 3, "batch": "x", "max_steps": None, "n_signal": True})
    assert training.recipe_line(broken, None) == "unknown recipe"
    assert training.header(broken, None, phase1=None, now=NOW).step == "0"
    assert training.row(broken).fraction is None


def test_settings_show_what_was_changed_first():
    usual = TrainingSettings().to_json()
    rows = training.settings_rows({**usual, "batch": 4, "ema": None}, usual)
    assert rows[0] == ("batch", "4", "8")
    assert ("ema", "none", "none") in rows
    assert ("normalize", "no", "no") in rows


def test_every_override_has_a_line_of_its_own():
    given = {"overrides": ["CAPACITY=4", "PHASE_1_DURATION=10", "PHASE_1_DURATION = 300"]}
    rows = training.settings_rows(given, TrainingSettings().to_json())
    assert rows == [
        ("CAPACITY", "4", "the recipe's"),
        ("PHASE_1_DURATION", "300", "the recipe's"),
    ]


def test_the_status_bar_tells_of_the_training_first():
    board = LiveBoard()
    board.take_training(7, STATE)
    job = Job("j", JobKind.TRAIN, Path("/j"), JobState.RUNNING, 1.0)
    shown = running([Work(job, experiment(), 1_000_000), Work(job)], board)
    assert (shown.verb, shown.name) == ("Training", "bells-v2")
    assert shown.figures == "412,300 / 1,500,000"
    assert (shown.eta, shown.more) == ("phase 2 in 20 h 40 m", "and 1 more")
    board.take_runner_state("j", "paused")
    assert running([Work(job, experiment(), 1_000_000)], board).eta == "paused"
