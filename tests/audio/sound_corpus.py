"""Files as they lie about on real disks: good, odd, damaged and hostile.

``make_corpus(folder)`` writes them and returns one :class:`Case` for each, with the verdict that it
must get by its header (``scan``), after listening (``deep``), and a word of the reason.
"""

from __future__ import annotations

import os
import struct
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

RATE = 44100


@dataclass(frozen=True)
class Case:
    """One file and what must be said of it."""

    path: Path
    scan: str
    """``use``, ``warn`` or ``reject``; several with ``|`` where either is right."""
    deep: str
    word: str = ""
    """Part of the reason after listening; empty where none is needed."""


def noise(seconds: float, rate: int = RATE, channels: int = 1, seed: int = 0) -> np.ndarray:
    """Quiet noise, float64[frames, channels]."""
    made = np.random.default_rng(seed).standard_normal((int(seconds * rate), channels))
    return np.clip(made * 0.1, -0.9, 0.9)


def wav(data: bytes, rate: int = RATE, channels: int = 1, bits: int = 16, **fake: int) -> bytes:
    """A WAV file by hand; ``fake``: riff, length, block, byterate, code override what is true."""
    block = fake.get("block", channels * bits // 8)
    form = struct.pack(
        "<HHIIHH", fake.get("code", 1), channels, rate,
        fake.get("byterate", rate * channels * bits // 8) & 0xFFFFFFFF, block & 0xFFFF, bits,
    )  # fmt: skip
    head = b"RIFF" + struct.pack("<I", fake.get("riff", 36 + len(data))) + b"WAVEfmt "
    head += struct.pack("<I", 16) + form + b"data"
    return head + struct.pack("<I", fake.get("length", len(data))) + data


def make_corpus(folder: Path) -> list[Case]:
    """Write all files into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    return [case for make in _MAKERS for case in make(folder)]


def _pcm(seconds: float = 1.0, seed: int = 0) -> bytes:
    return (noise(seconds, seed=seed)[:, 0] * 32767).astype("<i2").tobytes()


def _ffmpeg(source: Path, target: Path, *options: str) -> Path:
    command = ["ffmpeg", "-v", "error", "-y", "-i", str(source), *options, str(target)]
    subprocess.run(command, check=True)
    return target


def _write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def _sample_formats(folder: Path) -> list[Case]:
    cases = []
    for number, subtype in enumerate(("PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE")):
        path = folder / f"bits {subtype}.wav"
        soundfile.write(path, noise(1.5, seed=10 + number), RATE, subtype=subtype)
        cases.append(Case(path, "use", "use"))
    for container, name in (("WAVEX", "ext.wav"), ("RF64", "rf.wav"), ("W64", "w.w64"),
                            ("AIFF", "a.aiff"), ("FLAC", "f.flac"), ("CAF", "c.caf"),
                            ("AU", "u.au")):  # fmt: skip
        path = folder / name
        soundfile.write(path, noise(1.2, seed=20 + len(cases)), RATE, format=container)
        cases.append(Case(path, "use", "use"))
    for subtype in ("ULAW", "ALAW", "IMA_ADPCM", "MS_ADPCM"):
        path = folder / f"old {subtype}.wav"
        soundfile.write(path, noise(1.2, seed=40 + len(cases)), RATE, subtype=subtype)
        cases.append(Case(path, "use", "use|warn"))
    return cases


def _channels_and_rates(folder: Path) -> list[Case]:
    cases = []
    for channels in (2, 3, 4, 5, 6, 7, 8):
        path = folder / f"{channels} channels.wav"
        soundfile.write(path, noise(1.1, channels=channels, seed=50 + channels), RATE)
        cases.append(Case(path, "use", "use"))
    for rate in (8000, 11025, 22050, 32000, 44056, 48000, 96000, 192000):
        path = folder / f"rate {rate}.wav"
        soundfile.write(path, noise(1.3, rate, seed=60 + rate), rate)
        cases.append(Case(path, "use", "use"))
    low = folder / "rate 4000.wav"
    soundfile.write(low, noise(1.3, 4000, seed=99), 4000)
    return [*cases, Case(low, "warn", "warn", "unusual sample rate")]


def _lossy(folder: Path) -> list[Case]:
    source = folder / "lossy source.wav"
    soundfile.write(source, noise(2, channels=2, seed=70), RATE)
    picture = _picture(folder)
    cases = []
    for name, options in {
        "c.mp3": ["-b:a", "192k"], "v.mp3": ["-q:a", "4"], "o.ogg": [], "p.opus": [], "m.m4a": [],
        "a.aac": [], "x.wma": [], "y.wv": [], "t.tta": [], "z.ac3": [],
    }.items():  # fmt: skip
        cases.append(Case(_ffmpeg(source, folder / name, *options), "use", "use|warn"))
    cover = _ffmpeg(source, folder / "cover.mp3", "-i", str(picture), "-map", "0", "-map", "1",
                    "-b:a", "192k")  # fmt: skip
    heavy = folder / "heavy tag.mp3"
    size = 1_000_000
    tag = bytes((size >> shift) & 0x7F for shift in (21, 14, 7, 0))
    heavy.write_bytes(b"ID3\x03\x00\x00" + tag + bytes(size) + (folder / "c.mp3").read_bytes())
    film = _ffmpeg(source, folder / "film.mp4", "-loop", "1", "-i", str(picture), "-map", "1",
                   "-map", "0", "-c:v", "mpeg4", "-t", "2")  # fmt: skip
    cases += [Case(cover, "use", "use|warn"), Case(heavy, "use", "use|warn|reject")]
    return [*cases, Case(film, "use", "use|warn"), Case(source, "use", "use|warn")]


def _picture(folder: Path) -> Path:
    target = folder / "cover.jpg"
    command = ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "color=red:size=64x64"]
    subprocess.run([*command, "-frames:v", "1", str(target)], check=True)
    return target


def _cut(folder: Path) -> list[Case]:
    whole = wav(_pcm(3.0, seed=80))
    cases = [
        Case(_write(folder / f"cut at {at}.wav", whole[:at]), "reject", "reject")
        for at in (1, 4, 11, 12, 20, 35, 36, 43, 44)
    ]
    for at in (45, 1001, 60_001):
        path = _write(folder / f"cut at {at}.wav", whole[:at])
        cases.append(Case(path, "reject", "reject", "damaged" if at > 1000 else ""))
    late = _write(folder / "cut late.wav", whole[: len(whole) - 2000])
    cases.append(Case(late, "warn", "warn", "before its header says"))
    for name, parts in (("f.flac", (0.02, 0.5)), ("a.aiff", (0.001, 0.5)), ("m.m4a", (0.3,)),
                        ("o.ogg", (0.01,)), ("c.mp3", (0.001,))):  # fmt: skip
        data = (folder / name).read_bytes()
        for part in parts:
            path = _write(folder / f"cut {part} {name}", data[: max(1, int(len(data) * part))])
            cases.append(Case(path, "reject|use|warn", "reject"))
    return cases


def _strangers(folder: Path) -> list[Case]:
    jpeg = (folder / "cover.jpg").read_bytes()
    texts = {
        "notes.wav": (b"these are only notes\n" * 40, "text file"),
        "page.mp3": (b"<!DOCTYPE html><html>404</html>", "web page"),
        "picture.wav": (jpeg, "picture"),
        "zip.flac": (b"PK\x03\x04" + bytes(range(200)), "ZIP"),
        "lfs.wav": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git LFS"),
        "zeros.wav": (bytes(5000), "zeros"),
        "random.mp3": (np.random.default_rng(5).bytes(20_000), ""),
        "random.flac": (b"fLaC" + np.random.default_rng(6).bytes(20_000), ""),
        "random.ogg": (b"OggS" + np.random.default_rng(7).bytes(20_000), ""),
        "random.wav": (b"RIFF\xff\xff\xff\x7fWAVE" + np.random.default_rng(8).bytes(9000), ""),
        "empty.wav": (b"", "no bytes"),
    }
    return [
        Case(_write(folder / name, data), "reject", "reject", word)
        for name, (data, word) in texts.items()
    ]


def _headers(folder: Path) -> list[Case]:
    data = _pcm(1.5, seed=90)
    junk = b"LIST" + struct.pack("<I", 7) + b"INFOabc\0" + b"bext" + struct.pack("<I", 602)
    other = wav(_pcm(1.5, seed=92))
    odd = other[:12] + junk + bytes(602) + other[12:]
    made = {
        "header only.wav": (wav(b""), "reject", ""),
        "streamed.wav": (wav(data, riff=0xFFFFFFFF, length=0xFFFFFFFF), "use|warn", ""),
        "many chunks.wav": (odd, "use", ""),
        "lying byte rate.wav": (wav(data, byterate=12), "use|warn|reject", ""),
        "zero rate.wav": (wav(data, rate=0), "reject", ""),
        "zero channels.wav": (wav(data, channels=0), "reject", ""),
        "65535 channels.wav": (wav(data, channels=65535, block=4), "reject", ""),
        "huge chunk.wav": (wav(data, length=0x7FFFFFF0), "reject", "damaged"),
        "huge rate.wav": (wav(data, rate=0x7FFFFFFF), "reject", "samples a second"),
        "flac inside.wav": ((folder / "f.flac").read_bytes(), "use|warn", ""),
        "wav inside.mp3": (wav(_pcm(1.4, seed=91)), "use", "is WAV"),
    }
    return [
        Case(_write(folder / name, content), "use|warn|reject", deep, word)
        for name, (content, deep, word) in made.items()
    ]


def _sounds(folder: Path) -> list[Case]:
    good = noise(1.6, seed=100)[:, 0]
    broken, broken_all = good.copy(), np.full(RATE, np.nan)
    broken[100:110], broken[500] = np.nan, np.inf
    t = np.arange(RATE * 2) / RATE
    waves: dict[str, tuple[np.ndarray, str, str, str]] = {
        "nan.wav": (broken, "FLOAT", "warn", "11 values are no numbers"),
        "all nan.wav": (broken_all, "FLOAT", "reject", "none of its values is a number"),
        "silence.wav": (np.zeros(RATE * 2), "PCM_16", "warn", "silent throughout"),
        "clipped.wav": (np.clip(np.sin(t * 1400) * 2, -1, 1), "PCM_16", "warn", "clipped in"),
        "offset.wav": (good * 0.5 + 0.3, "PCM_16", "warn", "off its middle by 30 %"),
        "over.wav": (np.sin(t * 1400) * 2, "FLOAT", "warn", "over full scale by 6.0 dB"),
        "quiet.wav": (good * 0.02, "PCM_24", "warn", "very quiet"),
        "tenth.wav": (noise(0.1, seed=101)[:, 0], "PCM_16", "use", ""),
        "one frame.wav": (np.array([0.5]), "PCM_16", "use|warn", ""),
        "cancels.wav": (np.stack([good, -good], axis=1), "PCM_16", "warn", "cancel each other"),
        "same twice.wav": (np.stack([good, good], axis=1), "PCM_16", "use", "are the same"),
    }
    cases = []
    for name, (wave, subtype, deep, word) in waves.items():
        soundfile.write(folder / name, wave, RATE, subtype=subtype)
        cases.append(Case(folder / name, "use", deep, word))
    double = _ffmpeg(folder / "bits PCM_16.wav", folder / "a copy of it under a long name.flac")
    return [*cases, Case(double, "use", "warn", "same sound as bits PCM_16.wav")]


def _names(folder: Path) -> list[Case]:
    names = [b"two  spaces.wav", b"quote'\"s.wav", b"new\nline.wav", b"-dash.wav", b"%s{0}$(x).wav",
             "näme 日本 🎵.wav".encode(), b"not utf8 \xff\xfe.wav", b"x" * 240 + b".wav",
             b"UPPER.WAV", b"Mixed.WaV"]  # fmt: skip
    cases = []
    for number, name in enumerate(names):
        path = Path(os.fsdecode(os.fsencode(folder) + b"/" + name))
        path.write_bytes(wav(_pcm(1.1, seed=200 + number)))
        cases.append(Case(path, "use", "use"))
    return cases


def _places(folder: Path) -> list[Case]:
    (folder / "folder.wav").mkdir()
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    (folder / ".hidden.wav").write_bytes(wav(_pcm()))
    dangling = folder / "dangling.wav"
    dangling.symlink_to(folder / "nowhere.wav")
    pipe = folder / "pipe.wav"
    os.mkfifo(pipe)
    inside = folder / "folder.wav" / "inside.wav"
    inside.write_bytes(wav(_pcm(1.2, seed=300)))
    return [
        Case(dangling, "reject", "reject", "leads nowhere"),
        Case(pipe, "reject", "reject", "pipe"),
        Case(inside, "use", "use"),
    ]


def make_long(folder: Path, hours: float = 3.0) -> Case:
    """Three hours of 8 kHz, quickly made: a minute of noise over and over."""
    minute = _pcm(60 * 8000 / RATE, seed=400)
    path = folder / "three hours.wav"
    path.write_bytes(wav(minute * round(hours * 60), rate=8000))
    return Case(path, "use", "use")


_MAKERS: tuple[Callable[[Path], list[Case]], ...] = (
    _sample_formats, _channels_and_rates, _lossy, _cut, _strangers, _headers, _sounds, _names,
    _places,
)  # fmt: skip
