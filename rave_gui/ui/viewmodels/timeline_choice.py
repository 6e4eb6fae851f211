"""Which checkpoints of the timeline are chosen, and where the keys lead from there. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rave_gui.ui.viewmodels.timeline import Lane, Mark


@dataclass(frozen=True)
class Choice:
    """The one that keys move from, and all that are chosen with it."""

    current: int | None = None
    chosen: tuple[int, ...] = ()
    """In the order in which they were chosen; the current one is among them."""
    anchor: int | None = None
    """Where a range begins."""


def only(mark: int) -> Choice:
    """That one alone."""
    return Choice(mark, (mark,), mark)


def toggled(choice: Choice, mark: int) -> Choice:
    """That one as well, or no longer."""
    if mark not in choice.chosen:
        return Choice(mark, (*choice.chosen, mark), mark)
    rest = tuple(one for one in choice.chosen if one != mark)
    return Choice(rest[-1], rest, rest[-1]) if rest else choice


def up_to(choice: Choice, mark: int, lanes: Sequence[Lane]) -> Choice:
    """Everything on the lane from where the range began."""
    lane = lane_of(lanes, mark)
    begin = lane_of(lanes, choice.anchor)
    if lane is None or begin is not lane or choice.anchor is None:
        return only(mark)
    numbers = [one.id for one in lane.marks]
    first, last = sorted((numbers.index(choice.anchor), numbers.index(mark)))
    return Choice(mark, tuple(numbers[first : last + 1]), choice.anchor)


def all_of_lane(choice: Choice, lanes: Sequence[Lane]) -> Choice:
    """The whole lane of the current one."""
    lane = lane_of(lanes, choice.current)
    return replace(choice, chosen=tuple(one.id for one in lane.marks)) if lane else choice


def settled(choice: Choice, lanes: Sequence[Lane]) -> Choice:
    """The same after lanes changed; where nothing of it is left, the newest of the first lane."""
    there = {mark.id for lane in lanes for mark in lane.marks}
    chosen = tuple(one for one in choice.chosen if one in there)
    if chosen:
        current = choice.current if choice.current in there else chosen[-1]
        anchor = choice.anchor if choice.anchor in there else current
        return Choice(current, chosen, anchor)
    return only(lanes[0].marks[-1].id) if lanes else Choice()


def beside(lanes: Sequence[Lane], current: int | None, by: int) -> int | None:
    """So many checkpoints further on the lane; its ends stay where they are."""
    lane = lane_of(lanes, current)
    if lane is None:
        return lanes[0].marks[-1].id if lanes else None
    numbers = [one.id for one in lane.marks]
    place = numbers.index(current or 0) + by
    return numbers[min(max(0, place), len(numbers) - 1)]


def on_lane(lanes: Sequence[Lane], current: int | None, by: int) -> int | None:
    """The nearest step of a lane so many further down."""
    lane, mark = lane_of(lanes, current), mark_of(lanes, current)
    if lane is None or mark is None:
        return lanes[0].marks[-1].id if lanes else None
    other = lanes[min(max(0, lanes.index(lane) + by), len(lanes) - 1)]
    if other is lane:
        return mark.id
    return min(other.marks, key=lambda one: abs(one.step - mark.step)).id


def lane_of(lanes: Sequence[Lane], mark: int | None) -> Lane | None:
    """The lane on which it lies."""
    return next((lane for lane in lanes if any(one.id == mark for one in lane.marks)), None)


def mark_of(lanes: Sequence[Lane], mark: int | None) -> Mark | None:
    """The mark with that number."""
    return next((one for lane in lanes for one in lane.marks if one.id == mark), None)
