"""The files of a dataset or of one in the making: chips, a filter, and a table of any length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PyQt6.QtCore import (
    QByteArray,
    QModelIndex,
    QPoint,
    Qt,
    QTimer,
    pyqtSignal,
    pyqtSlot,
)
from PyQt6.QtGui import QGuiApplication, QShowEvent
from PyQt6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from rave_gui.audio.sound import Sound
from rave_gui.backend.scanned import REJECT, WARN, ScannedFile
from rave_gui.ui import formats
from rave_gui.ui.models.sound_files import SoundFilesModel
from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels import sound_file as columns
from rave_gui.ui.widgets.buttons import CHIP, button
from rave_gui.ui.widgets.files_view import FilesView
from rave_gui.ui.widgets.filter_field import FilterField

_CALM_MS = 120
_VERDICTS = ("", WARN, REJECT)


class FilesTable(QWidget):
    """Shows :class:`ScannedFile` records; who owns it keeps them."""

    play_requested = pyqtSignal(object)
    """A :class:`Sound`."""
    chosen_changed = pyqtSignal(object)
    """What a person took in or left out: a dict of path to bool."""
    selected_changed = pyqtSignal(object)
    """The current :class:`ScannedFile`, or None."""
    thumbnail_wanted = pyqtSignal(object)
    """Paths of rows in sight of which nothing was heard yet."""
    show_in_folder_requested = pyqtSignal(str)

    def __init__(
        self, theme: Theme, choosable: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.model = SoundFilesModel(self)
        self.view = FilesView(theme, self.model, choosable, self)
        self._choosable = choosable
        self._chips = [button("", CHIP) for _ in _VERDICTS]
        self._group = QButtonGroup(self)
        self._filter = FilterField()
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(_CALM_MS)
        self._build()
        self._connect()
        self._count()

    # Methods

    def set_files(self, files: Sequence[ScannedFile]) -> None:
        """Show these files."""
        self.model.set_files(files)
        self.view.sort_again()
        self._look_soon()

    def update_files(self, files: Sequence[ScannedFile]) -> None:
        """Newer facts of some of them."""
        self.model.update_files(files)

    def take_thumbnails(self, found: Mapping[Path, bytes]) -> None:
        """What was asked for with ``thumbnail_wanted``."""
        self.view.painter_of_cells.thumbnails.update(
            (str(path), data) for path, data in found.items()
        )
        self._repaint()

    def set_playing(self, key: str | None) -> None:
        """Mark the file that sounds."""
        self.view.painter_of_cells.playing = key or ""
        self._repaint()

    def current(self) -> ScannedFile | None:
        """The file on which the keyboard stands."""
        return self.model.file_at(self.view.currentIndex().row())

    def select_path(self, path: Path) -> bool:
        """Go to a file; false where it is not shown."""
        row = self.model.row_of(str(path))
        if row >= 0:
            self.view.setCurrentIndex(self.model.index(row, columns.NAME))
        return row >= 0

    def state(self) -> bytes:
        """Widths and order of the columns, for the next time."""
        header = self.view.horizontalHeader()
        return header.saveState().data() if header else b""

    def restore_state(self, state: bytes) -> None:
        """Widths and order as they were."""
        if header := self.view.horizontalHeader():
            header.restoreState(QByteArray(state))

    def showEvent(self, event: QShowEvent | None) -> None:
        """Rows come in sight."""
        super().showEvent(event)
        self._look_soon()

    # Slots

    @pyqtSlot()
    def _narrow(self) -> None:
        self.model.narrow(self._filter.text(), _VERDICTS[max(0, self._group.checkedId())])
        self._look_soon()

    @pyqtSlot()
    def _count(self) -> None:
        found = self.model.verdicts()
        texts = (
            self.tr("All {n}").format(n=formats.count(self.model.total)),
            self.tr("Want a look {n}").format(n=formats.count(found.get(WARN, 0))),
            self.tr("Cannot be used {n}").format(n=formats.count(found.get(REJECT, 0))),
        )
        for chip, text in zip(self._chips, texts, strict=True):
            chip.setText(text)

    @pyqtSlot()
    def _look_soon(self) -> None:
        self._calm.start()

    @pyqtSlot()
    def _look(self) -> None:
        """Ask for the small waveforms of what is in sight."""
        if not self.isVisible():
            return  # a view that was never laid out takes all its rows to be in sight
        known = self.view.painter_of_cells.thumbnails
        files = [self.model.file_at(row) for row in self.view.rows_in_sight()]
        wanted = [
            file.path
            for file in files
            if file and file.usable and not _drawn(file) and str(file.path) not in known
        ]
        if wanted:
            self.thumbnail_wanted.emit(wanted)

    @pyqtSlot()
    def _play(self) -> None:
        file = self.current()
        if file is not None and file.usable:
            self.play_requested.emit(sound_of(file))

    @pyqtSlot(QModelIndex)
    def _current(self, index: QModelIndex) -> None:
        self.selected_changed.emit(self.model.file_at(index.row()))

    @pyqtSlot()
    def _toggle(self) -> None:
        """Take the selected files in, or leave them out if the current one is in."""
        if not self._choosable:
            self._play()
            return
        row = self.view.currentIndex().row()
        if row >= 0:
            self._choose(not self.model.is_chosen(row))

    @pyqtSlot(int)
    def _toggle_row(self, row: int) -> None:
        """A click on a box counts for its row alone."""
        self.model.choose([range(row, row + 1)], not self.model.is_chosen(row))

    def _choose(self, on: bool) -> None:
        self.model.choose(self.view.selected_rows(), on)

    @pyqtSlot()
    def _take_in(self) -> None:
        self._choose(True)

    @pyqtSlot()
    def _leave_out(self) -> None:
        self._choose(False)

    @pyqtSlot()
    def _copy_path(self) -> None:
        file, clipboard = self.current(), QGuiApplication.clipboard()
        if file is not None and clipboard is not None:
            clipboard.setText(str(file.path).encode("utf-8", "replace").decode())

    @pyqtSlot()
    def _show_folder(self) -> None:
        if file := self.current():
            self.show_in_folder_requested.emit(str(file.path.parent))

    @pyqtSlot(QPoint)
    def _menu(self, place: QPoint) -> None:
        file = self.current()
        viewport = self.view.viewport()
        if file is None or viewport is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if file.usable:
            menu.addAction(self.tr("Play"), self._play)
        if self._choosable:
            menu.addAction(self.tr("Include"), self._take_in)
            menu.addAction(self.tr("Leave out"), self._leave_out)
        menu.addSeparator()
        menu.addAction(self.tr("Show in folder"), self._show_folder)
        menu.addAction(self.tr("Copy path"), self._copy_path)
        menu.popup(viewport.mapToGlobal(place))

    # Construction

    def _repaint(self) -> None:
        if viewport := self.view.viewport():
            viewport.update()

    def _build(self) -> None:
        self._filter.setPlaceholderText(self.tr("Filter"))
        self._filter.setAccessibleName(self.tr("Filter the files"))
        self._filter.setClearButtonEnabled(True)
        self._filter.setFixedWidth(230)
        row = QHBoxLayout()
        row.setSpacing(8)
        for number, chip in enumerate(self._chips):
            chip.setCheckable(True)
            self._group.addButton(chip, number)
            row.addWidget(chip)
        self._chips[0].setChecked(True)
        row.addStretch(1)
        row.addWidget(self._filter)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(10)
        box.addLayout(row)
        box.addWidget(self.view, 1)
        self.setFocusProxy(self.view)

    def _connect(self) -> None:
        self._group.idClicked.connect(self._narrow)
        self._filter.textChanged.connect(self._narrow)
        self.model.counted.connect(self._count)
        self.model.chosen.connect(self.chosen_changed)
        self.model.layoutChanged.connect(self._look_soon)
        self._calm.timeout.connect(self._look)
        self.view.scrolled.connect(self._look_soon)
        self.view.play_wanted.connect(self._play)
        self.view.toggle_wanted.connect(self._toggle)
        self.view.box_clicked.connect(self._toggle_row)
        self.view.moved.connect(self._current)
        self.view.customContextMenuRequested.connect(self._menu)


def sound_of(file: ScannedFile) -> Sound:
    """The file as something to play."""
    return Sound(str(file.path), file.path.name, file.path, seconds=file.duration_seconds)


def _drawn(file: ScannedFile) -> bool:
    """Whether it brings its waveform along; manifests keep what was heard without it."""
    return file.facts is not None and bool(file.facts.thumbnail)
