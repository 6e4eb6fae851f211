"""What the rules of retention would do, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rave_gui.backend.checkpoint_clearing import Cleared, Going
from rave_gui.backend.retention import Plan, Reason, Rules
from rave_gui.ui import formats
from rave_gui.ui.text import plural, translate

_ORDER = tuple(Reason)


def reason_words() -> dict[Reason, str]:
    """Why checkpoints stay; ``{n}`` of them."""
    return {
        Reason.PINNED: _tr("{n} kept by you"),
        Reason.STARRED: _tr("{n} with stars"),
        Reason.NOTED: _tr("{n} with notes"),
        Reason.EXPORTED: _tr("{n} exported"),
        Reason.BEST: _tr("{n} best"),
        Reason.LAST: _tr("{n} at the end"),
        Reason.STOPPED: _tr("{n} at a stop"),
        Reason.SAVED: _tr("{n} saved by you"),
        Reason.NEWEST: _tr("{n} newest"),
        Reason.RESUME: _tr("{n} to go on from"),
        Reason.IN_USE: _tr("{n} in use now"),
        Reason.OUTSIDE: _tr("{n} outside the project"),
        Reason.GONE: _tr("{n} whose file is gone"),
    }


def kind_words() -> dict[Reason, str]:
    """What a person may give up."""
    return {
        Reason.BEST: _tr("best validation"),
        Reason.LAST: _tr("end of a training"),
        Reason.STOPPED: _tr("at a stop"),
        Reason.SAVED: _tr("saved by you"),
    }


def headline(made: Plan, rules: Rules) -> tuple[str, str]:
    """What would happen, and the role of that sentence."""
    if rules.every is None and rules.keep is None and rules.budget is None:
        return _tr("Without a rule nothing goes."), "secondary"
    if made.over:
        text = _tr(
            "The limit cannot be met: what is left takes {over} more, and all of it is held."
        )
        return text.format(over=formats.size(made.over)), "warn"
    if not made.going:
        return _tr("Nothing would go: everything is within the rules."), "good"
    text = plural(
        len(made.going),
        _tr("1 checkpoint would go and gives {freed} back."),
        _tr("{n} checkpoints would go and give {freed} back."),
    )
    return text.format(n=formats.count(len(made.going)), freed=formats.size(made.freed)), "strong"


def stays(made: Plan) -> str:
    """How many stay, and why."""
    counts = Counter(reason for one in made.staying for reason in one.held)
    words = reason_words()
    held = [words[reason].format(n=counts[reason]) for reason in _ORDER if counts[reason]]
    text = plural(len(made.staying), _tr("1 stays"), _tr("{n} stay"))
    sentence = f"{text.format(n=formats.count(len(made.staying)))}, {formats.size(made.left)}"
    return f"{sentence}: {', '.join(held)}." if held else f"{sentence}."


def depends(going: Sequence[Going]) -> str:
    """What hangs on those that would go."""
    parts = []
    if heard := sum(one.heard for one in going):
        parts.append(
            plural(
                heard,
                _tr("The preview of 1 of them stays."),
                _tr("The previews of {n} of them stay."),
            ).format(n=heard)
        )
    if forks := sorted({name for one in going for name in one.forks}):
        text = _tr("Forks have their own checkpoint and stay: {names}.")
        parts.append(text.format(names=", ".join(forks[:6])))
    if shared := sum(one.shared for one in going):
        parts.append(
            plural(
                shared,
                _tr("1 gives no room back: its bytes have another name, say in a fork."),
                _tr("{n} give no room back: their bytes have another name, say in a fork."),
            ).format(n=shared)
        )
    return " ".join(parts)


def button(made: Plan, *, for_good: bool) -> str:
    """What the filled button does."""
    number = formats.count(len(made.going))
    if for_good:
        return _tr("Delete {n} for good").format(n=number)
    return _tr("Move {n} to the trash").format(n=number)


def done(result: Cleared, *, for_good: bool) -> str:
    """What happened."""
    text = plural(
        len(result.gone),
        _tr("1 checkpoint went, {freed}."),
        _tr("{n} checkpoints went, {freed}."),
    ).format(n=formats.count(len(result.gone)), freed=formats.size(result.freed))
    later = "" if for_good else _tr("The disk has its room back when the trash is emptied.")
    return " ".join(part for part in (text, later, *result.kept[:3]) if part)


def _tr(text: str) -> str:
    return translate("tidy", text)
