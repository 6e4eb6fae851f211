"""A recipe and its overrides as gin text, and back: the same choices for those who like to type.

The text includes RAVE's configurations and sets bindings, nothing else. Comments, order and blank
lines of a person are kept when a form changes a value: only the lines of that value change.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rave_gui.core.errors import UserError
from rave_gui.core.gin_files import line_of, parse_text
from rave_gui.core.gin_literal import literal

_OWN = re.compile(r"^(?:configs/)?(?P<augmentation>augmentations/)?(?P<name>[\w.-]+)\.gin$")
_LARGEST = 100_000
_MARK = "#= "
"""Begins a line that tells a default; such lines are ours and written anew each time."""


@dataclass(frozen=True)
class GinChoice:
    """What a text chooses."""

    configs: tuple[str, ...] = ()
    augmentations: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()


@dataclass(frozen=True)
class GinLine:
    """One statement, and the lines that it takes."""

    key: str
    """``include v2``, ``augment mute`` or the name that is bound."""
    text: str
    """The binding on one line; empty for an include."""
    first: int
    """Counted from 1."""
    last: int


class GinTextError(UserError):
    """The text cannot be taken; ``line`` counts from 1, 0 where it is not known."""

    def __init__(self, what: str, remedy: str, line: int) -> None:
        super().__init__(what, remedy)
        self.line = line


def parse(text: str) -> GinChoice:
    """What ``text`` chooses.

    Raises:
        GinTextError: it is not gin, or holds more than includes and bindings.
    """
    lines = statements(text)
    return GinChoice(
        tuple(line.key[8:] for line in lines if line.key.startswith("include ")),
        tuple(line.key[8:] for line in lines if line.key.startswith("augment ")),
        tuple(line.text for line in lines if line.text),
    )


def statements(text: str) -> list[GinLine]:
    """The statements of ``text`` with their lines; of bindings of one name only the last counts.

    Raises:
        GinTextError: as :func:`parse`.
    """
    parsed = _parsed(text)
    if not parsed:
        return []
    ends = [item.location.line_num - 1 for item in parsed[1:]] + [len(text.splitlines())]
    found: dict[str, GinLine] = {}
    for item, end in zip(parsed, ends, strict=True):
        if type(item).__name__ != "BlockDeclaration":
            line = _line(item, _last_line(text, item.location.line_num, end))
            found.pop(line.key, None)
            found[line.key] = line
    return list(found.values())


def rendered(choice: GinChoice, defaults: Iterable[tuple[str, Any]] = ()) -> str:
    """A fresh text that chooses ``choice``, with ``defaults`` told in comments at its end."""
    parts = [*_includes(choice)]
    if choice.overrides:
        parts += ["", *choice.overrides]
    return "\n".join([*parts, *_told(defaults)]) + "\n"


def patched(text: str, choice: GinChoice, defaults: Iterable[tuple[str, Any]] = ()) -> str:
    """``text`` changed so that it chooses ``choice``; what a person wrote around it stays.

    A text that cannot be read is replaced.
    """
    body = "\n".join(line for line in text.splitlines() if not line.startswith(_MARK)).rstrip()
    try:
        known = {line.key: line for line in statements(body)}
    except GinTextError:
        return rendered(choice, defaults)
    if _has_blocks(body):
        return rendered(choice, defaults)
    lines = body.splitlines()
    wanted = _wanted(choice)
    for key, line in sorted(known.items(), key=lambda item: -item[1].first):
        if key not in wanted:
            del lines[line.first - 1 : line.last]
        elif line.text != wanted[key] and line.text:
            lines[line.first - 1 : line.last] = [wanted[key]]
    lines = _with_includes(lines, [key for key in wanted if key not in known and not wanted[key]])
    lines += [wanted[key] for key in wanted if key not in known and wanted[key]]
    result = "\n".join([*lines, *_told(defaults)]) + "\n"
    return result if _chooses(result, choice) else rendered(choice, defaults)


def line_of_name(text: str, name: str) -> int:
    """The line that binds or includes ``name``; 0 where none does."""
    try:
        found = statements(text)
    except GinTextError:
        return 0
    named = {name, f"include {name}", f"augment {name}"}
    return next((line.first for line in found if line.key in named), 0)


def _chooses(text: str, choice: GinChoice) -> bool:
    try:
        return parse(text) == choice
    except GinTextError:
        return False


def _parsed(text: str) -> Sequence[Any]:
    if len(text) > _LARGEST:
        raise GinTextError("This text is far too long.", "Keep it below 100,000 characters.", 0)
    try:
        return parse_text(text, "This text")
    except UserError as error:
        line = line_of(error.__cause__) or _untold_line(text)
        where = f"Line {line}" if line else "This text"
        raise GinTextError(
            f"{where} is not gin.",
            "Write NAME = VALUE, or include 'configs/v2.gin'.",
            line,
        ) from error


def _untold_line(text: str) -> int:
    """The first line with which the text cannot be read any more; gin's tokenizer does not tell."""
    lines = text.splitlines()
    for count in range(1, min(len(lines), 400) + 1):
        try:
            parse_text("\n".join(lines[:count]), "")
        except UserError as error:
            if "middle" not in error.details and "EOF" not in error.details:
                return count
    return 0


