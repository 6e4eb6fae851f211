"""What is asked before trainings are forgotten: what is lost, and what came of them."""

from __future__ import annotations

from collections.abc import Sequence

from rave_gui.backend.training_care import Stakes
from rave_gui.ui import formats
from rave_gui.ui.dialogs.confirm import Question
from rave_gui.ui.text import plural, translate


def question(stakes: Stakes) -> Question:
    """About one training."""
    title = _tr("Delete the training {name}?").format(name=stakes.experiment.name)
    return _question(title, _lines(stakes), stakes.bytes)


def question_of_many(found: Sequence[Stakes]) -> Question:
    """About several at once."""
    title = _tr("Delete {n} trainings?").format(n=len(found))
    names = ", ".join(stakes.experiment.name for stakes in found[:8])
    more = _tr(" and {n} more").format(n=len(found) - 8) if len(found) > 8 else ""
    lines = [f"{names}{more}.", _lost(sum(len(stakes.checkpoints) for stakes in found))]
    lines += _made(sum(len(stakes.exports) for stakes in found))
    return _question(title, lines, sum(stakes.bytes for stakes in found))


def _question(title: str, lines: Sequence[str], size: int) -> Question:
    text = _tr("Move its folder to the trash as well ({size})")
    return Question(
        title=title,
        lines=tuple(lines),
        yes=_tr("Delete"),
        no=_tr("Keep it"),
        option=text.format(size=formats.size(size)),
        danger=True,
    )


def _lines(stakes: Stakes) -> list[str]:
    lines = [_lost(len(stakes.checkpoints)), *_made(len(stakes.exports))]
    if stakes.forks:
        names = ", ".join(fork.name for fork in stakes.forks[:5])
        lines.append(
            _tr("Forks of it have their own checkpoint and stay: {names}.").format(names=names)
        )
    if stakes.outside is not None:
        text = _tr("RAVE's own files in {folder} are not touched.")
        lines.append(text.format(folder=stakes.outside))
    return lines


def _lost(checkpoints: int) -> str:
    lost = plural(checkpoints, _tr("1 checkpoint"), _tr("{n} checkpoints"))
    text = _tr("Its curves, its notes and {checkpoints} will be forgotten.")
    return text.format(checkpoints=lost.format(n=checkpoints))


def _made(exports: int) -> list[str]:
    if not exports:
        return []
    text = plural(
        exports,
        _tr("1 export was made from it and stays."),
        _tr("{n} exports were made from it and stay."),
    )
    return [text.format(n=exports)]


def _tr(text: str) -> str:
    return translate("deleting", text)
