"""News as two notes."""

from __future__ import annotations

import threading

from rave_gui.audio.news_chime import play
from rave_gui.audio.output import Outputs, shared
from rave_gui.backend.notice import FAILED, PHASE, Notice
from rave_gui.core.settings import Settings

_RISING, _FALLING, _LEVEL = (587.33, 880.0), (587.33, 440.0), (587.33, 587.33)
"""Hz. What went well rises."""
_NOTES = {FAILED: _FALLING, PHASE: _LEVEL}


class Chime:
    """Plays beside whatever the window plays, through the device that was chosen for that."""

    name = "sound"

    def __init__(self, outputs: Outputs | None = None) -> None:
        self._outputs = outputs

    def chosen(self, settings: Settings) -> bool:
        """Whether the person wants it."""
        return settings.notify_sound

    def reaches(self) -> bool:
        """Only trying tells whether anything can be heard."""
        return True

    def send(self, notice: Notice, settings: Settings, cancel: threading.Event) -> str:
        """Play them; see `Channel`."""
        notes = _NOTES.get(notice.event, _RISING)
        play(self._outputs or shared(), settings.sound_device, notes, cancel)
        return "The chime was played."
