"""Checkpoints: what people say of them, letting them go, bringing in those from elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, pyqtSlot

from rave_gui.backend.checkpoint_clearing import Cleared, Going
from rave_gui.backend.holdings import Stakes
from rave_gui.backend.import_look import CHECKPOINT, Stranger
from rave_gui.backend.model_facts import ModelFacts
from rave_gui.backend.model_import import ImportWish
from rave_gui.backend.retention import Plan
from rave_gui.bridge.stream import Stream, Tell
from rave_gui.core.records import Experiment, Export, Project
from rave_gui.ui.controllers.base import Desk, Subject
from rave_gui.ui.dialogs import deleting_checkpoints
from rave_gui.ui.dialogs.import_model import ImportDialog, LookWish
from rave_gui.ui.dialogs.tidy import TidyDialog, TidyWish
from rave_gui.ui.viewmodels import tidy as words


class ModelsController(Subject):
    """Answers what the window asks about checkpoints, exports apart."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        window = self.window
        window.pin_requested.connect(self.pin)
        window.rate_checkpoints_requested.connect(self.rate)
        window.note_checkpoint_requested.connect(self.note)
        window.delete_checkpoints_requested.connect(self.delete)
        window.tidy_requested.connect(self.tidy)
        window.import_models_requested.connect(self.bring_in)

    # What people say

    @pyqtSlot(int, bool)
    def pin(self, checkpoint_id: int, on: bool) -> None:
        """Keep a checkpoint whatever happens, or no more."""
        self.do(partial(self.services.checkpoints.pin, checkpoint_id, on))

    @pyqtSlot(list, int)
    def rate(self, checkpoint_ids: list[int], stars: int) -> None:
        """Give them so many stars; 0 takes them away."""
        care = self.services.checkpoints
        self.do(lambda: [care.annotate(number, rating=stars) for number in checkpoint_ids])

    @pyqtSlot(int, str)
    def note(self, checkpoint_id: int, notes: str) -> None:
        """Keep these notes."""
        self.do(partial(self.services.checkpoints.annotate, checkpoint_id, notes=notes))

    # Deleting

    @pyqtSlot(list)
    def delete(self, checkpoint_ids: list[int]) -> None:
        """Ask before checkpoints are deleted."""
        self.do(partial(self.services.checkpoints.stakes, checkpoint_ids), self._ask_delete)

    def _ask_delete(self, found: Sequence[Stakes]) -> None:
        numbers = [one.checkpoint.id or 0 for one in found]
        question = deleting_checkpoints.question(found)
        dialog = self.messages.ask(question, lambda files: self._delete(numbers, files=files))
        dialog.resize(520, 190 + 40 * len(question.lines))

    def _delete(self, numbers: list[int], *, files: bool) -> None:
        self.do(partial(self.services.checkpoints.delete, numbers, files=files))

    # Tidying up

    @pyqtSlot()
    def tidy(self) -> None:
        """Ask for rules."""
        project = self.project
        if project is not None:
            rows = self.services.repositories.experiments
            self.do(lambda: rows.list(project_id=project.id), self._ask_tidy)

    def _ask_tidy(self, runs: Sequence[Experiment]) -> None:
        dialog = TidyDialog(self.desk.context.theme, runs, self.window)
        dialog.plan_wanted.connect(partial(self._plan, dialog))
        dialog.requested.connect(partial(self._clear, dialog))
        self.messages.show(dialog)

    def _plan(self, dialog: TidyDialog, wish: TidyWish) -> None:
        clearing = self.services.clearing

        def work() -> tuple[Plan, tuple[Going, ...]]:
            made = clearing.plan(wish.experiments, wish.rules)
            return made, clearing.describe(made)

        def show(answer: tuple[Plan, tuple[Going, ...]]) -> None:
            dialog.show_plan(wish, *answer)

        self.desk.context.run(work, show, dialog.show_problem, owner=dialog)

    def _clear(self, dialog: TidyDialog, made: Plan, for_good: bool) -> None:
        work = partial(self.services.clearing.clear, made, for_good=for_good)
        self.do(work, partial(self._cleared, for_good=for_good), dialog)

    def _cleared(self, result: Cleared, *, for_good: bool) -> None:
        self.notice(words.done(result, for_good=for_good), "good")

    # Bringing in

    @pyqtSlot(list)
    def bring_in(self, paths: list[Path]) -> None:
        """Ask what to bring in, or how."""
        project = self.project
        if project is None:
            self.notice(self.tr("Open or make a project first; models are brought into it."))
            return
        dialog = ImportDialog(self.desk.context.theme, self.window)
        copying = Stream(self.desk.context.run, dialog)
        dialog.look_wanted.connect(partial(self._look, dialog, project))
        dialog.requested.connect(partial(self._bring, copying, project))
        dialog.stop_requested.connect(partial(self._stop, dialog, copying))
        copying.batch.connect(partial(_show_progress, dialog))
        copying.ended.connect(partial(self._brought, dialog))
        copying.refused.connect(dialog.show_refusal)
        self.messages.show(dialog)
        dialog.files.add_paths(paths)

    def _look(self, dialog: ImportDialog, project: Project, wish: LookWish) -> None:
        """First by its bytes, then by the engine."""
        importer = self.services.importer

        def work() -> tuple[Stranger, str]:
            stranger = importer.look(wish.path, wish.config)
            return stranger, importer.suggested_name(project, stranger)

        def show(answer: tuple[Stranger, str]) -> None:
            dialog.show_look(wish, *answer)
            if not answer[0].problem:
                self._inspect(dialog, wish, answer[0])

        self.desk.context.run(work, show, partial(dialog.show_problem, wish), owner=dialog)

    def _inspect(self, dialog: ImportDialog, wish: LookWish, stranger: Stranger) -> None:
        def show(facts: ModelFacts) -> None:
            dialog.show_facts(wish, facts)

        work = partial(self.services.importer.inspect, stranger, trusted=wish.trusted)
        self.desk.context.run(work, show, partial(dialog.show_problem, wish), owner=dialog)

    def _bring(self, copying: Stream, project: Project, wish: ImportWish) -> None:
        importer = self.services.importer
        checkpoint = wish.stranger.kind == CHECKPOINT
        bring = importer.bring_checkpoint if checkpoint else importer.bring_instrument

        def work(tell: Tell, stop: threading.Event) -> Any:
            def progress(done: int, total: int) -> bool:
                tell((done, total))
                return not stop.is_set()

            return bring(wish, project, progress)

        copying.start(work)

    def _stop(self, dialog: ImportDialog, copying: Stream) -> None:
        copying.cancel()
        dialog.accept()
        self.notice(self.tr("Nothing was brought in."))

    def _brought(self, dialog: ImportDialog, row: Experiment | Export) -> None:
        dialog.accept()
        self.notice(self.tr("{name} is in the project.").format(name=row.name), "good")
        if isinstance(row, Export):
            self.window.open_record("exports", row.id)
            self.window.verify_requested.emit(row.id or 0)
        else:
            self.do(
                partial(self.services.models.list_checkpoints, row.id or 0),
                lambda found: self.window.open_record("models", found[-1].id),
            )


def _show_progress(dialog: ImportDialog, told: Sequence[tuple[int, int]]) -> None:
    dialog.show_progress(*told[-1])
