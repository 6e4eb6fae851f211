"""Verifying an exported instrument: any file may come, real instruments must be told apart."""

from __future__ import annotations

import json
import pickle
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
import soundfile

from rave_gui.companion.rave_gui_job_files import FactReader
from rave_gui.companion.rave_gui_verify import Answer, check_origin, main, verify
from rave_gui.companion.rave_gui_verify_file import FAIL, OK, Check, check_file
from rave_gui.companion.rave_gui_verify_hosts import (
    NEUTONE,
    NN_AR,
    NN_MAX,
    NN_PD,
    ONNX_RUNTIME,
    UGEN,
    VST,
    judge_hosts,
)
from rave_gui.companion.rave_gui_verify_onnx import check_onnx, top_fields
from rave_gui.companion.rave_gui_verify_origin import UNKNOWN, Origin, read_origin
from rave_gui.companion.rave_gui_verify_safe import check_safe
from rave_gui.companion.rave_gui_verify_wish import Wish
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


class Payload:
    """What harms whoever unpickles it: it writes a file."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.write_text, (self.place, "harm")


class TestCodeOfStrangers:
    @pytest.fixture
    def harm(self, tmp_path) -> Path:
        return tmp_path / "harm"

    @pytest.fixture
    def payload(self, harm) -> bytes:
        """Proved to be harmful first."""
        made = pickle.dumps(Payload(harm), protocol=2)
        pickle.loads(made)
        assert harm.read_text() == "harm"
        harm.unlink()
        return made

    @pytest.fixture(params=["pickle", "zip", "checkpoint", "instrument"])
    def planted(self, request, payload, tmp_path) -> tuple[Path, str]:
        """Where the payload lies, and a word that its refusal must hold."""
        path = tmp_path / "model.ts"
        if request.param == "pickle":
            path.write_bytes(payload)
            return path, "Python pickle"
        content = {"data.pkl": payload}
        if request.param == "zip":
            content = {"weights.pkl": payload}
        if request.param == "instrument":
            content |= {"constants.pkl": b"\x80\x02).", "code/__torch__.py": b"", "version": b"3"}
        with zipfile.ZipFile(path, "w") as file:
            for name, data in content.items():
                file.writestr(f"model/{name}", data)
        words = {
            "zip": "not an exported instrument",
            "checkpoint": "checkpoint",
            "instrument": "names code that is not torch's",
        }
        return path, words[request.param]

    def test_is_refused_and_never_runs(self, planted, harm, capsys):
        path, words = planted
        assert main([str(path)]) == 1
        answer = json.loads(capsys.readouterr().out)
        assert words in answer["checks"][-1]["text"]
        assert [check["id"] for check in answer["checks"]][-1] in {"file", "safe"}
        assert {host["verdict"] for host in answer["hosts"].values()} == {"fail"}
        assert not harm.exists()

    @pytest.mark.parametrize(
        ("code", "found"),
        [
            ("torch.save(x, y)", "aten::save"),
            ("ops.aten.save(x, y)", "aten::save"),
            ("_0 = torch.from_file(y)", "aten::from_file"),
            ("ops.strange.run(x)", "strange::run"),
            ("torch.conv1d(x, y)", ""),
            ("__torch__.torch.save(x)", ""),
            ("ops.prim.device(x)", ""),
        ],
    )
    def test_operations_that_touch_files(self, tmp_path, code, found):
        path = tmp_path / "m.ts"
        with zipfile.ZipFile(path, "w") as file:
            file.writestr("m/code/__torch__.py", f"def forward(self, x):\n  {code}\n")
        check = check_safe(path)
        assert (check.result == FAIL) is bool(found)
        assert found in check.text

    def test_an_archive_that_unpacks_to_far_more_is_not_opened(self, tmp_path):
        path = tmp_path / "m.ts"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr("m/constants.pkl", bytes(1_000_000))
        assert "far more" in check_file(path).text


def as_origin(*operations: str, form: int = 3) -> Origin:
    return Origin(form, frozenset(operations), "torch 2.1 or newer")


class TestOrigin:
    def test_is_read_from_the_archive(self, tmp_path):
        path = tmp_path / "m.ts"
        with zipfile.ZipFile(path, "w") as file:
            file.writestr("m/version", "4\n")
            file.writestr("m/byteorder", "little")
            file.writestr("m/code/__torch__.py", "torch.pad(ops.prim.device(x))")
        assert read_origin(path) == as_origin("pad", form=4)

    def test_an_operation_that_a_host_does_not_know(self):
        assert "“pad”" in as_origin("pad", "add").hindrance("1.11")
        assert as_origin("pad", "add").hindrance("1.12") == ""

    def test_a_format_that_a_host_does_not_read(self):
        assert "format 10" in as_origin(form=10).hindrance("1.11")

    def test_older_hosts_know_less(self):
        assert UNKNOWN["2.5"] < UNKNOWN["2.0"] < UNKNOWN["1.12"] < UNKNOWN["1.11"]

    def test_what_no_host_can_read_is_said(self):
        check = check_origin(as_origin("rrelu_with_noise_functional"))
        assert (check.result, "newest in any host" in check.text) == ("warn", True)


class TestHosts:
    FINE: ClassVar = {"channels": 1, "ratio": 2048, "sr": 48000, "hindrances": {}}

    def test_a_fine_model_passes_everywhere_but_must_be_wrapped_for_neutone(self):
        judged = judge_hosts([], self.FINE)
        words = {name: verdict["verdict"] for name, verdict in judged.items()}
        assert words.pop(NEUTONE) == "warn"
        assert set(words.values()) == {"pass"}

    @pytest.mark.parametrize(
        ("changed", "host", "verdict", "words"),
        [
            ({"channels": 2}, UGEN, "fail", "one channel"),
            ({"channels": 2}, NN_MAX, "pass", "nn~ 1.6"),
            ({"sr": 44100}, UGEN, "warn", "48000 Hz"),
            ({"ratio": 3000}, VST, "fail", "powers of two"),
            ({"hindrances": {"1.11": "no"}}, VST, "fail", "takes the program down"),
            ({"hindrances": {"1.11": "no"}}, NN_MAX, "pass", ""),
        ],
    )
    def test_each_has_its_own_reasons(self, changed, host, verdict, words):
        judged = judge_hosts([], {**self.FINE, **changed})[host]
        assert (judged["verdict"], words in judged["why"]) == (verdict, True), judged

    def test_a_remark_that_concerns_one_host_is_not_made_to_others(self):
        judged = judge_hosts([Check("vst", "warn", "No.")], self.FINE)
        assert judged[VST] == {"verdict": "fail", "why": "No."}
        assert judged[NN_MAX]["verdict"] == "pass"

    def test_rows_of_the_table_are_not_told_again(self):
        checks = [Check("block-512", "warn", "Apart."), Check("streaming", "warn", "Blocks.")]
        assert judge_hosts(checks, self.FINE)[NN_MAX]["why"] == "Blocks."

    def test_what_is_broken_is_broken_for_all(self):
        judged = judge_hosts([Check("weights", FAIL, "NaN.")], self.FINE)
        assert {(one["verdict"], one["why"]) for one in judged.values()} == {("fail", "NaN.")}


class TestOnnx:
    WHOLE = b"\x08\x08" + b"\x3a\x03abc" + b"\x42\x02\x10\x11"
    """ir_version 8, a graph of three bytes, an opset."""

    def test_fields_are_read(self):
        assert list(top_fields(self.WHOLE)) == [1, 7, 8]

    @pytest.mark.parametrize("cut", [1, 4, 8, 10])
    def test_a_file_that_was_cut_off(self, tmp_path, cut):
        path = tmp_path / "m.onnx"
        path.write_bytes(self.WHOLE[:cut])
        [check] = check_onnx(path)
        assert check.result == FAIL
        assert "m.onnx" in check.text

    def test_text_is_no_onnx(self, tmp_path):
        (tmp_path / "m.onnx").write_text("hello there, this is text")
        assert next(iter(check_onnx(tmp_path / "m.onnx"))).result == FAIL

    def test_only_one_host_plays_it(self, tmp_path):
        path = tmp_path / "m.onnx"
        path.write_bytes(self.WHOLE)
        answer = verify(Wish(path), Answer(None))
        assert "TorchScript" in answer["hosts"][NN_MAX]["why"]
        assert answer["verdict"] == answer["hosts"][ONNX_RUNTIME]["verdict"] != "pass"


@pytest.mark.engine
class TestTraits:
    @pytest.fixture(scope="class")
    @staticmethod
    def folder(tmp_path_factory) -> Path:
        place = tmp_path_factory.mktemp("toys")
        wave = 0.3 * np.sin(np.arange(48000) / 20)
        soundfile.write(place / "clip.flac", np.stack([wave, wave], -1), 48000)
        (place / "no clip.flac").write_text("no sound")
        return place

    @pytest.fixture(scope="class")
    @staticmethod
    def answers(engine_python, engine_environment, folder) -> dict[str, Any]:
        script = Path(__file__).parent / "toy_instruments.py"  # TorchScript needs a source file
        argv = [str(engine_python), str(script), str(folder)]
        told = subprocess.check_output(argv, env=engine_environment, text=True, timeout=150)
        return dict(json.loads(told))

    @pytest.mark.parametrize(
        ("name", "check", "result", "words"),
        [
            ("loud", "peak", "warn", "full scale"),
            ("mute", "heard", "warn", "silence"),
            ("faint", "heard", "warn", "faintly"),
            ("nan", "output", "fail", "not numbers"),
            ("broken", "weights", "fail", "1 of its weights are not numbers (NaN"),
            ("short", "interface", "fail", "expected"),
            ("single", "latents", "warn", "single latent"),
            ("angles", "output", "warn", "digital silence"),
            ("foreign", "interface", "fail", "nn~"),
            ("dangling", "attributes", "warn", "warmth"),
            ("writing", "safe", "fail", "aten::save"),
            ("clicking", "clicks", "warn", "clicks where blocks meet"),
            ("late", "clicks", "ok", "Nothing clicks"),
            ("late", "streaming", "ok", "as in one pass"),
            ("wrong rate", "sample-rate", "fail", "1.5 semitones too low"),
            ("clip", "clip", "ok", "1.0 s of clip.flac"),
            ("no clip", "clip", "warn", "not played"),
            ("slow", "speed", "warn", "drops out"),
            ("slow when small", "speed", "warn", "buffer of 2048 or more"),
        ],
    )
    def test_each_is_found(self, answers, name, check, result, words):
        [found] = [item for item in answers[name]["checks"] if item["id"] == check]
        assert (found["result"], words in found["text"]) == (result, True), found
        if result != "ok" and "verdict" in answers[name]:
            assert answers[name]["verdict"] == result

    def test_a_planted_delay_is_measured(self, answers):
        model = answers["late"]["model"]
        assert model["latency_samples"] == pytest.approx(3000, abs=32)
        assert model["latency_ms"] == pytest.approx(1000 * 3000 / 44100, abs=1)

    def test_jumps_at_borders_stand_out(self, answers):
        figures = {name: answers[name]["model"]["blocks"] for name in ("late", "clicking")}
        assert all(abs(found["clicks"]) < 1 for found in figures["late"])
        assert all(found["clicks"] > 6 for found in figures["clicking"])
        assert [found["block"] for found in figures["late"]] == [512, 1024, 2048, 4096, 8192]

    def test_what_needs_no_memory_is_not_called_without_streaming(self, answers):
        assert answers["plain"]["model"]["streaming"] is True

    def test_nothing_was_written(self, answers, folder):
        assert answers["writing"]["checks"][-1]["id"] == "safe"
        assert not (folder / "written").exists()


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
        assert {answer["hosts"][name]["verdict"] for name in (NN_MAX, NN_PD, NN_AR)} == {verdict}
        assert "“pad”" in answer["hosts"][VST]["why"]
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
        assert check["figure"] > -20
