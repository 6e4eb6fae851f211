from __future__ import annotations

from pathlib import Path

import pytest

from rave_gui.backend.training_plan import phase_1_steps, run_gin_text
from rave_gui.core.records import Experiment

V2 = "RAVE.phase_1_duration = %PHASE_1_DURATION\nPHASE_1_DURATION = 1000000\n"


@pytest.fixture
def configs(tmp_path: Path) -> Path:
    folder = tmp_path / "configs"
    folder.mkdir()
    (folder / "v2.gin").write_text(V2)
    return folder


def experiment(run_dir: Path | None = None, **config: object) -> Experiment:
    return Experiment(1, 1, "bells", {"configs": ["v2"], **config}, 1.0, run_dir=run_dir)


def test_before_the_start_the_plan_tells(configs):
    assert phase_1_steps(experiment(), configs) == 1_000_000
    changed = experiment(overrides=["PHASE_1_DURATION=10"])
    assert phase_1_steps(changed, configs) == 10


def test_what_rave_wrote_counts_more_than_what_was_asked(configs, tmp_path):
    (tmp_path / "config.gin").write_text("RAVE.phase_1_duration = 777\n")
    asked = experiment(tmp_path, overrides=["PHASE_1_DURATION=10"])
    assert phase_1_steps(asked, configs) == 777
    assert run_gin_text(asked) == "RAVE.phase_1_duration = 777\n"


@pytest.mark.parametrize("config", [{"configs": ["gone"]}, {"configs": 3, "overrides": "x"}])
def test_what_nobody_can_tell_is_none(configs, config):
    assert phase_1_steps(experiment(**config), configs) is None
    assert phase_1_steps(experiment(), None) is None


def test_a_damaged_gin_file_harms_nothing(configs, tmp_path):
    (tmp_path / "config.gin").write_bytes(b"\xff\xfe(((")
    assert phase_1_steps(experiment(tmp_path), configs) is None
    assert "(((" in run_gin_text(experiment(tmp_path))
    assert run_gin_text(experiment(tmp_path / "gone")) == run_gin_text(experiment()) == ""
