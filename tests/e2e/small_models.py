"""Real models, trained by the real RAVE in both phases, in a few seconds each and once a session.

def test_it(small_models):
    model = small_models.model("v2_small", "causal")
    exported = small_models.export("v2_small", "causal", streaming=True)
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType

import numpy as np
import soundfile
from matrix_choices import Choice
from matrix_runs import Zygote, settings_of

from rave_gui.backend.check import read_foreign
from rave_gui.backend.engine_record import Engine
from rave_gui.backend.rave_cli import export_argv, exported_file, preprocess_argv, train_argv
from rave_gui.backend.rave_settings import ExportSettings, PreprocessSettings, TrainingSettings
from rave_gui.backend.rave_stage import stage_for_export
from rave_gui.core.gin_config import ConfigManager
from rave_gui.core.records import Dataset

STEPS, PHASE_1, LATENT = 8, 4, 8
"""The latent analysis needs a validation in the first phase, the judge some steps in the second."""
RATE = 44100
_PIECE = 65536
_SMALL = ("CAPACITY=4", f"LATENT_SIZE={LATENT}", f"RAVE.phase_1_duration={PHASE_1}")
_SECONDS = 32


@dataclass(frozen=True)
class SmallModel:
    """A trained model as it lies on the disk."""

    name: str
    """As ``v2_small+causal`` or ``v1 stereo``."""
    run_dir: Path
    """RAVE's own folder, with ``config.gin`` in it."""
    checkpoint: Path
    """The newest, of the second phase."""
    settings: TrainingSettings
    dataset: Dataset

    @property
    def channels(self) -> int:
        """Of the sound that it takes and gives."""
        return self.settings.channels


class SmallModels:
    """Trains and exports when first asked; everything is kept until the end of the session."""

    def __init__(self, engine: Engine, place: Path) -> None:
        if engine.configs_dir is None:
            raise LookupError("this engine has no configurations")
        self.engine, self.place = engine, place
        self._configs = ConfigManager(engine.configs_dir)
        self._zygote = Zygote(engine, place)
        self._datasets: dict[int, Dataset] = {}
        self._models: dict[Choice, SmallModel] = {}
        self._exports: dict[tuple[Choice, ExportSettings], Path] = {}

    def model(self, *configs: str, channels: int = 1) -> SmallModel:
        """The model of these configurations; trained by the first call, in 3 to 8 seconds."""
        choice = Choice(configs or ("v1",), channels=channels)
        if choice not in self._models:
            self._models[choice] = self._trained(choice)
        return self._models[choice]

    def export(
        self, *configs: str, channels: int = 1, streaming: bool = True, fidelity: float = 0.95
    ) -> Path:
        """Its ``.ts``, as ``rave export`` writes it; made by the first call, in about 2 seconds.

        A stereo model goes through :func:`stage_for_export`, as in the application.
        """
        model = self.model(*configs, channels=channels)
        settings = ExportSettings(streaming=streaming, fidelity=fidelity, name=_word(model.name))
        key = (Choice(configs or ("v1",), channels=channels), settings)
        if key not in self._exports:
            self._exports[key] = self._exported(model, settings)
        return self._exports[key]

    def __enter__(self) -> SmallModels:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zygote.__exit__(kind, error, trace)

    def _trained(self, choice: Choice) -> SmallModel:
        folder = self.place / _word(choice.key)
        folder.mkdir()
        dataset, settings = self._dataset(choice.channels), self._settings(choice)
        argv = train_argv(self.engine, settings, "small", dataset.path, folder / "runs")
        self._rave(argv, folder / "train.log")
        run_dir = next((folder / "runs").glob("small_*"))
        checkpoints = run_dir.glob("version_*/checkpoints/epoch*.ckpt")
        newest = max(checkpoints, key=lambda path: path.stat().st_mtime_ns)
        return SmallModel(choice.key, run_dir, newest, settings, dataset)

    def _settings(self, choice: Choice) -> TrainingSettings:
        settings = settings_of(choice, self._configs)
        return replace(settings, overrides=_SMALL, max_steps=STEPS, val_every=2)

    def _exported(self, model: SmallModel, settings: ExportSettings) -> Path:
        kind = "streaming" if settings.streaming else "offline"
        folder = model.run_dir.parent.parent / f"export {kind} {settings.fidelity}"
        staged = stage_for_export(
            model.run_dir, model.checkpoint, folder / "staged", model.channels
        )
        self._rave(export_argv(self.engine, staged, folder, settings), folder / "export.log")
        return exported_file(staged, folder, settings)

    def _dataset(self, channels: int) -> Dataset:
        if channels not in self._datasets:
            sounds, made = self.place / f"sounds {channels}", self.place / f"dataset {channels}"
            sounds.mkdir()
            _write_sound(sounds / "tones.wav", channels)
            settings = PreprocessSettings(num_signal=_PIECE, channels=channels, max_db_gb=1)
            argv = preprocess_argv(self.engine, [sounds], made, settings)
            # Not through the zygote: its pool of processes outlives a fork that is left at once.
            subprocess.run(argv, check=True, capture_output=True, timeout=120)
            self._datasets[channels] = read_foreign(made)
        return self._datasets[channels]

    def _rave(self, argv: list[str], log: Path) -> None:
        verb = next(index for index, word in enumerate(argv) if word in {"train", "export"})
        code = self._zygote.run(["rave", *argv[verb:]], log)
        assert code == 0, log.read_text(errors="replace")[-2000:]


def _word(name: str) -> str:
    return re.sub(r"[^\w+]", "_", name)


def _write_sound(path: Path, channels: int) -> None:
    """Decaying tones over a little noise, another pitch in each channel."""
    rng, time = np.random.default_rng(7), np.arange(_SECONDS * RATE) / RATE
    voices = [
        sum(np.sin(2 * np.pi * (110 + 55 * channel) * k * time) / k for k in (1, 2, 3))
        for channel in range(channels)
    ]
    sound = np.stack(voices, -1) * (np.exp(-(time % 1.5) * 3) * 0.2)[:, None]
    soundfile.write(path, sound + rng.normal(0, 1e-2, sound.shape), RATE)
