"""The program that listens to files for the application, in a process of its own.

A file can be damaged in ways that take a decoder down; then it takes this process with it and not
the window. One JSON line in for every file, lines out until its facts or its fault are told.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from rave_gui.audio.listen import listen
from rave_gui.core.errors import UserError

FLAG = "--listen"
"""The argument with which the application becomes this program."""


def main(arguments: list[str]) -> int:
    """Listen to what standard input asks for, until it ends; ``arguments``: ffmpeg, or nothing."""
    ffmpeg = arguments[0] if arguments else None
    for line in sys.stdin:
        path = str(json.loads(line)["path"])
        _say(path=path, **_answer(path, ffmpeg))
    return 0


def _answer(path: str, ffmpeg: str | None) -> dict[str, Any]:
    try:
        facts = listen(Path(path), ffmpeg, lambda seconds: _say(path=path, heard=seconds))
    except UserError as error:
        return {"fault": str(error)}
    except MemoryError:
        return {"fault": "there is not enough memory to read it."}
    except (OSError, ValueError, RuntimeError, OverflowError, ArithmeticError) as error:
        return {"fault": f"reading it failed: {error}."}
    return {"facts": facts.to_json()}


def _say(**words: Any) -> None:
    """One line; names that are not UTF-8 travel as escaped surrogates."""
    sys.stdout.write(json.dumps(words, ensure_ascii=True) + os.linesep)
    sys.stdout.flush()
