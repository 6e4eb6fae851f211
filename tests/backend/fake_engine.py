"""Environments that only pretend: a shell script as Python, which answers what a file says."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

GPU = {
    "index": 0,
    "name": "RTX 9",
    "uuid": "aa",
    "memory_total": 16_000,
    "memory_free": 9_000,
    "capability": "8.6",
}
NVIDIA = {"uuid": "aa", "name": "RTX 9", "memory_total": 16_000, "memory_free": 7_000}
_TOOL = {"path": "/bin/tool", "version": "7.1", "fault": ""}
_FLAGS = {"name": {"type": "string", "default": None, "help": "name of the run"}}
ANSWER: dict[str, Any] = {
    "format": 1,
    "nvidia": [],
    "ffmpeg": _TOOL,
    "ffprobe": _TOOL,
    "executable": "",
    "prefix": "",
    "script": "",
    "versions": {
        "python": "3.11.7",
        "acids-rave": "2.3.1",
        "torch": "2.8.0",
        "torchaudio": "2.8.0",
        "numpy": "1.26.4",
        "scipy": "1.10.0",
        "setuptools": "80.9.0",
        "pytorch-lightning": "1.9.0",
    },
    "faults": {"pkg_resources": "", "torch": "", "torchaudio": ""},
    "torch": {"cuda": "12.8", "hip": None, "mps": False, "gpus": [], "fault": ""},
    "configs": {"folder": "/engine/rave/configs", "names": ["v1", "v2"], "augmentations": ["mute"]},
    "callbacks": True,
    "verbs": {
        "preprocess": {"flags": _FLAGS, "fault": ""},
        "train": {"flags": _FLAGS, "fault": ""},
        "export": {"flags": _FLAGS, "fault": ""},
    },
}


def answer(**changes: Any) -> dict[str, Any]:
    """The answer of a sound environment, with some parts as given."""
    return {**copy.deepcopy(ANSWER), **changes}


def broken(fault: str, **changes: Any) -> dict[str, Any]:
    """The answer of an environment in which no command of RAVE loads."""
    verbs = {verb: {"flags": {}, "fault": fault} for verb in ("preprocess", "train", "export")}
    return answer(verbs=verbs, **changes)


def environment(folder: Path, facts: dict[str, Any] | str | None = None) -> Path:
    """An environment at ``folder`` with a ``rave`` command; returns its Python.

    Each question is noted in ``questions``: ``full`` or ``quick``.
    """
    scripts = folder / "bin"
    scripts.mkdir(parents=True, exist_ok=True)
    text = facts if isinstance(facts, str) else json.dumps(answer() if facts is None else facts)
    (folder / "answer.json").write_text(text)
    python = scripts / "python"
    python.write_text(
        "#!/bin/sh\n"
        f'here="{folder}"\n'
        'case "$2" in --gpus) word=quick;; *) word=full;; esac\n'
        'echo "$word" >>"$here/questions"\n'
        '[ ! -e "$here/crash" ] || { cat "$here/crash" >&2; exit 3; }\n'
        'cat "$here/answer.json"\necho\n'
    )
    python.chmod(0o755)
    (scripts / "rave").write_text(f"#!{python}\n")
    (scripts / "rave").chmod(0o755)
    return python


def questions(folder: Path) -> list[str]:
    """What the environment was asked so far."""
    file = folder / "questions"
    return file.read_text().split() if file.exists() else []
