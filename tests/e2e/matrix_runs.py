"""One combination, forced through the real RAVE: trained in both phases, exported, played."""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import subprocess
import wave
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from matrix_choices import Choice

from rave_gui.backend.check import read_foreign
from rave_gui.backend.engine_record import Engine
from rave_gui.backend.rave_cli import (
    export_argv,
    exported_file,
    preprocess_argv,
    train_argv,
)
from rave_gui.backend.rave_findings import gin_overrides
from rave_gui.backend.rave_settings import ExportSettings, PreprocessSettings, TrainingSettings
from rave_gui.backend.rave_stage import stage_for_export
from rave_gui.backend.rave_window import shortest_window
from rave_gui.core.errors import UserError
from rave_gui.core.gin_config import ConfigManager
from rave_gui.core.paths import companion_dir
from rave_gui.core.records import Dataset

STEPS, PHASE_1 = 6, 2
PIECE = 65536
"""Half the samples of an example: enough for any of RAVE's networks."""
TINY = ("CAPACITY=2", "LATENT_SIZE=4", f"RAVE.phase_1_duration={PHASE_1}")
_SMALL_JUDGE = ("DescriptDiscriminator.periods=[]", "DescriptDiscriminator.fft_sizes=[512]")
"""Descript's has 42 million parameters, whatever the capacity."""
_PLAIN = ("dataset.get_dataset.augmentations=[]",)
"""Two configurations bring augmentations that need sox: without it, they would fail for that."""
_SECONDS = 100
_LAST_WORD = re.compile(r"^(?:[\w.]+\.)?(\w*(?:Error|Exception|Exit|Interrupt)\b.*)$")


@dataclass(frozen=True)
class Outcome:
    """What became of a combination."""

    trained: bool = False
    """Return code 0, and the last step is in the checkpoint."""
    phase_2: bool = False
    """The judge has learned at least once, which it does in the second phase only."""
    exported: bool = False
    plays: bool = False
    quantizes: bool | None = None
    """Whether code words are in use; None without any."""
    gin: str = ""
    """RAVE's own hash of the configuration as it came out."""
    why: str = ""
    """The last words of what failed."""

    @property
    def works(self) -> bool:
        """Whether a person would get an instrument."""
        return self.trained and self.phase_2 and self.exported and self.plays


