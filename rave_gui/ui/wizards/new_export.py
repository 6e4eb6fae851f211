"""From checkpoints to instruments in five steps, on the Exports page itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PyQt6.QtCore import pyqtSlot
from PyQt6.QtWidgets import QWidget

from rave_gui.backend.export_draft import ExportDraft, ExportPlan, Step
from rave_gui.backend.export_reading import plan_commands, plan_files
from rave_gui.backend.export_source import Source
from rave_gui.backend.host_folders import HostFolder, host_folders
from rave_gui.backend.model_facts import ModelFacts
from rave_gui.backend.rave_findings import Finding
from rave_gui.core.errors import UserError
from rave_gui.core.records import Project
from rave_gui.ui.context import PageContext
from rave_gui.ui.text import translate
from rave_gui.ui.viewmodels import export_words as words
from rave_gui.ui.wizards.export_destination import DestinationStep
from rave_gui.ui.wizards.export_format import FormatStep
from rave_gui.ui.wizards.export_model import ModelStep
from rave_gui.ui.wizards.export_review import ExportReviewStep
from rave_gui.ui.wizards.export_sound import SoundStep
from rave_gui.ui.wizards.wizard import Sentence, Wizard


@dataclass(frozen=True)
class ExportRequest:
    """Everything that makes the exports."""

    project: Project
    plans: tuple[ExportPlan, ...]
    copies: tuple[Path, ...] = ()


class NewExportWizard(Wizard):
    """Asks for an :class:`ExportRequest`."""

    def __init__(
        self,
        context: PageContext,
        project: Project,
        sources: Sequence[Source],
        parent: QWidget | None = None,
    ) -> None:
        title = translate("NewExportWizard", "New export")
        super().__init__(context, project, title, words.steps(), parent)
        self.draft = ExportDraft(sources)
        self.draft.has_engine = context.state.engine is not None
        theme = context.theme
        self.model, self.format, self.sound = ModelStep(), FormatStep(theme), SoundStep()
        self.destination, self.review = DestinationStep(theme), ExportReviewStep(theme)
        self._own = str(context.state.settings.export_folder)
        self._asked: set[int] = set()
        self.begin()
        self._connect()
        self.moved_on()

    # Properties

    @property
    def worth_keeping(self) -> bool:
        """Whether giving it up loses decisions of the person."""
        return bool(self.draft.touched)

    # Methods

    def begin_with(self, checkpoint_ids: Sequence[int]) -> None:
        """Begin with these checkpoints, at the format."""
        if checkpoint_ids:
            self.draft.begin_with(checkpoint_ids)
            self.draft.go(Step.FORMAT if self.draft.chosen else Step.MODEL)
        self.moved_on()

    # What the base asks

    def pages(self) -> tuple[QWidget, ...]:
        """One for each step."""
        return self.model, self.format, self.sound, self.destination, self.review

    def steps(self) -> type[Step]:
        """Model, format, sound, destination, review."""
        return Step

    def show_page(self, step: int) -> None:
        """Show the draft on the page of that step."""
        draft = self.draft
        if step == Step.DESTINATION:
            self.destination.show_draft(draft, self._files(), self._hosts())
        elif step == Step.REVIEW:
            self.review.show_draft(draft, self._lines())
        else:
            page: Any = self.pages()[step]
            page.show_draft(draft)

    def foot(self) -> Sentence:
        """What will come of it."""
        return words.foot(self.draft)

    def primary(self) -> tuple[str, str]:
        """The filled button."""
        return words.primary_words(self.draft), words.hindrance_words(self.draft)

    def moved_on(self) -> None:
        """Let the engine look into what was chosen."""
        self._look()
        self._show()

    def submit(self) -> None:
        """The filled button of the last step."""
        if self.busy or self.draft.hindrance() is not None:
            return
        request = ExportRequest(self._project, tuple(self.draft.plans()), self.draft.copies)
        self.set_busy(self.tr("Preparing…"))
        self.requested.emit(request)

    def engine_came(self) -> None:
        """What no engine could tell may be asked now."""
        self._asked.clear()
        self._look()

    # Decisions

    @pyqtSlot(list)
    def _on_models(self, checkpoint_ids: list[int]) -> None:
        self.draft.choose(checkpoint_ids)
        self.moved_on()

    @pyqtSlot(str, bool)
    def _on_kind(self, kind: str, on: bool) -> None:
        self.draft.set_kind(kind, on=on)
        self._show()

    @pyqtSlot(int)
    def _on_latents(self, latents: int) -> None:
        self.draft.set_latents(latents)
        self._show()

    @pyqtSlot(float)
    def _on_fidelity(self, fidelity: float) -> None:
        self.draft.set_fidelity(fidelity)
        self._show()

    @pyqtSlot(object)
    def _on_channels(self, channels: int | None) -> None:
        self.draft.set_channels(channels)
        self._show()

    @pyqtSlot(int)
    def _on_multiple(self, multiple: int) -> None:
        self.draft.set_multiple(multiple)
        self._show()

    @pyqtSlot(bool)
    def _on_ema(self, on: bool) -> None:
        self.draft.set_ema(on=on)
        self._show()

    @pyqtSlot(str)
    def _on_name(self, name: str) -> None:
        self.draft.set_name(name)
        self._show()

    @pyqtSlot(object, bool)
    def _on_copy(self, folder: Path, on: bool) -> None:
        self.draft.set_copy(folder, on=on)
        self._show()

    @pyqtSlot(str)
    def _on_folder(self, folder: str) -> None:
        """Remembered for the next time."""
        self._own = folder
        self._context.state.change_settings(export_folder=folder)
        self.draft.set_copy(Path(folder), on=True)
        self._show()

    @pyqtSlot(object)
    def _on_mend(self, finding: Finding) -> None:
        self.draft.mend(finding)
        self._show()

    # Behind it

    def _look(self) -> None:
        """Each chosen checkpoint once."""
        for one in self.draft.models:
            if one.id not in self._asked:
                self._asked.add(one.id)
                look = partial(self._context.services.shelf.look, one.checkpoint.checkpoint_path)
                told, not_told = partial(self._told, one.id), partial(self._not_told, one.id)
                self._context.run(look, told, not_told, owner=self)

    def _told(self, checkpoint_id: int, facts: ModelFacts) -> None:
        self.draft.learn(checkpoint_id, facts)
        self._show()

    def _not_told(self, checkpoint_id: int, _error: UserError) -> None:
        """The exports work without; only the number of latents is not known before."""
        self.draft.learn(checkpoint_id, None)
        self._show()

    def _files(self) -> list[Path]:
        return plan_files(self.draft.plans(), self._project.path / "exports")

    def _lines(self) -> list[tuple[str, str]]:
        plans, folder = self.draft.plans(), self._project.path / "exports"
        commands = plan_commands(self._context.state.engine, plans, folder)
        said = [words.plan_line(*pair) for pair in zip(plans, self._files(), strict=True)]
        return list(zip(said, commands, strict=True))

    def _hosts(self) -> list[HostFolder]:
        return host_folders(self._own)

    # Construction

    def _connect(self) -> None:
        self.model.chosen.connect(self._on_models)
        self.format.toggled.connect(self._on_kind)
        self.sound.latents_chosen.connect(self._on_latents)
        self.sound.fidelity_chosen.connect(self._on_fidelity)
        self.sound.channels_chosen.connect(self._on_channels)
        self.sound.multiple_chosen.connect(self._on_multiple)
        self.sound.ema_toggled.connect(self._on_ema)
        self.destination.name_changed.connect(self._on_name)
        self.destination.copy_toggled.connect(self._on_copy)
        self.destination.folder_added.connect(self._on_folder)
        self.review.mend_requested.connect(self._on_mend)
        self.review.install_requested.connect(self.install_requested)
