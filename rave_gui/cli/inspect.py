"""``rave-gui inspect MODEL``: what a checkpoint or an exported file is; its code is not run."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

from rave_gui.cli.model_file import HELP, model_file
from rave_gui.cli.output import OK, print_json
from rave_gui.cli.resolve import open_services
from rave_gui.core.paths import AppPaths


def add_parser(commands: Any) -> None:
    """Add ``inspect``."""
    parser = commands.add_parser("inspect", help="what a checkpoint or an exported file is")
    parser.add_argument("model", help=HELP)
    parser.add_argument("--trusted", action="store_true", help="I know where it is from")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(handler=run)


def run(arguments: argparse.Namespace, paths: AppPaths) -> int:
    """Ask the engine and tell."""
    services = open_services(paths)
    path = model_file(services, arguments.model)
    answer = services.worker.ask("inspect", path=str(path), trusted=arguments.trusted)
    if arguments.json:
        print_json(answer)
    else:
        for name, text in lines(answer):
            print(f"{name:<18}{text}")
    return OK


def lines(answer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is known, as pairs of words."""
    yield "file", str(answer["path"])
    yield "kind", " ".join(filter(None, [str(answer["kind"]), str(answer["architecture"])]))
    yield "parameters", f"{answer['parameters']['total']:,}"
    yield "sound", f"{answer['sample_rate']} Hz, {answer['channels']} channels"
    rate, ratio = float(answer["latent_rate"]), answer["ratio"]
    yield "latents", f"{answer['latent_size']}, {rate:.1f} a second ({ratio} samples each)"
    for share, size in dict(answer["latent_sizes"]).items():
        yield f"  fidelity {share}", f"exports with {size}"
    yield "hears", f"{answer['receptive_field_ms']:.0f} ms around a sample"
    yield "latency", f"{answer['latency_ms']:.0f} ms: {answer['latency_how']}"
    yield from _training(answer)


def _training(answer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if answer.get("step") is not None:
        phase = f", phase {answer['phase']}" if answer.get("phase") else ""
        yield "trained", f"{answer['step']:,} steps{phase}"
    if answer["kind"] != "checkpoint":
        yield "streaming", "yes" if answer["streaming"] else "no"
        yield "methods", ", ".join(answer["methods"])
