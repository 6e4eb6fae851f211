"""What happened, why, what to do, one button that does it; details and a report underneath."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QLabel, QPlainTextEdit, QPushButton, QWidget

from rave_gui.core.errors import UserError
from rave_gui.ui.dialogs.sheet import Sheet
from rave_gui.ui.theme import Theme


@dataclass(frozen=True)
class Remedy:
    """The button that does what should be done."""

    label: str
    act: Callable[[], None]


@dataclass(frozen=True)
class Failure:
    """Everything that an error dialog says."""

    what: str
    why: str = ""
    remedy: str = ""
    details: str = ""

    @classmethod
    def of(cls, error: UserError) -> Failure:
        """The same in the dialog's terms."""
        return cls(what=error.what, remedy=error.remedy, details=error.details)

    def report(self) -> str:
        """As text to send to somebody."""
        return "\n\n".join(
            part for part in (self.what, self.why, self.remedy, self.details) if part
        )


class ErrorDialog(Sheet):
    """Shows one failure."""

    remedied = pyqtSignal()
    """The button that helps was pressed; the dialog is closed already."""

    def __init__(
        self,
        theme: Theme,
        failure: Failure,
        remedy: Remedy | None = None,
        *,
        title: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, title or self.tr("That did not work"), parent=parent)
        self._failure, self._remedy = failure, remedy
        self.resize(520, 260)
        for role, text in (("strong", failure.what), ("", failure.why), ("", failure.remedy)):
            if text:
                self.body.addWidget(self._paragraph(text, role))
        self.body.addWidget(self._details())
        self.body.addStretch(1)
        self._set_buttons()

    @property
    def failure(self) -> Failure:
        """What is shown."""
        return self._failure

    # Slots

    @pyqtSlot()
    def submit(self) -> None:
        """Do what helps."""
        self.accept()
        if self._remedy is not None:
            self.remedied.emit()
            self._remedy.act()

    @pyqtSlot()
    def copy_report(self) -> None:
        """Put the report on the clipboard."""
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(self._failure.report())
            self.say(self.tr("Copied."))

    # Construction

    def _paragraph(self, text: str, role: str) -> QLabel:
        label = QLabel(text, self)
        label.setProperty("role", role)
        label.setWordWrap(True)
        return label

    def _details(self) -> QPlainTextEdit:
        self._text = QPlainTextEdit(self._failure.details, self)
        self._text.setReadOnly(True)
        self._text.setProperty("mono", True)
        self._text.setAccessibleName(self.tr("Details"))
        self._text.setMinimumHeight(140)
        self._text.setVisible(False)
        return self._text

    def _set_buttons(self) -> None:
        self.primary.setText(self._remedy.label if self._remedy else self.tr("Close"))
        self.cancel.setText(self.tr("Close"))
        self.cancel.setVisible(self._remedy is not None)
        self._copy = QPushButton(self.tr("Copy report"), self)
        self._copy.setProperty("kind", "link")
        self._copy.setAutoDefault(False)
        self._copy.clicked.connect(self.copy_report)
        self._more = QPushButton(self.tr("Details"), self)
        self._more.setProperty("kind", "link")
        self._more.setAutoDefault(False)
        self._more.setCheckable(True)
        self._more.setVisible(bool(self._failure.details))
        self._more.toggled.connect(self._show_details)
        self.foot.insertWidget(0, self._more)
        self.foot.insertWidget(1, self._copy)

    @pyqtSlot(bool)
    def _show_details(self, on: bool) -> None:
        self._text.setVisible(on)
        if on:
            self.resize(self.width(), max(self.height(), 420))