class Zygote:
    """RAVE with torch loaded, which runs one command after the other."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        own = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
        self._errors = (folder / "zygote.log").open("w")
        self._process = subprocess.Popen(
            [str(engine.python), str(Path(__file__).with_name("rave_zygote.py"))],
            env={**own, "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )
        self.torch = str(self._answer()["torch"])

    def run(self, argv: list[str], log: Path, seconds: int = _SECONDS) -> int:
        """The return code of a command; its output is added to ``log``."""
        wish = {"argv": argv, "cwd": str(log.parent), "log": str(log), "seconds": seconds}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(wish) + "\n")
        self._process.stdin.flush()
        return int(self._answer()["code"])

    def __enter__(self) -> Zygote:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._process.communicate()
        self._errors.close()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        return dict(json.loads(self._process.stdout.readline()))


@dataclass(frozen=True)
class Ground:
    """What all combinations stand on."""

    zygote: Zygote
    engine: Engine
    configs: ConfigManager
    place: Path
    datasets: dict[int, Dataset]
    """By the number of channels."""


def ground(zygote: Zygote, engine: Engine, place: Path) -> Ground:
    """Noise in mono and in stereo, prepared by RAVE."""
    if engine.configs_dir is None:
        raise UserError("This engine has no configurations.", "Install it anew.")
    datasets = {channels: _dataset(zygote, engine, place, channels) for channels in (1, 2)}
    return Ground(zygote, engine, ConfigManager(engine.configs_dir), place, datasets)


def settings_of(choice: Choice, configs: ConfigManager) -> TrainingSettings:
    """The smallest training that the combination could pass."""
    option: dict[str, Any] = {choice.option: True} if choice.option else {}
    if choice.option == "rand_pitch":
        option = {"rand_pitch": (0.9, 1.1)}
    if choice.option == "ema":
        option = {"ema": 0.9}
    settings = TrainingSettings(
        configs=choice.configs,
        overrides=TINY,
        batch=2,
        channels=choice.channels,
        max_steps=STEPS,
        val_every=2,
        save_every=100,
        workers=0,
        augmentations=choice.augmentations,
        **option,
    )
    return replace(settings, n_signal=_window(settings, configs))


def force(choice: Choice, on: Ground) -> Outcome:
    """Let RAVE do it all, whatever the rules say."""
    folder = on.place / re.sub(r"[^\w+]", "_", choice.key)
    folder.mkdir()
    log = folder / "log"
    try:
        return _exported(choice, on, folder, _trained(choice, on, folder, log), log)
    finally:
        shutil.rmtree(folder)


def to_json(outcome: Outcome) -> dict[str, Any]:
    """Without what is not so."""
    return {key: value for key, value in asdict(outcome).items() if value not in ("", None)}


def _window(settings: TrainingSettings, configs: ConfigManager) -> int:
    try:
        model = configs.describe(configs.ordered(settings.configs), gin_overrides(settings))
    except UserError:
        return 2 * PIECE
    return shortest_window(model) or 2 * PIECE


def _trained(choice: Choice, on: Ground, folder: Path, log: Path) -> Outcome:
    settings = settings_of(choice, on.configs)
    settings = replace(settings, overrides=(*settings.overrides, *_eased(choice)))
    db = on.datasets[choice.channels].path
    argv = train_argv(on.engine, settings, "x", db, folder / "runs")
    code = on.zygote.run(_from_rave(argv), log)
    run, checkpoint = _run(folder), _newest(folder)
    name = run.name.partition("_")[2] if run else ""
    if code or checkpoint is None:
        return Outcome(gin=name, why=_last_words(log))
    facts = _facts(on.zygote, checkpoint, folder / "facts")
    return Outcome(
        trained=facts["step"] == STEPS,
        phase_2=facts["judged"] > 0,
        quantizes=facts["quantizes"],
        gin=name,
    )


def _exported(choice: Choice, on: Ground, folder: Path, outcome: Outcome, log: Path) -> Outcome:
    """As the application exports: with the number of channels added to a copy of the gin file."""
    run, checkpoint = _run(folder), _newest(folder)
    if not outcome.trained or run is None or checkpoint is None:
        return outcome
    settings = ExportSettings(name="x")
    staged = stage_for_export(run, checkpoint, folder / "staged", choice.channels)
    argv = export_argv(on.engine, staged, folder / "out", settings)
    made = exported_file(staged, folder / "out", settings)
    if on.zygote.run(_from_rave(argv), log) or not made.is_file():
        return replace(outcome, why=_last_words(log))
    verifier = [str(companion_dir() / "rave_gui_verify.py"), str(made)]
    plays = on.zygote.run(verifier, log) == 0
    return replace(outcome, exported=True, plays=plays, why="" if plays else _last_words(log))


def _eased(choice: Choice) -> tuple[str, ...]:
    """Bindings that take out what is beside the point."""
    names = set(choice.configs)
    judge = _SMALL_JUDGE if names & {"descript_discriminator", "v3", "discrete_v3"} else ()
    return (*judge, *(_PLAIN if names & {"v2_nopqmf", "v2_with_augs"} else ()))


def _from_rave(argv: list[str]) -> list[str]:
    """What comes after the program, as the program sees it."""
    verb = next(index for index, word in enumerate(argv) if word in {"train", "export"})
    return ["rave", *argv[verb:]]


def _run(folder: Path) -> Path | None:
    return next(iter(sorted((folder / "runs").glob("x_*"))), None)


def _newest(folder: Path) -> Path | None:
    every = (folder / "runs").glob("x_*/version_*/checkpoints/epoch*.ckpt")
    return max(every, key=lambda path: path.stat().st_mtime_ns, default=None)


def _facts(zygote: Zygote, checkpoint: Path, answer: Path) -> dict[str, Any]:
    assert zygote.run(["look", str(checkpoint)], answer) == 0, answer.read_text()
    return dict(json.loads(answer.read_text().splitlines()[-1]))


def _last_words(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()
    told = [match[1] for line in lines if (match := _LAST_WORD.match(line))]
    return (told or lines or [""])[-1][:200]


def _dataset(zygote: Zygote, engine: Engine, place: Path, channels: int) -> Dataset:
    sounds, made = place / f"sounds{channels}", place / f"dataset{channels}"
    sounds.mkdir()
    _noise(sounds / "noise.wav", channels, seconds=math.ceil(21 * 2 * PIECE / 44100))
    settings = PreprocessSettings(num_signal=PIECE, channels=channels, max_db_gb=1)
    argv = preprocess_argv(engine, [sounds], made, settings)
    subprocess.run(argv, check=True, capture_output=True, timeout=120)
    return read_foreign(made)


def _noise(path: Path, channels: int, seconds: int) -> None:
    samples = np.random.default_rng(1).integers(-9000, 9000, (seconds * 44100, channels))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(44100)
        file.writeframes(samples.astype("<i2").tobytes())
