"""What is measured of a file, against references that were made by others."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pyloudnorm
import pytest
import soundfile

from rave_gui.audio.facts import THUMBNAIL_BINS, SoundFacts
from rave_gui.audio.listen import listen
from rave_gui.audio.loudness import k_weighting
from rave_gui.audio.measure import Measure

RATE = 44100
PUBLISHED = (  # ITU-R BS.1770-4, tables 1 and 2: the filters at 48 kHz
    (1.53512485958697, -2.69169618940638, 1.19839281085285),
    (1.0, -1.69065929318241, 0.73248077421585),
    (1.0, -2.0, 1.0),
    (1.0, -1.99004745483398, 0.99007225036621),
)


def noise(seconds: float, seed: int = 0, rate: int = RATE) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(int(seconds * rate)) * 0.1


def sine(hertz: float, seconds: float, level: float = 0.5, rate: int = RATE) -> np.ndarray:
    return level * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)


def heard(folder: Path, wave: np.ndarray, rate: int = RATE, subtype: str = "PCM_16") -> SoundFacts:
    path = folder / "sound.wav"
    soundfile.write(path, wave, rate, subtype=subtype)
    return listen(path)


def by_ffmpeg(source: Path, target: Path, *options: str) -> Path:
    command = ["ffmpeg", "-v", "error", "-y", "-i", str(source), *options, str(target)]
    subprocess.run(command, check=True)
    return target


def test_the_loudness_filters_are_the_published_ones():
    assert np.allclose(k_weighting(48000).reshape(4, 3), PUBLISHED, atol=1e-7)


@pytest.mark.parametrize("rate", [8000, 22050, 44100, 96000])
@pytest.mark.parametrize("channels", [1, 2])
def test_loudness_agrees_with_another_meter(tmp_path, rate, channels):
    from scipy.signal import butter, resample_poly, sosfilt

    swell = np.linspace(0.05, 1, rate * 6)[:, None]
    wave = np.stack([noise(6, seed, rate) for seed in range(channels)], axis=1) * swell
    # At 48 kHz the filters are the published ones; low rates are brought there for the reference,
    # and hold what such recordings hold: next to half their rate the filter cannot be the same.
    if rate == 8000:
        wave = sosfilt(butter(4, 1500, fs=rate, output="sos"), wave, axis=0)
    facts = heard(tmp_path, wave, rate, "FLOAT")
    brought = resample_poly(wave, 48000 // rate, 1) if rate == 8000 else wave
    theirs = pyloudnorm.Meter(48000 if rate == 8000 else rate).integrated_loudness(brought)
    assert facts.loudness == pytest.approx(theirs, abs=0.2 if rate == 8000 else 0.1)


def test_loudness_of_the_reference_tone_and_of_silence_between():
    meter = Measure(48000, 2)
    tone = np.stack([sine(997, 20, 10 ** (-23 / 20), 48000)] * 2, axis=1).astype(np.float32)
    meter.add(tone)
    meter.add(np.zeros_like(tone))
    assert meter.facts("x").loudness == pytest.approx(-23.0, abs=0.1), "EBU Tech 3341, case 1"


def test_the_filter_is_the_same_with_and_without_the_whole_of_scipy(monkeypatch):
    from rave_gui.audio import iir

    wave = np.random.default_rng(0).standard_normal((1000, 2)).astype(np.float32)
    fast, slow = (iir.Filter(k_weighting(RATE), 2) for _ in range(2))
    found = [fast.apply(wave[:300]), fast.apply(wave[300:])]
    assert iir._kernel() is not None, "listening would take two seconds longer to begin"
    monkeypatch.setattr(iir, "_kernel", lambda: None)
    for mine, theirs in zip(found, (slow.apply(wave[:300]), slow.apply(wave[300:])), strict=True):
        assert np.allclose(mine, theirs, atol=1e-12)


def test_threads_that_begin_together_all_get_the_filter():
    program = """
import threading
import numpy
from rave_gui.audio import iir

together, found = threading.Barrier(8), []

def ask():
    together.wait()
    found.append(iir._kernel())

