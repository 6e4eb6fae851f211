"""What the companion costs a training step, on the real ``rave train``.

One run, in the first phase of the tiny training that the tests use, so that all steps are alike
and short: on a GPU a step takes several times as long and the companion the same. Step by step it
is put in or left out, in a shuffled order, so that whatever else the machine does meets both.
"""

from __future__ import annotations

import json
import math
import os
import statistics
import subprocess
import tempfile
import wave
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.result import Result
from rave_gui.core.paths import companion_dir

STEPS = 1000
LIMIT = 1.0
TRAINING = (
    *("--config=v1", "--n_signal=32768", "--batch=2", "--workers=0", "--gpu=-1", "--channels=1"),
    *("--override=CAPACITY=4", "--override=LATENT_SIZE=4", "--override=PHASE_1_DURATION=1000000"),
    *("--val_every=1000000", "--noprogress", f"--max_steps={STEPS}", "--name=cost"),
)


def run() -> list[Result]:
    """Measure both ways; the second holds all that Lightning does for one more callback."""
    with tempfile.TemporaryDirectory(prefix="rave-gui-cost-") as name:
        found = _measured(Path(name))
    step = statistics.median(found["without"])
    inside = 100 * found["inside"] / found["whole"]
    apart = 100 * (statistics.median(found["with"]) / step - 1)
    counts = f"{len(found['with'])} steps with, {len(found['without'])} without"
    told = f"a step takes {1000 * step:.1f} ms of processor time; {counts}; {_chance(found)}"
    return [
        Result("time inside the companion, of all time of its steps", inside, "%", LIMIT),
        Result("step with the companion beside one without", apart, "%", LIMIT, detail=told),
    ]


def _chance(found: dict[str, Any]) -> str:
    """How far two halves of the same steps are apart when the companion does not divide them."""
    dice = np.random.default_rng(1)
    steps, half = np.array(found["with"] + found["without"]), len(found["with"])
    shuffled = (dice.permutation(steps) for _ in range(200))
    apart = [np.median(some[:half]) / np.median(some[half:]) - 1 for some in shuffled]
    return f"chance alone gives {100 * float(np.std(apart)):.2f} %"


def _measured(folder: Path) -> dict[str, Any]:
    engine = _engine()
    rave = engine.parent / "rave"
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": str(companion_dir()),
        "RAVE_GUI_JOB": str(folder),
    }
    (folder / "sound").mkdir()
    _write_sound(folder / "sound" / "tones.wav")
    preprocess = [str(rave), "preprocess", "--num_signal=32768", "--channels=1"]
    preprocess += [f"--input_path={folder / 'sound'}", f"--output_path={folder / 'db'}"]
    subprocess.run(preprocess, check=True, capture_output=True, timeout=120)
    script = Path(__file__).with_name("companion_in_rave.py")
    answer = folder / "answer.json"
    train = [str(engine), str(script), str(answer), str(rave), "train", *TRAINING]
    train += [f"--db_path={folder / 'db'}", f"--out_path={folder / 'out'}"]
    subprocess.run(train, check=True, capture_output=True, timeout=900, env=environment)
    return dict(json.loads(answer.read_text()))


def _engine() -> Path:
    """The engine's Python, as the environment variable names it."""
    named = os.environ.get("RAVE_GUI_ENGINE")
    if not named:
        raise RuntimeError("RAVE_GUI_ENGINE must name the Python of an engine with RAVE.")
    path = Path(named)
    return path / "bin" / "python" if path.is_dir() else path


def _write_sound(path: Path) -> None:
    times = np.arange(110 * 44100) / 44100
    tones = np.sin(2 * math.pi * 220 * times) * np.exp(-3 * (times % 1))
    noise = np.random.default_rng(1).standard_normal(times.size)
    with wave.open(str(path), "wb") as out:
        out.setparams((1, 2, 44100, 0, "NONE", ""))
        out.writeframes((9000 * tones + 300 * noise).astype("<i2").tobytes())
