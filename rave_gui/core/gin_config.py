"""RAVE's configurations, read without RAVE: names, kinds, macros, values, includes."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rave_gui.core.errors import UserError
from rave_gui.core.gin_files import MacroUse, Reference, parse_text, read_statements
from rave_gui.core.gin_model import GinModel, split_binding, used_macros

__all__ = ["ConfigManager", "GinModel", "MacroUse", "Reference", "read_run"]

OVERRIDE = "override"
"""The source of a value that an override gave."""
_LONGEST_CHAIN = 20
_LAST_RANK = 2
_RANKS = {"architecture": 0, "regularization": 1}
_KNOWN_KINDS = {"hybrid": "modifier"}
"""Includes v2 again, so by its content it is an architecture; people add it to one."""


class ConfigManager:
    """The gin files of one RAVE, and custom ones by their paths."""

    def __init__(self, configs_dir: Path) -> None:
        self._folder = configs_dir
        self._read: dict[tuple[Path, int, int], tuple[Any, ...]] = {}
        self._lock = threading.Lock()

    @property
    def package(self) -> Path:
        """The folder of RAVE's own sources."""
        return self._folder.parent

    def names(self) -> tuple[str, ...]:
        """The configurations that this RAVE brings, without ``.gin``."""
        return _stems(self._folder)

    def augmentations(self) -> tuple[str, ...]:
        """What ``--augment`` takes."""
        return _stems(self._folder / "augmentations")

    def path(self, name: str) -> Path:
        """The file of a configuration: one of RAVE's by name, or a custom one by its path.

        The folders are those of ``rave/__init__.py``.

        Raises:
            UserError: there is no such file.
        """
        file = Path(name if name.endswith(".gin") else f"{name}.gin").expanduser()
        places = (self._folder.parent, self._folder, self._folder / "augmentations")
        candidates = [file] if file.is_absolute() else [place / file for place in places]
        for candidate in candidates:
            if candidate.is_file():
                return candidate
        raise UserError(
            f"There is no configuration “{name}” in this RAVE.",
            "Choose one of its own, or the full path of a .gin file.",
        )

    def describe(self, names: Iterable[str], overrides: Iterable[str] = ()) -> GinModel:
        """What ``names``, read in this order, and then ``overrides`` add up to.

        Raises:
            UserError: a file is missing, damaged, or includes itself; an override is not gin.
        """
        sum_ = _Sum()
        for name in names:
            self._add_file(self.path(name), sum_, ())
        for text in overrides:
            for statement in parse_text(text, f"The override “{text}”"):
                sum_.add(statement, OVERRIDE)
        return sum_.model()

    def read_run(self, config: Path) -> GinModel:
        """See :func:`read_run`."""
        return read_run(config)

    def kind(self, name: str) -> str:
        """architecture, regularization, modifier, discriminator or augmentation.

        Raises:
            UserError: the file is missing or damaged.
        """
        path = self.path(name)
        if path.parent == self._folder / "augmentations":
            return "augmentation"
        if path.parent == self._folder and path.stem in _KNOWN_KINDS:
            return _KNOWN_KINDS[path.stem]
        return _kind_of(self.describe([name]))

    def ordered(self, names: Iterable[str]) -> tuple[str, ...]:
        """``names`` as they must be given: architecture, then regularization, then the rest.

        A later file wins, so an architecture at the end would undo everything before it.

        Raises:
            UserError: a file is missing or damaged.
        """
        once = dict.fromkeys(names)
        return tuple(sorted(once, key=lambda name: _RANKS.get(self.kind(name), _LAST_RANK)))

    def _add_file(self, path: Path, sum_: _Sum, chain: tuple[Path, ...]) -> None:
        if path in chain or len(chain) > _LONGEST_CHAIN:
            raise UserError(
                f"The configuration file {path} includes itself.", "Choose another configuration."
            )
        sum_.files.append(path)
        for statement in self._statements(path):
            if type(statement).__name__ == "IncludeStatement":
                sum_.includes.append(statement.filename)
                self._add_file(self._included(statement.filename, path), sum_, (*chain, path))
            else:
                sum_.add(statement, path.name)

    def _included(self, name: str, by: Path) -> Path:
        try:
            return self.path(name)
        except UserError:
            raise UserError(
                f"The configuration file {by} includes “{name}”, which RAVE would not find.",
                "RAVE looks only among its own files, not beside a custom one; write the full"
                " path into the include.",
            ) from None

    def _statements(self, path: Path) -> tuple[Any, ...]:
        try:
            state = path.stat()
        except OSError:
            return read_statements(path)
        key = (path, state.st_mtime_ns, state.st_size)
        with self._lock:
            if key not in self._read:
                self._read[key] = read_statements(path)
            return self._read[key]


