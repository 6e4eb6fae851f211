"""From exec to the first painted window, on a home full of records.

Beside it, in the same run: the smallest window that Qt can paint, and a Python that only imports
what the window leaves for later. Whoever needs plots and sound at once pays that before any window.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.result import Result

HEAVY = ("matplotlib", "librosa", "scipy", "torch")
_ROUNDS = 7
_MOST_SECONDS = 60
_RATIO, _SECONDS = 2.0, 1.5
_SMALLEST = """
import sys
from PyQt6.QtCore import QEvent, QTimer
from PyQt6.QtWidgets import QApplication, QLabel, QMainWindow

class Window(QMainWindow):
    def event(self, event):
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, lambda: print("ready", flush=True))
        return super().event(event)

application = QApplication([])
window = Window()
window.setCentralWidget(QLabel("ready"))
window.resize(1280, 800)
window.show()
application.exec()
"""
_LATER = """
import librosa, scipy.signal, PyQt6.QtWidgets
import matplotlib.backends.backend_qtagg, matplotlib.figure
librosa.stft, librosa.resample
print("ready", flush=True)
"""
_IMPORTS = """
import json, os, sys
from rave_gui import app

def tell():
    print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})), flush=True)
    os._exit(0)

app._tell_ready = tell
app.main(["--ready-line"])
"""


def run() -> list[Result]:
    """Measure both by turns, so that whatever else the machine does meets both."""
    with tempfile.TemporaryDirectory(prefix="rave-gui-start-") as folder:
        environment = _environment(Path(folder))
        _fill(Path(folder))
        commands = {
            "ours": [sys.executable, "-m", "rave_gui", "--ready-line"],
            "smallest": [sys.executable, "-c", _SMALLEST],
            "later": [sys.executable, "-c", _LATER],
        }
        seconds = _medians(commands, environment)
        heavy = _heavy_imports(environment)
    mine, least, later = seconds["ours"], seconds["smallest"], seconds["later"]
    told = f"{mine:.2f} s against {later:.2f} s; an empty Qt window takes {least:.2f} s"
    return [
        Result(
            "first painted window, against importing alone what it leaves for later",
            later / mine,
            "x",
            limit=_RATIO,
            at_least=True,
            detail=f"{told}; median of {_ROUNDS} fresh processes each",
        ),
        Result("first painted window, from exec", mine, "s", limit=_SECONDS),
        Result(
            "heavy modules imported before it",
            len(heavy),
            "modules",
            limit=0,
            detail=", ".join(heavy) or f"none of {', '.join(HEAVY)}",
        ),
    ]


def _medians(commands: dict[str, list[str]], environment: dict[str, str]) -> dict[str, float]:
    """By turns, so that whatever else the machine does meets all of them.

    The first round warms the disk cache for each and does not count.
    """
    rounds = [
        {name: _seconds(command, environment) for name, command in commands.items()}
        for _ in range(_ROUNDS + 1)
    ]
    return {name: statistics.median(one[name] for one in rounds[1:]) for name in commands}


def _environment(home: Path) -> dict[str, str]:
    return {
        **os.environ,
        "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen"),
        "RAVE_GUI_HOME": str(home),
    }


def _seconds(command: list[str], environment: dict[str, str]) -> float:
    """From exec to the first line of output; the process is ended then."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    )
    try:
        line = process.stdout.readline() if process.stdout else ""
        seconds = time.perf_counter() - began
    finally:
        process.terminate()
        process.wait(_MOST_SECONDS)
        if process.stdout:
            process.stdout.close()
    if "ready" not in line:
        raise RuntimeError(f"no ready line from {command[:3]}: {line!r}")
    return seconds


def _heavy_imports(environment: dict[str, str]) -> list[str]:
    """Which of the heavy modules a fresh interpreter holds at the first paint."""
    done = subprocess.run(
        [sys.executable, "-c", _IMPORTS],
        check=True, stdout=subprocess.PIPE, text=True, env=environment, timeout=_MOST_SECONDS,
    )  # fmt: skip
    loaded = set(json.loads(done.stdout.strip().splitlines()[-1]))
    return sorted(loaded & set(HEAVY))


def _fill(home: Path) -> None:
    """A home as after a year of work: projects, datasets with manifests, trainings, jobs."""
    from rave_gui.backend.services import build_services
    from rave_gui.core.paths import AppPaths

    services = build_services(AppPaths.below(home))
    for number in range(5):
        project = services.projects.create(f"Project {number}")
        _fill_project(services.repositories, project)
    newest = services.projects.list()[-1]
    services.settings.change(last_project=newest.id)


def _fill_project(rows, project) -> None:  # type: ignore[no-untyped-def]
    from rave_gui.core.records import (
        Checkpoint,
        CheckpointKind,
        Dataset,
        DatasetStatus,
        Experiment,
        ExperimentStatus,
        Job,
        JobKind,
        JobState,
    )

    now = time.time()
    entry = {"path": "/sound/bell.wav", "verdict": "use", "reason": "", "duration_seconds": 24.0}
    for number in range(6):
        name = f"dataset {number}"
        rows.datasets.add(
            Dataset(project.id, name, project.path / name, ("/sound",), now,
                    status=DatasetStatus.READY, num_samples=1939, duration_seconds=11520.0,
                    manifest=tuple({**entry, "path": f"/sound/{n}.wav"} for n in range(300)))
        )  # fmt: skip
    for number in range(20):
        run = rows.experiments.add(
            Experiment(project.id, None, f"run {number}", {"max_steps": 3_000_000}, now,
                       status=ExperimentStatus.COMPLETED, step=3_000_000)
        )  # fmt: skip
        for step in range(10):
            path = project.path / f"{number}-{step}.ckpt"
            rows.checkpoints.add(
                Checkpoint(run.id, path.stem, path, step, CheckpointKind.EPOCH, now)
            )
        job = f"{project.id}-{number}"
        folder = project.path / "jobs" / job
        rows.jobs.add(Job(job, JobKind.TRAIN, folder, JobState.SUCCEEDED, now, job, project.id))
