"""Synthesise the bundled sample: plucked strings, bells, breath. Everything in it is computed here.

    python scripts/make_sample.py [FOLDER]

writes four mono FLAC files, 44.1 kHz and 16 bit, about 90 s together. The same numbers come out on
every machine: the noise is that of numpy's frozen ``RandomState``. Needs numpy and soundfile only.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

Sound = NDArray[np.float64]

RATE = 44100
PEAK = 10 ** (-3 / 20)
FADE_IN = 0.004
FADE_OUT = 0.6
FOLDER = Path(__file__).resolve().parent.parent / "resources" / "sample"


@dataclass(frozen=True)
class Note:
    """One sound event: seconds, MIDI number (may be fractional), loudness 0 to 1, length."""

    start: float
    pitch: float
    force: float
    length: float

    @property
    def frequency(self) -> float:
        """Hz, equal temperament on A 440."""
        return float(440.0 * 2 ** ((self.pitch - 69) / 12))


Instrument = Callable[[Note, np.random.RandomState], Sound]


# --- instruments -----------------------------------------------------------------------------


def plucked(note: Note, noise: np.random.RandomState) -> Sound:
    """A string after Karplus and Strong, in tune at every pitch.

    The loop is an integer delay, a symmetric three-tap lowpass (one sample of delay at every
    frequency) and a Lagrange interpolator of third order (one sample and a fraction), so that the
    delays add up to the period.
    """
    period = RATE / note.frequency
    whole = int(period - 2)
    bright = 0.12 + 0.1 * (1 - note.force)
    loop = np.convolve([bright, 1 - 2 * bright, bright], _lagrange(period - 2 - whole))
    loop *= 10 ** (-3 / (note.frequency * _string_seconds(note)))
    size = int(note.length * RATE) + whole
    line = np.zeros(size + whole + len(loop))
    head = whole + len(loop)
    burst = _excitation(note, whole, noise)
    line[head : head + len(burst)] = burst[: size - len(loop)]
    for start in range(head, len(line), whole):
        stop = min(start + whole, len(line))
        for tap, weight in enumerate(loop):
            line[start:stop] += weight * line[start - whole - tap : stop - whole - tap]
    return _release(line[head:] * note.force**0.6, 0.05)


def _string_seconds(note: Note) -> float:
    """Time in which the string falls by 60 dB: long for low strings, short for high ones."""
    return float(5.5 * (110 / note.frequency) ** 0.45)


def _lagrange(fraction: float) -> Sound:
    """Four taps that delay by 1 + ``fraction`` samples, 0 <= fraction < 1."""
    delay, points = 1 + fraction, np.arange(4.0)
    rows = [(delay - points[points != k]) / (k - points[points != k]) for k in points]
    return np.asarray([row.prod() for row in rows])


def _excitation(note: Note, whole: int, noise: np.random.RandomState) -> Sound:
    """One period of noise: darker when soft, hollowed out by the place of the pick."""
    burst = noise.uniform(-1, 1, whole)
    width = 2 + round(7 * (1 - note.force) ** 1.5)
    burst = np.convolve(burst, np.hanning(width + 2)[1:-1] / width, "same")
    burst -= np.roll(burst, int(whole * 0.18))
    return burst - burst.mean()


# Partials of a tuned church bell, relative to its prime: hum, prime, tierce, quint, nominal, ...
# (the ratios that bell founders tune to), how loud, and seconds until 60 dB down.
BELL = (
    (0.5, 0.55, 9.0),
    (1.0, 0.8, 6.0),
    (1.183, 0.7, 4.8),
    (1.506, 0.35, 3.6),
    (2.0, 1.0, 3.0),
    (2.514, 0.42, 2.0),
    (2.662, 0.36, 1.8),
    (3.011, 0.4, 1.4),
    (4.166, 0.3, 1.0),
    (5.433, 0.2, 0.7),
    (6.796, 0.14, 0.5),
    (8.215, 0.09, 0.35),
)


def bell(note: Note, noise: np.random.RandomState) -> Sound:
    """Inharmonic partials, each a pair that beats slowly, and the knock of the clapper."""
    time = np.arange(int(note.length * RATE)) / RATE
    sound = np.zeros_like(time)
    size = (440 / note.frequency) ** 0.35
    for ratio, level, seconds in BELL:
        frequency = note.frequency * ratio
        if frequency > 0.4 * RATE:
            continue
        tilt = note.force ** (0.25 * ratio)
        split = 0.15 + 0.5 * noise.uniform()
        envelope = level * tilt * np.exp(-6.91 * time / (seconds * size))
        phase = 2 * np.pi * noise.uniform()
        pair = np.sin(2 * np.pi * (frequency - split) * time + phase)
        pair += 0.6 * np.sin(2 * np.pi * (frequency + split) * time)
        sound += envelope * pair
    knock = noise.standard_normal(len(time)) * np.exp(-time / 0.004) * 0.5 * note.force
    attack = np.minimum(1, time / 0.0015)
    return _release((sound * attack + _band(knock, 900, 6000)) * note.force * 0.3, 0.3)


def breath(note: Note, noise: np.random.RandomState) -> Sound:
    """A flute: a few harmonics and a band of noise around them, both with the same vibrato."""
    time = np.arange(int(note.length * RATE)) / RATE
    swell = np.clip((time - 0.25) / 0.5, 0, 1)
    wander = _slow(noise, len(time), 3.0) * 0.0025
    vibrato = 0.006 * swell * np.sin(2 * np.pi * 5.1 * time + noise.uniform(0, 6))
    scoop = -0.02 * np.exp(-time / 0.035)
    phase = 2 * np.pi * np.cumsum(note.frequency * (1 + vibrato + scoop + wander)) / RATE
    tone = np.zeros_like(time)
    for harmonic, level in enumerate((1.0, 0.42, 0.2, 0.08, 0.035), start=1):
        tone += level * note.force ** (0.5 * harmonic) * np.sin(harmonic * phase)
    air = _slow(noise, len(time), 90.0) * np.sin(phase) + 0.4 * _slow(
        noise, len(time), 160.0
    ) * np.sin(2 * phase)
    hiss = _band(noise.standard_normal(len(time)), 1200, 4500)
    pressure = _pressure(time, note) * (1 + 0.12 * swell * np.sin(2 * np.pi * 5.1 * time + 1))
    chiff = np.exp(-time / 0.05)
    sound = tone + air * (0.1 + 0.12 * chiff) + hiss * (0.006 + 0.05 * chiff)
    return _release(sound * pressure * note.force, 0.06)


def _pressure(time: Sound, note: Note) -> Sound:
    """Breath rising in 60 ms, swelling to the middle and sinking to the end."""
    rise = 1 - np.exp(-time / 0.035)
    arch = 0.75 + 0.25 * np.sin(np.pi * np.clip(time / note.length, 0, 1))
    fall = np.clip((note.length - time) / 0.12, 0, 1)
    return np.asarray(rise * arch * fall)


# --- shaping ---------------------------------------------------------------------------------


def _slow(noise: np.random.RandomState, size: int, cutoff: float) -> Sound:
    """Gaussian noise below ``cutoff`` Hz, variance one."""
    sound = _band(noise.standard_normal(size), 0, cutoff)
    return np.asarray(sound / (sound.std() + 1e-12))


def _band(sound: Sound, low: float, high: float) -> Sound:
    """``sound`` between two frequencies in Hz, with soft edges, without moving it in time."""
    spectrum = np.fft.rfft(sound, _padded(len(sound)))
    frequency = np.fft.rfftfreq(_padded(len(sound)), 1 / RATE)
    gain = 1 / (1 + (frequency / high) ** 6)
    if low > 0:
        gain *= 1 - 1 / (1 + (frequency / low) ** 6)
    return np.asarray(np.fft.irfft(spectrum * gain)[: len(sound)])


def _convolved(sound: Sound, response: Sound) -> Sound:
    """``sound`` through ``response``, as long as ``sound``."""
    size = _padded(len(sound) + len(response))
    product = np.fft.rfft(sound, size) * np.fft.rfft(response, size)
    return np.asarray(np.fft.irfft(product)[: len(sound)])


def _padded(size: int) -> int:
    """A quick length for the transform, with room for what filters ring on."""
    return 1 << (size + RATE // 4).bit_length()


def _release(sound: Sound, seconds: float) -> Sound:
    """End at zero, along half a cosine."""
    size = min(len(sound), int(seconds * RATE))
    sound[-size:] *= 0.5 + 0.5 * np.cos(np.linspace(0, np.pi, size))
    return sound


def wooden_body() -> Sound:
    """The answer of a guitar's box: a few modes of air and wood behind the direct sound."""
    time = np.arange(int(0.25 * RATE)) / RATE
    modes = ((102, 0.09, 0.9), (204, 0.06, 0.7), (377, 0.04, 0.45), (590, 0.025, 0.3))
    response = np.zeros_like(time)
    for frequency, seconds, level in modes:
        response += level * 0.02 * np.exp(-time / seconds) * np.sin(2 * np.pi * frequency * time)
    response[0] += 1.0
    return response


