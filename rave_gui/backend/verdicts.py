"""What a file is good for, in words and numbers, once it was listened to."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from rave_gui.audio.facts import SoundFacts
from rave_gui.backend.scan import cut_words, is_cut_short, length
from rave_gui.backend.scanned import REJECT, USE, WARN, ScannedFile

CLIPS = 5
"""Fewer flat tops than that nobody hears."""
NARROW_HZ = 17_000
"""A cut above that is common to good encoders and says little."""
_OFFSET = 0.02
_FAINT_LUFS = -45.0
_LONGEST_COMPLAINT = 160


def judge(file: ScannedFile, facts: SoundFacts) -> ScannedFile:
    """``file`` with what was heard and the verdict that follows from it.

    Grave faults reject it. Silence leaves it out, but a person may put it back. Everything else is
    told and the file stays in. The verdict of the header counts on where it is a warning.
    """
    heard = replace(
        file,
        facts=facts,
        duration_seconds=facts.seconds or file.duration_seconds,
        sample_rate=facts.sample_rate,
        channels=facts.channels,
    )
    grave = _grave(file, facts)
    if grave:
        return replace(heard, verdict=REJECT, reason=grave, included=False)
    if not facts.spans:
        return replace(heard, verdict=WARN, reason=_silent(facts), included=False)
    doubts = [*([file.reason] if file.verdict == WARN and file.reason else []), *_doubts(facts)]
    if doubts:
        return replace(heard, verdict=WARN, reason="; ".join(doubts))
    return replace(heard, verdict=USE, reason=_remark(facts) or file.reason)


def refuse(file: ScannedFile, fault: str) -> ScannedFile:
    """``file`` as one that cannot be used because of ``fault``, a sentence of a decoder."""
    words = fault.replace(str(file.path), "").strip().rstrip(".")
    return replace(file, verdict=REJECT, reason=_short(words), included=False)


def mark_duplicates(files: Sequence[ScannedFile]) -> list[ScannedFile]:
    """The files in the same order; of those that sound the same all but one are left out.

    The one with the shortest name stays: copies are called ``bell copy.wav`` or ``bell (2).wav``.
    """
    first: dict[str, ScannedFile] = {}
    alike = (file for file in files if _can_double(file))
    for file in sorted(alike, key=lambda file: (len(file.path.name), file.path)):
        first.setdefault(_content(file), file)
    return [_told_double(file, first) for file in files]


def _told_double(file: ScannedFile, first: dict[str, ScannedFile]) -> ScannedFile:
    original = first.get(_content(file)) if _can_double(file) else None
    if original is None or original.path == file.path or "same sound as" in file.reason:
        return file
    name = original.path.name
    where = name if name != file.path.name else f"{original.path.parent.name}/{name}"
    return replace(file, verdict=WARN, reason=f"same sound as {where}: left out", included=False)


def _can_double(file: ScannedFile) -> bool:
    """Whether it is a file that goes into the dataset; silence is alike everywhere."""
    return file.usable and file.facts is not None and bool(file.facts.spans)


def _content(file: ScannedFile) -> str:
    return f"{file.facts.content}:{file.facts.sample_rate}" if file.facts else ""


def _grave(file: ScannedFile, facts: SoundFacts) -> str:
    if facts.frames == 0:
        return f"damaged: no sound could be decoded{_said(facts)}"
    if facts.bad_values == facts.frames * facts.channels:
        return "damaged: none of its values is a number"
    promised = facts.promised_frames
    told = file.duration_seconds if file.length_known else None
    expected = promised / facts.sample_rate if promised else told or 0.0
    if is_cut_short(expected, facts.seconds):
        what = "the header promises" if promised else "it should last"
        return cut_words(expected, facts.seconds, what)
    if facts.error and facts.decoder == "libsndfile":
        return f"damaged after {length(facts.seconds)}{_said(facts)}"
    return ""


def _silent(facts: SoundFacts) -> str:
    peak = f" (peak {_decibels(facts.peak)})" if facts.peak > 0 else ""
    return f"silent throughout{peak}: left out"


def _doubts(facts: SoundFacts) -> list[str]:
    """Everything that somebody should know before it is learnt from, the gravest first."""
    return [words for rule in _RULES if (words := rule(facts))]


def _complaint(facts: SoundFacts) -> str:
    return f"may be damaged in places{_said(facts)}" if facts.error else ""


def _no_numbers(facts: SoundFacts) -> str:
    if not facts.bad_values:
        return ""
    return f"{facts.bad_values:,} values are no numbers and become silence"


def _cancelling(facts: SoundFacts) -> str:
    if not facts.cancels:
        return ""
    return "left and right cancel each other: for mono only the left one is used"


def _over(facts: SoundFacts) -> str:
    if facts.peak <= 1.0 + 1e-4:
        return ""
    return f"goes over full scale by {20 * math.log10(facts.peak):.1f} dB: the copy is turned down"


def _clipped(facts: SoundFacts) -> str:
    if facts.clipped_runs < CLIPS:
        return ""
    return f"clipped in {facts.clipped_runs:,} places"


def _narrow(facts: SoundFacts) -> str:
    hertz = facts.bandwidth_hz
    if not facts.brickwall or hertz is None or hertz > NARROW_HZ:
        return ""
    return f"no sound above {hertz / 1000:.0f} kHz: probably converted from a {_source(hertz)}"


def _source(hertz: float) -> str:
    return "small MP3" if hertz > 10_500 else "telephone or low-rate recording"


def _offset(facts: SoundFacts) -> str:
    if facts.dc < _OFFSET:
        return ""
    return f"the wave is off its middle by {100 * facts.dc:.0f} % (DC offset)"


def _faint(facts: SoundFacts) -> str:
    if facts.loudness is None:
        return f"very quiet: peak {_decibels(facts.peak)}" if facts.peak < 0.01 else ""
    return f"very quiet: {facts.loudness:.1f} LUFS" if facts.loudness < _FAINT_LUFS else ""


_RULES: tuple[Callable[[SoundFacts], str], ...] = (
    _complaint, _no_numbers, _cancelling, _over, _clipped, _narrow, _offset, _faint,
)  # fmt: skip


def _remark(facts: SoundFacts) -> str:
    """Something neutral about a file that is good as it is."""
    return "all channels are the same" if facts.dual_mono else ""


def _said(facts: SoundFacts) -> str:
    return f" ({facts.decoder}: {_short(facts.error)})" if facts.error else ""


def _short(words: str) -> str:
    first = " ".join(words.split())
    return first if len(first) <= _LONGEST_COMPLAINT else first[: _LONGEST_COMPLAINT - 1] + "…"


def _decibels(level: float) -> str:
    return f"{20 * math.log10(level):.1f} dBFS" if level > 0 else "-∞ dBFS"
