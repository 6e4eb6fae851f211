"""News in plain words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rave_gui.backend.notice import Notice, done, failed, prepared, span, trial, turned
from rave_gui.backend.training_state import PhaseChange, TrainingFold
from rave_gui.core.records import Dataset, DatasetStatus, Experiment, ExperimentStatus

BELLS = Experiment(
    1, 1, "Bells v2", {"max_steps": 200_000}, 0.0, ExperimentStatus.COMPLETED, step=200_000,
    completed_at=1000.0,
)  # fmt: skip


def test_a_training_that_is_done():
    told = done(BELLS, "Glass", 2 * 86400 + 4 * 3600 + 60)
    assert told.title == "Bells v2 is done"
    assert told.text == "All 200,000 steps are done after 2 d 4 h."
    assert told.whole == "Bells v2 is done. All 200,000 steps are done after 2 d 4 h."
    assert (told.event, told.project, told.training) == ("ended", "Glass", "Bells v2")
    assert (told.step, told.max_steps, told.status, told.time) == (
        200_000, 200_000, "completed", 1000.0,
    )  # fmt: skip
    assert done(BELLS, "Glass", 0).text == "All 200,000 steps are done."


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (ExperimentStatus.FAILED, "Bells v2 has failed"),
        (ExperimentStatus.INTERRUPTED, "Bells v2 was interrupted"),
    ],
)
def test_a_failure_tells_cause_and_remedy(status, title):
    lost = Experiment(1, 1, "Bells v2", {}, 0.0, status, step=412)
    told = failed(lost, "Glass", "The GPU is full. Use a smaller batch.")
    assert (told.event, told.title) == ("failed", title)
    assert told.text == "The GPU is full. Use a smaller batch."
    assert failed(lost, "Glass", "").text, "never empty"


def test_phase_2_is_announced_as_something_normal():
    told = turned(BELLS, "Glass", PhaseChange(2, 1_000_000, 5.0))
    assert told.title == "Bells v2 is in phase 2"
    expected = "Phase 2 has begun at step 1,000,000: distances rise now, which is normal."
    assert told.text == expected
    assert (told.event, told.step, told.time) == ("phase", 1_000_000, 5.0)


def test_a_dataset():
    made = Dataset(1, "Choir", Path("/d"), (), 0.0, DatasetStatus.READY)
    told = prepared(made, "Glass", "64 examples, 3.2 minutes of sound.")
    assert (told.event, told.title) == ("ended", "The dataset Choir is ready")
    assert (told.dataset, told.training) == ("Choir", "")
    lost = prepared(Dataset(1, "Choir", Path("/d"), (), 0.0, DatasetStatus.FAILED), "", "No.")
    assert (lost.event, lost.title) == ("failed", "The dataset Choir was not made")


def test_programs_get_the_facts_as_json_and_as_variables():
    told = done(BELLS, "Glass & bells\0", 60)
    assert json.loads(json.dumps(told.to_json()))["training"] == "Bells v2"
    variables = told.environment()
    assert variables["RAVE_GUI_EVENT"] == "ended"
    assert variables["RAVE_GUI_STEP"] == "200000"
    assert variables["RAVE_GUI_TIME"] == "1000"
    assert variables["RAVE_GUI_PROJECT"] == "Glass & bells", "a variable holds no byte 0"
    assert set(variables) == {f"RAVE_GUI_{name.upper()}" for name in Notice.__dataclass_fields__}
    assert trial().event == "test"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.4, "0 s"),
        (45, "45 s"),
        (59.7, "1 min"),
        (3599, "1 h"),
        (11_520, "3 h 12 m"),
        (86_399, "1 d"),
        (187_200, "2 d 4 h"),
    ],
)
def test_spans_of_time(seconds, words):
    assert span(seconds) == words


def phase(number, step):
    return {"t": float(step), "kind": "phase", "phase": number, "step": step}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ([], None),
        ([phase(1, 0)], None),
        ([phase(1, 0), phase(2, 50)], PhaseChange(2, 50, 50.0)),
        ([phase(1, 0), phase(2, 50), phase(2, 60)], PhaseChange(2, 50, 50.0)),
        ([phase(2, 900)], None),  # a start in phase 2: no news
        ([phase(2, 900), phase(1, 901), phase(2, 902)], None),
        ([phase(1, 0), {"t": 1, "kind": "phase", "phase": 2}], None),  # torn
    ],
)
def test_only_a_phase_that_began_under_this_start_is_a_change(facts, expected):
    assert TrainingFold().add(facts).turned == expected
