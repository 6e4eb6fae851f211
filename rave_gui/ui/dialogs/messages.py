"""The one owner of every message box. Nothing here blocks, so nothing can hang a test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSlot
from PyQt6.QtWidgets import QDialog, QWidget

from rave_gui.bridge.crash_reports import CrashReport, mark_seen
from rave_gui.core.errors import UserError
from rave_gui.ui.dialogs.confirm import ConfirmDialog, Question
from rave_gui.ui.dialogs.error_dialog import ErrorDialog, Failure, Remedy
from rave_gui.ui.theme import Theme

_MOST = 3
"""Error dialogs open at once; whatever fails beyond that is in the log."""


class MessageService(QObject):
    """Tells and asks. Dialogs are kept until they are closed."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._window: QWidget | None = None
        self._open: list[QDialog] = []

    @property
    def dialogs(self) -> tuple[QDialog, ...]:
        """What is open now."""
        return tuple(self._open)

    def set_window(self, window: QWidget | None) -> None:
        """The window that dialogs belong to."""
        self._window = window

    def show(self, dialog: QDialog) -> None:
        """Open ``dialog`` and keep it until it is closed."""
        self._open.append(dialog)
        dialog.finished.connect(self._forget)
        dialog.open()

    def error(self, error: UserError, remedy: Remedy | None = None) -> ErrorDialog | None:
        """Say what could not be done; the same sentence is not said twice at once."""
        return self.failure(Failure.of(error), remedy)

    def failure(
        self, failure: Failure, remedy: Remedy | None = None, title: str = ""
    ) -> ErrorDialog | None:
        """Say what went wrong."""
        shown = [dialog for dialog in self._open if isinstance(dialog, ErrorDialog)]
        if len(shown) >= _MOST or any(one.failure == failure for one in shown):
            return None
        dialog = ErrorDialog(self._theme, failure, remedy, title=title, parent=self._window)
        self.show(dialog)
        return dialog

    def ask(
        self,
        question: Question,
        on_yes: Callable[[bool], None],
        on_no: Callable[[], None] | None = None,
    ) -> ConfirmDialog:
        """Ask, and call one of the two later; ``on_yes`` gets the state of the checkbox."""
        dialog = ConfirmDialog(self._theme, question, self._window)
        dialog.confirmed.connect(on_yes)
        if on_no is not None:
            dialog.rejected.connect(on_no)
        self.show(dialog)
        return dialog

    @pyqtSlot(object)
    def show_refusal(self, error: UserError) -> None:
        """A refusal that no page handled."""
        self.error(error)

    @pyqtSlot(object)
    def show_crash(self, report: CrashReport) -> None:
        """A fault of ours: say so once, and that nothing running was touched."""
        where = self.tr("A report lies in {path}.").format(path=report.path) if report.path else ""
        failure = Failure(
            what=self.tr("Something unexpected happened inside the application."),
            why=self.tr("This is a fault of ours, not of yours. Running jobs are not touched."),
            remedy=f"{self.tr('You can go on working.')} {where}".strip(),
            details=report.text,
        )
        self.failure(failure, title=self.tr("A fault of ours"))
        if report.path is not None:
            mark_seen([report.path])

    def offer_reports(self, paths: list[Path]) -> ErrorDialog | None:
        """At the start: show the newest report that nobody has seen."""
        if not paths:
            return None
        failure = Failure(
            what=self.tr("The application ended unexpectedly the last time."),
            remedy=self.tr("The report below tells where. Jobs that were running went on."),
            details=_text_of(paths[0]),
        )
        mark_seen(paths)
        return self.failure(failure, title=self.tr("After a fault of ours"))

    def training_goes_on(
        self, titles: list[str], *, leave: Callable[[], None], stay: Callable[[], None]
    ) -> None:
        """Closing the window while something runs: say that it goes on."""
        named = ", ".join(titles[:3])
        question = Question(
            title=self.tr("{names} goes on without the window").format(names=named)
            if len(titles) == 1
            else self.tr("{n} jobs go on without the window").format(n=len(titles)),
            lines=(
                self.tr(
                    "Closing the window stops nothing: {names} runs on by itself, and the window "
                    "finds it again at the next start."
                ).format(names=named),
                self.tr("Shutting down the computer would stop it."),
            ),
            yes=self.tr("Close the window"),
            no=self.tr("Stay"),
        )
        self.ask(question, lambda _on: leave(), stay)

    def close_all(self) -> None:
        """The window closes: take every dialog along."""
        for dialog in list(self._open):
            dialog.reject()

    @pyqtSlot()
    def _forget(self) -> None:
        dialog = self.sender()
        self._open = [one for one in self._open if one is not dialog]


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")[:20_000]
    except OSError as error:
        return f"{path}: {error}"
