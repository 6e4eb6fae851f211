from __future__ import annotations

from pathlib import Path

import pytest

from rave_gui.backend.dataset import Preparation
from rave_gui.backend.dataset_summary import Summary
from rave_gui.backend.doctor import Check, Result
from rave_gui.backend.engine_record import Engine, Gpu
from rave_gui.core.records import (
    Checkpoint,
    CheckpointKind,
    Dataset,
    DatasetStatus,
    Experiment,
    ExperimentStatus,
    Export,
    Job,
    JobKind,
    JobState,
    Project,
)
from rave_gui.ui.text import install_translator
from rave_gui.ui.viewmodels import checkpoint, dataset, engine, export, health, home, job, status
from rave_gui.ui.viewmodels.live import JobLive, LiveBoard

NOW = 1_000_000.0


def a_dataset(**changes) -> Dataset:
    return Dataset(1, "bells", Path("/d"), ("/s",), 1.0, id=3, **changes)


def a_job(kind=JobKind.TRAIN, state=JobState.RUNNING, **changes) -> Job:
    return Job("j", kind, Path("/j"), state, NOW - 90, "Training bells", **changes)


def an_export(**changes) -> Export:
    return Export(1, "bells", "torchscript", Path("/e/bells.ts"), 1.0, id=5, **changes)


# The board


def test_counts_become_a_rate_and_a_time():
    board = LiveBoard()
    for second in range(11):
        board.take_count("j", 10.0 * second, 400, NOW + second)
    live = board.job("j")
    assert live.fraction == pytest.approx(0.25)
    assert live.rate == pytest.approx(10)
    assert live.seconds_left == pytest.approx(30)


def test_the_rate_is_that_of_the_last_minute():
    board = LiveBoard()
    board.take_count("j", 0, 10_000, NOW)
    for second in range(0, 121, 10):
        board.take_count("j", 1000 + second, 10_000, NOW + 600 + second)
    assert board.job("j").rate == pytest.approx(1.0)


def test_damaged_facts_are_passed_over():
    board = LiveBoard()
    board.take_facts(
        "j",
        [
            {"kind": "progress", "done": "many", "t": NOW},
            {"kind": "progress", "done": 5, "total": "all", "t": NOW},
            {"kind": "progress"},
            {"kind": 3},
            {"kind": "note", "text": "Downloading torch"},
        ],
    )
    live = board.job("j")
    assert (live.done, live.total, live.text) == (5, None, "Downloading torch")
    assert live.fraction is None
    board.forget_job("j")
    assert board.job("j") == JobLive()


# Datasets


def test_a_dataset_that_is_being_made_tells_how_far():
    item = a_dataset(status=DatasetStatus.PREPROCESSING)
    live = JobLive(done=412, total=1939, rate=10.0)
    assert dataset.row(item, live).status == "21 %"
    assert dataset.row(item, live).right == "2 min 33 s left"
    assert dataset.row(item).right == "estimating"
    assert dataset.left_words(live) == "2 min 33 s left"
    assert dataset.stage_words(None) == "Beginning"
    copying = Preparation("copying", 12.0, 40.0, 0.2, files=11, all_files=40)
    assert dataset.stage_words(copying) == "Copying 12 of 40 files"
    assert dataset.stage_words(Preparation("preprocessing", 0.0, 1939.0, 0.5)) == "RAVE is starting"
    writing = Preparation("preprocessing", 412.0, 1939.0, 0.5)
    assert dataset.stage_words(writing) == "RAVE is writing examples: 412 of 1,939"


def test_verdicts_are_one_sentence():
    sentence = dataset.verdict_words(318, 14, 3)
    assert sentence == "318 files can be used, 14 want a look, 3 cannot be used"
    assert dataset.verdict_words(1, 0, 0) == "1 file can be used"


def test_figures_of_a_dataset_without_any():
    found = dataset.facts(a_dataset(sample_rate=0), Summary(), None)
    shown = {fact.name: fact.value for fact in found}
    for name in ("Usable", "Examples", "Each", "Lost", "On disk"):
        assert shown[name] == "–"


