"""What the installation of the engine says while it runs, decided without Qt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from rave_gui.backend.engine_install import STAGES
from rave_gui.ui.text import translate

WAITING, UNDER_WAY, DONE, FAILED = "waiting", "now", "done", "failed"


@dataclass(frozen=True)
class Progress:
    """How far it is."""

    stage: str = ""
    """The one under way; empty before the first."""
    detail: str = ""
    fault: str = ""
    finished: bool = False

    def mark(self, name: str) -> str:
        """How far one stage is."""
        if self.finished:
            return DONE
        if not self.stage:
            return WAITING
        here, there = STAGES.index(self.stage), STAGES.index(name)
        if there == here:
            return FAILED if self.fault else UNDER_WAY
        return DONE if there < here else WAITING


def fold(progress: Progress, facts: Iterable[Mapping[str, Any]]) -> Progress:
    """Take new facts in; those of a kind that says nothing here are passed over."""
    for fact in facts:
        kind, text = fact.get("kind"), str(fact.get("text") or "")
        if kind == "stage" and fact.get("stage") in STAGES:
            progress = replace(progress, stage=str(fact["stage"]), detail="")
        elif kind == "note":
            progress = replace(progress, detail=text)
        elif kind == "fault":
            progress = replace(progress, fault=text)
        elif kind == "result":
            progress = replace(progress, finished=True, fault="", detail="")
    return progress


def stage_words(name: str) -> str:
    """What a stage does."""
    words = {
        "licence": translate("install", "Licence"),
        "python": translate("install", "A Python of its own"),
        "torch": translate("install", "torch, the largest part"),
        "rave": translate("install", "RAVE and what it needs"),
        "check": translate("install", "Loading RAVE once, to see that it works"),
        "done": translate("install", "Ready"),
    }
    return words.get(name, name)


def mark_words(mark: str) -> tuple[str, str]:
    """Sign and role of a mark."""
    return {
        WAITING: ("○", "muted"),
        UNDER_WAY: ("●", "accent"),
        DONE: ("✓", "good"),
        FAILED: ("✕", "bad"),
    }[mark]
