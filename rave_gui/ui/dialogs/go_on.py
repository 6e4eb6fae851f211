"""Going on with a training: from which checkpoint, to how many steps."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QWidget

from rave_gui.core.records import Checkpoint, Experiment
from rave_gui.ui.dialogs.form import Form, Number
from rave_gui.ui.dialogs.sheet import Sheet
from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels import going_on as words
from rave_gui.ui.widgets.checkpoint_choice import CheckpointChoice

_MOST_STEPS = 2_000_000_000


class GoOnDialog(Sheet):
    """Stays open until the training was accepted."""

    requested = pyqtSignal(int, object, object)
    """Ids of experiment and checkpoint, and the steps in all."""

    def __init__(
        self,
        theme: Theme,
        experiment: Experiment,
        checkpoints: Sequence[Checkpoint],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, words.title(experiment), words.lede(experiment), parent)
        self._experiment = experiment
        self._newest = max((row.step for row in checkpoints), default=0)
        self.resize(660, 460)
        self.checkpoint = CheckpointChoice(theme, checkpoints, self)
        self.steps = Number(1, _MOST_STEPS, words.wanted_steps(experiment, self._newest))
        form = Form(self)
        self._from = form.add_row(self.tr("From"), self.checkpoint)
        self._hint = form.add_row(self.tr("Steps in all"), self.steps)
        self.body.addWidget(form)
        self.body.addStretch(1)
        self.primary.setText(words.verb(experiment))
        self.checkpoint.changed.connect(self._refresh)
        self.steps.valueChanged.connect(self._refresh)
        self._refresh()

    @pyqtSlot()
    def submit(self) -> None:
        """Ask for it; the answer closes this or says why not."""
        chosen = self.checkpoint.chosen()
        if chosen is not None:
            self.set_busy(self.tr("Starting…"))
            self.requested.emit(self._experiment.id, chosen.id, self.steps.value())

    @pyqtSlot()
    def _refresh(self) -> None:
        chosen = self.checkpoint.chosen()
        self.primary.setEnabled(chosen is not None and self.steps.value() > chosen.step)
        if chosen is not None:
            self._hint.setText(words.steps_hint(chosen, self.steps.value()))
            self._from.setText(words.point_hint(chosen, self._newest))
