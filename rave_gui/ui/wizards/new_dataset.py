"""From files of sound to a dataset in four steps, on the Data page itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PyQt6.QtWidgets import QWidget

from rave_gui.backend.dataset_draft import DatasetDraft, Step
from rave_gui.backend.draft_prefill import Prefill
from rave_gui.backend.forecast import Forecast
from rave_gui.backend.rave_settings import ConditionSettings, PreprocessSettings
from rave_gui.backend.scanned import ScannedFile
from rave_gui.core.errors import UserError
from rave_gui.core.records import Project
from rave_gui.ui.context import PageContext
from rave_gui.ui.text import translate
from rave_gui.ui.viewmodels import dataset_words as words
from rave_gui.ui.viewmodels import review_words
from rave_gui.ui.wizards.dataset_check import CheckStep
from rave_gui.ui.wizards.dataset_format import FormatStep
from rave_gui.ui.wizards.dataset_review import ReviewStep
from rave_gui.ui.wizards.dataset_sources import SourcesStep
from rave_gui.ui.wizards.dataset_work import DatasetWork
from rave_gui.ui.wizards.wizard import Sentence, Wizard


@dataclass(frozen=True)
class DatasetRequest:
    """Everything that makes a dataset."""

    project: Project
    name: str
    sources: tuple[Path, ...]
    settings: PreprocessSettings
    condition: ConditionSettings
    plan: Forecast
    note: str
    """On licence and consent; may be empty."""


class NewDatasetWizard(Wizard):
    """Asks for a :class:`DatasetRequest`."""

    show_in_folder_requested = pyqtSignal(str)

    def __init__(
        self, context: PageContext, project: Project, parent: QWidget | None = None
    ) -> None:
        title = translate("NewDatasetWizard", "New dataset")
        super().__init__(context, project, title, words.steps(), parent)
        self._goes_on = False
        self.draft = DatasetDraft()
        self.draft.has_engine = context.state.engine is not None
        self.work = DatasetWork(
            self.draft, context.run, context.services.datasets.listen, project.path, self
        )
        theme = context.theme
        self.sources, self.check = SourcesStep(theme), CheckStep(context)
        self.format, self.review = FormatStep(theme), ReviewStep(theme)
        self.begin()
        self._accept_sound()
        self._connect()
        self._read_names()
        self._show()

    # Properties

    @property
    def worth_keeping(self) -> bool:
        """Whether giving it up loses decisions of the person."""
        return self.draft.worth_keeping

    # Methods

    def add_sources(self, paths: Sequence[Path]) -> None:
        """Take folders and files, for example dropped ones."""
        if paths and not self._busy:
            self._refusal = ""
            self.work.add_sources(paths)

    def prefill(self, found: Prefill) -> None:
        """Begin with the sources and choices of another dataset."""
        self.draft.prefill(found)
        self.work.go_on()

    # What the base asks

    def pages(self) -> tuple[QWidget, ...]:
        """One for each step."""
        return self.sources, self.check, self.format, self.review

    def steps(self) -> type[Step]:
        """Sources, check, format, review."""
        return Step

    def show_page(self, step: int) -> None:
        """Show the draft on the page of that step."""
        draft = self.draft
        if step == Step.CHECK:
            self.check.show_draft(draft, self.work)
        elif step == Step.REVIEW:
            engine = self._context.state.engine
            self.review.show_draft(draft, review_words.command(engine, self._project.path, draft))
        elif step == Step.FORMAT:
            self.format.show_draft(draft)
        else:
            self.sources.show_draft(draft)

    def foot(self) -> Sentence:
        """What is known of the dataset by now."""
        return words.foot(self.draft)

    def primary(self) -> tuple[str, str]:
        """The filled button."""
        left, paused = self.work.seconds_left, self.work.paused
        text = words.primary_words(self.draft, left, paused=paused)
        return text, words.hindrance_words(self.draft)

    def moved_on(self) -> None:
        """Listen and plan as far as the step wants."""
        self.work.go_on()

    def refused(self) -> None:
        """A name may have been taken meanwhile."""
        self._read_names()

    def end_work(self) -> None:
        """Nothing is listened to any more."""
        self.work.stop()
        if self._context.playback is not None:
            self._context.playback.pause()

    # Events

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:
        """Sound may be dropped anywhere, at every step."""
        if event is not None and _local_paths(event) and not self._busy:
            self.sources.drop.light(on=True)
            event.acceptProposedAction()

    def dragLeaveEvent(self, _event: QDragLeaveEvent | None) -> None:
        """The hand moved on."""
        self.sources.drop.light(on=False)

    def dropEvent(self, event: QDropEvent | None) -> None:
        """Take it."""
        self.sources.drop.light(on=False)
        if event is not None:
            event.acceptProposedAction()
            self.add_sources(_local_paths(event))

    def submit(self) -> None:
        """Ask for the dataset."""
        draft = self.draft
        if self._busy or draft.hindrance() is not None or draft.prospect is None:
            return
        request = DatasetRequest(
            self._project,
            draft.name.strip(),
            tuple(source.path for source in draft.sources),
            draft.settings,
            draft.condition,
            draft.prospect.plan,
            draft.note.strip(),
        )
        self.set_busy(self.tr("Preparing the files and starting RAVE…"))
        self.requested.emit(request)

    # Decisions

    @pyqtSlot(list)
    def _on_sources(self, paths: list[Path]) -> None:
        """Return goes on from there, and does not ask for another folder."""
        self._goes_on = bool(paths)
        self.add_sources(paths)

    @pyqtSlot(object)
    def _on_choices(self, choices: dict[Path, bool]) -> None:
        self._refusal = ""
        self.work.choose(choices)

    @pyqtSlot(bool)
    def _on_pause(self, paused: bool) -> None:
        self._refusal = ""
        self.work.set_paused(paused)

    @pyqtSlot(object, object)
    def _on_format(self, settings: PreprocessSettings, condition: ConditionSettings) -> None:
        self._refusal = ""
        self.work.set_format(settings, condition)

    @pyqtSlot(str)
    def _on_name(self, name: str) -> None:
        self._refusal = ""
        self.draft.set_name(name)
        self._show()

    @pyqtSlot(str)
    def _on_note(self, note: str) -> None:
        self.draft.note = note

    @pyqtSlot(str)
    def _on_folder(self, folder: str) -> None:
        """Begin there the next time; where that cannot be kept, nothing is lost."""
        state = self._context.state
        self.sources.drop.begin_in(folder)
        keep = partial(state.change_settings, sound_folder=folder)
        self._context.run(keep, None, self._on_not_kept, owner=self)

    @pyqtSlot(object)
    def _on_not_kept(self, _error: UserError) -> None:
        """The folder is not remembered."""

    # Facts

    @pyqtSlot(list)
    def _on_files_added(self, _files: list[ScannedFile]) -> None:
        self.check.expect_files(self.draft.counts.files)

    @pyqtSlot(list)
    def _on_files(self, files: list[ScannedFile]) -> None:
        self.check.table.update_files(files)

    @pyqtSlot()
    def _on_files_replaced(self) -> None:
        self.check.table.set_files(self.draft.shown)

    def _show_foot(self) -> None:
        super()._show_foot()
        if self._goes_on and self.frame.primary.isEnabled():
            self._goes_on = False
            self.frame.primary.setFocus()

    def _read_names(self) -> None:
        self._context.run(
            partial(_names, self._context.services, self._project.id),
            self._take_names,
            self._on_not_kept,
            owner=self,
        )

    def _take_names(self, names: list[str]) -> None:
        self.draft.take_names(names)
        self._show()

    # Construction

    def _accept_sound(self) -> None:
        self.setAcceptDrops(True)
        settings = getattr(self._context.state, "settings", None)
        self.sources.drop.begin_in(getattr(settings, "sound_folder", ""))

    def _connect(self) -> None:
        work = self.work
        work.moved.connect(self._show)
        work.files_added.connect(self._on_files_added)
        work.files_changed.connect(self._on_files)
        work.files_replaced.connect(self._on_files_replaced)
        work.failed.connect(self.show_refusal)
        self.sources.sources_chosen.connect(self._on_sources)
        self.sources.remove_requested.connect(work.remove_source)
        self.sources.folder_used.connect(self._on_folder)
        self.check.files_wanted.connect(self._on_files_replaced)
        self.check.show_in_folder_requested.connect(self.show_in_folder_requested)
        self.check.chosen_changed.connect(self._on_choices)
        self.check.pause_requested.connect(self._on_pause)
        self.check.leave_out_looks_requested.connect(work.leave_out_looks)
        self.check.leave_out_unheard_requested.connect(work.leave_out_unheard)
        self.format.format_changed.connect(self._on_format)
        self.review.name_changed.connect(self._on_name)
        self.review.note_changed.connect(self._on_note)
        self.review.install_requested.connect(self.install_requested)


def _names(services: object, project_id: int | None) -> list[str]:
    """The names of the project's datasets; called in the background."""
    return [row.name for row in services.datasets.list_datasets(project_id)]  # type: ignore[attr-defined]


def _local_paths(event: QDropEvent) -> list[Path]:
    data = event.mimeData()
    urls = data.urls() if data is not None else []
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
