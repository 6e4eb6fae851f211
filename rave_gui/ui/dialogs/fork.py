"""A new training from a checkpoint, with changes that fit its weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from PyQt6.QtCore import QTimer, pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QCheckBox, QDoubleSpinBox, QLineEdit, QWidget

from rave_gui.backend.fork_plan import ForkRequest, differences
from rave_gui.backend.parameters import parameter
from rave_gui.backend.rave_settings import TrainingSettings
from rave_gui.core.errors import UserError
from rave_gui.core.records import Checkpoint, Dataset, Experiment
from rave_gui.ui.dialogs.form import Choice, Findings, Form, Hint, Number
from rave_gui.ui.dialogs.sheet import Sheet
from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels import going_on as words
from rave_gui.ui.viewmodels.queue import device_words
from rave_gui.ui.widgets.checkpoint_choice import CheckpointChoice
from rave_gui.ui.widgets.command_box import CommandBox
from rave_gui.ui.widgets.labels import label

_MOST_STEPS = 2_000_000_000
_CALM_MS = 250
_USUAL_EMA = 0.999
_NUMBERS = ("max_steps", "val_every", "save_every", "batch", "n_signal")


@dataclass(frozen=True)
class ForkFacts:
    """What the dialog begins with."""

    experiment: Experiment
    checkpoints: Sequence[Checkpoint]
    settings: TrainingSettings
    phase_1: int | None
    """Steps before phase 2, as the run's own config.gin has it; None where it does not tell."""
    devices: Sequence[str] = ()
    datasets: Sequence[Dataset] = ()
    """Those whose rate and channels agree with what the network was trained on."""
    taken: Sequence[str] = field(default_factory=tuple)
    chosen: int | None = None
    """The checkpoint to begin with; None: the newest."""


