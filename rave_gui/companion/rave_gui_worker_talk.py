"""What a request of the worker is told with: faults in words, progress, and whether to go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

UNTRUSTED = "untrusted"
"""The file needs more than numbers; it is opened once somebody says that its source is trusted."""
CANCELLED = "cancelled"
NO_SESSION = "session"
"""The session is not open, or not any more."""
UNREADABLE = "unreadable"
"""The sound cannot be read; in a batch it is left out."""


class Fault(Exception):
    """What a person can understand and mend, in whole sentences."""

    def __init__(self, text: str, remedy: str = "", code: str = "") -> None:
        super().__init__(text)
        self.text, self.remedy, self.code = text, remedy, code

    def to_json(self) -> dict[str, str]:
        """As an answer holds it."""
        return {"text": self.text, "remedy": self.remedy, "code": self.code}


class Task:
    """One request at work."""

    def __init__(
        self,
        fields: dict[str, Any],
        tell: Callable[[dict[str, Any]], None],
        wanted: Callable[[], bool],
    ) -> None:
        self.fields, self._tell, self._wanted = fields, tell, wanted

    def progress(self, **facts: Any) -> None:
        """Tell how far it is. Raises Fault where nobody waits for it any more."""
        self.go_on()
        self._tell(facts)

    def go_on(self) -> None:
        """Raises Fault where nobody waits for it any more."""
        if not self._wanted():
            raise Fault("It was cancelled.", code=CANCELLED)

    def text(self, name: str) -> str:
        """A field that must be there. Raises Fault where it is not."""
        value = self.fields.get(name)
        if not isinstance(value, str) or not value:
            raise Fault(f"The request lacks {name}.")
        return value

    def number(self, name: str, default: float | None = None) -> float | None:
        """A number that may be left out. Raises Fault where it is something else."""
        value = self.fields.get(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise Fault(f"{name} must be a number.")
        return float(value)

    def whole(self, name: str, default: int) -> int:
        """A whole number from 0. Raises Fault where it is something else."""
        value = self.fields.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise Fault(f"{name} must be a whole number.")
        return value

    @property
    def trusted(self) -> bool:
        """Whether somebody said that the source of the files is trusted."""
        return self.fields.get("trusted") is True


def first_line(error: BaseException) -> str:
    """One line that names an exception."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:300]}" if lines else type(error).__name__
