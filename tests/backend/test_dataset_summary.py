"""What the files of a dataset are like, all together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rave_gui.audio.facts import SoundFacts
from rave_gui.backend.dataset_summary import Summary, summarize
from rave_gui.backend.scanned import ScannedFile


def file(name: str, seconds: float = 60.0, verdict: str = "use", **facts: Any) -> ScannedFile:
    rate, channels = facts.pop("rate", 44100), facts.pop("channels", 1)
    included, reason = facts.pop("included", True), facts.pop("reason", "")
    heard = SoundFacts(int(seconds * rate), rate, channels, "", **{"loudness": -20.0, **facts})
    return ScannedFile(
        Path("/s") / name, verdict, reason, seconds, rate, channels, facts=heard, included=included
    )


def test_nothing_gives_nothing():
    found = summarize((), 5.9)
    assert not any(bar.files for bar in (*found.loudness, *found.lengths))
    assert found == Summary(loudness=found.loudness, lengths=found.lengths)


def test_only_what_went_in_counts_and_the_rest_is_told_by_reason():
    files = [
        file("a.wav"),
        file("b.wav", verdict="warn", reason="only 2.1 s long"),
        file("c.wav", verdict="warn", included=False, reason="same sound as a.wav"),
        file("d.wav", verdict="warn", included=False, reason="same sound as it's (b).wav"),
        file("e.wav", verdict="reject", reason="damaged: 31 s promised, ends after 4.2 s"),
    ]
    found = summarize(files, 5.9)
    assert (found.files, found.verdicts, found.chosen) == (5, (1, 3, 1), 2)
    assert found.seconds == 120
    assert found.left_out_files == 3
    assert [(one.files, one.name) for one in found.left_out] == [(2, "c.wav"), (1, "e.wav")]


def test_loudness_is_weighed_by_time():
    quiet = [file(f"q{n}.wav", 1.0, loudness=-50.0) for n in range(5)]
    found = summarize([*quiet, file("l.wav", 1000.0, loudness=-17.2)], 5.9)
    filled = {bar.low: (bar.seconds, bar.files) for bar in found.loudness if bar.files}
    assert filled == {-51.0: (5.0, 5), -18.0: (1000.0, 1)}
    assert found.loudness_range == (-17.2, -17.2)
    wide = summarize([file("q.wav", loudness=-40.0), file("l.wav", loudness=-12.0)], 5.9)
    assert wide.loudness_range == (-40.0, -12.0)


@pytest.mark.parametrize("loudness", [-90.0, 5.0])
def test_extremes_fall_into_the_last_bar(loudness):
    found = summarize([file("x.wav", loudness=loudness)], 5.9)
    assert sum(bar.files for bar in found.loudness) == 1


def test_silent_files_have_no_level():
    found = summarize([file("s.wav", loudness=None, silent_seconds=60.0)], 5.9)
    assert found.loudness_range is None
    assert found.silence == 60.0


def test_clipping_now_and_then_and_often():
    files = [
        file("clean.wav", 1.0, clipped_runs=4),
        file("some.wav", 600.0, clipped_runs=59),
        file("often.wav", 600.0, clipped_runs=60),
    ]
    found = summarize(files, 5.9)
    assert (found.clipped_files, found.clipped, found.clipped_often) == (2, 600.0, 600.0)


def test_encoders_are_marked_in_the_bandwidth():
    files = [
        file("full.wav", bandwidth_hz=20500.0, brickwall=True),
        file("mp3.wav", 30.0, bandwidth_hz=15900.0, brickwall=True),
        file("mp3 2.wav", 30.0, bandwidth_hz=16100.0, brickwall=True),
    ]
    found = summarize(files, 5.9)
    assert (found.cut_files, found.cut, found.cut_at) == (2, 60.0, 16000.0)
    marked = {bar.low: (bar.seconds, bar.marked) for bar in found.bandwidth if bar.files}
    assert marked == {14000.0: (30.0, 30.0), 16000.0: (30.0, 30.0), 20000.0: (60.0, 0.0)}
    assert found.bandwidth[-1].low == 20000.0, "nothing is shown where nothing is"


def test_mixes_and_lengths():
    files = [
        file("a.wav", 2.0, rate=48000, channels=2, dual_mono=True),
        file("b.wav", 90.0),
        file("c.wav", 90.0),
    ]
    found = summarize(files, 5.9)
    assert [(one.value, one.files, one.seconds) for one in found.rates] == [
        (44100, 2, 180.0),
        (48000, 1, 2.0),
    ]
    assert [one.value for one in found.channels] == [1, 2]
    assert found.dual_mono == 2.0
    assert {bar.low: bar.files for bar in found.lengths if bar.files} == {1.0: 1, 60.0: 2}
    assert found.short == 1


def test_headers_alone_say_little_but_fail_nothing():
    unheard = ScannedFile(Path("/s/a.wav"), "use", "", None, None, None)
    found = summarize([unheard], 5.9)
    assert (found.chosen, found.heard, found.seconds) == (1, 0, 0.0)
    assert found.rates == found.channels == ()
