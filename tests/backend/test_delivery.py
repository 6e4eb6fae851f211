"""Copies for programs: where they go, and that nothing there is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from rave_gui.backend.delivery import ASK, KEEP_BOTH, REPLACE, NameTaken, deliver
from rave_gui.backend.host_folders import MAX, OWN, PD, VST, host_folders
from rave_gui.backend.host_folders import why_not_export as why_not
from rave_gui.core.errors import UserError
from rave_gui.core.records import Export


def an_export(**changes) -> Export:
    return Export(1, "bells", "torchscript", Path("/e/bells_streaming.ts"), 1.0, **changes)


def paths(platform: str, home: Path, **environment: str) -> dict[str, Path]:
    found = host_folders("/mine", home, platform, environment)
    return {one.host: one.path for one in found}


def test_folders_of_each_system(tmp_path):
    linux = paths("linux", tmp_path)
    assert linux[VST] == tmp_path / ".config" / "ACIDS" / "RAVE"
    assert MAX not in linux
    mac = paths("darwin", tmp_path)
    assert mac[VST] == tmp_path / "Library" / "Application Support" / "ACIDS" / "RAVE"
    assert mac[MAX] == tmp_path / "Documents" / "Max 9" / "Library"
    windows = paths("win32", tmp_path, APPDATA=str(tmp_path / "Roaming"))
    assert windows[VST] == tmp_path / "Roaming" / "ACIDS" / "RAVE"
    assert windows[OWN] == Path("/mine")


def test_what_is_installed_comes_first(tmp_path):
    (tmp_path / "Documents" / "Pd").mkdir(parents=True)
    found = host_folders("", tmp_path, "linux", {})
    assert (found[0].host, found[0].there) == (PD, True)
    (tmp_path / "Documents" / "Max 8").mkdir()
    assert paths("darwin", tmp_path)[MAX] == tmp_path / "Documents" / "Max 8" / "Library"


def test_hosts_that_cannot_play_it():
    assert why_not(VST, an_export()) == ""
    assert "mono" in why_not(VST, an_export(channels=2))
    assert "clicks" in why_not(PD, an_export(streaming=False))
    assert "ONNX" in why_not(PD, Export(1, "b", "onnx", Path("/b.onnx"), 1.0))
    assert why_not(OWN, an_export(streaming=False)) == ""


def test_another_file_is_never_replaced_without_asking(tmp_path):
    source, folder = tmp_path / "bells.ts", tmp_path / "host"
    source.write_bytes(b"new")
    assert deliver(source, folder).paths == (folder / "bells.ts",)
    assert not deliver(source, folder, ASK).copied, "the very same file is there already"
    (folder / "bells.ts").write_bytes(b"old")
    with pytest.raises(NameTaken) as told:
        deliver(source, folder)
    assert told.value.path == folder / "bells.ts"
    assert (folder / "bells.ts").read_bytes() == b"old"
    assert deliver(source, folder, KEEP_BOTH).paths == (folder / "bells-2.ts",)
    assert (folder / "bells.ts").read_bytes() == b"old"
    deliver(source, folder, REPLACE)
    assert (folder / "bells.ts").read_bytes() == b"new"
    assert sorted(path.name for path in folder.iterdir()) == ["bells-2.ts", "bells.ts"]


def test_onnx_brings_its_halves(tmp_path):
    for name in ("bells.onnx", "bells.encode.onnx", "bells.decode.onnx"):
        (tmp_path / name).write_bytes(name.encode())
    folder = tmp_path / "host"
    made = deliver(tmp_path / "bells.onnx", folder)
    assert len(made.paths) == 3
    (folder / "bells.decode.onnx").write_bytes(b"other")
    kept = deliver(tmp_path / "bells.onnx", folder, KEEP_BOTH)
    assert {path.name for path in kept.paths} == {
        "bells-2.onnx", "bells-2.encode.onnx", "bells-2.decode.onnx",
    }  # fmt: skip


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    source = tmp_path / "bells.ts"
    source.write_bytes(b"x")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UserError, match="Nothing could be copied"):
        deliver(source, tmp_path / "file" / "below")
    with pytest.raises(UserError, match="is gone"):
        deliver(tmp_path / "none.ts", tmp_path)
