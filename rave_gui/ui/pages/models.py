"""Models: every checkpoint of the project, to keep and to export."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from rave_gui.core.records import Checkpoint
from rave_gui.ui.context import PageContext
from rave_gui.ui.models.checkpoints import CheckpointsModel
from rave_gui.ui.page import Page
from rave_gui.ui.readers_models import Models, read_models
from rave_gui.ui.viewmodels import checkpoint as words
from rave_gui.ui.widgets.buttons import PRIMARY, button
from rave_gui.ui.widgets.cards import Card
from rave_gui.ui.widgets.empty_state import EmptyState
from rave_gui.ui.widgets.labels import ElidedLabel, label
from rave_gui.ui.widgets.parts import fill, filter_field, folder_button, table_head
from rave_gui.ui.widgets.record_table import RecordTable

_STEP = 2


class ModelsPage(Page):
    """Shows checkpoints; keeping and exporting them is asked for, never done, here."""

    new_project_requested = pyqtSignal()
    new_training_requested = pyqtSignal(object)
    export_requested = pyqtSignal(int)
    pin_requested = pyqtSignal(int, bool)
    show_in_folder_requested = pyqtSignal(str)
    TABLES = frozenset({"models", "experiments"})

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        theme = context.theme
        self._found = Models()
        self._summary = label(role="secondary")
        self._filter = filter_field(
            self.tr("Filter, for example: bells step>100k"), self.tr("Filter the checkpoints"), 280
        )
        self._model = CheckpointsModel(self)
        self._table = RecordTable(theme, self._model, self.tr("Checkpoints"))
        widths = {0: 190, 1: 130, 2: 110, 3: 110, 4: 100, 5: 150}
        self._table.stretch(len(self._model.columns) - 1, widths)
        self._table.sort_by(_STEP, descending=True)
        self._chosen, self._advice = ElidedLabel(role="strong"), label(role="warn", wrap=True)
        self._pin = button(self.tr("Keep"), theme=theme, icon="pin")
        self._pin.setCheckable(True)
        self._folder = folder_button(theme)
        self._export = button(self.tr("Export…"), PRIMARY, theme=theme, icon="upload")
        self._empty = EmptyState(theme, "layers", "", "")
        self._stack, self._content = QStackedWidget(), QWidget()
        self._build()
        self._connect()

    # Methods

    @property
    def table(self) -> RecordTable:
        """The table of checkpoints."""
        return self._table

    @property
    def export_button(self) -> QWidget:
        """The filled button."""
        return self._export

    def open_record(self, identity: int) -> None:
        """Select that checkpoint."""
        self._table.select_record(identity)

    def reader(self) -> Callable[[], Any]:
        """Every checkpoint of the project."""
        engine = self._ctx.state.engine
        folder = engine.configs_dir if engine else None
        return partial(read_models, self._ctx.services, self.project, folder)

    def present(self, found: Models) -> None:
        """The table, or what to do first."""
        self._found = found
        self._model.set_names({run.id: run.name for run in found.experiments if run.id})
        self._model.set_rows(found.checkpoints)
        runs = len({row.experiment_id for row in found.checkpoints})
        self._summary.setText(words.summary(found.checkpoints, runs))
        self._say_empty()
        self._stack.setCurrentWidget(self._content if found.checkpoints else self._empty)
        if found.checkpoints and self._table.current_record() is None:
            self._table.selectRow(0)
        self._show_chosen(self._table.current_record())

    # What is shown

    def _build(self) -> None:
        box = QVBoxLayout(self._content)
        box.setContentsMargins(22, 18, 22, 22)
        box.setSpacing(14)
        box.addLayout(table_head(self.tr("Models"), self._summary, self._filter))
        box.addWidget(self._note())
        box.addWidget(self._table, 1)
        box.addWidget(self._foot())
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._content)
        fill(self, self._stack)
        self._say_empty()

    def _note(self) -> QWidget:
        return label(
            self.tr(
                "RAVE marks the lowest validation as best. Validation rises in phase 2 by design, "
                "so its best is usually a model of phase 1: let your ears decide."
            ),
            "muted",
            wrap=True,
        )

    def _foot(self) -> QWidget:
        card, row, said = Card(), QHBoxLayout(), QVBoxLayout()
        said.setSpacing(2)
        said.addWidget(self._chosen)
        said.addWidget(self._advice)
        row.setSpacing(8)
        row.addLayout(said, 1)
        for made in (self._folder, self._pin, self._export):
            row.addWidget(made)
        card.body.addLayout(row)
        return card

    def _connect(self) -> None:
        self._filter.textChanged.connect(self._table.proxy.set_filter)
        self._table.record_selected.connect(self._show_chosen)
        self._table.record_activated.connect(self._ask_export)
        self._empty.action_requested.connect(self._first_step)
        self._pin.clicked.connect(self._ask_pin)
        self._folder.clicked.connect(self._ask_folder)
        self._export.clicked.connect(self._ask_export)

    def _say_empty(self) -> None:
        action = self.tr("New project…") if self.project is None else self.tr("New training")
        self._empty.say(
            self.tr("No model yet"),
            self.tr(
                "While RAVE trains it writes checkpoints: the model as it was at that moment. "
                "They gather here, and any of them can become an instrument."
            ),
            action,
        )

    @pyqtSlot(object)
    def _show_chosen(self, row: Checkpoint | None) -> None:
        for made in (self._pin, self._folder, self._export):
            made.setEnabled(row is not None)
        if row is None:
            self._chosen.setText(self.tr("Choose a checkpoint to keep or export it."))
            self._advice.hide()
            return
        names = {run.id: run.name for run in self._found.experiments}
        self._chosen.setText(words.sentence(row, names.get(row.experiment_id, "")))
        told, _role = words.advice(row, self._found.phase1.get(row.experiment_id))
        self._advice.setText(told)
        self._advice.setVisible(bool(told))
        self._pin.setChecked(row.pinned)
        self._pin.setText(self.tr("Kept") if row.pinned else self.tr("Keep"))
        self._pin.setToolTip(self.tr("A kept checkpoint stays listed, whatever RAVE replaces"))

    # Wishes

    @pyqtSlot()
    def _first_step(self) -> None:
        if self.project is None:
            self.new_project_requested.emit()
        else:
            self.new_training_requested.emit(None)

    @pyqtSlot()
    def _ask_export(self) -> None:
        row = self._table.current_record()
        if row is not None:
            self.export_requested.emit(row.id)

    @pyqtSlot()
    def _ask_pin(self) -> None:
        row = self._table.current_record()
        if row is not None:
            self.pin_requested.emit(row.id, not row.pinned)

    @pyqtSlot()
    def _ask_folder(self) -> None:
        row = self._table.current_record()
        if row is not None:
            self.show_in_folder_requested.emit(str(row.checkpoint_path))
