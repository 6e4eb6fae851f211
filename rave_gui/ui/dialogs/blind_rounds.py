"""The second side of a blind test: letters to listen to, and two answers."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from rave_gui.backend.blind_test import BlindKind, BlindTest, Round
from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels import blind_test as words
from rave_gui.ui.viewmodels.blind_test import A, B, X
from rave_gui.ui.widgets.buttons import button
from rave_gui.ui.widgets.labels import label
from rave_gui.ui.widgets.phase_bar import ThinBar

_LETTER = 72


class BlindRounds(QWidget):
    """Shows one round; nothing in it tells which lane is behind a letter."""

    hear_requested = pyqtSignal(str)
    """A key of a lane."""
    answered = pyqtSignal(str)
    """The key behind the answer."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._round: Round | None = None
        self._letter = ""
        self._title, self._question = label(role="section"), label(role="secondary", wrap=True)
        self._bar, self._keys = ThinBar(theme), label(role="muted")
        self.letters: dict[str, QPushButton] = {}
        self.answers = (button("", theme=theme), button("", theme=theme))
        self._build()

    @property
    def letter(self) -> str:
        """What is heard."""
        return self._letter

    def ask(self, test: BlindTest, number: int) -> None:
        """Show round ``number``, from 1; the answers wait until both were heard."""
        self._round, self._letter = test.rounds[number - 1], ""
        self._heard: set[str] = set()
        self._title.setText(words.round_title(number, len(test.rounds)))
        self._question.setText(words.question(test.kind))
        self._bar.show_progress((number - 1) / len(test.rounds), "accent")
        for made, text in zip(self.answers, words.choices(test.kind), strict=True):
            made.setText(text)
        self.letters[X].setVisible(test.kind is BlindKind.ABX)
        self._keys.setText(words.keys(test.kind))
        self.hear(A)

    def hear(self, letter: str) -> None:
        """Let what is behind that letter be heard."""
        asked = self._round
        if asked is None or not self.letters[letter].isVisibleTo(self):
            return
        self._letter = letter
        self._heard.add(letter)
        for name, made in self.letters.items():
            made.setChecked(name == letter)
        enough = self._needed() <= self._heard
        for made in self.answers:
            made.setEnabled(enough)
            made.setToolTip("" if enough else self.tr("Listen to all of them first"))
        self.hear_requested.emit({A: asked.a, B: asked.b, X: asked.x}[letter])

    def press(self, key: int) -> bool:
        """Whether a key meant something here."""
        letter = {Qt.Key.Key_A: A, Qt.Key.Key_B: B, Qt.Key.Key_X: X}.get(Qt.Key(key))
        if letter is not None:
            self.hear(letter)
        return letter is not None

    def _needed(self) -> set[str]:
        return {name for name, made in self.letters.items() if made.isVisibleTo(self)}

    @pyqtSlot()
    def _hear_letter(self) -> None:
        sender = self.sender()
        for letter, made in self.letters.items():
            if made is sender:
                self.hear(letter)

    @pyqtSlot()
    def _answer_a(self) -> None:
        if self._round is not None:
            self.answered.emit(self._round.a)

    @pyqtSlot()
    def _answer_b(self) -> None:
        if self._round is not None:
            self.answered.emit(self._round.b)

    def _build(self) -> None:
        letters, answers, box = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        letters.setSpacing(12)
        letters.addStretch(1)
        for letter in (A, X, B):
            made = self.letters[letter] = button(letter, "letter")
            made.setCheckable(True)
            made.setFixedSize(_LETTER, _LETTER)
            made.setAccessibleName(self.tr("Hear {letter}").format(letter=letter))
            made.setToolTip(self.tr("Key {letter}").format(letter=letter))
            made.clicked.connect(self._hear_letter)
            letters.addWidget(made)
        letters.addStretch(1)
        answers.setSpacing(12)
        answers.addStretch(1)
        for made, slot in zip(self.answers, (self._answer_a, self._answer_b), strict=True):
            made.clicked.connect(slot)
            answers.addWidget(made)
        answers.addStretch(1)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(14)
        for part in (self._title, self._bar, self._question):
            box.addWidget(part)
        box.addLayout(letters)
        box.addLayout(answers)
        box.addWidget(self._keys, 0, Qt.AlignmentFlag.AlignHCenter)
        box.addStretch(1)
