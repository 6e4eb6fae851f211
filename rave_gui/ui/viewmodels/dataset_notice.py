"""What the Data page says first of a dataset that wants something: gone, failed, moved, broken."""

from __future__ import annotations

from dataclasses import dataclass

from rave_gui.core.records import DatasetStatus
from rave_gui.ui import formats
from rave_gui.ui.readers_data import DatasetDetail, Place
from rave_gui.ui.text import plural, translate

FIND, FORGET, LOG, AGAIN = "find", "forget", "log", "again"
_ENDED = {
    DatasetStatus.FAILED: "bad",
    DatasetStatus.STOPPED: "warn",
    DatasetStatus.INTERRUPTED: "warn",
}


@dataclass(frozen=True)
class Notice:
    """A title, whole sentences, and what can be done about it."""

    title: str = ""
    text: str = ""
    role: str = "bad"
    actions: tuple[str, ...] = ()


def _tr(text: str) -> str:
    return translate("dataset-notice", text)


def notice(detail: DatasetDetail) -> Notice:
    """The gravest of what is to say; empty where all is well."""
    dataset, place = detail.dataset, detail.place
    if dataset.status is DatasetStatus.PREPROCESSING:
        return Notice()
    if place.gone and dataset.status is DatasetStatus.READY:
        return _gone(detail)
    if dataset.status in _ENDED:
        return _ended(detail)
    if dataset.lazy and place.files_gone:
        return _silent(place)
    found = detail.verification
    if found is not None and not found.good:
        title = _tr("Checked on {date}: it is not whole").format(date=formats.date(found.at))
        return Notice(title, " ".join(found.problems), "bad", (AGAIN,))
    return _moved(place)


def action_words(action: str) -> str:
    """What its button says."""
    return {
        FIND: _tr("Find it…"),
        FORGET: _tr("Forget…"),
        LOG: _tr("Open the log"),
        AGAIN: _tr("Make it again…"),
    }[action]


def checked(detail: DatasetDetail) -> str:
    """``Checked on 2026-03-14: all 1,939 examples are whole.``; empty without a good check."""
    found = detail.verification
    if found is None or not found.good:
        return ""
    text = (
        _tr("Checked on {date}: all {n} files are where it expects them.")
        if detail.dataset.lazy
        else _tr("Checked on {date}: all {n} examples are whole.")
    )
    return text.format(date=formats.date(found.at), n=formats.count(found.examples))


def _gone(detail: DatasetDetail) -> Notice:
    path = detail.dataset.path
    if detail.place.folder:
        title = _tr("Its database is gone from {folder}").format(folder=path)
    else:
        title = _tr("Its files are gone from {folder}").format(folder=path)
    text = _tr(
        "Perhaps the folder was moved, or its disk is not connected. Trainings cannot use it until "
        "it is found."
    )
    return Notice(title, text, "bad", (FIND, FORGET))


def _ended(detail: DatasetDetail) -> Notice:
    dataset = detail.dataset
    told = dataset.error or _tr("Nobody recorded why.")
    first, _, rest = told.partition(". ")
    title = first.rstrip(".") + "."
    log = (LOG,) if detail.job is not None else ()
    return Notice(title, rest, _ENDED[dataset.status], (*log, AGAIN))


def _silent(place: Place) -> Notice:
    title = _tr("RAVE would learn silence: sound files are not where they were")
    return Notice(title, _which(place), "bad", (FIND, AGAIN))


def _moved(place: Place) -> Notice:
    """The dataset holds its sound, so this is no more than a remark."""
    if not place.files_gone:
        return Notice()
    title = _tr("Its sound files were moved")
    text = _tr(
        "The dataset holds all it needs; the files can be played here, and made into another "
        "dataset, once they are found. {which}"
    )
    return Notice(title, text.format(which=_which(place)), "secondary", (FIND,))


def _which(place: Place) -> str:
    text = plural(
        place.files_gone,
        _tr("{n} of {all} that were looked for is not there: {first}."),
        _tr("{n} of {all} that were looked for are not there, {first} to begin with."),
    )
    return text.format(
        n=formats.count(place.files_gone),
        all=formats.count(place.files_looked),
        first=place.first_gone,
    )
