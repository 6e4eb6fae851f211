"""Recipe and overrides as text and back; what a person wrote around them stays."""

from __future__ import annotations

import pytest

from rave_gui.backend.gin_text import (
    GinChoice,
    GinTextError,
    line_of_name,
    parse,
    patched,
    rendered,
)

CHOICE = GinChoice(
    ("v2", "causal"), ("mute",), ("CAPACITY = 64", "RAVE.phase_1_duration = 10", "A.b = [1, 2]")
)
TYPED = """# my instrument
include 'configs/v2.gin'

# wide
CAPACITY=64  # big
MultiScaleSTFT.scales = [2048,
    1024]
# the end
"""


def test_round_trip() -> None:
    assert parse(rendered(CHOICE)) == CHOICE
    assert parse(rendered(CHOICE, [("LATENT_SIZE", 128), ("UNKNOWN", None)])) == CHOICE


def test_defaults_are_told_in_comments_that_choose_nothing() -> None:
    text = rendered(GinChoice(("v2",)), [("LATENT_SIZE", 128)])
    assert "LATENT_SIZE = 128" in text
    assert parse(text).overrides == ()


def test_a_changed_value_leaves_everything_else_as_it_was_typed() -> None:
    choice = GinChoice(("v2",), (), ("CAPACITY = 32", "MultiScaleSTFT.scales = [2048, 1024]"))
    assert patched(TYPED, choice) == TYPED.replace("CAPACITY=64  # big", "CAPACITY = 32")


def test_what_is_taken_away_and_added() -> None:
    choice = GinChoice(("v2", "wasserstein"), (), ("CAPACITY = 64", "LATENT_SIZE = 8"))
    text = patched(TYPED, choice)
    assert parse(text) == choice
    assert text.startswith("# my instrument\ninclude 'configs/v2.gin'\ninclude 'configs/wass")
    assert "# wide" in text
    assert "1024" not in text


def test_patching_twice_tells_defaults_once() -> None:
    once = patched(TYPED, parse(TYPED), [("LATENT_SIZE", 128)])
    again = patched(once, parse(once), [("LATENT_SIZE", 16)])
    assert again.count("LATENT_SIZE") == 1
    assert "LATENT_SIZE = 16" in again


@pytest.mark.parametrize("text", ["RAVE:\n  latent_size = 4\n", "]]]", "CAPACITY = ("])
def test_text_that_cannot_be_patched_is_written_anew(text: str) -> None:
    assert parse(patched(text, CHOICE)) == CHOICE


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("CAPACITY = ", 1),
        ("CAPACITY = 6\nfoo bar", 2),
        ("A = 1\n\nimport os\n", 3),
        ("include 'configs/v2.gin'\nA = [1,\n", 0),
        ("'''", 0),
        ("A = 1\nB = @\n", 2),
        ("x" * 200_000, 0),
        ("A = " + "'a' " * 5000, 0),
    ],
)
def test_what_is_not_gin_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(GinTextError) as caught:
        parse(text)
    assert caught.value.line in {line, 1 if line == 0 else line}
    assert "Traceback" not in str(caught.value)


def test_an_own_file_is_included_by_its_path() -> None:
    choice = GinChoice(("/home/a b/brave.gin", "causal"))
    assert parse(rendered(choice)) == choice


def test_the_line_of_a_name() -> None:
    assert line_of_name(TYPED, "CAPACITY") == 5
    assert line_of_name(TYPED, "v2") == 2
    assert line_of_name(TYPED, "NOBODY") == 0
    assert line_of_name("[", "CAPACITY") == 0


def test_the_last_of_two_bindings_counts() -> None:
    assert parse("A = 1\nA = 2\n").overrides == ("A = 2",)
