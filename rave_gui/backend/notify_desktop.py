"""News as a message of the desktop: by the window where there is one, else by a small program."""

from __future__ import annotations

import html
import os
import shutil
import sys
import threading
from collections.abc import Callable, Mapping

from rave_gui.backend.notice import FAILED, Notice
from rave_gui.core.errors import UserError
from rave_gui.core.process import run_captured
from rave_gui.core.settings import Settings

_TIMEOUT = 15.0
_SESSION = ("DBUS_SESSION_BUS_ADDRESS", "WAYLAND_DISPLAY", "DISPLAY")
_NO_SCREEN = ("offscreen", "minimal")
_SCRIPT = (
    "on run argv",
    "display notification (item 2 of argv) with title (item 1 of argv)",
    "end run",
)
_OTHERWISE = "Choose another way of being told in Settings."
_INSTALL = "Install it (Debian, Ubuntu: sudo apt-get install libnotify-bin)."
Which = Callable[[str], "str | None"]


class Desktop:
    """Shows a message; ``show`` is set while a window can do so itself."""

    name = "desktop"

    def __init__(
        self,
        platform: str = sys.platform,
        environment: Mapping[str, str] = os.environ,
        which: Which = shutil.which,
    ) -> None:
        self.show: Callable[[Notice], None] | None = None
        """Called in any thread."""
        self._platform, self._environment, self._which = platform, environment, which

    def chosen(self, settings: Settings) -> bool:
        """Whether the person wants it."""
        return settings.notify_desktop

    def reaches(self) -> bool:
        """Whether this process can show anything."""
        return self.show is not None or not self._problem()

    def send(self, notice: Notice, _settings: Settings, cancel: threading.Event) -> str:
        """Show it; see `Channel`."""
        if (show := self.show) is not None:
            show(notice)
            return "The window shows it beside the clock."
        if problem := self._problem():
            raise UserError(*problem)
        done = run_captured(self._argv(notice), timeout=_TIMEOUT, cancel=cancel)
        if done.returncode:
            said = done.stderr.strip().splitlines()
            raise UserError(
                f"The desktop does not show it{': ' + said[-1].rstrip('.') if said else ''}."
            )
        return "The desktop shows it."

    def _problem(self) -> tuple[str, str] | None:
        """Why no program can show a message here, and what helps; None where one can."""
        if self._environment.get("QT_QPA_PLATFORM", "") in _NO_SCREEN:
            return "There is no screen here.", _OTHERWISE
        if self._platform.startswith("win"):
            return "Without an open window nothing can be shown on Windows.", _OTHERWISE
        if self._platform != "darwin" and not any(map(self._environment.get, _SESSION)):
            return "There is no desktop here.", _OTHERWISE
        if self._which(self._program) is None:
            return f"The program {self._program}, which shows messages, is missing.", _INSTALL
        return None

    @property
    def _program(self) -> str:
        return "osascript" if self._platform == "darwin" else "notify-send"

    def _argv(self, notice: Notice) -> list[str]:
        if self._platform == "darwin":
            script = [word for line in _SCRIPT for word in ("-e", line)]
            return [self._program, *script, "--", notice.title, notice.text]
        urgency = "critical" if notice.event == FAILED else "normal"
        # The text may hold markup, the title may not.
        text = html.escape(notice.text, quote=False)
        options = ["--app-name=RAVE GUI", f"--urgency={urgency}"]
        return [self._program, *options, "--", notice.title, text]
