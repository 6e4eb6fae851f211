"""The table of all jobs, running and ended."""

from __future__ import annotations

import time
from collections.abc import Callable

from PyQt6.QtCore import QObject

from rave_gui.core.records import Job, JobKind, JobState
from rave_gui.ui import formats
from rave_gui.ui.models.table import Column, RecordTableModel
from rave_gui.ui.text import translate

_TONES = {
    JobState.RUNNING: "phase1",
    JobState.SUCCEEDED: "good",
    JobState.FAILED: "bad",
    JobState.INTERRUPTED: "warn",
}


class JobsModel(RecordTableModel[Job]):
    """Rows are jobs; ``now`` tells the time, for how long ago they began."""

    def __init__(
        self, parent: QObject | None = None, *, now: Callable[[], float] = time.time
    ) -> None:
        self._now = now
        super().__init__(self._declared(), lambda row: row.id, parent)

    def _declared(self) -> tuple[Column[Job], ...]:
        def tr(text: str) -> str:
            return translate("jobs", text)

        return (
            Column("job", tr("Job"), lambda row: row.title or row.id, hint=lambda row: row.id),
            Column("kind", tr("Kind"), kind),
            Column("state", tr("State"), state, tone=lambda row: _TONES.get(row.state, "")),
            Column("began", tr("Began"), self._began, value=lambda row: row.created_at),
            Column("took", tr("Took"), self._took, value=self._seconds, figure=True),
        )

    def _began(self, row: Job) -> str:
        return formats.ago(row.created_at, self._now())

    def _took(self, row: Job) -> str:
        return formats.duration(self._seconds(row))

    def _seconds(self, row: Job) -> float | None:
        """Until its end; until now while it has none."""
        end = row.exit.get("ended_at") if row.state.ended else self._now()
        return max(0.0, end - row.created_at) if isinstance(end, (int, float)) and end else None


def kind(row: Job) -> str:
    """What the job does, as words."""
    words = {
        JobKind.PREPROCESS: translate("jobs", "preparing data"),
        JobKind.TRAIN: translate("jobs", "training"),
        JobKind.EXPORT: translate("jobs", "exporting"),
        JobKind.TRIAL: translate("jobs", "testing a setup"),
        JobKind.VERIFY: translate("jobs", "verifying"),
        JobKind.INSTALL: translate("jobs", "installing the engine"),
    }
    return words[row.kind]


def state(row: Job) -> str:
    """How far the job is, as words."""
    words = {
        JobState.CREATED: translate("jobs", "starting"),
        JobState.RUNNING: translate("jobs", "running"),
        JobState.PAUSED: translate("jobs", "paused"),
        JobState.STOPPING: translate("jobs", "stopping"),
        JobState.SUCCEEDED: translate("jobs", "done"),
        JobState.FAILED: translate("jobs", "failed"),
        JobState.STOPPED: translate("jobs", "stopped"),
        JobState.INTERRUPTED: translate("jobs", "interrupted"),
    }
    return words[row.state]
