"""The names that a binding may use, read from RAVE's sources without running them."""

from __future__ import annotations

import ast
from functools import lru_cache
from pathlib import Path

_LARGEST = 1 << 20
_REGISTERED = ("get_padding", "Conv1d", "ConvTranspose1d")
"""What RAVE hands to gin from cached_conv (``rave/__init__.py``)."""


@lru_cache(maxsize=8)
def parameters(package: Path) -> dict[str, frozenset[str] | None]:
    """The classes and functions in the folder ``package`` with the parameters that each takes.

    None stands for any parameter. Empty where there are no sources.
    """
    found: dict[str, frozenset[str] | None] = {}
    for path in sorted(package.glob("*.py")):
        for node in _tree(path).body:
            if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
                found[node.name] = _arguments(node)
    return {**dict.fromkeys(_REGISTERED), **found} if found else {}


def _tree(path: Path) -> ast.Module:
    try:
        return ast.parse(path.read_bytes()[:_LARGEST])
    except (OSError, SyntaxError, ValueError, RecursionError):
        return ast.Module([], [])


def _arguments(node: ast.ClassDef | ast.FunctionDef) -> frozenset[str] | None:
    if isinstance(node, ast.ClassDef):
        makers = [item for item in node.body if isinstance(item, ast.FunctionDef)]
        maker = next((item for item in makers if item.name == "__init__"), None)
        return _arguments(maker) if maker is not None else None
    given = node.args
    if given.kwarg is not None:
        return None
    every = (*given.posonlyargs, *given.args, *given.kwonlyargs)
    return frozenset(item.arg for item in every) - {"self"}
