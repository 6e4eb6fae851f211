"""How soon a scalar that a training writes is on the screen: a real event file that grows.

Another process appends records as torch's writer makes them, and notes when each was written. The
real panel of curves follows the file in a real event loop; a value counts as seen when the plot
that shows it has been painted.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.generate import first_record, scalar
from benchmarks.measure import in_own_process, report
from benchmarks.result import Result

VALUES, PAUSE = 24, 0.73
_TAG = "fullband_spectral_distance"


def run() -> list[Result]:
    """Seconds from writing to painting."""
    found = in_own_process("benchmarks.live_scalar")
    detail = f"median {found['median']:.2f} s of {found['seen']} values, all on one run"
    return [
        Result("a scalar of a growing event file is on the screen after, at worst",
               found["worst"], "s", 1.0, detail=detail),
        Result("scalars that were seen", found["seen"], "", VALUES, at_least=True),
    ]  # fmt: skip


def write(folder: Path) -> None:
    """Append one value after the other; print when each was written."""
    with (folder / "version_0" / "events.out.tfevents.1.host.1.0").open("ab", buffering=0) as file:
        for number in range(VALUES):
            time.sleep(PAUSE)
            step = 50 * (number + 100)
            file.write(scalar(_TAG, step, 20.0 - 0.1 * number))
            print(json.dumps([step, time.time()]), flush=True)


def _measure() -> dict[str, Any]:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PyQt6.QtWidgets import QApplication

    from rave_gui.bridge.background import BackgroundTasks
    from rave_gui.ui.theme import Theme
    from rave_gui.ui.widgets.curves_panel import CurvesPanel, Moment

    application = QApplication([])
    theme = Theme("dark")
    theme.install(application)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        _begin(folder)
        tasks = BackgroundTasks()
        panel = CurvesPanel(theme, tasks.run, lambda _: _metrics(folder))
        panel.resize(1100, 700)
        panel.show()
        panel.show_experiment(1, Moment(), live=True)
        seen = _watch(application, panel, folder)
        panel.hide()
        tasks.refuse()
        tasks.wait(5)
    return seen


def _watch(application: Any, panel: Any, folder: Path) -> dict[str, Any]:
    plot = panel.plots["reconstruction"]
    while plot.canvas is None or not plot.canvas._shown:
        application.processEvents()
        time.sleep(0.005)
    command = [sys.executable, "-m", "benchmarks.live_scalar", str(folder)]
    root = Path(__file__).resolve().parent.parent
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as writer:
        painted = _painted(application, plot, writer)
        written = dict(json.loads(line) for line in writer.stdout or ())
    late = sorted(painted[step] - when for step, when in written.items() if step in painted)
    return {"worst": late[-1], "median": late[len(late) // 2], "seen": len(late)}


def _painted(application: Any, plot: Any, writer: Any) -> dict[int, float]:
    """When each step was first painted."""
    painted: dict[int, float] = {}
    canvas, end = plot.canvas, None
    while end is None or time.time() < end:
        before = canvas._shown
        application.processEvents()
        if canvas._shown is not before or not painted:
            canvas.repaint()
            steps = canvas._shown[0].curve.steps if canvas._shown else ()
            for step in steps[-VALUES:]:
                painted.setdefault(int(step), time.time())
        if end is None and writer.poll() is not None:
            end = time.time() + 2
        time.sleep(0.002)
    return painted


def _begin(folder: Path) -> None:
    """A run that has begun: as long as two days of training."""
    (folder / "version_0").mkdir()
    path = folder / "version_0" / "events.out.tfevents.1.host.1.0"
    known = [scalar(_TAG, step, 20.0) for step in range(50, 5000, 50)]
    path.write_bytes(first_record() + b"".join(known))


def _metrics(folder: Path) -> Any:
    from rave_gui.backend.metrics import RunMetrics

    return RunMetrics(folder)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        write(Path(sys.argv[1]))
    else:
        report(_measure)
