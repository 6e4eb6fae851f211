"""Stop, save, pause, go on, fork, extend and queue through the window, on real trainings.

After each of them the steps, curves and records agree with TensorBoard's own reader and with what
the checkpoints say of themselves when torch opens them.
"""

from __future__ import annotations

import json
import subprocess
from itertools import pairwise
from pathlib import Path

import psutil
import pytest
from hand import SECOND, Hand
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication

from rave_gui.app import App
from rave_gui.backend.fork_plan import FORK_KEY
from rave_gui.backend.presets import presets
from rave_gui.backend.services import build_services
from rave_gui.core.checkpoint_header import read_header
from rave_gui.core.jobs import Wish
from rave_gui.core.paths import AppPaths
from rave_gui.core.records import CheckpointKind, ExperimentStatus
from rave_gui.ui.dialogs.fork import ForkDialog
from rave_gui.ui.dialogs.go_on import GoOnDialog

pytestmark = [pytest.mark.engine, pytest.mark.timeout(280)]
S = ExperimentStatus
HERE = Path(__file__).parent
TAG = "fullband_spectral_distance"
PHASE_1 = 1000
"""Never reached by the first training, so that only the fork can come to phase 2."""


@pytest.fixture(scope="module")
def paths(tmp_path_factory, engine_python, sound):
    """A home with a project and a dataset of real sound."""
    made = AppPaths.below(tmp_path_factory.mktemp("home"))
    services = build_services(made)
    project = services.projects.get_or_create("Control")
    dataset = services.datasets.create_dataset(
        project, "tones", [sound], presets()["smoke"].preprocess
    )
    services.jobs.wait(services.datasets.job(dataset.id).id, timeout=60)
    return made


@pytest.fixture
def app(qtbot, paths):
    """The window, with the project open on the Train page."""
    made = App(QApplication.instance(), build_services(paths))
    with qtbot.waitSignal(made.ready, timeout=10 * SECOND):
        made.show()
    qtbot.waitUntil(lambda: made.state.engine is not None, timeout=60 * SECOND)
    made.window.project_selected.emit(made.services.repositories.projects.list()[0])
    qtbot.waitUntil(lambda: made.state.project is not None, timeout=10 * SECOND)
    made.window.show_page("train")
    yield made
    for job in made.services.jobs.active():
        made.services.jobs.wish(job.id, Wish.KILL)
        made.services.jobs.wait(job.id, timeout=30)
    with qtbot.waitSignal(made.done, timeout=20 * SECOND):
        made.lifecycle.shut_down()


