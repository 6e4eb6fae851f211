"""What wizards are made of: a card with title and steps, a page for each step, a foot."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PyQt6.QtCore import Qt, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QKeySequence, QShortcut, QShowEvent
from PyQt6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from rave_gui.ui.dialogs.sheet import order_tabs
from rave_gui.ui.theme import Theme
from rave_gui.ui.tokens import GRID, MARGIN
from rave_gui.ui.widgets.buttons import LINK, PRIMARY, button
from rave_gui.ui.widgets.labels import hairline, label
from rave_gui.ui.wizards.wizard_steps import StepLine

_WIDEST = 1160
_INDENT = 28


class WizardFrame(QWidget):
    """Lies on a page, not in a dialog. Shows what it is told and passes wishes on."""

    back_requested = pyqtSignal()
    next_requested = pyqtSignal()
    """The filled button, whatever it says."""
    leave_requested = pyqtSignal()
    step_requested = pyqtSignal(int)

    def __init__(
        self, theme: Theme, title: str, steps: Sequence[str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.steps = StepLine(theme, steps)
        self.pages = QStackedWidget()
        self.sentence = FootSentence(theme)
        self.cancel = button(self.tr("Cancel"), LINK)
        self.back = button(self.tr("Back"))
        self.primary = button("", PRIMARY)
        self._build(title)
        self._connect()

    # Methods

    def add_page(self, page: QWidget) -> None:
        """The page of the next step."""
        self.pages.addWidget(page)

    def show_step(self, step: int, open_steps: Sequence[int]) -> None:
        """Turn to the page of ``step``; ``open_steps`` may be turned to from there."""
        turned = self.pages.currentIndex() != step
        self.pages.setCurrentIndex(step)
        self.steps.show_step(step, open_steps)
        self.back.setVisible(step > 0)
        if turned:
            self._settle_focus()

    def set_primary(self, text: str, *, on: bool, tip: str = "") -> None:
        """What the filled button says, whether it can be pressed, and if not, why not."""
        self.primary.setText(text)
        self.primary.setEnabled(on)
        self.primary.setToolTip(tip)
        self.primary.setAccessibleDescription(tip)

    # Events

    def showEvent(self, event: QShowEvent | None) -> None:
        """Begin in the first field, not on a button of the foot."""
        super().showEvent(event)
        if self.focusWidget() is None or not self.pages.isAncestorOf(self.focusWidget()):
            self._settle_focus()

    # Inside

    @pyqtSlot()
    def _on_next(self) -> None:
        if self.primary.isEnabled():
            self.next_requested.emit()

    @pyqtSlot()
    def _on_back(self) -> None:
        if self.back.isVisibleTo(self) and self.back.isEnabled():
            self.back_requested.emit()

    def _settle_focus(self) -> None:
        """Begin where the new page says, else in its first field."""
        order_tabs(self)
        page = self.pages.currentWidget()
        first = getattr(page, "first_field", None)
        field = first() if first is not None else None
        if isinstance(field, QWidget):
            self.setFocusProxy(field)
            field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _build(self, title: str) -> None:
        card = QFrame()
        card.setProperty("surface", "card")
        card.setMaximumWidth(_WIDEST)
        card.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        rows = QVBoxLayout(card)
        rows.setContentsMargins(1, 1, 1, 1)
        rows.setSpacing(0)
        rows.addLayout(self._head(title))
        rows.addWidget(hairline())
        rows.addWidget(self.pages, 1)
        rows.addWidget(hairline())
        rows.addLayout(self._foot())
        middle = QHBoxLayout(self)
        middle.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        middle.addStretch(1)
        middle.addWidget(card, 1000)
        middle.addStretch(1)

    def _head(self, title: str) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setContentsMargins(_INDENT, 20, _INDENT, 20)
        head.addWidget(label(title, "section"))
        head.addStretch(1)
        head.addWidget(self.steps)
        return head

    def _foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.setContentsMargins(_INDENT, 16, _INDENT, 16)
        foot.setSpacing(GRID)
        foot.addWidget(self.sentence, 1)
        foot.addSpacing(GRID)
        for one in (self.cancel, self.back, self.primary):
            foot.addWidget(one, 0, Qt.AlignmentFlag.AlignVCenter)
        return foot

    def _connect(self) -> None:
        self.primary.clicked.connect(self._on_next)
        self.back.clicked.connect(self._on_back)
        self.cancel.clicked.connect(self.leave_requested)
        self.steps.step_requested.connect(self.step_requested)
        keys = (
            ("Alt+Left", self._on_back),
            ("Alt+Right", self._on_next),
            ("Ctrl+Return", self._on_next),
            ("Ctrl+Enter", self._on_next),
            ("Escape", self.leave_requested),
        )
        for key, slot in keys:
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.activated.connect(slot)


class FootSentence(QLabel):
    """One live sentence with a strong part in it: ``Enough for RAVE: 3 h 12 m usable, …``."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._said = ("", "", "", "secondary")
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setProperty("role", "secondary")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        theme.changed.connect(self._draw)

    def say(self, before: str, strong: str = "", after: str = "", role: str = "good") -> None:
        """Plain words (never markup), the middle ones strong and in the colour of ``role``."""
        if self._said != (before, strong, after, role):
            self._said = before, strong, after, role
            self._draw()

    def words(self) -> str:
        """What it says, without looks."""
        return " ".join(" ".join(self._said[:3]).split()).replace(" ,", ",")

    @pyqtSlot()
    def _draw(self) -> None:
        before, strong, after, role = self._said
        colour = self._theme.word({"warn": "phase2"}.get(role, role)).name()
        middle = f'<span style="color:{colour}; font-weight:600">{escape(strong)}</span>'
        parts = (escape(before), middle if strong else "", escape(after))
        glue = "" if after.startswith((",", ".", ";")) else " "
        text = " ".join(part for part in parts[:2] if part)
        self.setText(f"{text}{glue}{parts[2]}" if parts[2] else text)
        self.setAccessibleName(self.words())
