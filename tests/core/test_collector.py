"""Full collections wait while somebody holds very many things, and only then."""

from __future__ import annotations

import gc

import pytest

from rave_gui.core.collector import FullCollections


@pytest.fixture(autouse=True)
def _as_before():
    before = gc.get_threshold()
    yield
    assert gc.get_threshold() == before


def test_they_wait_until_the_last_holder_lets_go():
    usual, first, second = gc.get_threshold(), FullCollections(), FullCollections()
    first.put_off(100)
    assert gc.get_threshold() == usual, "so few are not felt"
    first.put_off(100_000)
    first.put_off(200_000)
    second.put_off(100_000)
    assert gc.get_threshold()[2] > 1000
    first.allow()
    assert gc.get_threshold()[2] > 1000
    second.allow()
    second.allow()
    assert gc.get_threshold() == usual
