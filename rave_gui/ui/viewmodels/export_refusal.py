"""Why a file does not play: the fault that its verification ended with."""

from __future__ import annotations

from collections.abc import Mapping

from rave_gui.core.records import Export


def fault_of(export: Export) -> str:
    """The sentence of the first check that failed; empty where none did."""
    found = export.verification.get("checks")
    for check in found if isinstance(found, (list, tuple)) else ():
        if isinstance(check, Mapping) and check.get("result") == "fail":
            return str(check.get("text") or "")
    return ""
