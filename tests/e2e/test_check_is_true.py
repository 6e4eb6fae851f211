"""What the check refuses really fails when it is forced, and what it lets through trains."""

from __future__ import annotations

import array
import os
import random
import subprocess
import wave
from dataclasses import replace
from pathlib import Path

import pytest

from rave_gui.backend.check import check, read_foreign
from rave_gui.backend.engine import EngineManager
from rave_gui.backend.explain import explain
from rave_gui.backend.rave_cli import preprocess_argv, train_argv
from rave_gui.backend.rave_findings import mended
from rave_gui.backend.rave_settings import PreprocessSettings, TrainingSettings
from rave_gui.core.paths import AppPaths
from rave_gui.core.settings import SettingsStore

pytestmark = [pytest.mark.engine, pytest.mark.timeout(240)]

TINY = ("CAPACITY=2", "LATENT_SIZE=4", "PHASE_1_DURATION=2")
GOOD = TrainingSettings(
    configs=("v1",),
    overrides=TINY,
    n_signal=18432,
    batch=2,
    max_steps=4,
    val_every=2,
    save_every=4,
    workers=0,
)
SMALL = replace(GOOD, configs=("v2_small",), n_signal=37376)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("checked")


@pytest.fixture(scope="module")
def engines(engine_python: Path, place: Path) -> EngineManager:
    paths = AppPaths.below(place / "home")
    return EngineManager(paths, SettingsStore(paths.settings))


@pytest.fixture(scope="module")
def dataset(engines: EngineManager, place: Path) -> Path:
    """Twenty chunks of noise, made by RAVE without us."""
    noise = random.Random(1)
    second = array.array("h", (noise.randrange(-9000, 9000) for _ in range(44100)))
    (place / "in").mkdir()
    with wave.open(str(place / "in" / "noise.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(44100)
        file.writeframes(second.tobytes() * 40)
    settings = PreprocessSettings(num_signal=37376, max_db_gb=1)
    argv = preprocess_argv(engines.current(), [place / "in"], place / "made", settings)
    done = subprocess.run(argv, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return place / "made"


def forced(engines: EngineManager, dataset: Path, settings: TrainingSettings, out: Path):
    """Let RAVE train, whatever the check says."""
    argv = train_argv(engines.current(), settings, "x", dataset, out)
    own = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    return subprocess.run(
        argv,
        cwd=out,
        env={**own, "OMP_NUM_THREADS": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=90,
        check=False,
    )


@pytest.mark.parametrize(
    ("settings", "refused", "cause"),
    [
        (replace(GOOD, n_signal=18433), "window-multiple", "rate-or-multiple"),
        (replace(GOOD, n_signal=16384), "window-short", "window-short"),
        (replace(SMALL, n_signal=36864), "window-short", "window-short"),
        (replace(GOOD, n_signal=79872 // 2048 * 2048), "window-long", "window-long"),
        (replace(GOOD, batch=99), "batch-large", "batch-too-large"),
        (
            replace(GOOD, overrides=("CAPACITY=2", "LATENT_SIZE=16", "PHASE_1_DURATION=2")),
            "latent-analysis",
            "latent-analysis",
        ),
        (replace(GOOD, channels=2), "channels", "channels-many"),
        (
            replace(GOOD, configs=("v1", "wasserstein")),
            "regularization-needs-v2",
            "regularization-v1",
        ),
        (
            replace(GOOD, overrides=(*TINY, "RAV.latent_size=4")),
            "override-unknown",
            "override-unknown",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_refused_fails_when_it_is_forced(
    engines: EngineManager,
    dataset: Path,
    tmp_path: Path,
    settings: TrainingSettings,
    refused: str,
    cause: str,
) -> None:
    found = check(read_foreign(dataset), settings, engines, tmp_path)
    assert [one.id for one in found.errors] == [refused]
    done = forced(engines, dataset, settings, tmp_path)
    assert done.returncode != 0, done.stdout[-2000:]
    assert [match.id for match in explain(done.stdout.split("\n"))] == [cause]
    (finding,) = found.errors
    if finding.change:
        assert check(read_foreign(dataset), mended(settings, finding), engines, tmp_path).ok


@pytest.mark.parametrize(
    "settings",
    [GOOD, SMALL, replace(SMALL, configs=("causal", "wasserstein", "v2_small"))],
    ids=["v1", "v2_small", "wasserstein"],
)
def test_what_is_let_through_trains_both_phases(
    engines: EngineManager, dataset: Path, tmp_path: Path, settings: TrainingSettings
) -> None:
    found = check(read_foreign(dataset), settings, engines, tmp_path)
    assert found.errors == ()
    done = forced(engines, dataset, settings, tmp_path)
    assert done.returncode == 0, done.stdout[-2000:]
    assert "max_steps=4` reached" in done.stdout
    assert explain(done.stdout.split("\n")) == []
