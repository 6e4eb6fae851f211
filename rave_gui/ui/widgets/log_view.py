"""A job's log: follows, can be searched and copied, and pulls no faster than ten times a second."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PyQt6.QtCore import Qt, QTimer, pyqtSignal, pyqtSlot
from PyQt6.QtGui import (
    QGuiApplication,
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QShortcut,
    QShowEvent,
)
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from rave_gui.bridge.background import run_in_background
from rave_gui.core.log_monitor import LogMonitor
from rave_gui.ui.text import plural
from rave_gui.ui.theme import Theme
from rave_gui.ui.tokens import GRID
from rave_gui.ui.widgets.buttons import CHIP, LINK, button
from rave_gui.ui.widgets.labels import label
from rave_gui.ui.widgets.log_text import MOST_LINES, LogText

PULL_MILLISECONDS = 100


@dataclass(frozen=True)
class _Pull:
    """What one look at the file brought."""

    monitor: LogMonitor
    lines: list[str]
    total: int
    restarts: int


class LogView(QFrame):
    """Shows one file; files are read in the background, only while somebody looks."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self._path: Path | None = None
        self._monitor: LogMonitor | None = None
        self._seen: tuple[int, int] | None = None
        self._restarts = 0
        self._pulling = False
        self._timer = QTimer(self)
        self._timer.setInterval(PULL_MILLISECONDS)
        self._timer.timeout.connect(self.pull)
        self.text = LogText(theme, self)
        self._search = _SearchField(self)
        self._matches = label(role="muted")
        self._follow = button(self.tr("Follow"), CHIP, tip=self.tr("Stay at the newest line"))
        self._follow.setCheckable(True)
        self._follow.setChecked(True)
        self._copy = button(self.tr("Copy all"), LINK, theme=theme, icon="copy")
        self._build()
        self._connect()

    # Methods

    def show_file(self, path: Path | None) -> None:
        """Show that file from its beginning; None shows nothing."""
        self._path, self._seen, self._restarts = path, None, 0
        self._monitor = LogMonitor(path, MOST_LINES) if path is not None else None
        self.text.start_anew()
        self._follow.setChecked(True)
        self._set_timer()
        self.pull()

    @property
    def following(self) -> bool:
        """Whether it stays at the newest line."""
        return self._follow.isChecked()

    # Events

    def showEvent(self, event: QShowEvent | None) -> None:
        """Catch up."""
        super().showEvent(event)
        self._set_timer()
        self.pull()

    def hideEvent(self, event: QHideEvent | None) -> None:
        """Nobody looks: rest."""
        super().hideEvent(event)
        self._timer.stop()

    # Slots

    @pyqtSlot()
    def pull(self) -> None:
        """Read what is new, unless nothing is, or a reading is under way."""
        monitor = self._monitor
        if monitor is None or self._pulling or not self.isVisible():
            return
        signature = _signature(self._path)
        if signature is None or signature == self._seen:
            return
        self._seen = signature
        self._pulling = run_in_background(
            lambda: _pull(monitor), self._show, on_finally=self._pulled, owner=self
        )

    @pyqtSlot(bool)
    def _on_follow(self, on: bool) -> None:
        if on:
            self.text.go_to_end()

    @pyqtSlot(int)
    def _on_scrolled(self, _value: int) -> None:
        """Who scrolls up wants to read; who comes back to the end wants to follow again."""
        bar = self.text.verticalScrollBar()
        if bar is not None and (bar.isSliderDown() or self.text.hasFocus()):
            self._follow.setChecked(self.text.is_at_end())

    @pyqtSlot(str)
    def _on_search(self, needle: str) -> None:
        count = self.text.mark(needle)
        words = plural(count, self.tr("1 match"), self.tr("{n} matches")).format(n=count)
        self._matches.setText(words if needle else "")
        if needle and count:
            self._follow.setChecked(False)
            self.text.find_next(needle, backward=True)

    @pyqtSlot(bool)
    def _on_step(self, backward: bool) -> None:
        if needle := self._search.text():
            self.text.find_next(needle, backward=backward)

    @pyqtSlot()
    def _copy_all(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(self.text.toPlainText())

    @pyqtSlot()
    def _focus_search(self) -> None:
        self._search.setFocus()
        self._search.selectAll()

    # Showing

    def _show(self, pull: _Pull) -> None:
        if pull.monitor is not self._monitor:
            return
        if pull.restarts != self._restarts:
            self._restarts = pull.restarts
            self.text.start_anew()
        if pull.lines:
            self.text.replace_end(pull.lines, pull.total)
        if self.following:
            self.text.go_to_end()

    def _pulled(self) -> None:
        self._pulling = False

    def _set_timer(self) -> None:
        if self._monitor is not None and self.isVisible():
            self._timer.start()
        else:
            self._timer.stop()

    # Construction

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(self._search, 1)
        head.addWidget(self._matches)
        head.addStretch(1)
        head.addWidget(self._copy)
        head.addWidget(self._follow)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(12, 12, 12, 12)
        rows.setSpacing(GRID)
        rows.addLayout(head)
        rows.addWidget(self.text, 1)

    def _connect(self) -> None:
        self._search.textChanged.connect(self._on_search)
        self._search.stepped.connect(self._on_step)
        self._follow.toggled.connect(self._on_follow)
        self._copy.clicked.connect(self._copy_all)
        bar = self.text.verticalScrollBar()
        if bar is not None:
            bar.valueChanged.connect(self._on_scrolled)
        shortcut = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        shortcut.activated.connect(self._focus_search)


class _SearchField(QLineEdit):
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


def _pull(monitor: LogMonitor) -> _Pull:
    changed = monitor.poll()
    lines = monitor.lines() if changed else []
    tail = lines[-changed:] if changed else []
    return _Pull(monitor, tail, monitor.first + len(lines), monitor.restarts)


def _signature(path: Path | None) -> tuple[int, int] | None:
    try:
        status = path.stat() if path is not None else None
    except OSError:  # nothing was printed yet
        return None
    return (status.st_ino, status.st_size) if status is not None else None