class ForkDialog(Sheet):
    """Stays open until the fork was made."""

    requested = pyqtSignal(object)
    """A :class:`ForkRequest`."""
    command_wanted = pyqtSignal(object)
    """The same, to be told the exact command for."""

    def __init__(self, theme: Theme, facts: ForkFacts, parent: QWidget | None = None) -> None:
        experiment = facts.experiment
        title = self.tr("Fork {name}").format(name=experiment.name)
        super().__init__(theme, title, words.fork_lede(experiment), parent)
        self._facts = facts
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(_CALM_MS)
        self._calm.timeout.connect(self._ask_command)
        self.resize(700, 700)
        self._make_fields()
        self._lay_out()
        self._connect()
        self._refresh()

    # Methods

    def request(self) -> ForkRequest | None:
        """What was chosen; None where there is no checkpoint."""
        chosen = self.checkpoint.chosen()
        if chosen is None:
            return None
        return ForkRequest(
            experiment_id=self._facts.experiment.id or 0,
            checkpoint_id=chosen.id or 0,
            name=self.name.text().strip(),
            changes=self.changes(),
            dataset_id=self.dataset.currentData(),
        )

    def changes(self) -> dict[str, Any]:
        """Only what differs from the parent."""
        found: dict[str, Any] = {key: one.value() for key, one in self.numbers.items()}
        found["device"] = self.device.currentData()
        found["ema"] = round(self.ema_value.value(), 6) if self.ema.isChecked() else None
        if self._facts.phase_1 is not None and self.phase_1.value() != self._facts.phase_1:
            found["phase_1"] = self.phase_1.value()
        return differences(self._facts.settings, found)

    def show_command(self, line: str) -> None:
        """The command that belongs to what is chosen; it can be made now."""
        self._command.show_command(line)
        self._findings.show_lines([])
        self.primary.setEnabled(True)

    def show_problem(self, error: UserError) -> None:
        """Why what is chosen cannot be made."""
        self._command.show_command("")
        self._findings.show_lines([str(error)])
        self.primary.setEnabled(False)

    # Slots

    @pyqtSlot()
    def submit(self) -> None:
        """Ask for it; the answer closes this or says why not."""
        request = self.request()
        if request is not None:
            self.set_busy(self.tr("Making the fork…"))
            self.requested.emit(request)

    @pyqtSlot()
    def _refresh(self) -> None:
        chosen = self.checkpoint.chosen()
        step = chosen.step if chosen else 0
        self.ema_value.setEnabled(self.ema.isChecked())
        phase = self.phase_1.value() if self._facts.phase_1 is not None else None
        self._phase_hint.setText(words.phase_hint(step, phase, self._facts.phase_1))
        if chosen is not None:
            self._steps_hint.setText(words.steps_hint(chosen, self.numbers["max_steps"].value()))
        self._summary.setText(words.changes_sentence(self.changes()))
        self.primary.setEnabled(False)
        self._calm.start()

    @pyqtSlot()
    def _ask_command(self) -> None:
        request = self.request()
        if request is not None:
            self.command_wanted.emit(request)

    # Construction

    def _make_fields(self) -> None:
        facts, settings = self._facts, self._facts.settings
        self.checkpoint = CheckpointChoice(self.theme, facts.checkpoints, self)
        self.checkpoint.choose(facts.chosen)
        self.name = QLineEdit(words.free_name(facts.experiment.name, facts.taken), self)
        self.name.setMaxLength(120)
        self.numbers = {
            key: Number(1, int(min(parameter(key).high, _MOST_STEPS)), getattr(settings, key))
            for key in _NUMBERS
        }
        newest = max((row.step for row in facts.checkpoints), default=0)
        self.numbers["max_steps"].setValue(words.wanted_steps(facts.experiment, newest))
        self.phase_1 = Number(1, _MOST_STEPS, facts.phase_1 or 1)
        self.phase_1.setEnabled(facts.phase_1 is not None)
        self.device = Choice(self)
        for device in dict.fromkeys((settings.device, *facts.devices)):
            self.device.add(device_words(device), device)
        self.ema = QCheckBox(self.tr("Keep a running average of the weights"), self)
        self.ema.setChecked(settings.ema is not None)
        self.ema_value = QDoubleSpinBox(self)
        self.ema_value.setDecimals(5)
        self.ema_value.setRange(0.00001, 0.99999)
        self.ema_value.setSingleStep(0.001)
        self.ema_value.setValue(settings.ema if settings.ema is not None else _USUAL_EMA)
        self.dataset = Choice(self)
        for dataset in facts.datasets:
            self.dataset.add(dataset.name, dataset.id)
        self.dataset.choose(facts.experiment.dataset_id)

    def _lay_out(self) -> None:
        form = Form(self)
        form.add_row(self.tr("From"), self.checkpoint)
        form.add_row(self.tr("Name"), self.name)
        form.add_row(self.tr("Dataset"), self.dataset)
        self._steps_hint = self._row(form, "max_steps")
        self._phase_hint = form.add_row(parameter("phase_1").title, self.phase_1)
        for key in ("val_every", "save_every", "batch", "n_signal"):
            self._row(form, key)
        form.add_row(self.tr("Device"), self.device)
        form.add_row(self.tr("EMA"), self.ema)
        form.add_row(self.tr("Weight"), self.ema_value)
        self._summary = label(role="secondary", wrap=True)
        self._fixed = label(
            self.tr(
                "Recipe, capacity, latent size, channels and sample rate stay: the weights of the "
                "checkpoint fit no other network."
            ),
            "muted",
            wrap=True,
        )
        self._findings = Findings(self)
        self._command = CommandBox(self.theme, self.tr("Exact command"))
        self._command.hide()
        for part in (form, self._fixed, self._summary, self._findings, self._command):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.primary.setText(self.tr("Fork and start"))

    def _row(self, form: Form, key: str) -> Hint:
        return form.add_row(parameter(key).title, self.numbers[key])

    def _connect(self) -> None:
        for number in (*self.numbers.values(), self.phase_1):
            number.valueChanged.connect(self._refresh)
        self.ema_value.valueChanged.connect(self._refresh)
        self.ema.toggled.connect(self._refresh)
        self.checkpoint.changed.connect(self._refresh)
        self.name.textChanged.connect(self._refresh)
        for choice in (self.device, self.dataset):
            choice.currentIndexChanged.connect(self._refresh)
