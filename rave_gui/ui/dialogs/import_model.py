"""Bringing in a checkpoint or an instrument: looked at first, then copied or referred to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QCheckBox, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from rave_gui.backend.engine_worker import UNTRUSTED
from rave_gui.backend.import_look import Stranger
from rave_gui.backend.model_facts import ModelFacts
from rave_gui.backend.model_import import ImportWish
from rave_gui.core.errors import UserError
from rave_gui.ui.dialogs.form import Form
from rave_gui.ui.dialogs.sheet import Sheet
from rave_gui.ui.theme import Theme, set_role
from rave_gui.ui.viewmodels import bringing as words
from rave_gui.ui.widgets.labels import label
from rave_gui.ui.widgets.path_drop import PathDrop

GIN = ".gin"


@dataclass(frozen=True)
class LookWish:
    """What is to be looked at."""

    path: Path
    config: Path | None
    trusted: bool


class ImportDialog(Sheet):
    """Stays open until the model is in the project; what it is, is told before."""

    look_wanted = pyqtSignal(object)
    """A :class:`LookWish`."""
    requested = pyqtSignal(object)
    """An :class:`ImportWish`."""
    stop_requested = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        lede = self.tr(
            "A .ckpt with its config.gin becomes a training with one checkpoint; a .ts becomes an "
            "export. The engine looks into it without running code from the file."
        )
        super().__init__(theme, self.tr("Bring in a model"), lede, parent)
        self.resize(600, 540)
        self._stranger: Stranger | None = None
        self._copying = False
        self.files = PathDrop(
            theme,
            self.tr("Drop a .ckpt or .ts here, with its config.gin where that lies elsewhere"),
            folders=False,
            name_filter=self.tr("RAVE models (*.ckpt *.ts *.gin)"),
        )
        self._what, self._model = (
            label(role="strong", wrap=True),
            label(role="secondary", wrap=True),
        )
        self._becomes = label(role="muted", wrap=True)
        self.trust = QCheckBox(
            self.tr("I know where this file is from: open it all the same"), self
        )
        self.name = QLineEdit(self)
        self.copy = QRadioButton(self.tr("Copy it into the project"), self)
        self.link = QRadioButton(self.tr("Leave it where it is, and refer to it"), self)
        self.copy.setChecked(True)
        self._lay_out()
        self._connect()
        self._refresh()

    # Methods

    def wish(self) -> LookWish | None:
        """What is chosen; None while nothing is."""
        paths = self.files.paths()
        models = [path for path in paths if path.suffix.lower() != GIN]
        configs = [path for path in paths if path.suffix.lower() == GIN]
        if not models:
            return None
        return LookWish(models[-1], configs[-1] if configs else None, self.trust.isChecked())

    def show_look(self, wish: LookWish, stranger: Stranger, name: str) -> None:
        """What the file is, as far as it can be told without opening it."""
        if wish != self.wish():
            return
        self._stranger = stranger
        self._what.setText(words.what(stranger))
        self._becomes.setText(words.becomes(stranger))
        if not self.name.isModified():
            self.name.setText(name)
        self._tell(
            self.tr("The engine looks into it…") if not stranger.problem else "", "secondary"
        )
        if stranger.problem:
            self._tell(stranger.problem, "warn")
        self._arm()

    def show_facts(self, wish: LookWish, facts: ModelFacts) -> None:
        """What the engine found."""
        if wish == self.wish():
            self._tell(words.model(facts), "secondary")

    def show_problem(self, wish: LookWish, error: UserError) -> None:
        """Why it cannot be brought in, or only by a person who trusts it."""
        if wish != self.wish():
            return
        self._tell(str(error), "bad")
        self.trust.setVisible(getattr(error, "code", "") == UNTRUSTED or wish.trusted)
        if not self.trust.isVisible():
            self._stranger = None
        self._arm()

    def show_progress(self, done: int, total: int) -> None:
        """How much is copied."""
        self.say(words.progress(done, total))

    def show_refusal(self, error: UserError) -> None:
        """It was not brought in."""
        self._copying = False
        super().show_refusal(error)

    @pyqtSlot()
    def submit(self) -> None:
        """Ask for it; the answer closes this or says why not."""
        if self._stranger is None:
            return
        self._copying = True
        self.set_busy(self.tr("Bringing it in…"))
        name = self.name.text().strip()
        wish = ImportWish(self._stranger, name, self.copy.isChecked(), self.trust.isChecked())
        self.requested.emit(wish)

    @pyqtSlot()
    def reject(self) -> None:
        """Cancel breaks off what is being copied first."""
        if self._copying:
            self.stop_requested.emit()
        else:
            super().reject()

    # Construction

    def _lay_out(self) -> None:
        places = QWidget(self)
        column = QVBoxLayout(places)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.copy)
        column.addWidget(self.link)
        form = Form(self, name_width=80)
        form.add_row(self.tr("Name"), self.name)
        form.add_row(
            self.tr("File"),
            places,
            self.tr("A link breaks when the file is moved; a copy is the project's own."),
        )
        for part in (self.files, self._what, self._model, self.trust, self._becomes, form):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.trust.hide()
        self.primary.setText(self.tr("Bring it in"))

    def _connect(self) -> None:
        self.files.paths_changed.connect(self._refresh)
        self.trust.toggled.connect(self._ask)
        self.name.textEdited.connect(self._arm)

    @pyqtSlot()
    def _refresh(self) -> None:
        self.trust.setChecked(False)
        self.trust.hide()
        self._ask()

    @pyqtSlot()
    def _ask(self) -> None:
        self._stranger = None
        for part in (self._what, self._model, self._becomes):
            part.setText("")
        self._arm()
        wish = self.wish()
        if wish is not None:
            self.look_wanted.emit(wish)

    def _tell(self, text: str, role: str) -> None:
        self._model.setText(text)
        set_role(self._model, role)

    @pyqtSlot()
    def _arm(self) -> None:
        stranger = self._stranger
        whole = stranger is not None and not stranger.problem
        self.primary.setEnabled(whole and bool(self.name.text().strip()))
        self.say("")
