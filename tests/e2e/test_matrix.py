"""No rule is folklore: what is let through trains and exports, and what is refused fails.

`make matrix` forces every combination through the real RAVE and writes down what became of it; the
other tests hold the rules against what is written, and a few combinations against RAVE as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matrix_book
import pytest
from matrix_choices import Choice, choices
from matrix_runs import Ground, Outcome, Zygote, force, ground, settings_of, to_json

from rave_gui.backend.engine import EngineManager
from rave_gui.backend.rave_rules import findings
from rave_gui.backend.rave_surroundings import Surroundings
from rave_gui.core.paths import AppPaths
from rave_gui.core.settings import SettingsStore

pytestmark = [pytest.mark.engine, pytest.mark.timeout(300)]

SOME = (
    Choice(("v1",)),
    Choice(("v2_small", "wasserstein", "causal"), ("mute",)),
    Choice(("v2_nopqmf",)),
)
EVERY = choices()


@pytest.fixture(scope="module")
def on(engine_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    place = tmp_path_factory.mktemp("matrix")
    paths = AppPaths.below(place / "home")
    engine = EngineManager(paths, SettingsStore(paths.settings)).current()
    with Zygote(engine, place) as zygote:
        yield ground(zygote, engine, place)


@pytest.fixture(scope="module")
def written(on: Ground) -> dict[str, Outcome]:
    book = matrix_book.read().get(version(on), {})
    return {key: Outcome(**fields) for key, fields in book.items()}


def version(on: Ground) -> str:
    return f"acids-rave {on.engine.rave_version}"


def place_of(choice: Choice, sox: bool) -> str:
    """Where it is written down what became of the combination."""
    return f"{choice.key} with sox" if sox and choice.needs_sox else choice.key


def refused(choice: Choice, on: Ground, sox: bool) -> list[str]:
    """The rules that speak against the combination."""
    settings, dataset = settings_of(choice, on.configs), on.datasets[choice.channels]
    around = Surroundings(sox=sox)
    found = findings(settings, dataset, on.engine, on.configs, surroundings=around)
    return [one.id for one in found if one.severity == "error"]


def quarrel(choice: Choice, on: Ground, written: dict[str, Outcome], sox: bool) -> str:
    """Where rules and reality disagree; empty where they agree."""
    outcome, rules = written[place_of(choice, sox)], refused(choice, on, sox)
    if not rules and not outcome.works:
        return f"{choice.key} is let through, and fails: {outcome}"
    if rules and outcome.works and not hollow(choice, outcome, written):
        return f"{choice.key} is refused by {rules}, and works"
    return ""


def hollow(choice: Choice, outcome: Outcome, written: dict[str, Outcome]) -> bool:
    """Whether one of the parts left no trace: the model is the same, by RAVE's own hash."""
    for left_out in choice.configs:
        rest = tuple(name for name in choice.configs if name != left_out)
        without = Choice(rest, choice.augmentations, choice.channels, choice.option)
        if (other := written.get(without.key)) is not None and other.gin == outcome.gin:
            return True
    return False


@pytest.mark.matrix
@pytest.mark.parametrize("choice", EVERY, ids=lambda choice: choice.key)
def test_every_combination(choice: Choice, on: Ground, written: dict[str, Outcome]) -> None:
    outcome, sox = force(choice, on), on.engine.sox
    matrix_book.write(version(on), {place_of(choice, sox): to_json(outcome)})
    written[place_of(choice, sox)] = outcome
    assert quarrel(choice, on, written, sox) == ""


def test_the_rules_agree_with_what_became_of_every_combination(
    on: Ground, written: dict[str, Outcome]
) -> None:
    every = [(one, sox) for one in EVERY for sox in ((False, True) if one.needs_sox else (False,))]
    assert [place_of(*one) for one in every if place_of(*one) not in written] == []
    told = [quarrel(one, on, written, sox) for one, sox in every]
    assert [line for line in told if line] == []


@pytest.mark.parametrize("choice", SOME, ids=lambda choice: choice.key)
def test_some_combinations_end_as_written(
    choice: Choice, on: Ground, written: dict[str, Outcome]
) -> None:
    outcome = force(choice, on)
    assert facts(outcome) == facts(written[place_of(choice, on.engine.sox)])


def facts(outcome: Outcome) -> dict[str, Any]:
    """Without the words, which differ from machine to machine."""
    return {key: value for key, value in to_json(outcome).items() if key != "why"}