def small_room(noise: np.random.RandomState, seconds: float, level: float) -> Sound:
    """A little reverberation: noise that decays, the high faster than the low."""
    time = np.arange(int(1.2 * seconds * RATE)) / RATE
    tail = np.zeros_like(time)
    for low, high, share in ((150, 900, 1.0), (900, 3000, 0.7), (3000, 7000, 0.4)):
        part = _band(noise.standard_normal(len(time)), low, high)
        tail += part * np.exp(-6.91 * time / (seconds * share))
    tail[: int(0.012 * RATE)] = 0
    tail *= level / np.sqrt((tail**2).sum())
    tail[0] = 1.0
    return tail


def play(notes: Iterable[Note], instrument: Instrument, noise: np.random.RandomState) -> Sound:
    """All notes in one line of sound, dry, with room behind it for the reverberation."""
    events = [(int(note.start * RATE), instrument(note, noise)) for note in notes]
    sound = np.zeros(max(start + len(event) for start, event in events) + 2 * RATE)
    for start, event in events:
        sound[start : start + len(event)] += event
    return sound


def finish(sound: Sound, seconds: float) -> Sound:
    """Cut to ``seconds``, no offset, silent at both ends, the peak at -3 dBFS."""
    size = int(seconds * RATE)
    sound = np.pad(sound, (0, max(0, size - len(sound))))[:size]
    sound = _band(sound, 30, 18000)
    sound[: int(FADE_IN * RATE)] *= np.linspace(0, 1, int(FADE_IN * RATE))
    sound = _release(sound, FADE_OUT)
    return np.asarray(sound * PEAK / np.abs(sound).max())


