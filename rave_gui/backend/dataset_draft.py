"""The way from files of sound to a dataset, as one person goes it: sources, check, format, review.

A draft lives in memory only: giving it up leaves nothing behind. Everything that is said of a
hundred thousand files is counted while they come, so that no question walks through all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

from rave_gui.backend.draft_counts import Counts, Tally
from rave_gui.backend.rave_settings import ConditionSettings, PreprocessSettings
from rave_gui.backend.scan import AUDIO_SUFFIXES
from rave_gui.backend.scanned import WARN, ScannedFile
from rave_gui.core.repositories import same_name

if TYPE_CHECKING:
    from rave_gui.backend.forecast import Forecast
    from rave_gui.backend.outlook import Outlook

DOUBLE = "same sound as "
"""How :func:`rave_gui.backend.verdicts.mark_duplicates` begins its reasons."""
ROOM_TO_SPARE = 1 << 28
"""Bytes that stay free on the disk: a disk filled to the brim stops more than this dataset."""


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


@dataclass(frozen=True)
class Source:
    """A folder or file that was chosen, and what was found in it so far."""

    path: Path
    files: int = 0
    usable: int = 0
    seconds: float = 0.0
    """Of the usable files, as their headers say."""
    looked: bool = False
    """Whether all of it was looked at."""
    problem: str = ""
    """Why it cannot be looked at, in words."""
    is_file: bool = False


@dataclass(frozen=True)
class Prospect:
    """What would come of the draft as it was at the two revisions."""

    plan: Forecast
    outlook: Outlook
    free_bytes: int | None
    """On the disk of the project; None where the system does not tell."""
    files_revision: int = 0
    choice_revision: int = 0

    @property
    def needed_bytes(self) -> int:
        """Copies and database together: while RAVE works, both are there."""
        return self.plan.copied_bytes + self.plan.database_bytes

    @property
    def has_room(self) -> bool:
        """Whether the disk takes it, with a little to spare."""
        free = self.free_bytes
        return free is None or self.needed_bytes + ROOM_TO_SPARE <= free


class DatasetDraft:
    """The state of the wizard. For one thread; what it hands out may be read in others."""

    def __init__(self) -> None:
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
        self.files_revision = self.choice_revision = 0
        self._usual = (self.settings, self.condition)
        self._named = False
        self._named_after = ""
        self._taken: dict[str, str] = {}
        self._sources: dict[Path, Source] = {}
        self._files: dict[Path, ScannedFile] = {}
        self._headers: dict[Path, ScannedFile] = {}
        """The files as they were before anybody listened."""
        self._owners: dict[Path, tuple[Path, ...]] = {}
        self._choices: dict[Path, bool] = {}
        self._given: dict[Path, bool] = {}
        self._tally = Tally()

    # What is known

    @property
    def sources(self) -> tuple[Source, ...]:
        """In the order in which they were chosen."""
        return tuple(self._sources.values())

    @property
    def files(self) -> tuple[ScannedFile, ...]:
        """All that were found, in the order in which they were found."""
        return tuple(self._files.values())

    @property
    def counts(self) -> Counts:
        """How many files are what."""
        return self._tally.counts

    @property
    def looking(self) -> bool:
        """Whether sources are still to be looked through."""
        return any(not source.looked for source in self._sources.values())

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
        chose = self._choices != self._given
        return chose or changed or self._named or bool(self.note.strip())

    def unheard(self) -> list[ScannedFile]:
        """The chosen files that nobody listened to yet."""
        return [file for file in self._files.values() if file.chosen and file.facts is None]

    # Sources

    def add_sources(self, paths: Iterable[Path]) -> list[Path]:
        """Take folders and files; returns those that are new. New files want to be checked."""
        wanted = (path.expanduser().absolute() for path in paths)
        fresh = [path for path in dict.fromkeys(wanted) if path not in self._sources]
        for path in fresh:
            self._sources[path] = Source(path)
        if fresh:
            self.step = min(self.step, Step.CHECK)
            self._suggest_name()
        return fresh

    def remove_source(self, path: Path) -> bool:
        """Take a source out, and the files that no other source holds; whether it was there."""
        if self._sources.pop(path, None) is None:
            return False
        for file, owners in [item for item in self._owners.items() if path in item[1]]:
            left = tuple(owner for owner in owners if owner != path)
            if left:
                self._owners[file] = left
            else:
                self._forget(file)
        self._doubt_doubles()
        self.files_revision += 1
        self._suggest_name()
        return True

    def next_source(self) -> Path | None:
        """A source that is still to be looked through."""
        return next((s.path for s in self._sources.values() if not s.looked), None)

    def take_found(self, source: Path, files: Sequence[ScannedFile]) -> list[ScannedFile]:
        """Files of ``source`` by their headers; returns those that were not known before."""
        known = self._sources.get(source)
        if known is None:
            return []
        fresh = [taken for file in files if (taken := self._meet(source, file)) is not None]
        usable = [file for file in files if file.usable]
        self._sources[source] = replace(
            known,
            files=known.files + len(files),
            usable=known.usable + len(usable),
            seconds=known.seconds + sum(file.duration_seconds or 0.0 for file in usable),
            is_file=known.is_file or any(file.path == source for file in files),
        )
        self.files_revision += bool(fresh)
        return fresh

    def end_look(self, source: Path, problem: str = "") -> None:
        """All of ``source`` was looked at, or cannot be, for the reason given."""
        if source in self._sources:
            self._sources[source] = replace(self._sources[source], looked=True, problem=problem)

    # Listening and choosing

    def take_heard(self, files: Iterable[ScannedFile]) -> list[ScannedFile]:
        """Files with what listening found; the person's own choices stay. Returns what changed."""
        changed = []
        for file in files:
            before = self._files.get(file.path)
            if before is None:
                continue
            after = self._as_chosen(file)
            if after != before:
                self._put(after)
                changed.append(after)
        self.files_revision += bool(changed)
        return changed

    def choose(self, choices: Mapping[Path, bool]) -> list[ScannedFile]:
        """Take files in or leave them out; returns those that changed."""
        self._choices.update({path: on for path, on in choices.items() if path in self._files})
        return self.take_heard([self._files[path] for path in choices if path in self._files])

    def leave_out_looks(self) -> list[ScannedFile]:
        """Leave out every file that wants a look."""
        files = self._files.values()
        return self.choose({file.path: False for file in files if _wants_look(file)})

    def leave_out_unheard(self) -> list[ScannedFile]:
        """Leave out every file that nobody listened to yet."""
        return self.choose({file.path: False for file in self.unheard()})

    # Format and review

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

    def prefill(
        self,
        name: str,
        sources: Iterable[Path],
        settings: PreprocessSettings,
        condition: ConditionSettings,
        choices: Mapping[Path, bool],
    ) -> None:
        """Begin with another dataset's sources and choices, and walk on to the format."""
        self._usual = settings, condition
        self.set_format(settings, condition)
        self._named_after = name
        self._choices = dict(choices)
        self._given = dict(choices)
        self.add_sources(sources)
        self.step, self.aim = Step.CHECK, Step.FORMAT

    # Steps

    def hindrance(self, step: Step | None = None) -> Hindrance | None:
        """Why what follows ``step`` (the present one) cannot begin; None where it can."""
        asked = self.step if step is None else step
        for look in (self._at_sources, self._at_check, self._at_format, self._at_review)[
            : asked + 1
        ]:
            found = look()
            if found is not None:
                return found
        return None

    def can_show(self, step: Step) -> bool:
        """Whether the person may turn to that step now."""
        return step <= self.step or (
            step <= self.furthest and self.hindrance(Step(step - 1)) is None
        )

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
        if not self._sources:
            return Hindrance.NO_SOURCES
        if self._files:
            return None
        return Hindrance.LOOKING if self.looking else Hindrance.NO_SOUND

    def _at_check(self) -> Hindrance | None:
        counts = self.counts
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

    def _meet(self, source: Path, file: ScannedFile) -> ScannedFile | None:
        """Remember who brought the file; returns it where it is new."""
        owners = self._owners.get(file.path, ())
        if source not in owners:
            self._owners[file.path] = (*owners, source)
        if file.path in self._files:
            return None
        self._headers[file.path] = file
        taken = self._as_chosen(file)
        self._put(taken)
        return taken

    def _as_chosen(self, file: ScannedFile) -> ScannedFile:
        on = self._choices.get(file.path, file.included)
        return file if on == file.included else replace(file, included=on)

    def _put(self, file: ScannedFile) -> None:
        before = self._files.get(file.path)
        if before is not None:
            self._tally.remove(before)
        self._tally.add(file)
        self._files[file.path] = file

    def _forget(self, path: Path) -> None:
        self._tally.remove(self._files.pop(path))
        del self._owners[path], self._headers[path]
        self._choices.pop(path, None)

    def _doubt_doubles(self) -> None:
        """What a double was a double of may be gone: let it be judged again (facts are kept)."""
        for file in [file for file in self._files.values() if is_double(file)]:
            self._put(self._as_chosen(self._headers[file.path]))

    def _suggest_name(self) -> None:
        if not self._named and self._sources:
            stem = self._named_after or _stem(next(iter(self._sources)))
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


def is_double(file: ScannedFile) -> bool:
    """Whether it was found to sound the same as another file."""
    return file.verdict == WARN and file.reason.startswith(DOUBLE)


def _wants_look(file: ScannedFile) -> bool:
    return file.verdict == WARN and file.included
