"""What every test stands on: a home of its own, no window on the screen, nothing left behind."""

from __future__ import annotations

import atexit
import contextlib
import gc
import logging
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

# Before any import of the application or of Qt.
_HOME = tempfile.mkdtemp(prefix="rave-gui-tests-")
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["RAVE_GUI_HOME"] = _HOME
os.environ.pop("RAVE_GUI_JOB", None)
# The models of the tests are tiny: a second thread only waits, and spins while it does.
os.environ["OMP_NUM_THREADS"] = "1"
# Whatever a test starts inherits this mark, so that orphans are found as well.
_MARK = f"RAVE_GUI_TEST_RUN={uuid.uuid4().hex}"
os.environ.update([_MARK.split("=")])

import pytest  # noqa: E402

from rave_gui.core.jobs import JobDirectory, JobSpec, new_job_id  # noqa: E402
from rave_gui.core.paths import AppPaths  # noqa: E402
from rave_gui.core.process import kill_tree, reap_runners, spawn_runner  # noqa: E402
from rave_gui.core.records import JobKind  # noqa: E402

GRACE_SECONDS = 5.0
WaitUntil = Callable[..., None]


def _wait_until(predicate: Callable[[], object], timeout: float = 20.0, message: str = "") -> None:
    deadline, pause = time.monotonic() + timeout, threading.Event()
    while not predicate():
        if time.monotonic() > deadline:
            pytest.fail(message or f"not so within {timeout:g} s: {predicate}", pytrace=True)
        pause.wait(0.02)


@pytest.fixture(scope="session")
def wait_until() -> WaitUntil:
    """Wait for a condition: ``wait_until(predicate, timeout=20.0, message="")``."""
    return _wait_until


@pytest.fixture(scope="session")
def engine_python() -> Path:
    """The Python of a real engine; a test that needs it fails where there is none."""
    value = os.environ.get("RAVE_GUI_ENGINE", "")
    if not value:
        pytest.fail("RAVE_GUI_ENGINE does not name the Python of an engine with RAVE.")
    path = Path(value)
    for candidate in (path, path / "bin" / "python", path / "Scripts" / "python.exe"):
        if candidate.is_file():
            return candidate
    pytest.fail(f"RAVE_GUI_ENGINE is {value}, where there is no Python.")


@pytest.fixture
def app_paths(tmp_path: Path) -> AppPaths:
    """Everything that the application writes, below a folder of this test alone."""
    return AppPaths.below(tmp_path / "home")


@pytest.fixture
def allow_errors() -> list[logging.LogRecord]:
    """Errors may be logged in this test; the list holds them."""
    return []


@pytest.fixture
def end_jobs(tmp_path: Path) -> Iterator[None]:
    """Whatever still runs of the jobs below ``tmp_path`` ends with the test."""
    yield
    for record in tmp_path.glob("**/runner.json"):
        info = JobDirectory(record.parent).runner()
        if info is None:
            continue
        kill_tree(info.runner_pid, info.runner_token)
        if info.child_pid is not None:
            kill_tree(info.child_pid, info.child_token)
    reap_runners()


@pytest.fixture
def make_job(tmp_path: Path) -> Callable[..., JobDirectory]:
    """Make the directory of a job that runs some Python: ``make_job(code, **spec)``."""

    def make(code: str, **fields: Any) -> JobDirectory:
        kind = fields.pop("kind", JobKind.PREPROCESS)
        spec = {
            "argv": (sys.executable, "-I", "-S", "-c", code),
            "cwd": tmp_path,
            "created_at": time.time(),
            **fields,
        }
        parent = spec.pop("parent", tmp_path / "jobs")
        return JobDirectory.create(parent, JobSpec(id=new_job_id(kind), kind=kind, **spec))

    return make


@pytest.fixture
def start_job(make_job: Callable[..., JobDirectory], end_jobs: None) -> Callable[..., JobDirectory]:
    """The same with its runner started; it ends with the test at the latest."""

    def start(code: str, **fields: Any) -> JobDirectory:
        directory = make_job(code, **fields)
        spawn_runner(directory.path)
        return directory

    return start


