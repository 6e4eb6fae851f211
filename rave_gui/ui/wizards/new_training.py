"""From a dataset to a training in four steps, on the Train page itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QFileDialog, QInputDialog, QVBoxLayout, QWidget

from rave_gui.backend.preset_shelf import SUFFIX, usual_preset
from rave_gui.backend.presets import Preset, presets
from rave_gui.backend.rave_findings import Finding
from rave_gui.backend.rave_settings import CPU, TrainingSettings
from rave_gui.backend.training_draft import Step, TrainingDraft
from rave_gui.core.errors import UserError
from rave_gui.core.records import Dataset, Experiment, Project
from rave_gui.ui import formats
from rave_gui.ui.context import PageContext
from rave_gui.ui.viewmodels import training_words as words
from rave_gui.ui.viewmodels.engine import short_gpu
from rave_gui.ui.wizards.training_dataset import DatasetStep
from rave_gui.ui.wizards.training_parameters import ParametersStep
from rave_gui.ui.wizards.training_recipe import RecipeStep
from rave_gui.ui.wizards.training_review import TrainingReviewStep
from rave_gui.ui.wizards.training_work import TrainingWork
from rave_gui.ui.wizards.wizard_frame import WizardFrame


@dataclass(frozen=True)
class TrainingRequest:
    """Everything that makes a training."""

    project: Project
    dataset: Dataset
    name: str
    settings: TrainingSettings
    parent_id: int | None = None
    """The training it was begun from, if it was."""


class NewTrainingWizard(QWidget):
    """Shows a draft and passes decisions on to it. Whoever owns it calls :meth:`leave`."""

    requested = pyqtSignal(object)
    """A :class:`TrainingRequest`; answered by :meth:`leave` or :meth:`show_refusal`."""
    leave_requested = pyqtSignal()
    left = pyqtSignal()
    install_requested = pyqtSignal()
    new_dataset_requested = pyqtSignal()

    def __init__(
        self,
        context: PageContext,
        project: Project,
        datasets: Sequence[Dataset],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._project = context, project
        self._refusal, self._busy, self._is_over = "", "", False
        engine = context.state.engine
        devices = engine.device_names() if engine is not None else (CPU,)
        self.draft = TrainingDraft(datasets, devices)
        self.draft.has_engine = engine is not None
        theme = context.theme
        self.frame = WizardFrame(theme, self.tr("New training"), words.steps())
        self.dataset, self.recipe = DatasetStep(theme), RecipeStep(theme)
        self.parameters, self.review = ParametersStep(theme), TrainingReviewStep(theme)
        self.work = TrainingWork(self.draft, context, project, self)
        self._build()
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

    @property
    def busy(self) -> bool:
        """Whether the training is being made just now."""
        return bool(self._busy)

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

    def set_busy(self, text: str) -> None:
        """The training is being made: nothing can be pressed until the answer is there."""
        self._busy, self._refusal = text, ""
        self._show()

    @pyqtSlot(object)
    def show_refusal(self, error: UserError) -> None:
        """It could not be made: say why, and let the person mend it."""
        self._busy, self._refusal = "", str(error)
        self._show()

    @pyqtSlot()
    def leave(self) -> None:
        """End everything behind it; :attr:`left` tells that it may be taken away."""
        if self._is_over:
            return
        self._is_over = True
        self.work.stop()
        self._context.state.engine_changed.disconnect(self._on_engine)
        self.left.emit()

    # Steps

    @pyqtSlot()
    def _on_next(self) -> None:
        self._refusal = ""
        self.parameters.editor.settle()
        if self.draft.step is Step.REVIEW:
            self._submit()
        elif self.draft.advance():
            self._decided()
        else:
            self._show()

    @pyqtSlot()
    def _on_back(self) -> None:
        if self.draft.step > Step.DATASET:
            self._turn(self.draft.step - 1)

    @pyqtSlot(int)
    def _turn(self, step: int) -> None:
        self._refusal = ""
        self.parameters.editor.settle()
        if not self._busy and self.draft.go(Step(step)):
            self._decided()

    @pyqtSlot()
    def _on_leave(self) -> None:
        if not self._busy:
            self.leave_requested.emit()

    def _submit(self) -> None:
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

    @pyqtSlot(object)
    def _on_engine(self, _engine: object) -> None:
        engine = self._context.state.engine
        self.draft.has_engine = engine is not None
        self.draft.devices = engine.device_names() if engine is not None else (CPU,)
        self.parameters.show_devices(self._devices())
        self.work.read()
        self._decided()

    # Showing

    @pyqtSlot()
    def _show(self) -> None:
        draft, step = self.draft, self.draft.step
        open_steps = [] if self._busy else [one for one in Step if draft.can_show(one)]
        self._show_page(step)
        self.frame.show_step(step, open_steps)
        self._show_foot()

    def _show_page(self, step: Step) -> None:
        draft, work = self.draft, self.work
        if step is Step.DATASET:
            self.dataset.show_draft(draft)
        elif step is Step.RECIPE:
            self.recipe.show_draft(draft)
        elif step is Step.PARAMETERS:
            self.parameters.show_draft(draft, work.forecast)
        else:
            self.review.show_draft(draft, work.forecast, testing=work.testing)

    def _show_foot(self) -> None:
        draft, frame, taken = self.draft, self.frame, self.work.device_taken
        if self._busy or self._refusal:
            frame.sentence.say("", self._busy or self._refusal, "", "text" if self._busy else "bad")
        else:
            frame.sentence.say(*words.foot(draft, taken=taken))
        why = self._busy or words.hindrance_words(draft)
        frame.set_primary(words.primary_words(draft, taken=taken), on=not why, tip=why)
        for one in (frame.back, frame.cancel, *self._pages()):
            one.setEnabled(not self._busy)

    def _pages(self) -> tuple[QWidget, ...]:
        return self.dataset, self.recipe, self.parameters, self.review

    def _devices(self) -> list[tuple[str, str]]:
        engine = self._context.state.engine
        found = [(self.tr("Processor (CPU)"), CPU)]
        for gpu in engine.gpus if engine is not None else ():
            free = self.tr("{size} free").format(size=formats.size(gpu.memory_free))
            found.append((f"{short_gpu(gpu.name)} ({free})", gpu.device))
        return found

    # Construction

    def _build(self) -> None:
        self.setFocusProxy(self.frame)
        for page in self._pages():
            self.frame.add_page(page)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.frame)

    def _connect(self) -> None:
        frame, work = self.frame, self.work
        frame.next_requested.connect(self._on_next)
        frame.back_requested.connect(self._on_back)
        frame.step_requested.connect(self._turn)
        frame.leave_requested.connect(self._on_leave)
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
        self._context.state.engine_changed.connect(self._on_engine)
