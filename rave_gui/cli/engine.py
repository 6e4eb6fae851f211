"""``rave-gui engine list | check | install | use | path``: the environment that RAVE runs in."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from rave_gui.backend.engine import Engine, EngineManager, InstallStage
from rave_gui.cli.output import FAILED, OK, plain, print_json, print_table
from rave_gui.companion.rave_gui_job_files import JOB_VARIABLE, append_fact
from rave_gui.core.errors import UserError
from rave_gui.core.paths import AppPaths
from rave_gui.core.settings import SettingsStore


def add_parser(commands: Any) -> None:
    """Add the commands of this module."""
    parser = commands.add_parser("engine", help="find, check and install the engine (RAVE)")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    _action(actions, "list", "every environment with RAVE on this computer")
    check = _action(actions, "check", "ask an engine anew; exit 1 if it cannot run RAVE")
    check.add_argument("place", nargs="?", help="its folder or its python (default: the best one)")
    use = _action(actions, "use", "choose an engine for good")
    use.add_argument("place", help="its folder or its python")
    _action(actions, "path", "print the python of the engine in use")
    install = _action(actions, "install", "make an engine with RAVE in it; downloads gigabytes")
    install.add_argument(
        "--torch",
        default="auto",
        help="auto (default), cpu, pypi (the default index), or a CUDA version such as cu128",
    )
    install.add_argument("--path", type=Path, help="folder to make it in (default: our own)")
    install.add_argument(
        "--no-use", action="store_true", help="with --path: do not choose it in the settings"
    )
    parser.set_defaults(handler=run)


def _action(actions: Any, name: str, text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=text)
    parser.add_argument("--json", action="store_true", help="print JSON for programs")
    return parser


def run(arguments: argparse.Namespace, paths: AppPaths) -> int:
    """Do the action that was asked for."""
    engines = EngineManager(paths, SettingsStore(paths.settings))
    return int(_ACTIONS[arguments.action](engines, arguments))


def engine_json(engine: Engine) -> dict[str, Any]:
    """An engine for programs, without the long lists of flags."""
    facts: dict[str, Any] = plain(engine)
    for name in ("flags", "flag_details"):
        facts.pop(name)
    return {"ready": engine.ready, **facts, "verbs": sorted(engine.flags)}


def _list(engines: EngineManager, arguments: argparse.Namespace) -> int:
    found = engines.find()
    if arguments.json:
        print_json([engine_json(engine) for engine in found])
        return OK
    rows = [
        ("ready" if engine.ready else "unusable", engine.origin, engine.python, engine.summary())
        for engine in found
    ]
    empty = "There is no engine yet. Install one with: rave-gui engine install"
    print_table(("state", "found in", "python", "contents"), rows, empty)
    return OK


def _check(engines: EngineManager, arguments: argparse.Namespace) -> int:
    place = arguments.place
    engine = engines.check(Path(place)) if place else engines.current(refresh=True)
    if arguments.json:
        print_json(engine_json(engine))
    else:
        _describe(engine)
    return OK if engine.ready else FAILED


def _describe(engine: Engine) -> None:
    print(f"{engine.python} (found in: {engine.origin})")
    print(engine.summary())
    print(", ".join(f"{name} {version}" for name, version in engine.versions.items()))
    for gpu in engine.gpus:
        free, total = gpu.memory_free / 1e9, gpu.memory_total / 1e9
        print(f"{gpu.device}: {gpu.name}, {free:.1f} of {total:.1f} GB free")
    for name in ("ffmpeg", "ffprobe"):
        print(engine.tool_faults.get(name) or f"{name} {getattr(engine, name)}")
    for verb, fault in engine.broken_verbs.items():
        print(f"not available: rave {verb} ({fault})")
    for text in engine.warnings:
        print(f"warning: {text}")
    for text in engine.problems:
        print(f"problem: {text}")
    print("It can run RAVE." if engine.ready else "It cannot run RAVE.")


def _use(engines: EngineManager, arguments: argparse.Namespace) -> int:
    engine = engines.check(Path(arguments.place))
    engines.select(engine)
    return _answer(engine, arguments, f"From now on: {engine.python} ({engine.summary()})")


def _path(engines: EngineManager, arguments: argparse.Namespace) -> int:
    engine = engines.current()
    return _answer(engine, arguments, str(engine.python))


def _answer(engine: Engine, arguments: argparse.Namespace, text: str) -> int:
    if arguments.json:
        print_json(engine_json(engine))
    else:
        print(text)
    return OK


def _install(engines: EngineManager, arguments: argparse.Namespace) -> int:
    """Install, telling a terminal and, inside a job, whoever follows it."""
    try:
        engine = engines.install(arguments.torch, arguments.path, _tell)
        if arguments.path and not arguments.no_use:
            engines.select(engine)
    except UserError as error:
        _fact("fault", text=str(error))
        if not arguments.json:
            raise
        print_json({"ok": False, "error": error.what, "remedy": error.remedy})
        return FAILED
    _fact("result", python=str(engine.python), versions=dict(engine.versions))
    if arguments.json:
        print_json({"ok": True, **engine_json(engine)})
    return OK


def _tell(stage: InstallStage) -> None:
    """One line on standard error, so that standard output stays for the answer."""
    if stage.detail:
        print(f"      {stage.text}", file=sys.stderr, flush=True)
        _fact("note", text=stage.text)
        return
    print(f"[{stage.number}/{stage.of}] {stage.text}", file=sys.stderr, flush=True)
    _fact("stage", stage=stage.name, text=stage.text)
    _fact("progress", done=stage.number, total=stage.of, unit="stages")


def _fact(kind: str, **fields: Any) -> None:
    """Tell the job that this runs in, if any."""
    if job := os.environ.get(JOB_VARIABLE):
        append_fact(job, kind, **fields)


_ACTIONS = {"list": _list, "check": _check, "use": _use, "path": _path, "install": _install}