# --- music -----------------------------------------------------------------------------------

DORIAN = (0, 2, 3, 5, 7, 9, 10)


def degree(step: int, root: int) -> int:
    """MIDI number of a step of the Dorian scale on ``root``."""
    octave, index = divmod(step, len(DORIAN))
    return root + 12 * octave + DORIAN[index]


def phrase(
    steps: Sequence[int | None],
    rhythm: Sequence[float],
    root: int,
    start: float,
    force: tuple[float, float],
    ring: float,
) -> list[Note]:
    """A melody: steps of the scale, None for a rest, growing or sinking from force to force."""
    notes, time = [], start
    for index, step in enumerate(steps):
        beat = rhythm[index % len(rhythm)]
        share = index / max(1, len(steps) - 1)
        accent = 0.06 if index % len(rhythm) == 0 else 0.0
        loudness = force[0] + (force[1] - force[0]) * share + accent
        if step is not None:
            notes.append(Note(time, degree(step, root), min(1.0, loudness), beat + ring))
        time += beat
    return notes


def strings_slow() -> Sound:
    """A guitar-like air: single notes, then broken chords, from soft to strong and back."""
    noise = np.random.RandomState(11)
    notes = phrase((0, 4, 7, 8, 9, 8, 7, 4), (0.55, 0.35), 50, 0.1, (0.45, 0.75), 2.6)
    notes += phrase((2, 6, 9, 11, 9, 6, 4, 2), (0.4, 0.4, 0.6), 50, 3.7, (0.8, 0.5), 2.6)
    notes += phrase((-7, 0, 2, 4, 7, 9, 11, 14) * 2, (0.28,), 50, 7.4, (0.45, 0.95), 2.2)
    notes += phrase((-5, 2, 4, 6, 9, 6, 4, 2), (0.36, 0.36, 0.5), 50, 11.9, (0.9, 0.6), 2.8)
    notes += phrase((-7, -3, 0, 4, 7, 11, 9, 7), (0.5, 0.62), 50, 15.1, (0.65, 0.4), 3.6)
    notes += phrase((-7, 0, 4, 9), (0.09,), 50, 19.6, (0.6, 0.75), 4.0)
    body = _convolved(play(notes, plucked, noise), wooden_body())
    return finish(_convolved(body, small_room(noise, 0.9, 0.22)), 23.0)


