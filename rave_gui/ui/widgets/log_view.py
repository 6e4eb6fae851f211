"""A job's log: follows, can be searched as a whole, and says what known errors mean."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PyQt6.QtCore import QTimer, pyqtSignal, pyqtSlot
from PyQt6.QtGui import (
    QGuiApplication,
    QHideEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PyQt6.QtWidgets import QFrame, QVBoxLayout, QWidget

from rave_gui.backend.log_findings import LogFinding, LogFindings
from rave_gui.bridge.background import run_in_background
from rave_gui.core.log_pages import LogPage
from rave_gui.core.log_search import pattern_of
from rave_gui.core.log_tail import Growth
from rave_gui.ui.theme import Theme
from rave_gui.ui.tokens import GRID
from rave_gui.ui.viewmodels import log_words
from rave_gui.ui.widgets.buttons import CHIP, button
from rave_gui.ui.widgets.log_bar import LogBar
from rave_gui.ui.widgets.log_finder import LogFinder
from rave_gui.ui.widgets.log_reading import AFTER, AROUND, BEFORE, END, LogReading, Look, Wish
from rave_gui.ui.widgets.log_text import LogText

_EXPLAIN_MS = 700


class LogView(QFrame):
    """Shows one file; it is read in the background, and only while somebody looks.

    While it follows, the newest lines are held and seen. While somebody reads higher up, what is
    held stays, and is read on from the file wherever they scroll.
    """

    folder_requested = pyqtSignal(str)
    """Show this file in its folder."""

    def __init__(
        self, theme: Theme, parent: QWidget | None = None, *, folder: bool = False
    ) -> None:
        """Build it; ``folder``: with a button that asks for the file in its folder."""
        super().__init__(parent)
        self.setProperty("surface", "card")
        self.text = LogText(theme, self)
        self.bar = LogBar(theme, self)
        self.finder = LogFinder(self)
        self._reading = LogReading(self)
        self._findings: LogFindings | None = None
        self._told: tuple[LogFinding, ...] = ()
        self._explaining = self._wanted = False
        self._newest = 0
        self._missed = 0
        self._to_end = button("", CHIP, theme=theme, icon="chevron-down")
        self._explain_soon = QTimer(self)
        self._explain_soon.setSingleShot(True)
        self._explain_soon.setInterval(_EXPLAIN_MS)
        self._explain_soon.timeout.connect(self._explain)
        self.bar.folder.setVisible(folder)
        self._build()
        self._connect()

    # Methods

    def show_file(self, path: Path | None) -> None:
        """Show the end of that file; None shows nothing."""
        self._wanted = False
        self._reading.follow(path)
        self._begin_anew(path)
        self.bar.follow.setChecked(True)
        self.bar.folder.setEnabled(path is not None)
        self._reading.set_active(self.isVisible())

    @property
    def following(self) -> bool:
        """Whether it stays at the newest line."""
        return self.bar.follow.isChecked()

    @property
    def active(self) -> bool:
        """Whether the file is looked at now."""
        return self._reading.active

    @property
    def findings(self) -> tuple[LogFinding, ...]:
        """What the log tells that is known or alarming."""
        return self._told

    @pyqtSlot()
    def show_error(self) -> None:
        """Go to the last line that says why something failed, once it is found."""
        self._wanted = not self._told
        if self._told:
            self._go_to(self._told[-1].offset)

    # Events

    def showEvent(self, event: QShowEvent | None) -> None:
        """Catch up."""
        super().showEvent(event)
        self._reading.set_active(True)

    def hideEvent(self, event: QHideEvent | None) -> None:
        """Nobody looks: rest."""
        super().hideEvent(event)
        self._reading.set_active(False)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """The chip stays above the last lines."""
        super().resizeEvent(event)
        self._place_chip()

    # What was read

    @pyqtSlot(object)
    def _on_look(self, look: Look) -> None:
        if look.growth is not None:
            self._take_growth(look.growth)
        if look.wish is not None and look.page is not None:
            self._take_page(look.wish, look.page)
        self._stand()

    def _take_growth(self, growth: Growth) -> None:
        if growth.anew:
            self._begin_anew(self._reading.path)
            self.bar.follow.setChecked(True)
        self._newest = growth.resume
        if self.following or (self.text.held.continues(growth) and not self.text.held.full):
            self.text.grow(growth)
        else:
            self._missed += growth.finished
        self.finder.go_on_soon()
        if not self._explain_soon.isActive():
            self._explain_soon.start()

    def _take_page(self, wish: Wish, page: LogPage) -> None:
        held = self.text.held
        if wish.kind == BEFORE and wish.offset == held.start:
            self.text.put_before(page)
        elif wish.kind == AFTER and wish.offset == held.resume:
            self.text.put_after(page)
        elif wish.kind == END and self.following:
            self.text.show_page(page)
        elif wish.kind == AROUND:
            self.text.show_page(page)
            self.text.reveal(wish.offset)

    def _begin_anew(self, path: Path | None) -> None:
        self.text.start_anew()
        self._missed = self._newest = 0
        self._findings = LogFindings(path) if path is not None else None
        self._told = ()
        self._show_findings()
        self.finder.start(path, self.bar.words, case=self.bar.case.isChecked())

    # Where it stands

    @property
    def _attached(self) -> bool:
        """Whether what is held goes on to the newest line."""
        return self.text.held.resume >= self._newest

    def _stand(self) -> None:
        """Stay at the end while following; say how far it is otherwise."""
        if self.following:
            self._missed = 0
            self.text.go_to_end()
        elif self._attached:
            self._missed = 0
        away = not self.following and not (self._attached and self.text.is_at_end())
        self._to_end.setText(log_words.to_the_end(self._missed))
        self._to_end.setVisible(away)
        self._place_chip()

    @pyqtSlot(bool)
    def _on_follow(self, on: bool) -> None:
        if on and not self._attached:
            self._reading.ask(Wish(END))
        self._stand()

    @pyqtSlot()
    def _on_scrolled(self) -> None:
        """Who scrolls up wants to read; who comes back to the end wants to follow again."""
        self.bar.follow.setChecked(self._attached and self.text.is_at_end())
        self._stand()

    @pyqtSlot(bool)
    def _on_edge(self, up: bool) -> None:
        held = self.text.held
        if up and held.start > 0:
            self._reading.ask(Wish(BEFORE, held.start))
        elif not up and not self._attached:
            self._reading.ask(Wish(AFTER, held.resume))

    def _go_to(self, offset: int) -> None:
        self.bar.follow.setChecked(False)
        if not self.text.reveal(offset):
            self._reading.ask(Wish(AROUND, offset))
        self._stand()

    def _place_chip(self) -> None:
        chip, room = self._to_end, self.text.geometry()
        chip.adjustSize()
        chip.move(room.right() - chip.width() - 18, room.bottom() - chip.height() - 14)
        chip.raise_()

    # Searching

    @pyqtSlot()
    def _on_search(self) -> None:
        words, case = self.bar.words, self.bar.case.isChecked()
        self.text.set_pattern(pattern_of(words, case=case) if words else None)
        self.finder.start(self._reading.path, words, case=case)

    @pyqtSlot()
    def _on_found(self) -> None:
        """The last match before the end of what is seen is the nearest to what matters."""
        search = self.finder.search
        place = search.last_before(self.text.bottom_offset + 1) if search else None
        if place is not None:
            self._go_to(place)
        self._say_found(place)

    @pyqtSlot(bool)
    def _on_step(self, backward: bool) -> None:
        search, here = self.finder.search, self.text.here
        if search is None:
            return
        start = self.text.top_offset if here is None else here
        place = search.last_before(start) if backward else search.next_after(start)
        if place is not None:
            self._go_to(place)
            self._say_found(place)

    @pyqtSlot()
    def _on_more_found(self) -> None:
        self._say_found(self.text.here)

    def _say_found(self, place: int | None) -> None:
        search = self.finder.search
        if search is None:
            self.bar.say_found("")
            return
        number = search.number_of(place) if place is not None else None
        told = log_words.matches(search.count, number, full=search.full, busy=self.finder.busy)
        self.bar.say_found(told)

    # Explaining

    @pyqtSlot()
    def _explain(self) -> None:
        """What the new lines mean."""
        findings = self._findings
        if findings is None:
            return
        if self._explaining:
            self._explain_soon.start()
            return
        self._explaining = run_in_background(
            partial(_look_for_errors, findings),
            partial(self._explained, findings),
            on_finally=self._explain_done,
            owner=self,
        )

    def _explained(self, asked: LogFindings, told: tuple[LogFinding, ...] | None) -> None:
        if asked is self._findings and told is not None and told != self._told:
            self._told = told
            self._show_findings()
            self._stand()
            if self._wanted:
                self.show_error()

    def _explain_done(self) -> None:
        self._explaining = False

    def _show_findings(self) -> None:
        self.text.set_cards(log_words.cards(self._told))
        self.bar.error.setVisible(bool(self._told))

    # Wishes

    @pyqtSlot()
    def _copy(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(self.text.selected_text() or self.text.text())

    @pyqtSlot()
    def _show_folder(self) -> None:
        if self._reading.path is not None:
            self.folder_requested.emit(str(self._reading.path))

    @pyqtSlot()
    def _follow_again(self) -> None:
        self.bar.follow.setChecked(True)
        self.text.setFocus()

    # Construction

    def _build(self) -> None:
        self._to_end.setParent(self)
        self._to_end.hide()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(12, 12, 12, 12)
        rows.setSpacing(GRID)
        rows.addWidget(self.bar)
        rows.addWidget(self.text, 1)

    def _connect(self) -> None:
        self._reading.looked.connect(self._on_look)
        self.text.scrolled_by_hand.connect(self._on_scrolled)
        self.text.edge_reached.connect(self._on_edge)
        bar = self.bar
        bar.search_changed.connect(self._on_search)
        bar.step_requested.connect(self._on_step)
        bar.error_requested.connect(self.show_error)
        bar.copy_requested.connect(self._copy)
        bar.folder_requested.connect(self._show_folder)
        bar.follow_toggled.connect(self._on_follow)
        self.finder.changed.connect(self._on_more_found)
        self.finder.found.connect(self._on_found)
        self._to_end.clicked.connect(self._follow_again)
        shortcut = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        shortcut.activated.connect(bar.focus_search)


def _look_for_errors(findings: LogFindings) -> tuple[LogFinding, ...] | None:
    """In another thread; None where the file is out of reach."""
    try:
        return findings.advance()
    except OSError:
        return None
