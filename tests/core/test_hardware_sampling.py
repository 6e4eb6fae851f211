"""The runner records the hardware: on a real child, in bounded room, never at the job's cost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rave_gui.core import process_tree
from rave_gui.core.hardware_facts import GPU, HARDWARE, MACHINE, Sample, merged
from rave_gui.core.jobs import JobDirectory
from rave_gui.runner.hardware import HardwareSampler
from rave_gui.runner.hardware_file import HardwareFile, thinned
from rave_gui.runner.hardware_gpu import Gpus
from rave_gui.runner.hardware_machine import Machine, Process

BUSY = """
import os, subprocess, sys, time
held = bytearray(os.urandom(1024)) * (96 * 1024)
folder, helper = sys.argv[1], "while True: pass"
other = subprocess.Popen([sys.executable, "-I", "-S", "-c", helper])
while True:
    with open(folder + "/written", "ab") as stream:
        stream.write(bytes(4 * 1024 * 1024)); stream.flush(); os.fsync(stream.fileno())
    if os.path.getsize(folder + "/written") > 3 << 26: os.truncate(folder + "/written", 0)
"""


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def sample(time: float, cpu: float | None = 10.0, memory: float = 5.0, weight: int = 1) -> Sample:
    return Sample(time, (cpu, 1.0, memory, 2.0, 3.0, 4.0, 5.0), (), weight)


@pytest.fixture
def busy_child(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A child in a session of its own, with one of its own; both work as hard as they can."""
    argv = [sys.executable, "-I", "-S", "-c", BUSY, str(tmp_path)]
    with subprocess.Popen(argv, start_new_session=True) as child:
        yield child
        process_tree.kill(child.pid)


def test_a_real_child_with_its_own_child_is_measured(
    tmp_path: Path, busy_child: subprocess.Popen[bytes], wait_until: Callable[..., None]
) -> None:
    path = tmp_path / HARDWARE
    sampler = HardwareSampler(tmp_path, busy_child.pid, interval=0.1, first=0.1)
    sampler.start()
    wait_until(lambda: path.exists() and len(path.read_bytes().splitlines()) > 4)
    sampler.stop()
    head, *samples = lines_of(path)
    assert head["cores"] >= 1
    assert head["memory"] > 1e8
    assert head["disk"] > 1e6
    found = merged([Sample.from_json(line) for line in samples])  # type: ignore[list-item]
    told = dict(zip(MACHINE, found.machine, strict=True))
    assert 0 < told["cpu"] <= 100
    assert told["tree_cpu"] > 20, "two loops without end"
    assert 96e6 < told["tree_memory"] < 300e6
    assert told["tree_memory"] < told["memory"] < head["memory"]
    assert 0 < told["free"] < head["disk"]
    assert told["write"] > 1e5


def test_a_job_of_the_runner_leaves_a_record(
    start_job: Callable[..., JobDirectory], wait_until: Callable[..., None]
) -> None:
    directory = start_job("import time; time.sleep(1.6)")
    wait_until(lambda: directory.exit() is not None)
    head, first, *_ = lines_of(directory.path / HARDWARE)
    assert head["hardware"] == 1
    assert head["machine"] == list(MACHINE)
    assert head["gpu"] == list(GPU)
    assert len(first["m"]) == len(MACHINE)
    if not head["gpus"]:
        assert "GPU" in head["absent"]["gpu"]


def test_what_cannot_be_written_costs_only_the_record(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, wait_until: Callable[..., None]
) -> None:
    (tmp_path / HARDWARE).mkdir()
    sampler = HardwareSampler(tmp_path, 1 << 22, interval=0.01, first=0.01)
    sampler.start()
    wait_until(lambda: "could not be recorded" in caplog.text)
    sampler.stop()
    assert caplog.text.count("could not be recorded") == 1
    assert not any(thread.name == "hardware" for thread in threading.enumerate())


def test_a_process_counts_from_its_birth_and_a_reused_number_starts_anew(tmp_path: Path) -> None:
    class Told:
        def __init__(self) -> None:
            self.now: dict[int, Process] = {}

        def busy(self) -> tuple[float, float]:
            return 1.0, 2.0

        def memory(self) -> tuple[float, float]:
            return 10.0, 20.0

        def process(self, pid: int) -> Process | None:
            return self.now.get(pid)

    with subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True
    ) as child:
        source = Told()
        machine = Machine(tmp_path, child.pid, source)
        source.now = {child.pid: Process(4.0, 7.0, 100.0, 0.0)}
        machine.sample(0.0)
        source.now = {child.pid: Process(6.0, 9.0, 300.0, 50.0)}
        told = dict(zip(MACHINE, machine.sample(2.0), strict=True))
        assert (told["tree_cpu"], told["tree_memory"]) == (100.0, 9.0)
        assert (told["read"], told["write"]) == (100.0, 25.0)
        assert told["cpu"] is None, "no time passed on the cores"
        source.now = {child.pid: Process(1.0, 2.0, 10.0, 0.0)}
        told = dict(zip(MACHINE, machine.sample(4.0), strict=True))
        assert (told["tree_cpu"], told["read"]) == (50.0, 5.0)
        child.communicate(b"\n")


def test_without_a_driver_the_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rave_gui.runner.hardware_gpu._load", lambda: None)
    gpus = Gpus()
    assert gpus.absent.endswith(".")
    assert "GPU" in gpus.absent
    assert gpus.sample() == ()
    assert gpus.about() == []
    gpus.close()


