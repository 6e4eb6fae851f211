"""The view inside the files table: rows of one height, keys, boxes, widths that give way."""

from __future__ import annotations

from PyQt6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, Qt, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PyQt6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from rave_gui.ui.models.sound_files import SoundFilesModel
from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels import sound_file as columns
from rave_gui.ui.widgets.files_delegate import ROW, FilesDelegate

_WIDTHS = {
    columns.CHECK: 40, columns.NAME: 200, columns.SOUND: 170, columns.LENGTH: 76,
    columns.RATE: 90, columns.CHANNELS: 88, columns.LOUDNESS: 70,
}  # fmt: skip
_SPARING = {
    columns.NAME: 150, columns.SOUND: 100, columns.LENGTH: 72, columns.RATE: 80,
    columns.CHANNELS: 88, columns.LOUDNESS: 62,
}  # fmt: skip
"""Widths where there is little room: titles stay whole, and reasons can still be read."""
_ROOMY = 1000
"""Width of the table from which the columns take their full width."""
_NARROW = 24
"""Width of the first column where nothing can be chosen."""


class FilesView(QTableView):
    """Rows of one height, so that a hundred thousand of them cost no more than one screen."""

    scrolled = pyqtSignal()
    play_wanted = pyqtSignal()
    toggle_wanted = pyqtSignal()
    box_clicked = pyqtSignal(int)
    moved = pyqtSignal(QModelIndex)

    def __init__(
        self, theme: Theme, model: SoundFilesModel, choosable: bool, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.painter_of_cells = FilesDelegate(theme, self, choosable=choosable)
        self._choosable = choosable
        self._roomy = True
        self.setModel(model)
        self.setItemDelegate(self.painter_of_cells)
        self.setAccessibleName(self.tr("Files"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self._dress()
        if bar := self.verticalScrollBar():
            bar.valueChanged.connect(self.scrolled)
        theme.changed.connect(self._on_theme)

    def sort_again(self) -> None:
        """New files are put into the order that was chosen."""
        header, model = self.horizontalHeader(), self.model()
        if header is not None and model is not None and header.sortIndicatorSection() > 0:
            model.sort(header.sortIndicatorSection(), header.sortIndicatorOrder())

    def rows_in_sight(self) -> range:
        """The rows that are seen now."""
        model, viewport = self.model(), self.viewport()
        if model is None or viewport is None or not model.rowCount():
            return range(0)
        first, last = max(0, self.rowAt(0)), self.rowAt(viewport.height() - 1)
        return range(first, (last if last >= 0 else model.rowCount() - 1) + 1)

    def selected_rows(self) -> list[range]:
        """Stretches of selected rows; one index each would take too long."""
        chosen = self.selectionModel()
        selection = chosen.selection() if chosen else QItemSelection()
        return [range(part.top(), part.bottom() + 1) for part in selection]

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:
        """Tell where the keyboard stands."""
        super().currentChanged(current, previous)
        self.moved.emit(current)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Space plays, return takes in or leaves out."""
        if event is not None and event.key() == Qt.Key.Key_Space:
            self.play_wanted.emit()
        elif event is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.toggle_wanted.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        """Coming by key, the whole row on which the keyboard stands is seen, not its first cell."""
        super().focusInEvent(event)
        chosen = self.selectionModel()
        by_mouse = event is not None and event.reason() is Qt.FocusReason.MouseFocusReason
        if chosen is not None and not by_mouse and not chosen.hasSelection():
            flags = QItemSelectionModel.SelectionFlag
            chosen.select(self.currentIndex(), flags.Select | flags.Rows)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """A click on the box toggles it and leaves the selection as it is."""
        if event is not None and self._choosable and event.button() == Qt.MouseButton.LeftButton:
            index = self.indexAt(event.position().toPoint())
            if index.isValid() and index.column() == columns.CHECK:
                self.box_clicked.emit(index.row())
                return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        """Two clicks on a box are two clicks; elsewhere they play."""
        index = self.indexAt(event.position().toPoint()) if event else QModelIndex()
        if index.isValid() and index.column() == columns.CHECK and self._choosable:
            self.box_clicked.emit(index.row())
        elif index.isValid():
            self.play_wanted.emit()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """More rows may be in sight; columns give way until somebody sets their widths."""
        super().resizeEvent(event)
        roomy = self.width() >= _ROOMY
        if roomy is not self._roomy:
            self._share_out(roomy)
        self.scrolled.emit()

    def _share_out(self, roomy: bool) -> None:
        """Only columns that still have the width we gave them are changed."""
        before, after = (_SPARING, _WIDTHS) if roomy else (_WIDTHS, _SPARING)
        header, self._roomy = self.horizontalHeader(), roomy
        for column in _SPARING:
            if header is not None and header.sectionSize(column) == before[column]:
                header.resizeSection(column, after[column])

    def _dress(self) -> None:
        rows, header = self.verticalHeader(), self.horizontalHeader()
        if rows is None or header is None:
            return
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(ROW)
        header.setHighlightSections(False)
        # A selection of its own, always empty: Qt would ask of every row whether whole columns are
        # selected, each time that the titles are painted.
        header.setSelectionModel(QItemSelectionModel(self.model(), header))
        header.setMinimumSectionSize(_NARROW)
        header.setStretchLastSection(True)
        for column, width in _WIDTHS.items():
            header.resizeSection(column, width)
        if not self._choosable:
            header.resizeSection(columns.CHECK, _NARROW)
        header.setSectionResizeMode(columns.CHECK, QHeaderView.ResizeMode.Fixed)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)

    @pyqtSlot()
    def _on_theme(self) -> None:
        if viewport := self.viewport():
            viewport.update()
