"""Clips through the model while the real, unmodified ``rave train`` learns."""

from __future__ import annotations

import json
import subprocess
import wave
from pathlib import Path

import numpy as np
import pytest

pytestmark = [pytest.mark.engine, pytest.mark.timeout(300)]

VALIDATION = 2
"""Examples: 2 % of 74."""
SEEDED = """
import random, numpy, torch
random.seed(1); numpy.random.seed(1); torch.manual_seed(1)
"""
WISH_AT_7 = """
import rave_gui_attendant as a, rave_gui_job_files as f
after_batch = a.Attendant.batch_end
def batch_end(self, module):
    after_batch(self, module)
    if module.global_step == 7:
        f.leave_wish(self.reporter.job_dir, "preview-now")
        self._next_look = 0.0
a.Attendant.batch_end = batch_end
"""
SILENT = """
import rave_gui_previews as p
p.Previews.validated = lambda self: None
"""
SAME = """
import sys, torch
a, b = (torch.load(path, map_location="cpu", weights_only=False) for path in sys.argv[1:])
def flat(value):
    if isinstance(value, dict):
        return [item for key in sorted(value, key=str) for item in flat(value[key])]
    if isinstance(value, (list, tuple)):
        return [item for part in value for item in flat(part)]
    return [value]
whole = [flat([c["state_dict"], c["optimizer_states"], c["lr_schedulers"]]) for c in (a, b)]
assert len(whole[0]) == len(whole[1]) > 100
print(all(torch.equal(x, y) if torch.is_tensor(x) else x == y for x, y in zip(*whole)))
"""
THROUGH = """
import sys, gin, numpy as np, torch, wave, rave, rave.blocks, rave.dataset
checkpoint, config, given, heard, channels, piece = sys.argv[1:]
def read(path):
    with wave.open(path) as file:
        data = file.readframes(file.getnframes())
        return np.frombuffer(data, "<i2").reshape(-1, file.getnchannels()).T / 32768
gin.parse_config_file(config)
model = rave.RAVE(n_channels=int(channels))
model.load_state_dict(torch.load(checkpoint, map_location="cpu", weights_only=False)["state_dict"])
model.eval()
x = torch.from_numpy(read(given)).float()[None]
length = x.shape[-1]
x = torch.nn.functional.pad(x, (0, max(0, int(piece) - length)))
torch.manual_seed(20231)
with torch.no_grad():
    y = model(x)[0].numpy()
z = read(heard)
assert z.shape[1] == length and np.abs(z).max() > 1e-4, np.abs(z).max()
print(float(np.abs(np.clip(y[:, : z.shape[1]], -1, 32767 / 32768) - z).max()))
"""


def ask(engine_python, code: str, *arguments: object) -> str:
    argv = [str(engine_python), "-c", code, *map(str, arguments)]
    return subprocess.check_output(argv, text=True, timeout=240).split()[-1]


def samples(path: Path) -> np.ndarray:
    with wave.open(str(path)) as file:
        assert (file.getsampwidth(), file.getframerate()) == (2, 44100)
        data = file.readframes(file.getnframes())
        return np.frombuffer(data, "<i2").reshape(-1, file.getnchannels())


@pytest.fixture(scope="module")
def heard(start_training):
    training = start_training("--max_steps=20", "--workers=0", meddle=SEEDED + WISH_AT_7)
    assert training.end() == 0, training.log[-3000:]
    return training


def run_folder(training) -> Path:
    [config] = training.job.glob("out/*/config.gin")
    return config.parent


def test_each_validation_is_heard_and_so_is_a_wish(heard):
    told = heard.of("preview")
    assert {fact["step"] for fact in told} == {5, 7, 10, 15, 20}
    assert len({fact["clip"] for fact in told}) == VALIDATION
    for fact in told:
        assert (
            Path(fact["path"])
            == run_folder(heard) / "previews" / (f"step-{fact['step']:06d}") / f"{fact['clip']}.wav"
        )
        assert samples(Path(fact["path"])).shape == (65536, 1)
    [answer] = [fact for fact in heard.of("answer") if fact["wish"] == "preview-now"]
    assert answer["ok"] is True
    assert str(VALIDATION) in answer["text"]
    assert heard.of("fault") == []


def test_the_originals_lie_beside_and_are_named(heard):
    folder = run_folder(heard) / "previews"
    names = json.loads((folder / "clips.json").read_text())["clips"]
    assert len(names) == VALIDATION
    for entry in names:
        original = samples(folder / "input" / f"{entry['clip']}.wav")
        assert np.abs(original).max() > 1000
    assert not list(folder.rglob("*.tmp"))


