"""The sources and files of a draft: what was found, what was heard, what the person chose.

Everything that is said of a hundred thousand files is counted while they come, so that no question
walks through all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rave_gui.backend.draft_counts import Counts, Tally
from rave_gui.backend.prospect import is_double
from rave_gui.backend.scanned import WARN, ScannedFile


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


class DraftFiles:
    """For one thread; what it hands out may be read in others."""

    def __init__(self) -> None:
        self.files_revision = 0
        """Grows whenever a file, its facts or its choice is another."""
        self._sources: dict[Path, Source] = {}
        self._entries: dict[Path, _Entry] = {}
        self._choices: dict[Path, bool] = {}
        self._given: dict[Path, bool] = {}
        self._tally, self._shown_tally = Tally(), Tally()

    # What is known

    @property
    def sources(self) -> tuple[Source, ...]:
        """In the order in which they were chosen."""
        return tuple(self._sources.values())

    @property
    def files(self) -> tuple[ScannedFile, ...]:
        """All that were found, in the order in which they were found."""
        return tuple([entry.file for entry in self._entries.values()])

    @property
    def shown(self) -> tuple[ScannedFile, ...]:
        """The same files with what the format of the last answer means for each."""
        return tuple([entry.shown for entry in self._entries.values()])

    @property
    def counts(self) -> Counts:
        """How many files are what; verdicts as they are shown."""
        seen = self._shown_tally.counts
        return replace(
            self._tally.counts,
            use=seen.use,
            look=seen.look,
            reject=seen.reject,
            chosen_looks=seen.chosen_looks,
        )

    @property
    def tally(self) -> Tally:
        """The same figures, and how many chosen files have which rate and channels."""
        return self._tally

    @property
    def looking(self) -> bool:
        """Whether sources are still to be looked through."""
        return any(not source.looked for source in self._sources.values())

    def unheard(self) -> list[ScannedFile]:
        """The chosen files that nobody listened to yet."""
        return [file for file in self.files if file.facts is None and file.chosen]

    # Sources

    def add_sources(self, paths: Iterable[Path]) -> list[Path]:
        """Take folders and files; returns those that are new."""
        wanted = (path.expanduser().absolute() for path in paths)
        fresh = [path for path in dict.fromkeys(wanted) if path not in self._sources]
        for path in fresh:
            self._sources[path] = Source(path)
        return fresh

    def remove_source(self, path: Path) -> bool:
        """Take a source out, and the files that no other source holds; whether it was there."""
        if self._sources.pop(path, None) is None:
            return False
        gone = {key: entry for key, entry in self._entries.items() if entry.disown(path)}
        self._forget(gone)
        self._doubt_doubles()
        self.files_revision += 1
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
            is_file=known.is_file or any(file.path == source and file.usable for file in files),
            problem=next((f.reason for f in files if f.path == source and not f.usable), ""),
        )
        self.files_revision += bool(fresh)
        return fresh

    def end_look(self, source: Path, problem: str = "") -> None:
        """All of ``source`` was looked at, or cannot be, for the reason given."""
        if source in self._sources:
            known = self._sources[source]
            self._sources[source] = replace(known, looked=True, problem=problem or known.problem)

    # Listening and choosing

    def take_heard(self, files: Iterable[ScannedFile]) -> list[ScannedFile]:
        """Files with what listening found; the person's own choices stay.

        Returns those that changed, as they are shown.
        """
        changed = []
        for file in files:
            entry = self._entries.get(file.path)
            after = self._as_chosen(file)
            if entry is not None and after != entry.file:
                self._put(entry, after, after)
                changed.append(after)
        self.files_revision += bool(changed)
        return changed

    def take_judged(self, files: Iterable[ScannedFile]) -> list[ScannedFile]:
        """Files with what the format means for them; returns those that are shown otherwise."""
        changed = []
        for file in files:
            entry = self._entries.get(file.path)
            if entry is None or entry.file.facts is not file.facts:
                continue  # gone, or heard meanwhile
            on = entry.file.included
            after = file if file.included == on else replace(file, included=on)
            if after != entry.shown:
                self._put(entry, entry.file, after)
                changed.append(after)
        return changed

    @property
    def chose(self) -> bool:
        """Whether the person took files in or left them out."""
        return self._choices != self._given

    def give_choices(self, choices: Mapping[Path, bool]) -> None:
        """Choices that were made before; they hold for files that are still to be found."""
        self._choices, self._given = dict(choices), dict(choices)

    def choose(self, choices: Mapping[Path, bool]) -> list[ScannedFile]:
        """Take files in or leave them out; returns those that changed."""
        changed = []
        for path, on in choices.items():
            entry = self._entries.get(path)
            if entry is None:
                continue
            self._choices[path] = on
            if entry.file.included != on:
                file, shown = replace(entry.file, included=on), replace(entry.shown, included=on)
                self._put(entry, file, shown)
                changed.append(shown)
        self.files_revision += bool(changed)
        return changed

    def leave_out_looks(self) -> list[ScannedFile]:
        """Leave out every file that wants a look."""
        return self.choose({file.path: False for file in self.shown if _wants_look(file)})

    def leave_out_unheard(self) -> list[ScannedFile]:
        """Leave out every file that nobody listened to yet."""
        return self.choose({file.path: False for file in self.unheard()})

    # Inside

    def _meet(self, source: Path, file: ScannedFile) -> ScannedFile | None:
        """Remember who brought the file; returns it where it is new."""
        entry = self._entries.get(file.path)
        if entry is not None:
            entry.own(source)
            return None
        taken = self._as_chosen(file)
        self._entries[file.path] = _Entry(file, taken, taken, (source,))
        self._tally.add(taken)
        self._shown_tally.add(taken)
        return taken

    def _as_chosen(self, file: ScannedFile) -> ScannedFile:
        on = self._choices.get(file.path, file.included)
        return file if on == file.included else replace(file, included=on)

    def _put(self, entry: _Entry, file: ScannedFile, shown: ScannedFile) -> None:
        if file is not entry.file:
            self._tally.remove(entry.file)
            self._tally.add(file)
        self._shown_tally.remove(entry.shown)
        self._shown_tally.add(shown)
        entry.file, entry.shown = file, shown

    def _forget(self, gone: Mapping[Path, _Entry]) -> None:
        """Whichever is less work: to count what goes, or anew what stays."""
        if 2 * len(gone) < len(self._entries):
            for path, entry in gone.items():
                self._tally.remove(entry.file)
                self._shown_tally.remove(entry.shown)
                del self._entries[path]
        else:
            stays = {key: entry for key, entry in self._entries.items() if key not in gone}
            self._entries, self._tally, self._shown_tally = stays, Tally(), Tally()
            for entry in stays.values():
                self._tally.add(entry.file)
                self._shown_tally.add(entry.shown)
        self._choices = {path: on for path, on in self._choices.items() if path not in gone}

    def _doubt_doubles(self) -> None:
        """What a double was a double of may be gone: let it be judged again (facts are kept)."""
        for entry in [entry for entry in self._entries.values() if is_double(entry.file)]:
            file = self._as_chosen(entry.header)
            self._put(entry, file, file)


@dataclass(slots=True)
class _Entry:
    """One file in its stages."""

    header: ScannedFile
    """Before anybody listened."""
    file: ScannedFile
    shown: ScannedFile
    """Judged for the format of the last answer."""
    owners: tuple[Path, ...]
    """The sources that hold it."""

    def own(self, source: Path) -> None:
        """Another source holds it too."""
        if source not in self.owners:
            self.owners = (*self.owners, source)

    def disown(self, source: Path) -> bool:
        """Whether no source is left, now that this one is gone."""
        if source in self.owners:
            self.owners = tuple(owner for owner in self.owners if owner != source)
        return not self.owners


def _wants_look(file: ScannedFile) -> bool:
    return file.verdict == WARN and file.included
