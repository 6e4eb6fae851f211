"""The head of a WAV file of 16 bits, as RF64 where the length does not fit into 32 bits."""

from __future__ import annotations

import struct

_LARGEST = 0xFFFFFFFF - 72
_PCM = 1


def wav_header(frames: int, channels: int, sample_rate: int) -> bytes:
    """What comes before ``frames`` of interleaved 16-bit samples.

    RF64 is EBU Tech 3306: the sizes of 32 bits say "look into the chunk ds64".
    """
    width = 2 * channels
    size = frames * width
    form = struct.pack("<HHIIHH", _PCM, channels, sample_rate, sample_rate * width, width, 16)
    format_chunk = b"fmt " + struct.pack("<I", len(form)) + form
    if size <= _LARGEST:
        riff = b"RIFF" + struct.pack("<I", 4 + len(format_chunk) + 8 + size) + b"WAVE"
        return riff + format_chunk + b"data" + struct.pack("<I", size)
    whole = 4 + 36 + len(format_chunk) + 8 + size
    wide = b"ds64" + struct.pack("<IQQQI", 28, whole, size, frames, 0)
    riff = b"RF64" + struct.pack("<I", 0xFFFFFFFF) + b"WAVE"
    return riff + wide + format_chunk + b"data" + struct.pack("<I", 0xFFFFFFFF)
