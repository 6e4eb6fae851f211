"""Reads a log for a view: one look at a time, in the background, and only what is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PyQt6.QtCore import QObject, QTimer, pyqtSignal, pyqtSlot

from rave_gui.bridge.background import run_in_background
from rave_gui.core.log_pages import LogPage, last_page, page_around, page_before, page_from
from rave_gui.core.log_tail import Growth, LogTail

BUSY_MS, IDLE_MS = 50, 200
"""How often the file is looked at, while it grows and while it does not."""
END, BEFORE, AFTER, AROUND = "end", "before", "after", "around"


@dataclass(frozen=True)
class Wish:
    """A page that is wanted."""

    kind: str
    offset: int = 0


@dataclass(frozen=True)
class Look:
    """What one look at the file brought."""

    tail: LogTail
    growth: Growth | None
    wish: Wish | None
    page: LogPage | None


class LogReading(QObject):
    """Follows one file while it is told to. All looks come one after another.

    That order is what keeps pages and growth together: a page is read right after the growth that
    comes with it, so that whatever is written next follows both.
    """

    looked = pyqtSignal(object)
    """A :class:`Look` that brought something."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path: Path | None = None
        self._tail: LogTail | None = None
        self._wish: Wish | None = None
        self._looking = False
        self._timer = QTimer(self)
        self._timer.setInterval(BUSY_MS)
        self._timer.timeout.connect(self.look)

    @property
    def path(self) -> Path | None:
        """The file."""
        return self._path

    @property
    def active(self) -> bool:
        """Whether the file is followed now."""
        return self._timer.isActive()

    def follow(self, path: Path | None) -> None:
        """Read that file from now on; None reads nothing."""
        self._path = path
        self._tail = LogTail(path, aligned=True) if path is not None else None
        self._wish = None

    def set_active(self, active: bool) -> None:
        """Go on, or rest."""
        if active and self._tail is not None:
            self._timer.start(BUSY_MS)
            self.look()
        else:
            self._timer.stop()

    def ask(self, wish: Wish) -> None:
        """Have a page read, instead of another one that was still waited for."""
        self._wish = wish
        self.look()

    @pyqtSlot()
    def look(self) -> None:
        """Look at the file, unless that is being done."""
        tail, path = self._tail, self._path
        if tail is None or path is None or self._looking:
            return
        wish, self._wish = self._wish, None
        self._looking = run_in_background(
            partial(_look, tail, path, wish), self._take, on_finally=self._done, owner=self
        )

    def _take(self, look: Look) -> None:
        if look.tail is not self._tail:
            return
        if self._timer.isActive():
            self._timer.setInterval(BUSY_MS if look.growth else IDLE_MS)
        if look.growth is not None or look.page is not None:
            self.looked.emit(look)

    def _done(self) -> None:
        self._looking = False
        if self._wish is not None:
            self.look()


def _look(tail: LogTail, path: Path, wish: Wish | None) -> Look:
    """In another thread."""
    growth = tail.poll()
    page = None
    if wish is not None:
        try:
            page = _READERS[wish.kind](path, wish.offset)
        except OSError:
            page = None  # it is out of reach for now: what is shown stays
    return Look(tail, growth, wish, page)


def _end(path: Path, _offset: int) -> LogPage:
    return last_page(path)


_READERS: dict[str, Callable[[Path, int], LogPage]] = {
    END: _end,
    BEFORE: page_before,
    AFTER: page_from,
    AROUND: page_around,
}
