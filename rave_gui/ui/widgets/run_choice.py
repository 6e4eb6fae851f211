"""A list of runs to tick, with a filter, below a button."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QPoint, QSignalBlocker, Qt, pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from rave_gui.ui.theme import Theme
from rave_gui.ui.widgets.labels import label
from rave_gui.ui.widgets.parts import filter_field

_MOST = 20
_WIDTH, _HEIGHT = 320, 340
_ID, _NAME = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1


class RunChoice(QFrame):
    """Tells of every tick at once; up to twenty."""

    chosen = pyqtSignal(list)
    """Id and name of each, in the order of the list."""

    def __init__(self, _theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("surface", "card")
        self.field = filter_field(self.tr("Filter by name"), self.tr("Filter"), _WIDTH - 30)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Trainings to compare"))
        self.list.setUniformItemSizes(True)
        self._note = label(self.tr("Nothing else to compare with."), "muted", wrap=True)
        self.setFixedSize(_WIDTH, _HEIGHT)
        box = QVBoxLayout(self)
        box.setContentsMargins(14, 14, 14, 14)
        box.setSpacing(8)
        for part in (self.field, self.list, self._note):
            box.addWidget(part)
        self.field.textChanged.connect(self._filter)
        self.list.itemChanged.connect(self._tell)

    def offer(
        self, runs: Sequence[tuple[int, str, str]], ticked: Sequence[tuple[int, str]]
    ) -> None:
        """The runs: id, name and a remark of each; those of ``ticked`` are ticked."""
        on = {identity for identity, _ in ticked}
        with QSignalBlocker(self.list):
            self.list.clear()
            for identity, name, remark in runs:
                item = QListWidgetItem(f"{name}   {remark}")
                item.setData(_ID, identity)
                item.setData(_NAME, name)
                item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
                state = Qt.CheckState.Checked if identity in on else Qt.CheckState.Unchecked
                item.setCheckState(state)
                self.list.addItem(item)
        self._note.setVisible(not runs)
        self._filter(self.field.text())

    def show_below(self, widget: QWidget) -> None:
        """Open, right-aligned below ``widget``."""
        corner = widget.mapToGlobal(QPoint(widget.width() - self.width(), widget.height() + 4))
        self.move(corner)
        self.show()
        self.field.setFocus()

    def ticked(self) -> list[tuple[int, str]]:
        """What is chosen."""
        items = (self.list.item(row) for row in range(self.list.count()))
        found = [one for one in items if one and one.checkState() is Qt.CheckState.Checked]
        return [(int(one.data(_ID)), str(one.data(_NAME))) for one in found]

    @pyqtSlot(str)
    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        for row in range(self.list.count()):
            item = self.list.item(row)
            if item is not None:
                name = item.text().casefold()
                item.setHidden(not all(word in name for word in words))

    @pyqtSlot(QListWidgetItem)
    def _tell(self, item: QListWidgetItem) -> None:
        found = self.ticked()
        if len(found) > _MOST:
            with QSignalBlocker(self.list):
                item.setCheckState(Qt.CheckState.Unchecked)
            return
        self.chosen.emit(found)
