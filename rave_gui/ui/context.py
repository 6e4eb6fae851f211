"""What a page is built with: everything is handed in, nothing is looked up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels.live import LiveBoard


class Background(Protocol):
    """Runs work in another thread and calls back in this one (``BackgroundTasks.run``)."""

    def __call__(
        self,
        work: Callable[[], Any],
        on_done: Callable[[Any], None] | None = None,
        on_error: Callable[[Any], None] | None = None,
        *,
        owner: Any = None,
    ) -> bool:
        """False where nothing was started because the application closes."""


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
