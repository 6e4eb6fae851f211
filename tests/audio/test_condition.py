"""What the staging folder really holds: links, and copies that are right to the sample."""

from __future__ import annotations

import errno
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from sound_corpus import noise

from rave_gui.audio import condition, prepare
from rave_gui.audio.condition import Cancelled, link_or_copy, make_item, mix
from rave_gui.audio.staging_plan import Item, Piece, StagingPlan
from rave_gui.audio.wav_file import wav_header
from rave_gui.core.errors import UserError

RATE = 8000


@pytest.fixture
def sound(tmp_path):
    """A maker of files: 16-bit noise that is its own reference."""

    def make(name: str = "a.wav", frames: int = RATE, channels: int = 1, rate: int = RATE) -> Path:
        path = tmp_path / name
        seed = sum(name.encode())
        soundfile.write(path, noise(frames / rate, rate, channels, seed), rate)
        return path

    return make


def piece(path: Path, frames: int = 0, **more: object) -> Piece:
    info = soundfile.info(path)
    known = Piece(path, info.samplerate, info.channels, ((0, info.frames),), frames or info.frames)
    return replace(known, **more)  # type: ignore[arg-type]


def made(folder: Path, *pieces: Piece, frames: int = 0, channels: int = 1) -> np.ndarray:
    """float64[frames, channels] of the copy."""
    item = Item("000000-a.wav", pieces, False, frames or sum(one.frames for one in pieces), 1)
    target = folder / "staging"
    target.mkdir(exist_ok=True)
    plan = StagingPlan(RATE, channels, (item,))
    make_item(item, plan, target, lambda _frames: None, threading.Event())
    assert [path.name for path in target.iterdir()] == [item.name]
    wave, rate = soundfile.read(target / item.name, always_2d=True)
    assert rate == RATE
    assert wave.shape == (item.frames, channels)
    return wave


def read(path: Path) -> np.ndarray:
    return soundfile.read(path, always_2d=True)[0]


def test_a_copy_of_16_bits_is_the_same_to_the_bit(tmp_path, sound):
    path = sound(frames=3 * RATE + 7)
    assert np.array_equal(made(tmp_path, piece(path)), read(path))


def test_channels_are_mixed_and_the_first_alone_is_taken_where_asked(tmp_path, sound):
    path = sound(channels=3)
    wave = read(path)
    mixed = made(tmp_path, piece(path))
    assert np.allclose(mixed[:, 0], wave.mean(axis=1), atol=1 / 32768)
    (tmp_path / "staging" / "000000-a.wav").unlink()
    assert np.array_equal(made(tmp_path, piece(path, first_channel_only=True)), wave[:, :1])


def test_many_channels_fold_and_few_repeat():
    block = np.arange(12, dtype=np.float32).reshape(2, 6)
    assert mix(block, 2).tolist() == [[2, 3], [8, 9]]
    assert mix(block[:, :1], 3).tolist() == [[0, 0, 0], [6, 6, 6]]
    assert mix(block, 6) is block


def test_what_is_no_number_becomes_silence_and_levels_change(tmp_path):
    path = tmp_path / "f.wav"
    wave = noise(1, RATE)
    wave[5], wave[6] = np.nan, np.inf
    soundfile.write(path, wave, RATE, subtype="FLOAT")
    copy = made(tmp_path, piece(path, gain=0.5))
    assert copy[5] == copy[6] == 0
    assert np.allclose(copy[7:], wave[7:] / 2, atol=1 / 32768)


def test_over_full_scale_is_cut_and_does_not_turn_over(tmp_path):
    path = tmp_path / "f.wav"
    soundfile.write(path, np.full(RATE, 1.5), RATE, subtype="FLOAT")
    assert (made(tmp_path, piece(path)) > 0.99).all()


def test_the_copy_is_as_long_as_promised_whatever_the_source_has(tmp_path, sound):
    path = sound()
    longer = made(tmp_path, piece(path, frames=RATE + 500))
    assert (longer[RATE:] == 0).all()
    (tmp_path / "staging" / "000000-a.wav").unlink()
    assert len(made(tmp_path, piece(path, frames=RATE - 500))) == RATE - 500


