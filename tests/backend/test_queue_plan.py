"""What starts next, decided from plain facts."""

from __future__ import annotations

import pytest

from rave_gui.backend.queue_plan import (
    Start,
    Waiting,
    device_of,
    next_start,
    owner_of,
    slots_of,
    why_waiting,
)
from rave_gui.core.repositories.schedule import QueuePolicy

NOW = 1000.0
USUAL = QueuePolicy()
A, B, GPU = Waiting(1, "cpu"), Waiting(2, "cpu"), Waiting(3, "gpu:0")


def starts(line, held=None, policy=USUAL):
    """Everything that starts one after the other, as the queue does it."""
    held, line, found = dict(held or {}), list(line), []
    while start := next_start(line, held, policy, NOW):
        found.append((start.experiment_id, start.slot))
        held[start.slot] = owner_of(start.experiment_id)
        line = [one for one in line if one.experiment_id != start.experiment_id]
    return found


def test_one_training_a_device_in_order():
    assert starts([A, B, GPU]) == [(1, "cpu"), (3, "gpu:0")]
    assert starts([B, A]) == [(2, "cpu")]


def test_who_waits_for_a_device_holds_up_no_other():
    assert starts([A, B, GPU], {"cpu": "experiment-9"}) == [(3, "gpu:0")]


def test_several_places_on_one_device():
    two = QueuePolicy(slots=2)
    assert starts([A, B, Waiting(4, "cpu")], policy=two) == [(1, "cpu"), (2, "cpu#2")]
    assert starts([A], {"cpu": "experiment-9"}, two) == [(1, "cpu#2")]
    assert device_of("cpu#2") == device_of("cpu") == "cpu"
    assert slots_of("gpu:1", 3) == ("gpu:1", "gpu:1#2", "gpu:1#3")


def test_with_fewer_places_than_before_those_that_run_stay():
    assert starts([A], {"cpu": "experiment-8", "cpu#2": "experiment-9"}) == []


@pytest.mark.parametrize(("moment", "begins"), [(NOW - 1, True), (NOW, True), (NOW + 1, False)])
def test_nothing_starts_before_its_time(moment, begins):
    line = [Waiting(1, "cpu", moment), B]
    assert starts(line)[0] == ((1, "cpu") if begins else (2, "cpu"))


def test_a_paused_queue_starts_nothing_but_what_was_begun():
    paused = QueuePolicy(paused=True)
    assert starts([A, GPU], policy=paused) == []
    assert next_start([A, B], {"cpu": owner_of(2)}, paused, NOW) == Start(2, "cpu")


def test_a_start_that_crashed_goes_on_in_its_own_place():
    assert starts([A], {"cpu": "experiment-9", "cpu#2": owner_of(1)}) == [(1, "cpu#2")]


def test_why_somebody_waits():
    held = {"cpu": "experiment-9"}
    assert why_waiting(A, held, USUAL, NOW) == "device"
    assert why_waiting(GPU, held, USUAL, NOW) == "turn"
    assert why_waiting(Waiting(1, "cpu", NOW + 5), held, USUAL, NOW) == "time"
    assert why_waiting(A, held, QueuePolicy(paused=True), NOW) == "paused"
