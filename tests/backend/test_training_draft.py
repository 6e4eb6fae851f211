"""The wizard's decisions without a widget."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from gin_tree import write_gin_tree

from rave_gui.backend.presets import presets
from rave_gui.backend.rave_findings import error
from rave_gui.backend.rave_settings import TrainingSettings
from rave_gui.backend.training_draft import Hindrance, Step, TrainingDraft
from rave_gui.backend.training_outlook import Judge, TrainingOutlook
from rave_gui.backend.trial_report import TrialReport
from rave_gui.core.records import Dataset, DatasetStatus, Experiment


def dataset(id_: int = 1, **changes: Any) -> Dataset:
    facts: dict[str, Any] = {
        "status": DatasetStatus.READY, "num_samples": 400, "duration_seconds": 2400.0,
        "num_signal": 131072, **changes,
    }  # fmt: skip
    return Dataset(1, f"bells {id_}", Path("/p/bells"), ("/s",), time.time(), id=id_, **facts)


class Machine:
    """An engine without GPUs."""

    gpus = ()
    command = ()
    sox = False

    def __init__(self, configs_dir: Path) -> None:
        self.configs_dir = configs_dir

    def rave(self, verb: str, *args: str) -> list[str]:
        return ["rave", verb, *args]


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    return Judge(Machine(write_gin_tree(tmp_path)))  # type: ignore[arg-type]


@pytest.fixture
def draft(judge: Judge, tmp_path: Path) -> TrainingDraft:
    made = TrainingDraft([dataset(1), dataset(2, channels=2, sample_rate=48000, num_signal=32768)])
    made.has_engine = True
    made.take_preset(presets()["v2"])
    made.choose_dataset(1)
    judged(made, judge)
    return made


def test_compress_can_be_chosen_where_sox_is(
    draft: TrainingDraft, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine(write_gin_tree(tmp_path / "again"))
    without = judged(draft, Judge(machine))  # type: ignore[arg-type]
    monkeypatch.setattr(Machine, "sox", True)
    there = judged(draft, Judge(machine))  # type: ignore[arg-type]
    assert "sox" in without.impossible["compress"]
    assert "compress" not in there.impossible


def judged(draft: TrainingDraft, judge: Judge) -> TrainingOutlook:
    outlook = judge.judge(draft.dataset, draft.settings, draft.name, Path("/p/runs"))
    assert draft.take_outlook(outlook)
    return outlook


def test_a_dataset_decides_rate_channels_and_the_longest_window(draft: TrainingDraft) -> None:
    draft.choose_dataset(2)
    assert (draft.settings.channels, draft.settings.sample_rate) == (2, 48000)
    assert draft.settings.n_signal == 65536
    assert draft.differences() == []


def test_without_a_dataset_nothing_goes_on(judge: Judge) -> None:
    empty = TrainingDraft([])
    assert empty.hindrance() is Hindrance.NO_DATASET
    assert not empty.advance()
    assert not empty.can_show(Step.REVIEW)


def test_the_form_edits_the_text(draft: TrainingDraft, judge: Judge) -> None:
    assert "#= CAPACITY = 96" in draft.text
    draft.set_value("capacity", 32)
    assert "\nCAPACITY = 32\n" in draft.text
    judged(draft, judge)
    assert "#= CAPACITY" not in draft.text
    draft.set_value("capacity", 96)
    judged(draft, judge)
    assert draft.settings.overrides == ()
    assert "#= CAPACITY = 96" in draft.text


def test_the_text_edits_the_form(draft: TrainingDraft, judge: Judge) -> None:
    draft.set_text("# mine\ninclude 'configs/v2.gin'\ninclude 'configs/causal.gin'\nCAPACITY = 8\n")
    assert draft.settings.configs == ("v2", "causal")
    assert draft.settings.overrides == ("CAPACITY = 8",)
    judged(draft, judge)
    assert draft.text.startswith("# mine\n")
    assert draft.model is not None
    assert draft.model.capacity == 8


def test_text_that_is_not_gin_changes_nothing_and_hinders(draft: TrainingDraft) -> None:
    before = draft.settings
    draft.step = Step.PARAMETERS
    draft.set_text("include 'configs/v2.gin'\nCAPACITY = \n")
    assert draft.settings == before
    assert draft.text_error is not None
    assert draft.text_error.line == 2
    assert draft.hindrance() is Hindrance.TEXT
    assert not draft.advance()
    draft.set_value("batch", 3)
    assert draft.text_error is not None, "a number beside it does not throw the text away"
    draft.set_architecture("v1")
    assert draft.text_error is None


def test_unknown_macros_are_errors_with_their_name(draft: TrainingDraft, judge: Judge) -> None:
    draft.set_text("include 'configs/v2.gin'\nCAPACTIY = 8\n")
    outlook = judged(draft, judge)
    assert [(one.id, one.about) for one in outlook.errors] == [("override-unused", "CAPACTIY")]
    draft.mend(outlook.errors[0])
    assert "CAPACITY = 8" in draft.text
    assert judged(draft, judge).errors == ()


def test_a_recipe_keeps_what_is_added(draft: TrainingDraft) -> None:
    draft.set_regularization("wasserstein")
    draft.set_addition("causal", on=True)
    draft.set_architecture("v2_small")
    assert draft.settings.configs == ("v2_small", "wasserstein", "causal")
    draft.set_regularization("spherical")
    draft.set_addition("causal", on=False)
    draft.set_augmentation("mute", on=True)
    assert draft.settings.configs == ("v2_small", "spherical")
    assert "include 'configs/augmentations/mute.gin'" in draft.text
    draft.set_regularization("")
    assert draft.settings.configs == ("v2_small",)


def test_review_waits_for_the_answer_and_for_a_name(draft: TrainingDraft, judge: Judge) -> None:
    draft.step = Step.REVIEW
    assert draft.hindrance() is None
    draft.set_value("batch", 4)
    assert draft.hindrance() is Hindrance.JUDGING
    judged(draft, judge)
    draft.set_name(" ")
    assert draft.hindrance() is Hindrance.NO_NAME
    draft.take_names(["Bells 1 V2"])
    draft.set_name("bells 1 v2")
    assert draft.hindrance() is Hindrance.NAME_TAKEN
    draft.set_name("other")
    assert draft.hindrance() is None
    draft.set_value("batch", 4000)
    judged(draft, judge)
    assert draft.hindrance() is Hindrance.ERRORS


def test_a_suggested_name_is_free_and_follows_the_recipe(draft: TrainingDraft) -> None:
    draft.take_names(["bells 1 v2"])
    assert draft.name == "bells 1 v2 2"
    draft.set_addition("causal", on=True)
    assert draft.name == "bells 1 v2 causal"


def test_begun_from_a_training_the_differences_are_told(draft: TrainingDraft) -> None:
    settings = replace(
        TrainingSettings(), configs=("v2", "causal"), overrides=("CAPACITY=64",), batch=4
    )
    parent = Experiment(1, 2, "old", settings.to_json(), time.time(), id=7)
    draft.take_experiment(parent)
    assert draft.dataset is not None
    assert draft.dataset.id == 2
    assert draft.differences() == []
    draft.set_value("batch", 6)
    draft.set_text("include 'configs/v2.gin'\nLATENT_SIZE = 8\n")
    told = {one.key: (one.value, one.was) for one in draft.differences()}
    assert told["batch"] == (6, 4)
    assert told["configs"] == (["v2"], ["v2", "causal"])
    assert told["CAPACITY"] == (None, "64")
    assert told["LATENT_SIZE"] == ("8", None)


def test_an_answer_to_an_older_question_is_not_taken(draft: TrainingDraft, judge: Judge) -> None:
    old = judge.judge(draft.dataset, draft.settings, "x", Path("/p"))
    draft.set_value("batch", 2)
    assert not draft.take_outlook(old)
    assert not draft.fresh


def test_a_test_counts_for_what_it_tested(draft: TrainingDraft) -> None:
    draft.trial = TrialReport(True, settings=draft.settings.to_json())
    assert draft.trial_counts
    draft.set_value("max_steps", 5)
    assert draft.trial_counts, "the number of steps changes neither speed nor memory"
    draft.set_value("batch", 5)
    assert not draft.trial_counts


def test_damaged_overrides_of_an_old_record_stay_and_are_told(
    draft: TrainingDraft, judge: Judge
) -> None:
    settings = replace(TrainingSettings(), overrides=("CAPACITY = (",))
    draft.take_experiment(Experiment(1, 1, "old", settings.to_json(), time.time(), id=7))
    assert draft.settings.overrides == ("CAPACITY = (",)
    assert judge.judge(draft.dataset, draft.settings, "x", Path("/p")).errors


def test_mending_does_what_the_finding_says(draft: TrainingDraft) -> None:
    draft.mend(error("x", "", "", batch=3, overrides=("CAPACITY=7",)))
    assert draft.settings.batch == 3
    assert draft.settings.overrides == ("CAPACITY = 7",)
    assert "CAPACITY = 7" in draft.text
