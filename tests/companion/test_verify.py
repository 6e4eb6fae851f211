"""Verifying an exported instrument: any file may come, real instruments must be told apart."""

from __future__ import annotations

import json
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rave_gui.companion.rave_gui_job_files import FactReader
from rave_gui.companion.rave_gui_verify import main
from rave_gui.companion.rave_gui_verify_file import FAIL, OK, Check, check_file
from rave_gui.core.paths import companion_dir

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def archive(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        for name in names:
            file.writestr(f"model/{name}", "x" * 1000)
    return path


class TestFiles:
    def test_a_whole_archive_passes(self, tmp_path):
        path = archive(tmp_path / "m.ts", "data.pkl", "constants.pkl", "code/__torch__.py")
        assert check_file(path).result == OK

    def test_a_missing_file(self, tmp_path):
        assert "does not exist" in check_file(tmp_path / "gone.ts").text

    def test_a_folder(self, tmp_path):
        assert "not a file" in check_file(tmp_path).text

    def test_an_empty_file(self, tmp_path):
        (tmp_path / "m.ts").touch()
        assert "is empty" in check_file(tmp_path / "m.ts").text

    def test_something_else(self, tmp_path):
        (tmp_path / "m.ts").write_bytes(b"RIFF....WAVE")
        assert "not an exported instrument" in check_file(tmp_path / "m.ts").text

    def test_a_file_that_was_cut_off(self, tmp_path):
        path = archive(tmp_path / "m.ts", "data.pkl", "constants.pkl", "code/__torch__.py")
        path.write_bytes(path.read_bytes()[:1500])
        assert "incomplete" in check_file(path).text

    def test_a_file_with_a_flipped_bit(self, tmp_path):
        path = archive(tmp_path / "m.ts", "data.pkl", "constants.pkl", "code/__torch__.py")
        content = bytearray(path.read_bytes())
        content[500] ^= 1
        path.write_bytes(content)
        assert "damaged" in check_file(path).text

    def test_a_checkpoint_is_told_from_an_instrument(self, tmp_path):
        assert "checkpoint" in check_file(archive(tmp_path / "m.ckpt", "data.pkl")).text

    def test_every_sentence_names_the_file_and_ends(self, tmp_path):
        check = check_file(tmp_path / "gone.ts")
        assert check.result == FAIL
        assert check.text.startswith("gone.ts ")
        assert check.text.endswith(".")

    def test_the_command_answers_in_json_and_with_its_exit_code(self, tmp_path, capsys):
        assert main([str(tmp_path / "gone.ts")]) == 1
        answer = json.loads(capsys.readouterr().out)
        assert answer["verdict"] == "fail"
        assert {host["verdict"] for host in answer["hosts"].values()} == {"fail"}


def test_a_check_is_written_with_its_figure():
    assert Check("peak", OK, "Fine.", 0.5).to_json() == {
        "id": "peak",
        "result": "ok",
        "text": "Fine.",
        "figure": 0.5,
    }


@pytest.mark.engine
class TestTraits:
    @pytest.fixture(scope="class")
    @staticmethod
    def answers(engine_python, engine_environment, tmp_path_factory) -> dict[str, Any]:
        script = Path(__file__).parent / "toy_instruments.py"  # TorchScript needs a source file
        argv = [str(engine_python), str(script), str(tmp_path_factory.mktemp("toys"))]
        told = subprocess.check_output(argv, env=engine_environment, text=True, timeout=90)
        return dict(json.loads(told))

    @pytest.mark.parametrize(
        ("name", "check", "result", "words"),
        [
            ("loud", "peak", "warn", "full scale"),
            ("mute", "heard", "warn", "silence"),
            ("faint", "heard", "warn", "faintly"),
            ("nan", "output", "fail", "not numbers"),
            ("short", "output", "fail", "expected"),
            ("single", "latents", "warn", "single latent"),
            ("angles", "output", "warn", "digital silence"),
            ("foreign", "interface", "fail", "nn~"),
        ],
    )
    def test_each_is_found(self, answers, name, check, result, words):
        [found] = [item for item in answers[name]["checks"] if item["id"] == check]
        assert (found["result"], words in found["text"]) == (result, True), found
        assert answers[name]["verdict"] == result


@pytest.mark.engine
class TestRealExports:
    @pytest.fixture(scope="class")
    @staticmethod
    def export(whole, engine_python, engine_environment, tmp_path_factory) -> Callable[..., Path]:
        [final] = whole.saved("final")
        folder = tmp_path_factory.mktemp("exports")

        def make(*arguments: str) -> Path:
            rave = str(engine_python.parent / "rave")
            place = [f"--run={final['path']}", f"--output={folder}", "--name=tiny"]
            argv = [rave, "export", *place, *arguments]
            subprocess.run(
                argv, check=True, capture_output=True, env=engine_environment, timeout=90
            )
            suffix = "_streaming" if "--streaming" in arguments else ""
            return folder / f"tiny{suffix}.ts"

        return make

    @pytest.fixture(scope="class")
    @staticmethod
    def verify(engine_python, engine_environment) -> Run:
        def run(path: Path, job: Path | None = None) -> subprocess.CompletedProcess[str]:
            script = companion_dir() / "rave_gui_verify.py"
            extra = {"RAVE_GUI_JOB": str(job)} if job else {}
            argv = [str(engine_python), str(script), str(path), "--seconds", "1"]
            environment = {**engine_environment, **extra}
            return subprocess.run(
                argv, env=environment, capture_output=True, text=True, timeout=90, check=False
            )

        return run

    def test_a_streaming_export_is_fit_for_both_hosts(self, export, verify, tmp_path):
        done = verify(export("--streaming"), tmp_path)
        answer = json.loads(done.stdout)
        assert done.returncode == 0
        # After 20 steps it may be faint, and hold in one latent all it learnt: rightly warned of.
        known = {item["id"] for item in answer["checks"] if item["result"] != "ok"}
        assert known <= {"latents", "heard"}, answer["checks"]
        verdict = "warn" if known else "pass"
        assert {host["verdict"] for host in answer["hosts"].values()} == {verdict}
        model = answer["model"]
        assert model["streaming"] is True
        assert (model["sr"], model["channels"], model["ratio"]) == (44100, 1, 2048)
        assert model["full_latent_size"] == 4
        assert set(model["real_time_factors"]) == {"2048", "4096", "8192"}
        assert json.loads((tmp_path / "result.json").read_text()) == answer
        facts = FactReader(tmp_path / "progress.jsonl").poll()
        told = [fact for fact in facts if fact["kind"] == "result"]
        assert [fact["verdict"] for fact in told] == [answer["verdict"]] == [verdict]

    def test_an_export_without_streaming_is_told_apart(self, export, verify):
        done = verify(export())
        answer = json.loads(done.stdout)
        assert (done.returncode, answer["verdict"]) == (0, "warn")
        assert answer["model"]["streaming"] is False
        [check] = [item for item in answer["checks"] if item["id"] == "streaming"]
        assert check["figure"] > answer["model"]["spread_db"] + 20
