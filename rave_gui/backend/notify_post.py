"""Delivery: each notice by each channel in a thread of its own, none of which harms anything."""

from __future__ import annotations

import atexit
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from rave_gui.backend.notice import Notice
from rave_gui.backend.notify_book import TroubleBook
from rave_gui.backend.notify_channel import Channel, Outcome
from rave_gui.core.errors import UserError
from rave_gui.core.logger import get_logger
from rave_gui.core.settings import Settings

FAREWELL_SECONDS = 75.0
"""More than any channel takes by its own limits; only a fault would need it all."""
_AFTER_CANCEL = 2.0
_log = get_logger(__name__)
_under_way: set[_Delivery] = set()
_lock = threading.Lock()


class Post:
    """Hands notices to the channels that were chosen."""

    def __init__(self, channels: Sequence[Channel], book: TroubleBook) -> None:
        self.channels = tuple(channels)
        self._book = book

    def send(self, notice: Notice, settings: Settings) -> None:
        """Deliver in the background, by all chosen channels that can work in this process."""
        for channel in self._chosen(settings):
            if channel.reaches():
                _Delivery(self, channel, notice, settings).start()

    def send_and_wait(self, notice: Notice, settings: Settings) -> list[Outcome]:
        """Deliver by all channels at once; what became of each."""
        chosen, cancel = self._chosen(settings), threading.Event()
        with ThreadPoolExecutor(max(1, len(chosen))) as pool:
            work = [pool.submit(self.deliver, one, notice, settings, cancel) for one in chosen]
            return [one.result() for one in work]

    def deliver(
        self, channel: Channel, notice: Notice, settings: Settings, cancel: threading.Event
    ) -> Outcome:
        """Deliver by one channel, now; raises nothing."""
        outcome = _tried(channel, notice, settings, cancel)
        level = _log.info if outcome.ok else _log.warning
        level("“%s” by %s: %s", notice.title, channel.name, outcome.text)
        self._book.note(outcome)
        return outcome

    def _chosen(self, settings: Settings) -> list[Channel]:
        return [channel for channel in self.channels if channel.chosen(settings)]


class _Delivery(threading.Thread):
    """A daemon, so that a fault in a channel cannot keep the process; `finish` waits for it."""

    def __init__(self, post: Post, channel: Channel, notice: Notice, settings: Settings) -> None:
        super().__init__(name=f"notice by {channel.name}", daemon=True)
        self.cancel = threading.Event()
        self._post, self._given = post, (channel, notice, settings)

    def start(self) -> None:
        with _lock:
            _under_way.add(self)
        super().start()

    def run(self) -> None:
        try:
            self._post.deliver(*self._given, self.cancel)
        finally:
            with _lock:
                _under_way.discard(self)


def finish(seconds: float = FAREWELL_SECONDS) -> bool:
    """Wait until all that is on its way has been delivered; whether it was.

    What is not by then is called off, with the programs that it started.
    """
    if _all_ended(seconds):
        return True
    with _lock:
        late = list(_under_way)
    for delivery in late:
        delivery.cancel.set()
    _log.warning("%d notices were called off", len(late))
    return _all_ended(_AFTER_CANCEL)


def _all_ended(seconds: float) -> bool:
    end = time.monotonic() + seconds
    with _lock:
        threads = list(_under_way)
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    return not any(thread.is_alive() for thread in threads)


def _tried(
    channel: Channel, notice: Notice, settings: Settings, cancel: threading.Event
) -> Outcome:
    try:
        return Outcome(channel.name, True, channel.send(notice, settings, cancel))
    except UserError as error:
        return Outcome(channel.name, False, str(error))
    except Exception as error:
        _log.exception("the channel %s failed", channel.name)
        return Outcome(channel.name, False, f"A fault of this program: {type(error).__name__}.")


# A command line that ends right after a training must not swallow the news of it.
atexit.register(finish)
