"""The bundled sample: what the script computes, and fit to be trained with."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import soundfile

from rave_gui.core.paths import resources_dir

ROOT = Path(__file__).resolve().parent.parent
FOLDER = resources_dir() / "sample"
SECONDS = {"bells": 24, "flute": 24, "strings-fast": 19, "strings-slow": 23}


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_sample", ROOT / "scripts/make_sample.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_sample"] = module
    spec.loader.exec_module(module)
    return module


def test_the_sample_is_small_and_free() -> None:
    files = sorted(FOLDER.glob("*.flac"))
    assert [path.stem for path in files] == sorted(SECONDS)
    assert sum(path.stat().st_size for path in files) < 3_000_000
    assert "CC0" in (FOLDER / "LICENSE").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(SECONDS))
def test_a_file_is_sound_in_every_sense(name: str) -> None:
    info = soundfile.info(FOLDER / f"{name}.flac")
    assert (info.samplerate, info.channels, info.subtype) == (44100, 1, "PCM_16")
    assert info.duration == pytest.approx(SECONDS[name])
    sound, _ = soundfile.read(FOLDER / f"{name}.flac")
    assert np.isfinite(sound).all()
    assert 20 * np.log10(np.abs(sound).max()) == pytest.approx(-3, abs=0.05)
    assert abs(sound.mean()) < 1e-4, "no constant offset"
    assert np.abs(sound[[0, -1]]).max() < 1e-4, "no click at either end"
    assert np.sqrt((sound[:-44100] ** 2).mean()) > 0.05
    quiet = [np.abs(part).max() < 0.003 for part in np.array_split(sound[:-88200], 40)]
    assert not any(quiet), "nothing but the end fades away"


@pytest.mark.parametrize("name", sorted(SECONDS))
def test_computing_it_again_gives_the_same_sound(script: ModuleType, name: str) -> None:
    stored, _ = soundfile.read(FOLDER / f"{name}.flac")
    again = script.PIECES[f"{name}.flac"]()
    assert len(again) == len(stored)
    assert np.abs(again - stored).max() < 2 / 32768


@pytest.mark.parametrize("pitch", [38, 50, 62, 74, 86])
def test_strings_are_in_tune(script: ModuleType, pitch: int) -> None:
    note = script.Note(0.0, pitch, 0.7, 2.0)
    sound = script.plucked(note, np.random.RandomState(1))
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), 1 << 20))
    frequency = np.fft.rfftfreq(1 << 20, 1 / 44100)
    near = np.abs(frequency / note.frequency - 1) < 0.05
    found = frequency[near][spectrum[near].argmax()]
    assert abs(1200 * np.log2(found / note.frequency)) < 1.0
