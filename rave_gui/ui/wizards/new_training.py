"""From a dataset to a training in four steps, on the Train page itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QFileDialog, QInputDialog, QWidget

from rave_gui.backend.preset_shelf import SUFFIX, usual_preset
from rave_gui.backend.presets import Preset, presets
from rave_gui.backend.rave_findings import Finding
from rave_gui.backend.rave_settings import CPU, TrainingSettings
from rave_gui.backend.training_draft import Step, TrainingDraft
from rave_gui.core.errors import UserError
from rave_gui.core.records import Dataset, Experiment, Project
from rave_gui.ui import formats
from rave_gui.ui.context import PageContext
from rave_gui.ui.text import translate
from rave_gui.ui.viewmodels import training_words as words
from rave_gui.ui.viewmodels.engine import short_gpu
from rave_gui.ui.wizards.training_dataset import DatasetStep
from rave_gui.ui.wizards.training_parameters import ParametersStep
from rave_gui.ui.wizards.training_recipe import RecipeStep
from rave_gui.ui.wizards.training_review import TrainingReviewStep
from rave_gui.ui.wizards.training_work import TrainingWork
from rave_gui.ui.wizards.wizard import Sentence, Wizard


@dataclass(frozen=True)
class TrainingRequest:
    """Everything that makes a training."""

    project: Project
    dataset: Dataset
    name: str
    settings: TrainingSettings
    parent_id: int | None = None
    """The training it was begun from, if it was."""


class NewTrainingWizard(Wizard):
    """Asks for a :class:`TrainingRequest`."""

    new_dataset_requested = pyqtSignal()

    def __init__(
        self,
        context: PageContext,
        project: Project,
        datasets: Sequence[Dataset],
        parent: QWidget | None = None,
    ) -> None:
        title = translate("NewTrainingWizard", "New training")
        super().__init__(context, project, title, words.steps(), parent)
        engine = context.state.engine
        devices = engine.device_names() if engine is not None else (CPU,)
        self.draft = TrainingDraft(datasets, devices)
        self.draft.has_engine = engine is not None
        theme = context.theme
        self.dataset, self.recipe = DatasetStep(theme), RecipeStep(theme)
        self.parameters, self.review = ParametersStep(theme), TrainingReviewStep(theme)
        self.work = TrainingWork(self.draft, context, project, self)
        self.begin()
        self._connect()
        gpus = [gpu.memory_total for gpu in engine.gpus] if engine is not None else []
        self.draft.take_preset(presets()[usual_preset(gpus)])
        if len(datasets) == 1:
            self.draft.choose_dataset(datasets[0].id)
        self._on_engine(engine)

    # Properties

    @property
    def worth_keeping(self) -> bool:
        """Whether giving it up loses decisions of the person."""
        return self.draft.touched

    # Methods

    def begin_with_dataset(self, dataset_id: int | None) -> None:
        """Begin with that dataset, at the recipe; so does the only one that there is."""
        self.draft.choose_dataset(dataset_id)
        if self.draft.dataset is not None and (dataset_id or len(self.draft.datasets) == 1):
            self.draft.go(Step.RECIPE)
        self._decided()

    def begin_with_experiment(self, experiment: Experiment) -> None:
        """Begin with what an earlier training was given, at its parameters."""
        try:
            self.draft.take_experiment(experiment)
        except UserError as error:
            self.show_refusal(error)
            return
        self.draft.go(Step.PARAMETERS)
        self._decided()

    # What the base asks

    def pages(self) -> tuple[QWidget, ...]:
        """One for each step."""
        return self.dataset, self.recipe, self.parameters, self.review

    def steps(self) -> type[Step]:
        """Dataset, recipe, parameters, review."""
        return Step

    def show_page(self, step: int) -> None:
        """Show the draft on the page of that step."""
        draft, work = self.draft, self.work
        if step == Step.DATASET:
            self.dataset.show_draft(draft)
        elif step == Step.RECIPE:
            self.recipe.show_draft(draft)
        elif step == Step.PARAMETERS:
            self.parameters.show_draft(draft, work.forecast)
        else:
            taken = work.device_taken
            self.review.show_draft(draft, work.forecast, testing=work.testing, taken=taken)

    def foot(self) -> Sentence:
        """What is known of the training by now."""
        return words.foot(self.draft, taken=self.work.device_taken)

    def primary(self) -> tuple[str, str]:
        """The filled button."""
        text = words.primary_words(self.draft, taken=self.work.device_taken)
        return text, words.hindrance_words(self.draft)

    def moved_on(self) -> None:
        """Judge the draft anew."""
        self._decided()

    def settle(self) -> None:
        """Gin text that is still being typed."""
        self.parameters.editor.settle()

    def end_work(self) -> None:
        """Nothing is judged or tested any more."""
        self.work.stop()

    def engine_came(self) -> None:
        """Other devices, other configurations."""
        engine = self._context.state.engine
        self.draft.devices = engine.device_names() if engine is not None else (CPU,)
        self.parameters.show_devices(self._devices())
        self.work.read()
        self._decided()

    def submit(self) -> None:
        """Ask for the training."""
        draft = self.draft
        if self._busy or draft.hindrance() is not None or draft.dataset is None:
            return
        parent = draft.parent.id if draft.parent is not None else None
        request = TrainingRequest(
            self._project, draft.dataset, draft.name.strip(), draft.settings, parent
        )
        self.set_busy(self.tr("Checking and starting…"))
        self.requested.emit(request)

    # Decisions

    @pyqtSlot()
    def _decided(self) -> None:
        self._refusal = ""
        self.work.judge()
        self._show()

    @pyqtSlot(object)
    def _on_dataset(self, dataset_id: int) -> None:
        self.draft.choose_dataset(dataset_id)
        self._decided()

    @pyqtSlot(object)
    def _on_preset(self, preset: Preset) -> None:
        self.draft.take_preset(preset)
        self._decided()

    @pyqtSlot(str)
    def _on_architecture(self, name: str) -> None:
        self.draft.set_architecture(name)
        self._decided()

    @pyqtSlot(str)
    def _on_regularization(self, name: str) -> None:
        self.draft.set_regularization(name)
        self._decided()

    @pyqtSlot(str, bool)
    def _on_addition(self, name: str, on: bool) -> None:
        self.draft.set_addition(name, on=on)
        self._decided()

    @pyqtSlot(str, bool)
    def _on_augmentation(self, name: str, on: bool) -> None:
        self.draft.set_augmentation(name, on=on)
        self._decided()

    @pyqtSlot(str, object)
    def _on_value(self, key: str, value: object) -> None:
        self.draft.set_value(key, value)
        self._decided()

    @pyqtSlot(str)
    def _on_device(self, device: str) -> None:
        self.draft.set_device(device)
        self._decided()

    @pyqtSlot(str)
    def _on_text(self, text: str) -> None:
        self.draft.set_text(text)
        self._decided()

    @pyqtSlot(object)
    def _on_mend(self, finding: Finding) -> None:
        self.draft.mend(finding)
        self._decided()

    @pyqtSlot(str)
    def _on_name(self, name: str) -> None:
        self.draft.set_name(name)
        self._decided()

    @pyqtSlot()
    def _on_save_preset(self) -> None:
        asked = QInputDialog(self)
        asked.setWindowTitle(self.tr("Save as a preset"))
        asked.setLabelText(self.tr("A title; one that is there already is replaced."))
        asked.textValueSelected.connect(self._save_preset)
        asked.open()

    @pyqtSlot(str)
    def _save_preset(self, title: str) -> None:
        explanation = words.preset_explanation(self.draft)
        self.work.save_preset(title, explanation)

    @pyqtSlot()
    def _on_take_in(self) -> None:
        asked = QFileDialog(self, self.tr("Open a preset file"))
        asked.setNameFilters([self.tr("Presets (*{suffix})").format(suffix=SUFFIX), "*.json", "*"])
        asked.fileSelected.connect(self._take_in)
        asked.open()

    @pyqtSlot(str)
    def _take_in(self, path: str) -> None:
        self.work.take_preset_in(Path(path))

    # Inside

    def _devices(self) -> list[tuple[str, str]]:
        engine = self._context.state.engine
        found = [(self.tr("Processor (CPU)"), CPU)]
        for gpu in engine.gpus if engine is not None else ():
            free = self.tr("{size} free").format(size=formats.size(gpu.memory_free))
            found.append((f"{short_gpu(gpu.name)} ({free})", gpu.device))
        return found

    def _connect(self) -> None:
        work = self.work
        work.moved.connect(self._show)
        work.shelf_read.connect(self.recipe.show_shelf)
        work.networks_read.connect(self.recipe.show_networks)
        work.failed.connect(self.show_refusal)
        self.dataset.dataset_chosen.connect(self._on_dataset)
        self.dataset.new_dataset_requested.connect(self.new_dataset_requested)
        self.recipe.preset_chosen.connect(self._on_preset)
        self.recipe.take_in_requested.connect(self._on_take_in)
        self.recipe.architecture_chosen.connect(self._on_architecture)
        self.recipe.regularization_chosen.connect(self._on_regularization)
        self.recipe.addition_toggled.connect(self._on_addition)
        self.recipe.augmentation_toggled.connect(self._on_augmentation)
        self.parameters.value_changed.connect(self._on_value)
        self.parameters.device_chosen.connect(self._on_device)
        self.parameters.text_edited.connect(self._on_text)
        self.parameters.save_preset_requested.connect(self._on_save_preset)
        self.review.name_changed.connect(self._on_name)
        self.review.mend_requested.connect(self._on_mend)
        self.review.test_requested.connect(work.start_trial)
        self.review.stop_test_requested.connect(work.stop_trial)
        self.review.install_requested.connect(self.install_requested)
