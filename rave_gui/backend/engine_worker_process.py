"""One process of the worker, and the thread that hands out what it says."""

from __future__ import annotations

import contextlib
import json
import queue
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from rave_gui.core.process_pipe import TalkingProcess

Message = dict[str, Any]
ENDED: Message = {}
"""Comes to everybody who waits when the process has ended."""


class WorkerProcess:
    """Takes requests from any thread; each answer comes into the queue of its own request.

    Raises:
        UserError: the program is missing or cannot be started.
    """

    def __init__(self, argv: Sequence[str], environment: Mapping[str, str]) -> None:
        self._process = TalkingProcess(argv, environment)
        self._lock = threading.Lock()
        self._inboxes: dict[int, queue.SimpleQueue[Message]] = {}
        self.alive = True
        self._thread = threading.Thread(target=self._listen, name="engine worker", daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def send(self, request: Mapping[str, Any]) -> queue.SimpleQueue[Message]:
        """Ask; the answer comes into the queue, or ``ENDED`` where there will be none."""
        inbox: queue.SimpleQueue[Message] = queue.SimpleQueue()
        with self._lock:
            self._inboxes[int(request["id"])] = inbox
            if not self.alive:
                inbox.put(ENDED)
        self._say(request)
        return inbox

    def cancel(self, number: int) -> None:
        """Nobody waits for that answer any more."""
        with self._lock:
            waiting = number in self._inboxes
        if waiting:
            self._say({"cancel": number})

    def forget(self, number: int) -> None:
        """What still comes for that request goes nowhere."""
        with self._lock:
            self._inboxes.pop(number, None)

    def end(self) -> None:
        """End it with all that it started, and wait until it is gone."""
        self._process.kill()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _say(self, message: Mapping[str, Any]) -> None:
        line = json.dumps(message).encode("ascii")
        # One that has ended is told of by the thread, which sees it in any case.
        with self._lock, contextlib.suppress(OSError, ValueError):
            self._process.say(line)

    def _listen(self) -> None:
        try:
            for line in self._process.lines():
                self._hand_out(line)
        finally:
            with self._lock:
                self.alive = False
                waiting = list(self._inboxes.values())
            for inbox in waiting:
                inbox.put(ENDED)
            self._process.end()

    def _hand_out(self, line: bytes) -> None:
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            return
        number = message.get("id") if isinstance(message, dict) else None
        with self._lock:
            inbox = self._inboxes.get(number) if isinstance(number, int) else None
        if inbox is not None:
            inbox.put(message)