class Case:
    """One window with a hand on it, and the two judges from outside."""

    def __init__(self, qtbot, app, smoke, engine_python):
        self.hand, self.app, self.smoke, self.python = Hand(qtbot, app), app, smoke, engine_python
        self.trainings, self.rows = app.services.trainings, app.services.repositories
        self.header = app.window.train.detail.header

    def training(self, name, **changes):
        """A recorded training, shown but not started."""
        settings = self.smoke(
            **{
                "max_steps": 100_000,
                "val_every": 15,
                "save_every": 100_000,
                "overrides": ("CAPACITY=4", "LATENT_SIZE=4", f"PHASE_1_DURATION={PHASE_1}"),
                **changes,
            }
        )
        project, dataset = self.app.state.project, self.rows.datasets.list()[0]
        made = self.trainings.create_experiment(project, dataset, name, settings)
        self.show(made.id)
        return made.id

    def show(self, number):
        """Select it, and wait until it is what is shown."""
        self.app.window.open_record("experiments", number)
        name = self.row(number).name
        self.hand.until(lambda: self.header._title.text() == name, 10)

    def press(self, text, seconds=30):
        """A button of the header."""
        self.hand.press(text, self.header, seconds)

    def row(self, number):
        """The record as it is now."""
        return self.rows.experiments.get(number)

    def until_status(self, number, status, seconds=60):
        """Wait until the record says so."""
        self.hand.until(lambda: self.row(number).status is status, seconds)
        return self.row(number)

    def until_step(self, number, step, seconds=60):
        """Wait until it came so far."""
        self.hand.until(lambda: self.trainings.state(number).step >= step, seconds)

    def points(self, number):
        """Its checkpoints as recorded, read from the disk first."""
        return self.app.services.models.sync(number)

    def tags(self, number):
        """What it logged."""
        metrics = self.trainings.metrics(number)
        metrics.poll()
        return set(metrics.tags())

    def saved(self, number):
        """The checkpoints that somebody asked for."""
        return [one for one in self.points(number) if one.kind is CheckpointKind.SAVED]

    def agree(self, number):
        """Records, files, torch and TensorBoard tell the same of a training that has ended."""
        row, points = self.row(number), self.points(number)
        looked = self._ask("tests/companion/look_into_checkpoint.py", self._paths(points))
        for point, inside in zip(points, looked, strict=True):
            assert point.step == inside["global_step"] == read_header(point.checkpoint_path).step
            assert set(inside["counters"].values()) <= {point.step, 0}
        assert row.step == max(point.step for point in points if self._of_last_start(point, number))
        self._curves_agree(row)
        return points

    def _of_last_start(self, point, number):
        return point.created_at >= self.trainings.job(number).created_at - 1

    def _curves_agree(self, row):
        """Each version's series is TensorBoard's, point by point; joined they only go forward."""
        folders = sorted(row.run_dir.glob("version_*"), key=lambda one: int(one.name[8:]))
        theirs = self._ask("tests/e2e/read_events.py", folders)
        metrics = self.trainings.metrics(row.id)
        metrics.poll()
        for tag in {tag for version in theirs for tag in version}:
            ours = metrics.series(tag)
            wanted = [one for version in theirs for one in version.get(tag, [])]
            assert ours.steps.tolist() == [step for step, _ in wanted]
            values = [value for _, value in wanted]
            assert ours.values.tolist() == pytest.approx(values, nan_ok=True)
            joined = metrics.joined(tag).steps.tolist()
            assert all(first < then for first, then in pairwise(joined))
            assert max(joined) <= row.step

    def _ask(self, script, lines):
        """What a script answers in the engine's Python, one line of JSON for each line."""
        done = subprocess.run(
            [str(self.python), str(HERE.parents[1] / script)],
            input="".join(f"{line}\n" for line in lines),
            capture_output=True,
            text=True,
            timeout=100,
            check=True,
        )
        return [json.loads(line) for line in done.stdout.splitlines()]

    @staticmethod
    def _paths(points):
        return [point.checkpoint_path for point in points]


@pytest.fixture
def case(qtbot, app, smoke, engine_python):
    return Case(qtbot, app, smoke, engine_python)


