"""Making an engine with a uv that only pretends: a script which notes how it was called."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import threading
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fake_engine import answer, broken, environment

from rave_gui.backend import engine_folder, engine_install, engine_search, engine_uv
from rave_gui.backend.engine import EngineManager
from rave_gui.backend.engine_install import PINS, Installer, InstallStage, choose_torch
from rave_gui.backend.engine_pins import engine_name
from rave_gui.companion.rave_gui_job_files import process_token, read_json, write_json
from rave_gui.core.errors import UserError
from rave_gui.core.paths import AppPaths
from rave_gui.core.settings import SettingsStore

UNREACHABLE = "error: Failed to fetch: somewhere\n  cause: dns error"
Usage = namedtuple("Usage", "total used free")


class FakeUv:
    """``uv venv`` copies a pretended environment; every call is noted; some are made to fail."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.program = folder / "uv"
        self.template = folder / "template"
        environment(self.template)
        self.program.write_text(f"#!{sys.executable}\n{_PROGRAM}")
        self.program.chmod(0o755)

    def contains(self, facts: dict[str, Any]) -> None:
        """What the environment that is made will say of itself."""
        environment(self.template, facts)

    def fails(self, word: str, output: str) -> None:
        """Let every call with ``word`` among its arguments fail, saying ``output``."""
        (self.folder / "fail.json").write_text(json.dumps({"word": word, "output": output}))

    def works(self) -> None:
        (self.folder / "fail.json").unlink()

    def hangs(self) -> None:
        """Let ``pip`` wait for ever, as a download over a dead line does."""
        (self.folder / "hang").touch()

    @property
    def calls(self) -> list[list[str]]:
        file = self.folder / "calls"
        lines = file.read_text().splitlines() if file.exists() else []
        return [json.loads(line) for line in lines]


_PROGRAM = """
import json, shutil, signal, sys
from pathlib import Path

here = Path(__file__).parent
arguments = sys.argv[1:]
with (here / "calls").open("a") as calls:
    calls.write(json.dumps(arguments) + "\\n")
failure = json.loads((here / "fail.json").read_text()) if (here / "fail.json").exists() else {}
if failure and failure["word"] in arguments:
    print(failure["output"], file=sys.stderr)
    sys.exit(2)
if "venv" in arguments:
    place = Path(arguments[-1])
    shutil.copytree(here / "template", place, dirs_exist_ok=True)
    python = place / "bin" / "python"
    python.write_text(python.read_text().replace(str(here / "template"), str(place)))
elif (here / "hang").exists():
    (here / "hanging").touch()
    signal.pause()
else:
    print("Downloading torch (800MiB)", flush=True)
    print("   something of no interest")
"""


@pytest.fixture
def uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeUv:
    (tmp_path / "uv").mkdir()
    fake = FakeUv(tmp_path / "uv")
    monkeypatch.setattr(engine_uv, "find_uv", lambda: fake.program)
    monkeypatch.setattr(engine_install, "has_nvidia_gpu", lambda: False)
    roomy = Usage(10**13, 0, 10**13)
    monkeypatch.setattr(engine_folder.shutil, "disk_usage", lambda place: roomy)
    return fake


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "engines" / "rave"


class Heard(list[InstallStage]):
    def stages(self) -> list[str]:
        return [one.name for one in self if not one.detail]

    def details(self) -> str:
        return "\n".join(one.text for one in self if one.detail)


def install(folder: Path, torch: str = "pypi", report: Callable[[InstallStage], None] = id) -> Any:
    return Installer(folder, torch, folder.parent / "cache", report).install()


def complete(folder: Path) -> bool:
    return engine_search.is_complete(folder)


def test_the_pins_are_those_of_the_project_file() -> None:
    tomllib = pytest.importorskip("tomllib" if sys.version_info >= (3, 11) else "tomli")
    project = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["project"]

    assert tuple(project["optional-dependencies"]["rave"]) == PINS


