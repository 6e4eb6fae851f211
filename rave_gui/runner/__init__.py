"""The runner: starts the work of one job directory, stays with it, and writes down its end.

It needs the standard library alone (psutil helps where there is no ``/proc``), lives in a session
of its own and outlives the application that asked for it. ``python -m rave_gui.runner DIR``.
"""

from __future__ import annotations

from rave_gui.runner.start import main

__all__ = ["main"]
