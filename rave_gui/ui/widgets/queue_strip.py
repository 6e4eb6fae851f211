"""At the foot of the trainings: who waits, in which order, and what the queue does."""

from __future__ import annotations

from functools import partial

from PyQt6.QtCore import QModelIndex, QPoint, QRect, QSize, Qt, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QAction, QActionGroup, QColor, QDropEvent, QKeyEvent, QPainter
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from rave_gui.ui.theme import Theme, set_role
from rave_gui.ui.viewmodels import queue as words
from rave_gui.ui.viewmodels.queue import QueueItem, QueueView, QueueWish
from rave_gui.ui.widgets.buttons import LINK, button
from rave_gui.ui.widgets.labels import label

_ROW, _MOST_ROWS, _GAP = 30, 5, 8
_ITEM = Qt.ItemDataRole.UserRole


class QueueStrip(QWidget):
    """Shows a :class:`QueueView`; every change is asked for, never done, here."""

    wish_made = pyqtSignal(object)
    """A :class:`QueueWish`."""
    training_chosen = pyqtSignal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._view = theme, QueueView()
        self._title = label(self.tr("Queue"), "cardtitle")
        self._hold = button("", LINK, theme=theme, icon="pause", name=self.tr("Pause the queue"))
        self._more = button("", LINK, theme=theme, icon="more", name=self.tr("Rules of the queue"))
        self._more.setToolTip(self.tr("Rules of the queue"))
        self.menu = QMenu(self)
        self.list = QueueList(theme)
        self._sentence, self._hint = (
            label(role="secondary", wrap=True),
            label("", "muted", wrap=True),
        )
        self._build()
        self._hold.clicked.connect(self._toggle)
        self._more.clicked.connect(self._pop_up)
        self.list.moved.connect(self._move)
        self.list.menu_wanted.connect(self._show_item_menu)
        self.list.leave_wanted.connect(self._leave)
        self.list.itemClicked.connect(self._choose)
        self.menu.triggered.connect(self._change_rule)
        self._fill_menu()

    def show_queue(self, view: QueueView) -> None:
        """The queue as it is now; the same again changes nothing."""
        if view == self._view:
            return
        rules = (view.after_failure, view.slots) != (self._view.after_failure, self._view.slots)
        self._view = view
        self.list.show_items(view.items)
        self._sentence.setText(view.sentence)
        set_role(self._sentence, "warn" if view.warn else "secondary")
        self._hint.setText(view.hint)
        self._theme.bind_icon(self._hold, "play" if view.paused else "pause", "secondary")
        tip = self.tr("Let the queue go on") if view.paused else self.tr("Pause the queue")
        self._hold.setToolTip(tip)
        self._hold.setAccessibleName(tip)
        if rules:
            self._fill_menu()

    def item_menu(self, identity: int) -> QMenu:
        """What can be asked of one that waits."""
        found = QMenu(self)
        item = next((one for one in self._view.items if one.id == identity), None)
        entries = [(words.MOVE, self.tr("To the front")), (words.START_AT, self.tr("Start at…"))]
        if item is not None and item.timed:
            entries.append((words.ANY_TIME, self.tr("Start as soon as possible")))
        for kind, text in [*entries, (words.LEAVE, self.tr("Leave the queue"))]:
            action = QAction(text, found)
            action.triggered.connect(partial(self._ask, QueueWish(kind, identity, place=1)))
            found.addAction(action)
        return found

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(2)
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._hold)
        head.addWidget(self._more)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        box.addLayout(head)
        for part in (self.list, self._sentence, self._hint):
            box.addWidget(part)

    def _fill_menu(self) -> None:
        self.menu.clear()
        for kind, choices, now in (
            (words.AFTER, words.after_failure_choices(), self._view.after_failure),
            (words.SLOTS, words.slot_choices(), self._view.slots),
        ):
            group = QActionGroup(self.menu)
            for value, text in choices:
                action = QAction(text, self.menu)
                action.setCheckable(True)
                action.setChecked(value == now)
                action.setData((kind, value))
                group.addAction(action)
                self.menu.addAction(action)
            self.menu.addSeparator()

    def _ask(self, wish: QueueWish, _checked: bool = False) -> None:
        self.wish_made.emit(wish)

    @pyqtSlot()
    def _pop_up(self) -> None:
        self.menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    @pyqtSlot()
    def _toggle(self) -> None:
        self._ask(QueueWish(words.GO if self._view.paused else words.HOLD))

    @pyqtSlot(QAction)
    def _change_rule(self, action: QAction) -> None:
        kind, value = action.data()
        self._ask(QueueWish(kind, value=value))

    @pyqtSlot(int, int)
    def _move(self, identity: int, place: int) -> None:
        self._ask(QueueWish(words.MOVE, identity, place=place))

    @pyqtSlot(int)
    def _leave(self, identity: int) -> None:
        self._ask(QueueWish(words.LEAVE, identity))

    @pyqtSlot(int, QPoint)
    def _show_item_menu(self, identity: int, where: QPoint) -> None:
        made = self.item_menu(identity)
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        made.popup(where)

    @pyqtSlot(QListWidgetItem)
    def _choose(self, item: QListWidgetItem) -> None:
        self.training_chosen.emit(item.data(_ITEM).id)


