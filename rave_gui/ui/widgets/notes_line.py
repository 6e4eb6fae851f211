"""Stars, tags and the first line of the notes, in one row under the title of a training."""

from __future__ import annotations

from functools import partial

from PyQt6.QtCore import Qt, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from rave_gui.ui.theme import set_role
from rave_gui.ui.widgets.buttons import LINK, button

MOST = 5
_FULL, _EMPTY = "★", "☆"


class StarBar(QWidget):
    """Five stars; the one that is set already takes them all away. Keys 0 to 5 set as many."""

    rated = pyqtSignal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rating = 0
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._stars = [self._star(number) for number in range(1, MOST + 1)]
        for star in self._stars:
            row.addWidget(star)
        row.addStretch(1)
        self.show_rating(None)

    def show_rating(self, rating: int | None) -> None:
        """So many are full."""
        self._rating = rating or 0
        for number, star in enumerate(self._stars, 1):
            full = number <= self._rating
            star.setText(_FULL if full else _EMPTY)
            set_role(star, "accent" if full else "muted")

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """A figure sets as many stars."""
        if event is not None and event.text() in tuple(map(str, range(MOST + 1))):
            self.rated.emit(int(event.text()))
            return
        super().keyPressEvent(event)

    def _star(self, number: int) -> QPushButton:
        made = button(_EMPTY, "star", name=self.tr("{n} of 5 stars").format(n=number))
        made.setToolTip(self.tr("{n} of 5 stars").format(n=number))
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus if number == 1 else Qt.FocusPolicy.NoFocus)
        made.clicked.connect(partial(self._press, number))
        return made

    def _press(self, number: int, _checked: bool = False) -> None:
        self.rated.emit(0 if number == self._rating else number)


class NotesLine(QWidget):
    """Stars can be set here; a click on the words asks to change tags and notes."""

    rated = pyqtSignal(int)
    notes_requested = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stars, self._words = StarBar(), button("", LINK)
        self._words.setToolTip(self.tr("Tags and notes…"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.stars)
        row.addWidget(self._words)
        row.addStretch(1)
        self.stars.rated.connect(self.rated)
        self._words.clicked.connect(self._ask)

    def show_notes(self, rating: int | None, words: str) -> None:
        """So many stars, and these words; too long ones are cut."""
        self.stars.show_rating(rating)
        metrics = self._words.fontMetrics()
        self._words.setText(metrics.elidedText(words, Qt.TextElideMode.ElideRight, 420))
        self._words.setAccessibleName(words)

    @pyqtSlot()
    def _ask(self) -> None:
        self.notes_requested.emit()
