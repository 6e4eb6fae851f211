"""Finds what a person sees in the window, and clicks it."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QPushButton

SECOND = 1000


class Hand:
    """One hand on one window."""

    def __init__(self, qtbot, app):
        self.bot, self.app = qtbot, app

    def press(self, text, within=None, seconds=30):
        """Press the visible button that says ``text``."""
        where = within or self.app.window
        self.until(lambda: self._button(where, text) is not None, seconds)
        self.bot.mouseClick(self._button(where, text), Qt.MouseButton.LeftButton)

    def dialog(self, kind):
        """The open dialog of that kind."""
        self.until(lambda: bool(self._open(kind)), 10)
        return self._open(kind)[0]

    def confirm(self, dialog):
        """Press the filled button as soon as it can be pressed, and see the dialog go."""
        self.until(dialog.primary.isEnabled, 30)
        with self.bot.waitSignal(dialog.finished, timeout=30 * SECOND):
            self.bot.mouseClick(dialog.primary, Qt.MouseButton.LeftButton)

    def until(self, condition, seconds):
        """Wait for what the window will show."""
        self.bot.waitUntil(condition, timeout=seconds * SECOND)

    def _button(self, where, text):
        found = [b for b in where.findChildren(QPushButton) if b.text() == text and b.isVisible()]
        return next((button for button in found if button.isEnabled()), None)

    def _open(self, kind):
        return [d for d in self.app.window.findChildren(kind) if d.isVisible()]
