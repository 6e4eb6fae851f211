"""What the listening room says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rave_gui.backend.blind_test import Answer, BlindKind, plan
from rave_gui.backend.latent_bend import NOISE, OFFSET, SCALE, LatentBend
from rave_gui.backend.listening_room import Lane, LaneKind, Room, file_lane
from rave_gui.backend.preview_levels import Level
from rave_gui.ui.viewmodels import blind_test as blind
from rave_gui.ui.viewmodels import listening_room as words

BEST = Lane(
    "checkpoint:2", LaneKind.CHECKPOINT, "bells-small · best", Path("/m/best.ckpt"), phase=2,
    rating=4, record=2,
)  # fmt: skip
EARLY = Lane(
    "checkpoint:1", LaneKind.CHECKPOINT, "bells-v2 · 400k", Path("/m/1.ckpt"), phase=1,
    validation=6.84, record=1,
)  # fmt: skip


def room() -> Room:
    made = Room().with_input(Path("/s/church bell, close.wav")).with_lane(EARLY).with_lane(BEST)
    made = made.filled("input", Path("/i.wav"), Level(-20.0, 0.5))
    made = made.filled(EARLY.key, Path("/1.wav"), Level(-20.4, 0.5), latents=16)
    return made.filled(BEST.key, Path("/2.wav"), Level(-19.9, 0.5), latents=16)


def said(made: Room, number: int, progress=None, playing=True) -> words.LaneWords:
    return words.lane_words(made, made.lanes[number - 1], progress, playing=playing)


def test_lanes_say_what_they_are_and_how_loud():
    made = room().hear(BEST.key)
    first, second, third = (said(made, number) for number in (1, 2, 3))
    assert (first.title, first.note, first.level) == (
        "Input", "church bell, close.wav", "reference",
    )  # fmt: skip
    assert (second.note, second.level, second.state) == (
        "phase 1 · validation 6.840",
        "−0.4 LU",
        "",
    )
    assert (third.note, third.level, third.state) == ("phase 2 · ★ 4", "+0.1 LU", "▶ heard now")
    assert (second.colour, third.colour) == ("phase1", "accent")
    assert said(made, 3, playing=False).state == "▶ chosen"
    assert third.spoken.startswith("3: bells-small · best")


def test_a_lane_that_is_made_says_how_far():
    made = Room().with_input(Path("/s/a.wav")).with_lane(EARLY)
    assert said(made, 2, 0.4).level == "rendering 40 %"
    assert said(made, 1, 0.0).level == "measuring"
    assert said(made, 2).level == "waiting"
    assert said(Room().with_lane(EARLY), 1).level == "needs a sound"


def test_a_lane_that_failed_says_so_and_why():
    made = room().failed(EARLY.key, "It holds no model.")
    found = said(made, 2)
    assert (found.note, found.note_role, found.level_tip) == (
        "cannot be heard", "bad", "It holds no model.",
    )  # fmt: skip


def test_what_cannot_be_made_as_loud_says_so():
    made = room().filled(EARLY.key, Path("/1.wav"), Level(-40.0, 0.9))
    assert "softer" in said(made, 2).level_tip
    assert "evened out" in said(made, 3).level_tip
    assert "as it is" in said(replace(made, matched=False), 3).level_tip
    assert "each as loud as it is" in words.subtitle(replace(made, matched=False))


def test_a_bent_lane_says_so():
    made = room().bent(BEST.key, LatentBend((1.0,)))
    assert said(made, 3).note == "phase 2 · bent"


def test_lanes_are_drawn_as_loud_as_they_are_heard():
    made = room()
    assert said(made, 1).height == pytest.approx(1.8)
    assert said(made, 2).height == pytest.approx(1.8 * 10 ** (0.4 / 20))
    assert said(replace(made, matched=False), 2).height == pytest.approx(1.8)


def test_the_filled_button_names_what_it_exports():
    assert words.export_text(room().hear(BEST.key)) == ("Export bells-small", "")
    text, why_not = words.export_text(room())
    assert text == "Export…"
    assert why_not


def test_actions_suit_the_lane():
    keys = [key for key, _ in words.lane_actions(room().lanes[2])]
    assert keys == [words.RENDER, words.BATCH, words.FOLDER, words.REMOVE]
    keys = [key for key, _ in words.lane_actions(room().lanes[0])]
    assert keys == [words.FOLDER, words.REMOVE]
    failed = room().failed(EARLY.key, "x").lanes[1]
    assert words.lane_actions(failed)[0][0] == words.RETRY


def test_sliders_say_what_they_do():
    assert words.bend_title(BEST) == "Bend the sound · bells-small"
    assert words.bend_count(16, 8) == "8 of 16 latents"
    assert words.bend_count(4, 8) == "4 latents"
    assert words.bend_value(OFFSET, -1.0) == "−1.0"
    assert words.bend_value(OFFSET, -0.01) == "0.0"
    assert words.bend_value(SCALE, 1.5) == "×1.5"
    assert words.bend_value(NOISE, 0.3) == "0.3"
    bent = replace(BEST, bend=LatentBend((1.0,)))
    assert words.bend_state(bent, opening=True, late=False)[0].startswith("getting")
    assert "last render" in words.bend_state(bent, opening=False, late=True)[0]
    assert words.bend_state(BEST, opening=False, late=True) == ("", "")
    assert "needs" not in words.bend_hint(file_lane(Path("/a.wav")))


# By ear


def preferences(wins: int, rounds: int) -> list[Answer]:
    return [
        Answer("t", 1, BlindKind.PREFERENCE, n, "x", "y", "", "x" if n <= wins else "y", 1.0)
        for n in range(1, rounds + 1)
    ]


TITLES = {"x": "bells-small", "y": "bells-v2 · 400k"}


def test_preferences_are_told_with_how_sure_they_are():
    found = words.by_ear(preferences(9, 12), TITLES)
    assert (found.strong, found.rest) == ("bells-small", "preferred 9 of 12 times")
    assert found.text == (
        "against bells-v2 · 400k, blind, p = 0.15: three more rounds the same way would settle it."
    )
    sure = words.by_ear(preferences(12, 15), TITLES).text
    assert sure.endswith("p = 0.04: chance alone would hardly do that.")
    one = words.verdict(11, 14)
    assert one == "p = 0.06: one more round the same way would settle it."


def test_nothing_said_yet_says_what_a_blind_test_is_for():
    found = words.by_ear([], {})
    assert (found.strong, found.rest) == ("", "Nothing yet")
    assert "hides the names" in found.text


def test_more_than_two_are_ranked():
    more = [*preferences(9, 12), Answer("t", 1, BlindKind.PREFERENCE, 1, "y", "z", "", "y", 1.0)]
    found = words.by_ear(more, {**TITLES, "z": "old"})
    assert len(found.ranking) == 3
    assert found.ranking[0].startswith("bells-small: 9 of 12, between 47 % and 91 %")


def test_a_difference_that_was_heard_is_told():
    right = [Answer("t", 1, BlindKind.ABX, n, "x", "y", "x", "x", 1.0) for n in range(8)]
    found = words.by_ear(right, TITLES)
    assert found.rest == "8 of 8 recognised"
    assert found.text == "bells-small and bells-v2 · 400k can be told apart, p < 0.01."


# Blind


def test_a_blind_test_says_how_much_there_is_to_answer():
    assert blind.amount(2, 6) == "6 rounds of one pair."
    assert blind.amount(4, 3) == "18 rounds of 6 pairs."
    assert "two lanes" in blind.amount(1, 3)
    assert blind.round_title(3, 12) == "Round 3 of 12"


def test_results_name_everybody():
    test = plan(BlindKind.PREFERENCE, ["x", "y"], 12, 1)
    (line,) = blind.results(test, preferences(3, 12), TITLES)
    assert line.startswith("bells-v2 · 400k preferred 9 of 12 times against bells-small, p = 0.15")
    test = plan(BlindKind.ABX, ["x", "y"], 2, 1)
    right = [Answer("t", 1, BlindKind.ABX, n, "x", "y", "x", "x", 1.0) for n in (1, 2)]
    (line,) = blind.results(test, right, TITLES)
    assert "2 of 2 recognised" in line
    assert blind.results(test, [], TITLES) == ()


def test_a_batch_says_what_became_of_it():
    assert words.batch_progress(2, 5, "a.wav") == "3 of 5: a.wav"
    assert words.batch_end(1, 0) == "1 new file."
    assert words.batch_end(3, 1) == "3 new files. 1 sound was passed over."
    lines = words.batch_failures([(f"{n}.wav", "broken") for n in range(10)]).splitlines()
    assert lines[0] == "0.wav: broken"
    assert lines[-1] == "and 2 more"
    assert words.render_name(BEST, file_lane(Path("/s/bell.wav"))) == "bell - bells-small-best"
