"""Datasets that exist, and stopping any job."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, Qt, pyqtSlot
from PyQt6.QtWidgets import QFileDialog

from rave_gui.backend.dataset_care import Stakes
from rave_gui.backend.dataset_moved import Moved
from rave_gui.backend.dataset_verify import Verification
from rave_gui.backend.scan import scan_file
from rave_gui.bridge.stream import Stream
from rave_gui.core.errors import UserError
from rave_gui.core.job_facts import Wish
from rave_gui.core.paths import slug
from rave_gui.core.records import Dataset, JobKind
from rave_gui.ui import formats
from rave_gui.ui.controllers.base import Desk, Subject
from rave_gui.ui.dialogs.confirm import Question
from rave_gui.ui.dialogs.rename import RenameDialog
from rave_gui.ui.text import plural
from rave_gui.ui.widgets.places import nearest_folder

Tell = Callable[[tuple[int, int]], None]


class DataController(Subject):
    """Answers what the window asks about datasets; making them is ``NewDatasetController``'s."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self._check = Stream(desk.context.run, self)
        self._checked: tuple[int, str] = (0, "")
        """The dataset that is looked through, and what is done, in words."""
        window = self.window
        window.delete_dataset_requested.connect(self.delete)
        window.rename_dataset_requested.connect(self.rename)
        window.relocate_dataset_requested.connect(self.relocate)
        window.verify_dataset_requested.connect(self.verify)
        window.save_example_requested.connect(self.save_example)
        window.stop_job_requested.connect(self.stop_job)
        window.stop_check_requested.connect(self.stop_check)
        self._check.batch.connect(self._on_progress)
        self._check.ended.connect(self._on_end)
        self._check.refused.connect(self._on_refused)

    # Renaming and deleting

    @pyqtSlot(int)
    def rename(self, dataset_id: int) -> None:
        """Ask for another name."""
        self.do(lambda: self.services.datasets.get_dataset(dataset_id), self._ask_name)

    @pyqtSlot(int)
    def delete(self, dataset_id: int) -> None:
        """Ask before a dataset is forgotten; what trainings need stays."""
        self.do(lambda: self.services.care.stakes(dataset_id), self._ask_delete)

    @pyqtSlot(str)
    def stop_job(self, job_id: str) -> None:
        """Stop a job; a training saves first."""
        self.do(lambda: self._stop(job_id))

    # Looking after

    @pyqtSlot(int)
    def verify(self, dataset_id: int) -> None:
        """Read every entry, in the background."""
        words = self.tr("Checking every entry")
        self._begin(dataset_id, words, partial(_verify, self.services, dataset_id))

    @pyqtSlot(int)
    def relocate(self, dataset_id: int) -> None:
        """Ask where the dataset is now, or where its sound files are."""
        self.do(partial(_where, self.services, dataset_id), self._ask_where)

    @pyqtSlot(int, int)
    def save_example(self, dataset_id: int, index: int) -> None:
        """Ask for a file and write the example."""
        found = self.services.datasets.get_dataset
        self.do(lambda: found(dataset_id), lambda dataset: self._ask_file(dataset, index))

    @pyqtSlot()
    def stop_check(self) -> None:
        """Nobody wants to know any more."""
        self._check.cancel()
        self._show_check("")
        self.notice(self.tr("Stopped; nothing was changed."))

    # Asking

    def _ask_name(self, dataset: Dataset) -> None:
        dialog = RenameDialog(
            self.desk.context.theme, self.tr("Rename the dataset"), dataset.name, self.window
        )
        dialog.requested.connect(partial(self._rename, dialog, dataset.id or 0))
        self.messages.show(dialog)

    def _rename(self, dialog: RenameDialog, dataset_id: int, name: str) -> None:
        self.do(lambda: self.services.care.rename(dataset_id, name), None, dialog)

    def _ask_delete(self, stakes: Stakes) -> None:
        dataset = stakes.dataset
        if stakes.users:
            self.refuse(_needed(stakes))
            return
        length = formats.duration(dataset.duration_seconds)
        lines = [
            self.tr("{length} of prepared sound will be forgotten.").format(length=length),
            self.tr("No training needs it. The sound files it was made from stay where they are."),
        ]
        files = self.tr("Move its folder to the trash as well ({size})")
        question = Question(
            title=self.tr("Delete the dataset {name}?").format(name=dataset.name),
            lines=tuple(lines) if dataset.duration_seconds else tuple(lines[1:]),
            yes=self.tr("Delete"),
            no=self.tr("Keep it"),
            option=files.format(size=formats.size(stakes.bytes)) if stakes.bytes else "",
            option_on=bool(stakes.bytes),
            danger=True,
        )
        self.messages.ask(question, lambda files: self._delete(dataset, files=files))

    def _delete(self, dataset: Dataset, *, files: bool) -> None:
        self.do(lambda: self.services.datasets.delete_dataset(dataset.id, files=files))

    def _ask_where(self, found: tuple[Dataset, bool]) -> None:
        dataset, gone = found
        title = (
            self.tr("Where is the folder of {name} now?")
            if gone
            else self.tr("Where are the sound files of {name} now?")
        )
        dialog = QFileDialog(self.window, title.format(name=dataset.name))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        where = (dataset.path,) if gone else tuple(map(Path, dataset.sources))
        dialog.setDirectory(nearest_folder(where))
        take = self._take_folder if gone else self._take_sounds
        dialog.fileSelected.connect(partial(take, dataset.id or 0))
        self.messages.show(dialog)

    def _take_folder(self, dataset_id: int, folder: str) -> None:
        self.do(
            lambda: self.services.care.relocate(dataset_id, Path(folder)),
            lambda moved: self.notice(
                self.tr("{name} is in {folder} from now on.").format(
                    name=moved.name, folder=moved.path
                ),
                "good",
            ),
        )

    def _take_sounds(self, dataset_id: int, folder: str) -> None:
        words = self.tr("Looking for the sound files")
        work = partial(_find_sounds, self.services, dataset_id, Path(folder))
        self._begin(dataset_id, words, work)

    def _ask_file(self, dataset: Dataset, index: int) -> None:
        dialog = QFileDialog(self.window, self.tr("Save the example"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(self.tr("WAV files (*.wav)"))
        dialog.setDefaultSuffix("wav")
        dialog.selectFile(f"{slug(dataset.name)}-example-{index + 1}.wav")
        dialog.fileSelected.connect(partial(self._save, dataset.id or 0, index))
        self.messages.show(dialog)

    def _save(self, dataset_id: int, index: int, path: str) -> None:
        self.do(
            lambda: self.services.care.save_example(dataset_id, index, Path(path)),
            lambda kept: self.notice(self.tr("Saved as {path}.").format(path=kept), "good"),
        )

    # Long looks

    def _begin(self, dataset_id: int, words: str, work: Callable[..., Any]) -> None:
        self._checked = dataset_id, words
        self._show_check(words)
        self._check.start(work)

    @pyqtSlot(list)
    def _on_progress(self, steps: list[tuple[int, int]]) -> None:
        self._show_check(self._checked[1], *steps[-1])

    @pyqtSlot(object)
    def _on_end(self, found: Verification | Moved | None) -> None:
        self._show_check("")
        if isinstance(found, Moved):
            self._tell_moved(found)
        elif found is not None:
            self._tell_verified(found)

    @pyqtSlot(object)
    def _on_refused(self, error: UserError) -> None:
        self._show_check("")
        self.refuse(error)

    def _show_check(self, words: str, done: int = 0, total: int = 0) -> None:
        self.window.data.show_check(self._checked[0], words, done, total)

    def _tell_verified(self, found: Verification) -> None:
        if found.good:
            self.notice(self.tr("It is whole: every entry was read."), "good")
        else:
            self.notice(self.tr("It is not whole; the page tells what is wrong."), "bad")

    def _tell_moved(self, moved: Moved) -> None:
        number = len(moved.found)
        text = plural(number, self.tr("1 file was found again"), self.tr("{n} were found again"))
        missing = len(moved.missing)
        rest = self.tr("; {n} are still missing").format(n=missing) if missing else ""
        self.notice(f"{text.format(n=formats.count(number))}{rest}.", "bad" if missing else "good")

    def _stop(self, job_id: str) -> None:
        job = self.services.repositories.jobs.get(job_id)
        if job.kind is JobKind.TRAIN and job.target_id is not None:
            self.services.trainings.stop_training(job.target_id)
        else:
            self.services.jobs.wish(job_id, Wish.STOP)


# In other threads


def _verify(services: Any, dataset_id: int, tell: Tell, stop: threading.Event) -> Any:
    return services.care.verify(dataset_id, lambda done, total: tell((done, total)), stop)


def _find_sounds(
    services: Any, dataset_id: int, folder: Path, tell: Tell, stop: threading.Event
) -> Any:
    def told(done: int, total: int) -> None:
        tell((done, total))

    def hear(path: Path) -> str:
        listener = services.datasets.listener
        heard = next(iter(listener.listen([scan_file(path)], stop)), None)
        return heard.facts.content if heard is not None and heard.facts is not None else ""

    return services.care.find_sounds(dataset_id, folder, hear, told, stop)


def _where(services: Any, dataset_id: int) -> tuple[Dataset, bool]:
    """The dataset, and whether its own folder or database is gone."""
    dataset = services.datasets.get_dataset(dataset_id)
    return dataset, not (dataset.path / "db" / "data.mdb").is_file()


def _needed(stakes: Stakes) -> UserError:
    names = ", ".join(user.name for user in stakes.users[:5])
    more = f" and {len(stakes.users) - 5} more" if len(stakes.users) > 5 else ""
    return UserError(
        f"{stakes.dataset.name} is needed by {names}{more}: they could not go on without it.",
        "Delete those trainings first, if you do not need them any more.",
    )
