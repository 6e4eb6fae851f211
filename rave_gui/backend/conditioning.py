"""Which files RAVE gets as they are, which as copies, and which short ones belong together.

Everything is decided here, sample by sample, before anything is written: RAVE then sees only what
it can take, so it can neither hang nor drop a file without a word.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rave_gui.audio.facts import SoundFacts
from rave_gui.audio.staging_plan import Item, Piece, StagingPlan
from rave_gui.backend.chunks import MARGIN, example_frames, is_certain, resampled_frames, windows_of
from rave_gui.backend.rave_settings import ConditionSettings, PreprocessSettings
from rave_gui.backend.scanned import ScannedFile
from rave_gui.core.paths import slug

_LONGEST_JOIN_SECONDS = 600.0
_WORTH_PADDING = 4
"""What is left of joined files is filled up with silence if it is at least a quarter of one."""
_WORTH_A_PAD = 10
"""A single file is padded if it is at least a tenth of one example."""
_LEAST_GAIN_DB = 0.5
_HIGHEST_PEAK = 10 ** (-1 / 20)
"""-1 dBFS; no copy is turned up over it."""
_FULL_SCALE = 1.0 + 1e-4
_LONGEST_STEM = 60


@dataclass(frozen=True)
class Conditioned:
    """What becomes of the chosen files."""

    plan: StagingPlan
    remarks: dict[Path, str]
    """What is done to a file, in words; nothing for one that RAVE takes as it is."""
    left_out: dict[Path, str]
    """Why nothing could be made of a file."""
    lost_frames: int
    """At the ends of items and in files that are left out, at the rate of the dataset."""
    windows: int
    """Examples of ``2 * num_signal``, or for a lazy dataset windows of ``num_signal``, in all."""


@dataclass(frozen=True)
class _Part:
    """One file on its way into the plan."""

    file: ScannedFile
    piece: Piece
    copied: bool
    remark: str


def condition_files(
    files: Sequence[ScannedFile], settings: PreprocessSettings, condition: ConditionSettings
) -> Conditioned:
    """Plan the staging folder for the chosen ``files``; those without a length are left out."""
    return _Planner(settings, condition, _target_loudness(files, condition)).plan(files)


def unit_frames(settings: PreprocessSettings) -> int:
    """Frames that a file must have for RAVE to find anything in it."""
    return settings.num_signal if settings.lazy else example_frames(settings.num_signal)


class _Planner:
    def __init__(
        self, settings: PreprocessSettings, condition: ConditionSettings, target: float | None
    ) -> None:
        self._settings, self._condition, self._target = settings, condition, target
        self._unit = unit_frames(settings)
        self._items: list[Item] = []
        self._remarks: dict[Path, str] = {}
        self._left_out: dict[Path, str] = {}
        self._lost = self._windows = 0

    def plan(self, files: Sequence[ScannedFile]) -> Conditioned:
        short: list[_Part] = []
        for file in files:
            part = self._part(file)
            if part.piece.frames >= self._unit:
                self._add_whole(part)
            else:
                short.append(part)
        self._add_short(short)
        plan = StagingPlan(self._settings.sample_rate, self._settings.channels, tuple(self._items))
        return Conditioned(plan, self._remarks, self._left_out, self._lost, self._windows)

    # One file

    def _part(self, file: ScannedFile) -> _Part:
        rate, channels = file.sample_rate or 0, file.channels or 1
        spans = self._kept(file)
        kept = sum(last - first for first, last in spans)
        frames = resampled_frames(kept, rate, self._settings.sample_rate) if rate else 0
        remarks: list[str] = []
        copied = self._needs_copy(file, kept, remarks)
        gain = self._gain(file.facts, remarks)
        piece = Piece(
            path=file.path,
            sample_rate=rate,
            channels=channels,
            spans=spans,
            frames=frames,
            gain=gain,
            first_channel_only=self._first_only(file),
            size=file.size,
            modified=file.modified,
        )
        if rate != self._settings.sample_rate:
            remarks.append(f"converted to {_kilohertz(self._settings.sample_rate)}")
        return _Part(file, piece, copied or gain != 1.0, "; ".join(remarks))

    def _kept(self, file: ScannedFile) -> tuple[tuple[int, int], ...]:
        facts = file.facts
        if facts is None:
            return ((0, round((file.duration_seconds or 0.0) * (file.sample_rate or 0))),)
        if self._condition.trim_silence and facts.spans:
            return facts.spans
        return ((0, facts.frames),)

    def _needs_copy(self, file: ScannedFile, kept: int, remarks: list[str]) -> bool:
        """Whether RAVE would get something else than meant from the original."""
        facts, wanted = file.facts, self._settings.channels
        cut = facts.frames - kept if facts else 0
        if cut:
            remarks.append(f"{cut / (file.sample_rate or 1):.1f} s of silence cut")
        mixed = self._is_mixed(file)
        if mixed:
            remarks.append(f"{file.channels} channels mixed to {wanted}")
        if not file.audio_first:
            remarks.append("copied, because the file does not begin with its sound")
        spoilt = facts is not None and bool(facts.bad_values)
        return bool(cut) or mixed or not file.audio_first or spoilt or self._is_doubtful(file, kept)

    def _is_mixed(self, file: ScannedFile) -> bool:
        few = (file.channels or 1) > self._settings.channels
        same = file.facts is not None and file.facts.dual_mono
        return few and not same and self._condition.mix == "mean" and not self._first_only(file)

    def _first_only(self, file: ScannedFile) -> bool:
        """Whether the first channels alone are taken; of those that cancel, too, in mono."""
        if (file.channels or 1) <= self._settings.channels:
            return False
        cancels = file.facts is not None and file.facts.cancels and self._settings.channels == 1
        return cancels or self._condition.mix == "first"

    def _is_doubtful(self, file: ScannedFile, kept: int) -> bool:
        """Whether the number of examples hangs on the last frames of a conversion.

        A lazy dataset believes what ffprobe says of the length, so that must be known there.
        """
        rate, facts = self._settings.sample_rate, file.facts
        if self._settings.lazy and facts is not None:
            return facts.decoder == "libsndfile" and facts.promised_frames != facts.frames
        if file.sample_rate in (None, 0, rate):
            return False
        frames = resampled_frames(kept, file.sample_rate or rate, rate)
        return frames + MARGIN >= self._unit and not is_certain(frames, self._unit)

    def _gain(self, facts: SoundFacts | None, remarks: list[str]) -> float:
        if facts is None or facts.peak <= 0:
            return 1.0
        wanted = 0.0
        if self._target is not None and facts.loudness is not None:
            wanted = self._target - facts.loudness
        ceiling = 20 * math.log10(_HIGHEST_PEAK / facts.peak)
        decibels = min(wanted, max(ceiling, 0.0)) if wanted > 0 else wanted
        if facts.peak > _FULL_SCALE:
            decibels = min(decibels, ceiling)
        if abs(decibels) < _LEAST_GAIN_DB and facts.peak <= _FULL_SCALE:
            return 1.0
        remarks.append(f"level changed by {decibels:+.1f} dB")
        return float(10 ** (decibels / 20))

    # Items

    def _add_whole(self, part: _Part) -> None:
        self._add([part], part.piece.frames, link=not part.copied)
        if part.remark:
            self._remarks[part.file.path] = part.remark

    def _add(self, parts: Sequence[_Part], frames: int, *, link: bool) -> None:
        first = parts[0].file.path
        examples = 1 if self._settings.lazy else frames // self._unit
        suffix = (first.suffix.lower() if link else "") or (".audio" if link else ".wav")
        name = f"{len(self._items):06d}-{slug(first.stem)[:_LONGEST_STEM]}{_plain(suffix)}"
        self._items.append(Item(name, tuple(part.piece for part in parts), link, frames, examples))
        if self._settings.lazy:
            self._windows += windows_of(frames, self._settings.sample_rate, self._unit)
        else:
            self._windows += examples
            self._lost += frames % self._unit

    def _add_short(self, parts: list[_Part]) -> None:
        ways = {"join": self._join, "pad": self._pad}
        ways.get(self._condition.short_files, self._leave)(parts)

    def _leave(self, parts: Iterable[_Part]) -> None:
        for part in parts:
            self._give_up(part, "")

    def _pad(self, parts: Iterable[_Part]) -> None:
        for part in parts:
            if part.piece.frames * _WORTH_A_PAD < self._unit:
                self._give_up(part, "")
                continue
            self._add([part], self._unit, link=False)
            self._remarks[part.file.path] = _joined(self._short(part), "silence added", part.remark)

    def _join(self, parts: list[_Part]) -> None:
        """Neighbours first, so that what was recorded together stays together."""
        parts = [part for part in parts if part.piece.frames or self._give_up(part, "")]
        parts.sort(key=lambda part: (str(part.file.path.parent), part.file.path.name))
        longest = max(self._unit, int(_LONGEST_JOIN_SECONDS * self._settings.sample_rate))
        group: list[_Part] = []
        total = 0
        for part in parts:
            group.append(part)
            total += part.piece.frames
            if total >= longest:
                self._add_joined(group, total)
                group, total = [], 0
        if group:
            self._add_rest(group, total)

    def _add_rest(self, group: list[_Part], total: int) -> None:
        rest = total % self._unit
        if rest * _WORTH_PADDING >= self._unit:
            total += self._unit - rest
        if total >= self._unit:
            self._add_joined(group, total)
            return
        for part in group:
            self._give_up(part, ", also together with the other short files")

    def _add_joined(self, group: list[_Part], total: int) -> None:
        self._add(group, total, link=False)
        for part in group:
            what = "joined with other short files" if len(group) > 1 else "silence added"
            self._remarks[part.file.path] = _joined(self._short(part), what, part.remark)

    def _give_up(self, part: _Part, also: str) -> bool:
        self._left_out[part.file.path] = f"too short: {self._short(part)}{also}"
        self._lost += part.piece.frames
        return False

    def _short(self, part: _Part) -> str:
        rate = self._settings.sample_rate
        seconds, one = part.piece.frames / rate, self._unit / rate
        return f"{_seconds(seconds)} is shorter than one example ({_seconds(one)})"


def _target_loudness(files: Sequence[ScannedFile], condition: ConditionSettings) -> float | None:
    """LUFS that every file is brought to: what half of the files lie below."""
    if not condition.match_level:
        return None
    known = [
        file.facts.loudness for file in files if file.facts and file.facts.loudness is not None
    ]
    return statistics.median(known) if known else None


def _joined(short: str, what: str, remark: str) -> str:
    return f"{short}: {what}" + (f"; {remark}" if remark else "")


def _plain(suffix: str) -> str:
    """The suffix where it is plain; names in the staging folder hold nothing else."""
    return suffix if suffix[1:].isascii() and suffix[1:].isalnum() else ".audio"


def _kilohertz(rate: int) -> str:
    return f"{rate / 1000:g} kHz"


def _seconds(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.1f} s"
