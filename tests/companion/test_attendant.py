"""The companion's decisions where a real training would hardly ever lead."""

from __future__ import annotations

import errno
import os
import signal
from pathlib import Path
from types import SimpleNamespace as Thing
from typing import Any

import pytest

from rave_gui.companion.rave_gui_attendant import Attendant
from rave_gui.companion.rave_gui_job_files import FactReader, leave_wish
from rave_gui.companion.rave_gui_reporter import MOST_FAULTS, Reporter


class Trainer:
    """As much of a Lightning trainer as the attendant looks at."""

    def __init__(self, folder: Path) -> None:
        keeper = Thing(dirpath=str(folder), best_model_path="", _last_global_step_saved=0)
        self.counter = Thing(state={"training_steps": 0})
        self.callbacks: list[Any] = [self.counter, keeper]
        self.checkpoint_callbacks = [keeper]
        self.keeper = keeper
        self.lightning_module = Thing(parameters=list)
        counts = {"ready": 0, "started": 0, "processed": 0, "completed": 0}
        progress = Thing(total=Thing(**counts), current=Thing(**counts), is_last_batch=False)
        loop = Thing(batch_progress=progress, _batches_that_stepped=0)
        self.fit_loop = Thing(epoch_loop=loop)
        self.global_step = self.current_epoch = 0
        self.max_steps, self.max_epochs, self.num_training_batches = 100, 300000, 10
        self.callback_metrics: dict[str, Any] = {}
        self.sanity_checking = self.validating = False
        self.saved: list[str] = []
        self.write: Any = lambda path: path.write_bytes(b"weights")

    def save_checkpoint(self, path: str) -> None:
        self.saved.append(Path(path).name)
        self.write(Path(path))

    def begin_batch(self) -> None:
        for tracker in vars(self.fit_loop.epoch_loop.batch_progress).values():
            if isinstance(tracker, Thing):
                tracker.ready += 1


@pytest.fixture
def job(tmp_path: Path) -> Path:
    (tmp_path / "job").mkdir()
    return tmp_path / "job"


@pytest.fixture
def trainer(tmp_path: Path) -> Trainer:
    (tmp_path / "checkpoints").mkdir()
    return Trainer(tmp_path / "checkpoints")


@pytest.fixture
def clock() -> Thing:
    return Thing(now=0.0)


@pytest.fixture
def attendant(job: Path, trainer: Trainer, clock: Thing):
    made = Attendant(Reporter(job), clock=lambda: clock.now)
    made.setup(trainer)
    made.train_start(trainer)
    yield made
    made.interrupts.restore()


@pytest.fixture
def step(attendant, trainer, clock):
    """Begin the batch after ``count`` more steps, a second later."""

    def begin(count: int = 1) -> None:
        trainer.global_step += count
        trainer.counter.state["training_steps"] += count
        clock.now += 1.0
        attendant.batch_start(trainer)

    return begin


def facts(job: Path, kind: str) -> list[dict[str, Any]]:
    return [fact for fact in FactReader(job / "progress.jsonl").poll() if fact["kind"] == kind]


def full_disk(path: Path) -> None:
    path.write_bytes(b"half of the wei")
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))


def test_a_full_disk_is_said_in_words_and_leaves_no_half_file(job, trainer, step):
    trainer.write = full_disk
    leave_wish(job, "save-now")
    step(3)
    assert "disk is full" in facts(job, "fault")[0]["text"]
    assert facts(job, "answer")[0]["ok"] is False
    assert list(Path(trainer.keeper.dirpath).iterdir()) == []
    trainer.write = lambda path: path.write_bytes(b"weights")
    leave_wish(job, "save-now")
    step()
    assert [fact["step"] for fact in facts(job, "checkpoint")] == [4]


def test_a_stop_ends_even_where_nothing_can_be_saved(job, trainer, step):
    trainer.write = full_disk
    leave_wish(job, "stop")
    with pytest.raises(KeyboardInterrupt):
        step(3)
    assert facts(job, "answer")[0]["ok"] is False


def test_one_stop_saves_once(job, attendant, trainer, step):
    leave_wish(job, "stop")
    with pytest.raises(KeyboardInterrupt) as raised:
        step(3)
    leave_wish(job, "stop")
    attendant.exception(trainer, raised.value)
    attendant.end()
    assert trainer.saved == ["stopped-step=000003.ckpt.part"]


def test_a_stop_at_the_very_last_step_is_answered(job, attendant, trainer, step):
    step(3)
    leave_wish(job, "stop")
    attendant.train_end(trainer)
    attendant.end()
    assert [fact["reason"] for fact in facts(job, "checkpoint")] == ["final"]
    assert facts(job, "answer")[0]["ok"] is True


def test_save_now_before_the_first_step_waits_for_it(job, trainer, step):
    leave_wish(job, "save-now")
    step(0)
    assert trainer.saved == []
    step(1)
    assert trainer.saved == ["saved-step=000001.ckpt.part"]


