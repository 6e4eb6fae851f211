"""From the reason in the header of a failed training to the line of its log."""

from __future__ import annotations

from pathlib import Path

from rave_gui.core.records import ExperimentStatus, JobKind, JobState
from rave_gui.ui.pages.train import TrainPage
from rave_gui.ui.viewmodels.training_actions import CLONE

LOG = Path(__file__).parent.parent / "fixtures" / "logs" / "window-short.log"


def test_the_reason_leads_to_the_line_that_says_so(qtbot, world):
    run = world.experiment(status=ExperimentStatus.FAILED, error="It is too short. Use longer.")
    job = world.job(JobKind.TRAIN, run.id, state=JobState.FAILED)
    (job.directory / "output.log").write_bytes(LOG.read_bytes())
    page = TrainPage(world.context)
    qtbot.addWidget(page)
    page.resize(1100, 700)
    page.show()
    page.detail.header._where.click()
    view = page.detail.log
    assert view.isVisible()
    qtbot.waitUntil(lambda: view.text.here is not None, timeout=10_000)
    assert view.text.here == view.findings[-1].offset


def test_from_the_reason_one_begins_anew_with_other_settings(qtbot, world):
    run = world.experiment(status=ExperimentStatus.FAILED, error="It is too short. Use longer.")
    page = TrainPage(world.context)
    qtbot.addWidget(page)
    page.show()
    with qtbot.waitSignal(page.training_wish_requested) as asked:
        page.detail.header._again.click()
    assert asked.args == [run.id, CLONE]


def test_what_did_not_fail_leads_nowhere(qtbot, world):
    world.experiment(status=ExperimentStatus.STOPPED)
    page = TrainPage(world.context)
    qtbot.addWidget(page)
    page.show()
    assert not page.detail.header._where.isVisible()
