"""The menu beside the filter of a list: order, common filters, what was put away."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QSize, Qt, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QAction, QActionGroup
from PyQt6.QtWidgets import QMenu, QPushButton, QWidget

from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels.rows import Order


class ListMenu(QPushButton):
    """Says what was chosen; keeps the menu in step with it."""

    order_chosen = pyqtSignal(object)
    """An :class:`Order`."""
    words_chosen = pyqtSignal(str)
    """What to filter by."""
    archived_toggled = pyqtSignal(bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "link")
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setIconSize(QSize(16, 16))
        self.setToolTip(self.tr("Sort and narrow the list"))
        self.setAccessibleName(self.tr("Sort and narrow the list"))
        theme.bind_icon(self, "more", "secondary")
        self._choices = QMenu(self)
        self._orders = QActionGroup(self)
        self.clicked.connect(self._pop_up)

    @property
    def choices(self) -> QMenu:
        """The menu."""
        return self._choices

    def offer(self, orders: Sequence[Order], filters: Sequence[tuple[str, str]]) -> None:
        """Fill the menu."""
        self._choices.clear()
        self._choices.addSection(self.tr("Sort by"))
        for order in orders:
            self._orders.addAction(self._add(order.title, order, self._on_order, checkable=True))
        if self._orders.actions():
            self._orders.actions()[0].setChecked(True)
        self._choices.addSection(self.tr("Show"))
        self._add(self.tr("All"), "", self._on_words)
        for title, words in filters:
            self._add(title, words, self._on_words)
        self._choices.addSeparator()
        shown = self._add(self.tr("Archived as well"), None, None, checkable=True)
        shown.toggled.connect(self.archived_toggled)

    def _add(self, title: str, data: object, slot: object, *, checkable: bool = False) -> QAction:
        made = QAction(title, self._choices)
        made.setData(data)
        made.setCheckable(checkable)
        if slot is not None:
            made.triggered.connect(slot)
        self._choices.addAction(made)
        return made

    @pyqtSlot()
    def _pop_up(self) -> None:
        self._choices.popup(self.mapToGlobal(self.rect().bottomLeft()))

    @pyqtSlot()
    def _on_order(self) -> None:
        self.order_chosen.emit(self._data())

    @pyqtSlot()
    def _on_words(self) -> None:
        self.words_chosen.emit(self._data())

    def _data(self) -> object:
        made = self.sender()
        return made.data() if isinstance(made, QAction) else None
