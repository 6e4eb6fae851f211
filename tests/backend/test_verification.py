"""What a verification is started with, and what is said when it never came to an answer."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from rave_gui.backend.verification import broken_off, expected_rate, verifier_argv
from rave_gui.core.errors import UserError

ENGINE = SimpleNamespace(python=Path("/engine/python"))


class TestArguments:
    def test_the_file_comes_last(self, tmp_path):
        clip = tmp_path / "clip.wav"
        clip.touch()
        argv = verifier_argv(ENGINE, Path("/m.ts"), clip, 48000)
        assert argv[2:] == ["--expected-rate=48000", f"--audio={clip}", "/m.ts"]
        assert argv[1].endswith("rave_gui_verify.py")

    def test_nothing_is_asked_for_that_nobody_knows(self):
        assert verifier_argv(ENGINE, Path("/m.ts"))[2:] == ["/m.ts"]

    def test_a_clip_that_is_gone_is_refused(self, tmp_path):
        with pytest.raises(UserError, match="does not exist"):
            verifier_argv(ENGINE, Path("/m.ts"), tmp_path / "gone.wav")


@pytest.mark.parametrize(
    ("trained", "asked", "expected"),
    [
        ({"sample_rate": 44100}, {}, 44100),
        ({"sample_rate": 44100}, {"sample_rate": 88200}, 88200),
        ({"sample_rate": 44100}, {"sample_rate": None}, 44100),
        ({}, {}, None),
        (None, {}, None),
    ],
)
def test_the_rate_is_the_one_asked_for_or_else_the_one_trained(trained, asked, expected):
    run = None if trained is None else SimpleNamespace(config=trained)
    assert expected_rate(run, asked) == expected


class TestBrokenOff:
    @staticmethod
    def end(returncode, stopped_by=""):
        spec = SimpleNamespace(argv=("python", "script", "/m.ts"))
        return SimpleNamespace(
            exit=SimpleNamespace(returncode=returncode, stopped_by=stopped_by), spec=spec
        )

    @pytest.mark.parametrize("returncode", [-11, -6, 0xC0000005])
    def test_a_file_that_kills_its_program_is_unfit_for_every_host(self, returncode):
        answer = broken_off(self.end(returncode))
        assert answer["verdict"] == "fail"
        assert "m.ts took the program down" in answer["checks"][0]["text"]
        assert {host["verdict"] for host in answer["hosts"].values()} == {"fail"}

    @pytest.mark.parametrize(("returncode", "by"), [(-15, "user"), (1, ""), (None, "")])
    def test_a_stop_or_a_fault_of_ours_says_nothing_of_the_file(self, returncode, by):
        assert broken_off(self.end(returncode, by)) is None
