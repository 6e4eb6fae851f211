"""Models: every checkpoint of the project over its steps, to hear, keep, export or let go."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QTimer, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QDragEnterEvent, QDropEvent
from PyQt6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from rave_gui.backend.engine_worker import UNTRUSTED
from rave_gui.backend.import_look import SUFFIXES
from rave_gui.backend.model_facts import ModelFacts
from rave_gui.bridge.stream import Newest
from rave_gui.core.records import Checkpoint
from rave_gui.ui.context import PageContext
from rave_gui.ui.page import Page
from rave_gui.ui.readers_models import (
    CheckpointDetail,
    Models,
    ModelsMemory,
    read_checkpoint,
    read_models,
)
from rave_gui.ui.viewmodels import checkpoint as words
from rave_gui.ui.viewmodels.timeline import narrowed
from rave_gui.ui.widgets import checkpoint_panel as wishes
from rave_gui.ui.widgets.checkpoint_panel import CheckpointPanel
from rave_gui.ui.widgets.checkpoints_view import CheckpointsView
from rave_gui.ui.widgets.empty_state import EmptyState
from rave_gui.ui.widgets.parts import fill
from rave_gui.ui.widgets.record_table import RecordTable
from rave_gui.ui.widgets.timeline import Timeline

_CALM_MS = 120
_LOOK_MS = 500
"""A checkpoint is looked into once somebody stays with it so long."""


class ModelsPage(Page):
    """Shows checkpoints; whatever happens to them is asked for, never done, here."""

    new_project_requested = pyqtSignal()
    new_training_requested = pyqtSignal(object)
    listen_requested = pyqtSignal(list)
    """The ids of checkpoints that are to be heard beside each other."""
    export_requested = pyqtSignal(int)
    new_export_requested = pyqtSignal(list)
    """Several at once."""
    pin_requested = pyqtSignal(int, bool)
    rate_checkpoints_requested = pyqtSignal(list, int)
    note_checkpoint_requested = pyqtSignal(int, str)
    delete_checkpoints_requested = pyqtSignal(list)
    tidy_requested = pyqtSignal()
    """Rules are wanted that clear checkpoints."""
    import_models_requested = pyqtSignal(list)
    """Paths that were dropped; none: they are asked for."""
    show_in_folder_requested = pyqtSignal(str)
    TABLES = frozenset({"models", "experiments", "exports"})

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._found, self._memory = Models(), ModelsMemory()
        self._rows: Mapping[int, Checkpoint] = {}
        self._chosen: list[int] = []
        self._awaited: int | None = None
        self._trusted: set[int] = set()
        self._view, self._panel = CheckpointsView(context.theme), CheckpointPanel(context)
        self._empty = EmptyState(context.theme, "layers", "", "")
        self._stack, self._content = QStackedWidget(), QWidget()
        self._details = Newest(context.run, self, 30, eager=True)
        self._looks = Newest(context.run, self, _LOOK_MS, eager=True)
        self._calm_filter = QTimer(self)
        self._calm_filter.setSingleShot(True)
        self._calm_filter.setInterval(_CALM_MS)
        self.setAcceptDrops(True)
        self._build()
        self._connect()

    # Properties

    @property
    def view(self) -> CheckpointsView:
        """The timeline or the table."""
        return self._view

    @property
    def timeline(self) -> Timeline:
        """The timeline."""
        return self._view.timeline

    @property
    def table(self) -> RecordTable:
        """The table of checkpoints."""
        return self._view.table

    @property
    def panel(self) -> CheckpointPanel:
        """All about the chosen one."""
        return self._panel

    @property
    def export_button(self) -> QPushButton:
        """The filled button."""
        return self._panel.export

    @property
    def chosen(self) -> list[int]:
        """The ids of the chosen checkpoints."""
        return list(self._chosen)

    # Methods

    def open_record(self, identity: int) -> None:
        """Select that checkpoint; one that was just made may come with the next reading."""
        if not self._view.select(identity):
            self._awaited = identity
            self.refresh_soon()

    def reader(self) -> Callable[[], Any]:
        """Every checkpoint of the project."""
        return partial(
            read_models, self._ctx.services, self.project, self._configs_dir(), self._memory
        )

    def present(self, found: Models) -> None:
        """The checkpoints, or what to do first."""
        self._found = found
        self._rows = {row.id: row for row in found.checkpoints if row.id}
        runs = len({row.experiment_id for row in found.checkpoints})
        self._view.summary.setText(words.summary(found.checkpoints, runs))
        self._view.model.set_names(
            {run.id or 0: run.name for run in found.experiments}, found.exported
        )
        self._view.set_rows(found.checkpoints)
        self._say_empty()
        self._stack.setCurrentWidget(self._content if found.checkpoints else self._empty)
        self._show_lanes()
        if self._awaited is not None and self._view.select(self._awaited):
            self._awaited = None
        self._show_chosen()

    # Events

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:
        """Models may be dropped."""
        if event is not None and _dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent | None) -> None:
        """Ask for them to be brought in."""
        if event is not None and (paths := _dropped(event)):
            event.acceptProposedAction()
            self.import_models_requested.emit(paths)

    # What is shown

    def _build(self) -> None:
        box = QVBoxLayout(self._content)
        box.setContentsMargins(22, 18, 22, 22)
        box.setSpacing(14)
        box.addLayout(self._view.head)
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(self._view, 1)
        self._panel.setFixedWidth(348)
        row.addWidget(self._panel)
        box.addLayout(row, 1)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._content)
        fill(self, self._stack)
        self._say_empty()

    def _connect(self) -> None:
        view, panel = self._view, self._panel
        view.filter.textChanged.connect(self._calm_filter.start)
        self._calm_filter.timeout.connect(self._filter)
        view.selection_changed.connect(self._choose)
        view.record_activated.connect(self.export_requested)
        view.tidy_requested.connect(self.tidy_requested)
        view.import_requested.connect(self._ask_import)
        view.timeline.play_requested.connect(panel.preview.toggle)
        view.timeline.rated.connect(self._ask_stars)
        view.timeline.delete_requested.connect(self._ask_delete)
        panel.wish_requested.connect(self._ask)
        panel.rated.connect(self._ask_stars)
        panel.notes_changed.connect(self.note_checkpoint_requested)
        panel.trust_requested.connect(self._trust)
        self._details.answered.connect(self._show_detail)
        self._details.refused.connect(self._not_read)
        self._looks.answered.connect(self._show_facts)
        self._looks.refused.connect(self._not_looked)
        self._empty.action_requested.connect(self._first_step)

    def _say_empty(self) -> None:
        action = self.tr("New project…") if self.project is None else self.tr("New training")
        self._empty.say(
            self.tr("No model yet"),
            self.tr(
                "While RAVE trains it writes checkpoints: the model as it was at that moment. "
                "They gather here, and any of them can become an instrument. A .ckpt or .ts from "
                "elsewhere can be dropped here."
            ),
            action,
        )

    @pyqtSlot()
    def _filter(self) -> None:
        self._view.apply_filter()
        self._show_lanes()

    def _show_lanes(self) -> None:
        lanes, shown = self._found.lanes, self._view.shown()
        self._view.timeline.show_lanes(lanes if shown is None else narrowed(lanes, shown))

    @pyqtSlot(list)
    def _choose(self, chosen: list[int]) -> None:
        if chosen != self._chosen:
            self._chosen = chosen
            self._show_chosen()

    def _show_chosen(self) -> None:
        rows = [self._rows[number] for number in self._chosen if number in self._rows]
        if len(rows) == 1:
            services, number = self._ctx.services, rows[0].id or 0
            self._details.ask(partial(read_checkpoint, services, number, self._configs_dir()))
            return
        self._looks.cancel()
        if rows:
            names = {run.id or 0: run.name for run in self._found.experiments}
            self._panel.show_several(rows, names)
        else:
            self._panel.show_nothing()

    @pyqtSlot(object)
    def _show_detail(self, detail: CheckpointDetail | None) -> None:
        if detail is None or self._chosen != [detail.stakes.checkpoint.id]:
            return
        self._panel.show_detail(detail)
        self._panel.model.show_facts(detail.facts)
        if detail.facts is None:
            self._look_into(detail.stakes.checkpoint, there=detail.stakes.there)

    @pyqtSlot(object)
    def _not_read(self, error: object) -> None:
        self.error_raised.emit(error, self.tr("Reading a checkpoint"))

    def _look_into(self, row: Checkpoint, *, there: bool) -> None:
        """Let the engine look, in the background."""
        if not there:
            self._panel.model.show_trouble("")
            return
        trusted, path = row.id in self._trusted, row.checkpoint_path
        self._looks.ask(partial(_looked, self._ctx.services, row.id or 0, path, trusted=trusted))

    @pyqtSlot(object)
    def _show_facts(self, answer: tuple[int, ModelFacts]) -> None:
        number, facts = answer
        if self._chosen == [number]:
            self._panel.model.show_facts(facts)

    @pyqtSlot(object)
    def _not_looked(self, error: Any) -> None:
        trust = getattr(error, "code", "") == UNTRUSTED
        self._panel.model.show_trouble(str(error), trust=trust)

    @pyqtSlot()
    def _trust(self) -> None:
        self._trusted |= set(self._chosen)
        self._show_chosen()

    def _configs_dir(self) -> Path | None:
        engine = self._ctx.state.engine
        return engine.configs_dir if engine else None

    # Wishes

    @pyqtSlot(str)
    def _ask(self, wish: str) -> None:
        rows = self._chosen_rows()
        if not rows:
            return
        if wish == wishes.EXPORT and len(rows) > 1:
            self.new_export_requested.emit([row.id for row in rows])
        elif wish == wishes.EXPORT:
            self.export_requested.emit(rows[-1].id)
        elif wish == wishes.LISTEN:
            self.listen_requested.emit([row.id for row in rows])
        elif wish == wishes.FOLDER:
            self.show_in_folder_requested.emit(str(rows[-1].checkpoint_path))
        elif wish == wishes.DELETE:
            self._ask_delete()
        elif wish == wishes.KEEP:
            keep = not all(row.pinned for row in rows)
            for row in rows:
                self.pin_requested.emit(row.id, keep)

    @pyqtSlot(int)
    def _ask_stars(self, stars: int) -> None:
        if self._chosen:
            self.rate_checkpoints_requested.emit(self.chosen, stars)

    @pyqtSlot()
    def _ask_delete(self) -> None:
        if self._chosen:
            self.delete_checkpoints_requested.emit(self.chosen)

    @pyqtSlot()
    def _ask_import(self) -> None:
        self.import_models_requested.emit([])

    @pyqtSlot()
    def _first_step(self) -> None:
        if self.project is None:
            self.new_project_requested.emit()
        else:
            self.new_training_requested.emit(None)

    def _chosen_rows(self) -> Sequence[Checkpoint]:
        return [self._rows[number] for number in self._chosen if number in self._rows]


def _looked(services: Any, number: int, path: Path, *, trusted: bool) -> tuple[int, ModelFacts]:
    return number, services.shelf.look(path, trusted=trusted)


def _dropped(event: QDropEvent) -> list[Path]:
    """The models among what is dragged."""
    data = event.mimeData()
    urls = data.urls() if data is not None else []
    paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
    return [path for path in paths if path.suffix.lower() in SUFFIXES]
