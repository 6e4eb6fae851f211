"""Above the tabs of the Train page: what the training is, how far, how long, what is at risk."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from rave_gui.ui.theme import Theme, set_role
from rave_gui.ui.viewmodels.training import Header
from rave_gui.ui.viewmodels.training_actions import CLONE, FORK, NOTES, STARS, Actions, MenuEntry
from rave_gui.ui.widgets.buttons import DANGER, LINK, button
from rave_gui.ui.widgets.chips import Chip
from rave_gui.ui.widgets.flow import FlowLayout
from rave_gui.ui.widgets.labels import ElidedLabel, Sentence, label
from rave_gui.ui.widgets.notes_line import NotesLine
from rave_gui.ui.widgets.phase_bar import PhaseBar

_HARMLESS = ("resume", "pause", "save", "preview", "go_on", "extend", "start", "fork")
"""Where the focus may go by itself, best first."""
_MESSAGE_ROLES = {"bad": "badtext", "warn": "warntext"}


class TrainHeader(QWidget):
    """Shows a :class:`Header` and passes wishes on."""

    start_requested = pyqtSignal()
    error_requested = pyqtSignal()
    """Show where the log says why it failed."""
    stop_requested = pyqtSignal()
    save_requested = pyqtSignal()
    pause_requested = pyqtSignal()
    resume_requested = pyqtSignal()
    continue_requested = pyqtSignal()
    preview_requested = pyqtSignal()
    extend_requested = pyqtSignal()
    action_requested = pyqtSignal(str)
    """An entry of the menu, by its key; see ``viewmodels.training_actions``."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._recipe = ElidedLabel(role="title"), ElidedLabel(role="secondary")
        self._bar = PhaseBar(theme)
        self._phase, self._rate = Sentence(), label(role="secondary")
        self._step = label(role="figure")
        self._to_phase2, self._to_end = Sentence(strong_last=True), Sentence(strong_last=True)
        self._risk = Chip()
        self._message = label(role="badtext", wrap=True)
        self._ways = self._ways_out()
        self.personal = NotesLine()
        self.menu = QMenu(self)
        self._entries: Sequence[MenuEntry] = ()
        self._make_buttons(theme)
        self._build()

    def show_title(self, title: str, recipe: str) -> None:
        """Name and recipe."""
        self._title.setText(title)
        self._recipe.setText(recipe)

    def show_notes(self, rating: int | None, words: str) -> None:
        """What the person says of it."""
        self.personal.show_notes(rating, words)

    def show_menu(self, entries: Sequence[MenuEntry]) -> None:
        """What else can be asked; the same again leaves an open menu alone."""
        if entries == self._entries:
            return
        self._entries = entries
        self.menu.clear()
        for entry in entries:
            if entry.begins_group:
                self.menu.addSeparator()
            action = QAction(entry.text, self.menu)
            action.setData(entry.key)
            action.setEnabled(entry.enabled)
            action.setToolTip(entry.why_not or entry.text)
            self.menu.addAction(action)

    def show_header(self, header: Header) -> None:
        """Everything that moves."""
        self._bar.show_progress(header.done, header.phase1_share)
        self._phase.say(header.phase_name, header.phase_words, header.phase_role)
        self._step.setText(header.step)
        self._rate.setText(header.rate)
        self._rate.setVisible(bool(header.rate))
        self._to_phase2.say(header.to_phase2, self.tr("phase 2 in"))
        self._to_phase2.setVisible(bool(header.to_phase2))
        self._to_end.say(header.to_end, self.tr("end in"))
        self._to_end.setVisible(bool(header.to_end))
        self._risk.say(header.risk, header.risk_role)
        self._message.setText(header.message)
        self._message.setVisible(bool(header.message))
        self._ways.setVisible(bool(header.message) and header.message_role == "bad")
        set_role(self._message, _MESSAGE_ROLES.get(header.message_role, "secondary"))

    def show_actions(self, actions: Actions, *, queued: bool = False) -> None:
        """Only the buttons of what can be done now."""
        top = self.window()
        holder = top.focusWidget() if top else None
        focused = next((name for name, one in self._buttons.items() if one is holder), "")
        for name, made in self._buttons.items():
            made.setVisible(getattr(actions, name))
        if focused and not getattr(actions, focused):
            self._move_focus(actions)
        stop = self._buttons["stop"]
        stop.setText(self.tr("Leave the queue") if queued else self.tr("Stop and save"))

    def _move_focus(self, actions: Actions) -> None:
        """Its button is gone: Qt would go on to the next, and the next key might stop the run."""
        harmless = (name for name in _HARMLESS if getattr(actions, name))
        if name := next(harmless, ""):
            self._buttons[name].setFocus()
        else:
            self.setFocus()

    def _ways_out(self) -> QWidget:
        """What a person does who reads why it failed."""
        self._where = button(
            self.tr("Show it in the log"),
            LINK,
            tip=self.tr("The line that says so, with its cause"),
        )
        self._again = button(
            self.tr("Begin anew with other settings…"),
            LINK,
            tip=self.tr("The wizard, filled in like this training; nothing of it is lost"),
        )
        self._where.clicked.connect(self._show_error)
        self._again.clicked.connect(self._begin_anew)
        ways = QWidget()
        row = QHBoxLayout(ways)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._where)
        row.addWidget(self._again)
        row.addStretch(1)
        return ways

    def _make_buttons(self, theme: Theme) -> None:
        self._buttons = {
            "preview": button(
                self.tr("Preview now"), tip=self.tr("Render the listening clips at the next step")
            ),
            "save": button(
                self.tr("Save now"), tip=self.tr("Write a checkpoint at the next step (Ctrl+S)")
            ),
            "pause": button(
                self.tr("Pause"), tip=self.tr("Halt where it is; its memory stays taken")
            ),
            "resume": button(self.tr("Resume"), tip=self.tr("Let it run on")),
            "start": button(self.tr("Start now"), theme=theme, icon="play"),
            "fork": button(
                self.tr("Fork…"), tip=self.tr("A new training from a checkpoint, with changes")
            ),
            "extend": button(
                self.tr("Extend…"), tip=self.tr("Train on, for more steps than were planned")
            ),
            "go_on": button(
                self.tr("Resume…"), tip=self.tr("Go on from any checkpoint; nothing is lost")
            ),
            "stop": button(
                self.tr("Stop and save"),
                DANGER,
                tip=self.tr("Saves a checkpoint first, then ends; it can go on later"),
            ),
        }
        self._buttons["save"].setShortcut("Ctrl+S")
        for name, slot in (
            ("preview", self._preview),
            ("fork", self._fork),
            ("extend", self._extend),
            ("save", self._save),
            ("pause", self._pause),
            ("resume", self._resume),
            ("start", self._start),
            ("go_on", self._go_on),
            ("stop", self._stop),
        ):
            self._buttons[name].clicked.connect(slot)
        self._more = button("", "more", theme=theme, icon="more", name=self.tr("More actions"))
        self._more.setToolTip(self.tr("More actions"))
        self._more.setMenu(self.menu)
        self.menu.setToolTipsVisible(True)
        self.menu.triggered.connect(self._act)
        self.personal.rated.connect(self._give_stars)
        self.personal.notes_requested.connect(self._notes)

    def _build(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self._title, 1)
        for made in self._buttons.values():
            top.addWidget(made)
        top.addWidget(self._more)
        line = FlowLayout()
        moving = (self._phase, self._step, self._rate, self._to_phase2, self._to_end, self._risk)
        for part in moving:
            line.addWidget(part)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(10)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addLayout(top)
        words.addWidget(self._recipe)
        words.addWidget(self.personal)
        box.addLayout(words)
        box.addWidget(self._bar)
        box.addLayout(line)
        box.addWidget(self._message)
        box.addWidget(self._ways)

    @pyqtSlot()
    def _start(self) -> None:
        self.start_requested.emit()

    @pyqtSlot()
    def _stop(self) -> None:
        self.stop_requested.emit()

    @pyqtSlot()
    def _save(self) -> None:
        self.save_requested.emit()

    @pyqtSlot()
    def _pause(self) -> None:
        self.pause_requested.emit()

    @pyqtSlot()
    def _resume(self) -> None:
        self.resume_requested.emit()

    @pyqtSlot()
    def _go_on(self) -> None:
        self.continue_requested.emit()

    @pyqtSlot()
    def _preview(self) -> None:
        self.preview_requested.emit()

    @pyqtSlot()
    def _extend(self) -> None:
        self.extend_requested.emit()

    @pyqtSlot()
    def _fork(self) -> None:
        self.action_requested.emit(FORK)

    @pyqtSlot()
    def _notes(self) -> None:
        self.action_requested.emit(NOTES)

    @pyqtSlot(int)
    def _give_stars(self, stars: int) -> None:
        self.action_requested.emit(f"{STARS}{stars}")

    @pyqtSlot()
    def _begin_anew(self) -> None:
        self.action_requested.emit(CLONE)

    @pyqtSlot()
    def _show_error(self) -> None:
        self.error_requested.emit()

    @pyqtSlot(QAction)
    def _act(self, action: QAction) -> None:
        self.action_requested.emit(str(action.data()))