threads = [threading.Thread(target=ask) for _ in range(8)]
for one in threads: one.start()
for one in threads: one.join()
assert None not in found and len(set(found)) == 1, found
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_loudness_does_not_depend_on_the_blocks():
    wave = noise(3)[:, None].astype(np.float32)
    whole, parts = Measure(RATE, 1), Measure(RATE, 1)
    whole.add(wave)
    for start in range(0, len(wave), 4410 * 3):
        parts.add(wave[start : start + 4410 * 3])
    first, second = whole.facts("x"), parts.facts("x")
    assert first.loudness == pytest.approx(second.loudness, abs=1e-9)
    assert first.content == second.content
    assert first.spans == second.spans


def test_what_is_too_short_or_silent_has_no_loudness(tmp_path):
    assert heard(tmp_path, noise(0.3)).loudness is None
    assert heard(tmp_path, np.zeros(RATE)).loudness is None


def test_a_cut_wave_is_clipped_and_a_full_one_is_not(tmp_path):
    cut = np.clip(sine(220, 1, 1.3), -1, 1)
    assert heard(tmp_path, cut).clipped_runs == pytest.approx(440, abs=2)
    assert heard(tmp_path, sine(220, 1, 1.0)).clipped_runs == 0
    assert heard(tmp_path, sine(40, 1, 1.0)).clipped_runs == 0, "rests at its summit by nature"
    assert heard(tmp_path, np.clip(sine(220, 1, 0.6), -0.4, 0.4)).clipped_runs == 0


def test_a_flat_top_across_two_blocks_counts_once():
    wave = np.concatenate([np.zeros(50), np.ones(20), np.zeros(50)]).astype(np.float32)[:, None]
    for cut in (1, 49, 50, 51, 60, 69, 70, 71, 119):
        measure = Measure(100, 1)
        measure.add(wave[:cut])
        measure.add(wave[cut:])
        assert measure.facts("x").clipped_runs == 1, cut


def test_offset_and_peak(tmp_path):
    facts = heard(tmp_path, sine(100, 1, 0.25) + 0.125, subtype="FLOAT")
    assert facts.dc == pytest.approx(0.125, abs=1e-4)
    assert facts.peak == pytest.approx(0.375, abs=1e-4)


def test_what_is_no_number_is_counted_and_taken_as_silence(tmp_path):
    wave = sine(100, 1)
    wave[10:13] = np.nan
    wave[99] = np.inf
    facts = heard(tmp_path, wave, subtype="FLOAT")
    assert facts.bad_values == 4
    assert facts.peak == pytest.approx(0.5, abs=1e-3)


def test_where_there_is_sound(tmp_path):
    quiet = np.zeros(3 * RATE)
    wave = np.concatenate([quiet, noise(1), quiet[:RATE], noise(1, 1), quiet, noise(0.5, 2)])
    facts = heard(tmp_path, wave)
    assert [(round(a / RATE, 1), round(b / RATE, 1)) for a, b in facts.spans] == [
        (2.9, 6.1), (8.9, 9.5),
    ]  # fmt: skip
    assert facts.silent_seconds == pytest.approx(7.0, abs=0.1)
    assert heard(tmp_path, quiet).spans == ()


def test_channels_that_are_the_same_and_channels_that_cancel(tmp_path):
    left = noise(1)
    same = heard(tmp_path, np.stack([left, left], axis=1))
    assert (same.dual_mono, same.cancels) == (True, False)
    turned = heard(tmp_path, np.stack([left, -left], axis=1))
    assert (turned.dual_mono, turned.cancels) == (False, True)
    wide = heard(tmp_path, np.stack([left, noise(1, 5)], axis=1))
    assert (wide.dual_mono, wide.cancels) == (False, False)


def test_the_same_sound_in_another_container_has_the_same_content(tmp_path):
    wave = tmp_path / "a.wav"
    soundfile.write(wave, noise(1), RATE)
    flac = by_ffmpeg(wave, tmp_path / "b.flac", "-metadata", "title=another")
    aiff = by_ffmpeg(wave, tmp_path / "c.aiff")
    digests = {listen(path).content for path in (wave, flac, aiff)}
    assert len(digests) == 1
    soundfile.write(wave, noise(1, 9), RATE)
    assert listen(wave).content not in digests


