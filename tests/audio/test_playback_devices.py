"""Through the real PortAudio: into ALSA's null device, and where there is no device at all."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from rave_gui.audio import output
from rave_gui.audio.output import PortAudio, missing_library_remedy
from rave_gui.core.errors import UserError

SCRIPT = Path(__file__).with_name("play_for_real.py")
NULL = "pcm.!default { type null }\nctl.!default { type null }\n"


@pytest.fixture
def run(tmp_path):
    """Run the script with that configuration of ALSA."""

    def run(configuration: str, *arguments: str):
        path = tmp_path / "asound.conf"
        path.write_text(configuration)
        environment = {**os.environ, "ALSA_CONFIG_PATH": str(path)}
        argv = [sys.executable, str(SCRIPT), *arguments]
        done = subprocess.run(
            argv, env=environment, capture_output=True, text=True, check=True, timeout=60
        )
        return json.loads(done.stdout)

    return run


def test_the_null_device_is_given_the_right_sound_without_a_click(run):
    found = run(NULL, "play", "")
    assert found["errors"] == []
    assert found["ended"]
    assert found["hertz"] == pytest.approx(441, abs=1)
    assert found["peak"] == pytest.approx(0.5, abs=0.001)
    assert found["step"] <= 2 * math.pi * 441 * 0.5 / 44100 + math.pi * 0.5 / 220
    assert 1.1 < found["seconds"] < 2.0, "the seek left out a part"


def test_lanes_are_switched_in_the_null_device_without_a_click_or_a_gap(run):
    found = run(NULL, "switch")
    assert found["errors"] == []
    assert found["switches"] > 10
    assert found["silent"] == 0
    assert found["step"] <= 2 * math.pi * 441 * 0.5 / 44100 + 1e-6
    assert found["seconds"] == pytest.approx(2.0, abs=0.01)
    assert found["peak"] == pytest.approx(0.5, abs=0.001)


def test_a_device_can_be_chosen_by_its_name(run):
    (name, *_) = run(NULL, "devices")
    assert run(NULL, "play", name)["errors"] == []


def test_without_any_device_it_says_so_and_the_thread_ends(run):
    found = run("pcm.unused { type empty }\n", "refused")
    assert found["ended"]
    (error,) = found["errors"]
    assert "no sound output" in error
    assert "Everything else works without" in error


def test_a_broken_alsa_does_not_take_the_application_with_it(run):
    (error,) = run("", "refused")["errors"]
    assert "ALSA is missing" in error
    assert "libasound2-data" in error


def test_without_portaudio_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "sounddevice", None)  # as an import that fails
    for ask in (PortAudio().devices, lambda: PortAudio().open("", 44100)):
        with pytest.raises(UserError) as refused:
            ask()
        assert "PortAudio is missing" in refused.value.what
        assert refused.value.remedy == missing_library_remedy(sys.platform)


def test_the_remedy_is_the_one_of_the_system():
    assert "apt-get install libportaudio2" in missing_library_remedy("linux")
    assert "pip install" in missing_library_remedy("darwin")
    assert "pip install" in missing_library_remedy("win32")


class PretendedLibrary:
    """What is asked of ``sounddevice``."""

    class PortAudioError(Exception):
        pass

    def __init__(self, *names: str, refused: frozenset[int] = frozenset()) -> None:
        self.default = SimpleNamespace(device=(-1, 0 if names else -1))
        self.refused, self.asked = refused, []
        self._found = [
            {
                "name": name,
                "hostapi": index % 2,
                "max_output_channels": 2 if name != "Microphone" else 0,
                "default_samplerate": 48000.0,
            }
            for index, name in enumerate(names)
        ]

    def query_devices(self, index=None):
        return self._found if index is None else self._found[index]

    def query_hostapis(self, index):
        return {"name": ("MME", "WASAPI")[index]}

    def _initialize(self):
        pass

    _terminate = _initialize

    def OutputStream(self, **options):
        self.asked.append(options["samplerate"])
        if options["samplerate"] in self.refused:
            raise self.PortAudioError("Error opening: Invalid sample rate [PaErrorCode -9997]", -1)
        return SimpleNamespace(active=False, abort=lambda: None, close=lambda: None)


@pytest.fixture
def pretend(monkeypatch):
    def pretend(library: PretendedLibrary) -> PretendedLibrary:
        monkeypatch.setattr(output, "_library", lambda: library)
        return library

    return pretend


def test_names_that_are_there_twice_are_told_apart_and_microphones_left_out(pretend):
    pretend(PretendedLibrary("Speaker", "Speaker", "Microphone", "Headphones"))
    found = PortAudio().devices()
    assert [device.name for device in found] == [
        "Speaker (MME)",
        "Speaker (WASAPI)",
        "Headphones",
    ]
    assert [device.is_default for device in found] == [True, False, False]


def test_a_refused_rate_opens_the_device_at_its_own(pretend):
    library = pretend(PretendedLibrary("Speaker", refused=frozenset({8000})))
    opened = PortAudio().open("", 8000)
    assert opened.rate == 48000
    assert library.asked == [8000, 48000]
    opened.close()


def test_a_device_that_refuses_everything_is_told_with_the_reason(pretend):
    pretend(PretendedLibrary("Speaker", refused=frozenset({8000, 48000})))
    with pytest.raises(UserError, match="Invalid sample rate") as refused:
        PortAudio().open("Speaker", 8000)
    assert "PaErrorCode" not in refused.value.what
    assert "Settings" in refused.value.remedy


def test_devices_are_not_looked_for_anew_while_one_is_open(pretend, monkeypatch):
    library = pretend(PretendedLibrary("Speaker"))
    looks = []
    monkeypatch.setattr(library, "_initialize", lambda: looks.append(1), raising=False)
    devices = PortAudio()
    opened = devices.open("", 48000)
    devices.look_again()
    devices.devices()
    assert not looks, "PortAudio would take the open device away"
    opened.close()
    devices.devices()
    assert looks == [1]
