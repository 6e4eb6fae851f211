"""Checkpoints of all trainings over their steps: seen, compared, chosen by mouse and keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PyQt6.QtCore import QPointF, Qt, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PyQt6.QtWidgets import QToolTip, QWidget

from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels import timeline_choice as choices
from rave_gui.ui.viewmodels.timeline import Lane, Mark
from rave_gui.ui.viewmodels.timeline_choice import Choice
from rave_gui.ui.widgets.timeline_ground import TimelineGround
from rave_gui.ui.widgets.timeline_paint import Look

_ZOOM = 1.25
_DRAG = 4
_KEY = Qt.Key
_Way = Callable[[Sequence[Lane], int | None, int], int | None]
_CTRL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class Timeline(TimelineGround):
    """Arrows move, Shift and Ctrl choose several, plus and minus zoom, space plays."""

    selection_changed = pyqtSignal(list)
    """The ids of the chosen checkpoints, the current one last."""
    mark_activated = pyqtSignal(int)
    """Return or a double click."""
    play_requested = pyqtSignal()
    rated = pyqtSignal(int)
    """A figure was typed: so many stars."""
    delete_requested = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._choice = Choice()
        self._hovered: Mark | None = None
        self._pressed: QPointF | None = None
        self._dragged = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Timeline of checkpoints"))
        if port := self.viewport():
            port.setMouseTracking(True)

    # What is shown

    @property
    def chosen(self) -> tuple[int, ...]:
        """The ids of the chosen checkpoints."""
        return self._choice.chosen

    @property
    def current(self) -> int | None:
        """The one that keys move from."""
        return self._choice.current

    def show_lanes(self, lanes: Sequence[Lane]) -> None:
        """Show these; what was chosen stays chosen as far as it is there."""
        self.set_lanes(lanes)
        self._choose(choices.settled(self._choice, self._lanes))

    def look(self) -> Look:
        """What is chosen and hovered."""
        hovered = self._hovered.id if self._hovered else None
        return Look(set(self._choice.chosen), self._choice.current, hovered, self.hasFocus())

    def select(self, mark: int) -> bool:
        """Choose that checkpoint alone; false where it is not shown."""
        known = choices.mark_of(self._lanes, mark) is not None
        if known:
            self._choose(choices.only(mark))
        return known

    @pyqtSlot()
    def zoom_in(self) -> None:
        """Come nearer to the current checkpoint."""
        self._zoom(_ZOOM**2)

    @pyqtSlot()
    def zoom_out(self) -> None:
        """See more."""
        self._zoom(_ZOOM**-2)

    @pyqtSlot()
    def show_all(self) -> None:
        """See every step."""
        self.set_scale(self._scale.all())

    # Events

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Here begins a click, or a pull at the picture."""
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._dragged = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Pull what is zoomed, else tell what is below."""
        if event is None:
            return
        if self._pressed is None:
            self._hover(event)
        elif self._dragged or abs(event.position().x() - self._pressed.x()) > _DRAG:
            self._dragged = True
            by = (self._pressed.x() - event.position().x()) / self._scale.width
            self._pressed = event.position()
            self.set_scale(self._scale.moved(by))

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """A click chooses."""
        if event is None or self._pressed is None:
            return
        found = self.mark_at(event.position()) if not self._dragged else None
        self._pressed = None
        if found is not None:
            self._click(found, event.modifiers())

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        """Choose it and do what is usually done."""
        found = self.mark_at(event.position()) if event is not None else None
        if found is not None:
            self.mark_activated.emit(found.id)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """With Ctrl nearer and farther, sideways along, else up and down."""
        if event is None:
            return
        if event.modifiers() & _CTRL:
            around = self._scale.step(event.position().x())
            self.set_scale(self._scale.nearer(_ZOOM ** (event.angleDelta().y() / 120), around))
        elif event.angleDelta().x():
            self.set_scale(self._scale.moved(-event.angleDelta().x() / 1200))
        else:
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Arrows and their likes move, figures give stars, the rest is told in :data:`_ACTS`."""
        if event is None:
            return
        way, act = _WAYS.get(event.key()), _ACTS.get(event.key())
        if event.key() == _KEY.Key_A and event.modifiers() & _CTRL:
            self._choose(choices.all_of_lane(self._choice, self._lanes))
        elif way is not None:
            self._go(*way, event.modifiers())
        elif act is not None:
            act(self)
        elif event.text() in tuple("12345"):
            self.rated.emit(int(event.text()))
        else:
            super().keyPressEvent(event)

    # Choosing

    def ask_play(self) -> None:
        """Play what can be heard of the current one, or pause."""
        self.play_requested.emit()

    def ask_delete(self) -> None:
        """Let the chosen ones go."""
        self.delete_requested.emit()

    def activate(self) -> None:
        """Do what is usually done with the current one."""
        if self._choice.current is not None:
            self.mark_activated.emit(self._choice.current)

    def _go(self, way: _Way, by: int, keys: Qt.KeyboardModifier) -> None:
        mark = way(self._lanes, self._choice.current, by)
        if mark is None:
            return
        if keys & _SHIFT:
            self._choose(choices.up_to(self._choice, mark, self._lanes))
        else:
            self._choose(choices.only(mark))

    def _click(self, mark: Mark, keys: Qt.KeyboardModifier) -> None:
        if keys & _SHIFT:
            self._choose(choices.up_to(self._choice, mark.id, self._lanes))
        elif keys & _CTRL:
            self._choose(choices.toggled(self._choice, mark.id))
        else:
            self._choose(choices.only(mark.id))

    def _choose(self, choice: Choice) -> None:
        if choice == self._choice:
            return
        self._choice = choice
        mark = choices.mark_of(self._lanes, choice.current)
        self.setAccessibleDescription(mark.words if mark else "")
        if mark is not None:
            self._show(mark)
        self.repaint_all()
        rest = [one for one in choice.chosen if one != choice.current]
        self.selection_changed.emit(rest if choice.current is None else [*rest, choice.current])

    def _show(self, mark: Mark) -> None:
        """Scroll to it."""
        self.set_scale(self._scale.showing(mark.step))
        lane = choices.lane_of(self._lanes, mark.id)
        if lane is not None:
            self.scroll_to(self._lanes.index(lane))

    # Pixels

    def _hover(self, event: QMouseEvent) -> None:
        found = self.mark_at(event.position())
        if found == self._hovered:
            return
        self._hovered = found
        QToolTip.showText(event.globalPosition().toPoint(), found.words if found else "", self)
        self.repaint_all()

    def _zoom(self, factor: float) -> None:
        mark = choices.mark_of(self._lanes, self._choice.current)
        middle = (self._scale.first + self._scale.last) / 2
        self.set_scale(self._scale.nearer(factor, mark.step if mark else middle))


_FAR = 1_000_000
_WAYS: Mapping[int, tuple[_Way, int]] = {
    _KEY.Key_Left: (choices.beside, -1),
    _KEY.Key_Right: (choices.beside, 1),
    _KEY.Key_Home: (choices.beside, -_FAR),
    _KEY.Key_End: (choices.beside, _FAR),
    _KEY.Key_Up: (choices.on_lane, -1),
    _KEY.Key_Down: (choices.on_lane, 1),
    _KEY.Key_PageUp: (choices.on_lane, -5),
    _KEY.Key_PageDown: (choices.on_lane, 5),
}
_ACTS: Mapping[int, Callable[[Timeline], None]] = {
    _KEY.Key_Plus: Timeline.zoom_in,
    _KEY.Key_Equal: Timeline.zoom_in,
    _KEY.Key_Minus: Timeline.zoom_out,
    _KEY.Key_0: Timeline.show_all,
    _KEY.Key_Space: Timeline.ask_play,
    _KEY.Key_Delete: Timeline.ask_delete,
    _KEY.Key_Return: Timeline.activate,
    _KEY.Key_Enter: Timeline.activate,
}
