"""From files of sound to a dataset in four steps, on the Data page itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from rave_gui.backend.dataset_draft import DatasetDraft, Step
from rave_gui.backend.draft_prefill import Prefill
from rave_gui.backend.forecast import Forecast
from rave_gui.backend.rave_settings import ConditionSettings, PreprocessSettings
from rave_gui.backend.scanned import ScannedFile
from rave_gui.core.errors import UserError
from rave_gui.core.records import Project
from rave_gui.ui.context import PageContext
from rave_gui.ui.viewmodels import dataset_words as words
from rave_gui.ui.viewmodels import review_words
from rave_gui.ui.wizards.dataset_check import CheckStep
from rave_gui.ui.wizards.dataset_format import FormatStep
from rave_gui.ui.wizards.dataset_review import ReviewStep
from rave_gui.ui.wizards.dataset_sources import SourcesStep
from rave_gui.ui.wizards.dataset_work import DatasetWork
from rave_gui.ui.wizards.wizard_frame import WizardFrame


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


class NewDatasetWizard(QWidget):
    """Shows a draft and passes decisions on to it. Whoever owns it calls :meth:`leave`."""

    requested = pyqtSignal(object)
    """A :class:`DatasetRequest`; answered by :meth:`leave` or :meth:`show_refusal`."""
    leave_requested = pyqtSignal()
    """The person wants to give it up."""
    left = pyqtSignal()
    """It is over and everything it did has ended."""
    install_requested = pyqtSignal()
    """The engine is missing and wanted."""
    show_in_folder_requested = pyqtSignal(str)

    def __init__(
        self, context: PageContext, project: Project, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context, self._project = context, project
        self._refusal, self._busy = "", ""
        self._is_over, self._goes_on = False, False
        self.draft = DatasetDraft()
        self.draft.has_engine = context.state.engine is not None
        self.work = DatasetWork(
            self.draft, context.run, context.services.datasets.listen, project.path, self
        )
        theme = context.theme
        self.frame = WizardFrame(theme, self.tr("New dataset"), words.steps())
        self.sources, self.check = SourcesStep(theme), CheckStep(context)
        self.format, self.review = FormatStep(theme), ReviewStep(theme)
        self._build()
        self._connect()
        self._read_names()
        self._show()

    # Properties

    @property
    def worth_keeping(self) -> bool:
        """Whether giving it up loses decisions of the person."""
        return self.draft.worth_keeping

    @property
    def busy(self) -> bool:
        """Whether the dataset is being made just now."""
        return bool(self._busy)

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

    def set_busy(self, text: str) -> None:
        """The dataset is being made: nothing can be pressed until the answer is there."""
        self._busy, self._refusal = text, ""
        self._show()

    @pyqtSlot(object)
    def show_refusal(self, error: UserError) -> None:
        """It could not be made: say why, and let the person mend it."""
        self._busy, self._refusal = "", str(error)
        self._read_names()
        self._show()

    @pyqtSlot()
    def leave(self) -> None:
        """End everything behind it; :attr:`left` tells that it may be taken away."""
        if self._is_over:
            return
        self._is_over = True
        self.work.stop()
        self._context.state.engine_changed.disconnect(self._on_engine)
        if self._context.playback is not None:
            self._context.playback.pause()
        self.left.emit()

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

    # Steps

    @pyqtSlot()
    def _on_next(self) -> None:
        self._refusal = ""
        if self.draft.step is Step.REVIEW:
            self._submit()
        elif self.draft.advance():
            self.work.go_on()

    @pyqtSlot()
    def _on_back(self) -> None:
        if self.draft.step > Step.SOURCES:
            self._turn(self.draft.step - 1)

    @pyqtSlot(int)
    def _turn(self, step: int) -> None:
        self._refusal = ""
        if not self._busy and self.draft.go(Step(step)):
            self.work.go_on()

    @pyqtSlot()
    def _on_leave(self) -> None:
        if not self._busy:
            self.leave_requested.emit()

    def _submit(self) -> None:
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

    @pyqtSlot(object)
    def _on_engine(self, _engine: object) -> None:
        self.draft.has_engine = self._context.state.engine is not None
        self._show()

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

    @pyqtSlot()
    def _show(self) -> None:
        """Everything of the present step, as it is now."""
        draft, step = self.draft, self.draft.step
        open_steps = [] if self._busy else [one for one in Step if draft.can_show(one)]
        page = (self.sources, self.check, self.format, self.review)[step]
        self._show_page(page)
        self.frame.show_step(step, open_steps)
        self._show_foot()

    def _show_page(self, page: QWidget) -> None:
        draft = self.draft
        if page is self.check:
            self.check.show_draft(draft, self.work)
        elif page is self.review:
            engine = self._context.state.engine
            self.review.show_draft(draft, review_words.command(engine, self._project.path, draft))
        elif page is self.format:
            self.format.show_draft(draft)
        else:
            self.sources.show_draft(draft)

    def _show_foot(self) -> None:
        draft, frame = self.draft, self.frame
        if self._busy or self._refusal:
            frame.sentence.say("", self._busy or self._refusal, "", "text" if self._busy else "bad")
        else:
            frame.sentence.say(*words.foot(draft))
        why = self._busy or words.hindrance_words(draft)
        left, paused = self.work.seconds_left, self.work.paused
        frame.set_primary(words.primary_words(draft, left, paused=paused), on=not why, tip=why)
        for one in (frame.back, frame.cancel, *self._pages()):
            one.setEnabled(not self._busy)
        if self._goes_on and not why:
            self._goes_on = False
            frame.primary.setFocus()

    def _pages(self) -> tuple[QWidget, ...]:
        return self.sources, self.check, self.format, self.review

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

    def _build(self) -> None:
        self.setAcceptDrops(True)
        self.setFocusProxy(self.frame)
        settings = getattr(self._context.state, "settings", None)
        self.sources.drop.begin_in(getattr(settings, "sound_folder", ""))
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
        self._context.state.engine_changed.connect(self._on_engine)


def _names(services: object, project_id: int | None) -> list[str]:
    """The names of the project's datasets; called in the background."""
    return [row.name for row in services.datasets.list_datasets(project_id)]  # type: ignore[attr-defined]


def _local_paths(event: QDropEvent) -> list[Path]:
    data = event.mimeData()
    urls = data.urls() if data is not None else []
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
