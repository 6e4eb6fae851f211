"""Whether a ``config.gin`` is one that RAVE wrote, found out before gin obeys it.

Gin imports what a file names and calls what it refers to, so that a file from a stranger is a
program. Let through is what RAVE's own files are made of: imports of RAVE, of torch's layers and of
cached convolutions; references to what RAVE's own configurations refer to. Source: gin-config 0.5,
``config.py`` (dynamic registration follows any attribute of an imported module, ``core.os.system``
too), and the ``config.gin`` files that RAVE 2.3.1 writes.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from rave_gui.companion.rave_gui_worker_talk import UNTRUSTED, Fault
else:
    from rave_gui_worker_talk import UNTRUSTED, Fault

CONFIG = "config.gin"
_LARGEST = 256 * 1024
"""Bytes; what RAVE writes is below 20 kB."""
_ROOTS = ("rave", "cached_conv", "torch.nn", "torchaudio.transforms")
_IMPORTS = re.compile(
    r"__gin__\.dynamic_registration|rave(\.\w+)?|cached_conv(\.convs)?|torch(\.nn)?"
    r"|torchaudio(\.transforms)?"
)
_REMEDY = (
    "If you know who made it and trust them, say so; it may then run any program on this computer."
)
_STRINGS_IN_A_ROW = 100


class _Mention(str):
    """A value ``@scope/module.Name``, without the sign and the scope."""


class _Macro(str):
    """A value ``%NAME``."""


class _Reader:
    """What gin's parser asks for when it meets a reference or a macro."""

    def configurable_reference(self, name: str, evaluate: bool) -> _Mention:  # noqa: ARG002
        return _Mention(name)

    def macro(self, name: str) -> _Macro:
        return _Macro(name)


def find_config(checkpoint: Path) -> Path:
    """The configuration beside a checkpoint or in one of the two folders above it.

    RAVE writes ``RUN/config.gin`` and ``RUN/version_N/checkpoints/FILE.ckpt``.

    Raises:
        Fault: there is none.
    """
    for folder in list(checkpoint.parents)[:3]:
        if (folder / CONFIG).is_file():
            return folder / CONFIG
    raise Fault(
        f"Beside {checkpoint.name} there is no {CONFIG}, which says how the model is built.",
        "Put the config.gin of its training into the same folder.",
    )


def check_config(path: Path, trusted: bool) -> str:
    """The text of the configuration in ``path``, which is safe for gin or from a trusted source.

    Raises:
        Fault: it cannot be read, or it does what no file of RAVE does (code ``untrusted``).
    """
    text = _text(path)
    statements = _parsed(path, text)
    if not trusted:
        problem = next(_problems(statements), "")
        if problem:
            raise Fault(f"{path.name} {problem}, which no file of RAVE does.", _REMEDY, UNTRUSTED)
    return text


def told(config: str) -> dict[str, Any]:
    """What a configuration binds, by the last parts of the name: ``RAVE.phase_1_duration``.

    Macros come by their own names; a reference is the last part of what it refers to, and a macro
    that is used as a value is looked up.
    """
    found: dict[str, Any] = {}
    for statement in _parsed(Path(CONFIG), config):
        if type(statement).__name__ == "BindingStatement":
            last = statement.selector.rpartition(".")[2]
            found[f"{last}.{statement.arg_name}".rstrip(".")] = statement.value
    return {key: _looked_up(value, found) for key, value in found.items()}


def _looked_up(value: Any, found: dict[str, Any]) -> Any:
    if isinstance(value, _Macro):
        return found.get(str(value))
    if isinstance(value, _Mention):
        return value.rpartition("/")[2].rpartition(".")[2]
    if isinstance(value, (list, tuple)):
        return [_looked_up(item, found) for item in value]
    return value


def _text(path: Path) -> str:
    try:
        data = path.read_bytes() if path.stat().st_size <= _LARGEST else b"\xff"
        return data.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        text = f"The configuration {path} cannot be read, or it is none."
        raise Fault(text, "Take the config.gin that RAVE wrote when it trained.") from error


