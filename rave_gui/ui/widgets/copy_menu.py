"""A button with the places that an instrument may be copied to; what a host cannot play is grey."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QWidget

from rave_gui.backend.host_folders import HostFolder
from rave_gui.ui.theme import Theme
from rave_gui.ui.widgets.buttons import button

Place = tuple[HostFolder, str]
"""A folder, and why it cannot be copied there; empty where it can."""


class CopyMenu(QWidget):
    """Says which folder was chosen."""

    copy_requested = pyqtSignal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = button(self.tr("Copy to…"), theme=theme, icon="upload")
        self.menu = QMenu(self)
        self.menu.setToolTipsVisible(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.button)
        self.button.clicked.connect(self._pop_up)

    def show_places(self, places: Sequence[Place]) -> None:
        """Offer these."""
        self.menu.clear()
        for host, why_not in places:
            action = QAction(f"{host.title}    {host.path}", self.menu)
            action.setData(str(host.path))
            action.setEnabled(not why_not)
            action.setToolTip(why_not or str(host.path))
            action.triggered.connect(self._on_chosen)
            self.menu.addAction(action)
        self.menu.addSeparator()
        other = QAction(self.tr("Another folder…"), self.menu)
        other.triggered.connect(self._ask)
        self.menu.addAction(other)

    @pyqtSlot()
    def _pop_up(self) -> None:
        self.menu.popup(self.button.mapToGlobal(self.button.rect().bottomLeft()))

    @pyqtSlot()
    def _on_chosen(self) -> None:
        chosen = self.sender()
        if isinstance(chosen, QAction):
            self.copy_requested.emit(str(chosen.data()))

    @pyqtSlot()
    def _ask(self) -> None:
        asked = QFileDialog(self, self.tr("A folder for copies"))
        asked.setFileMode(QFileDialog.FileMode.Directory)
        asked.fileSelected.connect(self.copy_requested)
        asked.open()
