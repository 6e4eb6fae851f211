"""Argument lists: everything that RAVE needs, nothing that it would guess."""

from __future__ import annotations

import json
import shlex
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from gin_tree import write_gin_tree

from rave_gui.backend import rave_cli
from rave_gui.backend.rave_cli import ExportSettings, PreprocessSettings, TrainingSettings
from rave_gui.backend.rave_settings import database_gb, default_workers, gpu_index
from rave_gui.core.errors import UserError
from rave_gui.core.gin_config import read_run

RATE = "SAMPLING_RATE=48000"


class Engine:
    """As much of an engine as command lines need."""

    def __init__(self, configs_dir: Path | None = None) -> None:
        self.configs_dir = configs_dir
        self.python = Path("/env/bin/python")

    def rave(self, verb: str, *args: str) -> list[str]:
        return ["/env/bin/rave", verb, *args]


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return Engine(write_gin_tree(tmp_path))


def values(argv: list[str], flag: str) -> list[str]:
    return [argv[i + 1] for i, part in enumerate(argv) if part == flag]


def train(engine: Engine, settings: TrainingSettings, checkpoint: Path | None = None) -> list[str]:
    return rave_cli.train_argv(engine, settings, "my bells", Path("db"), Path("out"), checkpoint)


def test_preprocess_says_all(engine: Engine) -> None:
    settings = PreprocessSettings(num_signal=32768, channels=2, extensions=("wav", "flac"))
    sources = [Path("a b"), Path("/c")]
    argv = rave_cli.preprocess_argv(engine, sources, Path("out"), settings.with_room_for(7200))
    assert argv[:2] == ["/env/bin/rave", "preprocess"]
    assert values(argv, "--input_path") == [str(Path.cwd() / "a b"), "/c"]
    assert values(argv, "--output_path") == [str(Path.cwd() / "out")]
    assert values(argv, "--num_signal") == ["32768"]
    assert values(argv, "--channels") == ["2"]
    assert values(argv, "--sampling_rate") == ["44100"]
    assert values(argv, "--max_db_size") == ["2"]
    assert values(argv, "--ext") == ["wav", "flac"]
    assert argv[-1] == "--nolazy"
    assert rave_cli.preprocess_stdin(settings) == ""


def test_a_lazy_dataset_answers_the_question_of_rave(engine: Engine) -> None:
    lazy = PreprocessSettings(lazy=True)
    assert "--lazy" in rave_cli.preprocess_argv(engine, [Path("/a")], Path("/b"), lazy)
    assert rave_cli.preprocess_stdin(lazy) == "y\n"


def test_train_says_what_rave_would_guess(engine: Engine) -> None:
    settings = TrainingSettings(
        configs=("causal", "wasserstein", "v2"),
        overrides=("CAPACITY=8", "SAMPLING_RATE=22050"),
        sample_rate=48000,
        channels=2,
        device="gpu:3",
        workers=2,
    )
    argv = train(engine, settings)
    assert argv[:2] == ["/env/bin/rave", "train"]
    assert values(argv, "--name") == ["my_bells"]
    assert values(argv, "--config") == ["v2", "wasserstein", "causal"]
    assert values(argv, "--override") == ["CAPACITY=8", RATE]
    assert values(argv, "--channels") == ["2"]
    assert values(argv, "--gpu") == ["3"]
    assert values(argv, "--workers") == ["2"]
    assert values(argv, "--db_path") == [str(Path.cwd() / "db")]
    assert values(argv, "--out_path") == [str(Path.cwd() / "out")]
    assert not {"--smoke_test", "--ckpt", "--ema", "--derivative"} & set(argv)


def test_of_two_overrides_of_one_name_the_later_is_meant(engine: Engine) -> None:
    settings = TrainingSettings(
        overrides=("PHASE_1_DURATION=10", "CAPACITY=8", "PHASE_1_DURATION = 300"), sample_rate=48000
    )
    told = values(train(engine, settings), "--override")
    assert told == ["CAPACITY=8", "PHASE_1_DURATION = 300", RATE]


def test_the_cpu_is_gpu_minus_one(engine: Engine) -> None:
    assert values(train(engine, TrainingSettings(device="cpu")), "--gpu") == ["-1"]


