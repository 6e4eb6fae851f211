"""Own presets: kept, shared, versioned; damaged files cost nothing but themselves."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from rave_gui.backend.preset_shelf import SUFFIX, PresetShelf, gpu_needed, usual_preset
from rave_gui.backend.presets import presets
from rave_gui.backend.rave_settings import TrainingSettings
from rave_gui.core.errors import UserError

MINE = TrainingSettings(
    configs=("v2", "causal"), overrides=("CAPACITY = 64",), batch=4, channels=2, sample_rate=48000,
    device="gpu:1", ema=0.99, rand_pitch=(0.8, 1.2),
)  # fmt: skip


@pytest.fixture
def shelf(tmp_path: Path) -> PresetShelf:
    return PresetShelf(tmp_path / "presets")


def test_kept_and_read_again_without_what_dataset_and_machine_decide(shelf: PresetShelf) -> None:
    shelf.save("Glass, wide", "For glass.", MINE)
    (found,) = shelf.read().own
    assert (found.title, found.explanation) == ("Glass, wide", "For glass.")
    expected = replace(
        MINE, channels=1, sample_rate=44100, device="cpu", preset=found.name,
        workers=found.training.workers,
    )  # fmt: skip
    assert found.training == expected


def test_the_same_title_replaces(shelf: PresetShelf) -> None:
    shelf.save("Glass", "", MINE)
    shelf.save("glass", "", replace(MINE, batch=9))
    assert [one.training.batch for one in shelf.read().own] == [9]


def test_given_to_others_and_taken_in(shelf: PresetShelf, tmp_path: Path) -> None:
    preset = shelf.save("Glass", "For glass.", MINE)
    file = shelf.give_away(preset, tmp_path / "to you")
    assert file.name == f"to you{SUFFIX}"
    shelf.take_in(file)
    titles = [one.title for one in shelf.read().own]
    assert titles == ["Glass", "Glass"]
    assert len({one.name for one in shelf.read().own}) == 2


@pytest.mark.parametrize(
    "content",
    [
        "", "[]", "{", '{"format": "other"}', '{"format": "rave-gui preset", "version": 99}',
        '{"format": "rave-gui preset", "version": 1, "title": 3}',
        '{"format": "rave-gui preset", "version": 1, "title": "x", "training": {"batch": "many"}}',
        "[" * 100_000, '"' + "x" * 300_000 + '"',
    ],
)  # fmt: skip
def test_a_damaged_file_is_told_and_hides_no_other(shelf: PresetShelf, content: str) -> None:
    shelf.save("Good", "", MINE)
    bad = shelf._folder / f"bad{SUFFIX}"
    bad.write_text(content)
    found = shelf.read()
    assert [one.title for one in found.own] == ["Good"]
    assert len(found.problems) == 1
    with pytest.raises(UserError):
        shelf.take_in(bad)


def test_what_a_newer_version_adds_is_left_out(shelf: PresetShelf, tmp_path: Path) -> None:
    file = shelf.give_away(shelf.save("Glass", "", MINE), tmp_path / "x.json")
    data = json.loads(file.read_text())
    data["training"]["telepathy"] = True
    file.write_text(json.dumps(data))
    assert shelf.take_in(file).training.batch == 4


def test_no_title_no_preset(shelf: PresetShelf) -> None:
    with pytest.raises(UserError, match="title"):
        shelf.save("  ", "", MINE)


def test_where_it_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be written"):
        PresetShelf(tmp_path / "file" / "presets").save("x", "", MINE)


@pytest.mark.parametrize(
    ("memory", "name"),
    [((), "sample"), ((8 * 10**9,), "v2_small"), ((16 * 10**9, 4 * 10**9), "v2")],
)
def test_the_usual_preset_fits_the_machine(memory: tuple[int, ...], name: str) -> None:
    assert usual_preset(memory) == name


def test_what_rave_asks_for() -> None:
    assert gpu_needed(presets()["v3"].training) == 32 * 10**9
    assert gpu_needed(TrainingSettings(configs=("/own/brave.gin",))) is None
