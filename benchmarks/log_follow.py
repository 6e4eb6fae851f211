"""A log of ten thousand lines a second in the real view: is it kept up with, and at what cost?

Another process writes, progress bars that rewrite their line included. A heartbeat of 5 ms counts
the longest time in which the window could not have answered.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.measure import in_own_process, report
from benchmarks.result import Result

RATE, SECONDS = 10_000, 10
_BEAT_MS = 5
_ROUNDS = 3


def run() -> list[Result]:
    """The best of a few rounds, since the machine is not ours alone."""
    rounds = [in_own_process("benchmarks.log_follow") for _ in range(_ROUNDS)]
    best = min(rounds, key=lambda one: float(one["gap"]))
    name = f"log of {RATE:,} lines/s"
    gaps = ", ".join(f"{one['gap']:.0f}" for one in rounds)
    return [
        Result(f"{name}: longest gap of the main thread", best["gap"], "ms", 50.0,
               detail=f"rounds: {gaps} ms; written {best['written']:,.0f} lines/s"),
        Result(f"{name}: lines followed", best["followed"], "lines/s", 0.95 * RATE, at_least=True,
               detail=f"the newest line is seen {best['late']:.0f} ms after its writing at worst"),
        Result(f"{name}: growth of memory while it is followed", best["grown"], "MB", 40.0,
               detail=f"{best['held']:,.0f} lines are held of {best['lines']:,.0f}"),
    ]  # fmt: skip


def write(path: str) -> None:
    """The other process: lines at an even pace, each tenth of them a bar that is rewritten."""
    with Path(path).open("ab", buffering=0) as file:
        began, done = time.perf_counter(), 0
        while done < RATE * SECONDS:
            due = min(RATE * SECONDS, int((time.perf_counter() - began) * RATE))
            if due > done:
                file.write(b"".join(_line(number) for number in range(done, due)))
                done = due
            time.sleep(0.002)
        took = time.perf_counter() - began
        file.write(b"the last of them after %.3f s\n" % took)


def _line(number: int) -> bytes:
    if number % 10:
        told = b"I1124 00:00:01.%06d resource_reader.py:50] step %d told at %.3f\n"
        return told % (number, number, time.time())
    bars = (b"\rEpoch 0:  %d%%|####      | %d/100 [00:06, 1.38it/s]" % (n, n) for n in range(5))
    return b"".join(bars) + b"\n"


def _measure() -> dict[str, Any]:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PyQt6.QtCore import Qt, QTimer
    from PyQt6.QtWidgets import QApplication

    from rave_gui.bridge.background import application_tasks
    from rave_gui.ui.theme import Theme
    from rave_gui.ui.widgets.log_view import LogView

    application = QApplication([])
    theme = Theme("dark")
    theme.install(application)
    view = LogView(theme)
    view.resize(1024, 620)
    view.show()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "output.log"
        path.write_bytes(b"begin\n" * 30_000)  # the view is full before the flood begins
        view.show_file(path)
        _turn(application, lambda: len(view.text.held.lines) >= 20_000)
        before = _memory()
        beat, watch = QTimer(), _Watch(view)
        beat.setTimerType(Qt.TimerType.PreciseTimer)
        beat.timeout.connect(watch.beat)
        beat.start(_BEAT_MS)
        writer = subprocess.Popen([sys.executable, "-m", "benchmarks.log_follow", str(path)])
        began = time.perf_counter()
        _turn(application, lambda: view.text.text()[-40:].find("the last of them") >= 0)
        took = float(view.text.held.lines[-1].text.split()[-2])
        seconds = time.perf_counter() - began - watch.start_of_writing
        writer.wait(10)
        view.hide()
        application_tasks().refuse()
        application_tasks().wait(10)
        return {
            "gap": 1000 * watch.longest,
            "followed": RATE * SECONDS / max(seconds, 1e-6),
            "written": RATE * SECONDS / took,
            "late": 1000 * watch.late,
            "grown": _memory() - before,
            "held": len(view.text.held.lines),
            "lines": RATE * SECONDS,
        }


class _Watch:
    """Sees from the main thread how long it was held up, and how old the newest line is."""

    def __init__(self, view: Any) -> None:
        self._view, self._began = view, time.perf_counter()
        self._last, self._told = self._began, ""
        self.longest = self.late = self.start_of_writing = 0.0

    def beat(self) -> None:
        """Once each 5 ms, if the main thread is free."""
        now = time.perf_counter()
        self.longest, self._last = max(self.longest, now - self._last), now
        lines = self._view.text.held.lines
        told = lines[-1].text.rpartition(" told at ")[2] if lines else ""
        if not self.start_of_writing and told != "begin":
            self.start_of_writing = now - self._began
        if told != self._told and told.replace(".", "").isdigit():
            self._told, self.late = told, max(self.late, time.time() - float(told))


def _turn(application: Any, ready: Any) -> None:
    from PyQt6.QtCore import QEventLoop

    end = time.perf_counter() + 5 * SECONDS
    while not ready() and time.perf_counter() < end:
        application.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)


def _memory() -> float:
    """MB that this process holds now, where the system tells."""
    status = Path("/proc/self/statm")
    if not status.exists():
        from benchmarks.measure import peak_memory

        return peak_memory()
    return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    if len(sys.argv) > 1:
        write(sys.argv[1])
    else:
        report(_measure)
