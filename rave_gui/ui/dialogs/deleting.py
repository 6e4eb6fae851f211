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
    option = _tr("Move its folder to the trash as well ({size})")
    return _question(title, _lines(stakes), _tr("Keep it"), option, stakes.bytes)


def question_of_many(found: Sequence[Stakes]) -> Question:
    """About several at once."""
    title = _tr("Delete {n} trainings?").format(n=len(found))
    names = ", ".join(stakes.experiment.name for stakes in found[:8])
    more = _tr(" and {n} more").format(n=len(found) - 8) if len(found) > 8 else ""
    lost = _tr("Their curves, their notes and {checkpoints} will be forgotten.")
    lines = [f"{names}{more}.", _lost(sum(len(stakes.checkpoints) for stakes in found), lost)]
    lines += _made(sum(len(stakes.exports) for stakes in found), of=_tr("them"))
    option = _tr("Move their folders to the trash as well ({size})")
    size = sum(stakes.bytes for stakes in found)
    return _question(title, lines, _tr("Keep them"), option, size)


def _question(title: str, lines: Sequence[str], no: str, option: str, size: int) -> Question:
    return Question(
        title=title,
        lines=tuple(lines),
        yes=_tr("Delete"),
        no=no,
        option=option.format(size=formats.size(size)),
        danger=True,
    )


def _lines(stakes: Stakes) -> list[str]:
    lost = _tr("Its curves, its notes and {checkpoints} will be forgotten.")
    lines = [_lost(len(stakes.checkpoints), lost), *_made(len(stakes.exports), of=_tr("it"))]
    if stakes.forks:
        names = ", ".join(fork.name for fork in stakes.forks[:5])
        lines.append(
            _tr("Forks of it have their own checkpoint and stay: {names}.").format(names=names)
        )
    if stakes.outside is not None:
        text = _tr("RAVE's own files in {folder} are not touched.")
        lines.append(text.format(folder=stakes.outside))
    return lines


def _lost(checkpoints: int, text: str) -> str:
    lost = plural(checkpoints, _tr("1 checkpoint"), _tr("{n} checkpoints"))
    return text.format(checkpoints=lost.format(n=checkpoints))


def _made(exports: int, of: str) -> list[str]:
    if not exports:
        return []
    text = plural(
        exports,
        _tr("1 export was made from {it} and stays."),
        _tr("{n} exports were made from {it} and stay."),
    )
    return [text.format(n=exports, it=of)]


def _tr(text: str) -> str:
    return translate("deleting", text)
