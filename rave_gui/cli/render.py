"""``rave-gui render MODEL AUDIO... --out DIR``: sound through a model into new files."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rave_gui.backend.latent_bend import LatentBend
from rave_gui.backend.render import BatchState, Rendered, RenderWish
from rave_gui.backend.render_wish import FORMATS
from rave_gui.cli.model_file import HELP, model_file
from rave_gui.cli.output import FAILED, OK, Bar, positive, print_json
from rave_gui.cli.resolve import open_services
from rave_gui.core.paths import AppPaths

_MOST_LATENTS = 4096


def add_parser(commands: Any) -> None:
    """Add ``render``."""
    parser = commands.add_parser("render", help="put sounds or folders through a model")
    parser.add_argument("model", help=HELP)
    parser.add_argument("audio", nargs="+", type=Path, help="sounds, or folders of them")
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="for the new files")
    parser.add_argument("--streaming", action="store_true", help="as a host plays it, in blocks")
    for name, what in (("offset", "added"), ("scale", "a factor"), ("noise", "random, as strong")):
        _add_latents(parser, name, what)
    parser.add_argument("--latents", type=positive, metavar="N", help="as an export with N sounds")
    parser.add_argument("--gain", type=float, default=0.0, metavar="DB")
    parser.add_argument("--format", choices=FORMATS, default="float", help="of the WAV files")
    parser.add_argument("--trusted", action="store_true", help="I know where the model is from")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(handler=run)


def _add_latents(parser: argparse.ArgumentParser, name: str, what: str) -> None:
    parser.add_argument(
        f"--{name}",
        nargs="+",
        action="extend",
        default=[],
        type=turn,
        metavar="D=V",
        help=f"{what}, for latent D counted from 1",
    )


def turn(text: str) -> tuple[int, float]:
    """``3=0.5`` as the latent, counted from 0, and the value."""
    place, sign, value = text.partition("=")
    try:
        number, amount = int(place), float(value)
    except ValueError:
        number, amount = 0, 0.0
    if not sign or not 1 <= number <= _MOST_LATENTS or not math.isfinite(amount):
        raise argparse.ArgumentTypeError(f"“{text}” is not like 3=0.5")
    return number - 1, amount


def run(arguments: argparse.Namespace, paths: AppPaths) -> int:
    """Render everything; 1 where something could not be."""
    services = open_services(paths)
    bar = Bar(quiet=arguments.json)
    wish = _wish(arguments, model_file(services, arguments.model))

    def tell(state: BatchState) -> None:
        bar.show_part(f"{state.done + 1}/{state.total}", state.part, state.source.name)

    found = services.renderer.render_all(wish, arguments.audio, arguments.out, progress=tell)
    if arguments.json:
        print_json({"ok": not _failed(found), "files": [one.to_json() for one in found]})
    else:
        _print(found, bar)
    return FAILED if _failed(found) else OK


def _wish(arguments: argparse.Namespace, model: Path) -> RenderWish:
    return RenderWish(
        model=model,
        streaming=True if arguments.streaming else None,
        bend=LatentBend(
            offset=_row(arguments.offset, 0.0),
            scale=_row(arguments.scale, 1.0),
            noise=_row(arguments.noise, 0.0),
        ),
        latents=arguments.latents,
        gain=arguments.gain,
        format=arguments.format,
        trusted=arguments.trusted,
    )


def _row(turns: Sequence[tuple[int, float]], neutral: float) -> tuple[float, ...]:
    values = dict(turns)
    return tuple(values.get(place, neutral) for place in range(max(values, default=-1) + 1))


def _failed(found: Sequence[Rendered]) -> bool:
    return not found or any(one.error for one in found)


def _print(found: Sequence[Rendered], bar: Bar) -> None:
    for one in found:
        bar.say(f"{one.source}: {one.error} {one.remedy}".rstrip() if one.error else _line(one))
    if not found:
        bar.say("There is no sound in what was named.")


def _line(one: Rendered) -> str:
    notes = [f"{one.seconds:.1f} s", f"{one.real_time_factor:.2f} times real time"]
    notes += [f"peak {one.peak:.2f}"] if one.peak > 1 else []
    notes += [f"{one.clipped:,} samples clipped"] if one.clipped else []
    notes += [f"{one.non_finite:,} samples were no numbers"] if one.non_finite else []
    return f"{one.out} ({', '.join(notes)})"
