"""Why a file was not even played: the fault that its verification ended with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rave_gui.core.records import Export

_LOADED = "loads"


def why_refused(export: Export) -> str:
    """The sentence of the first fault of a file that was never loaded; empty for all others."""
    checks = _checks(export)
    if any(check.get("id") == _LOADED and check.get("result") == "ok" for check in checks):
        return ""
    faults = [str(check.get("text") or "") for check in checks if check.get("result") == "fail"]
    return faults[0] if faults else ""


def _checks(export: Export) -> list[Mapping[str, Any]]:
    found = export.verification.get("checks")
    entries = found if isinstance(found, (list, tuple)) else ()
    return [entry for entry in entries if isinstance(entry, Mapping)]