@pytest.fixture(autouse=True)
def _no_unexpected_errors(request: pytest.FixtureRequest) -> Iterator[None]:
    """An error that the application logs fails the test, unless it asked for `allow_errors`."""
    allowed = "allow_errors" in request.fixturenames
    records = request.getfixturevalue("allow_errors") if allowed else []
    handler = _Collector(records)
    logger = logging.getLogger("rave_gui")
    logger.addHandler(handler)
    yield
    logger.removeHandler(handler)
    if records and not allowed:
        pytest.fail("errors were logged:\n" + "\n".join(map(_shown, records)), pytrace=False)


class _Collector(logging.Handler):
    def __init__(self, records: list[logging.LogRecord]) -> None:
        super().__init__(level=logging.ERROR)
        self._records = records

    def emit(self, record: logging.LogRecord) -> None:
        self._records.append(record)


def _shown(record: logging.LogRecord) -> str:
    return logging.Formatter("%(levelname)s %(name)s: %(message)s").format(record)


@pytest.fixture(autouse=True)
def _nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """A thread, timer, window or process that outlives its test fails that very test."""
    threads, pids = set(threading.enumerate()), _pids()
    qt = _live_qt_objects() if "qtbot" in request.fixturenames else None
    known = {id(item) for item in qt or ()}
    yield
    left = _settled(lambda: [f"process {pid}" for pid in _our_processes(pids)])
    left += _ended(_our_processes(pids))
    left += _settled(lambda: [f"thread {item.name}" for item in _threads() - threads])
    if qt is not None:
        left += _settled(lambda: [repr(o) for o in _live_qt_objects() if id(o) not in known])
    if left:
        pytest.fail("left behind: " + ", ".join(left), pytrace=False)


def _settled(look: Callable[[], list[str]]) -> list[str]:
    """What ``look`` still finds when everything had time to end."""
    deadline, pause = time.monotonic() + GRACE_SECONDS, threading.Event()
    while (found := look()) and time.monotonic() < deadline:
        pause.wait(0.02)
    return found


def _threads() -> set[threading.Thread]:
    """Python's own threads; those of Qt show up as dummies that never go away."""
    return {t for t in threading.enumerate() if not isinstance(t, threading._DummyThread)}


def _pids() -> set[int]:
    proc = Path("/proc")
    if not proc.is_dir():
        return set()
    return {int(name) for name in os.listdir(proc) if name.isdigit()}  # noqa: PTH208


def _our_processes(before: set[int]) -> dict[int, str]:
    """Living processes with our mark that were not there before, orphans included."""
    found = {}
    for pid in _pids() - before - {os.getpid()}:
        try:
            environment = Path(f"/proc/{pid}/environ").read_bytes()
            if _MARK.encode() in environment.split(b"\0"):
                found[pid] = repr(Path(f"/proc/{pid}/cmdline").read_bytes())[:200]
        except OSError:
            continue
    return found


def _ended(processes: dict[int, str]) -> list[str]:
    """End what a test left running, so that it does not trouble the next; their commands."""
    for pid in processes:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)
    return list(processes.values())


def _live_qt_objects() -> list[object]:
    """Active timers, running threads and visible windows, where Qt was imported at all."""
    core = sys.modules.get("PyQt6.QtCore")
    if core is None or core.QCoreApplication.instance() is None:
        return []
    core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete)
    core.QCoreApplication.processEvents()
    from PyQt6 import sip

    found: list[object] = []
    for item in gc.get_objects():
        if not issubclass(type(item), core.QObject) or sip.isdeleted(item):
            continue
        timer = isinstance(item, core.QTimer) and item.isActive()
        thread = isinstance(item, core.QThread) and item.isRunning()
        if timer or (thread and item is not core.QThread.currentThread()):
            found.append(item)
    widgets = sys.modules.get("PyQt6.QtWidgets")
    if widgets is not None and widgets.QApplication.instance() is not None:
        found += [w for w in widgets.QApplication.topLevelWidgets() if w.isVisible()]
    return found
