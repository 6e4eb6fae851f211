"""A follower tells everything that happens in a job directory, in order, and stops when asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from rave_gui.bridge import process_thread
from rave_gui.bridge.process_thread import ProcessThread

WAIT = 10_000


@pytest.fixture
def follow(qtbot):
    threads: list[ProcessThread] = []

    def start(job, **options) -> ProcessThread:
        thread = ProcessThread(job.directory, **options)
        threads.append(thread)
        return thread

    yield start
    for thread in threads:
        thread.request_stop()
        assert thread.wait(WAIT)


@pytest.mark.parametrize("watched", [True, False])
def test_it_tells_facts_output_and_the_end(qtbot, fake_job, follow, watched):
    thread = follow(fake_job, watched=watched)
    facts, sizes = [], []
    thread.facts.connect(facts.extend)
    thread.output_grew.connect(sizes.append)
    fake_job.says("stage", stage="training")
    with qtbot.waitSignal(thread.facts, timeout=WAIT):
        thread.start()
    with qtbot.waitSignal(thread.output_grew, timeout=WAIT):
        fake_job.prints(b"epoch 1\r")
    with qtbot.waitSignal(thread.ended, timeout=WAIT) as end:
        fake_job.says("progress", step=7)
        fake_job.ends(0, last_step=7)
    assert [fact["kind"] for fact in facts] == ["stage", "progress"]
    assert sizes[-1] == len(b"epoch 1\r")
    assert end.args[0].last_step == 7


def test_a_job_that_had_ended_is_told_whole(qtbot, fake_job, follow):
    fake_job.says("progress", step=3)
    fake_job.prints(b"bye")
    fake_job.ends(1)
    thread = follow(fake_job)
    names = ("facts", "output_grew", "state_changed", "ended")
    with qtbot.waitSignals([getattr(thread, name) for name in names], timeout=WAIT):
        thread.start()
    assert thread.wait(WAIT)


def test_a_job_without_runner_and_end_is_interrupted(qtbot, fake_job, follow):
    (fake_job.path / "runner.json").write_text('{"runner_pid": 1, "runner_token": "gone"}')
    thread = follow(fake_job)
    states = []
    thread.state_changed.connect(states.append)
    with qtbot.waitSignal(thread.ended, timeout=WAIT) as end:
        thread.start()
    qtbot.waitUntil(lambda: states == ["interrupted"], timeout=WAIT)
    assert end.args == [None]


def test_the_state_is_told_once_for_each_change(qtbot, fake_job, follow):
    thread = follow(fake_job)
    states = []
    thread.state_changed.connect(states.append)
    with qtbot.waitSignal(thread.state_changed, timeout=WAIT):
        thread.start()
    with qtbot.waitSignal(thread.state_changed, timeout=WAIT):
        fake_job.runs("paused")
    fake_job.ends()
    assert thread.wait(WAIT)
    qtbot.waitUntil(lambda: states == ["running", "paused", "ended"], timeout=WAIT)


def test_it_stops_at_once_even_in_a_long_pause(qtbot, fake_job, follow, monkeypatch):
    monkeypatch.setattr(process_thread, "POLL_SECONDS", 3600.0)
    thread = follow(fake_job, watched=False)
    with qtbot.waitSignal(thread.state_changed, timeout=WAIT):
        thread.start()
    thread.request_stop()
    assert thread.wait(WAIT)


def test_without_a_file_watch_it_polls(qtbot, fake_job, follow, monkeypatch):
    monkeypatch.setattr("rave_gui.bridge.watch._started_observer", _no_watches_left)
    thread = follow(fake_job)
    with qtbot.waitSignal(thread.ended, timeout=WAIT):
        thread.start()
        fake_job.ends()


def test_a_directory_that_is_not_there_is_not_watched(qtbot, fake_job, follow, monkeypatch):
    """Asking for it would leave a thread of watchdog behind."""
    watched = []
    monkeypatch.setattr(process_thread, "watch_folder", lambda folder, _: watched.append(folder))
    hidden = fake_job.directory.path.rename(fake_job.directory.path.with_name("not made yet"))
    thread = follow(fake_job)
    with qtbot.waitSignal(thread.ended, timeout=WAIT):
        thread.start()
    assert watched == []
    hidden.rename(fake_job.directory.path)
    again = follow(fake_job)
    again.start()
    qtbot.waitUntil(lambda: watched == [fake_job.directory.path], timeout=WAIT)


def test_more_than_two_gigabytes_of_output_do_not_wrap(qtbot, fake_job, follow):
    with (fake_job.path / "output.log").open("wb") as stream:
        stream.truncate(3 * 2**30)
    thread = follow(fake_job)
    with qtbot.waitSignal(thread.output_grew, timeout=WAIT) as grown:
        thread.start()
    assert grown.args == [3 * 2**30]


def _no_watches_left(folder: Path, on_change) -> None:
    raise OSError(28, "inotify watch limit reached")