def test_save_pause_stop_go_back_extend_and_fork(case):
    """One training's life, so that RAVE starts no more often than it must."""
    number = case.training("life")

    # Start, save, pause, run on, stop
    case.press("Start now")
    case.until_step(number, 3)
    case.press("Save now", 20)
    case.hand.until(lambda: bool(case.saved(number)), 20)
    case.press("Pause")
    case.hand.until(case.header._buttons["resume"].isVisible, 20)
    child = case.app.services.jobs.directory(case.trainings.job(number).id).runner().child_pid
    case.hand.until(lambda: psutil.Process(child).status() == psutil.STATUS_STOPPED, 10)
    held = case.trainings.state(number).step
    case.press("Resume")
    case.until_step(number, max(held + 1, 62))
    case.press("Stop and save")
    stopped = case.until_status(number, S.STOPPED)
    before = case.agree(number)
    assert stopped.step >= 62
    assert {point.kind for point in before} >= {CheckpointKind.SAVED, CheckpointKind.STOPPED}

    # Go back to the one that was saved; nothing that lay there is lost
    earlier = case.saved(number)[0]
    case.press("Resume…")
    dialog = case.hand.dialog(GoOnDialog)
    assert dialog.checkpoint.chosen().kind is CheckpointKind.STOPPED, "the newest comes first"
    dialog.checkpoint.choose(earlier.id)
    dialog.steps.setValue(earlier.step + 50)
    case.hand.confirm(dialog)
    done = case.until_status(number, S.COMPLETED)
    assert done.step == earlier.step + 50
    assert all(point.checkpoint_path.is_file() for point in before)
    assert case.row(number).run_dir == stopped.run_dir
    argv = case.trainings.command_line(number)
    asked = {"--batch": "2", "--val_every": "15", "--n_signal": "32768", "--channels": "1"}
    assert {key: argv[argv.index(key) + 1] for key in asked} == asked, "RAVE remembers none of them"
    after = case.agree(number)
    assert {point.checkpoint_path for point in before} <= {one.checkpoint_path for one in after}

    # Extend what is done
    case.show(number)
    case.press("Extend…")
    dialog = case.hand.dialog(GoOnDialog)
    dialog.steps.setValue(done.step + 10)
    case.hand.confirm(dialog)
    case.until_status(number, S.RUNNING)
    extended = case.until_status(number, S.COMPLETED)
    assert extended.step == done.step + 10
    assert len(list(extended.run_dir.glob("version_*"))) == 3
    case.agree(number)

    # Fork from the saved one, with phase 2 five steps later and half the batch
    case.show(number)
    case.press("Fork…")
    dialog = case.hand.dialog(ForkDialog)
    dialog.checkpoint.choose(earlier.id)
    dialog.name.setText("earlier phase 2")
    dialog.phase_1.setValue(earlier.step + 5)
    dialog.numbers["batch"].setValue(1)
    dialog.numbers["max_steps"].setValue(earlier.step + 50)
    case.hand.confirm(dialog)
    case.hand.until(lambda: len(case.rows.experiments.list()) == 2, 20)
    fork = case.rows.experiments.list()[1]
    fork = case.until_status(fork.id, S.COMPLETED)
    assert fork.parent_id == number
    assert fork.config[FORK_KEY]["step"] == earlier.step
    facts = case.app.services.jobs.directory(case.trainings.job(fork.id).id).facts().poll()
    phases = {fact["phase"]: fact["step"] for fact in facts if fact["kind"] == "phase"}
    assert phases == {1: earlier.step, 2: earlier.step + 5}
    assert "loss_dis" in case.tags(fork.id)
    points = case.agree(fork.id)
    assert min(point.step for point in points) > earlier.step
    assert "loss_dis" not in case.tags(number), "the parent never came to phase 2"
    case.agree(number)


def test_two_wait_for_one_device_and_change_places(case, qtbot):
    """The queue of a device, reordered and paused at the foot of the list."""
    plan = {"max_steps": 20, "val_every": 5, "overrides": presets()["smoke"].training.overrides}
    numbers = [case.training(name, **plan) for name in ("first", "second", "third")]
    strip = case.app.window.train._strip
    for number in numbers:
        case.show(number)
        case.press("Start now")
        case.hand.until(lambda n=number: case.row(n).status is not S.PENDING, 20)
    first, second, third = numbers
    case.hand.until(lambda: strip.list.count() == 2, 20)
    assert [strip.list.item(n).text() for n in range(2)] == ["second", "third"]
    strip.list.setCurrentRow(1)
    qtbot.keyClick(strip.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    case.hand.until(lambda: case.app.services.queue.waiting() == [third, second], 10)
    case.hand.until(lambda: strip.list.item(0).text() == "third", 10)

    qtbot.mouseClick(strip._hold, Qt.MouseButton.LeftButton)
    case.hand.until(lambda: case.app.services.queue.policy.paused, 10)
    case.until_status(first, S.COMPLETED)
    case.app.services.tick()
    assert [case.row(n).status for n in (second, third)] == [S.QUEUED, S.QUEUED]
    qtbot.mouseClick(strip._hold, Qt.MouseButton.LeftButton)

    case.until_status(third, S.COMPLETED, 90)
    done = case.until_status(second, S.COMPLETED, 90)
    rows = [case.row(number) for number in (first, third, second)]
    assert all(one.completed_at <= then.started_at for one, then in pairwise(rows))
    assert done.step == 20
    for number in numbers:
        assert case.row(number).step == 20
        case.agree(number)
    assert case.app.services.queue.slots() == {}
