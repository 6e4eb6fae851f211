"""Is it good to learn from: the answer, the plots, the notices; without any window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rave_gui.backend.dataset_summary import Bar, LeftOut, Share, Summary
from rave_gui.backend.dataset_verify import Verification
from rave_gui.backend.outlook import outlook
from rave_gui.core.records import Dataset, DatasetStatus, Job, JobKind, JobState
from rave_gui.ui.readers_data import DatasetDetail, Place
from rave_gui.ui.viewmodels import dataset as words
from rave_gui.ui.viewmodels import dataset_notice as notices
from rave_gui.ui.viewmodels.dataset_overview import Answer, answer, left_out
from rave_gui.ui.viewmodels.dataset_plots import percent, plots

CLEAN = Summary(
    files=10,
    chosen=10,
    seconds=12_000.0,
    heard=10,
    heard_seconds=12_000.0,
    loudness_range=(-24.0, -16.0),
    rates=(Share(44100, 12_000.0, 10),),
    channels=(Share(1, 12_000.0, 10),),
)


def a_dataset(seconds: float = 12_000.0, **changes: Any) -> Dataset:
    facts = {
        "status": DatasetStatus.READY,
        "duration_seconds": seconds,
        "num_samples": int(seconds / 5.944),
        "id": 3,
        **changes,
    }
    return Dataset(1, "bells", Path("/d/bells"), ("/s",), 1.0, **facts)


def asked(summary: Summary, seconds: float = 12_000.0, **changes: Any) -> Answer:
    row = a_dataset(seconds, **changes)
    return answer(outlook(words.made_of(row)), summary, row)


class TestTheAnswer:
    @pytest.mark.parametrize(
        ("seconds", "role", "word"),
        [
            (120.0, "bad", "Too little"),
            (2000.0, "warn", "Workable"),
            (8000.0, "warn", "Workable"),
            (12_000.0, "good", "Good to learn from"),
        ],
    )
    def test_the_amount_comes_first(self, seconds, role, word):
        found = asked(CLEAN, seconds)
        assert found.role == role
        assert found.word.startswith(word)
        assert found.reason.endswith(".")

    def test_clean_sound_has_nothing_against_it(self):
        assert asked(CLEAN).concerns == ()

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            ({"clipped_often": 6000.0}, "50 % of the sound clips often"),
            ({"cut": 4000.0, "cut_at": 16000.0}, "33 % of the sound was cut off near 16 kHz"),
            ({"silence": 4000.0}, "33 % of the sound is silence"),
        ],
    )
    def test_much_trouble_is_worth_a_look(self, change, told):
        found = asked(replace(CLEAN, **change))
        assert (found.role, found.word) == ("warn", "Worth a look before you train on it")
        assert told in found.concerns[0]

    def test_a_little_trouble_is_told_and_no_more(self):
        found = asked(replace(CLEAN, clipped_often=1000.0, silence=100.0))
        assert found.role == "good"
        assert len(found.concerns) == 1

    def test_what_else_there_is_to_know(self):
        mixed = replace(
            CLEAN,
            loudness_range=(-50.0, -14.0),
            rates=(Share(44100, 9000.0, 8), Share(22050, 3000.0, 2)),
            heard=7,
        )
        told = " ".join(asked(mixed, sample_rate=44100).concerns)
        assert "25 % of the sound has a lower rate than 44.1 kHz" in told
        assert "Levels differ by 36 LU" in told
        assert "3 files were not listened to" in told

    def test_windows_that_are_too_short_name_the_networks(self):
        told = " ".join(asked(CLEAN, num_signal=8192, num_samples=2000).concerns)
        assert "too short for v2, v2_small" in told


class TestThePlots:
    def test_without_listening_only_headers_are_drawn(self):
        unheard = replace(CLEAN, heard=0, heard_seconds=0.0)
        assert [one.title for one in plots(unheard, a_dataset())] == [
            "Length of the files",
            "Rates and channels",
        ]

    def test_an_encoder_is_marked(self):
        cut = replace(
            CLEAN,
            bandwidth=(Bar(0.0, 2000.0), Bar(2000.0, 4000.0, 60.0, 1, 60.0)),
            cut_files=1,
            cut=60.0,
            cut_at=3000.0,
        )
        shown = next(one for one in plots(cut, a_dataset()) if one.title == "Bandwidth")
        assert shown.role == "warn"
        assert shown.histogram is not None
        assert shown.histogram.mark == (1.5, "cut by an encoder")
        assert shown.histogram.bars[1].marked == 60.0
        assert shown.histogram.bars[1].tip == "2 … 4 kHz: 1 file, 1 min"

    def test_mixes_say_what_becomes_of_them(self):
        mixed = replace(
            CLEAN,
            rates=(Share(44100, 9000.0, 8), Share(48000, 3000.0, 2)),
            channels=(Share(2, 12_000.0, 10),),
        )
        shown = plots(mixed, a_dataset())[-1]
        assert shown.sentence == "2 files are converted to 44.1 kHz. 10 are made mono."
        assert [part.words for part in shown.strips[0]] == ["44.1 kHz 75 %", "48 kHz 25 %"]
        assert [part.share for part in shown.strips[0]] == [0.75, 0.25]

    def test_shares_are_never_rounded_away(self):
        assert [percent(share) for share in (0.0, 0.001, 0.5, 0.999, 1.0)] == [
            "0 %", "<1 %", "50 %", ">99 %", "100 %",
        ]  # fmt: skip


def test_what_was_left_out_is_one_sentence():
    assert left_out(CLEAN) == "Every file went in."
    assert left_out(Summary()) == ""
    out = (
        LeftOut(3, "b.wav", "same sound as a.wav: left out"),
        LeftOut(1, "take7.wav", "damaged after 4.2 s"),
    )
    assert left_out(replace(CLEAN, left_out=out, left_out_files=4, files=335)) == (
        "4 of 335 files were left out: b.wav (same sound as a.wav) and 2 alike; "
        "take7.wav (damaged after 4.2 s)."
    )


class TestNotices:
    JOB = Job("j", JobKind.PREPROCESS, Path("/j"), JobState.FAILED, 1.0)

    def shown(self, **changes: Any) -> notices.Notice:
        facts = {"dataset": a_dataset(), "job": None, "users": (), "command": "", "size": 1}
        return notices.notice(DatasetDetail(**{**facts, **changes}))

    def test_nothing_is_said_where_all_is_well(self):
        assert self.shown() == notices.Notice()

    def test_gone_comes_before_all_else(self):
        place = Place(folder=False, database=False)
        told = self.shown(place=place, verification=Verification(1.0, 1, ("x",)))
        assert told.title == "Its files are gone from /d/bells"
        assert set(told.actions) == {notices.FIND, notices.FORGET}

    def test_a_failure_begins_with_its_reason_and_leads_to_the_log(self):
        row = a_dataset(status=DatasetStatus.FAILED, error="RAVE hung. Leave take7.wav out.")
        told = self.shown(dataset=row, job=self.JOB)
        assert (told.title, told.text) == ("RAVE hung.", "Leave take7.wav out.")
        assert notices.LOG in told.actions
        assert notices.LOG not in self.shown(dataset=row).actions

    def test_moved_files_are_grave_for_a_lazy_one_only(self):
        place = Place(files_gone=12, files_looked=40, first_gone="/s/a.wav")
        assert "silence" in self.shown(dataset=a_dataset(lazy=True), place=place).title
        light = self.shown(place=place)
        assert light.role == "secondary"
        assert "12 of 40" in light.text

    def test_checks_are_remembered(self):
        bad = Verification(86400.0 * 365, 4, ("2 examples have the wrong size: 1, 2.",))
        assert self.shown(verification=bad).text == bad.problems[0]
        detail = DatasetDetail(a_dataset(), None, (), "", 1, verification=Verification(1.0, 1939))
        assert "all 1,939 examples are whole" in notices.checked(detail)
