"""Going on with a training: from which checkpoint, to how many steps."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QWidget

from rave_gui.core.records import Checkpoint, Experiment
from rave_gui.ui import formats
from rave_gui.ui.dialogs.form import Choice, Form, Number
from rave_gui.ui.dialogs.sheet import Sheet
from rave_gui.ui.models.checkpoints import kind
from rave_gui.ui.theme import Theme

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
        super().__init__(
            theme,
            self.tr("Go on with {name}").format(name=experiment.name),
            self.tr("The same training goes on, with the same settings; its curves are joined."),
            parent,
        )
        self._experiment = experiment
        self._steps = {row.id: row.step for row in checkpoints}
        self.resize(520, 320)
        self.checkpoint = Choice(self)
        for row in sorted(checkpoints, key=lambda row: (row.step, row.created_at), reverse=True):
            text = self.tr("Step {step}, {kind}").format(
                step=formats.count(row.step), kind=kind(row)
            )
            self.checkpoint.add(text, row.id)
        planned = int(experiment.config.get("max_steps") or 0)
        newest = max(self._steps.values())
        self.steps = Number(1, _MOST_STEPS, planned if planned > newest else 2 * max(newest, 1))
        form = Form(self)
        form.add_row(self.tr("From"), self.checkpoint)
        self._hint = form.add_row(self.tr("Steps in all"), self.steps)
        self.body.addWidget(form)
        self.body.addStretch(1)
        self.primary.setText(self.tr("Go on"))
        self.checkpoint.currentIndexChanged.connect(self._refresh)
        self.steps.valueChanged.connect(self._refresh)
        self._refresh()

    @pyqtSlot()
    def submit(self) -> None:
        """Ask for it; the answer closes this or says why not."""
        self.set_busy(self.tr("Starting…"))
        chosen = self.checkpoint.currentData()
        self.requested.emit(self._experiment.id, chosen, self.steps.value())

    @pyqtSlot()
    def _refresh(self) -> None:
        more = self.steps.value() - self._steps.get(self.checkpoint.currentData(), 0)
        self.primary.setEnabled(more > 0)
        if more > 0:
            text = self.tr("{n} steps to go.").format(n=formats.count(more))
        else:
            text = self.tr("That many are done already; give a larger number.")
        self._hint.setText(text)