def read_run(config: Path) -> GinModel:
    """What the ``config.gin`` of a run says, or the one in the run folder ``config``.

    RAVE writes it whole, so an include in it is not followed.

    Raises:
        UserError: the file is missing or damaged.
    """
    path = config / "config.gin" if config.is_dir() else config
    sum_ = _Sum(files=[path])
    for statement in read_statements(path):
        sum_.add(statement, path.name)
    return sum_.model()


@dataclass
class _Sum:
    """Statements added up as gin does: one value for each macro and each parameter, the last."""

    macros: dict[str, Any] = field(default_factory=dict)
    bindings: dict[str, Any] = field(default_factory=dict)
    spelled: dict[tuple[str, str, str], str] = field(default_factory=dict)
    includes: list[str] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    imports: dict[str, None] = field(default_factory=dict)
    source_of: dict[str, str] = field(default_factory=dict)

    def add(self, statement: Any, source: str) -> None:
        kind = type(statement).__name__
        if kind == "ImportStatement":
            self.imports[statement.module] = None
        elif kind == "BindingStatement":
            key = self._bind(statement)
            self.source_of[key] = source

    def model(self) -> GinModel:
        used = set(self._used())
        overridden = [name for name in self.macros if self.source_of[name] == OVERRIDE]
        return GinModel(
            macros=self.macros,
            bindings=self.bindings,
            includes=tuple(self.includes),
            files=tuple(self.files),
            imports=tuple(self.imports),
            source_of=self.source_of,
            ineffective=tuple(name for name in overridden if name not in used),
            undefined=tuple(sorted(used - set(self.macros))),
            used=frozenset(used),
        )

    def _bind(self, statement: Any) -> str:
        scope, selector, parameter = statement.scope, statement.selector, statement.arg_name
        if not parameter:
            name = f"{scope}/{selector}" if scope else str(selector)
            self.macros[name] = statement.value
            return name
        written = f"{scope}/{selector}.{parameter}" if scope else f"{selector}.{parameter}"
        same = (scope, selector.rpartition(".")[2], parameter)
        key = self.spelled.setdefault(same, written)
        self.bindings[key] = statement.value
        return key

    def _used(self) -> Iterator[str]:
        """Macros that a binding reaches, also through other macros."""
        waiting = [name for value in self.bindings.values() for name in used_macros(value)]
        seen: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                waiting.extend(used_macros(self.macros.get(name)))
        yield from seen


def _kind_of(model: GinModel) -> str:
    if model.decoder:
        return "architecture"
    if model.regularization:
        return "regularization"
    selectors = [split_binding(key)[1] for key in model.bindings]
    if any(item.rpartition(".")[2] in {"get_dataset", "add_augmentation"} for item in selectors):
        return "augmentation"
    if model.discriminator or _all_discriminators(selectors):
        return "discriminator"
    return "modifier"


def _all_discriminators(selectors: Sequence[str]) -> bool:
    return bool(selectors) and all(item.startswith("discriminator.") for item in selectors)


def _stems(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in folder.glob("*.gin")))
