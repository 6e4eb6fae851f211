"""``rave-gui explain``, as people and programs meet it."""

from __future__ import annotations

import json
from pathlib import Path

from rave_gui.cli.main import main

LOGS = Path(__file__).parents[1] / "fixtures" / "logs"


def test_a_cause_is_told_to_programs_and_to_people(capsys):
    assert main(["explain", str(LOGS / "latent-analysis.log"), "--json"]) == 0
    (match,) = json.loads(capsys.readouterr().out)["matches"]
    assert set(match) == {"id", "cause", "remedy", "line"}
    assert match["id"] == "latent-analysis"
    assert match["line"].startswith("ValueError: n_components=64")
    assert main(["explain", str(LOGS / "latent-analysis.log")]) == 0
    told = capsys.readouterr().out
    assert "64 latent dimensions" in told
    assert "LATENT_SIZE=32" in told


def test_a_healthy_log_gives_nothing(capsys):
    assert main(["explain", str(LOGS / "healthy-training.log"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"matches": []}
    assert main(["explain", str(LOGS / "healthy-training.log")]) == 0
    assert "Nothing in this log" in capsys.readouterr().out


def test_a_missing_log_is_a_sentence(capsys, tmp_path):
    assert main(["explain", str(tmp_path / "gone.log"), "--json"]) == 1
    answer = capsys.readouterr()
    assert "There is no log" in json.loads(answer.out)["error"]
    assert "Traceback" not in answer.err
