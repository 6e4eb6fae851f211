"""Rows of lines and cards, selections, and how loudly a line is set: all without a widget."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rave_gui.ui.viewmodels import log_words
from rave_gui.ui.viewmodels.log_rows import Place, RowMap, Selection, Spot

CARDS = st.dictionaries(st.integers(0, 9), st.integers(1, 3), max_size=4)


@given(CARDS)
def test_every_row_is_a_line_or_a_part_of_a_card_below_its_line(cards: dict[int, int]) -> None:
    placed = sorted(cards.items())
    rows = RowMap(10, placed)
    expected = []
    for line in range(10):
        expected.append(Place(line))
        if line in cards:
            number = [one for one, _ in placed].index(line)
            expected += [Place(line, number, part) for part in range(cards[line])]
    assert [rows.at(row) for row in range(rows.total)] == expected
    assert all(expected[rows.row_of(line)] == Place(line) for line in range(10))
    tops = [rows.top_of(number) for number in range(len(placed))]
    assert [expected[top].part for top in tops] == [0] * len(placed)


LINES = [(0, "one"), (4, ""), (5, "three"), (11, "four")]


@pytest.mark.parametrize(
    ("anchor", "head", "text"),
    [
        (Spot(0, 1), Spot(0, 2), "n"),
        (Spot(5, 2), Spot(0, 1), "ne\n\nth"),
        (Spot(4, 0), Spot(11, 4), "\nthree\nfour"),
        (Spot(5, 1), Spot(5, 1), ""),
    ],
)
def test_a_selection_is_the_text_between_two_places(anchor: Spot, head: Spot, text: str) -> None:
    assert Selection(anchor, head).text(LINES) == text


@pytest.mark.parametrize(
    ("line", "role"),
    [
        ("ZeroDivisionError: integer division or modulo by zero", "bad"),
        ("Traceback (most recent call last):", "bad"),
        ("0it [00:00, ?it/s](TypeError('cannot unpack'),)", "bad"),
        ('  File "/engine/bin/rave", line 10, in <module>', "secondary"),
        ("E1123 23:58:47 140 resource_reader.py:55] Path not found: v1.gin", "muted"),
        ("I1123 23:58:47 140 resource_reader.py:50] system_path_file_exists:v1.gin", "muted"),
        ("/x/weight_norm.py:144: FutureWarning: `torch.nn.utils` is deprecated", "muted"),
        ("|  [Callback]TQDMProgressBar.on_train_start |  3.4e-06 |  1 |", "muted"),
        ("/x/trainer.py:1: PossibleUserWarning: The dataloader has few workers", "warn"),
        ("train set: 72 examples", "text"),
        ("Epoch 0:  12%|#   | 5/43 [00:06<00:52,  1.38s/it]", "text"),
    ],
)
def test_noise_is_quiet_and_errors_are_loud(line: str, role: str) -> None:
    assert log_words.role_of(line) == role


@pytest.mark.parametrize(
    ("column", "word"), [(0, (0, 8)), (7, (0, 8)), (9, (9, 22)), (8, (8, 9)), (99, (99, 99))]
)
def test_a_path_is_one_word(column: int, word: tuple[int, int]) -> None:
    assert log_words.word_at("File:12: /x/y/v1.gin:3", column) == word


def test_what_was_found_and_missed_is_told_in_words() -> None:
    assert log_words.matches(0, None, full=False, busy=True) == "searching…"
    assert log_words.matches(1, None, full=False, busy=False) == "1 line"
    assert log_words.matches(1_000_000, 3, full=True, busy=True) == "3 of 1,000,000+ lines"
    assert log_words.to_the_end(0) == "Jump to the end"
    assert log_words.to_the_end(1) == "Jump to the end · 1 new line"
