"""``rave-gui export``: from checkpoints to verified instruments, several at once."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from rave_gui.backend.export import verified
from rave_gui.backend.export_draft import MULTIPLES, ExportDraft, ExportPlan
from rave_gui.backend.export_kinds import KINDS, STREAMING
from rave_gui.backend.export_source import Source, source_of
from rave_gui.backend.rave_findings import ERROR
from rave_gui.backend.services import Services
from rave_gui.cli.output import FAILED, OK, Bar, positive, print_json
from rave_gui.cli.resolve import experiment_of, open_services
from rave_gui.cli.waiting import wait_end
from rave_gui.core.errors import UserError
from rave_gui.core.jobs import Wish
from rave_gui.core.paths import AppPaths
from rave_gui.core.records import Checkpoint, Export, Job, JobKind

_POLL = 0.3
Stop = Callable[[], None]


def add_parser(commands: Any) -> None:
    """Add ``export``."""
    parser = commands.add_parser("export", help="make and verify instruments from checkpoints")
    parser.add_argument(
        "models", nargs="+", metavar="CHECKPOINT|RUN",
        help="a .ckpt file, or a training by number or name, whose newest checkpoint is taken",
    )  # fmt: skip
    parser.add_argument(
        "--format", action="append", choices=KINDS, default=[], help=f"usually {STREAMING}"
    )
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--latents", type=positive, help="how many latents it shall have")
    size.add_argument("--fidelity", type=float, help="share of the variation to keep, 0.1 to 0.999")
    parser.add_argument("--channels", type=positive, help="fewer than the model has")
    parser.add_argument("--sr", type=positive, help="a whole multiple of the model's rate, in Hz")
    parser.add_argument("--ema", action="store_true", help="averaged weights, where there are some")
    parser.add_argument("--name", help="of the file")
    parser.add_argument("--copy-to", action="append", type=Path, default=[], metavar="FOLDER")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(handler=run)


def run(arguments: argparse.Namespace, paths: AppPaths) -> int:
    """Export all; exit code 0 only if every file was found to play."""
    services, bar = open_services(paths), Bar(quiet=False)
    plans = _plans(services, arguments)
    made = [
        services.exports.export(plan.source.id, plan.settings, arguments.copy_to) for plan in plans
    ]
    found = [wait_export(services, one.id or 0, bar) for one in made]
    if arguments.json:
        print_json({"ok": all(map(verified, found)), "exports": [_facts(one) for one in found]})
    return OK if all(map(verified, found)) else FAILED


def _as_it_is(stop: Stop) -> Stop:
    return stop


def wait_export(
    services: Services, export_id: int, bar: Bar, stopping: Callable[[Stop], Stop] = _as_it_is
) -> Export:
    """Wait until it is made and verified; Ctrl-C stops it, as ``stopping`` makes of the stop.

    Raises:
        KeyboardInterrupt: on a second Ctrl-C.
    """
    exports, pause = services.exports, threading.Event()
    while (job := exports.job(export_id, JobKind.EXPORT)) is None:
        if exports.get_export(export_id).error:
            break
        exports.start_waiting()  # an earlier one may have ended in another application
        pause.wait(_POLL)
    for kind in (JobKind.EXPORT, JobKind.VERIFY):
        job = exports.job(export_id, kind)
        if job is not None:
            name = exports.get_export(export_id).export_path.name
            bar.say(f"{'Exporting' if kind is JobKind.EXPORT else 'Verifying'} {name}...")
            _wait(services, job, stopping)
    export = exports.get_export(export_id)
    word = export.verification.get("verdict") or export.error or "not verified"
    bar.say(f"Export: {export.export_path} ({word})")
    return export


def _wait(services: Services, job: Job, stopping: Callable[[Stop], Stop]) -> None:
    def stop() -> None:
        services.jobs.wish(job.id, Wish.STOP)

    wait_end(services.jobs, job, stopping(stop), lambda: None)


def _plans(services: Services, arguments: argparse.Namespace) -> list[ExportPlan]:
    """What is to be exported, refused whole before anything begins."""
    sources = [_source(services, word) for word in arguments.models]
    draft = ExportDraft(sources)
    draft.has_engine = True
    services.engines.current()
    draft.choose(one.id for one in sources)
    if len(draft.chosen) < len({one.id for one in sources}):
        bad = next(one for one in sources if one.trouble)
        raise UserError(f"{bad.checkpoint.checkpoint_path} cannot be exported.", bad.trouble)
    _look(services, draft)
    _decide(draft, arguments)
    errors = [one for one in draft.findings() if one.severity == ERROR]
    if errors:
        raise UserError(errors[0].text, errors[0].remedy)
    return draft.plans()


def _look(services: Services, draft: ExportDraft) -> None:
    """What the checkpoints themselves say; without an answer only a wanted number is refused."""
    for one in draft.models:
        try:
            draft.learn(one.id, services.shelf.look(one.checkpoint.checkpoint_path))
        except UserError:
            draft.learn(one.id, None)


def _decide(draft: ExportDraft, arguments: argparse.Namespace) -> None:
    for kind in KINDS:
        draft.set_kind(kind, on=kind in (arguments.format or [STREAMING]))
    if arguments.fidelity is not None:
        draft.set_fidelity(arguments.fidelity)
    if arguments.latents is not None:
        _refuse_latents(draft, arguments.latents)
        draft.set_latents(arguments.latents)
    draft.set_channels(arguments.channels)
    _set_rate(draft, arguments.sr)
    if arguments.ema:
        if why_not := draft.why_not_ema():
            raise UserError("There are no averaged weights to export.", why_not)
        draft.set_ema(on=True)
    if arguments.name:
        draft.set_name(arguments.name)


def _refuse_latents(draft: ExportDraft, wanted: int) -> None:
    offered = [one.latents for one in draft.choices]
    if wanted in offered:
        return
    if not offered:
        raise UserError(
            "The number of latents of this model cannot be chosen.",
            "Only variational models that were validated in phase 1 know which can be left out.",
        )
    raise UserError(
        f"It cannot be exported with {wanted} latents.",
        f"Choose one of {', '.join(map(str, offered))}: RAVE rounds up to powers of two.",
    )


def _set_rate(draft: ExportDraft, rate: int | None) -> None:
    """Raises ``UserError`` for what is no multiple that the form can have."""
    own = draft.rate
    if rate is None or own is None or rate == own:
        return
    multiple = rate // own
    if rate % own or multiple not in MULTIPLES:
        raise UserError(
            f"A model of {own} Hz cannot be exported at {rate} Hz.",
            f"Choose a whole multiple, such as {2 * own} Hz.",
        )
    if why_not := draft.why_not_multiple(multiple):
        raise UserError(f"It cannot be exported at {rate} Hz.", why_not)
    draft.set_multiple(multiple)


def _source(services: Services, word: str) -> Source:
    point = _checkpoint(services, word)
    return source_of(point, services.repositories.experiments.get(point.experiment_id))


def _checkpoint(services: Services, word: str) -> Checkpoint:
    path = Path(word).expanduser().absolute()
    if path.suffix == ".ckpt":
        return _known(services, path)
    run = experiment_of(services, word)
    services.models.sync(run.id or 0)
    found = services.models.default_for_export(run.id or 0)
    if found is None:
        raise UserError(f"{run.name} has no checkpoint yet.", "Train it past its first validation.")
    return found


def _known(services: Services, path: Path) -> Checkpoint:
    if not path.is_file():
        raise UserError(f"There is no file {path}.", "See `rave-gui list models`.")
    rows = services.repositories
    for run in _near(path, rows.experiments.list()):
        services.models.sync(run.id or 0)
    found = rows.checkpoints.by_path(path) or rows.checkpoints.by_path(path.resolve())
    if found is None:
        raise UserError(
            f"{path} belongs to no training that is known here.",
            "Bring it in first: `rave-gui adopt` for a run, `rave-gui checkpoints import` for one "
            "file.",
        )
    return found


def _near(path: Path, runs: Iterable[Any]) -> list[Any]:
    return [one for one in runs if one.run_dir is not None and path.is_relative_to(one.run_dir)]


def _facts(export: Export) -> dict[str, Any]:
    return {
        "id": export.id,
        "path": export.export_path,
        "format": export.format,
        "streaming": export.streaming,
        "channels": export.channels,
        "latents": export.latent_size,
        "verified": verified(export),
        "verdict": export.verification.get("verdict"),
        "error": export.error,
    }
