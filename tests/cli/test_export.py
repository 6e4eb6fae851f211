"""``rave-gui export``: what cannot be made is refused in words before anything begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from rave_gui.backend.engine_record import Engine
from rave_gui.backend.model_facts import ModelFacts
from rave_gui.cli import export
from rave_gui.cli.main import main
from rave_gui.core.paths import AppPaths
from rave_gui.core.records import Checkpoint, CheckpointKind, Experiment

GIN = """RAVE.phase_1_duration = 1000
RAVE.sampling_rate = 44100
RAVE.latent_size = 8
RAVE.encoder = @blocks.VariationalEncoder
"""


@pytest.fixture
def trained(monkeypatch, tmp_path) -> Path:
    """A checkpoint that the engine has looked into, and no engine that could export it."""
    monkeypatch.setenv("RAVE_GUI_HOME", str(tmp_path))
    services = export.open_services(AppPaths.from_environment())
    project = services.projects.create("Glass")
    run_dir = project.path / "runs" / "bells" / "bells_0123456789"
    path = run_dir / "version_0" / "checkpoints" / "epoch_1200.ckpt"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"ckpt")
    (run_dir / "config.gin").write_text(GIN)
    rows = services.repositories
    run = rows.experiments.add(
        Experiment(project.id, None, "bells", {"channels": 1}, 1.0, run_dir=run_dir)
    )
    rows.checkpoints.add(
        Checkpoint(run.id, "epoch_1200", path, 1200, CheckpointKind.EPOCH, 1.0, size=4)
    )
    facts = ModelFacts(shares=(0.5, 0.7, 0.8, 0.88, 0.93, 0.96, 0.99, 1.0))
    monkeypatch.setattr(type(services.shelf), "look", lambda _self, _path: facts)
    engine = Engine(Path("/e/bin/python"), "test", command=("/e/bin/rave",))
    monkeypatch.setattr(type(services.engines), "current", lambda _self: engine)
    monkeypatch.setattr(type(services.models), "sync", lambda _self, _run: [])
    monkeypatch.setattr(export, "open_services", lambda _paths: services)
    return path


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (["--latents", "3"], "Choose one of 1, 2, 4, 8"),
        (["--sr", "48000"], "whole multiple"),
        (["--sr", "132300"], "even multiples"),
        (["--sr", "88200", "--format", "onnx"], "keeps its own rate"),
        (["--channels", "2"], "cannot be exported with 2"),
        (["--fidelity", "1.5"], "out of range"),
        (["--ema"], "no averaged weights"),
    ],
)
def test_what_rave_cannot_do_is_told(trained, capsys, chosen, words):
    assert main(["export", "bells", *chosen]) == 1
    assert words in capsys.readouterr().err


def test_a_checkpoint_is_found_by_its_file(trained, monkeypatch):
    asked = []

    def take(_self, checkpoint_id, settings, copies=()):
        asked.append((checkpoint_id, settings, copies))
        raise KeyboardInterrupt

    monkeypatch.setattr("rave_gui.backend.export.ExportManager.export", take)
    assert main(["export", str(trained), "--latents", "4", "--name", "Glas", "--json"]) == 130
    ((_, settings, _),) = asked
    assert settings.name == "glas"
    assert 0.8 <= settings.fidelity < 0.93


def test_a_file_of_nobody_is_told(trained, tmp_path, capsys):
    other = tmp_path / "other.ckpt"
    other.write_bytes(b"x")
    assert main(["export", str(other)]) == 1
    assert "belongs to no training" in capsys.readouterr().err
    assert main(["export", str(tmp_path / "none.ckpt")]) == 1


def test_number_and_share_exclude_each_other(trained):
    assert main(["export", "bells", "--latents", "2", "--fidelity", "0.9"]) == 2
