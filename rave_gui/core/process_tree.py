"""A process with everything that it started: found, paused, continued and killed as one.

Linux tells all of it through ``/proc``; elsewhere psutil does, where it is installed. A root that
leads its own session (as the children of the runner do) keeps even those helpers that outlived
their parents, such as the pool of ``rave preprocess``.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

_PROC = Path("/proc")
_POSIX = os.name == "posix"
_ROUNDS = 50
"""Upper bound of the hunt for processes that are born while their kin is being signalled."""


class _Row(NamedTuple):
    pid: int
    parent: int
    group: int
    session: int


def members(root: int) -> set[int]:
    """The living processes of the tree, group and session of ``root``, itself included."""
    if not _in_its_own_right(root):
        return set()
    rows = list(_rows())
    found = {row.pid for row in rows if root in (row.pid, row.group, row.session)}
    grew = True
    while grew:
        more = {row.pid for row in rows if row.parent in found} - found
        found |= more
        grew = bool(more)
    return found - {os.getpid()}


def interrupt(root: int) -> None:
    """What Ctrl-C in a terminal does."""
    if _POSIX:
        _signal_group(root, signal.SIGINT)
    else:
        with contextlib.suppress(OSError):
            os.kill(root, getattr(signal, "CTRL_BREAK_EVENT", signal.SIGTERM))


def terminate(root: int) -> None:
    """Ask every process of the tree to end."""
    _each_once(root, "terminate", signal.SIGTERM)


def suspend(root: int) -> None:
    """Stop every process of the tree until `resume`."""
    _each_once(root, "suspend", getattr(signal, "SIGSTOP", 0))


def resume(root: int) -> None:
    """Let every process of the tree go on."""
    _each_once(root, "resume", getattr(signal, "SIGCONT", 0))


def kill(root: int) -> None:
    """End every process of the tree at once; they can neither refuse nor tidy up."""
    _each_once(root, "kill", getattr(signal, "SIGKILL", signal.SIGTERM))


def _each_once(root: int, action: str, signum: int) -> None:
    """Do it to every member, and to those born meanwhile, until no new one shows up."""
    done: set[int] = set()
    for _ in range(_ROUNDS):
        fresh = members(root) - done
        if not fresh:
            break
        for pid in fresh:
            _act(pid, action, signum)
        done |= fresh


def _act(pid: int, action: str, signum: int) -> None:
    if _POSIX:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signum)
        return
    psutil = _psutil()
    if psutil is None:
        return
    with contextlib.suppress(psutil.Error):
        getattr(psutil.Process(pid), action)()


def _signal_group(root: int, signum: int) -> None:
    if _in_its_own_right(root):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(root, signum)


def _in_its_own_right(root: int) -> bool:
    """Never ourselves, nor the group and session that we live in: that would be suicide."""
    if root <= 1 or root == os.getpid():
        return False
    return not _POSIX or root not in (os.getpgrp(), os.getsid(0))


def _rows() -> Iterator[_Row]:
    """Every living process; a zombie is not."""
    if (_PROC / "self" / "stat").exists():
        for entry in os.scandir(_PROC):
            if entry.name.isdigit() and (row := _row_from_proc(int(entry.name))):
                yield row
        return
    yield from _rows_from_psutil()


def _row_from_proc(pid: int) -> _Row | None:
    """Fields 3 to 6 of ``stat``: state, parent, group, session."""
    try:
        stat = (_PROC / str(pid) / "stat").read_bytes()
        state, parent, group, session = stat[stat.rindex(b")") + 1 :].split()[:4]
    except (OSError, ValueError):
        return None
    if state in (b"Z", b"X", b"x"):
        return None
    return _Row(pid, int(parent), int(group), int(session))


def _rows_from_psutil() -> Iterator[_Row]:
    psutil = _psutil()
    if psutil is None:
        return
    for process in psutil.process_iter(["pid", "ppid", "status"]):
        if process.info["status"] == psutil.STATUS_ZOMBIE:
            continue
        pid, group, session = process.info["pid"], 0, 0
        if _POSIX:
            with contextlib.suppress(OSError):
                group, session = os.getpgid(pid), os.getsid(pid)
        yield _Row(pid, process.info["ppid"] or 0, group, session)


def _psutil() -> Any:
    """The module, or None where it is not installed."""
    try:
        import psutil  # noqa: PLC0415
    except ImportError:
        return None
    return psutil