def test_a_storm_of_faults_goes_silent_and_a_stop_is_still_obeyed(job, trainer, step):
    type(trainer).broken = property(lambda _: 1 / 0)
    trainer.callback_metrics = Thing(items=lambda: trainer.broken)
    for _ in range(3 * MOST_FAULTS):
        step()
    assert len(facts(job, "fault")) == MOST_FAULTS
    told = len(facts(job, "progress"))
    step()
    assert len(facts(job, "progress")) == told
    leave_wish(job, "stop")
    with pytest.raises(KeyboardInterrupt):
        step()
    assert len(trainer.saved) == 1


def test_a_job_directory_that_vanished_does_not_disturb(job, attendant, trainer, step):
    step()
    for file in job.iterdir():
        file.unlink()
    job.rmdir()
    step(5)
    attendant.train_end(trainer)
    assert trainer.saved == ["final-step=000006.ckpt.part"]


def test_values_that_are_no_numbers_are_kept_as_what_they_are(job, trainer, step):
    trainer.callback_metrics = {"distance": float("nan"), "loss": float("-inf"), "validation": 1}
    step()
    assert facts(job, "metrics")[-1]["values"] == {"distance": "nan", "loss": "-inf"}


def test_facts_come_at_their_pace_however_fast_the_steps(job, attendant, trainer, clock):
    trainer.callback_metrics = {"distance": 1.0}
    for number in range(400):
        trainer.global_step, clock.now = number, number / 100
        attendant.batch_start(trainer)
    assert len(facts(job, "progress")) <= 9
    assert len(facts(job, "metrics")) <= 5
    assert facts(job, "progress")[-1]["rate"] == pytest.approx(100)


def test_the_checkpoint_of_an_earlier_version_is_not_lightnings_to_delete(
    job, tmp_path, trainer, clock
):
    trainer.keeper.best_model_path = str(tmp_path / "version_0" / "epoch-epoch=0000.ckpt")
    made = Attendant(Reporter(job), clock=lambda: clock.now)
    made.train_start(trainer)
    assert trainer.keeper.best_model_path == ""
    own = str(Path(trainer.keeper.dirpath) / "epoch-epoch=0001.ckpt")
    trainer.keeper.best_model_path = own
    made.train_start(trainer)
    assert trainer.keeper.best_model_path == own


def test_inside_a_batch_the_counts_are_saved_as_before_it(job, attendant, trainer, step):
    progress = trainer.fit_loop.epoch_loop.batch_progress
    step(3)
    trainer.begin_batch()
    trainer.counter.state["training_steps"] += 1
    progress.is_last_batch = True
    seen: list[Any] = []

    def write(path: Path) -> None:
        current = progress.current
        counts = (current.ready, current.completed, progress.is_last_batch)
        seen.append((*counts, trainer.counter.state["training_steps"]))
        path.write_bytes(b"weights")

    trainer.write = write
    attendant.exception(trainer, RuntimeError("CUDA out of memory"))
    assert seen == [(0, 0, False, 3)]
    assert (progress.current.ready, trainer.counter.state["training_steps"]) == (1, 4)


class TestSignals:
    @pytest.fixture(autouse=True)
    def _handlers_are_given_back(self):
        before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
        yield
        assert [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)] == before

    def test_the_first_is_obeyed_before_the_next_batch_the_second_at_once(
        self, job, attendant, trainer, step
    ):
        step(2)
        signal.raise_signal(signal.SIGTERM)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            step(1)
        assert facts(job, "checkpoint")[0]["reason"] == "interrupted"
        attendant.end()

    def test_nothing_interrupts_a_save(self, job, attendant, trainer, step):
        def interrupted(path: Path) -> None:
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGTERM)
            path.write_bytes(b"weights")

        trainer.write = interrupted
        leave_wish(job, "save-now")
        step(2)
        assert [fact["reason"] for fact in facts(job, "checkpoint")] == ["saved-now"]
        with pytest.raises(KeyboardInterrupt):
            step(1)
        attendant.end()

    def test_who_listened_before_still_hears(self, job, trainer, clock):
        heard: list[int] = []
        before = signal.signal(signal.SIGTERM, lambda number, frame: heard.append(number))
        try:
            made = Attendant(Reporter(job), clock=lambda: clock.now)
            made.setup(trainer)
            made.train_start(trainer)
            signal.raise_signal(signal.SIGTERM)
            made.end()
            signal.raise_signal(signal.SIGTERM)
        finally:
            signal.signal(signal.SIGTERM, before)
        assert heard == [signal.SIGTERM, signal.SIGTERM]

    def test_while_nobody_looks_the_first_signal_interrupts(self, job, trainer, clock):
        made = Attendant(Reporter(job), clock=lambda: clock.now)
        made.setup(trainer)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        made.end()
