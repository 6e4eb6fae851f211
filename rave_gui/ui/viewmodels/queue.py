"""What the strip at the foot of the trainings says about the queue."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from rave_gui.backend.queue import QueuePolicy, Waiting
from rave_gui.backend.queue_plan import why_waiting
from rave_gui.core.repositories.schedule import GO_ON, PAUSE
from rave_gui.ui import formats
from rave_gui.ui.text import plural, translate

MOVE, START_AT, ANY_TIME, LEAVE = "move", "start-at", "any-time", "leave"
HOLD, GO, AFTER, SLOTS = "hold", "go", "after", "slots"


@dataclass(frozen=True)
class QueueWish:
    """What somebody asks of the queue."""

    kind: str
    experiment_id: int = 0
    place: int = 0
    """Of ``MOVE``: 1 is the next."""
    value: str | int = ""
    """Of ``AFTER`` and ``SLOTS``: the new rule."""


@dataclass(frozen=True)
class QueueFacts:
    """The queue as the records have it."""

    line: Sequence[Waiting] = ()
    held: Mapping[str, str] = field(default_factory=dict)
    policy: QueuePolicy = field(default_factory=QueuePolicy)
    names: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class QueueItem:
    """One training that waits."""

    id: int
    name: str
    remark: str
    timed: bool
    """Whether it waits for a time, which can be lifted."""


@dataclass(frozen=True)
class QueueView:
    """Everything that the strip shows."""

    items: tuple[QueueItem, ...] = ()
    sentence: str = ""
    hint: str = ""
    paused: bool = False
    warn: bool = False
    """Whether the queue was paused by itself, which somebody should see."""
    after_failure: str = GO_ON
    slots: int = 1


def view(facts: QueueFacts, now: float | None = None) -> QueueView:
    """The queue in words."""
    now, policy = time.time() if now is None else now, facts.policy
    items, ahead = [], set[str]()
    for one in facts.line:
        remark = _remark(one, facts, now, first=one.device not in ahead)
        ahead.add(one.device)
        name = facts.names.get(one.experiment_id, "")
        items.append(QueueItem(one.experiment_id, name, remark, one.not_before is not None))
    return QueueView(
        items=tuple(items),
        sentence=_sentence(policy),
        hint=_hint(policy, len(items)),
        paused=policy.paused,
        warn=bool(policy.paused and policy.reason),
        after_failure=policy.after_failure,
        slots=policy.slots,
    )


def after_failure_choices() -> tuple[tuple[str, str], ...]:
    """The rules for a failure, with their words."""
    return (
        (GO_ON, _tr("After a failure go on with the next")),
        (PAUSE, _tr("After a failure pause the queue")),
    )


def slot_choices() -> tuple[tuple[int, str], ...]:
    """How many may run on one device."""
    return tuple(
        (number, plural(number, _tr("1 at a time on each device"), many).format(n=number))
        for number in (1, 2, 3, 4)
        if (many := _tr("{n} at a time on each device"))
    )


def device_words(device: str) -> str:
    """``GPU 0``, ``CPU``."""
    return device.upper().replace(":", " ")


def _sentence(policy: QueuePolicy) -> str:
    if policy.paused:
        return policy.reason or _tr("The queue is paused; nothing new starts.")
    one = _tr("The queue runs one training on each device.")
    many = _tr("The queue runs {n} trainings on each device.")
    return plural(policy.slots, one, many).format(n=policy.slots)


def _hint(policy: QueuePolicy, waiting: int) -> str:
    if policy.paused:
        return _tr("What runs already goes on.")
    if waiting > 1:
        return _tr("Drag to reorder, or Alt and an arrow key. It goes on without this window.")
    return _tr("It goes on when this window is closed.")


def _remark(one: Waiting, facts: QueueFacts, now: float, *, first: bool) -> str:
    why = why_waiting(one, facts.held, facts.policy, now)
    if one.not_before is not None and one.not_before > now:
        return _tr("at {time}").format(time=_moment(one.not_before, now))
    if why == "paused":
        return _tr("waits")
    if why == "turn":
        return _tr("starts now")
    where = device_words(one.device)
    return (_tr("next on {device}") if first else _tr("later on {device}")).format(device=where)


def _moment(moment: float, now: float) -> str:
    """Today only the hour."""
    then = datetime.fromtimestamp(moment)
    if then.date() == datetime.fromtimestamp(now).date():
        return then.strftime("%H:%M")
    return formats.moment(moment)


def _tr(text: str) -> str:
    return translate("queue", text)
