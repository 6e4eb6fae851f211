"""``rave-gui checkpoints prune``: shown first, done with --yes."""

from __future__ import annotations

import argparse
import json

import pytest
from shelf_bench import at, regular, steps, training

from rave_gui.backend.services import build_services
from rave_gui.cli.checkpoints import size
from rave_gui.cli.main import main
from rave_gui.core.paths import AppPaths


@pytest.fixture
def services(tmp_path, monkeypatch):
    monkeypatch.setenv("RAVE_GUI_HOME", str(tmp_path / "home"))
    return build_services(AppPaths.from_environment())


@pytest.fixture
def run(services):
    project = services.projects.create("P")
    made = training(services, project, "bells", {"best.ckpt": 35} | regular(100, 10))
    services.checkpoints.pin(at(services, made, 20).id, True)
    return made


def test_it_is_shown_and_nothing_goes(services, run, capsys):
    assert main(["checkpoints", "prune", "bells", "--keep", "4"]) == 0
    out = capsys.readouterr().out
    assert "7 would go" in out
    assert "1 best" in out
    assert "1 pinned" in out
    assert "Add --yes" in out
    assert len(steps(services, run)) == 11


def test_with_yes_it_is_done(services, run, capsys):
    command = ["checkpoints", "prune", "--project", "P", "--keep", "4", "--yes", "--no-trash"]
    assert main([*command, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["acted"]
    assert len(told["going"]) == 7
    assert told["bytes_freed"] == sum(row["size"] for row in told["going"])
    left = steps(services, run)
    assert {20, 35, 100} <= set(left)
    assert len(left) == 4
    assert len(list(run.run_dir.rglob("*.ckpt"))) == 4


def test_a_budget_that_cannot_be_met_is_a_failure_told_in_words(services, run, capsys):
    assert main(["checkpoints", "prune", "bells", "--budget", "1B"]) == 1
    assert "cannot be met: what is held takes" in capsys.readouterr().out


def test_kinds_can_be_given_up(services, run, capsys):
    assert main(["checkpoints", "prune", "bells", "--keep", "1", "--give-up", "best"]) == 0
    assert "9 would go" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments", [["bells"], ["--keep", "3"], ["bells", "--project", "P", "--keep", "3"]]
)
def test_what_is_not_clear_is_refused(services, run, capsys, arguments):
    assert main(["checkpoints", "prune", *arguments]) == 1
    assert capsys.readouterr().err.startswith("rave-gui: ")


def test_an_unreadable_import_is_told(services, capsys, tmp_path):
    (tmp_path / "a.ckpt").write_bytes(b"")
    arguments = ["checkpoints", "import", str(tmp_path / "a.ckpt"), "--project", "P", "--json"]
    assert main(arguments) == 1
    assert "is empty" in json.loads(capsys.readouterr().out)["error"]


def test_sizes_are_decimal():
    assert [size(text) for text in ("20GB", "1.5 tb", "700k", "12")] == [
        20 * 10**9, 15 * 10**11, 700_000, 12,
    ]  # fmt: skip
    with pytest.raises(argparse.ArgumentTypeError):
        size("much")
