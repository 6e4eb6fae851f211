"""Values as gin writes and reads them."""

from __future__ import annotations

from typing import Any

from rave_gui.core.errors import UserError
from rave_gui.core.gin_files import MacroUse, Reference, parse_text


def literal(value: Any) -> str:
    """``value`` as gin text; macros and references as they were written."""
    if isinstance(value, (MacroUse, Reference)):
        return str(value)
    if isinstance(value, (list, tuple)):
        inside = ", ".join(literal(item) for item in value)
        if isinstance(value, list):
            return f"[{inside}]"
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    if isinstance(value, dict):
        pairs = (f"{literal(key)}: {literal(item)}" for key, item in value.items())
        return "{" + ", ".join(pairs) + "}"
    return repr(value)


def value_of_literal(text: str) -> Any:
    """What gin makes of ``text``; None where it is no value."""
    try:
        (statement,) = parse_text(f"VALUE = {text.strip()}", "The value")
    except (UserError, ValueError):
        return None
    return getattr(statement, "value", None)