class PretendedDriver:
    """The functions of NVML that are called; each answers with a code, 0 for success."""

    def __init__(self, init: int = 0, fails: tuple[str, ...] = ()) -> None:
        self.init, self.fails, self.closed = init, fails, False

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*given: Any) -> Any:
            out = getattr(given[-1], "_obj", None) if given else None
            if name == "nvmlInit_v2":
                return self.init
            if name == "nvmlErrorString":
                return b"Driver Not Loaded"
            if name in self.fails:
                return 3
            if name == "nvmlDeviceGetCount_v2":
                out.value = 1
            elif name == "nvmlDeviceGetName":
                given[1].value = b"RTX 4090"
            elif name == "nvmlDeviceGetUtilizationRates":
                out.gpu = 96
            elif name == "nvmlDeviceGetMemoryInfo":
                out.used, out.total = 14_200_000_000, 24_000_000_000
            elif name == "nvmlDeviceGetTemperature":
                out.value = 68
            elif name == "nvmlDeviceGetPowerUsage":
                out.value = 312_400
            elif name == "nvmlShutdown":
                self.closed = True
            return 0

        if name == "nvmlErrorString":

            class Told:
                restype: Any = None

                def __call__(self, code: int) -> bytes:
                    return call(code)

            return Told()
        return call


def test_the_driver_is_asked_value_by_value(monkeypatch: pytest.MonkeyPatch) -> None:
    driver = PretendedDriver(fails=("nvmlDeviceGetUtilizationRates",))
    monkeypatch.setattr("rave_gui.runner.hardware_gpu._load", lambda: driver)
    gpus = Gpus()
    assert gpus.absent == ""
    assert gpus.about() == [{"name": "RTX 4090", "memory": 24e9}]
    assert gpus.sample() == ((None, 14.2e9, 68.0, 312.4),)
    gpus.close()
    assert driver.closed


def test_a_driver_that_refuses_tells_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rave_gui.runner.hardware_gpu._load", lambda: PretendedDriver(init=9))
    assert "Driver Not Loaded" in Gpus().absent


def test_weeks_take_bounded_room_and_keep_the_last_hour(tmp_path: Path) -> None:
    file, week = HardwareFile(tmp_path, 5.0, most=600, fine=100), 120_960 // 8
    file.begin({"hardware": 1})
    for number in range(week):
        file.add(sample(1000.0 + 5.0 * number, cpu=float(number % 100), memory=float(number)))
    path = tmp_path / HARDWARE
    head, *rest = lines_of(path)
    assert head == {"hardware": 1}
    assert len(rest) <= 600
    kept = [found for line in rest if (found := Sample.from_json(line)) is not None]
    assert sum(one.weight for one in kept) == week, "nothing is lost, only merged"
    times = [one.time for one in kept]
    assert times == sorted(times)
    assert times[-1] - times[-100] == pytest.approx(99 * 5.0)
    assert all(one.machine[0] == pytest.approx(49.5, abs=8) for one in kept[:10]), "means"
    assert kept[0].machine[2] == kept[0].weight - 1, "peaks"


def test_the_record_of_a_week_stays_below_a_megabyte(tmp_path: Path) -> None:
    file = HardwareFile(tmp_path, 5.0)
    file.begin({"hardware": 1})
    gpu = (96.0, 14_200_000_000.0, 68.0, 312.5)
    machine = (93.1, 1512.3, 48_123_456_789.0, 12_123_456_789.0, 4.1e11, 123_456_789.1, 1234.5)
    biggest = 0
    for number in range(3200):
        file.add(Sample(1.7e9 + 5.0 * number, machine, (gpu, gpu)))
        if number == 2998:
            biggest = (tmp_path / HARDWARE).stat().st_size
    assert 100_000 < biggest < 1_000_000
    assert (tmp_path / HARDWARE).stat().st_size < biggest * 0.7


def test_nothing_is_merged_across_a_gap_in_which_nobody_looked() -> None:
    before = [sample(5.0 * number) for number in range(64)]
    after = [sample(1e6 + 5.0 * number) for number in range(64)]
    kept = thinned([*before, *after], 5.0, most=30, fine=8)
    assert len(kept) <= 30
    assert not [one for one in kept if 5.0 * 63 < one.time < 1e6]


def test_a_clock_that_was_set_back_cannot_keep_the_record_from_shrinking() -> None:
    times = [1000.0 + 5 * number for number in range(50)] + [5.0 * number for number in range(50)]
    assert len(thinned([sample(time) for time in times], 5.0, most=20, fine=5)) <= 20


def test_what_is_unknown_stays_unknown_and_means_are_of_what_is_known() -> None:
    found = merged([sample(0.0, cpu=None), sample(10.0, cpu=30.0, weight=3)])
    assert found.machine[0] == 30.0
    assert (found.time, found.weight) == (7.5, 4)
    assert merged([sample(0.0, cpu=None)] * 2).machine[0] is None


def test_a_torn_line_swallows_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = HardwareFile(tmp_path, 5.0)
    file.begin({"hardware": 1})
    real = os.write
    with monkeypatch.context() as patch:
        patch.setattr("os.write", lambda descriptor, data: real(descriptor, data[:20]))
        file.add(sample(1.0))
    file.add(sample(2.0))
    last = (tmp_path / HARDWARE).read_bytes().splitlines()[-1]
    assert json.loads(last)["t"] == 2.0
