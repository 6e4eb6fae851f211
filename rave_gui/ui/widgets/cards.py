"""Surfaces: a plain card, and the card of a project."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QMouseEvent
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels.home import Card as CardWords
from rave_gui.ui.widgets.labels import ElidedLabel, label
from rave_gui.ui.widgets.phase_bar import ThinBar


class Card(QFrame):
    """A rounded panel with an optional small title; ``body`` takes the content."""

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(16, 14, 16, 16)
        self.body.setSpacing(8)
        if title:
            self.body.addWidget(label(title, "cardtitle"))


class ProjectCard(QFrame):
    """One project: opens it when clicked, or with return."""

    opened = pyqtSignal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self.setProperty("clickable", True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMinimumHeight(148)
        self._id = 0
        self._title = ElidedLabel(role="section")
        self._activity = label(role="muted")
        self._running = ElidedLabel(role="accent")
        self._bar = ThinBar(theme)
        self._best = ElidedLabel(role="secondary")
        self._counts = label(role="muted")
        self._warning = label(role="bad", wrap=True)
        self._build()

    def show_card(self, card: CardWords) -> None:
        """Show what the card says now."""
        self._id = card.id
        self._title.setText(card.title)
        self._activity.setText(card.activity)
        self._running.setText(card.running)
        self._running.setVisible(bool(card.running))
        self._bar.setVisible(card.fraction is not None)
        self._bar.show_progress(card.fraction, card.bar_role)
        self._best.setText(card.best)
        self._counts.setText(card.counts)
        self._warning.setText(card.warning)
        self._warning.setVisible(bool(card.warning))
        self.setToolTip(card.folder)
        self.setAccessibleName(self.tr("Open project {name}").format(name=card.title))
        self.setAccessibleDescription(f"{card.activity}. {card.best}. {card.counts}.")

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """A click opens."""
        if event and event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit(self._id)
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Return and space open."""
        if event and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit(self._id)
            return
        super().keyPressEvent(event)

    def _build(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 18, 20, 18)
        box.setSpacing(6)
        box.addWidget(self._title)
        box.addWidget(self._activity)
        box.addWidget(self._warning)
        box.addStretch(1)
        box.addWidget(self._running)
        box.addWidget(self._bar)
        box.addSpacing(2)
        box.addWidget(self._best)
        row = QHBoxLayout()
        row.addWidget(self._counts)
        row.addStretch(1)
        box.addLayout(row)