class QueueList(QListWidget):
    """The waiting trainings; dragged, or moved with Alt and the arrow keys."""

    moved = pyqtSignal(int, int)
    """Which one, and its new place counted from 1."""
    leave_wanted = pyqtSignal(int)
    menu_wanted = pyqtSignal(int, QPoint)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setItemDelegate(_Delegate(theme, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setAccessibleName(self.tr("Trainings that wait, the next one first"))
        self.setToolTip(self.tr("Alt with an arrow key moves one; Del takes it out"))
        self.customContextMenuRequested.connect(self._ask_menu)
        self.hide()

    def show_items(self, items: tuple[QueueItem, ...]) -> None:
        """Show them; the chosen one stays chosen."""
        chosen = self.chosen()
        self.clear()
        for item in items:
            made = QListWidgetItem(item.name)
            made.setData(_ITEM, item)
            made.setData(
                Qt.ItemDataRole.AccessibleTextRole,
                ", ".join(filter(None, (item.name, item.remark))),
            )
            self.addItem(made)
            if item.id == chosen:
                self.setCurrentItem(made)
        self.setFixedHeight(_ROW * min(len(items), _MOST_ROWS) + 2)
        self.setVisible(bool(items))

    def chosen(self) -> int | None:
        """The id of the current one."""
        item = self.currentItem()
        return item.data(_ITEM).id if item is not None else None

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Alt+Up and Alt+Down move it, Del takes it out, the menu key asks for more."""
        chosen = self.chosen()
        if event is None or chosen is None:
            super().keyPressEvent(event)
            return
        place = self.currentRow() + 1
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if alt and event.key() == Qt.Key.Key_Up and place > 1:
            self.moved.emit(chosen, place - 1)
        elif alt and event.key() == Qt.Key.Key_Down and place < self.count():
            self.moved.emit(chosen, place + 1)
        elif event.key() == Qt.Key.Key_Delete:
            self.leave_wanted.emit(chosen)
        else:
            super().keyPressEvent(event)

    def dropEvent(self, event: QDropEvent | None) -> None:
        """Where it was dropped is asked for; the records decide, and the list follows them."""
        chosen = self.chosen()
        if event is None or chosen is None:
            return
        place = self._place_of(event.position().toPoint())
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()
        if place != self.currentRow() + 1:
            self.moved.emit(chosen, place)

    def _place_of(self, point: QPoint) -> int:
        """The place, counted from 1, that dropping there means for the chosen one."""
        index = self.indexAt(point)
        row, middle = index.row(), self.visualRect(index).center().y()
        before = self.count() if not index.isValid() else row + (point.y() > middle)
        return before if before > self.currentRow() else before + 1

    @pyqtSlot(QPoint)
    def _ask_menu(self, point: QPoint) -> None:
        chosen = self.chosen()
        view = self.viewport()
        if chosen is not None and view is not None:
            self.menu_wanted.emit(chosen, view.mapToGlobal(point))


class _Delegate(QStyledItemDelegate):
    """Name at the left, what it waits for at the right."""

    def __init__(self, theme: Theme, view: QListWidget) -> None:
        super().__init__(view)
        self._theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex) -> QSize:
        """All rows are equally high."""
        return QSize(80, _ROW)

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        """One row."""
        item = index.data(_ITEM)
        if painter is None or not isinstance(item, QueueItem):
            return
        painter.save()
        state = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if selected or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._theme.colour("selected" if selected else "hover")))
            painter.drawRoundedRect(option.rect.adjusted(0, 1, -1, -1), 6, 6)
        inner = option.rect.adjusted(_GAP, 0, -_GAP, 0)
        metrics, right = option.fontMetrics, 0
        right = min(metrics.horizontalAdvance(item.remark), inner.width() // 2)
        self._write(painter, inner, item.remark, "secondary", Qt.AlignmentFlag.AlignRight)
        left = QRect(inner.left(), inner.top(), inner.width() - right - _GAP, inner.height())
        name = metrics.elidedText(item.name, Qt.TextElideMode.ElideRight, left.width())
        self._write(painter, left, name, "text", Qt.AlignmentFlag.AlignLeft)
        painter.restore()

    def _write(
        self, painter: QPainter, where: QRect, text: str, role: str, side: Qt.AlignmentFlag
    ) -> None:
        painter.setPen(QColor(self._theme.word(role)))
        painter.drawText(where, int(side | Qt.AlignmentFlag.AlignVCenter), text)
