"""The keeper of the worker: warm, renewed, ended; every trouble in words."""

from __future__ import annotations

import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import fake_worker
import pytest

from rave_gui.backend import engine_worker
from rave_gui.backend.engine_record import Engine
from rave_gui.backend.engine_worker import EngineWorker, WorkerFault
from rave_gui.core.errors import UserError

SCRIPT = Path(fake_worker.__file__)


@pytest.fixture
def make(tmp_path):
    made: list[EngineWorker] = []

    def worker(python: Path = Path(sys.executable), **options) -> EngineWorker:
        engine = Engine(python=python, origin="test")
        options.setdefault("script", SCRIPT)
        made.append(EngineWorker(lambda: engine, tmp_path / "worker.log", **options))
        return made[-1]

    yield worker
    for one in made:
        one.close()


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_an_answer_comes_with_all_that_was_told_before(make) -> None:
    told: list[dict] = []
    answer = make().ask("echo", progress=told.append, path="ä.ckpt")
    assert answer["path"] == "ä.ckpt"
    assert told == [{"seconds": 1}, {"seconds": 2}]


def test_one_process_serves_all_requests(make) -> None:
    worker = make()
    assert worker.pid is None
    first = worker.ask("echo")["pid"]
    assert worker.ask("echo")["pid"] == first == worker.pid


def test_what_cannot_be_done_is_said_in_words(make) -> None:
    with pytest.raises(WorkerFault) as caught:
        make().ask("fail")
    assert (caught.value.what, caught.value.remedy) == ("It is broken.", "Mend it.")
    assert caught.value.code == "unreadable"


def test_a_process_that_dies_of_a_request_is_told_of_and_replaced(make) -> None:
    worker = make()
    before = worker.ask("echo")["pid"]
    with pytest.raises(WorkerFault) as caught:
        worker.ask("die")
    assert caught.value.code == engine_worker.DIED
    assert caught.value.remedy
    assert "last words" in caught.value.details
    assert worker.ask("echo")["pid"] != before


def test_a_process_that_was_killed_in_the_middle_is_told_of_and_replaced(make) -> None:
    worker = make()

    def kill(_: object) -> None:
        os.kill(worker.pid, signal.SIGKILL)

    with pytest.raises(WorkerFault, match="ended unexpectedly"):
        worker.ask("deaf", progress=kill)
    assert worker.ask("echo")


def test_it_ends_when_nobody_asks_and_comes_back(make, wait_until) -> None:
    worker = make(idle=0.05)
    pid = worker.ask("echo")["pid"]
    wait_until(lambda: worker.pid is None)
    wait_until(lambda: is_gone(pid))
    assert worker.ask("echo")["pid"] != pid


def test_it_is_not_idle_while_something_is_asked(make, wait_until) -> None:
    worker, begun = make(idle=0.01), threading.Event()
    alive: list[int | None] = []

    def cancelled() -> bool:
        alive.append(worker.pid)
        return len(alive) > 4 and begun.is_set()

    with pytest.raises(WorkerFault) as caught:
        worker.ask("wait", progress=lambda _: begun.set(), cancelled=cancelled)
    assert caught.value.code == engine_worker.CANCELLED
    assert None not in alive


def test_a_request_can_be_cancelled_and_the_process_goes_on(make) -> None:
    worker, begun = make(), threading.Event()
    pid = worker.ask("echo")["pid"]
    with pytest.raises(WorkerFault) as caught:
        worker.ask("wait", progress=lambda _: begun.set(), cancelled=begun.is_set)
    assert caught.value.code == engine_worker.CANCELLED
    assert worker.ask("echo")["pid"] == pid


def test_a_request_that_does_not_end_when_cancelled_is_ended_with_its_process(
    make, monkeypatch
) -> None:
    monkeypatch.setattr(engine_worker, "_PATIENCE", 0.1)
    worker = make()
    with pytest.raises(WorkerFault) as caught:
        worker.ask("deaf", cancelled=lambda: True)
    assert caught.value.code == engine_worker.CANCELLED
    assert worker.pid is None


def test_a_fault_in_who_listens_cancels_the_request(make) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("not ours")

    worker = make()
    with pytest.raises(RuntimeError):
        worker.ask("wait", progress=fail)
    assert worker.ask("echo")


def test_many_threads_ask_at_once(make) -> None:
    worker = make()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: worker.ask("echo", n=n), range(64)))
    assert [one["n"] for one in answers] == list(range(64))
    assert len({one["pid"] for one in answers}) == 1


def test_what_is_no_answer_is_passed_over(make) -> None:
    assert make().ask("junk") == {}


def test_closing_leaves_no_process_and_takes_no_more(make) -> None:
    worker = make()
    pid = worker.ask("echo")["pid"]
    worker.close()
    assert is_gone(pid)
    with pytest.raises(UserError, match="closing"):
        worker.ask("echo")
    worker.close()


def test_closing_ends_what_is_being_asked(make) -> None:
    worker, caught = make(), []

    def close(_: object) -> None:
        thread = threading.Thread(target=worker.close)
        thread.start()
        caught.append(thread)

    with pytest.raises(WorkerFault) as fault:
        worker.ask("deaf", progress=close)
    assert fault.value.code == engine_worker.CANCELLED
    caught[0].join()


def test_without_a_program_that_runs_it_says_so(make, tmp_path) -> None:
    with pytest.raises(UserError, match="not found"):
        make(python=tmp_path / "nowhere").ask("echo")


def test_without_an_engine_it_says_what_the_engine_manager_says() -> None:
    def none() -> Engine:
        raise UserError("There is no engine yet.", "Install one.")

    worker = EngineWorker(none)
    with pytest.raises(UserError, match="no engine"):
        worker.ask("inspect")
    worker.close()


def test_a_script_that_cannot_start_is_an_end_in_words(make, tmp_path) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("raise SystemExit(3)")
    with pytest.raises(WorkerFault, match="ended unexpectedly"):
        make(script=broken).ask("echo")
