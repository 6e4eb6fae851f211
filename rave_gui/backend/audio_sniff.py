"""What the first bytes of a file give away, above all that it is no sound."""

from __future__ import annotations

HEAD = 4096
"""Bytes to read for it."""
_KINDS = (
    (b"fLaC", "FLAC", {".flac"}),
    (b"OggS", "Ogg", {".ogg", ".oga", ".opus", ".flac"}),
    (b"RIFF", "WAV", {".wav", ".wave", ".bwf"}),
    (b"RF64", "WAV", {".wav", ".wave", ".rf64", ".bwf"}),
    (b"FORM", "AIFF", {".aif", ".aiff", ".aifc"}),
    (b"ID3", "MP3", {".mp3", ".mp2", ".aac", ".flac", ".wav", ".aif", ".aiff"}),
)
_STRANGERS = (
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive: unpack it first"),
    (b"Rar!", "a RAR archive: unpack it first"),
    (b"7z\xbc\xaf", "a 7z archive: unpack it first"),
    (b"\x1f\x8b", "a compressed archive: unpack it first"),
    (b"\x00\x05\x16\x07", "a shadow file that macOS leaves beside the real one"),
    (b"version https://git-lfs", "a placeholder of Git LFS: fetch the real file first"),
    (b"bplist", "a placeholder of iCloud: download the file first"),
    (b"SQLite format 3", "a database"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
)
_TEXT = frozenset(range(32, 127)) | {9, 10, 12, 13}
_WEB = (b"<!doctype", b"<html", b"<?xml")


def stranger(head: bytes) -> str:
    """What a file without sound is instead, where its first bytes tell; empty where not."""
    for magic, what in _STRANGERS:
        if head.startswith(magic):
            return what
    if head[:64].lstrip().lower().startswith(_WEB):
        return "a web page or XML, perhaps of a failed download"
    sample = head[:512]
    if sample and all(byte in _TEXT or byte >= 0x80 for byte in sample) and _is_text(sample):
        return "a text file"
    return "" if any(head) or not head else "nothing but zeros"


def misnamed(head: bytes, suffix: str) -> str:
    """The real kind of a file whose suffix says another; empty where they agree."""
    for magic, kind, suffixes in _KINDS:
        if head.startswith(magic):
            return "" if suffix in suffixes else kind
    if head[4:8] == b"ftyp":
        return "" if suffix in {".m4a", ".mp4", ".m4b", ".aac", ".mov"} else "MP4"
    return ""


def _is_text(sample: bytes) -> bool:
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(sample) - 3  # the sample may end inside a character
    return True
