"""The real RAVE on real sound, small enough for two cores."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from small_models import SmallModels

from rave_gui.backend.engine import EngineManager
from rave_gui.backend.engine_worker import EngineWorker
from rave_gui.backend.presets import presets
from rave_gui.backend.services import Services, build_services
from rave_gui.core.paths import AppPaths
from rave_gui.core.settings import SettingsStore


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The whole matrix takes many minutes: it runs where it is asked for by name alone."""
    if "matrix" in config.getoption("markexpr"):
        return
    left_out = [item for item in items if item.get_closest_marker("matrix")]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)


@pytest.fixture(scope="session")
def sound(tmp_path_factory) -> Path:
    """About 110 s of decaying tones: enough for the latent analysis of the smoke training."""
    folder = tmp_path_factory.mktemp("sound with space")
    rng = np.random.default_rng(7)
    time = np.arange(22 * 44100) / 44100
    for number, pitch in enumerate((110, 165, 220, 330, 440)):
        wave = sum(np.sin(2 * np.pi * pitch * k * time) / k for k in (1, 2, 3))
        wave = wave * np.exp(-(time % 1.5) * 3) * 0.2 + rng.normal(0, 1e-3, time.shape)
        soundfile.write(folder / f"tone {number}.wav", wave, 44100)
    return folder


@pytest.fixture
def smoke():
    """The preset ``smoke``, with any setting changed by keyword."""
    preset = presets()["smoke"]

    def make(**changes):
        overrides = changes.pop("overrides", preset.training.overrides)
        return replace(preset.training, overrides=tuple(overrides), **changes)

    return make


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> AppPaths:
    return AppPaths.below(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def services(home, engine_python) -> Services:
    built = build_services(home)
    built.start()
    return built


@pytest.fixture(scope="module")
def project(services):
    return services.projects.get_or_create("Bells & whistles")


@pytest.fixture(scope="module")
def dataset(services, project, sound):
    made = services.datasets.create_dataset(
        project, "tones", [sound], presets()["smoke"].preprocess
    )
    services.jobs.wait(services.datasets.job(made.id).id, timeout=60)
    return services.datasets.get_dataset(made.id)


@pytest.fixture
def rave_gui(home):
    """Starts the command line in a process of its own, as a person would."""
    started: list[subprocess.Popen] = []

    def start(*arguments: str, **options) -> subprocess.Popen:
        environment = {
            **os.environ,
            "RAVE_GUI_HOME": str(home.data),
            "QT_QPA_PLATFORM": "offscreen",
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "rave_gui", *arguments],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture(scope="session")
def small_models(engine_python: Path, tmp_path_factory: pytest.TempPathFactory):
    """Tiny real models and their exports, trained by the first test that asks for each."""
    place = tmp_path_factory.mktemp("small models")
    paths = AppPaths.below(place / "home")
    engine = EngineManager(paths, SettingsStore(paths.settings)).current()
    with SmallModels(engine, place) as models:
        yield models


@pytest.fixture(scope="module")
def worker(small_models: SmallModels, tmp_path_factory: pytest.TempPathFactory):
    """The real worker in the engine, warm."""
    log = tmp_path_factory.mktemp("worker") / "worker.log"
    made = EngineWorker(lambda: small_models.engine, log)
    made.ask("ping")
    yield made
    made.close()


@pytest.fixture
def mortal(small_models: SmallModels, tmp_path: Path):
    """A worker of this test alone, which may come to harm."""
    made = EngineWorker(lambda: small_models.engine, tmp_path / "worker.log")
    yield made
    made.close()
