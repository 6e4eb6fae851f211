"""From a dataset to a training: a preset, a recipe, a few numbers, and what follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PyQt6.QtCore import QTimer, pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QLineEdit, QWidget

from rave_gui.backend.presets import presets
from rave_gui.backend.rave_settings import CPU, TrainingSettings
from rave_gui.core.errors import UserError
from rave_gui.core.paths import fresh_path, slug
from rave_gui.core.records import Dataset, Project
from rave_gui.ui import formats
from rave_gui.ui.context import PageContext
from rave_gui.ui.dialogs import training_advice
from rave_gui.ui.dialogs.form import Choice, Findings, Form, Number
from rave_gui.ui.dialogs.recipe import RecipeField
from rave_gui.ui.dialogs.sheet import Sheet
from rave_gui.ui.dialogs.training_advice import Advice
from rave_gui.ui.viewmodels.engine import short_gpu
from rave_gui.ui.viewmodels.training import dataset_words
from rave_gui.ui.widgets.command_box import CommandBox
from rave_gui.ui.widgets.labels import label

_WINDOWS = (16384, 32768, 65536, 131072, 262144)
_MOST_STEPS = 2_000_000_000
_CALM_MILLISECONDS = 150


@dataclass(frozen=True)
class TrainingRequest:
    """Everything that makes a training."""

    project: Project
    dataset: Dataset
    name: str
    settings: TrainingSettings


class NewTrainingDialog(Sheet):
    """Judges every change in the background; stays open until the training was accepted."""

    requested = pyqtSignal(object)
    """A :class:`TrainingRequest`."""

    def __init__(
        self,
        context: PageContext,
        project: Project,
        datasets: Sequence[Dataset],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            context.theme,
            self.tr("New training"),
            self.tr(
                "It runs by itself, also when this window is closed, and saves before it stops."
            ),
            parent,
        )
        self._context, self._project = context, project
        self._datasets = {dataset.id: dataset for dataset in datasets}
        self._base = TrainingSettings()
        self._asked = 0
        self._named = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_CALM_MILLISECONDS)
        self._timer.timeout.connect(self._ask)
        self.resize(780, 780)
        self._make_fields()
        self._lay_out()
        self._connect()
        self._choose_preset()

    # Methods

    def choose_dataset(self, dataset_id: int | None) -> None:
        """Begin with that dataset."""
        self.dataset.choose(dataset_id)

    def settings(self) -> TrainingSettings:
        """What was chosen; rate and channels follow the dataset."""
        dataset = self._chosen()
        return replace(
            self._base,
            configs=self.recipe.configs(),
            overrides=training_advice.split_overrides(self.overrides.text()),
            n_signal=self.window_size.currentData(),
            batch=self.batch.value(),
            max_steps=self.steps.value(),
            val_every=self.val_every.value(),
            device=self.device.currentData(),
            channels=dataset.channels if dataset else 1,
            sample_rate=dataset.sample_rate if dataset else 44100,
        )

    # Slots

    @pyqtSlot()
    def submit(self) -> None:
        """Ask for the training; the answer closes this or says why not."""
        dataset = self._chosen()
        if dataset is None:
            return
        self.set_busy(self.tr("Checking and starting…"))
        name = self.name.text().strip()
        self.requested.emit(TrainingRequest(self._project, dataset, name, self.settings()))

    @pyqtSlot()
    def _choose_preset(self) -> None:
        """Fill every field with what the preset says."""
        preset = presets()[self.preset.currentData()]
        base = self._base = preset.training
        self._preset_hint.setText(preset.explanation)
        self.recipe.set_configs(base.configs)
        self.overrides.setText(training_advice.join_overrides(base.overrides))
        self._offer_window(base.n_signal)
        self.batch.setValue(base.batch)
        self.steps.setValue(base.max_steps)
        self.val_every.setValue(base.val_every)
        if self.device.findData(base.device) >= 0:
            self.device.choose(base.device)
        self._suggest_name()
        self._changed()

    @pyqtSlot()
    def _on_dataset(self) -> None:
        dataset = self._chosen()
        if dataset is not None:
            self._dataset_hint.setText(dataset_words(dataset) + ".")
        self._suggest_name()
        self._changed()

    @pyqtSlot(str)
    def _on_named(self, _text: str) -> None:
        self._named = True

    @pyqtSlot()
    def _changed(self) -> None:
        """Something was changed: judge it when the hand has come to rest."""
        self.primary.setEnabled(False)
        self._show_window()
        self._timer.start()

    @pyqtSlot()
    def _ask(self) -> None:
        dataset, engine = self._chosen(), self._context.state.engine
        name = self.name.text().strip()
        self._asked += 1
        asked, settings = self._asked, self.settings()
        if dataset is None or engine is None:
            self._show(asked, Advice(errors=(self._missing(dataset),)))
            return
        out_path = fresh_path(self._project.path / "runs", slug(name, "training"))
        self._context.run(
            lambda: training_advice.advise(engine, dataset, settings, name, out_path),
            lambda advice: self._show(asked, advice),
            lambda error: self._show_error(asked, error),
            owner=self,
        )

    # Showing

    def _show(self, asked: int, advice: Advice) -> None:
        """Show the answer to the newest question; older ones come too late."""
        if asked != self._asked:
            return
        self.recipe.set_impossible(advice.impossible)
        self._findings.show_lines(list(advice.errors), list(advice.warnings))
        self._facts.setText(advice.facts)
        self._facts.setVisible(bool(advice.facts))
        self._command.show_command(advice.command)
        named = bool(self.name.text().strip())
        self.primary.setEnabled(named and not advice.errors)

    def _show_error(self, asked: int, error: UserError) -> None:
        self._show(asked, Advice(errors=(str(error),)))

    def _show_window(self) -> None:
        dataset, window = self._chosen(), self.window_size.currentData()
        rate = dataset.sample_rate if dataset else 44100
        self._window_hint.setText(
            self.tr("{seconds} s of sound in each example that RAVE looks at.").format(
                seconds=f"{window / rate:.2f}"
            )
        )

    def _missing(self, dataset: Dataset | None) -> str:
        if dataset is None:
            return self.tr("There is no dataset that is ready. Prepare one first.")
        return str(self._context.state.engine_problem) or self.tr("RAVE is still being looked for.")

    def _chosen(self) -> Dataset | None:
        return self._datasets.get(self.dataset.currentData())

    def _suggest_name(self) -> None:
        dataset = self._chosen()
        if self._named or dataset is None:
            return
        recipe = "-".join(self.recipe.configs())
        self.name.setText(f"{dataset.name} {recipe}")

    def _offer_window(self, samples: int) -> None:
        if self.window_size.findData(samples) < 0:
            self.window_size.add(self.tr("{n} samples").format(n=formats.count(samples)), samples)
        self.window_size.choose(samples)

    # Construction

    def _make_fields(self) -> None:
        self.name = QLineEdit(self)
        self.name.setMaxLength(80)
        self.dataset, self.preset = Choice(self), Choice(self)
        for dataset in self._datasets.values():
            self.dataset.add(dataset.name, dataset.id)
        for preset in presets().values():
            self.preset.add(preset.title, preset.name)
        self.recipe = RecipeField(self)
        self.window_size, self.device = Choice(self), Choice(self)
        for samples in _WINDOWS:
            self._offer_window(samples)
        self._offer_devices()
        self.steps = Number(1, _MOST_STEPS, 1)
        self.batch = Number(1, 1024, 8)
        self.val_every = Number(1, _MOST_STEPS, 10_000)
        self.overrides = QLineEdit(self)
        self.overrides.setPlaceholderText(self.tr("None. For example: CAPACITY=64; LATENT_SIZE=16"))
        engine = self._context.state.engine
        self.preset.choose("v2" if engine is not None and engine.gpus else "sample")

    def _offer_devices(self) -> None:
        engine = self._context.state.engine
        self.device.add(self.tr("Processor (CPU)"), CPU)
        for gpu in engine.gpus if engine is not None else ():
            text = f"{short_gpu(gpu.name)} ({formats.size(gpu.memory_free)} {self.tr('free')})"
            self.device.add(text, gpu.device)
        self.device.setCurrentIndex(1 if self.device.count() > 1 else 0)

    def _lay_out(self) -> None:
        form = Form(self)
        self._dataset_hint = form.add_row(self.tr("Dataset"), self.dataset)
        form.add_row(self.tr("Name"), self.name)
        self._preset_hint = form.add_row(self.tr("Preset"), self.preset)
        form.add_row(self.tr("Recipe"), self.recipe)
        form.add_row(
            self.tr("Steps"), self.steps, self.tr("Batches in all; it can go on from there later.")
        )
        form.add_row(
            self.tr("Batch"), self.batch, self.tr("Examples at once: memory grows with it.")
        )
        self._window_hint = form.add_row(self.tr("Window"), self.window_size)
        form.add_row(
            self.tr("Validate every"),
            self.val_every,
            self.tr("Steps between two validations. A checkpoint is written at each."),
        )
        form.add_row(self.tr("Device"), self.device)
        form.add_row(
            self.tr("Overrides"),
            self.overrides,
            self.tr("gin bindings for those who know them, separated by semicolons."),
        )
        self._facts = label(role="secondary", wrap=True)
        self._findings = Findings(self)
        self._command = CommandBox(self.theme, self.tr("Exact command"))
        for widget in (form, self._facts, self._findings, self._command):
            self.body.addWidget(widget)
        self.body.addStretch(1)
        self.primary.setText(self.tr("Start training"))

    def _connect(self) -> None:
        self.dataset.currentIndexChanged.connect(self._on_dataset)
        self.preset.currentIndexChanged.connect(self._choose_preset)
        self.name.textEdited.connect(self._on_named)
        self.name.textChanged.connect(self._changed)
        self.recipe.changed.connect(self._changed)
        self.overrides.textChanged.connect(self._changed)
        for choice in (self.window_size, self.device):
            choice.currentIndexChanged.connect(self._changed)
        for number in (self.steps, self.batch, self.val_every):
            number.valueChanged.connect(self._changed)
        self._on_dataset()
