"""Whether ALSA is fit for PortAudio, which ends the whole process where its configuration lacks."""

from __future__ import annotations

import ctypes
import sys


def is_broken() -> bool:
    """Whether ALSA is there without any description of sound devices.

    PortAudio 19 then fails an assertion in ``BuildDeviceList`` and aborts; the same is asked of
    ALSA here in a way that only answers.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        alsa = ctypes.CDLL("libasound.so.2")
        alsa.snd_config_update()
        root = ctypes.c_void_p.in_dll(alsa, "snd_config")
        found = ctypes.c_void_p()
        return bool(alsa.snd_config_search(root, b"pcm", ctypes.byref(found)) < 0)
    except (OSError, ValueError, AttributeError):
        return False  # without ALSA, PortAudio has other ways or none, and says so itself
