"""The queue: order, times, pause, rules."""

from __future__ import annotations

from functools import partial
from typing import Any

from PyQt6.QtCore import QObject, pyqtSlot

from rave_gui.core.records import Experiment
from rave_gui.ui.controllers.base import Desk, Subject
from rave_gui.ui.dialogs.start_at import StartAtDialog
from rave_gui.ui.viewmodels import queue as words
from rave_gui.ui.viewmodels.queue import QueueWish


class QueueController(Subject):
    """Answers what the queue strip asks for."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self.window.queue_wish_requested.connect(self.answer)

    @pyqtSlot(object)
    def answer(self, wish: QueueWish) -> None:
        """Do it."""
        queue, number = self.services.queue, wish.experiment_id
        if wish.kind == words.START_AT:
            self.do(partial(_waiting, self.services, number), self._ask_time)
            return
        work = {
            words.MOVE: partial(queue.move, number, wish.place),
            words.ANY_TIME: partial(queue.start_at, number, None),
            words.LEAVE: partial(self.services.trainings.stop_training, number),
            words.HOLD: queue.pause,
            words.GO: queue.resume,
            words.AFTER: partial(queue.set_policy, after_failure=str(wish.value)),
            words.SLOTS: partial(_set_slots, queue, wish.value),
        }[wish.kind]
        self.do(work)

    def _ask_time(self, found: tuple[Experiment, float | None]) -> None:
        row, moment = found
        dialog = StartAtDialog(self.desk.context.theme, row.name, moment, self.window)
        dialog.requested.connect(partial(self._set_time, dialog, row.id or 0))
        self.messages.show(dialog)

    def _set_time(self, dialog: StartAtDialog, experiment_id: int, moment: float) -> None:
        self.do(lambda: self.services.queue.start_at(experiment_id, moment), None, dialog)


def _waiting(services: Any, number: int) -> tuple[Experiment, float | None]:
    trainings, rows = services.trainings, services.repositories
    return trainings.get_experiment(number), rows.queue.not_before(number)


def _set_slots(queue: Any, value: object) -> None:
    queue.set_policy(slots=value)
