"""What every way of telling news has in common."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Protocol

from rave_gui.backend.notice import Notice
from rave_gui.core.settings import Settings


@dataclass(frozen=True)
class Outcome:
    """What became of one notice on one channel."""

    channel: str
    """``desktop``, ``sound``, ``webhook`` or ``command``."""
    ok: bool
    text: str
    """One or two sentences for people; of a failure, with what helps."""


class Channel(Protocol):
    """One way of telling news."""

    name: str

    def chosen(self, settings: Settings) -> bool:
        """Whether the person wants news this way."""

    def reaches(self) -> bool:
        """Whether it can work in this process at all."""

    def send(self, notice: Notice, settings: Settings, cancel: threading.Event) -> str:
        """Tell it, in a thread that may wait; returns in words how it went.

        Raises:
            UserError: why it could not be told; also soon after ``cancel`` was set.
        """
