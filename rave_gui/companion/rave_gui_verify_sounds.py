"""What is played through an instrument: made here, and a clip of the user's."""

from __future__ import annotations

import subprocess
from pathlib import Path

import torch

CLIP_SECONDS = 20.0
"""Of a clip no more is played, however long it is."""
_PATIENCE = 60.0
"""Seconds that reading a clip may take."""


def read_clip(path: Path, rate: int, channels: int) -> torch.Tensor:
    """The first seconds of any sound file, ``[1, channels, samples]`` at ``rate`` Hz.

    Raises:
        ValueError: in words, when it holds no sound that can be read.
    """
    if not path.is_file():
        raise ValueError(f"{path.name} does not exist")
    sound = _by_ffmpeg(path, rate, channels)
    if sound is None:
        sound = _by_soundfile(path, rate, channels)
    if sound.shape[-1] == 0:
        raise ValueError(f"{path.name} holds no sound")
    return sound.unsqueeze(0)


def _by_ffmpeg(path: Path, rate: int, channels: int) -> torch.Tensor | None:
    """What RAVE itself reads sound with; None where there is no ffmpeg."""
    # "file:" keeps ffmpeg from taking a name for an address.
    source = ["-i", f"file:{path.absolute()}", "-vn", "-t", str(CLIP_SECONDS)]
    shape = ["-ar", str(rate), "-ac", str(channels), "-f", "f32le", "-"]
    argv = ["ffmpeg", "-v", "error", "-nostdin", *source, *shape]
    try:
        done = subprocess.run(argv, capture_output=True, timeout=_PATIENCE, check=False)
    except FileNotFoundError:
        return None
    except subprocess.TimeoutExpired as error:
        raise ValueError(f"{path.name} takes too long to read") from error
    if done.returncode and not done.stdout:
        raise ValueError(f"{path.name} holds no sound that ffmpeg can read")
    frames = len(done.stdout) // (4 * channels)
    if not frames:
        return torch.zeros(channels, 0)
    content = bytearray(done.stdout[: frames * 4 * channels])
    return torch.frombuffer(content, dtype=torch.float32).reshape(frames, channels).T.clone()


def _by_soundfile(path: Path, rate: int, channels: int) -> torch.Tensor:
    import soundfile  # noqa: PLC0415

    try:
        with soundfile.SoundFile(str(path)) as file:
            found = torch.from_numpy(
                file.read(int(CLIP_SECONDS * file.samplerate), "float32", True)
            )
            own = file.samplerate
    except (RuntimeError, OSError) as error:
        raise ValueError(f"{path.name} holds no sound that can be read: {error}") from error
    sound = found.T[torch.arange(channels) % found.shape[1]]
    if own == rate:
        return sound
    size = max(1, round(sound.shape[-1] * rate / own))
    return torch.nn.functional.interpolate(sound.unsqueeze(0), size, mode="linear")[0]