def strings_fast() -> Sound:
    """Quick figures in two registers, repeated notes, rolled chords."""
    noise = np.random.RandomState(23)
    notes = phrase((7, 8, 9, 11, 12, 11, 9, 8) * 2, (0.16, 0.14), 57, 0.05, (0.5, 0.9), 0.7)
    notes += phrase((0, None, 0, 4, None, 4, 2, 0) * 2, (0.3,), 38, 0.05, (0.7, 0.8), 1.0)
    notes += phrase((14, 14, 13, 14, 11, 12, 9, 11) * 2, (0.15,), 57, 4.9, (0.9, 0.5), 0.8)
    notes += phrase((-3, 0, 4, 0, -1, 2, 6, 2), (0.31,), 45, 4.9, (0.6, 0.8), 1.2)
    notes += phrase((0, 4, 7, 9, 11, 14, 18), (0.075,), 45, 7.7, (0.8, 0.95), 4.0)
    notes += phrase((11, 9, 8, 7, 4, 2, 4, 7), (0.4, 0.25), 57, 9.3, (0.9, 0.8), 2.0)
    notes += phrase((0, 7, 4, 7, 2, 7, 4, 7) * 2, (0.17, 0.15), 50, 12.0, (0.5, 0.95), 0.9)
    notes += phrase((-4, 0, 3, 7, 10, 14), (0.06,), 45, 14.8, (0.85, 0.9), 3.5)
    notes += phrase((14, 11, 7, 4, 0), (0.24, 0.3), 57, 16.0, (0.7, 0.4), 1.8)
    body = _convolved(play(notes, plucked, noise), wooden_body())
    return finish(_convolved(body, small_room(noise, 0.7, 0.2)), 19.0)


def bells() -> Sound:
    """Changes rung on six bells, then single strokes that are left to sound."""
    noise = np.random.RandomState(37)
    notes = phrase((11, 9, 8, 7, 4, 0), (0.62, 0.5), 60, 0.05, (0.9, 0.6), 3.5)
    notes += phrase((9, 11, 7, 8, 0, 4), (0.62, 0.5), 60, 3.9, (0.5, 0.85), 3.5)
    notes += phrase((14, 18, 16, 21, 14), (0.4, 0.3), 60, 8.0, (0.35, 0.6), 2.5)
    notes += phrase((0, 7, 4, 11, 2, 9), (0.95, 0.7), 57, 10.6, (0.95, 0.5), 4.5)
    notes += phrase((14, 11, 9, 7, 0), (0.5, 0.66), 60, 16.6, (0.4, 0.95), 5.0)
    return finish(_convolved(play(notes, bell, noise), small_room(noise, 1.6, 0.2)), 24.0)


def flute() -> Sound:
    """Long and short breaths, low to high, the last one almost only air."""
    noise = np.random.RandomState(53)
    notes = phrase((0, 2, 4, 7, 6, 4), (1.1, 0.55), 62, 0.05, (0.5, 0.85), 0.05)
    notes += phrase((4, 7, 8, 9, 8, 7, 4, 2), (0.3, 0.3, 0.62), 62, 5.4, (0.8, 0.55), 0.03)
    notes += phrase((11, 9, 11, 14, 11), (0.5, 0.9), 62, 9.1, (0.6, 0.95), 0.05)
    notes += phrase((7, 6, 4, 2, 0, -3, 0), (0.45, 0.7, 0.45), 62, 12.9, (0.8, 0.4), 0.04)
    notes += phrase((-3, 4, 0), (2.0, 1.6, 2.6), 62, 17.0, (0.35, 0.5), 0.1)
    return finish(_convolved(play(notes, breath, noise), small_room(noise, 1.2, 0.24)), 24.0)


PIECES: dict[str, Callable[[], Sound]] = {
    "strings-slow.flac": strings_slow,
    "strings-fast.flac": strings_fast,
    "bells.flac": bells,
    "flute.flac": flute,
}


def main(arguments: Sequence[str]) -> int:
    """Write every piece into the folder named first, or into the repository's own."""
    folder = Path(arguments[0]) if arguments else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, piece in PIECES.items():
        soundfile.write(folder / name, piece(), RATE, format="FLAC", subtype="PCM_16")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