def test_the_training_learns_the_very_same_as_without(heard, start_training, engine_python):
    quiet = start_training("--max_steps=20", "--workers=0", meddle=SEEDED + SILENT)
    assert quiet.end() == 0, quiet.log[-3000:]
    assert quiet.of("preview") == []
    [with_them], [without] = heard.saved("final"), quiet.saved("final")
    assert ask(engine_python, SAME, with_them["path"], without["path"]) == "True"


def test_a_preview_is_what_the_checkpoint_of_its_step_gives(heard, engine_python):
    [final] = heard.saved("final")
    for fact in [fact for fact in heard.of("preview") if fact["step"] == 20]:
        original = run_folder(heard) / "previews" / "input" / f"{fact['clip']}.wav"
        config = run_folder(heard) / "config.gin"
        away = ask(engine_python, THROUGH, final["path"], config, original, fact["path"], 1, 65536)
        assert float(away) < 1.1 / 32768


def test_what_they_cost_is_told(heard):
    for fact in heard.of("previews"):
        assert 0 < fact["cost"] < 20
        assert fact["clips"] == fact["of"] == VALIDATION
        assert fact["share"] > 0


def write_wav(path: Path, sound: np.ndarray) -> Path:
    """int16[frames, channels] at 44.1 kHz."""
    with wave.open(str(path), "wb") as out:
        out.setparams((sound.shape[1], 2, 44100, 0, "NONE", ""))
        out.writeframes(sound.astype("<i2").tobytes())
    return path


def bells(seconds: float, channels: int) -> np.ndarray:
    rng = np.random.default_rng(3)
    times = np.arange(int(seconds * 44100)) / 44100
    tones = [np.sin(2 * np.pi * 220 * (1 + side / 2) * times) for side in range(channels)]
    fading = np.exp(-3 * (times % 1.0))[:, None]
    noise = rng.normal(0, 300, (len(times), channels))
    return np.rint(9000 * fading * np.stack(tones, axis=1) + noise).clip(-32768, 32767)


@pytest.fixture(scope="module")
def wide_datasets(engine_python, tmp_path_factory):
    """Examples of 131,072 samples, in mono and in stereo."""
    made = {}
    for channels in (1, 2):
        folder = tmp_path_factory.mktemp(f"wide{channels}")
        (folder / "sound").mkdir()
        write_wav(folder / "sound" / "bells.wav", bells(60.0, channels))
        rave = [str(engine_python.parent / "rave"), "preprocess", "--num_signal=65536"]
        paths = [f"--input_path={folder / 'sound'}", f"--output_path={folder / 'db'}"]
        argv = [*rave, f"--channels={channels}", *paths]
        subprocess.run(argv, check=True, capture_output=True, timeout=60)
        made[channels] = folder / "db"
    return made


SHORT = ("--val_every=2", "--max_steps=4", "--override=PHASE_1_DURATION=2", "--workers=0")
KINDS = {
    "v2_small": (1, "--config=v2_small", "--n_signal=65536"),
    "stereo": (2, "--config=v2_small", "--n_signal=65536", "--channels=2"),
    "v3": (1, "--config=v3", "--n_signal=81920", "--override=PHASE_1_DURATION=100"),
    "causal noise": (1, "--config=v2", "--config=causal", "--config=noise", "--n_signal=81920"),
    "wasserstein": (1, "--config=v2_small", "--config=wasserstein", "--n_signal=65536"),
    "spherical": (1, "--config=v2_small", "--config=spherical", "--n_signal=65536"),
    "discrete": (1, "--config=discrete", "--n_signal=65536"),
    "derivative": (1, "--config=v1", "--n_signal=65536", "--derivative"),
    "averaged": (1, "--config=v1", "--n_signal=65536", "--ema=0.5"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_architecture_is_heard_as_its_checkpoint_sounds(
    kind, wide_datasets, start_training, engine_python
):
    channels, *arguments = KINDS[kind]
    data = f"--db_path={wide_datasets[channels]}"
    training = start_training(data, *SHORT, *arguments)
    assert training.process.wait(timeout=110) == 0, training.log[-3000:]
    assert training.of("fault") == []
    told = training.of("preview")
    assert {fact["step"] for fact in told} == {2, 4}
    last = told[-1]
    assert samples(Path(last["path"])).shape == (131072, channels)
    if kind == "derivative":
        return  # what is written is not what the model gives, but its integral
    [final] = training.saved("final")
    original = run_folder(training) / "previews" / "input" / f"{last['clip']}.wav"
    config = run_folder(training) / "config.gin"
    piece = 2 * next(int(a.split("=")[1]) for a in arguments if a.startswith("--n_signal"))
    places = (final["path"], config, original, last["path"], channels, piece)
    assert float(ask(engine_python, THROUGH, *places)) < 1.1 / 32768
