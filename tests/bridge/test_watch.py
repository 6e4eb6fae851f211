"""A watch wakes on changes of its folder, and its end is told to nobody as an error."""

from __future__ import annotations

import logging
import threading

from rave_gui.bridge.watch import watch_folder


def test_a_change_wakes_and_the_end_is_no_error(tmp_path, caplog):
    woken = threading.Event()
    watch = watch_folder(tmp_path, woken.set)
    (tmp_path / "progress.jsonl").write_text("{}\n")
    assert woken.wait(10)
    watch.stop()
    log = logging.getLogger("watchdog.observers.inotify")
    log.error("InotifyEmitter.queue_events() called when the thread is inactive")
    assert not caplog.records
    log.error("something else")
    assert [record.getMessage() for record in caplog.records] == ["something else"]
