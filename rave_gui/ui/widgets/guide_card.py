"""The guide of the first start: what is missing, what installing means, the two ways out."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from rave_gui.ui.viewmodels.engine import Guide
from rave_gui.ui.widgets.buttons import PRIMARY, button
from rave_gui.ui.widgets.cards import Card
from rave_gui.ui.widgets.labels import label


class GuideCard(Card):
    """Shown while there is no engine."""

    install_requested = pyqtSignal()
    choose_requested = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.body.setContentsMargins(24, 20, 24, 20)
        self._title = label(role="section")
        self._what = label(role="", wrap=True)
        self._size = label(role="secondary", wrap=True)
        self._licence = label(role="muted", wrap=True)
        self._install = button(self.tr("Install RAVE…"), PRIMARY)
        self._choose = button(self.tr("I have RAVE already…"))
        for part in (self._title, self._what, self._size, self._licence):
            self.body.addWidget(part)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._install)
        row.addWidget(self._choose)
        row.addStretch(1)
        self.body.addSpacing(6)
        self.body.addLayout(row)
        self._install.clicked.connect(self._ask_install)
        self._choose.clicked.connect(self._ask_choose)

    def show_guide(self, guide: Guide) -> None:
        """What is missing."""
        self._title.setText(guide.title)
        self._what.setText(guide.what)
        self._size.setText(guide.size)
        self._licence.setText(guide.licence)
        for part in (self._licence, self._install, self._choose):
            part.setVisible(guide.install)

    @pyqtSlot()
    def _ask_install(self) -> None:
        self.install_requested.emit()

    @pyqtSlot()
    def _ask_choose(self) -> None:
        self.choose_requested.emit()
