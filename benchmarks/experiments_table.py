"""Ten thousand trainings in the real database: how soon the page shows them, how soon it filters.

The Train page reads and paints in a window of its own, as it does in the application; then the
list column and the table of all trainings are filtered and sorted. A heartbeat counts the longest
time in which the event loop did not come round.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.files_table import _Watch
from benchmarks.measure import in_own_process, report
from benchmarks.result import Result

ROWS = 10_000
_ROUNDS = 3
_WORDS = ("b", "bell 04", "tag:strings", "state:failed", "recipe:v2", "is:starred", "nothing", "")


def run() -> list[Result]:
    """Figures in ms; the best of a few rounds, since the machine is not ours alone."""
    rounds = [in_own_process("benchmarks.experiments_table") for _ in range(_ROUNDS)]
    best = {name: min(one[name] for one in rounds) for name in rounds[0] if _is_figure(name)}
    name = f"experiments, {ROWS:,} rows"
    calm = min(rounds, key=lambda one: float(one["block"]))["blocks"]
    told = ", ".join(f"{what} {value:.0f}" for what, value in calm.items())

    def result(what: str, value: str, limit: float, detail: str = "") -> Result:
        return Result(f"{name}: {what}", best[value], "ms", limit, detail=detail)

    return [
        result("column painted once it was read", "column paint", 300.0,
               f"first reading of the database included: {best['column all']:.0f} ms"),
        result("column filtered and painted, at worst", "column filter", 100.0,
               f"median {best['column median']:.1f} ms"),
        result("table painted after Ctrl+T", "table paint", 300.0),
        result("table filtered and painted, at worst", "table filter", 100.0,
               f"median {best['table median']:.1f} ms"),
        result("table sorted and painted, at worst", "table sort", 100.0),
        result("read again after one has changed", "again", 150.0,
               "in the background; of the others nothing is made anew"),
        result("longest block of the event loop", "block", 150.0, f"by action, in ms: {told}"),
    ]  # fmt: skip


def _is_figure(name: str) -> bool:
    return name not in ("seconds", "memory", "blocks")


def _measure() -> dict[str, Any]:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as folder:
        return _in_folder(Path(folder))


def _in_folder(folder: Path) -> dict[str, Any]:
    from PyQt6.QtWidgets import QApplication

    from rave_gui.backend.services import build_services
    from rave_gui.bridge.background import application_tasks
    from rave_gui.core.paths import AppPaths
    from rave_gui.core.state import AppState
    from rave_gui.ui.context import PageContext
    from rave_gui.ui.pages.train import TrainPage
    from rave_gui.ui.theme import Theme

    application = QApplication([])
    theme = Theme("dark")
    theme.install(application)
    services = build_services(AppPaths.below(folder))
    project = services.projects.create("Bells")
    state = _State(AppState(services.settings), project)
    context = PageContext(services, state, application_tasks().run, theme)
    page = TrainPage(context)
    page.resize(1280, 800)
    watch = _Watch(application)
    # What only the first look at the page costs, with whatever it shows, is not measured here.
    fill(services, project, 1)
    _column(page, watch, 1)
    fill(services, project, ROWS - 1)
    watch.blocks.clear()
    try:
        return {**_column(page, watch), **_table(page, watch), **_again(page, services, watch),
                "block": max(watch.blocks.values()), "blocks": watch.blocks}  # fmt: skip
    finally:
        page.hide()
        application_tasks().refuse()
        application_tasks().wait(10)


class _State:
    """What the page reads of the application's state, without listening to it."""

    def __init__(self, state: Any, project: Any) -> None:
        from PyQt6.QtCore import QObject, pyqtSignal

        class Signals(QObject):
            """The one signal that every page listens to."""

            changed = pyqtSignal(object)

        self._signals = Signals()
        self.project_changed = self._signals.changed
        self.project, self.engine = project, None
        self.settings, self.change_settings = state.settings, state.change_settings


