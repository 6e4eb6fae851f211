"""What all wizards share: the steps of a draft, waiting for an answer, a refusal, leaving."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from rave_gui.core.errors import UserError
from rave_gui.core.records import Project
from rave_gui.ui.context import PageContext
from rave_gui.ui.wizards.wizard_frame import WizardFrame

Sentence = tuple[str, ...]
"""What the foot says, see :meth:`FootSentence.say`."""


class Wizard(QWidget):
    """Shows a draft and passes decisions on to it. Whoever owns it calls :meth:`leave`.

    Heirs make their pages and their draft, whose steps are an ``IntEnum`` from 0 on, then call
    :meth:`begin`.
    """

    requested = pyqtSignal(object)
    """Everything that makes the record; answered by :meth:`leave` or :meth:`show_refusal`."""
    leave_requested = pyqtSignal()
    """The person wants to give it up."""
    left = pyqtSignal()
    """It is over and everything it did has ended."""
    install_requested = pyqtSignal()
    """The engine is missing and wanted."""

    def __init__(
        self,
        context: PageContext,
        project: Project,
        title: str,
        steps: Sequence[str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._project = context, project
        self._refusal, self._busy, self._is_over = "", "", False
        self.frame = WizardFrame(context.theme, title, steps)
        self.draft: Any = None

    # Properties

    @property
    def busy(self) -> bool:
        """Whether the record is being made just now."""
        return bool(self._busy)

    # Methods

    def begin(self) -> None:
        """Lay the pages out and listen to the frame and the engine."""
        self.setFocusProxy(self.frame)
        for page in self.pages():
            self.frame.add_page(page)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.frame)
        self.frame.next_requested.connect(self._on_next)
        self.frame.back_requested.connect(self._on_back)
        self.frame.step_requested.connect(self._turn)
        self.frame.leave_requested.connect(self._on_leave)
        self._context.state.engine_changed.connect(self._on_engine)

    def set_busy(self, text: str) -> None:
        """The record is being made: nothing can be pressed until the answer is there."""
        self._busy, self._refusal = text, ""
        self._show()

    @pyqtSlot(object)
    def show_refusal(self, error: UserError) -> None:
        """It could not be made: say why, and let the person mend it."""
        self._busy, self._refusal = "", str(error)
        self.refused()
        self._show()

    @pyqtSlot()
    def leave(self) -> None:
        """End everything behind it; :attr:`left` tells that it may be taken away."""
        if self._is_over:
            return
        self._is_over = True
        self.end_work()
        self._context.state.engine_changed.disconnect(self._on_engine)
        self.left.emit()

    # What heirs say

    def pages(self) -> tuple[QWidget, ...]:
        """One for each step."""
        raise NotImplementedError

    def steps(self) -> type[IntEnum]:
        """Those of the draft."""
        raise NotImplementedError

    def show_page(self, step: int) -> None:
        """Show the draft on the page of that step."""
        raise NotImplementedError

    def foot(self) -> Sentence:
        """What the foot says while nothing is in the way."""
        raise NotImplementedError

    def primary(self) -> tuple[str, str]:
        """What the filled button says, and why it cannot be pressed: empty where it can."""
        raise NotImplementedError

    def submit(self) -> None:
        """The filled button of the last step."""
        raise NotImplementedError

    def moved_on(self) -> None:
        """The draft came to another step, or something in it was decided: work on and show it."""
        raise NotImplementedError

    def end_work(self) -> None:
        """It is left: nothing may go on behind it."""

    def refused(self) -> None:
        """What was asked for was refused: look again at what may have changed."""

    def settle(self) -> None:
        """Take in what a field still holds, before another step."""

    def engine_came(self) -> None:
        """The engine is another one, or there is none."""

    # Steps

    @pyqtSlot()
    def _on_next(self) -> None:
        self._refusal = ""
        self.settle()
        if self.draft.step == max(self.steps()):
            self.submit()
        elif self.draft.advance():
            self.moved_on()
        else:
            self._show()

    @pyqtSlot()
    def _on_back(self) -> None:
        if self.draft.step > 0:
            self._turn(self.draft.step - 1)

    @pyqtSlot(int)
    def _turn(self, step: int) -> None:
        self._refusal = ""
        self.settle()
        if not self._busy and self.draft.go(self.steps()(step)):
            self.moved_on()

    @pyqtSlot()
    def _on_leave(self) -> None:
        if not self._busy:
            self.leave_requested.emit()

    @pyqtSlot(object)
    def _on_engine(self, _engine: object) -> None:
        self.draft.has_engine = self._context.state.engine is not None
        self.engine_came()
        self._show()

    # Showing

    @pyqtSlot()
    def _show(self) -> None:
        """Everything of the present step, as it is now."""
        draft = self.draft
        can_show = [one for one in self.steps() if draft.can_show(one)]
        self.show_page(draft.step)
        self.frame.show_step(draft.step, [] if self._busy else can_show)
        self._show_foot()

    def _show_foot(self) -> None:
        frame, held = self.frame, self._busy or self._refusal
        if held:
            frame.sentence.say("", held, "", "text" if self._busy else "bad")
        else:
            frame.sentence.say(*self.foot())
        text, why = self.primary()
        why = self._busy or why
        frame.set_primary(text, on=not why, tip=why)
        for one in (frame.back, frame.cancel, *self.pages()):
            one.setEnabled(not self._busy)
