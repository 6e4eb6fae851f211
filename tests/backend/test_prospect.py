"""What would come of a draft, in figures that cost nothing to show."""

from __future__ import annotations

from pathlib import Path

import pytest

from rave_gui.audio.facts import SoundFacts
from rave_gui.backend.prospect import BY_CHOICE, DOUBLE, reason_kind, reckon
from rave_gui.backend.rave_settings import ConditionSettings, PreprocessSettings
from rave_gui.backend.scanned import ScannedFile

SETTINGS = PreprocessSettings(num_signal=22050)
"""One example is one second long."""


def a_file(name: str, seconds: float, verdict: str = "use", reason: str = "", **changes):
    frames = round(seconds * 44100)
    facts = SoundFacts(frames, 44100, 1, "libsndfile", spans=((0, frames),), content=name)
    known = {"duration_seconds": seconds, "sample_rate": 44100, "channels": 1, "facts": facts}
    return ScannedFile(Path("/s") / name, verdict, reason, **{**known, **changes})


def test_short_files_are_counted_with_what_they_bring():
    files = [a_file("long.wav", 5.5), *(a_file(f"{n}.wav", 0.5) for n in range(6))]
    joined = reckon(files, SETTINGS, ConditionSettings(), None)
    assert (joined.short_files, joined.joined, joined.links) == (6, 6, 1)
    assert joined.gained_seconds == pytest.approx(joined.plan.usable_seconds - 5.0)
    assert joined.gained_seconds >= 2.0
    left = reckon(files, SETTINGS, ConditionSettings(short_files="leave"), None)
    assert (left.short_files, left.gained_seconds, left.joined) == (6, 0.0, 0)
    assert left.left_out[0][1] == 6


def test_reasons_are_told_apart_without_their_figures():
    kinds = [
        reason_kind(a_file("a", 1, included=False)),
        reason_kind(a_file("b", 1, "warn", "clipped in 9 places", included=False)),
        reason_kind(a_file("c", 1, "warn", "same sound as a: left out", included=False)),
        reason_kind(a_file("d", 1, "warn", "silent throughout (peak -90.0 dBFS): left out")),
        reason_kind(a_file("e", 1, "reject", "damaged: the header promises 31 s")),
    ]
    assert kinds == [BY_CHOICE, BY_CHOICE, DOUBLE, "silent throughout", "damaged"]


def test_what_rave_is_told_holds_the_suffixes_and_the_room():
    files = [a_file("a.wav", 4), a_file("b.flac", 4)]
    found = reckon(files, SETTINGS, ConditionSettings(), 10**9, (3, 4))
    assert found.settings.extensions == ("flac", "wav")
    assert found.settings.max_db_gb == 1
    assert (found.files_revision, found.choice_revision) == (3, 4)
    assert found.has_room
    assert not reckon(files, SETTINGS, ConditionSettings(), 1000).has_room