def test_figures_while_it_is_made_are_those_of_the_forecast():
    planned = {"usable_seconds": 600.0, "forecast_examples": 101, "lost_seconds": 62.0}
    making = a_dataset(status=DatasetStatus.PREPROCESSING, statistics=planned)
    shown = {fact.name: fact.value for fact in dataset.facts(making, Summary(), 0)}
    assert (shown["Usable"], shown["Examples"]) == ("10 min", "101")
    assert shown["Lost"] == "1 min 2 s"


def test_what_was_lost_is_reckoned_where_nobody_planned_it():
    row = a_dataset(status=DatasetStatus.READY, duration_seconds=600.0)
    shown = {fact.name: fact.value for fact in dataset.facts(row, Summary(seconds=630.0), 0)}
    assert shown["Lost"] == "30 s"


# Jobs


def test_how_a_job_ended():
    ended = {"state": JobState.FAILED, "exit": {"returncode": 1, "ended_at": NOW - 30}}
    assert job.exit_words(a_job(**ended)) == "code 1"
    assert job.duration(a_job(**ended), NOW) == pytest.approx(60)
    assert job.exit_words(a_job()) == ""
    stopped = a_job(state=JobState.STOPPED, exit={"stopped_by": "user", "returncode": 0})
    assert job.exit_words(stopped) == "stopped by you"
    killed = a_job(state=JobState.FAILED, exit={"signal": 9, "returncode": -9})
    assert job.exit_words(killed) == "signal 9"
    assert job.exit_words(a_job(state=JobState.INTERRUPTED)) == "–"
    assert job.duration(a_job(state=JobState.INTERRUPTED), NOW) is None


# Exports

VERIFIED = {
    "verdict": "warn",
    "checks": [
        {"id": "streaming_match", "result": "warn", "text": "They differ.", "figure": "0.31"},
        {"id": "heard", "result": "ok", "text": "It answers.", "figure": -54.4},
        {"id": "peak", "result": "fail", "text": "Far too loud.", "figure": 7.2},
        "damaged",
    ],
    "hosts": {"nn~": {"verdict": "pass", "why": "All methods are there."}, "vst": 3},
    "model": {"sr": 44100},
}


def test_a_verdict_is_a_word_and_a_reason():
    item = an_export(verification=VERIFIED)
    assert export.verdict(item) == ("plays, with remarks", "warn")
    found = export.checks(item)
    assert (found[0].title, found[0].word, found[0].figure) == (
        "Streaming match",
        "remark",
        "0.31",
    )
    assert (found[1].title, found[1].word, found[1].figure) == ("Answer", "good", "-54 dB")
    assert (found[2].word, found[2].role, found[2].figure) == ("bad", "bad", "")
    hosts = export.hosts(item)
    assert (hosts[0].title, hosts[0].word) == ("nn~ (Max, Pd)", "works")
    assert hosts[1].word == "not judged"


def test_a_file_that_nobody_played_is_not_praised():
    assert export.verdict(an_export()) == ("not verified", "secondary")
    assert "Verify it" in export.sentence(an_export(), None, there=True)[0]
    assert "is gone" in export.sentence(an_export(), None, there=False)[0]
    running = a_job(JobKind.VERIFY)
    assert export.verdict(an_export(verification=VERIFIED), running)[0] == "being verified"


# Checkpoints


def test_the_best_of_rave_comes_with_a_warning():
    best = Checkpoint(1, "best", Path("/b"), 90, CheckpointKind.BEST, NOW, size=10)
    last = Checkpoint(1, "last", Path("/l"), 190, CheckpointKind.LAST, NOW, size=20)
    assert "listen" in checkpoint.advice(best, None)[0]
    assert "phase 1" in checkpoint.advice(best, 100)[0]
    assert checkpoint.advice(last, 100) == ("", "")
    assert checkpoint.summary([best, last], 1) == "2 checkpoints of 1 training, 30 B"


