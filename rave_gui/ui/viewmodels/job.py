"""What the Activity page and the status bar say about a job."""

from __future__ import annotations

from rave_gui.core.records import Job, JobState
from rave_gui.ui import formats
from rave_gui.ui.text import translate

S = JobState


def _tr(text: str) -> str:
    return translate("job", text)


def state_word(state: JobState) -> tuple[str, str]:
    """The word for a state, and the role that colours it."""
    return {
        S.CREATED: (_tr("waiting"), "secondary"),
        S.RUNNING: (_tr("running"), "accent"),
        S.PAUSED: (_tr("paused"), "warn"),
        S.STOPPING: (_tr("stopping"), "warn"),
        S.SUCCEEDED: (_tr("done"), "good"),
        S.FAILED: (_tr("failed"), "bad"),
        S.STOPPED: (_tr("stopped"), "secondary"),
        S.INTERRUPTED: (_tr("interrupted"), "warn"),
    }[state]


def ended_at(job: Job) -> float | None:
    """When it ended, if that was recorded."""
    value = job.exit.get("ended_at")
    return float(value) if isinstance(value, (int, float)) and value > 0 else None


def duration(job: Job, now: float) -> float | None:
    """Seconds from its start to its end, or until now while it lives."""
    end = ended_at(job) if job.state.ended else now
    return max(0.0, end - job.created_at) if end is not None else None


def exit_words(job: Job) -> str:
    """``code 0``, ``signal 9``, ``stopped by you``; nothing while it runs."""
    if not job.state.ended or not job.exit:
        return formats.DASH if job.state.ended else ""
    if job.exit.get("stopped_by") == "user":
        return _tr("stopped by you")
    if job.exit.get("stopped_by") in {"silence", "stuck"}:
        return _tr("stopped: it hung")
    if signal := job.exit.get("signal"):
        return _tr("signal {number}").format(number=signal)
    code = job.exit.get("returncode")
    return formats.DASH if code is None else _tr("code {number}").format(number=code)
