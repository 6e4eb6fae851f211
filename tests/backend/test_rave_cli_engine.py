"""The argument lists and the readings, held against the real RAVE."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from rave_gui.backend import presets
from rave_gui.backend.rave_cli import (
    ExportSettings,
    export_argv,
    exported_file,
    preprocess_argv,
    stage_for_export,
    train_argv,
)
from rave_gui.backend.rave_window import receptive_field
from rave_gui.core.gin_config import ConfigManager, read_run
from rave_gui.core.paths import resources_dir

pytestmark = [pytest.mark.engine, pytest.mark.timeout(300)]

# Asks gin itself, with RAVE loaded, what some configurations say, and RAVE what it sees.
ASK = """
import contextlib, io, json, sys
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    import gin, rave, rave.core
    answers = []
    for names, overrides, build in json.loads(sys.argv[1]):
        gin.clear_config()
        gin.parse_config_files_and_bindings([name + ".gin" for name in names], overrides)
        macros = {}
        for (scope, selector), values in gin.config._CONFIG.items():
            plain = isinstance(values.get("value"), (int, float, str, list))
            if selector == "gin.macro" and plain:
                macros[scope] = values["value"]
        field = None
        if build:
            field = rave.core.get_rave_receptive_field(rave.RAVE(n_channels=1))
        answers.append([macros, field])
print(json.dumps(answers))
"""


@dataclass(frozen=True)
class Engine:
    python: Path
    configs_dir: Path

    def rave(self, verb: str, *args: str) -> list[str]:
        return [str(self.python.parent / "rave"), verb, *args]


@pytest.fixture(scope="module")
def engine(engine_python: Path) -> Engine:
    code = "import importlib.util as u; print(u.find_spec('rave').submodule_search_locations[0])"
    found = subprocess.run(
        [str(engine_python), "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    return Engine(engine_python, Path(found.stdout.strip()) / "configs")


def run(argv: list[str], folder: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(
        argv,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=200,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_sound_to_instrument(engine: Engine, tmp_path: Path) -> None:
    preset = presets.get("smoke")
    database = tmp_path / "a dataset" / "db"
    sources = [resources_dir() / "sample"]
    run(preprocess_argv(engine, sources, database, preset.preprocess.with_room_for(90)), tmp_path)
    assert (database / "metadata.yaml").is_file()

    run(train_argv(engine, preset.training, "bells", database, tmp_path / "runs"), tmp_path)
    (run_dir,) = (tmp_path / "runs").glob("bells_*")
    checkpoint = run_dir / "version_0" / "checkpoints" / "epoch_20.ckpt"
    assert checkpoint.is_file()

    asked = ConfigManager(engine.configs_dir).describe(["v1"], preset.training.overrides)
    wrote = read_run(run_dir)
    for name in ("sampling_rate", "latent_size", "phase_1_duration", "capacity", "ratio"):
        assert getattr(wrote, name) == getattr(asked, name), name

    settings = ExportSettings(name="bells")
    staged = stage_for_export(run_dir, checkpoint, tmp_path / "staging", channels=1)
    run(export_argv(engine, staged, tmp_path / "exports", settings), tmp_path)
    made = exported_file(staged, tmp_path / "exports", settings)
    assert made.name == "bells_streaming.ts"
    assert made.stat().st_size > 10_000


def test_readings_are_those_of_gin_and_rave(engine: Engine) -> None:
    cases = [
        (["v1"], [], False),
        (["v2", "wasserstein", "causal"], ["CAPACITY=2"], True),
        (["discrete"], ["CAPACITY=2"], True),
        (["v2_small"], ["LATENT_SIZE=3"], False),
        (["v3"], [], False),
        (["v2", "snake", "noise"], [], False),
        (["raspberry"], ["SAMPLING_RATE=48000"], False),
        (["v2_nopqmf"], [], False),
    ]
    done = subprocess.run(
        [str(engine.python), "-c", ASK, json.dumps(cases)],
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    manager = ConfigManager(engine.configs_dir)
    for case, (macros, field) in zip(cases, json.loads(done.stdout), strict=True):
        model = manager.describe(case[0], case[1])
        plain = {name: model.macro(name) for name in macros}
        assert plain == macros, case
        if field is not None:
            # A gradient may vanish at the very edge of the field.
            assert receptive_field(model) == pytest.approx(tuple(field), abs=2), case


def test_every_config_of_this_rave_is_known(engine: Engine) -> None:
    manager = ConfigManager(engine.configs_dir)
    kinds = {name: manager.kind(name) for name in manager.names()}
    assert set(kinds.values()) == {
        "architecture",
        "regularization",
        "modifier",
        "discriminator",
        "augmentation",
    }
    chosen = {name for preset in presets.presets().values() for name in preset.training.configs}
    assert chosen <= set(kinds)
