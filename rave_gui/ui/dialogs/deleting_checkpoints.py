"""What is asked before checkpoints are deleted: what is lost, and what depends on them."""

from __future__ import annotations

from collections.abc import Sequence

from rave_gui.backend.holdings import Stakes
from rave_gui.backend.retention import Reason
from rave_gui.ui import formats
from rave_gui.ui.dialogs.confirm import Question
from rave_gui.ui.text import plural, translate


def question(found: Sequence[Stakes]) -> Question:
    """About one or several; the files are asked about separately."""
    size = sum(one.checkpoint.size for one in found if one.there)
    files = any(one.there for one in found)
    text = _tr("Move the file to the trash as well ({size})")
    if len(found) > 1:
        text = _tr("Move their files to the trash as well ({size})")
    return Question(
        title=_title(found),
        lines=tuple(_lines(found, files=files)),
        yes=_tr("Delete"),
        no=_tr("Keep it") if len(found) == 1 else _tr("Keep them"),
        option=text.format(size=formats.size(size)) if files else "",
        option_on=files,
        danger=True,
    )


def _title(found: Sequence[Stakes]) -> str:
    if len(found) > 1:
        return _tr("Delete {n} checkpoints?").format(n=len(found))
    one = found[0]
    return _tr("Delete {training} at step {step}?").format(
        training=one.experiment.name, step=formats.count(one.checkpoint.step)
    )


def _lines(found: Sequence[Stakes], *, files: bool) -> list[str]:
    lines = [*_last(found), *_said(found), *_made(found), *_elsewhere(found)]
    if files:
        lines.append(
            _tr(
                "If a file stays, it is listed again when its run is next read, without your words."
            )
        )
    return lines


def _last(found: Sequence[Stakes]) -> list[str]:
    """Trainings that are left without any checkpoint, or lose where they would go on."""
    by_run: dict[str, list[Stakes]] = {}
    for one in found:
        by_run.setdefault(one.experiment.name, []).append(one)
    lost = [name for name, some in by_run.items() if any(one.only for one in some)]
    if lost:
        text = _tr("It is the only checkpoint of {names}: that can neither go on nor be exported.")
        return [text.format(names=", ".join(lost))]
    points = [one for one in found if Reason.RESUME in one.held]
    if points:
        text = _tr("{names} would go on from here; it goes on from an earlier step then.")
        return [text.format(names=", ".join(sorted({one.experiment.name for one in points})))]
    return []


def _said(found: Sequence[Stakes]) -> list[str]:
    """What people said of them."""
    rows = [one.checkpoint for one in found]
    said = sum(bool(row.rating or row.pinned or row.notes.strip()) for row in rows)
    if not said:
        return []
    text = plural(
        said,
        _tr("One of them has stars, notes or is kept: that is lost."),
        _tr("{n} of them have stars, notes or are kept: that is lost."),
    )
    if len(found) == 1:
        text = _tr("Its stars and notes are lost, and that it was kept.")
    return [text.format(n=said)]


def _made(found: Sequence[Stakes]) -> list[str]:
    lines = []
    exports = [export.name for one in found for export in one.exports]
    if exports:
        text = _tr("Exports made from it stay, but cannot be made again: {names}.")
        lines.append(text.format(names=", ".join(exports[:8])))
    forks = sorted({fork.name for one in found for fork in one.forks})
    if forks:
        text = _tr("Forks have their own checkpoint and stay: {names}.")
        lines.append(text.format(names=", ".join(forks[:8])))
    if any(one.previews for one in found):
        lines.append(_tr("The previews of its step stay."))
    return lines


def _elsewhere(found: Sequence[Stakes]) -> list[str]:
    lines = []
    for one in found[:3]:
        if one.linked is not None:
            text = _tr("The file it refers to stays where it is: {path}.")
            lines.append(text.format(path=one.linked))
        elif Reason.OUTSIDE in one.held and one.there:
            text = _tr("Its file lies outside the project: {path}.")
            lines.append(text.format(path=one.checkpoint.checkpoint_path))
        elif one.shared:
            lines.append(_tr("Its bytes have another name, so the disk gets no room back."))
    return lines


def _tr(text: str) -> str:
    return translate("deleting", text)
