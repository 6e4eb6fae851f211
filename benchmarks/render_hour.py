"""One hour of sound through a model: memory stays flat, and how fast it is."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.result import Result

_SECONDS, _RATE = 3600, 44100
_MOST_MORE = 60.0
_SETTLED = 0.05
"""Of the whole; by then torch has what it needs."""


def run() -> list[Result]:
    """A tiny v1, so that it ends within minutes: nothing but the length is put to the test."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        checkpoint, engine = _model(place)
        made, more = _render(checkpoint, engine, _sound(place / "hour.wav"), place)
    if made.seconds != _SECONDS or made.non_finite:
        raise RuntimeError(f"the hour came out wrong: {made}")
    factor = made.real_time_factor
    detail = "v1 with CAPACITY=4, one core"
    return [
        Result("rendering an hour, memory that came with its length", more, "MB", _MOST_MORE),
        Result("rendering an hour, real-time factor", factor, "x", 1.0, detail=detail),
    ]


def _model(place: Path) -> tuple[Path, Any]:
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "e2e"))
    from small_models import SmallModels

    from rave_gui.backend.engine import EngineManager
    from rave_gui.core.paths import AppPaths
    from rave_gui.core.settings import SettingsStore

    paths = AppPaths.below(place / "home")
    engine = EngineManager(paths, SettingsStore(paths.settings)).current()
    models = place / "models"
    models.mkdir()
    with SmallModels(engine, models) as small:
        return small.model("v1").checkpoint, engine


def _sound(path: Path) -> Path:
    import numpy as np
    import soundfile

    minute = 0.1 * np.random.default_rng(0).standard_normal(60 * _RATE)
    with soundfile.SoundFile(path, "w", _RATE, 1, "PCM_16") as file:
        for _ in range(_SECONDS // 60):
            file.write(minute)
    return path


def _render(checkpoint: Path, engine: Any, sound: Path, place: Path) -> tuple[Any, float]:
    """What became of it, and MB of memory at the most above what it was near the beginning."""
    import psutil

    from rave_gui.backend.engine_worker import EngineWorker
    from rave_gui.backend.render import Renderer, RenderWish

    worker, used = EngineWorker(lambda: engine), []

    def look(part: float) -> None:
        used.append((part, psutil.Process(worker.pid).memory_info().rss))

    try:
        wish = RenderWish(checkpoint)
        made = Renderer(worker).render(wish, sound, place / "made.wav", progress=look)
    finally:
        worker.close()
    first = next(size for part, size in used if part > _SETTLED)
    return made, (max(size for part, size in used if part > _SETTLED) - first) / 1e6
