"""Followers live exactly as long as they follow, and end together when asked."""

from __future__ import annotations

import gc

import pytest
from PyQt6.QtCore import QThread

from rave_gui.bridge.followers import JobFollowers
from rave_gui.bridge.process_thread import ProcessThread

WAIT = 10_000


@pytest.fixture
def followers(qtbot):
    keeper = JobFollowers()
    yield keeper
    if keeper.running():
        with qtbot.waitSignal(keeper.all_finished, timeout=WAIT):
            keeper.detach_all()


def test_a_follower_without_any_other_reference_lives_until_its_job_ends(
    qtbot, fake_job, followers
):
    followers.follow(ProcessThread(fake_job.directory))
    gc.collect()
    assert followers.running() == [fake_job.directory.path.name]
    with qtbot.waitSignal(followers.all_finished, timeout=WAIT):
        fake_job.ends()
    assert followers.running() == []


def test_a_job_is_followed_once(fake_job, followers):
    assert followers.follow(ProcessThread(fake_job.directory))
    assert not followers.follow(ProcessThread(fake_job.directory))


def test_detaching_ends_every_follower_and_refuses_new_ones(qtbot, fake_job, followers):
    thread = ProcessThread(fake_job.directory)
    followers.follow(thread)
    with qtbot.waitSignal(followers.all_finished, timeout=WAIT):
        followers.detach_all()
    assert not followers.follow(ProcessThread(fake_job.directory))
    assert fake_job.directory.exit() is None, "the job itself must go on"


def test_no_follower_has_a_parent(fake_job, followers):
    followers.follow(ProcessThread(fake_job.directory))
    thread = followers.follower(fake_job.directory.path.name)
    assert isinstance(thread, QThread)
    assert thread.parent() is None
