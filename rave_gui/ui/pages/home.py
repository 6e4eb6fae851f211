"""Home: the projects as cards, and the first steps."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from rave_gui.backend.engine_search import ENGINE_VARIABLE
from rave_gui.ui.context import PageContext
from rave_gui.ui.page import Page
from rave_gui.ui.readers import Home, read_home
from rave_gui.ui.theme import set_role
from rave_gui.ui.viewmodels import engine as engine_words
from rave_gui.ui.viewmodels import home as words
from rave_gui.ui.viewmodels.home import ProjectFacts
from rave_gui.ui.widgets.buttons import PRIMARY, button
from rave_gui.ui.widgets.card_grid import CardGrid
from rave_gui.ui.widgets.cards import ProjectCard
from rave_gui.ui.widgets.empty_state import EmptyState
from rave_gui.ui.widgets.guide_card import GuideCard
from rave_gui.ui.widgets.labels import label
from rave_gui.ui.widgets.parts import fill, scrolled


class HomePage(Page):
    """Shows projects; making and opening them is asked for, never done, here."""

    new_project_requested = pyqtSignal()
    open_project_requested = pyqtSignal()
    adopt_requested = pyqtSignal()
    sample_requested = pyqtSignal()
    project_selected = pyqtSignal(object)
    engine_install_requested = pyqtSignal()
    engine_choose_requested = pyqtSignal()
    TABLES = frozenset({"projects", "datasets", "experiments", "exports", "models", "jobs"})

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._found: Sequence[ProjectFacts] = ()
        self._cards: dict[int, ProjectCard] = {}
        self._has_gpu = False
        theme = context.theme
        self._new = button(self.tr("New project…"), PRIMARY)
        self._open = button(self.tr("Open folder…"))
        self._adopt = button(
            self.tr("Bring in RAVE runs…"),
            tip=self.tr("Takes trainings made without this application in place; copies nothing"),
        )
        self._sample = button(
            self.tr("Try the sample"),
            tip=self.tr("The sound that comes along becomes a small instrument in minutes"),
        )
        self.guide = GuideCard()
        self._grid = CardGrid()
        self._empty = EmptyState(
            theme,
            "waveform",
            self.tr("From a folder of sound to an instrument"),
            self.tr(
                "A project holds your sound, what RAVE learns from it, and the instruments that "
                "come of it. Begin one with your own sound, or try the sample first: it becomes a "
                "small playable model on any computer in minutes."
            ),
        )
        self._build()
        self._connect()
        self._show_engine()

    # Methods

    @property
    def cards(self) -> dict[int, ProjectCard]:
        """The cards by project."""
        return self._cards

    def reader(self) -> Callable[[], Any]:
        """Every project with what its card needs."""
        missing = self._engine_missing()
        return partial(read_home, self._ctx.services, engine_missing=missing)

    def present(self, home: Home) -> None:
        """The newest activity first."""
        self._found = sorted(home.projects, key=words.last_activity, reverse=True)
        self._has_gpu = home.has_gpu
        self._show_engine()
        order = [facts.project.id or 0 for facts in self._found]
        made = {key: self._cards.get(key) or self._make_card() for key in order}
        if list(made) != list(self._cards):
            self._grid.set_cards(list(made.values()))
        self._cards = made
        self._show_cards()
        self._empty.setVisible(not self._found)
        self._grid.setVisible(bool(self._found))

    # Facts

    def on_training_state(self, _experiment_id: int) -> None:
        """A training moved on."""
        if self.isVisible():
            self._show_cards()

    # What is shown

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(label(self.tr("Projects"), "title"), 1)
        for made in (self._sample, self._adopt, self._open, self._new):
            head.addWidget(made)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(22, 18, 22, 22)
        column.setSpacing(16)
        column.addLayout(head)
        column.addWidget(self.guide)
        column.addWidget(self._grid)
        column.addWidget(self._empty, 1)
        column.addStretch(1)
        fill(self, scrolled(inner))

    def _connect(self) -> None:
        self._new.clicked.connect(self._ask_new)
        self._open.clicked.connect(self._ask_open)
        self._adopt.clicked.connect(self._ask_adopt)
        self._sample.clicked.connect(self._ask_sample)
        self.guide.install_requested.connect(self.engine_install_requested)
        self.guide.choose_requested.connect(self.engine_choose_requested)
        self._ctx.state.engine_changed.connect(self._engine_changed)

    def _make_card(self) -> ProjectCard:
        card = ProjectCard(self._ctx.theme)
        card.opened.connect(self._card_opened)
        return card

    def _show_cards(self) -> None:
        now, states = time.time(), self._ctx.board.trainings()
        for facts in self._found:
            if card := self._cards.get(facts.project.id or 0):
                card.show_card(words.card(facts, states, now))

    def _show_engine(self) -> None:
        missing = self._engine_missing()
        self.guide.setVisible(missing)
        if missing:
            problem = self._ctx.state.engine_problem
            named = bool(os.environ.get(ENGINE_VARIABLE))
            self.guide.show_guide(engine_words.guide(problem, has_gpu=self._has_gpu, named=named))
        set_role(self._new, "" if missing else PRIMARY, "kind")

    @pyqtSlot()
    def _engine_changed(self, _event: object = None) -> None:
        self._show_engine()
        if self._engine_missing():
            self.refresh()

    def _engine_missing(self) -> bool:
        state = self._ctx.state
        return state.engine is None and not state.engine_busy and bool(state.engine_problem)

    # Wishes

    @pyqtSlot(int)
    def _card_opened(self, project_id: int) -> None:
        for facts in self._found:
            if facts.project.id == project_id:
                self.project_selected.emit(facts.project)

    @pyqtSlot()
    def _ask_new(self) -> None:
        self.new_project_requested.emit()

    @pyqtSlot()
    def _ask_open(self) -> None:
        self.open_project_requested.emit()

    @pyqtSlot()
    def _ask_adopt(self) -> None:
        self.adopt_requested.emit()

    @pyqtSlot()
    def _ask_sample(self) -> None:
        self.sample_requested.emit()
