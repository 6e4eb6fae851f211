"""Facts about a training, written so that no fault in it reaches the training."""

from __future__ import annotations

import contextlib
import functools
import traceback
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING or __package__:
    from rave_gui.companion.rave_gui_job_files import PathLike, append_fact
else:
    from rave_gui_job_files import PathLike, append_fact

MOST_FAULTS = 20
Hook = TypeVar("Hook", bound=Callable[..., None])


class Reporter:
    """Writes facts into one job directory; a full disk costs facts, never the training."""

    def __init__(self, job_dir: PathLike) -> None:
        self.job_dir = job_dir
        self.faults = 0
        self._stage = ""

    @property
    def quiet(self) -> bool:
        """Whether so much went wrong that only the wishes of the person still matter."""
        return self.faults >= MOST_FAULTS

    def fact(self, kind: str, **fields: Any) -> None:
        """Write one fact; what a full or vanished disk does not take is lost."""
        with contextlib.suppress(OSError):
            append_fact(self.job_dir, kind, **fields)

    def stage(self, stage: str) -> str:
        """Say what the training does now; returns what it did before."""
        before, self._stage = self._stage, stage
        if stage != before:
            self.fact("stage", stage=stage)
        return before

    def fault(self, text: str, **fields: Any) -> None:
        """Say in words what went wrong, until there were too many of them."""
        self.faults += 1
        if self.faults <= MOST_FAULTS:
            self.fact("fault", text=text, **fields)

    @contextlib.contextmanager
    def shelter(self, what: str) -> Iterator[None]:
        """Keep an exception in the block from the training and report it; interrupts pass."""
        try:
            yield
        except Exception as error:
            where = traceback.format_exc(limit=-3)
            self.fault(f"The companion could not {what}: {_first_line(error)}", details=where)


def _first_line(error: BaseException) -> str:
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0][:300]}" if text else type(error).__name__


def sheltered(what: str) -> Callable[[Hook], Hook]:
    """Make a method of an object with a ``reporter`` one whose exceptions are only reported."""

    def decorate(hook: Hook) -> Hook:
        @functools.wraps(hook)
        def guarded(self: Any, *args: Any, **kwargs: Any) -> None:
            with self.reporter.shelter(what):
                hook(self, *args, **kwargs)

        return guarded  # type: ignore[return-value]

    return decorate
