"""The life of one job, from the first look at its wishes to its exit record."""

from __future__ import annotations

import logging
import os
import time
from dataclasses import dataclass, replace

from rave_gui.companion import rave_gui_job_files as job_files
from rave_gui.core.job_facts import JobExit, JobSpec, RunnerInfo, Wish
from rave_gui.core.jobs import JobDirectory
from rave_gui.core.process import start_error
from rave_gui.runner.child import Child, signal_of
from rave_gui.runner.hardware import sampling
from rave_gui.runner.journal import Journal, never_started
from rave_gui.runner.ladder import Rung, StopLadder
from rave_gui.runner.watch import SilenceWatch, StuckWatch
from rave_gui.runner.wishes import Wishes

TICK_SECONDS = 0.1
BEAT_SECONDS = 1.0
_MOST_COMPLAINTS = 20
_TELLS_THE_STEP = ("progress", "metrics", "checkpoint")
_log = logging.getLogger("rave_gui.runner")


@dataclass
class Orders:
    """What the signals of the system ask of the runner itself."""

    stop: bool = False


def supervise(directory: JobDirectory, spec: JobSpec, journal: Journal, orders: Orders) -> bool:
    """Run the job to its end; whether that end could be written down."""
    pid = os.getpid()
    info = RunnerInfo(pid, job_files.process_token(pid), heartbeat=time.time())
    journal.beat(info)
    journal.reserve()
    if orders.stop or _called_off(directory):
        return journal.end(never_started("", stopped_by="user"))
    try:
        child = Child.start(directory, spec)
    except (OSError, ValueError) as error:
        return journal.end(never_started(start_error(spec.argv, spec.cwd, error)))
    attendance = Attendance(directory, spec, journal, child, orders)
    attendance.beat(replace(info, child_pid=child.pid, child_token=child.token))
    with sampling(directory.path, child.pid):
        while not child.ended():
            attendance.tick_safely()
            time.sleep(TICK_SECONDS)
    return journal.end(attendance.finish())


def _called_off(directory: JobDirectory) -> bool:
    """Whether somebody wanted no start any more before there was one."""
    ends = (Wish.STOP.value, Wish.KILL.value)
    taken = [job_files.take_wish(directory.path, wish) for wish in ends]
    return any(details is not None for details in taken)


class Attendance:
    """Meets the wishes for one child, watches over it, and says at last how it ended."""

    def __init__(
        self,
        directory: JobDirectory,
        spec: JobSpec,
        journal: Journal,
        child: Child,
        orders: Orders,
    ) -> None:
        watched = (directory.output, directory.progress)
        self._child = child
        self._orders = orders
        self._journal = journal
        self._silence_stops = spec.silence_stops
        self._ladder = StopLadder(spec.patience)
        self._wishes = Wishes(directory, spec, journal, child, self._ladder)
        self._silence = SilenceWatch(watched, spec.silence_seconds, time.monotonic())
        self._stuck = StuckWatch(directory.output, spec.stuck_patterns)
        self._facts = directory.facts()
        self._last_step: int | None = None
        self._info: RunnerInfo | None = None
        self._beat_at = 0.0
        self._complaints = 0

    def tick_safely(self) -> None:
        """One round. A fault of ours may cost it, but neither the child nor its exit record."""
        try:
            self._tick(time.monotonic())
        except Exception:
            self._complaints += 1
            if self._complaints <= _MOST_COMPLAINTS:
                _log.exception("a fault in the runner")

    def beat(self, info: RunnerInfo) -> None:
        """Write down who works on the job and in what state; a failure waits for the next."""
        self._info = replace(info, state=self._state(), heartbeat=time.time())
        self._beat_at = time.monotonic()
        self._journal.beat(self._info)

    def finish(self) -> JobExit:
        """Tidy up behind a child that has ended; how it came to that."""
        returncode = self._child.finish()
        self._hear(time.monotonic())
        asked = self._wishes.close()
        by = self._ladder.by or ("user" if asked else "")
        return JobExit(
            returncode=returncode,
            signal=signal_of(returncode),
            stop_requested=bool(by),
            stopped_by=by,
            last_step=self._last_step,
            ended_at=time.time(),
        )

    def _tick(self, now: float) -> None:
        self._hear(now)
        if self._orders.stop:
            self._orders.stop = False
            self._wishes.stop_was_signalled(now)
        self._wishes.meet(now)
        self._watch(now)
        self._climb(now)
        self._beat_in_time(now)

    def _hear(self, now: float) -> None:
        """Take from the facts what matters for the end of the job."""
        for fact in self._facts.poll():
            kind, step = fact["kind"], fact.get("step")
            if kind in _TELLS_THE_STEP and isinstance(step, int):
                self._last_step = step
            refused = kind == "answer" and fact.get("ok") is False
            if refused and fact.get("wish") == Wish.STOP.value:
                self._ladder.stop_asking(now)

    def _watch(self, now: float) -> None:
        stopping = self._ladder.begun
        if self._silence.tick(now, counts=not self._child.paused and not stopping):
            self._tell_silence(now)
        if not stopping and (line := self._stuck.poll()):
            self._journal.fact("stuck", text=line)
            self._ladder.begin("stuck", Rung.KILL, now)

    def _tell_silence(self, now: float) -> None:
        seconds = round(self._silence.quiet)
        text = f"There has been neither output nor progress for {seconds} seconds."
        self._journal.fact("silence", seconds=seconds, text=text)
        self._silence.forgive()
        if self._silence_stops:
            self._ladder.begin("silence", Rung.INTERRUPT, now)

    def _climb(self, now: float) -> None:
        act = {
            Rung.ASK: self._child.wake,
            Rung.INTERRUPT: self._child.interrupt,
            Rung.TERMINATE: self._child.terminate,
            Rung.KILL: self._child.kill,
        }
        rung = self._ladder.due(now)
        if rung is not None:
            act[rung]()

    def _beat_in_time(self, now: float) -> None:
        info = self._info
        if info and (info.state != self._state() or now - self._beat_at >= BEAT_SECONDS):
            self.beat(info)

    def _state(self) -> str:
        if self._ladder.begun:
            return "stopping"
        return "paused" if self._child.paused else "running"
