"""The table of curves gives back every point exactly, or nothing at all."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import event_records
import numpy as np
import pytest

from rave_gui.backend.curves_table import COLUMNS, TableRun, save_table
from rave_gui.backend.metrics import RunMetrics
from rave_gui.core.errors import UserError

LOSS = "fullband_spectral_distance"


def run(folder: Path, *versions: list[event_records.Point]) -> RunMetrics:
    for number, points in enumerate(versions):
        place = folder / f"version_{number}"
        place.mkdir(parents=True)
        event_records.write(place / "events.out.tfevents.1", event_records.training(points))
    metrics = RunMetrics(folder)
    metrics.poll()
    return metrics


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def points(begin: int, end: int, wall_time: float) -> list[event_records.Point]:
    return [(LOSS, step, wall_time + step / 10, 1 / (step + 1)) for step in range(begin, end, 50)]


def test_every_point_is_in_it_exactly_as_recorded(tmp_path):
    metrics = run(tmp_path / "run", points(0, 5000, 1.5e9))
    save_table(tmp_path / "curves.csv", [TableRun("bells", metrics)])
    rows, series = read(tmp_path / "curves.csv"), metrics.joined(LOSS)
    assert tuple(rows[0]) == COLUMNS
    assert [int(row["step"]) for row in rows] == series.steps.tolist()
    assert [float(row["value"]) for row in rows] == series.values.tolist()
    assert [float(row["wall_time"]) for row in rows] == series.wall_times.tolist()
    assert np.float32(rows[-1]["value"]) == np.float32(1 / 4951)


def test_resumed_runs_are_one_curve_and_pauses_are_not_counted_as_training(tmp_path):
    metrics = run(tmp_path / "run", points(0, 3000, 1.5e9), points(2000, 5000, 1.6e9))
    save_table(tmp_path / "curves.csv", [TableRun("bells", metrics)])
    rows = read(tmp_path / "curves.csv")
    assert [int(row["step"]) for row in rows] == list(range(0, 5000, 50))
    hours = [float(row["trained_hours"]) for row in rows]
    assert hours == sorted(hours)
    assert hours[-1] == pytest.approx(495 / 3600, rel=0.05)


def test_several_runs_and_tags_with_any_name_can_be_told_apart(tmp_path):
    odd = 'bells, "loud"\nand late'
    one = run(tmp_path / "a", [("validation", 10, 1.5e9, 2.0), (LOSS, 10, 1.5e9, 3.0)])
    two = run(tmp_path / "b", [("validation", 20, 1.5e9, 4.0)])
    save_table(tmp_path / "t.csv", [TableRun(odd, one), TableRun("Glöckchen", two)])
    told = [(row["run"], row["tag"], float(row["value"])) for row in read(tmp_path / "t.csv")]
    assert told == [(odd, LOSS, 3.0), (odd, "validation", 2.0), ("Glöckchen", "validation", 4.0)]


def test_values_that_are_no_numbers_stay_what_they_are(tmp_path):
    metrics = run(tmp_path / "run", [(LOSS, 0, 1.5e9, math.nan), (LOSS, 50, 1.5e9, math.inf)])
    save_table(tmp_path / "t.csv", [TableRun("bells", metrics)])
    assert [row["value"] for row in read(tmp_path / "t.csv")] == ["nan", "inf"]


def test_a_long_curve_is_whole(tmp_path):
    metrics = run(tmp_path / "run", points(0, 50 * 50_000, 1.5e9))
    save_table(tmp_path / "t.csv", [TableRun("bells", metrics)])
    assert [int(row["step"]) for row in read(tmp_path / "t.csv")] == list(range(0, 2_500_000, 50))


def test_a_run_without_values_leaves_no_file(tmp_path):
    with pytest.raises(UserError, match="no values"):
        save_table(tmp_path / "t.csv", [TableRun("bells", run(tmp_path / "run"))])
    assert not (tmp_path / "t.csv").exists()


def test_what_cannot_be_written_is_said_in_words_and_leaves_what_was_there(tmp_path):
    metrics = run(tmp_path / "run", points(0, 500, 1.5e9))
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UserError, match="cannot be written"):
        save_table(tmp_path / "file" / "t.csv", [TableRun("bells", metrics)])
    assert (tmp_path / "file").read_text() == "mine"


def test_a_failure_in_the_middle_leaves_the_table_of_before(tmp_path, monkeypatch):
    metrics = run(tmp_path / "run", points(0, 500, 1.5e9))
    target = tmp_path / "t.csv"
    save_table(target, [TableRun("bells", metrics)])
    before = target.read_bytes()

    class Full:
        def tags(self):
            return [LOSS]

        def joined(self, tag):
            if self.asked:
                raise OSError(28, "No space left on device")
            self.asked = True
            return metrics.joined(tag)

        asked = False

    with pytest.raises(UserError, match="No space left"):
        save_table(target, [TableRun("bells", Full())])
    assert target.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["t.csv"]