def test_a_resume_repeats_what_rave_forgets(engine: Engine, tmp_path: Path) -> None:
    settings = TrainingSettings(
        n_signal=65536,
        batch=4,
        channels=2,
        augmentations=("mute",),
        normalize=True,
        derivative=True,
        rand_pitch=(0.8, 1.25),
        ema=0.999,
        val_every=11,
        save_every=12,
        max_steps=13,
        workers=0,
    )
    checkpoint = tmp_path / "runs" / "best.ckpt"
    argv = train(engine, settings, checkpoint)
    assert values(argv, "--ckpt") == [str(checkpoint)]
    assert not {"--config", "--override"} & set(argv)
    again = {
        "--name": "my_bells",
        "--out_path": str(Path.cwd() / "out"),
        "--db_path": str(Path.cwd() / "db"),
        "--n_signal": "65536",
        "--batch": "4",
        "--channels": "2",
        "--augment": "mute",
        "--rand_pitch": "0.8,1.25",
        "--ema": "0.999",
        "--val_every": "11",
        "--save_every": "12",
        "--max_steps": "13",
        "--workers": "0",
        "--gpu": "-1",
    }
    assert {flag: values(argv, flag) for flag in again} == {k: [v] for k, v in again.items()}
    assert {"--normalize", "--derivative"} <= set(argv)


def test_export_takes_one_file_and_says_how(engine: Engine) -> None:
    settings = ExportSettings(streaming=False, fidelity=0.9, channels=1, sample_rate=88200)
    settings = replace(settings, name="Bells", ema=True)
    argv = rave_cli.export_argv(engine, Path("/r/best.ckpt"), Path("out"), settings)
    assert values(argv, "--run") == ["/r/best.ckpt"]
    assert values(argv, "--output") == [str(Path.cwd() / "out")]
    assert values(argv, "--name") == ["Bells"]
    assert values(argv, "--fidelity") == ["0.9"]
    assert (values(argv, "--channels"), values(argv, "--sr")) == (["1"], ["88200"])
    assert {"--nostreaming", "--ema_weights"} <= set(argv)
    assert rave_cli.exported_file(Path("/r/best.ckpt"), Path("out"), settings).name == "Bells.ts"


def test_onnx_has_an_exporter_of_its_own_with_the_same_options(engine: Engine) -> None:
    settings = ExportSettings(format="onnx", name="Bells", fidelity=0.9, sample_rate=88200)
    argv = rave_cli.export_argv(engine, Path("/s/best.ckpt"), Path("/o"), settings)
    assert argv[0] == str(engine.python)
    assert Path(argv[1]).name == "rave_gui_export_onnx.py"
    assert Path(argv[1]).is_file()
    assert (values(argv, "--run"), values(argv, "--name")) == (["/s/best.ckpt"], ["Bells"])
    assert "--streaming" in argv
    assert "--sr" not in argv
    written = rave_cli.exported_file(Path("/s/best.ckpt"), Path("/o"), settings)
    assert written == Path("/o/Bells_streaming.onnx")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("../../etc", "etc"), ("a/b", "a_b"), ("-x", "x"), ("", "untitled"), ("Ölglocke", "Ölglocke")],
)
def test_a_name_is_one_part_of_a_path(name: str, expected: str) -> None:
    assert rave_cli.run_name(name) == expected


def test_the_companion_travels_by_one_variable() -> None:
    variables = rave_cli.companion_environment()
    assert list(variables) == ["PYTHONPATH"]
    assert Path(variables["PYTHONPATH"]).is_dir()


@pytest.mark.parametrize(
    "argument",
    ["plain", "two words", 'say "x"', "end\\", "a b\\", 'a b\\"c', "", "C:\\a b\\", "tab\there"],
)
def test_lines_to_copy_read_back_as_they_were(argument: str) -> None:
    argv = ["rave", argument, "end"]
    assert shlex.split(rave_cli.shell_line(argv, windows=False)) == argv
    assert rave_cli.shell_line(argv, windows=True) == subprocess.list2cmdline(argv)


def test_a_line_to_copy_brings_its_environment() -> None:
    line = rave_cli.shell_line(["rave", "train"], {"PYTHONPATH": "/a b"}, windows=False)
    assert line == "PYTHONPATH='/a b' rave train"
    on_windows = rave_cli.shell_line(["rave"], {"PYTHONPATH": "C:\\a b"}, windows=True)
    assert on_windows == 'set "PYTHONPATH=C:\\a b" && rave'