def test_short_files_follow_one_another_and_the_joint_does_not_click(tmp_path):
    paths = []
    for name, level in (("a.wav", 0.5), ("b.wav", -0.5)):
        paths.append(tmp_path / name)
        soundfile.write(paths[-1], np.full(RATE // 2, level), RATE)
    joined = made(tmp_path, *map(piece, paths), frames=RATE + 100)
    assert np.abs(np.diff(joined[:, 0])).max() < 0.03, "a jump would be of 1.0"
    assert joined[RATE // 4, 0] == pytest.approx(0.5)
    assert joined[3 * RATE // 4, 0] == pytest.approx(-0.5)
    assert (joined[RATE:] == 0).all()


def test_silence_is_cut_out_between_the_spans(tmp_path, sound):
    path = sound(frames=4 * RATE)
    wave = read(path)
    spans = ((RATE, 2 * RATE), (3 * RATE, 3 * RATE + 100))
    copy = made(tmp_path, piece(path, spans=spans, frames=RATE + 100))
    assert np.array_equal(copy[100 : RATE - 100], wave[RATE + 100 : 2 * RATE - 100])
    assert len(copy) == RATE + 100


def test_another_rate_is_converted_and_has_the_promised_length(tmp_path, sound):
    path = sound("a.wav", 2 * 11025, rate=11025)
    t = np.arange(2 * 11025) / 11025
    soundfile.write(path, np.sin(2 * np.pi * 440 * t) * 0.5, 11025)
    copy = made(tmp_path, piece(path, frames=2 * RATE))
    spectrum = np.abs(np.fft.rfft(copy[:, 0]))
    assert np.argmax(spectrum) / 2 == pytest.approx(440, abs=1)
    assert np.abs(copy[RATE:-200]).max() == pytest.approx(0.5, abs=0.02)


def test_a_stop_leaves_nothing_half_made(tmp_path, sound):
    path = sound()
    item = Item("b.wav", (piece(path),), False, RATE, 1)
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        make_item(item, StagingPlan(RATE, 1, (item,)), tmp_path, lambda _frames: None, stop)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.wav"]


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path, sound, monkeypatch):
    path = sound()

    def full(_block: np.ndarray) -> np.ndarray:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(condition, "as_integers", full)
    with pytest.raises(UserError, match="The disk is full"):
        made(tmp_path, piece(path))
    assert not list((tmp_path / "staging").iterdir())


def test_an_original_that_is_gone_is_named(tmp_path, sound):
    path = sound()
    wanted = piece(path)
    path.unlink()
    with pytest.raises(UserError, match=r"a\.wav is gone since it was checked"):
        made(tmp_path, wanted)


def test_an_original_that_was_changed_is_named(tmp_path, sound):
    path = sound()
    stat = path.stat()
    heard = replace(piece(path), size=stat.st_size, modified=stat.st_mtime_ns)
    for other in (replace(heard, size=stat.st_size + 1), replace(heard, modified=1)):
        with pytest.raises(UserError, match=r"a\.wav was changed since it was checked"):
            made(tmp_path, other)
    assert not list((tmp_path / "staging").iterdir())
    assert len(made(tmp_path, heard)) == RATE


def test_an_original_that_may_not_be_read_any_more_is_named(tmp_path, sound, monkeypatch):
    wanted = piece(sound())
    monkeypatch.setattr(condition.os, "access", lambda *_arguments: False)
    with pytest.raises(UserError, match=r"a\.wav may not be read any more"):
        made(tmp_path, wanted)


def test_sound_that_cannot_be_read_any_more_is_not_replaced_by_silence(tmp_path, sound):
    path = sound()
    with pytest.raises(UserError, match=r"^1\.0 seconds of .*a\.wav that were heard before"):
        made(tmp_path, piece(path, frames=2 * RATE))
    assert not list((tmp_path / "staging").iterdir())


def test_a_stop_is_heard_while_unwanted_sound_is_passed_over(tmp_path, sound, monkeypatch):
    stop = threading.Event()

    class Endless:
        error = ""

        def blocks(self, size: int) -> Iterator[np.ndarray]:
            for number in range(100):
                yield np.zeros((size, 1), np.float32)
                stop.set()
                assert number < 3, "it went on though it was stopped"

    monkeypatch.setattr(condition, "open_sound", lambda *_a, **_k: nullcontext(Endless()))
    late = replace(piece(sound()), spans=((10**7, 10**7 + RATE),))
    item = Item("b.wav", (late,), False, RATE, 1)
    with pytest.raises(Cancelled):
        make_item(item, StagingPlan(RATE, 1, (item,)), tmp_path, lambda _frames: None, stop)


def test_nothing_is_ever_written_through_a_link(tmp_path, sound):
    original, other = sound("a.wav"), sound("b.wav")
    before = original.read_bytes()
    link = tmp_path / "link.wav"
    link.symlink_to(original)
    with pytest.raises(FileExistsError):
        link_or_copy(other, link)
    assert original.read_bytes() == before


def test_where_there_are_no_links_a_copy_is_made(tmp_path, sound, monkeypatch):
    path = sound()

    def no_links(*_arguments: object) -> None:
        raise OSError(errno.EPERM, "not permitted")

    monkeypatch.setattr(Path, "symlink_to", no_links)
    link_or_copy(path, tmp_path / "copy.wav")
    assert (tmp_path / "copy.wav").read_bytes() == path.read_bytes()
    with pytest.raises(FileExistsError):
        link_or_copy(path, tmp_path / "copy.wav")


def test_a_copy_in_place_of_a_link_is_whole_or_not_there(tmp_path, sound, monkeypatch):
    path = sound()

    def fails(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "symlink_to", fails)
    monkeypatch.setattr(condition.shutil, "copyfileobj", fails)
    with pytest.raises(OSError, match="No space"):
        link_or_copy(path, tmp_path / "copy.wav")
    assert [one.name for one in tmp_path.iterdir()] == ["a.wav"]


@pytest.mark.parametrize("frames", [0, 1, 1 << 20, 1 << 30, 1 << 33])
def test_headers_of_any_length_are_understood(tmp_path, frames):
    path = tmp_path / "a.wav"
    with path.open("wb") as file:
        file.write(wav_header(frames, 2, RATE))
        file.truncate(file.tell() + frames * 4)
    info = soundfile.info(path)
    assert (info.frames, info.channels, info.samplerate, info.subtype) == (
        frames,
        2,
        RATE,
        "PCM_16",
    )
    assert info.format == ("RF64" if frames >= 1 << 30 else "WAV")


def test_a_damaged_plan_is_told(tmp_path):
    plan = tmp_path / "plan.json"
    for text in ("", "[]", "{}", '{"version": 99, "items": []}', '{"version": 1, "items": [1]}'):
        plan.write_text(text)
        with pytest.raises(UserError, match="cannot be read"):
            prepare.read_plan(plan)
        assert prepare.main([str(plan), str(tmp_path / "s"), "--", "true"]) == prepare.FAILED
    assert not (tmp_path / "s").exists()
