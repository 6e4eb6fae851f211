"""Run by the engine's Python: ``companion_in_rave.py ANSWER.json RAVE train ...`` with stopwatches.

Writes the times of the steps with and without the companion, and the time spent inside it: time of
the processor, in which nothing else that the machine does counts.
"""

import json
import random
import runpy
import sys
from pathlib import Path
from time import process_time

import pytorch_lightning
import rave_gui_companion

WARM_UP = 50
HOOKS = ("on_train_batch_start", "on_train_batch_end")


class Stopwatch(pytorch_lightning.Callback):
    """Times whole steps, and takes the companion out of every other one in a shuffled order."""

    def __init__(self, companion):
        super().__init__()
        self.companion = companion
        self.present = True
        self.started = None
        self.inside = 0.0
        self.times = {True: [], False: []}
        self.chance = random.Random(1)
        for hook in HOOKS:
            setattr(companion, hook, self.timed(getattr(companion, hook)))

    def timed(self, hook):
        """``hook``, its time added up."""

        def call(*arguments):
            began = process_time()
            hook(*arguments)
            if trained(arguments[0]):
                self.inside += process_time() - began

        return call

    def on_train_epoch_start(self, *_):
        """The time between two epochs belongs to no step."""
        self.started = None

    def on_train_batch_start(self, trainer, *_):
        """One step ends and the next begins."""
        now = process_time()
        if self.started is not None and trained(trainer):
            self.times[self.present].append(now - self.started)
        self.started = now

    def on_train_batch_end(self, trainer, *_):
        """Decide about the next step."""
        self.present = self.chance.random() < 0.5
        others = [c for c in trainer.callbacks if c not in (self, self.companion)]
        # The stopwatch first, so that its step begins before the companion's part of it.
        trainer.callbacks = [self, *([self.companion] if self.present else []), *others]

    def teardown(self, *_, **__):
        """Write the answer."""
        whole = sum(self.times[True])
        answer = {"with": self.times[True], "without": self.times[False]}
        Path(answer_path).write_text(json.dumps({**answer, "inside": self.inside, "whole": whole}))


def trained(trainer):
    """Whether the first, slower steps are over."""
    return trainer.global_step > WARM_UP


def factory():
    """The companion and its stopwatch, in the place of the companion alone."""
    [companion] = original()
    return [companion, Stopwatch(companion)]


answer_path, rave = sys.argv[1:3]
original, rave_gui_companion.factory = rave_gui_companion.factory, factory
sys.argv = [rave, *sys.argv[3:]]
runpy.run_path(rave, run_name="__main__")
