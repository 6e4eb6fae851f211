"""News beside the clock: a message of the system's tray, where there is one."""

from __future__ import annotations

from PyQt6.QtCore import QObject, Qt, QTimer, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QIcon
from PyQt6.QtWidgets import QSystemTrayIcon

from rave_gui.backend.notice import FAILED, Notice
from rave_gui.core.errors import UserError

SECONDS = 15
"""How long a message is asked to stay; the system decides."""


class TrayMessages(QObject):
    """Shows notices from any thread. Its icon is there only as long as a message is."""

    clicked = pyqtSignal()
    """A message was clicked: the person wants to see the window."""
    _wanted = pyqtSignal(object)

    def __init__(
        self, icon: QIcon, tray: QSystemTrayIcon | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._tray = tray if tray is not None else QSystemTrayIcon(icon, self)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(SECONDS * 1000)
        self._rest.timeout.connect(self.hide)
        self._wanted.connect(self._show, Qt.ConnectionType.QueuedConnection)  # type: ignore[call-arg]
        self._tray.messageClicked.connect(self._clicked)

    @staticmethod
    def possible() -> bool:
        """Whether this desktop has a tray that shows messages."""
        return QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages()

    def show(self, notice: Notice) -> None:
        """Show it soon; from any thread.

        Raises:
            UserError: the window is gone already.
        """
        try:
            self._wanted.emit(notice)
        except RuntimeError as error:
            raise UserError("The window closes at this moment.") from error

    @pyqtSlot()
    def hide(self) -> None:
        """Take the icon away."""
        self._rest.stop()
        self._tray.hide()

    @pyqtSlot(object)
    def _show(self, notice: Notice) -> None:
        icons = QSystemTrayIcon.MessageIcon
        icon = icons.Warning if notice.event == FAILED else icons.Information
        self._tray.show()
        self._tray.showMessage(notice.title, notice.text, icon, SECONDS * 1000)
        self._rest.start()

    @pyqtSlot()
    def _clicked(self) -> None:
        self.hide()
        self.clicked.emit()