def _parsed(path: Path, text: str) -> list[Any]:
    from gin.config_parser import ConfigParser  # noqa: PLC0415 - torch may be needed without RAVE

    found = []
    try:
        _refuse_string_bombs(text)
        parser = ConfigParser(text, _Reader())
        while (statement := parser.parse_statement()) is not None:
            found.append(statement)
    except Exception as error:
        what = f"The configuration {path} is damaged or not written in RAVE's format."
        raise Fault(what, "Take the config.gin that RAVE wrote when it trained.") from error
    return found


def _refuse_string_bombs(text: str) -> None:
    """Gin evaluates neighbouring strings anew with each one: time grows with their square."""
    if re.search(rf"((['\"])[^'\"\n]*\2\s*){{{_STRINGS_IN_A_ROW}}}", text):
        raise ValueError("too many strings in a row")


def _problems(statements: list[Any]) -> Iterator[str]:
    """What no file of RAVE does, in words that follow its name."""
    modules: dict[str, str] = {}
    for statement in statements:
        kind = type(statement).__name__
        if kind == "ImportStatement":
            if not _IMPORTS.fullmatch(statement.module):
                yield f"imports “{statement.module}”"
            name, module = _bound_name(statement), _bound_module(statement)
            if modules.setdefault(name, module) != module:
                yield f"calls two modules “{name}”"
        elif kind == "IncludeStatement":
            yield f"includes the file “{statement.filename}”"
        else:
            yield from _strange(statement, modules)


def _bound_name(statement: Any) -> str:
    """The name under which the rest of the file knows the module."""
    if statement.alias:
        return str(statement.alias)
    parts = str(statement.module).split(".")
    return parts[-1] if statement.is_from else parts[0]


def _bound_module(statement: Any) -> str:
    whole = str(statement.module)
    return whole if statement.alias or statement.is_from else whole.partition(".")[0]


def _strange(statement: Any, modules: dict[str, str]) -> Iterator[str]:
    selector = getattr(statement, "selector", "")
    if selector and getattr(statement, "arg_name", "block") and not _among_ours(selector, modules):
        yield f"sets values of “{selector}”"
    for mention in _mentions(getattr(statement, "value", None)):
        name = mention.rpartition("/")[2]
        last = name.rpartition(".")[2]
        layer = _whole(name, modules) == f"torch.nn.{last}" and last[:1].isupper()
        if not _among_ours(name, modules) or not (layer or last in _referred_to()):
            yield f"refers to “{name}”"


def _among_ours(selector: str, modules: dict[str, str]) -> bool:
    """Whether ``module.Name`` is a name right inside a module that RAVE's files use."""
    if "." not in selector:
        return selector not in modules
    module, _, name = _whole(selector, modules).rpartition(".")
    known = module in _ROOTS or module == "cached_conv.convs" or module in _rave_modules()
    return known and not name.startswith("_")


def _whole(selector: str, modules: dict[str, str]) -> str:
    """The selector from the root of its module, whatever it was imported as."""
    first, dot, rest = selector.partition(".")
    return f"{modules.get(first, first)}{dot}{rest}"


def _mentions(value: Any) -> Iterator[str]:
    if isinstance(value, _Mention):
        yield str(value)
    elif isinstance(value, dict):
        for pair in value.items():
            yield from _mentions(pair)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _mentions(item)


def _package() -> Path:
    """RAVE's own folder, found without importing it. Raises Fault where there is none."""
    spec = find_spec("rave")
    if spec is None or not spec.submodule_search_locations:
        raise Fault("RAVE is not installed in this engine.", "Choose another engine.")
    return Path(next(iter(spec.submodule_search_locations)))


@functools.cache
def _rave_modules() -> frozenset[str]:
    return frozenset({"rave", *(f"rave.{path.stem}" for path in _package().glob("*.py"))})


@functools.cache
def _referred_to() -> frozenset[str]:
    """The last parts of everything that RAVE's own configurations refer to."""
    files = (_package() / "configs").rglob("*.gin")
    names = [
        name.rpartition("/")[2].rpartition(".")[2]
        for path in files
        for name in re.findall(r"@([\w./]+)", re.sub(r"#.*", "", path.read_text("utf-8")))
    ]
    return frozenset(names)
