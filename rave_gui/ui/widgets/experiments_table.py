"""All trainings of a project as a table: find, sort, give stars, choose several."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt, QTimer, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from rave_gui.ui.models.experiments import ExperimentsModel
from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels import training_table as words
from rave_gui.ui.viewmodels.training_table import TrainingLine
from rave_gui.ui.widgets.buttons import CHIP, DANGER, LINK, button
from rave_gui.ui.widgets.experiments_view import ExperimentsView
from rave_gui.ui.widgets.filter_field import FilterField
from rave_gui.ui.widgets.labels import label

_REMEMBER_MS = 600


class ExperimentsTable(QWidget):
    """Shows :class:`TrainingLine` records and passes wishes on; decides nothing."""

    opened = pyqtSignal(int)
    closed = pyqtSignal()
    """Somebody wants to go back to the list."""
    compare_requested = pyqtSignal(list)
    star_requested = pyqtSignal(int, int)
    archive_requested = pyqtSignal(list, bool)
    """Trainings, and whether they are to be put away or taken back."""
    delete_requested = pyqtSignal(list)
    layout_changed = pyqtSignal(str)
    """Widths and order, to be remembered."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = ExperimentsModel(self)
        self.view = ExperimentsView(theme, self.model, self)
        self._filter = FilterField()
        self._archived = button(self.tr("Archived as well"), CHIP)
        self._count = label(role="muted")
        self._chosen = label(role="strong")
        self._compare = button(self.tr("Compare"))
        self._archive = button(self.tr("Archive"))
        self._delete = button(self.tr("Delete…"), DANGER)
        self._close = button(
            "", LINK, theme=theme, icon="cross", tip=self.tr("Back to the list (Escape)")
        )
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_REMEMBER_MS)
        self._build()
        self._connect()
        self._count_up()

    # Methods

    @property
    def filter(self) -> FilterField:
        """The field to find trainings by."""
        return self._filter

    def set_lines(self, lines: Sequence[TrainingLine]) -> None:
        """Show these; what is selected stays selected."""
        self.model.set_lines(lines)
        self._count_up()

    def update_line(self, line: TrainingLine) -> None:
        """One of them as it is now."""
        self.model.update_line(line)

    def select(self, identity: int | None) -> None:
        """Select that training and go there."""
        row = self.model.row_of(identity) if identity is not None else -1
        if row >= 0:
            self.view.setCurrentIndex(self.model.index(row, words.NAME))

    # Slots

    @pyqtSlot(str)
    def _narrow(self, text: str) -> None:
        self.model.narrow(text)
        self._count_up()

    @pyqtSlot(bool)
    def _show_archived(self, on: bool) -> None:
        self.model.show_archived(on)
        self._count_up()

    @pyqtSlot()
    def _count_up(self) -> None:
        """How many are shown, and what can be done with those that are selected."""
        self._count.setText(words.counted(self.model.rowCount(), self.model.total))
        chosen = self.view.chosen()
        self._chosen.setText(words.selected(len(chosen)))
        for part in (self._chosen, self._archive, self._delete):
            part.setVisible(bool(chosen))
        self._compare.setVisible(len(chosen) > 1)
        self._archive.setText(self.tr("Take back") if self._all_away() else self.tr("Archive"))

    def _all_away(self) -> bool:
        """Whether everything that is selected was put away before."""
        return all(line.archived for line in self.view.chosen())

    def _ids(self) -> list[int]:
        return [line.id for line in self.view.chosen()]

    @pyqtSlot()
    def _ask_compare(self) -> None:
        self.compare_requested.emit(self._ids())

    @pyqtSlot()
    def _ask_archive(self) -> None:
        self.archive_requested.emit(self._ids(), not self._all_away())

    @pyqtSlot()
    def _ask_delete(self) -> None:
        self.delete_requested.emit(self._ids())

    @pyqtSlot()
    def _ask_close(self) -> None:
        self.closed.emit()

    @pyqtSlot()
    def _remember(self) -> None:
        self.layout_changed.emit(self.view.layout_text())

    # Construction

    def _build(self) -> None:
        self._filter.setPlaceholderText(self.tr("Filter by name, tag, state, recipe"))
        self._filter.setAccessibleName(self.tr("Filter the trainings"))
        self._filter.setClearButtonEnabled(True)
        self._filter.setFixedWidth(300)
        self._archived.setCheckable(True)
        self._close.setAccessibleName(self.tr("Back to the list"))
        head = QHBoxLayout()
        head.setContentsMargins(22, 16, 16, 10)
        head.setSpacing(8)
        head.addWidget(label(self.tr("All trainings"), "section"))
        head.addSpacing(8)
        head.addWidget(self._count)
        head.addStretch(1)
        for part in (self._chosen, self._compare, self._archive, self._delete, self._close):
            head.addWidget(part)
        line = QHBoxLayout()
        line.setContentsMargins(22, 0, 22, 10)
        line.setSpacing(8)
        line.addWidget(self._filter)
        line.addWidget(self._archived)
        line.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addLayout(line)
        rows = QHBoxLayout()
        rows.setContentsMargins(12, 0, 0, 0)
        rows.addWidget(self.view)
        box.addLayout(rows, 1)

    def _connect(self) -> None:
        self._filter.textChanged.connect(self._narrow)
        self._archived.toggled.connect(self._show_archived)
        self.view.opened.connect(self.opened)
        self.view.starred.connect(self.star_requested)
        self.view.chosen_changed.connect(self._count_up)
        self.view.layout_changed.connect(self._soon.start)
        self._soon.timeout.connect(self._remember)
        self._compare.clicked.connect(self._ask_compare)
        self._archive.clicked.connect(self._ask_archive)
        self._delete.clicked.connect(self._ask_delete)
        self._close.clicked.connect(self._ask_close)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self.closed)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self._filter.setFocus)
