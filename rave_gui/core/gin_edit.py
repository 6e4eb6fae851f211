"""Changing single numbers in a run's ``config.gin``: their lines only, the rest stays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rave_gui.core.errors import UserError
from rave_gui.core.gin_files import parse_text

Target = tuple[str, str]
"""Class or function and its parameter: ``("RAVE", "phase_1_duration")``."""


def with_values(text: str, values: Mapping[Target, int | float]) -> str:
    """``text`` with these parameters set to these numbers; scoped bindings are left alone.

    What ``rave train`` writes beside a run names every parameter of what was built, defaults
    included (gin's operative config), each number on one line.

    Raises:
        UserError: ``text`` is not gin, or does not bind one of them.
    """
    lines = text.splitlines()
    for target, value in values.items():
        statement = _statement(text, target)
        if statement is None:
            raise UserError(
                f"The config.gin of this run does not name {'.'.join(target)}.",
                "Leave that as it is.",
            )
        number = statement.location.line_num - 1
        lines[number] = f"{lines[number].partition('=')[0].rstrip()} = {value!r}"
    result = "\n".join(lines) + "\n"
    _verify(result, values)
    return result


def _statement(text: str, target: Target) -> Any:
    """The last statement that binds ``target`` without a scope: the one that gin obeys."""
    found = None
    for statement in parse_text(text, "The config.gin of the run"):
        if type(statement).__name__ == "BindingStatement" and not statement.scope:
            selector = str(statement.selector).rpartition(".")[2]
            if (selector, statement.arg_name) == target:
                found = statement
    return found


def _verify(text: str, values: Mapping[Target, int | float]) -> None:
    """A value that took several lines would be left half; better refused than half."""
    for target, value in values.items():
        statement = _statement(text, target)
        if statement is None or statement.value != value:
            raise UserError(
                f"{'.'.join(target)} is written in a way that cannot be changed.",
                "Leave that as it is.",
            )
