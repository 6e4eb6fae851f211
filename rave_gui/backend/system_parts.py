"""What the operating system must bring on Linux, by the names that Debian and Ubuntu give it.

Standard library only, and runnable as a file by a Python with nothing installed: it prints the
packages that are missing, which is how the set-up scripts know what to install.
"""

from __future__ import annotations

import ctypes
import importlib.util
import shutil
import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """A library (by its file), a program or a Python module, and the package that has it."""

    package: str
    library: str = ""
    program: str = ""
    module: str = ""

    @property
    def present(self) -> bool:
        """Whether it can be used here: a library is loaded, since a file alone proves nothing."""
        if self.program:
            return shutil.which(self.program) is not None
        if self.module:
            return importlib.util.find_spec(self.module) is not None
        try:
            ctypes.CDLL(self.library)
        except OSError:
            return False
        return True


WINDOW = (
    Part("libegl1", library="libEGL.so.1"),
    Part("libgl1", library="libGL.so.1"),
    Part("libglib2.0-0", library="libglib-2.0.so.0"),
    Part("libxkbcommon0", library="libxkbcommon.so.0"),
    Part("libdbus-1-3", library="libdbus-1.so.3"),
    Part("libfontconfig1", library="libfontconfig.so.1"),
)
"""Without these Qt shows no window at all."""
X11 = (
    Part("libx11-xcb1", library="libX11-xcb.so.1"),
    Part("libxkbcommon-x11-0", library="libxkbcommon-x11.so.0"),
    Part("libxcb-cursor0", library="libxcb-cursor.so.0"),
    Part("libxcb-icccm4", library="libxcb-icccm.so.4"),
    Part("libxcb-image0", library="libxcb-image.so.0"),
    Part("libxcb-keysyms1", library="libxcb-keysyms.so.1"),
    Part("libxcb-randr0", library="libxcb-randr.so.0"),
    Part("libxcb-render-util0", library="libxcb-render-util.so.0"),
    Part("libxcb-shape0", library="libxcb-shape.so.0"),
    Part("libxcb-sync1", library="libxcb-sync.so.1"),
    Part("libxcb-xfixes0", library="libxcb-xfixes.so.0"),
    Part("libxcb-xkb1", library="libxcb-xkb.so.1"),
)
"""What Qt's xcb plugin needs in an X11 session."""
SOUND = (Part("libportaudio2", library="libportaudio.so.2"),)
TOOLS = (Part("ffmpeg", program="ffmpeg"), Part("ffmpeg", program="ffprobe"))
SET_UP = (Part("python3-venv", module="ensurepip"),)
"""Only the set-up of a checkout needs these."""
NEEDED = (*WINDOW, *X11, *SOUND, *TOOLS, *SET_UP)
OPTIONAL = (Part("xvfb", program="Xvfb"), Part("xauth", program="xauth"))
"""A screen for a machine that has none; installed on the way, never missed."""


def missing(parts: tuple[Part, ...]) -> list[str]:
    """The packages of the parts that are not there, each once."""
    return list(dict.fromkeys(part.package for part in parts if not part.present))


def apt_line(packages: list[str]) -> str:
    """The command that installs them."""
    return f"sudo apt-get install {' '.join(packages)}"


if __name__ == "__main__":
    print(" ".join(missing(OPTIONAL if "--optional" in sys.argv else NEEDED)))
