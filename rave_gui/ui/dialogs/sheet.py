"""What all dialogs are made of: a title, a sentence, a body, and a foot with one filled button."""

from __future__ import annotations

from itertools import pairwise

from PyQt6.QtCore import QSize, Qt, pyqtSlot
from PyQt6.QtGui import QKeyEvent, QShowEvent
from PyQt6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from rave_gui.core.errors import UserError
from rave_gui.ui.theme import Theme, set_role
from rave_gui.ui.tokens import GRID, MARGIN

_FRAME = 48
"""Left for the frame that the window manager draws."""


class Sheet(QDialog):
    """Never blocks: show it with ``open()``; it deletes itself when it is closed."""

    def __init__(
        self, theme: Theme, title: str, lede: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.theme = theme
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.body = QVBoxLayout()
        self.body.setSpacing(2 * GRID)
        self.foot = QHBoxLayout()
        self.foot.setSpacing(GRID)
        self.message = _label("secondary")
        self.cancel = QPushButton(self.tr("Cancel"), self)
        self.cancel.setAutoDefault(False)
        self.cancel.clicked.connect(self.reject)
        self.primary = QPushButton(self)
        self.primary.setProperty("kind", "primary")
        self.primary.setDefault(True)
        self.primary.clicked.connect(self.submit)
        self._build(title, lede)

    # Methods

    def say(self, text: str, role: str = "secondary") -> None:
        """Show a sentence beside the buttons."""
        set_role(self.message, role)
        self.message.setText(text)

    def set_busy(self, text: str) -> None:
        """Nothing can be pressed until :meth:`show_refusal` or the end."""
        self.primary.setEnabled(False)
        self.say(text)

    def show_refusal(self, error: UserError) -> None:
        """What was asked for could not be done: say why, and let the person change it."""
        self.primary.setEnabled(True)
        self.say(str(error), "bad")

    @pyqtSlot()
    def submit(self) -> None:
        """The filled button was pressed; heirs emit what was chosen."""
        self.accept()

    # Events

    def showEvent(self, event: QShowEvent | None) -> None:
        """Begin in the first field, not on a button."""
        super().showEvent(event)
        self._fit_screen()
        order_tabs(self)
        if not isinstance(self.focusWidget(), QLineEdit):
            self._focus_first()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Return presses the focused button, else the filled one unless it is out of use."""
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event is None or event.key() not in keys:
            super().keyPressEvent(event)
            return
        focused = self.focusWidget()
        chosen = focused if isinstance(focused, QPushButton) else self.primary
        if chosen.isVisible():
            chosen.click()  # does nothing where it is disabled

    def _fit_screen(self) -> None:
        """On a small or enlarged screen the foot with its buttons must stay within reach."""
        if screen := self.screen():
            room = screen.availableSize() - QSize(0, _FRAME)
            self.resize(self.size().boundedTo(room))

    def _focus_first(self) -> None:
        fields = [field for field in self.findChildren(QLineEdit) if field.isVisible()]
        writable = [field for field in fields if not field.isReadOnly() and field.isEnabled()]
        if writable and not isinstance(writable[0].parent(), QSpinBox):
            writable[0].setFocus()
            writable[0].selectAll()

    # Construction

    def _build(self, title: str, lede: str) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(self._head(title, lede))
        outer.addWidget(self._scroll(), 1)
        outer.addWidget(self._foot())

    def _head(self, title: str, lede: str) -> QVBoxLayout:
        head = QVBoxLayout()
        head.setContentsMargins(MARGIN, MARGIN, MARGIN, GRID)
        head.setSpacing(GRID // 2)
        head.addWidget(_label("section", title))
        self.lede = _label("secondary", lede)
        self.lede.setVisible(bool(lede))
        head.addWidget(self.lede)
        return head

    def _scroll(self) -> QScrollArea:
        inner = QWidget()
        self.body.setContentsMargins(MARGIN, GRID, MARGIN, 2 * GRID)
        inner.setLayout(self.body)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        return scroll

    def _foot(self) -> QFrame:
        frame = QFrame(self)
        frame.setProperty("surface", "bottom")
        self.foot.setContentsMargins(MARGIN, 2 * GRID, MARGIN, 2 * GRID)
        self.foot.addWidget(self.message, 1)
        self.foot.addWidget(self.cancel)
        self.foot.addWidget(self.primary)
        frame.setLayout(self.foot)
        return frame


def order_tabs(window: QWidget) -> None:
    """Let the Tab key move in reading order, whatever the order in which fields were made.

    ``window`` may be a part of a window as well; the rest keeps its order then.
    """
    if layout := window.layout():
        layout.activate()
    stops = [field for field in window.findChildren(QWidget) if _is_stop(field, window)]
    stops.sort(key=lambda field: _place(field, window))
    for before, after in pairwise(stops):
        QWidget.setTabOrder(before, after)


def _is_stop(field: QWidget, window: QWidget) -> bool:
    """Whether Tab stops there; the inner fields of a spin box answer to the box."""
    takes = bool(field.focusPolicy() & Qt.FocusPolicy.TabFocus)
    inner = isinstance(field.parent(), (QAbstractSpinBox, QComboBox))
    return takes and not inner and field.window() is window.window()


def _place(field: QWidget, window: QWidget) -> tuple[int, int]:
    middle = field.mapTo(window, field.rect().center())
    return middle.y(), middle.x()


def _label(role: str, text: str = "") -> QLabel:
    label = QLabel(text)
    label.setProperty("role", role)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
