"""``rave-gui queue``: order, times, pause and rules, as a person and as a program meet them."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from rave_gui.backend.services import build_services
from rave_gui.cli.main import main
from rave_gui.cli.queue import moment_of
from rave_gui.core.errors import UserError
from rave_gui.core.paths import AppPaths
from rave_gui.core.records import Experiment, ExperimentStatus

NOW = datetime(2026, 3, 14, 12, 0).timestamp()
HOUR = 3600


@pytest.fixture
def services(tmp_path, monkeypatch):
    """Three that wait for a CPU which somebody has."""
    monkeypatch.setenv("RAVE_GUI_HOME", str(tmp_path / "home"))
    built = build_services(AppPaths.from_environment())
    project = built.projects.create("P")
    built.queue.pause()
    for name in ("one", "two", "three"):
        row = Experiment(project.id, None, name, {"device": "cpu"}, 0.0, ExperimentStatus.QUEUED)
        built.repositories.queue.add(built.repositories.experiments.add(row).id)
    return built


def asked(capsys, *arguments):
    assert main(["queue", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def names(found):
    return [row["name"] for row in found["waiting"]]


def test_the_line_is_listed_and_changed(services, capsys):
    found = asked(capsys, "list")
    assert names(found) == ["one", "two", "three"]
    assert (found["paused"], found["slots"], found["after_failure"]) == (True, 1, "go-on")
    assert {row["waits_for"] for row in found["waiting"]} == {"paused"}
    assert names(asked(capsys, "move", "three", "first")) == ["three", "one", "two"]
    assert names(asked(capsys, "move", "three", "2")) == ["one", "three", "two"]
    assert names(asked(capsys, "move", "one", "last")) == ["three", "two", "one"]


def test_a_person_reads_a_table(services, capsys):
    services.queue.start_at(1, datetime(2099, 1, 2, 22, 0).timestamp())
    assert main(["queue", "list"]) == 0
    out = capsys.readouterr().out
    assert "three  cpu     the queue to go on" in out
    assert "The queue is paused." in out
    for number in (1, 2, 3):
        services.trainings.stop_training(number)
    assert main(["queue", "list"]) == 0
    assert "Nobody waits." in capsys.readouterr().out


def test_times_and_rules(services, capsys):
    found = asked(capsys, "at", "two", "2099-01-02 22:00")
    assert found["waiting"][1]["not_before"] == datetime(2099, 1, 2, 22, 0).timestamp()
    assert asked(capsys, "at", "two", "now")["waiting"][1]["not_before"] is None
    found = asked(capsys, "rules", "--after-failure", "pause", "--slots", "2")
    assert (found["after_failure"], found["slots"]) == ("pause", 2)


def test_what_cannot_be_is_a_sentence(services, capsys):
    services.trainings.stop_training(1)
    for arguments in (["move", "one", "first"], ["at", "two", "soon"], ["move", "nobody", "1"]):
        assert main(["queue", *arguments]) == 1
        assert capsys.readouterr().err.count("\n") <= 2
    assert main(["queue", "move", "two", "nowhere"]) == 2


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("+2h", 2 * HOUR),
        ("+30m", HOUR / 2),
        ("+1d", 24 * HOUR),
        ("13:00", HOUR),
        ("11:00", 23 * HOUR),
        ("12:00", 24 * HOUR),
        ("2026-03-14 14:30", 2.5 * HOUR),
        ("2026-03-14T14:30:00", 2.5 * HOUR),
    ],
)
def test_times_as_people_write_them(text, seconds):
    assert moment_of(text, NOW) == NOW + seconds


@pytest.mark.parametrize(
    "text", ["", "soon", "25:00", "+h", "+2x", "+9999999h", "2026-13-01 10:00"]
)
def test_what_is_no_time(text):
    with pytest.raises(UserError, match="is no time"):
        moment_of(text, NOW)


def test_a_queue_is_worked_off_in_the_foreground(services, capsys):
    """Without an engine nothing can start: each fails, the next one is tried, and it ends."""
    services.repositories.policies.change(paused=False)
    assert main(["queue", "work"]) == 0
    assert "Nobody waits." in capsys.readouterr().out
    found = services.repositories.experiments.list()
    assert {row.status for row in found} == {ExperimentStatus.FAILED}