PINK = np.fft.irfft(
    np.fft.rfft(noise(10, 3)) / np.sqrt(np.maximum(1, np.arange(RATE * 5 + 1))), RATE * 10
)
PINK *= 0.6 / np.abs(PINK).max()


@pytest.mark.parametrize(
    ("options", "low", "high"),
    [(["-b:a", "64k"], 15_000, 17_500), (["-ar", "22050"], 10_000, 13_000),
     (["-ar", "16000"], 7_500, 9_500), (["-ar", "8000"], 3_500, 4_800)],
)  # fmt: skip
def test_what_was_cut_off_is_found_out(tmp_path, options, low, high):
    source, target = tmp_path / "a.wav", tmp_path / "b.wav"
    soundfile.write(source, PINK, RATE)
    through = by_ffmpeg(source, tmp_path / ("c.mp3" if "-b:a" in options else "c.wav"), *options)
    facts = listen(by_ffmpeg(through, target, "-ar", str(RATE)))
    assert facts.brickwall
    assert low <= (facts.bandwidth_hz or 0) <= high


def dark_by_nature() -> dict[str, np.ndarray]:
    from scipy.signal import butter, sosfilt

    t = np.arange(RATE * 10) / RATE
    bells = ((440, 0.3, 1), (1210, 0.2, 2), (2530, 0.15, 3), (5100, 0.1, 4), (8000, 0.08, 6))
    gentle = sosfilt(butter(2, 800, fs=RATE, output="sos"), noise(10))
    steep = sosfilt(butter(6, 3000, fs=RATE, output="sos"), noise(10))
    return {
        "pink": PINK,
        "faint": PINK * 0.01,
        "gentle": gentle * 0.5 / np.abs(gentle).max(),
        "steep": steep * 0.5 / np.abs(steep).max(),
        "bell": sum(np.exp(-(t % 2) * k) * a * np.sin(2 * np.pi * f * t) for f, a, k in bells),
        "sine": sine(440, 10),
    }


@pytest.mark.parametrize("subtype", ["PCM_16", "FLOAT"])
@pytest.mark.parametrize("name", ["pink", "faint", "gentle", "steep", "bell", "sine"])
def test_what_is_dark_by_nature_is_not_blamed(tmp_path, name, subtype):
    assert not heard(tmp_path, dark_by_nature()[name], subtype=subtype).brickwall


@pytest.mark.parametrize("frames", [1, 50, 6000, 96 * 64, 1_000_000, 3_000_000])
def test_the_thumbnail_is_the_outline_whatever_the_length(tmp_path, frames):
    wave = np.linspace(0, 1, frames)[:, None].astype(np.float32) ** 2
    measure = Measure(RATE, 1)
    for start in range(0, frames, 44100):
        measure.add(wave[start : start + 44100])
    rows = np.frombuffer(measure.facts("x").thumbnail, np.int8).reshape(2, THUMBNAIL_BINS)
    assert (rows[0] <= rows[1]).all()
    assert rows[1][-1] == round(127 * float(wave[-1, 0]))
    if frames > THUMBNAIL_BINS * 64:
        middle = (THUMBNAIL_BINS // 2 + 0.5) / THUMBNAIL_BINS
        assert rows[1][THUMBNAIL_BINS // 2] == pytest.approx(127 * middle**2, abs=3)


def test_the_thumbnail_shows_the_loudest_channel():
    measure = Measure(RATE, 2)
    wave = np.zeros((44100, 2), np.float32)
    wave[:, 1] = -0.5
    measure.add(wave)
    rows = np.frombuffer(measure.facts("x").thumbnail, np.int8).reshape(2, THUMBNAIL_BINS)
    assert (rows[0] == -64).all()
    assert (rows[1] == 0).all()


def test_facts_survive_their_json(tmp_path):
    facts = heard(tmp_path, noise(3))
    assert SoundFacts.from_json(facts.to_json()) == facts
