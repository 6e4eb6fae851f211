"""A real dataset and real trainings for the tests of the companion."""

from __future__ import annotations

import array
import json
import math
import os
import random
import signal
import subprocess
import wave
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from rave_gui.companion.rave_gui_job_files import FactReader
from rave_gui.core.paths import companion_dir

TINY = (
    *("--config=v1", "--n_signal=32768", "--batch=2", "--gpu=-1", "--channels=1"),
    *("--val_every=5", "--save_every=10", "--override=CAPACITY=4", "--override=LATENT_SIZE=4"),
    "--override=PHASE_1_DURATION=10",
)
"""Small enough for two cores; the second phase begins at step 10."""
RUN = "import runpy, sys; sys.argv[0] = {0!r}; runpy.run_path({0!r}, run_name='__main__')"
Start = Callable[..., "Training"]


@pytest.fixture(scope="session")
def engine_environment() -> dict[str, str]:
    """The companion in reach, and one thread each: torch's threads fight over few cores."""
    return {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(companion_dir())}


@pytest.fixture(scope="session")
def rave_dataset(engine_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """110 s of plucked tones and noise, preprocessed by RAVE: 36 batches of two an epoch."""
    folder = tmp_path_factory.mktemp("dataset")
    (folder / "sound").mkdir()
    with wave.open(str(folder / "sound" / "tones.wav"), "wb") as out:
        out.setparams((1, 2, 44100, 0, "NONE", ""))
        out.writeframes(_plucked(seconds=1.0).tobytes() * 110)
    rave = [str(engine_python.parent / "rave"), "preprocess", "--num_signal=32768", "--channels=1"]
    paths = [f"--input_path={folder / 'sound'}", f"--output_path={folder / 'db'}"]
    subprocess.run([*rave, *paths], check=True, capture_output=True, timeout=60)
    return folder / "db"


def _plucked(seconds: float) -> array.array[int]:
    noise = random.Random(1)
    times = [n / 44100 for n in range(int(44100 * seconds))]
    tones = (math.sin(2 * math.pi * 220 * t) * math.exp(-3 * t) for t in times)
    return array.array("h", [int(9000 * tone + 300 * noise.gauss(0, 1)) for tone in tones])


class Training:
    """One real ``rave train`` with its job directory."""

    def __init__(
        self,
        argv: list[str],
        job: Path,
        environment: dict[str, str],
        wait_until: Callable[..., None],
    ) -> None:
        self.job = job
        self.facts: list[dict[str, Any]] = []
        self._reader = FactReader(job / "progress.jsonl")
        self._wait_until = wait_until
        with (job / "output.log").open("wb") as log:
            self.process = subprocess.Popen(
                argv,
                stdout=log,
                stderr=log,
                env={**environment, "RAVE_GUI_JOB": str(job)},
                start_new_session=True,
            )

    def of(self, kind: str) -> list[dict[str, Any]]:
        self.facts += self._reader.poll()
        return [fact for fact in self.facts if fact["kind"] == kind]

    def until_step(self, step: int) -> None:
        self._wait(lambda: any(fact["step"] >= step for fact in self.of("progress")))

    def signal_group(self, number: signal.Signals) -> None:
        os.killpg(self.process.pid, number)

    def end(self) -> int:
        """Wait for the end; returns the code with which it ended."""
        return self.process.wait(timeout=60)

    def saved(self, reason: str) -> list[dict[str, Any]]:
        return [fact for fact in self.of("checkpoint") if fact["reason"] == reason]

    @property
    def log(self) -> str:
        return (self.job / "output.log").read_text(errors="replace")

    def _wait(self, predicate: Callable[[], bool]) -> None:
        self._wait_until(lambda: predicate() or self.process.poll() is not None, timeout=60)
        assert predicate(), f"the training ended first:\n{self.log[-3000:]}"


@pytest.fixture(scope="session")
def start_training(
    engine_python: Path,
    engine_environment: dict[str, str],
    rave_dataset: Path,
    tmp_path_factory: pytest.TempPathFactory,
    wait_until: Callable[..., None],
) -> Iterator[Start]:
    """Start the unmodified ``rave train``; ``meddle`` is Python run in its process before."""
    started: list[Training] = []

    def start(*arguments: str, out: Path | None = None, meddle: str = "") -> Training:
        job = tmp_path_factory.mktemp("job")
        rave = str(engine_python.parent / "rave")
        program = [rave]
        if meddle:
            program = [str(engine_python), "-c", f"{meddle}\n{RUN.format(rave)}"]
        places = [f"--db_path={rave_dataset}", f"--out_path={out or job / 'out'}"]
        argv = [*program, "train", "--name=tiny", *places, *TINY, *arguments]
        started.append(Training(argv, job, engine_environment, wait_until))
        return started[-1]

    yield start
    for training in started:
        if training.process.poll() is None:
            os.killpg(training.process.pid, signal.SIGKILL)
            training.process.wait(timeout=20)


@pytest.fixture(scope="session")
def whole(start_training: Start) -> Training:
    """A training of 20 steps that came to its end."""
    training: Training = start_training("--max_steps=20", "--workers=0")
    assert training.end() == 0, training.log[-3000:]
    return training


@pytest.fixture(scope="session")
def inspect(engine_python: Path) -> Iterator[Callable[[str, Mapping[str, Any]], dict[str, Any]]]:
    """What a checkpoint says about where the training stood, as far as a test wants to know."""
    argv = [str(engine_python), str(Path(__file__).parent / "look_into_checkpoint.py")]
    pipe = subprocess.PIPE
    with subprocess.Popen(argv, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        questions, answers = process.stdin, process.stdout

        def look(path: str, wanted: Mapping[str, Any]) -> dict[str, Any]:
            questions.write(f"{path}\n")
            questions.flush()
            found = json.loads(answers.readline())
            return {key: found[key] for key in wanted}

        yield look
        questions.close()