def _line(item: Any, last: int) -> GinLine:
    first = item.location.line_num
    kind = type(item).__name__
    if kind == "IncludeStatement":
        return GinLine(_included(item.filename), "", first, last)
    if kind == "BindingStatement":
        key = _key(item)
        return GinLine(key, f"{key} = {literal(item.value)}", first, last)
    raise GinTextError(
        f"Line {first} is neither an include nor a value.",
        "RAVE's own files do the imports; leave it out.",
        first,
    )


def _included(name: str) -> str:
    own = _OWN.match(name)
    if own is None:
        return f"include {name}"
    return f"augment {own['name']}" if own["augmentation"] else f"include {own['name']}"


def _key(item: Any) -> str:
    scope = f"{item.scope}/" if item.scope else ""
    return f"{scope}{item.selector}" + (f".{item.arg_name}" if item.arg_name else "")


def _last_line(text: str, first: int, end: int) -> int:
    """The end of a statement, without the comments and blank lines behind it."""
    lines = text.splitlines()
    last = max(first, end)
    while last > first and (
        not lines[last - 1].strip() or lines[last - 1].lstrip().startswith("#")
    ):
        last -= 1
    return last


def _includes(choice: GinChoice) -> list[str]:
    return [_include_line(key) for key, text in _wanted(choice).items() if not text]


def _wanted(choice: GinChoice) -> dict[str, str]:
    """Key to binding, empty for includes; in the order of the choice."""
    from_configs = {f"include {name}": "" for name in choice.configs}
    from_augments = {f"augment {name}": "" for name in choice.augmentations}
    bindings = {text.partition("=")[0].strip(): text for text in choice.overrides}
    return {**from_configs, **from_augments, **bindings}


def _include_line(key: str) -> str:
    kind, _, name = key.partition(" ")
    if "/" in name or "\\" in name:
        return f"include {name!r}"
    return f"include 'configs/{'augmentations/' if kind == 'augment' else ''}{name}.gin'"


def _with_includes(lines: list[str], keys: Sequence[str]) -> list[str]:
    """``lines`` with further includes behind the last one that is there."""
    last = max((n for n, line in enumerate(lines) if line.startswith("include")), default=-1)
    return [*lines[: last + 1], *map(_include_line, keys), *lines[last + 1 :]]


def _has_blocks(text: str) -> bool:
    return any(type(item).__name__ == "BlockDeclaration" for item in _parsed(text))


def _told(defaults: Iterable[tuple[str, Any]]) -> list[str]:
    lines = [f"{_MARK}{name} = {literal(value)}" for name, value in defaults if value is not None]
    return ["", f"{_MARK}In the recipe; drop the #= to change one:", *lines] if lines else []