def test_stage_by_stage_and_the_marker_last(uv: FakeUv, folder: Path) -> None:
    heard = Heard()

    def report(stage: InstallStage) -> None:
        heard.append(stage)
        assert complete(folder) is (stage.name == "done")

    engine = install(folder, report=report)

    assert heard.stages() == ["licence", "python", "torch", "rave", "check", "done"]
    assert "CC BY-NC 4.0" in heard[0].text
    assert "Downloading torch" in heard.details()
    assert "no interest" not in heard.details()
    assert engine.ready
    assert engine.python == folder / "bin" / "python"
    assert not (folder / engine_search.BEGUN).exists()
    marker = read_json(folder / engine_search.MARKER)
    assert marker is not None
    assert tuple(marker["pins"]) == PINS
    assert marker["versions"]["acids-rave"] == "2.3.1"


def test_torch_and_torchaudio_come_in_one_call_from_one_source(uv: FakeUv, folder: Path) -> None:
    install(folder, "cu128")

    _, torch, rave, more = uv.calls
    assert set(PINS) < set(more), "what is added may not move what was measured to work together"
    assert torch[-2:] == ["torch==2.8.0", "torchaudio==2.8.0"]
    for call in (torch, rave):
        assert call[call.index("--torch-backend") + 1] == "cu128"
        assert call[call.index("--python") + 1] == str(folder / "bin" / "python")
    assert set(PINS) <= set(rave)


def test_the_default_index_needs_no_backend(uv: FakeUv, folder: Path) -> None:
    install(folder, "pypi")

    assert not any("--torch-backend" in call for call in uv.calls)


def test_auto_falls_back_when_the_small_build_cannot_be_reached(uv: FakeUv, folder: Path) -> None:
    uv.fails("--torch-backend", UNREACHABLE)
    heard = Heard()

    engine = install(folder, "auto", heard.append)

    assert engine.ready
    assert "taking the large one" in heard.details()
    assert "--torch-backend" not in uv.calls[-1]
    assert (read_json(folder / engine_search.MARKER) or {})["torch"] == "pypi"


def test_an_explicit_wish_is_not_replaced(uv: FakeUv, folder: Path) -> None:
    uv.fails("--torch-backend", UNREACHABLE)

    with pytest.raises(UserError, match="could not be reached"):
        install(folder, "cpu")
    assert not complete(folder)


def test_other_failures_are_no_reason_to_fall_back(uv: FakeUv, folder: Path) -> None:
    uv.fails("--torch-backend", "error: No space left on device (os error 28)")

    with pytest.raises(UserError, match="disk is full"):
        install(folder, "auto")


@pytest.mark.parametrize(
    ("asked", "gpu", "platform", "torch"),
    [
        ("auto", True, "linux", "pypi"),
        ("auto", False, "linux", "cpu"),
        ("auto", True, "win32", "cu128"),
        ("auto", False, "win32", "pypi"),
        ("auto", False, "darwin", "pypi"),
        ("cu126", False, "linux", "cu126"),
    ],
)
def test_what_auto_means(asked: str, gpu: bool, platform: str, torch: str) -> None:
    assert choose_torch(asked, gpu, platform) == torch


@pytest.mark.parametrize("name", ["gpu", "cuda", "", "cu", "cpu; rm", "../x"])
def test_unknown_sources_of_torch_are_refused(name: str, folder: Path) -> None:
    with pytest.raises(UserError, match="no source of torch"):
        Installer(folder, name, folder, id)


def test_a_failed_installation_is_made_anew(uv: FakeUv, folder: Path) -> None:
    uv.fails("pip", UNREACHABLE)
    with pytest.raises(UserError):
        install(folder)
    (folder / "half a package").write_text("")
    assert engine_search.is_half_made(folder)

    uv.works()
    install(folder)

    assert complete(folder)
    assert not (folder / "half a package").exists()


def test_rave_that_does_not_start_leaves_no_engine(uv: FakeUv, folder: Path) -> None:
    uv.contains(broken("ImportError: libsomething"))

    with pytest.raises(UserError, match="libsomething"):
        install(folder)
    assert not complete(folder)


def test_missing_ffmpeg_is_told_and_hinders_nothing(uv: FakeUv, folder: Path) -> None:
    uv.contains(answer(ffmpeg={"path": "", "version": "", "fault": "not found"}))
    heard = Heard()

    assert install(folder, report=heard.append).ready
    assert "ffmpeg is not installed" in heard.details()


