"""Asking an environment about itself in its own Python, and remembering the answer.

Importing torch costs seconds, so the answer is kept on disk for as long as the environment is as it
was. What changes by itself (free GPU memory, ffmpeg, sox, a driver) is asked anew each time.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rave_gui.backend import engine_diagnosis
from rave_gui.backend.engine_record import Engine, Gpu, search_path
from rave_gui.core.errors import UserError
from rave_gui.core.logger import get_logger
from rave_gui.core.paths import companion_dir
from rave_gui.core.process import clean_environment, run_captured

Answer = dict[str, Any]
FORMAT = 1
TOOLS = ("ffmpeg", "ffprobe")
PATIENCE = 240.0
"""Seconds for the full answer: importing torch from a cold disk takes a minute and more."""
QUICK_PATIENCE = 60.0
_FULL_KEYS = {"versions", "faults", "torch", "configs", "callbacks", "verbs", "executable"}
_QUICK_KEYS = {"nvidia", "ffmpeg", "ffprobe"}
_TELLING_VARIABLES = ("CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER", "HIP_VISIBLE_DEVICES")
_log = get_logger(__name__)


def ask(python: Path, *, quick: bool = False) -> Answer:
    """The answer of ``rave_gui_probe.py`` under ``python``.

    Raises:
        UserError: it is no Python, does not start, crashes, hangs or talks nonsense.
    """
    argv = [str(python), str(companion_dir() / "rave_gui_probe.py"), *(["--gpus"] if quick else [])]
    done = run_captured(
        argv,
        timeout=QUICK_PATIENCE if quick else PATIENCE,
        cwd=python.parent,
        environment=clean_environment({"PATH": search_path(python)}),
    )
    answer = parse(done.stdout, _QUICK_KEYS if quick else _QUICK_KEYS | _FULL_KEYS)
    if answer is None:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1][:300]
        raise UserError(
            f"{python} could not say what it contains (code {done.returncode}): {last}",
            "Choose another engine or install a new one: rave-gui engine install.",
            details=done.stderr[-4000:],
        )
    return answer


def parse(text: str, keys: set[str]) -> Answer | None:
    """The last line of ``text`` that is an answer with all ``keys``; None where there is none."""
    for line in reversed(text.splitlines()):
        if line.startswith("{"):
            try:
                answer = json.loads(line)
            except ValueError:
                return None
            complete = isinstance(answer, dict) and keys <= answer.keys()
            return answer if complete and answer.get("format") == FORMAT else None
    return None


def probe(python: Path, origin: str, cache_dir: Path, *, refresh: bool = False) -> Engine:
    """The engine behind ``python``, from memory where the environment is unchanged.

    An environment that cannot be asked is an engine with that as its problem.
    """
    file = cache_dir / f"{hashlib.sha256(str(python.absolute()).encode()).hexdigest()[:32]}.json"
    try:
        known = None if refresh else _remembered(file, fingerprint(python))
        engine = _still_true(known, python, origin) if known else None
        return engine or _ask_and_remember(file, python, origin)
    except UserError as error:
        return Engine(python=python, origin=origin, problems=(str(error),))


def _still_true(known: Answer, python: Path, origin: str) -> Engine | None:
    """The engine of a remembered answer, its changing part fresh; None if devices came or went."""
    now = ask(python, quick=True)
    try:
        same = _devices(now) == _devices(known) and now.get("libsox") == known.get("libsox")
        fresh = {key: now[key] for key in _QUICK_KEYS}
        return to_engine({**known, **fresh}, python, origin) if same else None
    except (KeyError, TypeError, AttributeError):
        _log.warning("the remembered answer of %s is damaged; asking again", python)
        return None


def _ask_and_remember(file: Path, python: Path, origin: str) -> Engine:
    answer = ask(python)
    _remember(file, {"fingerprint": fingerprint(python), "answer": answer})
    return to_engine(answer, python, origin)


def now(engine: Engine) -> Engine:
    """``engine`` with its GPUs' free memory and its ffmpeg as they are at this moment.

    Raises:
        UserError: the engine's Python does not answer any more.
    """
    answer = ask(engine.python, quick=True)
    return dataclasses.replace(
        engine,
        gpus=tuple(_with_free_memory(gpu, answer["nvidia"]) for gpu in engine.gpus),
        **_tools(answer),
    )


def _devices(answer: Answer) -> list[tuple[str, str]]:
    return [(str(gpu.get("uuid")), str(gpu.get("name"))) for gpu in answer["nvidia"]]


def _remembered(file: Path, wanted: str) -> Answer | None:
    """The answer kept in ``file`` if it was given by the environment as it is now."""
    try:
        kept = json.loads(file.read_text("utf-8"))
        if kept["fingerprint"] != wanted:
            return None
        return parse(json.dumps(kept["answer"]), _QUICK_KEYS | _FULL_KEYS)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _remember(file: Path, kept: Answer) -> None:
    """Keep an answer; a cache that cannot be written costs time only."""
    draft = file.with_suffix(f".{os.getpid()}.tmp")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps(kept), "utf-8")
        draft.replace(file)
    except OSError as error:
        _log.warning("could not remember an engine's answer in %s: %s", file, error)


def fingerprint(python: Path) -> str:
    """A key that changes with the environment and with what we ask it."""
    parts = [f"{name}={os.environ.get(name, '')}" for name in _TELLING_VARIABLES]
    for path in (companion_dir() / "rave_gui_probe.py", *_telling_paths(python)):
        try:
            status = path.stat()
            parts.append(f"{path}|{status.st_mtime_ns}|{status.st_size}")
        except OSError:
            parts.append(f"{path}|absent")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _telling_paths(python: Path) -> Iterator[Path]:
    """Files and folders whose times change when packages come and go."""
    root = Engine(python, "").environment_dir
    yield python
    yield root / "pyvenv.cfg"
    yield root / "Lib" / "site-packages"
    for library in ("lib", "lib64", "local/lib"):
        for folder in sorted((root / library).glob("python3*")):
            yield from (folder / "site-packages", folder / "dist-packages")


def to_engine(answer: Answer, python: Path, origin: str) -> Engine:
    """The record of a full answer."""
    verbs, torch, configs = answer["verbs"], answer["torch"], answer["configs"]
    loaded = {verb: facts["flags"] for verb, facts in verbs.items() if not facts["fault"]}
    gpus = tuple(_with_free_memory(Gpu(**gpu), answer["nvidia"]) for gpu in torch["gpus"])
    return Engine(
        python=Path(answer["executable"] or python),
        origin=origin,
        versions=answer["versions"],
        cuda=torch["cuda"],
        gpus=gpus,
        configs_dir=Path(configs["folder"]) if configs["folder"] else None,
        configs=tuple(configs["names"]),
        flags={verb: {n: f["default"] for n, f in flags.items()} for verb, flags in loaded.items()},
        problems=engine_diagnosis.problems(answer),
        can_install_lightning_callbacks=answer["callbacks"],
        warnings=engine_diagnosis.warnings(answer),
        command=(answer["script"],) if answer["script"] else (),
        augmentations=tuple(configs["augmentations"]),
        broken_verbs={verb: facts["fault"] for verb, facts in verbs.items() if facts["fault"]},
        flag_details=loaded,
        sox=answer.get("sox") == "",
        other_gpus=() if gpus else tuple(str(gpu["name"]) for gpu in answer["nvidia"]),
        **_tools(answer),
    )


def _tools(answer: Answer) -> dict[str, Any]:
    """The fields of an engine that tell of ffmpeg."""
    texts = {name: engine_diagnosis.tool_warning(name, answer[name]) for name in TOOLS}
    return {
        **{name: answer[name]["version"] for name in TOOLS},
        "tool_faults": {name: text for name, text in texts.items() if text},
    }


def _with_free_memory(gpu: Gpu, nvidia: list[dict[str, Any]]) -> Gpu:
    """A GPU of torch's with the free memory that NVIDIA's own tool sees now."""
    same = (row["memory_free"] for row in nvidia if gpu.uuid and row["uuid"] == gpu.uuid)
    free = next(same, None)
    return gpu if free is None else dataclasses.replace(gpu, memory_free=free)
