"""What a benchmark says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """One figure and what it must be.

    A ratio is measured side by side in one run and holds on any machine; a bare figure holds on
    this one.
    """

    name: str
    """What was measured, in words."""
    value: float
    unit: str
    """``x`` for a ratio, else ``s``, ``ms``, ``MB``, ``%``."""
    limit: float
    at_least: bool = False
    """Whether ``value`` must reach ``limit``; otherwise it must stay within it."""
    detail: str = ""

    @property
    def met(self) -> bool:
        """Whether it is as it must be."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    @property
    def target(self) -> str:
        """The limit in words."""
        return f"{'at least' if self.at_least else 'at most'} {self.limit:g} {self.unit}"
