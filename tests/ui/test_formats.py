from __future__ import annotations

import math

import pytest

from rave_gui.ui import formats


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "–"),
        (math.nan, "–"),
        (-1, "–"),
        (0, "0 s"),
        (0.4, "0.4 s"),
        (45, "45 s"),
        (59.6, "1 min"),
        (260, "4 min 20 s"),
        (600, "10 min"),
        (3599.7, "1 h"),
        (11520, "3 h 12 m"),
        (86400, "1 d"),
        (136800, "1 d 14 h"),
    ],
)
def test_duration_gives_the_two_units_that_matter(seconds, text):
    assert formats.duration(seconds) == text


def test_eta_says_estimating_until_it_knows():
    assert formats.eta(None) == "estimating"
    assert formats.eta(90) == "1 min 30 s"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(2.1, "0:02.1"), (9.97, "0:10"), (24, "0:24"), (764, "12:44"), (3723, "1:02:03"), (None, "–")],
)
def test_clock(seconds, text):
    assert formats.clock(seconds) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (None, "–"),
        (950, "950"),
        (1000, "1k"),
        (412_300, "412k"),
        (999_499, "999k"),
        (999_500, "1 M"),
        (1_200_000, "1.2 M"),
    ],
)
def test_short_count(number, text):
    assert formats.short_count(number) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (None, "–"),
        (0, "0 B"),
        (999, "999 B"),
        (999.7, "1 kB"),
        (704_000_000, "704 MB"),
        (1_400_000_000, "1.4 GB"),
        (9.99e18, "9990 PB"),
    ],
)
def test_size_counts_as_disks_do(number, text):
    assert formats.size(number) == text


@pytest.mark.parametrize(
    ("per_second", "text"),
    [
        (7.94, "7.9 steps/s"),
        (140, "140 steps/s"),
        (0.3125, "3.2 s per step"),
        (0.01, "1 min 40 s per step"),
        (0, "–"),
        (None, "–"),
    ],
)
def test_rate_turns_round_where_steps_are_slow(per_second, text):
    assert formats.rate(per_second) == text


@pytest.mark.parametrize(
    ("fraction", "text"),
    [(0.0, "0 %"), (0.414, "41 %"), (0.9999, "99 %"), (1.0, "100 %"), (None, "–")],
)
def test_percent_is_100_only_at_the_end(fraction, text):
    assert formats.percent(fraction) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (13.412, "13.41"),
        (0.012345, "0.01235"),
        (0.0, "0.00"),
        (1234.56, "1,234.6"),
        (3e-7, "3.00e-07"),
        (math.nan, "nan"),
        (-math.inf, "-inf"),
        (None, "–"),
    ],
)
def test_figure(value, text):
    assert formats.figure(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-30, "just now"),
        (20, "just now"),
        (60, "1 minute ago"),
        (250, "4 minutes ago"),
        (3600, "1 hour ago"),
        (86400 * 1.5, "yesterday"),
        (86400 * 12, "12 days ago"),
    ],
)
def test_ago(seconds, text):
    assert formats.ago(1e9 - seconds, 1e9) == text


def test_what_is_long_ago_has_a_date_and_what_never_was_says_so():
    assert formats.ago(1e9 - 90 * 86400, 1e9).startswith("2001-06-")
    assert formats.ago(None, 1e9) == "never"


def test_sound_words():
    assert formats.sample_rate(44100) == "44.1 kHz"
    assert formats.sample_rate(None) == "–"
    assert [formats.channels(n) for n in (None, 1, 2, 6)] == ["–", "mono", "stereo", "6 channels"]
    assert formats.files(1) == "1 file"
    assert formats.files(1200) == "1,200 files"