def test_what_is_there_is_not_made_again(uv: FakeUv, folder: Path) -> None:
    install(folder)
    calls, heard = len(uv.calls), Heard()

    assert install(folder, "auto", heard.append).ready
    assert len(uv.calls) == calls
    assert heard.stages() == ["done"]


def test_an_engine_that_no_longer_works_is_made_again(uv: FakeUv, folder: Path) -> None:
    install(folder)
    shutil.rmtree(folder / "bin")

    assert install(folder).ready
    assert complete(folder)


def test_another_complete_engine_is_left_alone(uv: FakeUv, folder: Path) -> None:
    install(folder, "pypi")

    with pytest.raises(UserError, match="already another engine"):
        install(folder, "cu128")
    assert complete(folder)


def test_somebodys_folder_is_never_touched(uv: FakeUv, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "thesis.txt").write_text("years of work")

    with pytest.raises(UserError, match="not empty"):
        install(folder)
    assert (folder / "thesis.txt").read_text() == "years of work"
    assert uv.calls == []


def test_an_empty_folder_is_welcome(uv: FakeUv, folder: Path) -> None:
    folder.mkdir(parents=True)

    assert install(folder).ready


def test_too_little_room_is_told_before_anything_is_downloaded(
    uv: FakeUv, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    little = Usage(10**12, 0, 5 * 10**9)
    monkeypatch.setattr(engine_folder.shutil, "disk_usage", lambda place: little)

    with pytest.raises(UserError, match=r"8 GB, and 5\.0 GB are free"):
        install(folder, "cu128")
    assert uv.calls == []
    assert install(folder, "cpu").ready


def test_two_installers_do_not_fight(uv: FakeUv, folder: Path) -> None:
    with (
        engine_folder.EngineFolder(folder).locked(),
        pytest.raises(UserError, match="Another installation"),
    ):
        install(folder)
    assert install(folder).ready


def test_an_unwritable_place_is_told(uv: FakeUv, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(UserError, match="cannot be written"):
        install(tmp_path / "file" / "engine")


def test_ctrl_c_ends_uv_and_leaves_what_can_be_taken_up(uv: FakeUv, folder: Path) -> None:
    """The interrupt arrives while uv hangs; nothing of it may stay behind."""
    uv.hangs()

    def interrupt_when_it_hangs() -> None:
        pause = threading.Event()
        while not (uv.folder / "hanging").exists():
            pause.wait(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt_when_it_hangs)
    thread.start()
    with pytest.raises(UserError, match="interrupted"):
        install(folder)
    thread.join()

    begun = read_json(folder / engine_search.BEGUN)
    assert begun is not None
    assert process_token(begun["pid"]) is None
    assert engine_search.is_half_made(folder)
    (uv.folder / "hang").unlink()
    assert install(folder).ready


def test_the_worker_of_a_killed_installer_is_ended_first(
    uv: FakeUv, folder: Path, wait_until: Callable[..., None]
) -> None:
    orphan = os.posix_spawn("/bin/sleep", ["sleep", "600"], dict(os.environ))
    wait_until(lambda: process_token(orphan))
    folder.mkdir(parents=True)
    facts = {"pid": orphan, "token": process_token(orphan)}
    write_json(folder / engine_search.BEGUN, facts)

    assert install(folder).ready
    assert os.waitstatus_to_exitcode(os.waitpid(orphan, 0)[1]) == -signal.SIGKILL


def test_a_reused_process_number_is_left_alone(uv: FakeUv, folder: Path) -> None:
    folder.mkdir(parents=True)
    write_json(folder / engine_search.BEGUN, {"pid": os.getpid(), "token": "of another time"})

    assert install(folder).ready


def test_the_manager_finds_what_it_installed(
    uv: FakeUv, app_paths: AppPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (engine_search.ENGINE_VARIABLE, "CONDA_PREFIX"):
        monkeypatch.delenv(name, raising=False)
    engines = EngineManager(app_paths, SettingsStore(app_paths.settings))
    with pytest.raises(UserError):
        engines.current()

    engines.install("pypi")

    assert engines.current().python.parent.parent == app_paths.engines / f"{engine_name()}-pypi"
