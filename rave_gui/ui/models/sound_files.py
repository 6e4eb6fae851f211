"""A hundred thousand files as rows: shown at once, sorted and searched in slices.

No slot may take long, so whatever walks through all files does it in portions between which the
window lives. What is shown is a list of numbers of files, in order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, QTimer, pyqtSignal, pyqtSlot

from rave_gui.backend.scanned import ScannedFile
from rave_gui.ui.text import translate
from rave_gui.ui.viewmodels import sound_file as words
from rave_gui.ui.viewmodels.sound_file import CHANNELS, CHECK, LENGTH, LOUDNESS, NAME, RATE, VERDICT

Role = Qt.ItemDataRole
FILE_ROLE = Role.UserRole + 1
CHOSEN_ROLE = Role.UserRole + 2
FIGURES = (LENGTH, RATE, CHANNELS, LOUDNESS)
_NOWHERE = QModelIndex()
_SLICE = 4000
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_TEXTS: Mapping[int, Callable[[ScannedFile], str]] = {
    NAME: words.name,
    LENGTH: words.duration,
    RATE: words.rate,
    CHANNELS: words.channels,
    LOUDNESS: words.loudness,
    VERDICT: words.verdict,
}


class SoundFilesModel(QAbstractTableModel):
    """Rows are :class:`ScannedFile`; which are chosen is kept beside them."""

    counted = pyqtSignal()
    """How many files have which verdict changed."""

    chosen = pyqtSignal(object)
    """What was taken in or left out: a dict of path to bool; of many files, several of them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._files: list[ScannedFile] = []
        self._chosen = bytearray()
        self._counts: Counter[str] = Counter()
        self._keys: list[str] = []
        self._places: dict[str, int] = {}
        self._order: list[int] | None = None
        self._shown: Sequence[int] = ()
        self._asked: tuple[tuple[str, ...], str] = ((), "")
        self._sorting = (-1, False)
        self._waiting: list[ScannedFile] = []
        self._work: Iterator[None] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._go_on)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(300)
        self._again.timeout.connect(self._narrow)

    # What it holds

    @property
    def total(self) -> int:
        """All files, shown or not."""
        return len(self._files)

    @property
    def settled(self) -> bool:
        """Whether nothing is being sorted or indexed."""
        return self._work is None

    def verdicts(self) -> dict[str, int]:
        """How many files have each verdict."""
        return dict(self._counts)

    def file_at(self, row: int) -> ScannedFile | None:
        """The file of a shown row."""
        return self._files[self._shown[row]] if 0 <= row < len(self._shown) else None

    def is_chosen(self, row: int) -> bool:
        """Whether the file of a shown row goes into the dataset."""
        number = self._shown[row]
        return bool(self._chosen[number]) and self._files[number].usable

    def row_of(self, key: str) -> int:
        """The shown row of a path; -1 where it is not shown."""
        self._key_next(len(self._files) - len(self._keys))
        number = self._places.get(key, -1)
        if number < 0:
            return -1
        shown = self._shown
        if isinstance(shown, range):
            return number
        return next((row for row, one in enumerate(shown) if one == number), -1)

    # What changes it

    def set_files(self, files: Sequence[ScannedFile]) -> None:
        """Show these; the first screen at once, the index is made while one looks."""
        self.beginResetModel()
        self._files = list(files)
        self._chosen = bytearray(file.included for file in self._files)
        self._counts = Counter(file.verdict for file in self._files)
        self._keys, self._places, self._waiting = [], {}, []
        self._order, self._shown = None, range(len(self._files))
        self.endResetModel()
        self._begin(self._index())
        self.counted.emit()

    def update_files(self, files: Iterable[ScannedFile]) -> None:
        """Newer facts of some of the files, known by path; rows stay where they are."""
        self._waiting += files
        if len(self._keys) == len(self._files):
            self._take_waiting()

    def choose(self, rows: Iterable[range], on: bool) -> None:
        """Take stretches of shown rows in or leave them out; ``chosen`` tells what changed."""
        numbers = [number for part in rows for number in self._shown[part.start : part.stop]]
        work = self._choose(numbers, on)
        if len(numbers) <= _SLICE:
            for _ in work:
                pass
        else:
            self._begin(work)

    def narrow(self, text: str, verdict: str) -> None:
        """Show only files with all words of ``text`` and this verdict; empty means any."""
        self._asked = (tuple(text.casefold().split()), verdict)
        self._narrow()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; stable, and files without a figure come last."""
        self._sorting = (column, order == Qt.SortOrder.DescendingOrder)
        self._begin(self._sort())

    # For the view

    def rowCount(self, parent: QModelIndex = _NOWHERE) -> int:
        """Shown files."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: QModelIndex = _NOWHERE) -> int:
        """Columns."""
        return 0 if parent.isValid() else VERDICT + 1

    def data(self, index: QModelIndex, role: int = Role.DisplayRole) -> Any:
        """What a cell says; the delegate draws from the file itself."""
        if not index.isValid():
            return None
        file = self._files[self._shown[index.row()]]
        if role == FILE_ROLE:
            return file
        if role == CHOSEN_ROLE:
            return self.is_chosen(index.row())
        if role == Role.DisplayRole:
            text = _TEXTS.get(index.column())
            return text(file) if text else None
        return self._rare(index, file, role)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        """Titles of the columns."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Role.DisplayRole:
            return _titles()[section]
        if role == Role.TextAlignmentRole:
            return _RIGHT if section in FIGURES else _LEFT
        return None

    def _rare(self, index: QModelIndex, file: ScannedFile, role: int) -> Any:
        if role == Role.ToolTipRole:
            lines = [str(file.path).encode("utf-8", "replace").decode(), file.format, file.reason]
            return "\n".join(line for line in lines if line)
        if role in (Role.AccessibleTextRole, Role.AccessibleDescriptionRole):
            return words.spoken(file, self.is_chosen(index.row()))
        if role == Role.TextAlignmentRole:
            return _RIGHT if index.column() in FIGURES else _LEFT
        return None

    # Work in slices

    def _begin(self, work: Iterator[None]) -> None:
        """Do ``work`` after what is under way."""
        before = self._work
        self._work = _one_after(before, work) if before is not None else work
        self._timer.start()

    @pyqtSlot()
    def _go_on(self) -> None:
        if self._work is None or next(self._work, self) is self:
            self._work = None
            self._timer.stop()

    def _index(self) -> Iterator[None]:
        """Keys to search in, and places by path."""
        files = self._files
        while len(self._keys) < len(files):
            self._key_next(_SLICE // 2)
            yield
            if files is not self._files:
                return
        self._take_waiting()

    def _key_next(self, many: int) -> None:
        start = len(self._keys)
        for number, file in enumerate(self._files[start : start + many], start):
            self._keys.append(words.search_key(file))
            self._places[str(file.path)] = number

    def _choose(self, numbers: Sequence[int], on: bool) -> Iterator[None]:
        files = self._files
        for start in range(0, len(numbers), _SLICE):
            if files is not self._files:
                return
            changed: dict[Path, bool] = {}
            for number in numbers[start : start + _SLICE]:
                if files[number].usable and bool(self._chosen[number]) != on:
                    self._chosen[number] = on
                    changed[files[number].path] = on
            if changed:
                self._repaint()
                self.chosen.emit(changed)
            yield

    def _sort(self) -> Iterator[None]:
        """Sorted slices first; the last call merges them, which takes a fraction of a sort."""
        column, down = self._sorting
        files, order, keys = self._files, [], []  # type: list[ScannedFile], list[int], list[Any]
        for start in range(0, len(files), _SLICE):
            if files is not self._files or self._sorting != (column, down):
                return
            part = files[start : start + _SLICE]
            keys += [words.sort_key(file, column, down) for file in part]
            order += sorted(range(start, start + len(part)), key=keys.__getitem__, reverse=down)
            yield
        order.sort(key=keys.__getitem__, reverse=down)
        yield
        self._order = order if column > CHECK else None
        self._narrow()

    @pyqtSlot()
    def _narrow(self) -> None:
        wanted, verdict = self._asked
        order: Sequence[int] = range(len(self._files)) if self._order is None else self._order
        if verdict:
            files = self._files
            order = [number for number in order if files[number].verdict == verdict]
        if wanted:
            self._key_next(len(self._files) - len(self._keys))
        for word in wanted:
            keys = self._keys
            order = [number for number in order if word in keys[number]]
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        kept = [self._shown[index.row()] for index in before]
        self._shown = order
        self._lead(before, kept)
        self.layoutChanged.emit()

    def _lead(self, before: Sequence[QModelIndex], numbers: Sequence[int]) -> None:
        """Let selected and current rows follow their files."""
        if not before:
            return
        rows = {number: row for row, number in enumerate(self._shown)}
        for index, number in zip(before, numbers, strict=True):
            row = rows.get(number, -1)
            there = self.index(row, index.column()) if row >= 0 else QModelIndex()
            self.changePersistentIndex(index, there)

    def _take_waiting(self) -> None:
        files, self._waiting = self._waiting, []
        for file in files:
            number = self._places.get(str(file.path), -1)
            if number >= 0:
                if not file.included and self._files[number].included:
                    self._chosen[number] = 0
                self._counts[self._files[number].verdict] -= 1
                self._counts[file.verdict] += 1
                self._files[number] = file
                self._keys[number] = words.search_key(file)
        if files:
            self._repaint()
            self.counted.emit()
            if self._asked[1] or self._asked[0]:
                self._again.start()

    def _repaint(self) -> None:
        if self._shown:
            last = self.index(len(self._shown) - 1, VERDICT)
            self.dataChanged.emit(self.index(0, 0), last)


def _one_after(first: Iterator[None], second: Iterator[None]) -> Iterator[None]:
    yield from first
    yield from second


def _titles() -> tuple[str, ...]:
    def tr(text: str) -> str:
        return translate("files", text)

    return (
        "", tr("File"), tr("Sound"), tr("Length"), tr("Rate"), tr("Channels"), tr("LUFS"),
        tr("Verdict"),
    )  # fmt: skip
