"""Whether a window can be opened here at all, asked before Qt would simply abort. No Qt."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

from rave_gui.backend import system_parts

Missing = Callable[[tuple[system_parts.Part, ...]], list[str]]


def start_problem(
    environment: Mapping[str, str],
    platform: str = sys.platform,
    missing: Missing = system_parts.missing,
) -> str:
    """Why no window can be opened, with the remedy; empty where nothing stands against it.

    Only Linux is asked: elsewhere Qt brings all it needs, and there is always a screen.
    """
    if not platform.startswith("linux") or environment.get("QT_QPA_PLATFORM"):
        return ""
    if environment.get("WAYLAND_DISPLAY"):
        return _libraries(missing(system_parts.WINDOW))
    if not environment.get("DISPLAY"):
        return (
            "There is no screen here. Use the command line (rave-gui --help), or save pictures of "
            "every page with rave-gui --screenshots FOLDER."
        )
    return _libraries(missing((*system_parts.WINDOW, *system_parts.X11)))


def import_problem(error: ImportError) -> str:
    """What to do when Qt itself could not be loaded."""
    if sys.platform.startswith("linux") and (
        sentence := _libraries(system_parts.missing(system_parts.WINDOW))
    ):
        return sentence
    return f"The window cannot be loaded: {error}. Install the application again."


def _libraries(packages: list[str]) -> str:
    if not packages:
        return ""
    line = system_parts.apt_line(packages)
    return f"System libraries that the window needs are missing. On Debian and Ubuntu: {line}"