# Engine


def an_engine(**changes) -> Engine:
    versions = {"acids-rave": "2.3.1", "torch": "2.8.0+cu128"}
    return Engine(Path("/e/bin/python"), "installed", versions=versions, **changes)


def test_the_chip():
    gpu = Gpu(0, "NVIDIA GeForce RTX 4090", 1, 1)
    assert engine.chip(an_engine(gpus=(gpu,)), "", False).text == (
        "RAVE 2.3.1 · torch 2.8 · RTX 4090"
    )
    assert engine.chip(an_engine(), "", False).text.endswith("CPU")
    missing = engine.chip(None, "Nothing was found.", False)
    assert (missing.role, missing.tip) == ("bad", "Nothing was found.")
    assert engine.chip(None, "", True).role == "secondary"


def test_the_guide_names_size_and_licence():
    small, large = engine.guide("", has_gpu=False), engine.guide("", has_gpu=True)
    assert "CC BY-NC 4.0" in small.licence
    assert "GB on this disk" in small.size
    assert small.size != large.size


def test_where_the_variable_names_the_engine_installing_is_not_offered():
    guide = engine.guide("RAVE_GUI_ENGINE names /x.", has_gpu=False, named=True)
    assert not guide.install
    assert "As long as that variable is set" in guide.size


def test_engines_in_the_list():
    used, other = an_engine(), an_engine()
    assert engine.row(used, used).status == "used now"
    assert engine.row(other, None).status == "can be used"
    broken = Engine(Path("/x/python"), "PATH", problems=("It has no RAVE.",))
    assert engine.row(broken, used).status == "cannot be used"
    assert engine.row(broken, used).right == "It has no RAVE."


# Home and health


def test_a_project_card():
    project = Project("Bells", Path("/p"), NOW - 90 * 86400, id=1)
    run = Experiment(
        1, None, "v2", {"max_steps": 100}, NOW - 7200, ExperimentStatus.RUNNING, step=41, id=7
    )
    facts = home.ProjectFacts(project, experiments=(run,), exports=(an_export(),), there=False)
    shown = home.card(facts, {}, NOW)
    assert shown.activity == "Last activity 2 hours ago"
    assert (shown.running, shown.fraction) == ("Training v2, 41 %", pytest.approx(0.41))
    assert shown.counts == "0 datasets · 1 training · 1 export"
    assert shown.best == "No model yet"
    assert "is not there" in shown.warning


def test_the_best_model_is_the_one_that_plays():
    project = Project("Bells", Path("/p"), NOW, id=1)
    run = Experiment(1, None, "v2", {}, NOW, id=7)
    row = Checkpoint(7, "x", Path("/x"), 884_120, CheckpointKind.LAST, NOW)
    trained = home.ProjectFacts(project, experiments=(run,), checkpoints=(row,))
    assert home.best_words(trained) == "v2, 884k steps"
    made = home.ProjectFacts(project, exports=(an_export(verification=VERIFIED),))
    assert home.best_words(made) == "bells is exported and plays"


def test_the_report_can_be_pasted():
    checks = [
        Check("a", "Engine", Result.OK, "It is there."),
        Check("b", "Disk", Result.WARNING, "Little room.", "Make room."),
    ]
    assert health.summary(checks) == "1 remark."
    assert health.report(checks) == (
        "[ok] Engine: It is there.\n[warning] Disk: Little room.\n    Make room."
    )
    assert health.findings(checks)[1].reason == "Little room. Make room."


def test_little_disk_is_told_in_another_colour():
    assert status.disk(412_000_000_000) == ("Disk 412 GB free", "muted")
    assert status.disk(2_000_000_000)[1] == "bad"
    assert status.disk(None)[0] == ""


def test_every_text_can_be_translated():
    install_translator(lambda context, text: f"<{context}:{text}>")
    try:
        assert dataset.status_word(DatasetStatus.READY)[0] == "<dataset:ready>"
    finally:
        install_translator(None)
