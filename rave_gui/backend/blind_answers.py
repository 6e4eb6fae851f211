"""The answers of a project's blind tests: one line each, added and never changed."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rave_gui.backend.blind_test import Answer, BlindKind
from rave_gui.core.errors import UserError

FOLDER, FILE = "listening", "answers.jsonl"


class BlindAnswers:
    """``listening/answers.jsonl`` of one project folder."""

    def __init__(self, project: Path) -> None:
        self.path = project / FOLDER / FILE

    def add(self, answer: Answer, titles: Mapping[str, str]) -> None:
        """Keep an answer; ``titles`` says what the keys were called, for the day they are gone.

        Raises:
            UserError: it cannot be written.
        """
        named = {key: titles.get(key, key) for key in (answer.a, answer.b)}
        line = json.dumps({**_to_json(answer), "titles": named}, ensure_ascii=False)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            _append(self.path, line.encode() + b"\n")
        except OSError as error:
            raise UserError(
                f"The answer cannot be kept ({error.strerror or error}).",
                "Free some space, or make the project folder writable.",
            ) from error

    def all(self) -> tuple[Answer, ...]:
        """Every answer that can be read, the oldest first; torn and foreign lines are passed."""
        return tuple(answer for answer in map(_answer_of, self._lines()) if answer is not None)

    def titles(self) -> dict[str, str]:
        """What each key was called last."""
        found: dict[str, str] = {}
        for entry in self._lines():
            titles = entry.get("titles")
            if isinstance(titles, dict):
                found.update({str(key): str(title) for key, title in titles.items()})
        return found

    def _lines(self) -> Iterable[dict[str, Any]]:
        try:
            raw = self.path.read_bytes()
        except OSError:
            return
        for line in raw.splitlines():
            with contextlib.suppress(ValueError, RecursionError):
                entry = json.loads(line)
                if isinstance(entry, dict):
                    yield entry


def _append(path: Path, line: bytes) -> None:
    """In one write, behind a line end: half a line of a full disk must not swallow this one."""
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags, 0o644)
    try:
        if not _ends_clean(descriptor):
            line = b"\n" + line
        if os.write(descriptor, line) < len(line):
            raise OSError("the disk is full")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _ends_clean(descriptor: int) -> bool:
    size = os.lseek(descriptor, 0, os.SEEK_END)
    if not size:
        return True
    os.lseek(descriptor, size - 1, os.SEEK_SET)
    return os.read(descriptor, 1) == b"\n"


def _to_json(answer: Answer) -> dict[str, Any]:
    return {**vars(answer), "kind": answer.kind.value}


def _answer_of(entry: Mapping[str, Any]) -> Answer | None:
    try:
        words = {name: str(entry[name]) for name in ("test", "a", "b", "chosen")}
        kind = BlindKind(entry["kind"])
        made = Answer(
            seed=int(entry["seed"]),
            kind=kind,
            number=int(entry["number"]),
            at=float(entry["at"]),
            x=str(entry.get("x", "")),
            sound=str(entry.get("sound", "")),
            **words,
        )
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    return made if made.chosen in (made.a, made.b) else None
