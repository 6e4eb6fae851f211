"""The history of the hardware: of several jobs, of growing, thinned, torn and damaged records."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rave_gui.backend.hardware import HardwareReader, Workload, open_hardware
from rave_gui.backend.services import build_services
from rave_gui.core.hardware_facts import HARDWARE, Sample
from rave_gui.core.paths import AppPaths
from rave_gui.core.records import Experiment, Job, JobKind, JobState
from rave_gui.runner.hardware_file import HardwareFile

HEAD: dict[str, Any] = {
    "hardware": 1,
    "interval": 5.0,
    "cores": 8,
    "memory": 32e9,
    "disk": 5e11,
    "gpus": [{"name": "RTX 4090", "memory": 24e9}],
    "absent": {},
}


def sample(time: float, use: float | None = 96.0, cpu: float = 40.0, weight: int = 1) -> Sample:
    machine = (cpu, 310.0, 9e9, 4e9, 1e11, 1e6, 2e6)
    return Sample(time, machine, ((use, 14.2e9, 68.0, 312.0),), weight)


def write(folder: Path, *samples: Sample, head: dict[str, Any] | None = None) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    lines = [HEAD if head is None else head, *(one.to_json() for one in samples)]
    path = folder / HARDWARE
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def reader(*folders: Path) -> HardwareReader:
    return HardwareReader(lambda: folders)


def test_one_job_as_the_runner_writes_it(tmp_path: Path) -> None:
    file = HardwareFile(tmp_path, 5.0)
    file.begin(HEAD)
    for number in range(20):
        file.add(sample(1000.0 + 5 * number, cpu=float(number)))
    found = reader(tmp_path).read()
    assert found is not None
    assert found.hardware.cores == 8
    assert [gpu.name for gpu in found.hardware.gpus] == ["RTX 4090"]
    assert found.machine["cpu"].tolist() == list(range(20))
    assert found.gpus[0]["memory"][-1] == 14.2e9
    assert found.hours[-1] == pytest.approx(95 / 3600)
    assert not found.gaps.any()


def test_stops_between_jobs_take_no_hours_and_leave_a_gap(tmp_path: Path) -> None:
    write(tmp_path / "a", *(sample(5.0 * number) for number in range(10)))
    write(tmp_path / "b", *(sample(90_000 + 5.0 * number) for number in range(10)))
    found = reader(tmp_path / "a", tmp_path / "missing", tmp_path / "b").read()
    assert found is not None
    assert np.flatnonzero(found.gaps).tolist() == [10]
    assert found.hours[-1] == pytest.approx(90 / 3600)
    assert found.times[-1] == 90_045


def test_samples_that_were_merged_lie_apart_without_a_gap(tmp_path: Path) -> None:
    write(tmp_path, *(sample(640.0 * number, weight=128) for number in range(4)), sample(2250.0))
    found = reader(tmp_path).read()
    assert found is not None
    assert not found.gaps.any()


def test_what_grows_is_read_on_and_what_stays_is_not_read_again(tmp_path: Path) -> None:
    file = HardwareFile(tmp_path, 5.0, most=40, fine=10)
    file.begin(HEAD)
    file.add(sample(0.0))
    eyes = reader(tmp_path)
    assert eyes.read() is not None
    assert eyes.read() is None
    for number in range(1, 200):
        file.add(sample(5.0 * number))
        found = eyes.read()
        assert found is not None
        assert found.times[-1] == 5.0 * number
        assert len(found.times) <= 40
        assert (np.diff(found.times) > 0).all(), "a record that was thinned out is read anew"


def test_torn_and_damaged_lines_are_passed_over(tmp_path: Path) -> None:
    path = write(tmp_path, sample(0.0), sample(5.0))
    good = json.dumps(sample(10.0).to_json()).encode()
    bad = [
        b"\xff\xfe\x00",
        b"[1, 2]",
        b"[" * 40_000,
        b'{"t": "now", "m": []}',
        b'{"t": 7, "m": 3}',
        b'{"t": 1e999, "m": []}',
        b'{"hardware": 1, "gpus": 5, "absent": [], "interval": -1, "cores": "many"}',
        b"x" * 200_000,
        good,
        good[: len(good) // 2],
    ]
    with path.open("ab") as stream:
        stream.write(b"\n".join(bad))
    eyes = reader(tmp_path)
    found = eyes.read()
    assert found is not None
    assert found.times.tolist() == [0.0, 5.0, 10.0]
    with path.open("ab") as stream:
        stream.write(good[len(good) // 2 :].replace(b"10.0", b"15.0") + b"\n")
    again = eyes.read()
    assert again is not None
    assert len(again.times) == 4, "the torn line was finished"


def test_values_that_are_no_numbers_are_unknown(tmp_path: Path) -> None:
    path = write(tmp_path)
    line = '{"t": 5, "m": [true, "x", null, NaN, 1e999, 3], "g": [[1], 5, [2, 3, 4, 5, 6]]}\n'
    with path.open("a") as stream:
        stream.write(line)
    found = reader(tmp_path).read()
    assert found is not None
    assert np.isnan([found.machine[name][0] for name in ("cpu", "memory", "free")]).all()
    assert found.machine["read"][0] == 3.0
    assert np.isnan(found.machine["write"][0])
    assert [one["use"][0] for one in found.gpus] == [1.0, 2.0]


def test_a_monster_is_read_at_its_end_only(tmp_path: Path) -> None:
    line = json.dumps(sample(1.0).to_json()) + "\n"
    path = write(tmp_path)
    with path.open("a") as stream:
        stream.write(line * (20 * 1024 * 1024 // len(line)))
        stream.write(json.dumps(sample(99.0).to_json()) + "\n")
    found = reader(tmp_path).read()
    assert found is not None
    assert found.hardware.cores == 8
    assert found.times[-1] == 99.0
    assert len(found.times) < 60_000


def test_nothing_recorded_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "folder" / HARDWARE).mkdir(parents=True)
    found = reader(tmp_path / "folder", tmp_path / "gone").read()
    assert found is not None
    assert len(found.times) == 0
    assert found.gpus == ()
    assert found.lately() == (None, None)


def test_lately_is_the_median_of_the_last_minutes_of_the_busiest(tmp_path: Path) -> None:
    old = [sample(5.0 * number, use=10.0, cpu=5.0) for number in range(200)]
    new = [sample(1000.0 + 5 * number, use=80.0, cpu=30.0) for number in range(60)]
    write(tmp_path, *old, *new, sample(1300.0, use=0.0, cpu=100.0))
    found = reader(tmp_path).read()
    assert found is not None
    assert found.lately() == (0.8, 0.3)
    write(tmp_path, *new[:5])
    few = reader(tmp_path).read()
    assert few is not None
    assert few.lately() == (None, None), "too little to tell"


def test_the_training_jobs_of_the_experiment_are_found(app_paths: AppPaths, tmp_path: Path) -> None:
    rows = build_services(app_paths).repositories
    for name, kind, target in (
        ("b", JobKind.TRAIN, 7),
        ("a", JobKind.TRAIN, 7),
        ("c", JobKind.TRAIN, 8),
        ("d", JobKind.EXPORT, 7),
    ):
        folder = tmp_path / name
        write(folder, sample(ord(name)))
        state = JobState.SUCCEEDED
        rows.jobs.add(Job(name, kind, folder, state, float(ord(name)), target_id=target))
    found = open_hardware(rows, 7).read()
    assert found is not None
    assert found.times.tolist() == [ord("a"), ord("b")]


def test_a_training_on_the_processor_is_not_blamed_for_an_idle_gpu(
    app_paths: AppPaths, tmp_path: Path
) -> None:
    services = build_services(app_paths)
    rows, project = services.repositories, services.projects.create("Bells")
    state = JobState.RUNNING
    workload = Workload(rows)
    told = []
    for device in ("cpu", "gpu:0"):
        config = {"device": device}
        run = rows.experiments.add(Experiment(project.id or 0, None, device, config, 1.0))
        folder = tmp_path / device
        write(folder, *(sample(5.0 * number, use=3.0) for number in range(100)))
        rows.jobs.add(Job(device, JobKind.TRAIN, folder, state, 1.0, target_id=run.id))
        told.append(workload(run.id or 0))
        assert workload(run.id or 0) == told[-1], "nothing new is nothing else"
    assert told == [(None, 0.4), (0.03, 0.4)]
    assert workload(99) == (None, None)
