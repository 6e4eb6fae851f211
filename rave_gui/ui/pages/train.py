"""Train: the trainings of the project, and all about the selected one, live."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from PyQt6.QtCore import QTimer, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PyQt6.QtWidgets import QWidget

from rave_gui.backend.compare import differences
from rave_gui.backend.hardware import Workload
from rave_gui.backend.rave_settings import TrainingSettings
from rave_gui.backend.training_state import TrainingState
from rave_gui.core.records import Experiment, ExperimentStatus
from rave_gui.ui.context import PageContext
from rave_gui.ui.list_page import ListPage
from rave_gui.ui.readers import TrainingDetail, Trainings, TrainingView, read_trainings
from rave_gui.ui.text import translate
from rave_gui.ui.viewmodels import queue, training, training_actions
from rave_gui.ui.viewmodels.previews import LISTENING_SET
from rave_gui.ui.viewmodels.training_book import TrainingBook
from rave_gui.ui.widgets.curves_panel import CurvesPanel, Moment
from rave_gui.ui.widgets.experiments_table import ExperimentsTable
from rave_gui.ui.widgets.hardware_panel import HardwarePanel
from rave_gui.ui.widgets.list_column import ListColumn
from rave_gui.ui.widgets.preview_foot import PreviewFoot
from rave_gui.ui.widgets.preview_panel import PreviewPanel
from rave_gui.ui.widgets.queue_strip import QueueStrip
from rave_gui.ui.widgets.train_detail import TrainDetail

_BEAT_MS = 1000
_MOST_OFFERED = 1000


class TrainPage(ListPage):
    """Watches trainings; starting and stopping them is asked for, never done, here."""

    new_project_requested = pyqtSignal()
    new_dataset_requested = pyqtSignal(list)
    new_training_requested = pyqtSignal(object)
    start_training_requested = pyqtSignal(int)
    stop_training_requested = pyqtSignal(int)
    save_now_requested = pyqtSignal(int)
    pause_requested = pyqtSignal(int)
    resume_requested = pyqtSignal(int)
    continue_training_requested = pyqtSignal(int)
    preview_now_requested = pyqtSignal(int)
    training_wish_requested = pyqtSignal(int, str)
    queue_wish_requested = pyqtSignal(object)
    save_curves_requested = pyqtSignal(object)
    show_in_folder_requested = pyqtSignal(str)
    star_requested = pyqtSignal(int, int)
    archive_requested = pyqtSignal(list, bool)
    delete_trainings_requested = pyqtSignal(list)
    TABLES = frozenset({"experiments", "models", "jobs", "datasets", "queue"})

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        column = ListColumn(
            context.theme,
            translate("TrainPage", "Trainings"),
            translate("TrainPage", "New training"),
            translate("TrainPage", "Filter by name, tag, state"),
        )
        services = context.services
        workload = Workload(services.repositories)
        curves = CurvesPanel(
            context.theme, context.run, services.trainings.metrics, workload=workload
        )
        self._previews = PreviewPanel(context)
        strip = PreviewFoot(context.theme, self._previews.feed)
        self._hardware = HardwarePanel.of(context)
        more = {"previews": self._previews, "strip": strip, "hardware": self._hardware}
        self._detail = TrainDetail(context.theme, curves, **more)
        super().__init__(context, column, self._detail, "curve", parent)
        self._strip = QueueStrip(context.theme)
        column.set_foot_widget(self._strip)
        column.offer(training.orders(), training.filters())
        column.offer_table(self.tr("All trainings as a table (Ctrl+T)"))
        self._table = ExperimentsTable(context.theme)
        self._table_open = False
        self._stack.addWidget(self._table)
        self._book: TrainingBook | None = None
        self._found = Trainings()
        self._by_id: dict[int, Experiment] = {}
        self._laid: list[tuple[int, str]] = []
        self._beat = QTimer(self)
        self._beat.setInterval(_BEAT_MS)
        self._beat.timeout.connect(self._show_moment)
        self._connect()
        self._say_empty()

    # Methods

    @property
    def detail(self) -> TrainDetail:
        """The right side."""
        return self._detail

    @property
    def table(self) -> ExperimentsTable:
        """All trainings as a table."""
        return self._table

    @pyqtSlot()
    def show_table(self) -> None:
        """Let the table of all trainings take the whole page."""
        if not self._table_open and self._found.experiments:
            self._table_open = True
            self._show_lines()
            self.show_content(True)
            self._table.select(self.selected)
            self._table.view.setFocus()

    @pyqtSlot()
    def close_table(self) -> None:
        """Show the list and the selected training again."""
        self._table_open = False
        self.show_content(bool(self._found.experiments))
        self._column.list.setFocus()

    def show_content(self, some: bool) -> None:
        """A wizard that is open, else the table if it is, else the list."""
        super().show_content(some)
        if some and self._table_open and self.wizard is None:
            self._stack.setCurrentWidget(self._table)

    def reader(self) -> Callable[[], Any]:
        """Experiments, and the selected one in full."""
        engine = self._ctx.state.engine
        self._book = self._book or TrainingBook(self._ctx.services.repositories.experiments)
        return partial(
            read_trainings,
            self._ctx.services,
            self.project,
            self.selected,
            engine.configs_dir if engine else None,
            self._ctx.board.trainings(),
            TrainingView(self._book, self._ctx.board.is_paused),
        )

    def present(self, found: Trainings) -> None:
        """List on the left, details on the right, or what to do first."""
        self._found = found
        self._by_id = {item.id or 0: item for item in found.experiments}
        self._column.set_rows(found.rows)
        self._show_lines()
        self._strip.show_queue(queue.view(found.queue))
        self._say_empty()
        self.show_content(bool(found.experiments))
        if found.detail is not None and found.detail.experiment.id == self.selected:
            self._show_detail(found.detail)

    @pyqtSlot(list)
    def compare(self, ids: list[int]) -> None:
        """Show the first of these trainings with the curves of the others over its own."""
        known = [self._by_id[one] for one in ids if one in self._by_id]
        if len(known) < 2:
            return
        first, *others = known
        self.close_table()
        self.open_record(first.id or 0)
        self._laid = [(one.id or 0, one.name) for one in others]
        self._detail.turn_to("curves")
        if self._detail.curves.experiment == first.id:
            self._lay_over()

    def _lay_over(self) -> None:
        """What was asked for before the first of them was shown."""
        laid, self._laid = self._laid, []
        if laid:
            self._detail.bar.lay_over(laid)

    @pyqtSlot()
    def _offer_runs(self) -> None:
        newest = list(self._found.experiments)[:_MOST_OFFERED]
        self._detail.bar.offer(
            [(one.id or 0, one.name, training.recipe_words(one.config)) for one in newest]
        )

    @pyqtSlot(list)
    def _show_differences(self, others: list[tuple[int, str]]) -> None:
        ids = [self.selected or 0, *(identity for identity, _ in others)]
        known = [self._by_id[one] for one in ids if one in self._by_id] if others else []
        self._detail.compared.show_differences([one.name for one in known], differences(known))

    # Facts

    def on_training_state(self, experiment_id: int) -> None:
        """Something newer is known of a training."""
        if self.isVisible():
            self._show_row(experiment_id)
            if experiment_id == self.selected:
                self._show_moment()

    # Events

    def showEvent(self, event: QShowEvent | None) -> None:
        """Time goes on: ages and ETAs are told again each second."""
        super().showEvent(event)
        self._beat.start()

    def hideEvent(self, event: QHideEvent | None) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self._beat.stop()

    # What is shown

    def _connect(self) -> None:
        header = self._detail.header
        header.start_requested.connect(self._start)
        header.stop_requested.connect(self._stop)
        header.save_requested.connect(self._save)
        header.pause_requested.connect(self._pause)
        header.resume_requested.connect(self._resume)
        header.continue_requested.connect(self._go_on)
        header.preview_requested.connect(self._preview)
        header.extend_requested.connect(self._go_on)
        header.action_requested.connect(self._act)
        self._strip.wish_made.connect(self.queue_wish_requested)
        self._strip.training_chosen.connect(self.open_record)
        self._previews.listening_set_requested.connect(self._choose_listening_set)
        self._detail.log.folder_requested.connect(self.show_in_folder_requested)
        self._detail.bar.runs_wanted.connect(self._offer_runs)
        self._detail.bar.compare_changed.connect(self._show_differences)
        self._detail.bar.save_requested.connect(self._save_curves)
        self._connect_table()

    def _connect_table(self) -> None:
        table = self._table
        self._column.table_requested.connect(self.show_table)
        table.closed.connect(self.close_table)
        table.opened.connect(self._open_from_table)
        table.star_requested.connect(self.star_requested)
        table.archive_requested.connect(self.archive_requested)
        table.compare_requested.connect(self.compare)
        table.delete_requested.connect(self.delete_trainings_requested)
        table.layout_changed.connect(self._remember_layout)
        table.view.restore_layout(self._ctx.state.settings.trainings_table)
        shortcut = QShortcut(QKeySequence("Ctrl+T"), self)
        shortcut.activated.connect(self.show_table)

    def _say_empty(self) -> None:
        title = self.tr("Nothing is trained yet")
        text = self.tr(
            "A training lets RAVE listen to a dataset for hours or days until it can play its "
            "sound. You watch the curves here, and stop and go on whenever you like."
        )
        if self.project is None:
            self._empty.say(title, text, self.tr("New project…"))
        elif not self._found.ready_datasets:
            more = self.tr("It needs a prepared dataset first.")
            self._empty.say(title, f"{text} {more}", self.tr("New dataset"))
        else:
            self._empty.say(title, text, self.tr("New training"))

    def _show_row(self, experiment_id: int) -> None:
        """One training as it is now; of ten thousand the others are left alone."""
        item = self._by_id.get(experiment_id)
        if item is not None:
            state, paused = self._ctx.board.training(experiment_id), self._paused(experiment_id)
            self._column.update_row(training.row(item, state, paused=paused))

    def _show_lines(self) -> None:
        """The table, where it is open."""
        if self._table_open:
            self._table.set_lines(self._found.lines)

    def _show_detail(self, detail: TrainingDetail) -> None:
        shown = detail.experiment
        parent = self._by_id.get(shown.parent_id or 0)
        recipe = training.recipe_line(shown, detail.dataset, parent.name if parent else "")
        self._detail.header.show_title(shown.name, recipe)
        self._detail.header.show_notes(shown.rating, training_actions.notes_line(shown))
        self._show_moment()
        self._detail.show_log(detail.log)
        usual = TrainingSettings().to_json()
        self._detail.config.show_config(
            detail.command, training.settings_rows(shown.config, usual), detail.gin
        )

    @pyqtSlot()
    def _show_moment(self) -> None:
        detail = self._found.detail
        if detail is None or detail.experiment.id != self.selected:
            return
        experiment, state = detail.experiment, self._state(detail)
        paused = self._paused(experiment.id or 0)
        header = training.header(
            experiment,
            state,
            phase1=detail.phase1,
            now=time.time(),
            paused=paused,
            saved=detail.newest,
            held=self._found.queue.policy.paused,
        )
        self._detail.header.show_header(header)
        saved = detail.newest is not None or state.checkpoint is not None
        self._detail.header.show_actions(
            training_actions.actions(experiment, paused=paused, saved=saved),
            queued=experiment.status is ExperimentStatus.QUEUED,
        )
        self._detail.header.show_menu(training_actions.menu(experiment, saved=saved))
        change = detail.phase1 if header.phase == 2 else None
        waits = experiment.status in (ExperimentStatus.PENDING, ExperimentStatus.QUEUED)
        about = training.run_moment(experiment, detail.phase1, detail.latent)
        ended = not experiment.status.active and not waits
        moment = Moment(change, ended=ended, about=about, name=experiment.name)
        another = self._detail.curves.experiment != experiment.id
        self._detail.curves.show_experiment(
            experiment.id, moment, live=training.is_live(experiment) and not paused
        )
        live = training.is_live(experiment)
        self._previews.feed.show_experiment(
            experiment.id, state.previews, live=live, waits=waits, phase2_at=change
        )
        self._hardware.show_experiment(experiment.id, live=live)
        if another:
            self._detail.bar.lay_over([])
            self._lay_over()

    def _state(self, detail: TrainingDetail) -> TrainingState:
        return self._ctx.board.training(detail.experiment.id) or detail.state

    def _paused(self, experiment_id: int) -> bool:
        job = self._found.jobs.get(experiment_id)
        return job is not None and self._ctx.board.is_paused(job)

    # Wishes

    @pyqtSlot()
    def ask_new(self) -> None:
        """The filled button."""
        self.new_training_requested.emit(None)

    @pyqtSlot()
    def ask_first_step(self) -> None:
        """The button of the empty page."""
        if self.project is None:
            self.new_project_requested.emit()
        elif not self._found.ready_datasets:
            self.new_dataset_requested.emit([])
        else:
            self.ask_new()

    @pyqtSlot(int)
    def _open_from_table(self, experiment_id: int) -> None:
        self.close_table()
        self.open_record(experiment_id)

    @pyqtSlot(str)
    def _remember_layout(self, text: str) -> None:
        self._ctx.run(partial(self._ctx.state.change_settings, trainings_table=text))

    def _wish(self, signal: Any) -> None:
        if self.selected is not None:
            signal.emit(self.selected)

    @pyqtSlot()
    def _start(self) -> None:
        self._wish(self.start_training_requested)

    @pyqtSlot()
    def _stop(self) -> None:
        self._wish(self.stop_training_requested)

    @pyqtSlot()
    def _save(self) -> None:
        self._wish(self.save_now_requested)

    @pyqtSlot()
    def _pause(self) -> None:
        self._wish(self.pause_requested)

    @pyqtSlot()
    def _resume(self) -> None:
        self._wish(self.resume_requested)

    @pyqtSlot()
    def _go_on(self) -> None:
        self._wish(self.continue_training_requested)

    @pyqtSlot()
    def _preview(self) -> None:
        self._wish(self.preview_now_requested)

    @pyqtSlot(str)
    def _save_curves(self, kind: str) -> None:
        if wish := self._detail.curves.save_wish(kind):
            self.save_curves_requested.emit(wish)

    @pyqtSlot()
    def _choose_listening_set(self) -> None:
        self._act(LISTENING_SET)

    @pyqtSlot(str)
    def _act(self, key: str) -> None:
        if self.selected is not None:
            self.training_wish_requested.emit(self.selected, key)
