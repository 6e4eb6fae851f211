"""Where uv is, and what its complaints mean."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from rave_gui.backend import engine_uv
from rave_gui.core.errors import UserError

FOLDER = Path("/engines/rave")
UNREACHABLE = """error: Request failed after 3 retries in 12.6s
  cause: Failed to fetch: https://packages.example/torch/
  cause: error sending request for url (https://packages.example/torch/)
  cause: dns error"""
OFFLINE = """error: No solution found when resolving dependencies
  cause: Because torch was not found in the cache and you require torch==2.8.0, ...
hint: Packages were unavailable because the network was disabled."""
FULL = """error: Failed to install: torch-2.8.0.whl (torch==2.8.0)
  cause: failed to copy file: No space left on device (os error 28)"""


@pytest.mark.parametrize(
    ("output", "words"),
    [
        (UNREACHABLE, "could not be reached"),
        (OFFLINE, "Unset UV_OFFLINE"),
        (FULL, "disk is full"),
        (
            "error: x\n  cause: There is not enough space on the disk. (os error 112)",
            "disk is full",
        ),
        ("error: No interpreter found for Python 3.11 in managed installations", "Python 3.11"),
        ("error: invalid peer certificate: UnknownIssuer\nerror sending request", "certificate"),
        ("error: failed to create file: Permission denied (os error 13)", str(FOLDER)),
        ("  × No solution found when resolving dependencies:", "kind of computer"),
        ("error: something new.", "something new"),
    ],
)
def test_complaints_in_words(output: str, words: str) -> None:
    error = engine_uv.explain(output, 2, FOLDER)

    assert str(error).startswith("The engine was not installed: ")
    assert words in str(error)
    assert error.details == output


def test_an_end_by_signal_invites_to_run_again() -> None:
    error = engine_uv.explain("", -9, FOLDER)

    assert "signal 9" in error.what
    assert error.remedy.startswith("Run the installation again")


def test_being_told_to_stay_offline_is_no_reason_to_try_another_server() -> None:
    assert engine_uv.is_network_failure(UNREACHABLE)
    assert not engine_uv.is_network_failure(OFFLINE)
    assert not engine_uv.is_network_failure(FULL)


def test_uv_comes_with_the_application() -> None:
    assert engine_uv.find_uv().is_file()


def test_a_bundle_brings_its_own_uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "uv").write_text("")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "elsewhere" / "rave-gui"))
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)

    assert engine_uv.find_uv() == tmp_path / "uv"


def test_no_uv_anywhere_is_told_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_uv, "_packaged", lambda: "")
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(UserError, match="pip install uv"):
        engine_uv.find_uv()


def test_pips_index_is_handed_on_unless_uv_has_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_INDEX_URL", "https://packages.example/simple")
    assert engine_uv.uv_environment()["UV_DEFAULT_INDEX"] == "https://packages.example/simple"

    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://another.example/simple")
    assert engine_uv.uv_environment()["UV_DEFAULT_INDEX"] == "https://another.example/simple"
