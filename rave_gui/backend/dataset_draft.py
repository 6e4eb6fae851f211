"""The way from files of sound to a dataset, as one person goes it: sources, check, format, review.

A draft lives in memory only: giving it up leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum, IntEnum
from pathlib import Path

from rave_gui.backend.audio_find import AUDIO_SUFFIXES
from rave_gui.backend.draft_files import DraftFiles
from rave_gui.backend.draft_prefill import Prefill
from rave_gui.backend.prospect import Prospect
from rave_gui.backend.rave_settings import ConditionSettings, PreprocessSettings
from rave_gui.core.repositories import same_name


class Step(IntEnum):
    """Where the person is."""

    SOURCES = 0
    CHECK = 1
    FORMAT = 2
    REVIEW = 3


class Hindrance(Enum):
    """Why the next step has to wait."""

    NO_SOURCES = "no-sources"
    LOOKING = "looking"
    NO_SOUND = "no-sound"
    NOTHING_USABLE = "nothing-usable"
    NOTHING_CHOSEN = "nothing-chosen"
    LISTENING = "listening"
    RECKONING = "reckoning"
    NO_EXAMPLES = "no-examples"
    NO_NAME = "no-name"
    NAME_TAKEN = "name-taken"
    NO_ENGINE = "no-engine"
    NO_ROOM = "no-room"


class DatasetDraft(DraftFiles):
    """The state of the wizard: its files, and what the person decided on the way."""

    def __init__(self) -> None:
        super().__init__()
        self.step = Step.SOURCES
        self.furthest = Step.SOURCES
        self.aim: Step | None = None
        """Walk on to this step by itself as soon as nothing hinders."""
        self.settings = PreprocessSettings()
        self.condition = ConditionSettings()
        self.name, self.note = "", ""
        self.has_engine = False
        self.busy_listening = False
        """Whether listening goes on: what it finds may still change what is known."""
        self.prospect: Prospect | None = None
        self.choice_revision = 0
        """Grows whenever the format is another."""
        self._usual = (self.settings, self.condition)
        self._named = False
        self._named_after = ""
        self._taken: dict[str, str] = {}

    # What is known

    @property
    def fresh(self) -> bool:
        """Whether :attr:`prospect` tells of all that is chosen now."""
        found = self.prospect
        revisions = (self.files_revision, self.choice_revision)
        return found is not None and revisions == (found.files_revision, found.choice_revision)

    @property
    def worth_keeping(self) -> bool:
        """Whether the person decided something that would be lost with the draft."""
        changed = (self.settings, self.condition) != self._usual
        return self.chose or changed or self._named or bool(self.note.strip())

    # Decisions

    def add_sources(self, paths: Iterable[Path]) -> list[Path]:
        """Take folders and files; returns those that are new. New files want to be checked."""
        fresh = super().add_sources(paths)
        if fresh:
            self.step = min(self.step, Step.CHECK)
            self._suggest_name()
        return fresh

    def remove_source(self, path: Path) -> bool:
        """Take a source out, and the files that no other source holds; whether it was there."""
        found = super().remove_source(path)
        self._suggest_name()
        return found

    def set_format(self, settings: PreprocessSettings, condition: ConditionSettings) -> None:
        """How the dataset shall be made."""
        if (settings, condition) != (self.settings, self.condition):
            self.settings, self.condition = settings, condition
            self.choice_revision += 1

    def take_prospect(self, prospect: Prospect) -> bool:
        """Take an answer unless it belongs to other choices or a newer one is there already."""
        if prospect.choice_revision != self.choice_revision:
            return False
        known = self.prospect
        same = known is not None and known.choice_revision == prospect.choice_revision
        if known is not None and same and known.files_revision > prospect.files_revision:
            return False
        self.prospect = prospect
        return True

    def set_name(self, name: str) -> None:
        """The person named it."""
        self.name, self._named = name, True

    def take_names(self, taken: Iterable[str]) -> None:
        """The names that datasets of the project have already."""
        self._taken = {same_name(name): name for name in taken}
        self._suggest_name()

    def name_taken_by(self) -> str:
        """The dataset that has this name already; empty where there is none."""
        return self._taken.get(same_name(self.name.strip()), "")

    def prefill(self, found: Prefill) -> None:
        """Begin with another dataset's sources and choices, and walk on to the format."""
        self._usual = found.settings, found.condition
        self.set_format(*self._usual)
        self._named_after = found.name
        self.give_choices(found.choices)
        self.add_sources(found.sources)
        self.step, self.aim = Step.CHECK, Step.FORMAT

    # Steps

    def hindrance(self, step: Step | None = None) -> Hindrance | None:
        """Why what follows ``step`` (the present one) cannot begin; None where it can."""
        asked = self.step if step is None else step
        looks = (self._at_sources, self._at_check, self._at_format, self._at_review)
        found = (look() for look in looks[: asked + 1])
        return next((hindrance for hindrance in found if hindrance is not None), None)

    def can_show(self, step: Step) -> bool:
        """Whether the person may turn to that step now."""
        if step <= self.step:
            return True
        return step <= self.furthest and self.hindrance(Step(step - 1)) is None

    def go(self, step: Step) -> bool:
        """Turn to a step that may be shown."""
        if not self.can_show(step):
            return False
        self.step, self.aim = step, None
        return True

    def advance(self) -> bool:
        """One step on, unless something hinders or it is the last."""
        if self.step is Step.REVIEW or self.hindrance() is not None:
            return False
        self.step = Step(self.step + 1)
        self.furthest = max(self.furthest, self.step)
        return True

    def walk_on(self) -> bool:
        """Towards :attr:`aim`, as far as nothing hinders; whether the step is another now."""
        moved = False
        while self.aim is not None and self.step < self.aim and self.advance():
            moved = True
        if self.aim is not None and self.step >= self.aim:
            self.aim = None
        return moved

    # Inside

    def _at_sources(self) -> Hindrance | None:
        if not self.sources:
            return Hindrance.NO_SOURCES
        if self.counts.files:
            return None
        return Hindrance.LOOKING if self.looking else Hindrance.NO_SOUND

    def _at_check(self) -> Hindrance | None:
        # What is too short for this format is no reason not to go and choose another one.
        counts = self.tally.counts
        if self.looking:
            return Hindrance.LOOKING
        if not counts.usable:
            return Hindrance.NOTHING_USABLE
        if not counts.chosen:
            return Hindrance.NOTHING_CHOSEN
        return Hindrance.LISTENING if counts.unheard or self.busy_listening else None

    def _at_format(self) -> Hindrance | None:
        if self.prospect is None or not self.fresh:
            return Hindrance.RECKONING
        return None if self.prospect.plan.examples else Hindrance.NO_EXAMPLES

    def _at_review(self) -> Hindrance | None:
        if not self.name.strip():
            return Hindrance.NO_NAME
        if self.name_taken_by():
            return Hindrance.NAME_TAKEN
        if not self.has_engine:
            return Hindrance.NO_ENGINE
        return None if self.prospect is None or self.prospect.has_room else Hindrance.NO_ROOM

    def _suggest_name(self) -> None:
        if not self._named and self.sources:
            stem = self._named_after or _stem(self.sources[0].path)
            self.name = free_name(stem, self._taken)


def free_name(stem: str, taken: Mapping[str, str]) -> str:
    """``stem``, with a number where a dataset is called so already."""
    name, number = stem, 2
    while same_name(name) in taken:
        name, number = f"{stem} {number}", number + 1
    return name


def _stem(source: Path) -> str:
    sound = source.suffix.lower() in AUDIO_SUFFIXES
    return (source.stem if sound else source.name) or "sound"
