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
        self._files: dict[Path, ScannedFile] = {}
        self._headers: dict[Path, ScannedFile] = {}
        """The files as they were before anybody listened."""
        self._owners: dict[Path, tuple[Path, ...]] = {}
        self._choices: dict[Path, bool] = {}
        self._given: dict[Path, bool] = {}
        self._tally = Tally()
        self._shown: dict[Path, ScannedFile] = {}
        """The files as they are judged for the format of the last answer."""
        self._shown_tally = Tally()

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
    def shown(self) -> tuple[ScannedFile, ...]:
        """The same files with what the format of the last answer means for each."""
        return tuple(self._shown.values())

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
        return [file for file in self._files.values() if file.chosen and file.facts is None]

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
        for file, owners in [item for item in self._owners.items() if path in item[1]]:
            left = tuple(owner for owner in owners if owner != path)
            if left:
                self._owners[file] = left
            else:
                self._forget(file)
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
            before = self._files.get(file.path)
            if before is None:
                continue
            after = self._as_chosen(file)
            if after != before:
                self._put(after)
                changed.append(self._shown[file.path])
        self.files_revision += bool(changed)
        return changed

    def take_judged(self, files: Iterable[ScannedFile]) -> list[ScannedFile]:
        """Files with what the format means for them; returns those that are shown otherwise."""
        changed = []
        for file in files:
            known = self._files.get(file.path)
            if known is None or known.facts is not file.facts:
                continue  # gone, or heard meanwhile
            after = replace(file, included=known.included)
            if after != self._shown[file.path]:
                self._show(after)
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
        self._choices.update({path: on for path, on in choices.items() if path in self._files})
        return self.take_heard([self._files[path] for path in choices if path in self._files])

    def leave_out_looks(self) -> list[ScannedFile]:
        """Leave out every file that wants a look."""
        files = self._shown.values()
        return self.choose({file.path: False for file in files if _wants_look(file)})

    def leave_out_unheard(self) -> list[ScannedFile]:
        """Leave out every file that nobody listened to yet."""
        return self.choose({file.path: False for file in self.unheard()})

    # Inside

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
        judged = self._shown.get(file.path)
        chosen_only = before is not None and replace(before, included=file.included) == file
        self._show(replace(judged, included=file.included) if judged and chosen_only else file)

    def _show(self, file: ScannedFile) -> None:
        before = self._shown.get(file.path)
        if before is not None:
            self._shown_tally.remove(before)
        self._shown_tally.add(file)
        self._shown[file.path] = file

    def _forget(self, path: Path) -> None:
        self._tally.remove(self._files.pop(path))
        self._shown_tally.remove(self._shown.pop(path))
        del self._owners[path], self._headers[path]
        self._choices.pop(path, None)

    def _doubt_doubles(self) -> None:
        """What a double was a double of may be gone: let it be judged again (facts are kept)."""
        for file in [file for file in self._files.values() if is_double(file)]:
            self._put(self._as_chosen(self._headers[file.path]))


def _wants_look(file: ScannedFile) -> bool:
    return file.verdict == WARN and file.included