def _column(page: Any, watch: _Watch, rows: int = ROWS) -> dict[str, float]:
    """The list at the left."""
    view = page.column.list
    presented, began = _timed(page, rows), time.perf_counter()
    page.show()
    watch.act("read and show", page.refresh, lambda: None, lambda: bool(presented))
    whole = presented[0][1] - began
    paint = presented[0][0] + _painting(view)
    filters = [
        watch.act(f"column {word!r}", lambda w=word: page.column.filter.setText(w),
                  lambda: view.viewport().repaint(), lambda: True)
        for word in _WORDS
    ]  # fmt: skip
    return {"column paint": 1000 * paint, "column all": 1000 * whole,
            "column filter": max(filters), "column median": statistics.median(filters)}  # fmt: skip


def _table(page: Any, watch: _Watch) -> dict[str, float]:
    """All of it as a table."""
    from PyQt6.QtCore import Qt

    table = page.table
    repaint = lambda: table.view.viewport().repaint()  # noqa: E731
    done = lambda: True  # noqa: E731
    paint = watch.act("open the table", page.show_table, repaint, done)
    filters = [
        watch.act(f"table {word!r}", lambda w=word: table.filter.setText(w), repaint, done)
        for word in _WORDS
    ]
    sorts = [
        watch.act(f"sort {column}", lambda c=column: table.view.sortByColumn(
            c, Qt.SortOrder.AscendingOrder), repaint, done)
        for column in range(table.model.columnCount())
    ]  # fmt: skip
    watch.act("select all", table.view.selectAll, repaint, done)
    return {"table paint": paint, "table filter": max(filters),
            "table median": statistics.median(filters), "table sort": max(sorts)}  # fmt: skip


def _again(page: Any, services: Any, watch: _Watch) -> dict[str, float]:
    """One training has changed."""
    services.trainings.annotate(ROWS // 2, rating=5)
    presented, began = _timed(page, ROWS), time.perf_counter()
    watch.act("one changed", page.refresh, lambda: None, lambda: bool(presented))
    return {"again": 1000 * (presented[0][1] - began)}


def _timed(page: Any, rows: int) -> list[tuple[float, float]]:
    """Seconds that presenting so many takes, and when it was done; filled as it comes."""
    calls: list[tuple[float, float]] = []

    def timed(found: Any) -> None:
        began = time.perf_counter()
        type(page).present(page, found)
        if len(found.experiments) == rows:
            calls.append((time.perf_counter() - began, time.perf_counter()))

    page.present = timed
    return calls


def _painting(view: Any) -> float:
    began = time.perf_counter()
    view.viewport().repaint()
    return time.perf_counter() - began


def fill(services: Any, project: Any, rows: int = ROWS) -> None:
    """Trainings as they come about in years: names, states, tags, full configurations."""
    from rave_gui.backend.rave_settings import TrainingSettings
    from rave_gui.core.records import Dataset, DatasetStatus, Experiment, ExperimentStatus

    tables = services.repositories
    now = time.time()
    with tables.database.transaction():
        data = tables.datasets.list(project_id=project.id) or [
            tables.datasets.add(Dataset(project.id, name, project.path / "datasets" / name, (),
                                        now, DatasetStatus.READY))
            for name in ("bells", "strings", "choir", "rain")
        ]  # fmt: skip
        states = [ExperimentStatus(word) for word in ("completed", "failed", "stopped", "pending")]
        settings = TrainingSettings(configs=("v2", "causal"))
        for number in range(rows):
            config = replace(settings, configs=(("v1", "v2", "v2_small")[number % 3], "causal"))
            tables.experiments.add(
                Experiment(
                    project_id=project.id,
                    dataset_id=data[number % 4].id,
                    name=f"bell {rows}-{number * 7919 % rows:05d}",
                    config=config.to_json(),
                    created_at=now - 600 * number,
                    status=states[number % len(states)],
                    step=number * 997 % 3_000_000,
                    started_at=now - 600 * number,
                    completed_at=now - 600 * number + number % 90_000,
                    final_metrics={"fullband_spectral_distance": 13.4, "validation": 6.8},
                    tags=(("strings", "bright", "draft", "live")[number % 4],) * (number % 2),
                    rating=number % 6 if number % 11 == 0 else None,
                )
            )


if __name__ == "__main__":
    report(_measure)