@pytest.mark.parametrize(
    "settings",
    [
        TrainingSettings(configs=("v2", "causal"), rand_pitch=(0.8, 1.2), ema=0.99, preset="live"),
        PreprocessSettings(channels=2, extensions=("wav",)),
        ExportSettings(channels=2, name="x"),
    ],
)
def test_settings_survive_json(
    settings: TrainingSettings | PreprocessSettings | ExportSettings,
) -> None:
    stored = json.loads(json.dumps(settings.to_json()))
    assert type(settings).from_json({**stored, "from a later version": 1}) == settings


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ({"batch": "8"}, "batch"),
        ({"batch": True}, "batch"),
        ({"configs": "v2"}, "configs"),
        ({"configs": [1]}, "configs"),
        ({"rand_pitch": [1.0]}, "rand_pitch"),
        ({"ema": float("nan")}, "ema"),
        ({"n_signal": None}, "n_signal"),
    ],
)
def test_damaged_settings_are_named(data: dict[str, object], name: str) -> None:
    with pytest.raises(UserError, match=name):
        TrainingSettings.from_json(data)


def test_workers_follow_the_machine() -> None:
    assert [default_workers(n, "linux") for n in (1, 2, 9, 64)] == [0, 1, 8, 8]
    assert default_workers(8, "win32") == default_workers(8, "darwin") == 0


def test_the_database_has_room_for_its_sound() -> None:
    assert database_gb(0, 1, 44100) == 1
    hour = 3600 * 44100 * 2 / 1024**3
    assert database_gb(36000, 2, 44100) >= 20 * hour
    assert database_gb(36000, 2, 44100) <= 20 * hour * 1.2 + 1


@pytest.mark.parametrize("device", ["gpu", "gpu:", "gpu:-1", "cuda:0", "", "gpu:²"])
def test_unknown_devices_are_refused(device: str) -> None:
    with pytest.raises(UserError, match="no device"):
        gpu_index(device)


RUN = "model.RAVE.latent_size = 4\nmodel.RAVE.sampling_rate = 44100\n"


def test_a_staged_export_knows_its_channels(tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    (run / "config.gin").write_text(RUN, encoding="utf-8")
    checkpoint = run / "best.ckpt"
    checkpoint.write_bytes(b"weights")
    staged = rave_cli.stage_for_export(run, checkpoint, tmp_path / "staging", 2)
    assert staged.read_bytes() == b"weights"
    assert read_run(staged.parent / "config.gin").bound("RAVE", "n_channels") == 2
    assert (run / "config.gin").read_text(encoding="utf-8") == RUN
    checkpoint.unlink()
    assert staged.read_bytes() == b"weights", "the training may replace its file meanwhile"


def test_staging_again_replaces_the_old_link(tmp_path: Path) -> None:
    (tmp_path / "config.gin").write_text(RUN, encoding="utf-8")
    for folder in ("one", "two"):
        checkpoint = tmp_path / folder / "best.ckpt"
        checkpoint.parent.mkdir()
        checkpoint.write_text(folder, encoding="utf-8")
        staged = rave_cli.stage_for_export(tmp_path, checkpoint, tmp_path / "staging", 1)
    assert staged.read_text(encoding="utf-8") == "two"
    assert (tmp_path / "one" / "best.ckpt").read_text(encoding="utf-8") == "one"


@pytest.mark.parametrize("text", ["", "A = 1\n", "\x00"])
def test_staging_refuses_what_is_no_run(tmp_path: Path, text: str) -> None:
    (tmp_path / "config.gin").write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=r"config\.gin does not describe"):
        rave_cli.export_config_fix(tmp_path, 1)


def test_staging_names_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"config\.gin cannot be read"):
        rave_cli.export_config_fix(tmp_path, 1)
    (tmp_path / "config.gin").write_text(RUN, encoding="utf-8")
    with pytest.raises(UserError, match=r"gone\.ckpt is gone"):
        rave_cli.stage_for_export(tmp_path, tmp_path / "gone.ckpt", tmp_path / "s", 1)
