"""The window itself: appearance, folders, errors of pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, QUrl, pyqtSlot
from PyQt6.QtGui import QDesktopServices

from rave_gui.core.errors import UserError
from rave_gui.core.logger import get_logger
from rave_gui.ui.controllers.base import Desk, Subject

_log = get_logger(__name__)


class ShellController(Subject):
    """Answers what the window asks about itself."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self.window.theme_mode_requested.connect(self.set_theme)
        self.window.sound_device_requested.connect(self.set_sound_device)
        self.window.settings_change_requested.connect(self.change_settings)
        self.window.show_in_folder_requested.connect(self.show_folder)
        self.window.error_raised.connect(self.show_error)
        if (playback := desk.context.playback) is not None:
            playback.refused.connect(self.show_silence)

    @pyqtSlot(str)
    def set_theme(self, mode: str) -> None:
        """Show that appearance, and keep it."""
        self.desk.context.theme.set_mode(mode)
        self.do(lambda: self.state.change_settings(theme=mode))

    @pyqtSlot(str)
    def set_sound_device(self, name: str) -> None:
        """Play through that device, and keep it."""
        if (playback := self.desk.context.playback) is not None:
            playback.set_device(name)
        self.do(lambda: self.state.change_settings(sound_device=name))

    @pyqtSlot(dict)
    def change_settings(self, changes: dict[str, Any]) -> None:
        """Keep them."""
        self.do(lambda: self.state.change_settings(**changes))

    @pyqtSlot(object)
    def show_silence(self, error: UserError) -> None:
        """Why nothing is heard; a dialog would be too much for a sound."""
        self.notice(str(error), "bad")

    @pyqtSlot(str)
    def show_folder(self, path: str) -> None:
        """Open the folder of a file in the system's own file manager."""
        place = Path(path)
        folder = place if place.is_dir() else place.parent
        if not folder.is_dir():
            self.refuse(UserError(f"{folder} is not there.", "It was moved or deleted."))
        elif not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            self.notice(self.tr("No file manager opens {folder}.").format(folder=folder), "bad")

    @pyqtSlot(object, str)
    def show_error(self, error: BaseException, doing: str) -> None:
        """A page could not do what it wanted."""
        _log.info("%s: %s", doing, error)
        if isinstance(error, UserError):
            self.refuse(error)
        else:
            raise error
