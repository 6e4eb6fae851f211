"""The view inside the table of all trainings: rows of one height, stars to click, keys."""

from __future__ import annotations

import binascii

from PyQt6.QtCore import (
    QByteArray,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    Qt,
    pyqtSignal,
    pyqtSlot,
)
from PyQt6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PyQt6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from rave_gui.ui.models.experiments import LINE_ROLE, ExperimentsModel
from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels import training_table as columns
from rave_gui.ui.viewmodels.training_table import TrainingLine
from rave_gui.ui.widgets.experiments_delegate import ROW, ExperimentsDelegate

_WIDTHS = {
    columns.NAME: 168, columns.STATE: 92, columns.RECIPE: 110, columns.DATASET: 106,
    columns.STEP: 88, columns.BEST: 92, columns.RATE: 104, columns.CREATED: 142,
    columns.DURATION: 100, columns.TAGS: 96, columns.STARS: 92,
}  # fmt: skip
_SPARE = {columns.NAME: 0.45, columns.TAGS: 0.4, columns.RECIPE: 0.15}
"""Who gets which share of the room that is left, until somebody sets the widths."""


class ExperimentsView(QTableView):
    """Ten thousand rows cost no more than one screen of them."""

    opened = pyqtSignal(int)
    starred = pyqtSignal(int, int)
    """A training, and how many stars it is to have."""
    chosen_changed = pyqtSignal()
    layout_changed = pyqtSignal()
    """Somebody moved a column or the order."""

    def __init__(self, theme: Theme, model: ExperimentsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._lines = model
        self._painter = ExperimentsDelegate(theme, self)
        self._shares_out, self._sharing = True, False
        self.setModel(model)
        self.setItemDelegate(self._painter)
        self.setAccessibleName(self.tr("All trainings"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self._dress()
        theme.changed.connect(self._paint_again)

    def chosen(self) -> list[TrainingLine]:
        """The selected trainings in the order of the table."""
        selection = self.selectionModel()
        parts = selection.selection() if selection else QItemSelection()
        rows = sorted({row for part in parts for row in range(part.top(), part.bottom() + 1)})
        lines = (self._lines.line_at(row) for row in rows)
        return [line for line in lines if line is not None]

    def layout_text(self) -> str:
        """Widths and order of the columns and of the rows, for the next time."""
        header = self.horizontalHeader()
        return bytes(header.saveState().toBase64().data()).decode("ascii") if header else ""

    def restore_layout(self, text: str) -> None:
        """Widths and order as they were; what says nothing of use changes nothing."""
        header = self.horizontalHeader()
        try:
            state = binascii.a2b_base64(text.encode("ascii", "replace"))
        except binascii.Error:
            return
        if header is not None and state and header.restoreState(QByteArray(state)):
            self._shares_out = False
            self._lines.sort(header.sortIndicatorSection(), header.sortIndicatorOrder())

    # Events

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Tell that others are chosen now."""
        super().selectionChanged(selected, deselected)
        self.chosen_changed.emit()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Return opens, a number from 0 to 5 gives stars."""
        line = self._line(self.currentIndex())
        key = event.key() if event is not None else 0
        if line is not None and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(line.id)
        elif line is not None and Qt.Key.Key_0 <= key <= Qt.Key.Key_5:
            for one in self.chosen() or [line]:
                self.starred.emit(one.id, key - Qt.Key.Key_0)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """A click on a star gives so many, on the last one that it has takes them away."""
        line, star = self._star(event)
        if line is not None and star:
            self.starred.emit(line.id, 0 if star == line.rating else star)
            return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        """Two clicks on a row open it; on stars they are two clicks."""
        line, star = self._star(event)
        if line is not None and star:
            self.mousePressEvent(event)
        elif event is not None:
            found = self._line(self.indexAt(event.position().toPoint()))
            if found is not None:
                self.opened.emit(found.id)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Stars that a click would give light up."""
        super().mouseMoveEvent(event)
        line, star = self._star(event)
        self._light_up((line.id, star) if line is not None else (-1, 0))

    def leaveEvent(self, event: QEvent | None) -> None:
        """No stars are under the mouse any more."""
        super().leaveEvent(event)
        self._light_up((-1, 0))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """What is left of the width is shared out, as long as nobody set widths."""
        super().resizeEvent(event)
        viewport, header = self.viewport(), self.horizontalHeader()
        if self._shares_out and viewport is not None and header is not None:
            self._sharing = True
            spare = max(0, viewport.width() - sum(_WIDTHS.values()))
            for column, share in _SPARE.items():
                header.resizeSection(column, _WIDTHS[column] + int(spare * share))
            self._sharing = False

    # Parts

    def _star(self, event: QMouseEvent | None) -> tuple[TrainingLine | None, int]:
        if event is None:
            return None, 0
        point: QPoint = event.position().toPoint()
        index = self.indexAt(point)
        if not index.isValid() or index.column() != columns.STARS:
            return None, 0
        return self._line(index), self._painter.star_at(self.visualRect(index), point)

    def _light_up(self, hovered: tuple[int, int]) -> None:
        if hovered != self._painter.hovered:
            self._painter.hovered = hovered
            self._paint_again()

    @staticmethod
    def _line(index: QModelIndex) -> TrainingLine | None:
        found: TrainingLine | None = index.data(LINE_ROLE) if index.isValid() else None
        return found

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
        header.setSelectionModel(QItemSelectionModel(self._lines, header))
        header.setSectionsMovable(True)
        header.setMinimumSectionSize(56)
        header.setStretchLastSection(True)
        for column, width in _WIDTHS.items():
            header.resizeSection(column, width)
        header.setSortIndicator(columns.CREATED, Qt.SortOrder.DescendingOrder)
        self.setSortingEnabled(True)
        header.sectionResized.connect(self._resized)
        header.sectionMoved.connect(self._moved)
        header.sortIndicatorChanged.connect(self._moved)

    @pyqtSlot(int, int, int)
    def _resized(self, section: int, _before: int, _after: int) -> None:
        """Somebody set a width; the last column has what is left, and says nothing by it."""
        if not self._sharing and section != columns.STARS:
            self._shares_out = False
            self.layout_changed.emit()

    @pyqtSlot()
    def _moved(self) -> None:
        self.layout_changed.emit()

    @pyqtSlot()
    def _paint_again(self) -> None:
        if viewport := self.viewport():
            viewport.update()
