"""Models on request, for an application that has no torch: inspect, render, turn latents live.

    python rave_gui_worker.py [--log FILE]

Runs in the engine's Python. Requests come as JSON lines on standard input, answers go as JSON lines
to what was standard output at the start; whatever RAVE or torch print goes to the log, else to
standard error.

    {"id": 7, "do": "render", ...}      a request
    {"cancel": 7}                       nobody waits for it any more
    {"id": 7, "progress": {...}}        any number of times
    {"id": 7, "result": {...}}          or {"id": 7, "error": {"text", "remedy", "code"}}
    {"ready": {...}}                    once, at the start; {"warm": true} once RAVE is loaded

It ends when standard input does, at once. ``ARCHITECTURE.md`` lists the requests and their fields.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.metadata
import json
import math
import os
import queue
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from rave_gui.companion.rave_gui_worker_talk import Fault, Task, first_line
else:
    from rave_gui_worker_talk import Fault, Task, first_line

Verb = Callable[[Task], dict[str, Any]]
_LAST_MOMENT = 2.0
"""Seconds for what is at work to notice that nobody is there any more."""


class Mailbox:
    """Requests in order, read by a thread so that a cancel is heard while one is at work."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream, self._waiting = stream, queue.SimpleQueue[dict[str, Any] | None]()
        self._unwanted: set[Any] = set()
        self.closed = False
        threading.Thread(target=self._read, name="requests", daemon=True).start()

    def next(self) -> dict[str, Any] | None:
        """The next request; None once there will be no more."""
        return self._waiting.get()

    def wanted(self, number: Any) -> bool:
        """Whether somebody waits for the answer."""
        return not self.closed and number not in self._unwanted

    def done(self, number: Any) -> None:
        """It was answered."""
        self._unwanted.discard(number)

    def _read(self) -> None:
        for line in self._stream:
            with contextlib.suppress(ValueError, RecursionError):
                self._take(json.loads(line))
        self.closed = True
        self._waiting.put(None)
        # A long piece may be at work in torch, which hears nothing.
        leave = threading.Timer(_LAST_MOMENT, os._exit, (0,))
        leave.daemon = True
        leave.start()

    def _take(self, message: Any) -> None:
        if isinstance(message, dict) and "cancel" in message:
            self._unwanted.add(message["cancel"])
        elif isinstance(message, dict):
            self._waiting.put(message)


class Worker:
    """Answers one request after the other."""

    def __init__(self, mailbox: Mailbox, out: IO[str]) -> None:
        self._mailbox, self._out = mailbox, out
        self._verbs: dict[str, Verb] = {}

    def run(self) -> None:
        """Until nobody asks any more."""
        self._say({"ready": versions()})
        self._verbs = verbs()
        self._say({"warm": True})
        while (request := self._mailbox.next()) is not None:
            self._serve(request)

    def _serve(self, request: dict[str, Any]) -> None:
        number = request.get("id")
        try:
            self._say({"id": number, "result": self._answer(number, request)})
        except Fault as fault:
            self._say({"id": number, "error": fault.to_json()})
        except Exception as error:
            traceback.print_exc()
            text = f"The model could not be used: {first_line(error)}"
            self._say({"id": number, "error": Fault(text, code="fault").to_json()})
        finally:
            self._mailbox.done(number)

    def _answer(self, number: Any, request: dict[str, Any]) -> dict[str, Any]:
        verb = self._verbs.get(str(request.get("do")))
        if verb is None:
            raise Fault(f"This worker cannot do “{request.get('do')}”.", code="verb")
        task = Task(
            request,
            tell=lambda facts: self._say({"id": number, "progress": facts}),
            wanted=lambda: self._mailbox.wanted(number),
        )
        task.go_on()
        return verb(task)

    def _say(self, message: dict[str, Any]) -> None:
        self._out.write(json.dumps(plain(message), allow_nan=False) + "\n")
        self._out.flush()


def plain(value: Any) -> Any:
    """``value`` as JSON can say it; what is no number is null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def versions() -> dict[str, str]:
    """Versions that matter, read without importing."""
    found = {"python": sys.version.split()[0], "pid": str(os.getpid())}
    for name in ("torch", "acids-rave"):
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[name] = importlib.metadata.version(name)
    return found


def verbs() -> dict[str, Verb]:
    """What can be asked for; loads torch, which takes seconds."""
    import torch  # noqa: PLC0415

    torch.set_grad_enabled(False)
    # Where a training has the other cores, threads that wait for each other make a block late.
    torch.set_num_threads(max(1, (os.cpu_count() or 2) // 2))
    profiling = getattr(torch._C, "_jit_set_profiling_executor", None)
    if profiling is not None:
        # It compiles each new length of sound anew.
        profiling(False)
    shelf = _part("models").Shelf()
    sessions = _part("session").Sessions(shelf)
    inspect, rendering = _part("inspect").inspect, _part("render")
    return {
        "inspect": lambda task: dict(inspect(task, shelf)),
        "load": lambda task: dict(rendering.load(task, shelf)),
        "render": lambda task: dict(rendering.render(task, shelf)),
        "open": sessions.open,
        "block": sessions.block,
        "latents": sessions.latents,
        "close": sessions.close,
        "ping": lambda _: {},
    }


def _part(name: str) -> Any:
    package = f"{__package__}." if __package__ else ""
    return importlib.import_module(f"{package}rave_gui_worker_{name}")


def take_standard_output(log: str) -> IO[str]:
    """The way to the application; from now on what is printed goes elsewhere."""
    kept = os.dup(1)
    if log:
        with contextlib.suppress(OSError):
            Path(log).parent.mkdir(parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
            file = os.open(log, flags, 0o600)
            os.dup2(file, 2)
            os.close(file)
    os.dup2(2, 1)
    return os.fdopen(kept, "w", encoding="utf-8", newline="\n")


def main(arguments: list[str]) -> int:
    """Serve until standard input ends."""
    log = arguments[arguments.index("--log") + 1] if "--log" in arguments[:-1] else ""
    out = take_standard_output(log)
    # What others read from standard input would be a request of ours.
    given = os.fdopen(os.dup(0), "r", encoding="utf-8", errors="replace")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    with contextlib.suppress(BrokenPipeError):
        Worker(Mailbox(given), out).run()
    return 0


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stderr.flush()
    # Threads of torch need no farewell.
    os._exit(code)
