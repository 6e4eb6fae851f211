"""What a page is built with: everything is handed in, nothing is looked up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rave_gui.bridge.background import Background
from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels.live import LiveBoard


@dataclass(frozen=True)
class PageContext:
    """Injected into the window and every page."""

    services: Any
    """``backend.services.Services``, or something with the same managers."""
    state: Any
    """``AppState``: the project and the engine of the moment, and the signals of their change."""
    run: Background
    theme: Theme
    board: LiveBoard = field(default_factory=LiveBoard)
    playback: Any = None
    """``bridge.playback.Playback``: the one thing that sounds; None where nothing can."""
