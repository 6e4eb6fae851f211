"""What the queue starts next: a pure decision from who waits, what is taken, and the policy."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rave_gui.core.repositories.schedule import QueuePolicy

_MARK = "#"


@dataclass(frozen=True)
class Waiting:
    """One training in the line."""

    experiment_id: int
    device: str
    not_before: float | None = None
    """POSIX seconds."""


@dataclass(frozen=True)
class Start:
    """Start this training in that slot."""

    experiment_id: int
    slot: str


def owner_of(experiment_id: int) -> str:
    """The name under which an experiment holds a device."""
    return f"experiment-{experiment_id}"


def slots_of(device: str, number: int) -> tuple[str, ...]:
    """The names of the places on a device; the first is the device itself."""
    return (device, *(f"{device}{_MARK}{place}" for place in range(2, number + 1)))


def device_of(slot: str) -> str:
    """The device that a slot is on."""
    return slot.partition(_MARK)[0]


def next_start(
    line: Sequence[Waiting], held: Mapping[str, str], policy: QueuePolicy, now: float
) -> Start | None:
    """The first of the line that may start now, or None.

    Whoever waits for a time or for another device holds up nobody. While the queue is paused
    nothing starts, except what holds its slot already: its start was begun before.

    Args:
        line: Who waits, in order.
        held: Slots that are taken, with their owners.
        policy: What holds for the whole queue.
        now: POSIX seconds.
    """
    return next(_starts(line, held, policy, now), None)


def why_waiting(one: Waiting, held: Collection[str], policy: QueuePolicy, now: float) -> str:
    """``paused``, ``time``, ``device`` or, where it could start at once, ``turn``."""
    if policy.paused:
        return "paused"
    if one.not_before is not None and one.not_before > now:
        return "time"
    return "device" if set(slots_of(one.device, policy.slots)) <= set(held) else "turn"


def _starts(
    line: Sequence[Waiting], held: Mapping[str, str], policy: QueuePolicy, now: float
) -> Iterator[Start]:
    owned = {owner: slot for slot, owner in held.items()}
    for one in line:
        if slot := owned.get(owner_of(one.experiment_id)):
            yield Start(one.experiment_id, slot)
        elif why_waiting(one, held, policy, now) == "turn":
            free = (name for name in slots_of(one.device, policy.slots) if name not in held)
            yield Start(one.experiment_id, next(free))
