"""Which checkpoints a run holds, what they are, and how many they really are."""

from __future__ import annotations

import os

import checkpoint_maker as maker
import pytest

from rave_gui.core.checkpoint_files import kind_of, scan_checkpoints, step_in_name
from rave_gui.core.records import CheckpointKind


def _put(run, name: str, step: int, version: int = 0):
    path = run / f"version_{version}" / "checkpoints" / name
    return maker.write(path, maker.content(step, step // 10))


@pytest.mark.parametrize(
    ("name", "kind", "step"),
    [
        ("best.ckpt", CheckpointKind.BEST, None),
        ("best-v1.ckpt", CheckpointKind.BEST, None),
        ("epoch-epoch=0007.ckpt", CheckpointKind.EPOCH, None),
        ("epoch-epoch=0007-v1.ckpt", CheckpointKind.EPOCH, None),
        ("epoch_500000.ckpt", CheckpointKind.EPOCH, None),
        ("last.ckpt", CheckpointKind.LAST, None),
        ("stopped-step=000042.ckpt", CheckpointKind.STOPPED, 42),
        ("interrupted-step=000042-v2.ckpt", CheckpointKind.STOPPED, 42),
        ("crashed-step=1234567.ckpt", CheckpointKind.STOPPED, 1234567),
        ("saved-step=000000.ckpt", CheckpointKind.SAVED, 0),
        ("final-step=000110.ckpt", CheckpointKind.LAST, 110),
        ("my favourite.ckpt", CheckpointKind.SAVED, None),
        ("bestial.ckpt", CheckpointKind.SAVED, None),
    ],
)
def test_what_a_name_says(name, kind, step):
    assert kind_of(name) is kind
    assert step_in_name(name) == step


def test_a_resumed_run_is_listed_by_version_and_step(tmp_path):
    run = tmp_path / "tones_0123456789"
    _put(run, "epoch-epoch=0001.ckpt", 30)
    _put(run, "best.ckpt", 10)
    _put(run, "stopped-step=000042.ckpt", 42)
    _put(run, "best.ckpt", 50, version=1)
    _put(run, "epoch_10.ckpt", 52, version=1)
    found = scan_checkpoints(run)
    assert [(f.version, f.step, f.path.name) for f in found] == [
        (0, 10, "best.ckpt"),
        (0, 30, "epoch-epoch=0001.ckpt"),
        (0, 42, "stopped-step=000042.ckpt"),
        (1, 50, "best.ckpt"),
        (1, 52, "epoch_10.ckpt"),
    ]
    assert [f.epoch for f in found] == [1, 3, 4, 5, 5]
    status = found[0].path.stat()
    assert (found[0].size, found[0].mtime, found[0].inode, found[0].complete) == (
        status.st_size,
        status.st_mtime,
        status.st_ino,
        True,
    )


def test_the_folder_given_to_rave_works_as_well_as_the_run(tmp_path):
    path = _put(tmp_path / "runs" / "tones" / "tones_0123456789", "best.ckpt", 1)
    for folder in (tmp_path / "runs", tmp_path / "runs" / "tones", path.parents[2]):
        assert [f.path for f in scan_checkpoints(folder)] == [path]


def test_several_names_of_one_file_count_once_under_the_one_that_lasts(tmp_path):
    run = tmp_path / "run"
    epoch = _put(run, "epoch-epoch=0000.ckpt", 20)
    saved = epoch.with_name("saved-step=000020.ckpt")
    best = _put(run, "best.ckpt", 10)
    other = best.with_name("epoch_10.ckpt")
    os.link(epoch, saved)
    os.link(best, other)
    found = scan_checkpoints(run)
    assert [(f.path, f.aliases) for f in found] == [(best, (other,)), (saved, (epoch,))]


def test_the_name_tells_the_step_where_the_file_does_not(tmp_path):
    folder = tmp_path / "run" / "version_0" / "checkpoints"
    folder.mkdir(parents=True)
    (folder / "stopped-step=000042.ckpt").write_bytes(b"half a file")
    (folder / "epoch_500000.ckpt").write_bytes(b"")
    found = {f.path.name: f for f in scan_checkpoints(tmp_path / "run")}
    assert found["stopped-step=000042.ckpt"].step == 42
    assert found["epoch_500000.ckpt"].step is None
    assert not any(f.complete for f in found.values())


def test_what_is_no_checkpoint_is_passed_over(tmp_path):
    run = tmp_path / "run"
    folder = _put(run, "best.ckpt", 1).parent
    (folder / "notes.txt").write_text("x")
    (folder / ".best.ckpt.tmp").write_text("x")
    (folder / ".hidden.ckpt").write_text("x")
    (folder / "a folder.ckpt").mkdir()
    (folder / "dangling.ckpt").symlink_to(folder / "nowhere")
    maker.write(run / "loose.ckpt")
    maker.write(run / "version_x" / "checkpoints" / "best.ckpt")
    (run / "version_9").symlink_to(run / "version_0")
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe.ckpt")
    assert [f.path.name for f in scan_checkpoints(run)] == ["best.ckpt"]


def test_a_run_that_is_not_there_holds_none(tmp_path):
    assert scan_checkpoints(tmp_path / "nowhere") == []
