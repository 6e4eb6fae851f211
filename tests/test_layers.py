"""What import contracts cannot see: what is really loaded, and which part of Qt."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import rave_gui

PACKAGE = Path(rave_gui.__file__).parent
HEAVY = {"PyQt6", "torch", "matplotlib", "librosa", "scipy"}
IMPORT_ALL = """
import importlib, json, pkgutil, sys
for layer in sys.argv[1:]:
    package = importlib.import_module(layer)
    for found in pkgutil.walk_packages(package.__path__, layer + "."):
        importlib.import_module(found.name)
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""


def loaded_by(*layers: str) -> set[str]:
    """The top-level packages that a fresh interpreter holds after importing whole layers."""
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, *layers], capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout))


def test_core_audio_and_backend_load_neither_qt_nor_anything_heavy():
    assert not loaded_by("rave_gui.core", "rave_gui.audio", "rave_gui.backend") & HEAVY


def test_the_command_line_loads_neither_qt_nor_anything_heavy():
    assert not loaded_by("rave_gui.cli") & HEAVY


def test_the_probe_of_this_test_sees_what_is_loaded():
    assert "PyQt6" in loaded_by("rave_gui.bridge")


@pytest.mark.parametrize("path", sorted((PACKAGE / "bridge").glob("*.py")), ids=lambda p: p.stem)
def test_the_bridge_knows_no_part_of_qt_but_the_core(path):
    imported = {
        f"{node.module}.{name.name}" if node.module == "PyQt6" else node.module
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("PyQt6")
        for name in node.names
    }
    assert imported <= {"PyQt6.QtCore", "PyQt6.sip"}, "sip is the binding itself"
