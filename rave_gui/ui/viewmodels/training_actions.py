"""What can be asked of a training now: the buttons of its header and the entries of its menu."""

from __future__ import annotations

from dataclasses import dataclass

from rave_gui.core.records import Experiment, ExperimentStatus
from rave_gui.ui.text import translate

S = ExperimentStatus
FORK, RENAME, NOTES, FOLDER, DELETE = "fork", "rename", "notes", "folder", "delete"
ARCHIVE, BRING_BACK, CLONE = "archive", "bring-back", "clone"
LISTEN = "listen"
STARS = "stars-"
"""Followed by how many."""
_BUSY = frozenset({S.RUNNING, S.STOPPING, S.QUEUED})


@dataclass(frozen=True)
class Actions:
    """Which buttons the selected experiment has; what cannot be done is not shown."""

    start: bool = False
    stop: bool = False
    preview: bool = False
    save: bool = False
    pause: bool = False
    resume: bool = False
    go_on: bool = False
    extend: bool = False
    fork: bool = False


@dataclass(frozen=True)
class MenuEntry:
    """One line of the menu; ``checked`` is None where there is nothing to tick."""

    key: str
    text: str
    enabled: bool = True
    why_not: str = ""
    begins_group: bool = False


def actions(experiment: Experiment, *, paused: bool, saved: bool) -> Actions:
    """What can be asked of it now. ``saved``: there is a checkpoint to go on from."""
    status = experiment.status
    if status is S.RUNNING:
        return Actions(
            stop=True, preview=not paused, save=not paused, pause=not paused, resume=paused
        )
    if status is S.QUEUED:
        return Actions(stop=True)
    if status is S.STOPPING:
        return Actions()
    if status is S.OUTSIDE:
        return Actions(fork=saved)
    known, done = experiment.dataset_id is not None, status is S.COMPLETED
    return Actions(
        start=not saved and known,
        go_on=saved and known and not done,
        extend=saved and known and done,
        fork=saved,
    )


def menu(experiment: Experiment, *, saved: bool) -> tuple[MenuEntry, ...]:
    """The entries behind the three dots."""
    busy = experiment.status in _BUSY
    first = _tr("Stop it first.") if busy else ""
    put_away = (
        MenuEntry(BRING_BACK, _tr("Take out of the archive"))
        if experiment.archived
        else MenuEntry(ARCHIVE, _tr("Archive"), not busy, first)
    )
    return (
        MenuEntry(
            FORK, _tr("Fork…"), saved, "" if saved else _tr("There is no checkpoint to begin with.")
        ),
        MenuEntry(CLONE, _tr("New training like this…")),
        MenuEntry(
            LISTEN,
            _tr("Listen to its checkpoints"),
            saved,
            "" if saved else _tr("There is no checkpoint to listen to yet."),
        ),
        MenuEntry(RENAME, _tr("Rename…"), begins_group=True),
        MenuEntry(NOTES, _tr("Tags and notes…")),
        put_away,
        MenuEntry(FOLDER, _tr("Show in folder"), begins_group=True),
        MenuEntry(DELETE, _tr("Delete…"), not busy, first, begins_group=True),
    )


def notes_line(experiment: Experiment) -> str:
    """Tags and the beginning of the notes, or what could be there."""
    first = experiment.notes.strip().split("\n")[0]
    parts = [*experiment.tags, *([f"“{first}”"] if first else [])]
    return " · ".join(parts) or _tr("Add tags or a note")


def split_tags(text: str) -> tuple[str, ...]:
    """Tags as they are typed: commas between them."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _tr(text: str) -> str:
    return translate("training-actions", text)
