"""``rave-gui verify FILE [--audio CLIP]``: load it in the engine, play it, judge it."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rave_gui.cli.output import FAILED, OK, print_json
from rave_gui.cli.resolve import open_services
from rave_gui.core.paths import AppPaths

_SIGNS = {"ok": "+", "pass": "+", "warn": "!", "fail": "x", "skip": "-"}


def add_parser(commands: Any) -> None:
    """Add ``verify``."""
    parser = commands.add_parser("verify", help="play an exported file and judge it")
    parser.add_argument("file", type=Path)
    parser.add_argument("--audio", type=Path, metavar="CLIP", help="a sound to play through it")
    parser.add_argument("--expected-rate", type=int, metavar="HZ", help="what it was made for")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(handler=run)


def run(arguments: argparse.Namespace, paths: AppPaths) -> int:
    """Verify one file; exit code 1 when it fails."""
    services = open_services(paths)
    result = services.exports.verify_file(
        arguments.file, services.jobs.wait, arguments.audio, arguments.expected_rate
    )
    if arguments.json:
        print_json(result)
    else:
        _print(result)
    return FAILED if result.get("verdict") == "fail" else OK


def _print(result: Mapping[str, Any]) -> None:
    for check in result.get("checks", []):
        print(f"{_SIGNS.get(check.get('result'), '?')} {check.get('text', check.get('id'))}")
    for host, verdict in result.get("hosts", {}).items():
        print(f"{_SIGNS.get(verdict.get('verdict'), '?')} {host}: {verdict.get('why', '')}")
    print(f"Verdict: {result.get('verdict')}")
