"""What becomes of files before RAVE sees them, decided without touching one."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rave_gui.audio.facts import SoundFacts
from rave_gui.audio.staging_plan import StagingPlan
from rave_gui.backend.forecast import Forecast, forecast, require_examples
from rave_gui.backend.rave_settings import ConditionSettings, PreprocessSettings
from rave_gui.backend.scanned import ScannedFile
from rave_gui.core.errors import UserError

RATE = 44100
SMALL = PreprocessSettings(num_signal=1024, sample_rate=RATE)
UNIT = 2048


def facts(frames: int, rate: int = RATE, channels: int = 1, **more: object) -> SoundFacts:
    known = SoundFacts(frames, rate, channels, "libsndfile", peak=0.5, loudness=-20.0)
    return replace(known, spans=((0, frames),), promised_frames=frames, **more)  # type: ignore[arg-type]


def file(name: str, heard: SoundFacts, **more: object) -> ScannedFile:
    made = ScannedFile(
        Path("/sounds") / name, "use", "", heard.seconds, heard.sample_rate, heard.channels
    )
    return replace(made, facts=heard, **more)  # type: ignore[arg-type]


def plan(*files: ScannedFile, asked: PreprocessSettings = SMALL, **condition: object) -> Forecast:
    return forecast(files, asked, ConditionSettings(**condition))  # type: ignore[arg-type]


def test_what_rave_can_take_is_linked_and_counted():
    told = plan(file("a.wav", facts(5 * UNIT + 7)), file("b.FLAC", facts(UNIT)))
    assert [(item.link, item.examples) for item in told.plan.items] == [(True, 5), (True, 1)]
    assert told.examples == 6
    assert told.lost_seconds == pytest.approx(7 / RATE)
    assert told.plan.items[1].name == "000001-b.flac"
    assert told.exact
    assert told.copied_bytes == 0


@pytest.mark.parametrize(
    ("heard", "words"),
    [
        (facts(9 * UNIT, channels=2), "2 channels mixed to 1"),
        (facts(9 * UNIT, bad_values=3), ""),
        (facts(9 * UNIT, peak=2.0), "level changed by -7.0 dB"),
        (facts(round(4 * UNIT * 48000 / RATE), 48000), "converted to 44.1 kHz"),
    ],
)
def test_what_rave_would_get_wrong_becomes_a_copy(heard, words):
    told = plan(file("a.wav", heard))
    assert [item.link for item in told.plan.items] == [False]
    assert words in told.files[0].reason
    assert told.files[0].verdict == "use"


def test_a_picture_before_the_sound_becomes_a_copy():
    told = plan(file("a.mp4", facts(9 * UNIT), audio_first=False))
    assert not told.plan.items[0].link
    assert told.plan.items[0].name.endswith(".wav")


def test_a_conversion_is_trusted_where_the_last_frames_decide_nothing():
    told = plan(file("a.wav", facts(48000, 48000)))
    assert told.plan.items[0].link
    assert told.examples == 44100 // UNIT


@pytest.mark.parametrize(
    ("more", "condition", "link", "first"),
    [
        ({"dual_mono": True}, {}, True, False),
        ({"cancels": True}, {}, True, True),
        ({}, {"mix": "first"}, True, True),
        ({}, {}, False, False),
    ],
)
def test_channels(more, condition, link, first):
    item = plan(file("a.wav", facts(UNIT, channels=2, **more)), **condition).plan.items[0]
    assert (item.link, item.pieces[0].first_channel_only) == (link, first)


def test_mono_goes_into_a_stereo_dataset_as_it_is():
    assert plan(file("a.wav", facts(UNIT)), asked=replace(SMALL, channels=2)).plan.items[0].link


def test_short_files_are_joined_with_their_neighbours():
    files = [file(name, facts(1000)) for name in ("c.wav", "a.wav", "b.wav")]
    told = plan(*files)
    (item,) = told.plan.items
    assert [piece.path.name for piece in item.pieces] == ["a.wav", "b.wav", "c.wav"]
    assert (item.frames, item.examples, item.link) == (2 * UNIT, 2, False), "952 frames are padded"
    assert all("joined with other short files" in one.reason for one in told.files)
    assert all(one.verdict == "warn" for one in told.files)


def test_a_small_rest_of_joined_files_is_lost_and_counted():
    told = plan(file("a.wav", facts(2000)), file("b.wav", facts(500)))
    assert told.examples == 1
    assert told.lost_seconds == pytest.approx((2500 - UNIT) / RATE)


def test_what_is_too_short_even_together_is_left_out_with_the_reason():
    told = plan(file("a.wav", facts(100)), file("b.wav", facts(200)))
    assert told.examples == 0
    assert [one.verdict for one in told.files] == ["reject", "reject"]
    assert "shorter than one example (0.05 s), also together" in told.files[0].reason
    with pytest.raises(UserError, match=r"a\.wav: too short"):
        require_examples(told, [Path("/sounds")])


def test_short_files_can_be_padded_or_left_out():
    files = [file("a.wav", facts(1000)), file("b.wav", facts(100)), file("c.wav", facts(UNIT))]
    padded = plan(*files, short_files="pad")
    assert [(item.frames, item.link) for item in padded.plan.items] == [(UNIT, True), (UNIT, False)]
    assert [one.verdict for one in padded.files] == ["warn", "reject", "use"]
    assert plan(*files, short_files="leave").examples == 1


def test_silence_is_cut_where_that_is_wanted():
    heard = replace(facts(10 * UNIT), spans=((UNIT, 3 * UNIT), (8 * UNIT, 9 * UNIT)))
    told = plan(file("a.wav", heard), trim_silence=True)
    assert told.plan.items[0].pieces[0].spans == heard.spans
    assert told.examples == 3
    assert "s of silence cut" in told.files[0].reason
    assert plan(file("a.wav", heard)).examples == 10


def test_levels_are_brought_to_the_middle_but_never_over_full_scale():
    files = [
        file("quiet.wav", facts(UNIT, peak=0.1)),
        file("usual.wav", facts(UNIT)),
        file("faint but spiky.wav", facts(UNIT, peak=0.8)),
    ]
    loud = [replace(one, facts=replace(one.facts, loudness=level))
            for one, level in zip(files, (-30.0, -20.0, -40.0), strict=True)]  # fmt: skip
    items = {item.pieces[0].path.stem: item for item in plan(*loud, match_level=True).plan.items}
    assert items["quiet"].link, "it is the one in the middle"
    assert 20 * math.log10(items["usual"].pieces[0].gain) == pytest.approx(-10.0)
    spiky = items["faint but spiky"].pieces[0].gain
    assert 20 * math.log10(spiky * 0.8) == pytest.approx(-1.0)


def test_a_lazy_dataset_has_one_entry_a_file():
    asked = replace(SMALL, lazy=True)
    told = plan(file("a.wav", facts(10 * UNIT)), file("b.wav", facts(UNIT)), asked=asked)
    assert (told.examples, told.windows) == (2, 21), "0.464399 s, says ffprobe, is 20479 frames"
    assert told.lost_seconds == 0
    piped = file("c.flac", replace(facts(UNIT), promised_frames=None))
    assert not plan(piped, asked=asked).plan.items[0].link, "ffprobe would not know its length"


def test_what_a_person_left_out_stays_out():
    told = plan(file("a.wav", facts(UNIT), included=False), file("b.wav", facts(UNIT)))
    assert told.examples == 1
    assert [one.path.name for one in told.left_out] == ["a.wav"]


def test_headers_alone_make_a_forecast_that_says_so():
    told = forecast([ScannedFile(Path("/a.wav"), "use", "", 10.0, RATE, 1)], SMALL)
    assert told.examples == 441000 // UNIT
    assert not told.exact


def test_a_plan_survives_its_json():
    odd = Path("/s") / b"\xff\xfe.wav".decode("utf-8", "surrogateescape")
    told = plan(replace(file("a.wav", facts(UNIT, channels=2)), path=odd), file("b", facts(100)))
    assert StagingPlan.from_json(json.loads(b"".join(told.plan.text()))) == told.plan
    nothing = StagingPlan(RATE, 1, ())
    assert StagingPlan.from_json(json.loads(b"".join(nothing.text()))) == nothing
    assert told.plan.items[0].name.isascii()


LENGTHS = st.lists(
    st.tuples(st.integers(1, 20_000), st.sampled_from([8000, RATE, 48000])), max_size=30
)


@settings(max_examples=60, deadline=None)
@given(LENGTHS, st.sampled_from(["join", "pad", "leave"]), st.booleans(), st.integers(1, 2))
def test_no_file_is_dropped_without_a_word_and_no_sound_is_made_of_nothing(
    lengths, how, lazy, channels
):
    files = [file(f"{n}.wav", facts(frames, rate)) for n, (frames, rate) in enumerate(lengths)]
    asked = replace(SMALL, lazy=lazy, channels=channels)
    told = plan(*files, asked=asked, short_files=how)
    planned = {piece.path for item in told.plan.items for piece in item.pieces}
    assert planned == {one.path for one in told.accepted}
    assert all(one.reason for one in told.rejected)
    assert all(item.examples >= 1 for item in told.plan.items)
    assert len({item.name for item in told.plan.items}) == len(told.plan.items)
    unit = 1024 if lazy else UNIT
    assert all(item.frames >= unit for item in told.plan.items)
    if not lazy and how != "pad":
        balance = told.usable_seconds + told.lost_seconds - told.chosen_seconds
        assert -1e-3 * len(files) <= balance <= 0.75 * unit / RATE + 1e-3 * len(files)


def test_the_limit_for_the_database_knows_of_pages():
    small = plan(file("a.wav", facts(UNIT * 1000)))
    assert small.database_bytes >= 1000 * 8192, "4 KB of sound and its head take two pages each"
    usual = plan(file("a.wav", facts(262144 * 100)), asked=PreprocessSettings())
    assert 1.0 <= usual.database_bytes / (100 * 262144 * 2) < 1.02
    large = plan(file("a.wav", facts(262144 * 6000)), asked=PreprocessSettings())
    assert large.database_gb == 4
