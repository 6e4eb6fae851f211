"""When a waiting training may start."""

from __future__ import annotations

from PyQt6.QtCore import QDateTime, QTime, pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QDateTimeEdit, QWidget

from rave_gui.ui.dialogs.form import Form
from rave_gui.ui.dialogs.sheet import Sheet
from rave_gui.ui.theme import Theme

_EVENING = QTime(22, 0)


class StartAtDialog(Sheet):
    """A date and an hour; it stays open until that was taken."""

    requested = pyqtSignal(float)
    """POSIX seconds."""

    def __init__(
        self, theme: Theme, name: str, moment: float | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(
            theme,
            self.tr("Start {name} at…").format(name=name),
            self.tr("It keeps its place in the queue, and others go before it until then."),
            parent,
        )
        self.resize(480, 250)
        self.when = QDateTimeEdit(self)
        self.when.setDisplayFormat("yyyy-MM-dd HH:mm")
        self.when.setCalendarPopup(True)
        self.when.setDateTime(_known(moment) or _tonight())
        form = Form(self)
        self._hint = form.add_row(self.tr("Not before"), self.when)
        self.body.addWidget(form)
        self.body.addStretch(1)
        self.primary.setText(self.tr("Set the time"))
        self.when.dateTimeChanged.connect(self._refresh)
        self._refresh()

    @pyqtSlot()
    def submit(self) -> None:
        """Ask for it."""
        self.set_busy("")
        self.requested.emit(float(self.when.dateTime().toSecsSinceEpoch()))

    @pyqtSlot()
    def _refresh(self) -> None:
        past = self.when.dateTime() <= QDateTime.currentDateTime()
        self._hint.setText(
            self.tr("That is past: it starts as soon as its device is free.")
            if past
            else self.tr("The computer must be awake then; the window or “rave-gui” must be open.")
        )


def _known(moment: float | None) -> QDateTime | None:
    return QDateTime.fromSecsSinceEpoch(int(moment)) if moment is not None else None


def _tonight() -> QDateTime:
    """Ten in the evening, tomorrow where it is later already."""
    now = QDateTime.currentDateTime()
    tonight = QDateTime(now.date(), _EVENING)
    return tonight if tonight > now else tonight.addDays(1)
