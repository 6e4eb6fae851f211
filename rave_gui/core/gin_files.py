"""Gin files as statements, through gin's own parser: no global state, nothing imported or run."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rave_gui.core.errors import UserError

_LARGEST = 256 * 1024
"""Bytes; RAVE's own files and its run records are below 20 kB."""
_STRINGS_IN_A_ROW = 100
"""gin's parser evaluates adjacent strings anew with each one: time grows with their square."""


class Reference(str):
    """A value ``@scope/module.Name`` or ``@scope/module.Name()``, as it is written."""

    __slots__ = ()

    @property
    def name(self) -> str:
        """The last part: the class or function that is meant."""
        return self.rstrip("()").rsplit(".", 1)[-1].rsplit("/", 1)[-1].lstrip("@")

    @property
    def scope(self) -> str:
        """What stands before the slash, or nothing."""
        return self[1:].rpartition("/")[0]


class MacroUse(str):
    """A value ``%NAME``, as it is written."""

    __slots__ = ()

    @property
    def name(self) -> str:
        """The macro that is meant."""
        return self[1:]


class _Plain:
    """What gin's parser asks for when it meets a reference or a macro."""

    def configurable_reference(self, name: str, evaluate: bool) -> Reference:
        return Reference(f"@{name}()" if evaluate else f"@{name}")

    def macro(self, name: str) -> MacroUse:
        return MacroUse(f"%{name}")


def read_statements(path: Path) -> tuple[Any, ...]:
    """The statements of one file, in the named tuples of ``gin.config_parser``.

    Raises:
        UserError: the file is missing, too large, no text, or not gin.
    """
    try:
        data = path.read_bytes() if path.stat().st_size <= _LARGEST else None
        text = data.decode("utf-8-sig") if data is not None else None
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(f"The configuration file {path}", error) from error
    if text is None:
        raise UserError(
            f"The configuration file {path} is far too large for one.",
            "Choose a file that was written for RAVE.",
        )
    return parse_text(text, f"The configuration file {path}")


def parse_text(text: str, what: str) -> tuple[Any, ...]:
    """The statements in ``text``; ``what`` begins the sentence if it is damaged.

    Raises:
        UserError: ``text`` is not gin.
    """
    try:
        _refuse_string_bombs(text)
        return tuple(_statements(text))
    except Exception as error:
        # Damaged text makes tokenizer, literal_eval and gin fail in a dozen ways; all mean one.
        raise _unreadable(what, error) from error


def _statements(text: str) -> Iterator[Any]:
    from gin.config_parser import ConfigParser  # noqa: PLC0415 - start-up imports no gin

    parser = ConfigParser(text, _Plain())
    while True:
        try:
            statement = parser.parse_statement()
        except StopIteration:
            raise ValueError("the text ends in the middle of a statement") from None
        if statement is None:
            return
        yield statement


def _refuse_string_bombs(text: str) -> None:
    row = 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.STRING:
            row += 1
        elif token.type not in (tokenize.NL, tokenize.COMMENT):
            row = 0
        if row > _STRINGS_IN_A_ROW:
            raise ValueError("too many strings in a row")


def _unreadable(what: str, error: Exception) -> UserError:
    if isinstance(error, FileNotFoundError):
        return UserError(f"{what} is not there.", "Choose another configuration.")
    line = line_of(error)
    where = f", line {line}" if line else ""
    return UserError(
        f"{what} cannot be read{where}: it is damaged or not written in RAVE's format (gin).",
        "Choose another configuration, or restore this file.",
        details=f"{type(error).__name__}: {error}",
    )


def line_of(error: BaseException | None) -> int | None:
    """Gin raises ``SyntaxError(text, Location)``; its second part is the line."""
    location = error.args[1] if isinstance(error, SyntaxError) and len(error.args) > 1 else ()
    line = location[1] if isinstance(location, tuple) and len(location) > 1 else None
    return line if isinstance(line, int) else None
