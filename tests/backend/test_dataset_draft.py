"""The way to a dataset: what is counted, what hinders, what a person's word is worth."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from rave_gui.audio.facts import SoundFacts
from rave_gui.backend.dataset_draft import DatasetDraft, Hindrance, Step
from rave_gui.backend.draft_prefill import Prefill
from rave_gui.backend.prospect import Prospect, is_double
from rave_gui.backend.rave_settings import ConditionSettings, PreprocessSettings
from rave_gui.backend.scanned import ScannedFile
from rave_gui.backend.verdicts import mark_duplicates

FOLDER = Path("/music/bells")
FACTS = SoundFacts(441000, 44100, 1, "libsndfile", spans=((0, 441000),), content="abc")


def a_file(name: str, verdict: str = "use", **changes) -> ScannedFile:
    facts = {"duration_seconds": 10.0, "sample_rate": 44100, "channels": 1, **changes}
    return ScannedFile(FOLDER / name, verdict, "", **facts)


def heard(file: ScannedFile, **changes) -> ScannedFile:
    return replace(file, facts=FACTS, **changes)


def a_prospect(draft: DatasetDraft, examples: int = 3, **changes) -> Prospect:
    plan = SimpleNamespace(examples=examples, copied_bytes=1000, database_bytes=2000)
    facts = {
        "free_bytes": None,
        "files_revision": draft.files_revision,
        "choice_revision": draft.choice_revision,
        **changes,
    }
    return Prospect(plan, SimpleNamespace(), **facts)


@pytest.fixture
def draft() -> DatasetDraft:
    """Four files: one good, one stereo that wants a look, one rejected, one too long to wait."""
    made = DatasetDraft()
    made.add_sources([FOLDER])
    files = [
        a_file("a.wav"),
        a_file("b.wav", "warn", channels=2),
        a_file("c.wav", "reject", duration_seconds=None),
        a_file("d.wav", duration_seconds=100.0),
    ]
    made.take_found(FOLDER, files)
    made.end_look(FOLDER)
    return made


def ready(draft: DatasetDraft) -> DatasetDraft:
    """All heard, all reckoned, at the review."""
    draft.take_heard([heard(file) for file in draft.files if file.usable])
    draft.take_prospect(a_prospect(draft))
    draft.has_engine = True
    while draft.advance():
        pass
    return draft


def test_figures_follow_every_change(draft):
    counts = draft.counts
    assert (counts.use, counts.look, counts.reject, counts.files) == (2, 1, 1, 4)
    assert (counts.chosen, counts.chosen_seconds, counts.unheard) == (3, 120.0, 3)
    assert (draft.tally.more_channels(1), draft.tally.fewer_channels(2)) == (1, 2)
    assert (draft.tally.other_rates(48000), draft.tally.other_rates(44100)) == (3, 0)
    draft.take_heard([heard(a_file("a.wav"), duration_seconds=9.0)])
    draft.choose({FOLDER / "d.wav": False})
    counts = draft.counts
    assert (counts.heard, counts.heard_seconds, counts.unheard) == (1, 9.0, 1)
    assert (counts.chosen, counts.chosen_seconds) == (2, 19.0)


def test_the_figures_are_those_of_a_count_from_the_start(draft):
    draft.take_heard([heard(file) for file in draft.files[:2]])
    draft.leave_out_looks()
    again = DatasetDraft()
    again.add_sources([FOLDER])
    again.take_found(FOLDER, draft.files)
    assert again.counts == draft.counts


def test_a_file_below_two_sources_is_counted_once_and_stays_with_the_other(draft):
    deeper = FOLDER / "more"
    draft.add_sources([deeper])
    draft.take_found(deeper, [draft.files[0], a_file("e.wav")])
    assert draft.counts.files == 5
    draft.remove_source(FOLDER)
    assert [file.path.name for file in draft.files] == ["a.wav", "e.wav"]
    assert draft.counts.files == 2
    draft.remove_source(deeper)
    assert draft.counts == DatasetDraft().counts


def test_a_choice_outlives_what_listening_proposes(draft):
    path = FOLDER / "a.wav"
    draft.choose({path: True})
    changed = draft.take_heard([heard(a_file("a.wav", "warn"), included=False)])
    assert [(file.path, file.included, file.verdict) for file in changed] == [(path, True, "warn")]
    # Without a choice, the proposal holds.
    draft.take_heard([heard(a_file("d.wav", "warn"), included=False)])
    assert [file.path.name for file in draft.files if file.chosen] == ["a.wav", "b.wav"]


def test_what_is_heard_of_a_removed_file_is_dropped(draft):
    assert draft.take_heard([heard(a_file("gone.wav"))]) == []


def test_all_that_want_a_look_can_be_left_out_and_what_is_unheard(draft):
    assert [file.path.name for file in draft.leave_out_looks()] == ["b.wav"]
    draft.take_heard([heard(a_file("a.wav"))])
    assert [file.path.name for file in draft.leave_out_unheard()] == ["d.wav"]
    assert [file.path.name for file in draft.files if file.chosen] == ["a.wav"]
    draft.step = Step.CHECK
    assert draft.hindrance() is None


def test_what_the_format_means_for_a_file_is_shown_and_outlives_a_choice(draft):
    path, remark = FOLDER / "a.wav", "shorter than one example: will be joined"
    judged = replace(draft.files[0], verdict="warn", reason=remark)
    assert draft.take_judged([judged, draft.files[1], a_file("gone.wav")]) == [judged]
    assert (draft.counts.use, draft.counts.look, draft.files[0].verdict) == (1, 2, "use")
    (shown,) = draft.choose({path: False})
    assert (shown.reason, shown.included) == (remark, False)
    assert draft.take_judged([judged]) == [], "the choice is newer"
    draft.choose({path: True})
    assert [file.path.name for file in draft.leave_out_looks()] == ["a.wav", "b.wav"]
    # What is heard comes without the remark, until the format is judged again.
    assert draft.take_heard([heard(a_file("a.wav"))])[0].reason == ""
    assert draft.counts.use == 2
    draft.remove_source(FOLDER)
    assert draft.shown == ()
    assert draft.counts == DatasetDraft().counts


def test_a_double_is_judged_again_when_its_original_may_be_gone(draft):
    more = Path("/other")
    draft.add_sources([more])
    copy = ScannedFile(more / "a.wav", "use", "", duration_seconds=10.0)
    original = heard(a_file("a.wav"))
    draft.take_found(more, [copy])
    draft.take_heard(mark_duplicates([original, heard(copy)]))
    assert [file.path for file in draft.files if is_double(file)] == [copy.path]
    draft.remove_source(FOLDER)
    assert draft.files == (copy,)
    assert draft.unheard() == [copy]


# Steps


def test_each_step_waits_for_what_it_needs(draft):
    empty = DatasetDraft()
    assert empty.hindrance() is Hindrance.NO_SOURCES
    empty.add_sources([FOLDER])
    assert empty.hindrance() is Hindrance.LOOKING
    empty.end_look(FOLDER)
    assert empty.hindrance() is Hindrance.NO_SOUND

    assert draft.hindrance() is None
    assert draft.advance()
    assert draft.hindrance() is Hindrance.LISTENING
    assert not draft.advance()
    draft.take_heard([heard(file) for file in draft.files if file.usable])
    draft.busy_listening = True
    assert draft.hindrance() is Hindrance.LISTENING
    draft.busy_listening = False
    assert draft.advance()
    assert draft.hindrance() is Hindrance.RECKONING
    draft.take_prospect(a_prospect(draft, examples=0))
    assert draft.hindrance() is Hindrance.NO_EXAMPLES
    draft.take_prospect(a_prospect(draft))
    assert draft.advance()
    assert draft.hindrance() is Hindrance.NO_ENGINE
    draft.has_engine = True
    draft.set_name("  ")
    assert draft.hindrance() is Hindrance.NO_NAME
    draft.take_names(["Bells"])
    draft.set_name("bells")
    assert draft.hindrance() is Hindrance.NAME_TAKEN
    assert draft.name_taken_by() == "Bells"
    draft.set_name("glass")
    assert draft.hindrance() is None
    assert not draft.advance(), "the last step has no next"


def test_nothing_chosen_and_nothing_usable_are_told_apart(draft):
    draft.step = Step.CHECK
    draft.choose({file.path: False for file in draft.files})
    assert draft.hindrance() is Hindrance.NOTHING_CHOSEN
    draft.take_heard([replace(file, verdict="reject") for file in draft.files])
    assert draft.hindrance() is Hindrance.NOTHING_USABLE


def test_a_full_disk_hinders_at_the_review(draft):
    ready(draft)
    draft.take_prospect(a_prospect(draft, free_bytes=3000))
    assert draft.hindrance() is Hindrance.NO_ROOM
    draft.take_prospect(a_prospect(draft, free_bytes=10**6))
    assert draft.hindrance() is None


def test_one_may_turn_back_and_forth_between_steps_that_were_reached(draft):
    assert not draft.go(Step.CHECK), "it was not reached yet"
    ready(draft)
    assert draft.go(Step.SOURCES)
    assert draft.can_show(Step.REVIEW)
    draft.set_format(PreprocessSettings(num_signal=65536), ConditionSettings())
    assert not draft.can_show(Step.REVIEW), "it is not reckoned yet"
    assert draft.go(Step.FORMAT)


def test_new_sources_lead_back_to_the_check(draft):
    ready(draft)
    assert draft.add_sources([Path("/more")]) == [Path("/more")]
    assert draft.step is Step.CHECK
    assert draft.hindrance() is Hindrance.LOOKING
    assert draft.add_sources([Path("/more")]) == []


# Prospects


def test_only_an_answer_to_the_present_choices_counts(draft):
    old = a_prospect(draft)
    draft.set_format(PreprocessSettings(channels=2), ConditionSettings())
    assert not draft.take_prospect(old)
    new = a_prospect(draft)
    assert draft.take_prospect(new)
    assert draft.fresh
    draft.choose({FOLDER / "a.wav": False})
    assert not draft.fresh
    newer = a_prospect(draft)
    assert draft.take_prospect(newer)
    assert not draft.take_prospect(new), "older than what is shown"
    assert draft.prospect is newer


# Names


def test_a_free_name_is_suggested_until_the_person_says_one(draft):
    assert draft.name == "bells"
    draft.take_names(["BELLS", "bells 2"])
    assert draft.name == "bells 3"
    draft.set_name("mine")
    draft.remove_source(FOLDER)
    draft.add_sources([Path("/other")])
    assert draft.name == "mine"
    for source, name in (("/a/kling klang.WAV", "kling klang"), ("/v1.2", "v1.2"), ("/", "sound")):
        other = DatasetDraft()
        other.add_sources([Path(source)])
        assert other.name == name


# Worth keeping, prefilled


def test_only_decisions_are_worth_a_question(draft):
    assert not draft.worth_keeping
    draft.choose({FOLDER / "a.wav": False})
    assert draft.worth_keeping
    other = DatasetDraft()
    other.set_format(PreprocessSettings(lazy=True), ConditionSettings())
    assert other.worth_keeping
    named = DatasetDraft()
    named.set_name("x")
    assert named.worth_keeping


def test_a_copy_of_another_dataset_walks_on_to_the_format():
    draft = DatasetDraft()
    settings, condition = PreprocessSettings(channels=2), ConditionSettings(match_level=True)
    draft.take_names(["bells"])
    draft.prefill(Prefill("bells", (FOLDER,), settings, condition, {FOLDER / "b.wav": False}))
    assert (draft.step, draft.name, draft.settings.channels) == (Step.CHECK, "bells 2", 2)
    assert not draft.worth_keeping
    draft.take_found(FOLDER, [a_file("a.wav"), a_file("b.wav")])
    draft.end_look(FOLDER)
    assert not draft.walk_on()
    draft.take_heard([heard(a_file("a.wav"))])
    assert draft.counts.chosen == 1
    assert draft.walk_on()
    assert draft.step is Step.FORMAT
    draft.go(Step.CHECK)
    assert not draft.walk_on(), "only once"
