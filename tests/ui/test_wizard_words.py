"""What the wizard for a dataset says, without any window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rave_gui.audio.facts import SoundFacts
from rave_gui.backend.dataset_draft import DatasetDraft, Hindrance, Step
from rave_gui.backend.draft_files import Source
from rave_gui.backend.prospect import reckon
from rave_gui.backend.rave_settings import ConditionSettings, PreprocessSettings
from rave_gui.backend.scanned import ScannedFile
from rave_gui.ui.viewmodels import dataset_words as words
from rave_gui.ui.viewmodels import format_words, outlook_words, review_words

FOLDER = Path("/s")


def a_file(number: int, seconds: float = 600.0, **changes) -> ScannedFile:
    frames = round(seconds * 44100)
    facts = SoundFacts(frames, 44100, 1, "libsndfile", spans=((0, frames),), content=str(number))
    known = {"duration_seconds": seconds, "sample_rate": 44100, "channels": 1, "facts": facts}
    return ScannedFile(FOLDER / f"{number}.wav", "use", "", **{**known, **changes})


def a_draft(files, settings=None, condition=None, free=10**12) -> DatasetDraft:
    draft = DatasetDraft()
    draft.add_sources([FOLDER])
    draft.take_found(FOLDER, files)
    draft.end_look(FOLDER)
    draft.set_format(settings or draft.settings, condition or draft.condition)
    revisions = draft.files_revision, draft.choice_revision
    draft.take_prospect(reckon(draft.files, draft.settings, draft.condition, free, revisions))
    return draft


@pytest.mark.parametrize(
    ("source", "text", "role"),
    [
        (Source(FOLDER), "looking…", "muted"),
        (Source(FOLDER, looked=True), "no sound in it", "warn"),
        (Source(FOLDER, 2, 2, 70.0), "2 files · 1 min 10 s so far…", "secondary"),
        (Source(FOLDER, 2, 1, 70.0, looked=True), "2 files · 1 min 10 s · 1 cannot be used", ""),
        (Source(FOLDER, looked=True, problem="cannot be read"), "cannot be read", "bad"),
    ],
)
def test_a_source_tells_what_was_found_in_it(source, text, role):
    assert words.source_words(source) == (text, role or "secondary")


@pytest.mark.parametrize(
    ("hours", "begins", "role"),
    [(4, "Enough for RAVE:", "good"), (2, "Workable:", "warn"), (0.5, "Little:", "warn")],
)
def test_the_foot_tells_whether_it_is_enough(hours, begins, role):
    draft = a_draft([a_file(n) for n in range(int(hours * 6))])
    draft.step = Step.CHECK
    before, strong, after, shown = words.foot(draft)
    assert (before, shown) == (begins, role)
    assert strong.endswith("usable")
    assert after.startswith(", ")
    assert "examples of 5.94 s" in after
    assert "lost at file ends" in after


def test_every_hindrance_has_its_sentence(monkeypatch):
    draft = a_draft([a_file(1)], free=1000)
    for hindrance in Hindrance:
        monkeypatch.setattr(draft, "hindrance", lambda step=None, found=hindrance: found)
        assert words.hindrance_words(draft).endswith((".", "…")), hindrance
    monkeypatch.setattr(draft, "hindrance", lambda step=None: None)
    assert words.hindrance_words(draft) == ""


def test_headers_alone_are_not_said_to_be_exact():
    draft = a_draft([a_file(1, facts=None)])
    assert words.yield_sentence(draft)[2].endswith(", as far as the headers tell")


def test_a_full_disk_is_told_in_figures():
    draft = a_draft([a_file(n) for n in range(6)], free=1_000_000)
    assert words.room_words(draft) == "Not enough room: 349 MB needed, 1 MB free on this disk."
    assert review_words.room(draft)[1] == "bad"


# Format


def test_channels_and_rates_say_how_many_files_they_touch():
    files = [a_file(1), a_file(2, channels=2), a_file(3, sample_rate=48000)]
    draft = a_draft(files)
    usual = draft.settings
    mixed = format_words.channels_words(draft.tally, usual, ConditionSettings())
    assert mixed == "1 file has more channels: the mean of all is used."
    first = format_words.channels_words(draft.tally, usual, ConditionSettings(mix="first"))
    assert "the left one is used" in first
    stereo = format_words.channels_words(
        draft.tally, replace(usual, channels=2), ConditionSettings()
    )
    assert stereo.startswith("2 files have fewer")
    assert "VST" in stereo
    assert format_words.rate_words(draft.tally, usual).startswith("1 file has another rate")
    assert format_words.window_label(131072, 44100) == "131,072 · 5.94 s"


@pytest.mark.parametrize(
    ("how", "says"),
    [("join", "joined with short fades"), ("pad", "filled up"), ("leave", "left out")],
)
def test_short_files_say_what_becomes_of_them(how, says):
    files = [a_file(1), *(a_file(n, 2.5) for n in range(2, 6))]
    draft = a_draft(files, condition=ConditionSettings(short_files=how))
    text = format_words.short_words(draft)
    assert text.startswith("4 files are shorter than one example:")
    assert says in text
    assert "No chosen file" in format_words.short_words(a_draft([a_file(1)]))


def test_lazy_says_that_files_and_copies_must_stay():
    assert "must stay where they are" in format_words.lazy_words(PreprocessSettings(lazy=True))
    assert "safe when your files move" in format_words.lazy_words(PreprocessSettings())


# Outlook and review


def test_the_figures_beside_the_format():
    draft = a_draft([a_file(n) for n in range(20)], PreprocessSettings(num_signal=16384))
    shown = {fact.name: fact.value for fact in outlook_words.figures(draft.prospect)}
    assert shown["Usable"] == "3 h 20 m"
    assert shown["Steps an epoch"] == f"{draft.prospect.outlook.steps_per_epoch:,}"
    assert shown["Limit for RAVE"] == f"{draft.prospect.settings.max_db_gb} GB"
    assert outlook_words.light_words(draft.prospect) == (
        "Enough for RAVE", "If it is alike.", "good",
    )  # fmt: skip
    signs = {fact.name: fact.value[0] for fact in outlook_words.networks(draft.prospect)}
    assert (signs["v2"], signs["v1"]) == ("✕", "✓")
    assert "v2, v3: needs windows of 71,680" in outlook_words.misfits(draft.prospect)
    lazy = a_draft([a_file(1)], PreprocessSettings(lazy=True))
    names = [fact.name for fact in outlook_words.figures(lazy.prospect)]
    assert "Windows in them" in names
    assert "windows in 1 file" in words.yield_sentence(lazy)[2]


def test_the_review_counts_what_is_left_out():
    files = [a_file(n, included=n > 4) for n in range(9)]
    files += [
        replace(a_file(n), verdict="reject", reason="damaged: x", included=False) for n in (20, 21)
    ]
    text = "\n".join(review_words.sentences(a_draft(files)))
    assert "4 files are linked as they are." in text
    assert "7 files are left out: 5 by your choice, 2 damaged." in text
    assert "RAVE makes 400 examples of 5.94 s" in text


def test_without_an_engine_there_is_no_command():
    assert review_words.command(None, FOLDER, a_draft([a_file(1)])) == ""


@pytest.mark.parametrize(
    ("how", "files", "gained", "says"),
    [
        ("join", 1, 3.0, "it is filled up with silence, which RAVE learns too; 3 s is kept."),
        ("join", 1, 0.0, "it fills no example even so, and is lost."),
        ("join", 3, 0.0, "they fill no example even so, and are lost."),
        ("leave", 1, 0.0, "RAVE would drop it, so it is left out."),
    ],
)
def test_a_single_short_file_is_not_joined_with_anything(how, files, gained, says):
    assert format_words._short_said(how, files, gained) == says
