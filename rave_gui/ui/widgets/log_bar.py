"""The line above a log: search, what was found, the error, copy, folder, follow."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from rave_gui.ui.theme import Theme
from rave_gui.ui.tokens import GRID
from rave_gui.ui.widgets.buttons import CHIP, DANGER, LINK, button
from rave_gui.ui.widgets.filter_field import FilterField
from rave_gui.ui.widgets.labels import label


class LogBar(QWidget):
    """Passes wishes on; decides nothing."""

    search_changed = pyqtSignal()
    """The words, or whether upper and lower case are told apart."""
    step_requested = pyqtSignal(bool)
    """To the next match, or backwards (True)."""
    error_requested = pyqtSignal()
    copy_requested = pyqtSignal()
    folder_requested = pyqtSignal()
    follow_toggled = pyqtSignal(bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search = _SearchField(self)
        self.case = button("Aa", CHIP, tip=self.tr("Tell upper and lower case apart"))
        self.found = label(role="muted")
        self.back = button(
            "", LINK, theme=theme, icon="chevron-up", tip=self.tr("Match before (Shift+Return)")
        )
        self.forth = button(
            "", LINK, theme=theme, icon="chevron-down", tip=self.tr("Next match (Return)")
        )
        self.error = button(self.tr("Show the error"), DANGER, tip=self.tr("Where it says why"))
        self.copy = button("", LINK, theme=theme, icon="copy", tip=self.tr("Copy"))
        self.folder = button(
            "", LINK, theme=theme, icon="folder", tip=self.tr("Show the file in its folder")
        )
        self.follow = button(self.tr("Follow"), CHIP, tip=self.tr("Stay at the newest line"))
        self._build()
        self._connect()
        self.say_found("")

    @property
    def words(self) -> str:
        """What is searched for."""
        return self.search.text()

    def say_found(self, text: str) -> None:
        """How many lines match; empty where nothing is searched for."""
        self.found.setText(text)
        for part in (self.found, self.back, self.forth):
            part.setVisible(bool(text))

    def _build(self) -> None:
        for part, name in (
            (self.case, self.tr("Tell upper and lower case apart")),
            (self.back, self.tr("Match before")),
            (self.forth, self.tr("Next match")),
            (self.copy, self.tr("Copy what is selected, or all lines that are shown")),
            (self.folder, self.tr("Show the file in its folder")),
        ):
            part.setAccessibleName(name)
        self.copy.setToolTip(self.tr("Copy what is selected, or all lines that are shown"))
        self.case.setCheckable(True)
        self.follow.setCheckable(True)
        self.follow.setChecked(True)
        self.error.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self.search, 1)
        for part in (self.case, self.found, self.back, self.forth):
            row.addWidget(part)
        row.addStretch(1)
        for part in (self.error, self.copy, self.folder, self.follow):
            row.addWidget(part)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._changed)
        self.case.toggled.connect(self._changed)
        self.search.stepped.connect(self.step_requested)
        self.back.clicked.connect(self._back)
        self.forth.clicked.connect(self._forth)
        self.error.clicked.connect(self._error)
        self.copy.clicked.connect(self._copy)
        self.folder.clicked.connect(self._folder)
        self.follow.toggled.connect(self.follow_toggled)

    @pyqtSlot()
    def focus_search(self) -> None:
        """Type what to search for."""
        self.search.setFocus()
        self.search.selectAll()

    @pyqtSlot()
    def _changed(self) -> None:
        self.search_changed.emit()

    @pyqtSlot()
    def _back(self) -> None:
        self.step_requested.emit(True)

    @pyqtSlot()
    def _forth(self) -> None:
        self.step_requested.emit(False)

    @pyqtSlot()
    def _error(self) -> None:
        self.error_requested.emit()

    @pyqtSlot()
    def _copy(self) -> None:
        self.copy_requested.emit()

    @pyqtSlot()
    def _folder(self) -> None:
        self.folder_requested.emit()


class _SearchField(FilterField):
    """Return goes on to the next match, with shift to the one before."""

    stepped = pyqtSignal(bool)
    """Whether backwards."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(self.tr("Search the log"))
        self.setAccessibleName(self.tr("Search the log"))
        self.setClearButtonEnabled(True)
        self.setMaximumWidth(320)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Take the keys that step."""
        if event is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.stepped.emit(bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
            return
        super().keyPressEvent(event)
