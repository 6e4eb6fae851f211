"""The one place that starts processes: runners that outlive us, and short calls that do not."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from rave_gui.companion import rave_gui_job_files as job_files
from rave_gui.core import process_tree
from rave_gui.core.errors import UserError
from rave_gui.core.logger import system_logger

RUNNER_LOG = "runner.log"
RUN_JOB = "--run-job"
"""The argument with which a frozen application becomes a runner."""

_LIBRARY_PATHS = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FRAMEWORK_PATH", "LIBPATH")
_POISON = {
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONEXECUTABLE",
    "PYTHONSTARTUP",
    "PYTHONPLATLIBDIR",
    "__PYVENV_LAUNCHER__",
    "VIRTUAL_ENV",
    "VIRTUAL_ENV_PROMPT",
    job_files.JOB_VARIABLE,
}
_POISON_PREFIXES = ("QT_", "QML", "_PYI", "_MEI")
_LAST_WORDS_SECONDS = 5.0
_STEP_SECONDS = 0.05
_OUR_ROOT = Path(__file__).resolve().parents[2]
"""Where ``-m rave_gui.runner`` finds us, however we were found."""

_runners: list[subprocess.Popen[bytes]] = []


@dataclass(frozen=True)
class Completed:
    """What a short call came to; undecodable output is replaced, not refused."""

    returncode: int
    stdout: str
    stderr: str


def clean_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Our environment without what a frozen application or a virtual environment put into it.

    ``extra`` goes on top and may set again what was dropped.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in _POISON and not name.startswith(_POISON_PREFIXES)
    }
    for name in _LIBRARY_PATHS:
        original = kept.pop(f"{name}_ORIG", None)
        if original is not None:
            kept[name] = original
        elif getattr(sys, "frozen", False):
            kept.pop(name, None)
    return {**kept, **(extra or {})}


def spawn_runner(job_dir: Path) -> int:
    """Start the runner of the job in ``job_dir``, in a session of its own; returns its pid.

    Raises UserError where the system starts no more processes.
    """
    try:
        with (job_dir / RUNNER_LOG).open("ab") as log:
            pid = _spawn(_runner_argv(job_dir), {}, log)
    except OSError as error:
        raise _not_started(error) from error
    system_logger().info("runner %d started for %s", pid, job_dir)
    return pid


def spawn_detached(argv: Sequence[str], environment: Mapping[str, str]) -> int:
    """Start a program that outlives us, silent, in a session of its own; returns its pid.

    Raises:
        UserError: when the system starts no more processes.
    """
    try:
        pid = _spawn(argv, environment, subprocess.DEVNULL)
    except OSError as error:
        raise _not_started(error) from error
    system_logger().info("process %d started: %s", pid, " ".join(argv))
    return pid


def _spawn(argv: Sequence[str], environment: Mapping[str, str], errors: IO[bytes] | int) -> int:
    reap_runners()
    process = subprocess.Popen(
        argv,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=errors,
        cwd=_OUR_ROOT,
        env=clean_environment(environment),
        **_detached(),
    )
    _runners.append(process)
    return process.pid


def _not_started(error: OSError) -> UserError:
    return UserError(
        f"The work could not be started: {error.strerror or error}.",
        "Close other programs or make room on the disk, then try again.",
    )


def reap_runners() -> None:
    """Take note of runners of ours that have ended, so that none stays behind as a zombie."""
    for runner in list(_runners):
        if runner.poll() is not None:
            with contextlib.suppress(ValueError):  # another thread was faster
                _runners.remove(runner)


def run_captured(
    argv: Sequence[str],
    *,
    timeout: float,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
    stdin: str = "",
    cancel: threading.Event | None = None,
) -> Completed:
    """Run a short program to its end; ``timeout`` in seconds.

    ``environment`` is the whole of it, as from `clean_environment`, which is also the default.
    Raises UserError where it is missing, cannot be started or takes too long; in the last case
    everything that it started is killed. A return code other than 0 is no error here. Once
    ``cancel`` is set it is killed within a tenth of a second, with a UserError that says so.
    """
    # A second call of `communicate` hands over no input any more, so it comes from a file there.
    file = _as_file(stdin) if stdin and cancel is not None else None
    with file or contextlib.nullcontext():
        process = start_program(
            argv,
            cwd,
            environment,
            stdin=file or subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=os.name == "posix",
        )
    try:
        given = b"" if file else stdin.encode()
        out, err = _communicate(process, given, timeout, cancel)
    except BaseException as error:
        _put_an_end_to(process)
        if isinstance(error, subprocess.TimeoutExpired):
            raise _too_slow(argv, timeout) from error
        raise
    return Completed(
        process.returncode, out.decode("utf-8", "replace"), err.decode("utf-8", "replace")
    )


def _as_file(text: str) -> IO[bytes]:
    """A nameless file to read ``text`` from.

    Raises:
        UserError: the disk refuses.
    """
    try:
        file = tempfile.TemporaryFile()  # noqa: SIM115  closed by whom it is given to
        file.write(text.encode())
        file.seek(0)
    except OSError as error:
        raise _not_started(error) from error
    return file


def _communicate(
    process: subprocess.Popen[bytes], given: bytes, timeout: float, cancel: threading.Event | None
) -> tuple[bytes, bytes]:
    """The whole output; in short steps where somebody may lose interest."""
    end = time.monotonic() + timeout
    while True:
        step = timeout if cancel is None else min(_STEP_SECONDS, max(0.0, end - time.monotonic()))
        try:
            return process.communicate(given or None, timeout=step)
        except subprocess.TimeoutExpired:
            if cancel is None or time.monotonic() >= end:
                raise
            if cancel.is_set():
                raise UserError("It was not waited for any longer.") from None


def process_token(pid: int) -> str | None:
    """What tells this process from any other that ever had its number; None where it is gone."""
    return job_files.process_token(pid)


def is_alive(pid: int | None, token: str | None) -> bool:
    """Whether the very process that had ``token`` still runs; a zombie does not."""
    return pid is not None and token is not None and job_files.process_token(pid) == token


def interrupt_tree(pid: int, token: str | None) -> None:
    """What Ctrl-C does, to the process with that token and its group; else nothing."""
    if is_alive(pid, token):
        process_tree.resume(pid)
        process_tree.interrupt(pid)


def terminate_process(pid: int, token: str | None) -> None:
    """Ask one process to end, if it still is the one with that token."""
    if is_alive(pid, token):
        with contextlib.suppress(OSError):
            os.kill(pid, 15)


def start_program(
    argv: Sequence[str],
    cwd: Path | None,
    environment: Mapping[str, str] | None,
    **options: Any,
) -> subprocess.Popen[bytes]:
    """Start a program in ``environment``, or in a clean one; ``options`` are those of ``Popen``.

    Raises:
        UserError: it is missing or cannot be started.
    """
    try:
        return subprocess.Popen(
            list(argv),
            stdout=subprocess.PIPE,
            cwd=cwd,
            env=clean_environment() if environment is None else dict(environment),
            **options,
        )
    except (OSError, ValueError) as error:
        raise UserError(
            start_error(argv, cwd, error),
            "Check that it is installed and that its path is right.",
            details=repr(error),
        ) from error


def kill_tree(pid: int, token: str | None) -> None:
    """Kill the process with that token and everything below it; any other is left alone."""
    if is_alive(pid, token):
        process_tree.kill(pid)


def start_error(argv: Sequence[str], cwd: Path | None, error: Exception) -> str:
    """Why ``argv`` did not start, as a sentence."""
    program = argv[0] if argv else ""
    if cwd is not None and not cwd.is_dir():
        return f"The folder {cwd}, in which the program should work, does not exist."
    if isinstance(error, FileNotFoundError):
        return f"The program {program} was not found."
    if isinstance(error, PermissionError):
        return f"The program {program} may not be run: permission denied."
    reason = error.strerror if isinstance(error, OSError) and error.strerror else error
    return f"The program {program} could not be started: {reason}."


def own_argv(*arguments: str) -> list[str]:
    """This very application, started again with ``arguments`` (see ``__main__``)."""
    if getattr(sys, "frozen", False):
        return [sys.executable, *arguments]
    return [sys.executable, "-m", "rave_gui", *arguments]


def own_environment() -> dict[str, str]:
    """What finds us again, however we were found: for the child only, not for what it starts."""
    return {} if getattr(sys, "frozen", False) else {"PYTHONPATH": str(_OUR_ROOT)}


def become(argv: Sequence[str]) -> int:
    """Go on as the program ``argv``, with our input and output; what was put in to find us goes.

    Returns its code where a process cannot become another one (Windows). Says why on standard
    output and returns 127 where it cannot be started.
    """
    environment = clean_environment()
    try:
        if os.name == "posix":
            os.execvpe(argv[0], list(argv), environment)
        return subprocess.run(list(argv), env=environment, check=False).returncode
    except OSError as error:
        print(f"rave-gui: {start_error(argv, None, error)}", flush=True)
        return 127


def _runner_argv(job_dir: Path) -> list[str]:
    target = str(job_dir.absolute())
    if getattr(sys, "frozen", False):
        return [sys.executable, RUN_JOB, target]
    return [sys.executable, "-m", "rave_gui.runner", target]


def _detached() -> dict[str, Any]:
    if os.name == "posix":
        return {"start_new_session": True}
    flags = ("DETACHED_PROCESS", "CREATE_NEW_PROCESS_GROUP")
    return {"creationflags": sum(getattr(subprocess, flag, 0) for flag in flags)}


def _put_an_end_to(process: subprocess.Popen[bytes]) -> None:
    """Kill the tree and take back the pipes, even where a stranger keeps them open."""
    process_tree.kill(process.pid)
    try:
        process.communicate(timeout=_LAST_WORDS_SECONDS)
    except subprocess.TimeoutExpired:
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def _too_slow(argv: Sequence[str], timeout: float) -> UserError:
    return UserError(
        f"The program {argv[0]} did not answer within {timeout:g} seconds and was ended.",
        "Try again when the computer is less busy.",
    )
