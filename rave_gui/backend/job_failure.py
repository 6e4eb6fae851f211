"""Why a job failed, in one sentence with the remedy where the cause is known."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

from rave_gui.backend.explain import explain
from rave_gui.backend.jobs import JobEnd
from rave_gui.core.errors import UserError
from rave_gui.core.job_facts import JobExit
from rave_gui.core.log_monitor import LogMonitor
from rave_gui.core.records import JobState

_READ_LINES = 2000
_FULL_BYTES = 1024 * 1024


def explain_end(end: JobEnd) -> str:
    """The cause and the remedy, from the log where it tells them, else from how it ended."""
    log = LogMonitor(end.directory.output, max_lines=_READ_LINES)
    log.poll()
    known = explain(log.lines())
    if known:
        return f"{known[-1].cause} {known[-1].remedy}".strip()
    return _unknown(end)


def told(end: JobEnd, ok: bool, message: str) -> str:
    """The sentence for the end of a job, as a handler gives it.

    Raises:
        UserError: where the return code promised success and the files say otherwise.
    """
    if not ok and end.state is JobState.SUCCEEDED:
        raise UserError(message)
    return message


def _unknown(end: JobEnd) -> str:
    if end.exit is None:
        return "It was interrupted: the computer or the process was ended from outside."
    if end.exit.error:
        return end.exit.error
    if end.exit.stopped_by == "silence":
        return "It said nothing for a long time and was stopped. Look at its log for the last file."
    return _by_its_words(end, end.exit)


def _by_its_words(end: JobEnd, record: JobExit) -> str:
    """What RAVE said at last, or why it could say nothing."""
    if end.last_error:
        return f"RAVE stopped with: {end.last_error}"
    if _is_full(end.directory.path):
        return (
            f"The disk that holds {end.directory.path.parent} is full, so that RAVE could not "
            "even write why it ended. Free some space, then go on."
        )
    if record.signal:
        return f"It was ended by the system ({_signal_name(record.signal)})."
    return f"RAVE ended with code {record.returncode} and gave no reason. Look at its log."


def _is_full(path: Path) -> bool:
    """Whether there is so little room left that a checkpoint, or a log, cannot be written."""
    try:
        return shutil.disk_usage(path).free < _FULL_BYTES
    except OSError:
        return False


def _signal_name(number: int) -> str:
    try:
        name = signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
    memory = ", which is also what happens when memory runs out" if name == "SIGKILL" else ""
    return f"signal {name}{memory}"
