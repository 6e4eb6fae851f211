"""Keeps a model card beside every export, and renews it when something of it changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rave_gui import __version__
from rave_gui.backend.archive import Archive
from rave_gui.backend.curves_svg import Panel, curves_svg
from rave_gui.backend.engine import EngineManager
from rave_gui.backend.export import ExportManager
from rave_gui.backend.export_latents import table_of
from rave_gui.backend.metrics import RunMetrics
from rave_gui.backend.model_card import CARD_FORMAT, Origins, Rights, card, with_note
from rave_gui.backend.model_facts import ModelShelf
from rave_gui.backend.model_readme import kept_part, readme
from rave_gui.backend.rave_cli import shell_line
from rave_gui.backend.rave_stage import CONFIG
from rave_gui.companion.rave_gui_job_files import read_json, write_json, write_whole
from rave_gui.core.errors import UserError
from rave_gui.core.gin_config import read_run
from rave_gui.core.gin_model import GinModel
from rave_gui.core.logger import system_logger
from rave_gui.core.records import Experiment, Export
from rave_gui.core.repositories import Repositories
from rave_gui.core.signals import AppSignals, RecordChanged

CARD, README, CURVES = "card.json", "README.md", "curves.svg"
_CURVES = {
    "fullband_spectral_distance": "Distance to the original (lower is closer)",
    "validation": "Validation",
}
_VERSIONS = ("acids-rave", "torch")


class CardKeeper:
    """Writes cards from the records. Synchronous; called wherever an export changes."""

    def __init__(
        self,
        repositories: Repositories,
        archive: Archive,
        shelf: ModelShelf,
        signals: AppSignals,
        exports: ExportManager,
        engines: EngineManager,
        cache: Path,
    ) -> None:
        self._rows, self._archive, self._shelf = repositories, archive, shelf
        self._signals, self._exports, self._engines = signals, exports, engines
        self._cache = cache
        signals.model_exported.connect(self._on_export)

    def rights(self, export_id: int) -> Rights:
        """What the person said of licence and consent, else what the dataset's note says.

        Raises:
            UserError: there is no such export any more.
        """
        export = self._rows.exports.get(export_id)
        return self._origins(export, self._old(export)).rights

    def set_rights(self, export_id: int, rights: Rights) -> Export:
        """Keep what the person says, in the card.

        Raises:
            UserError: there is no such export, or its folder cannot be written.
        """
        export = self._rows.exports.get(export_id)
        if not self._is_ours(export):
            raise UserError(f"{export.name} lies outside the project and has no card.")
        try:
            self._write(export, rights)
        except OSError as error:
            raise UserError(
                f"The card in {export.export_path.parent} cannot be written "
                f"({error.strerror or error}).",
                "Make the folder writable, or free some space.",
            ) from error
        changed = RecordChanged("exports", export_id, "described")
        self._signals.model_exported.emit(changed)
        return export

    def _on_export(self, event: RecordChanged) -> None:
        """A card that cannot be written costs the card, never the export."""
        export = self._rows.exports.find(int(event.id)) if event.action == "updated" else None
        if export is None or not export.export_path.is_file() or not self._is_ours(export):
            return
        try:
            self._write(export, None)
        except OSError as error:
            system_logger().warning("the card of %s cannot be written: %s", export.name, error)

    def _is_ours(self, export: Export) -> bool:
        """Whether its folder is one that was made for it; nothing is written anywhere else."""
        project = self._rows.projects.find(export.project_id)
        if project is None:
            return False
        return self._archive.export_file(export, project).parent == export.export_path.parent

    def _old(self, export: Export) -> dict[str, Any]:
        found = read_json(export.export_path.parent / CARD) or {}
        return found if found.get("format") == CARD_FORMAT else {}

    def _write(self, export: Export, rights: Rights | None) -> None:
        folder, old = export.export_path.parent, self._old(export)
        origins = self._origins(export, old, rights)
        picture = self._picture(origins.experiment, origins.model)
        if picture:
            write_whole(folder / CURVES, [picture.encode()], durable=False)
        made = card(origins) | {"curves": CURVES if picture else ""}
        write_json(folder / CARD, made)
        text = _kept(folder / README)
        if text is not None:
            write_whole(folder / README, [readme(made, text).encode()])

    def _origins(
        self, export: Export, old: dict[str, Any], rights: Rights | None = None
    ) -> Origins:
        rows = self._rows
        point = rows.checkpoints.find(export.model_id) if export.model_id else None
        run = rows.experiments.find(point.experiment_id) if point else None
        dataset = rows.datasets.find(run.dataset_id) if run and run.dataset_id else None
        facts = self._shelf.known(point.checkpoint_path) if point else None
        said = rights or with_note(Rights.from_json(old.get("rights")), dataset)
        return Origins(
            export=export,
            checkpoint=point,
            experiment=run,
            dataset=dataset,
            model=_model(run),
            latents=table_of(facts.shares) if facts else (),
            versions=old.get("versions") or self._versions(),
            command=self._command(export.id or 0),
            size=export.export_path.stat().st_size if export.export_path.is_file() else None,
            rights=said,
        )

    def _versions(self) -> dict[str, str]:
        """Of the engine as it is now; asked when the card is made first, right after the export."""
        try:
            known = self._engines.current().versions
        except UserError:
            known = {}
        told = {name: known[name] for name in _VERSIONS if name in known}
        return {**told, "rave-gui": __version__}

    def _command(self, export_id: int) -> str:
        try:
            return shell_line(self._exports.command_line(export_id))
        except UserError:
            return ""

    def _picture(self, run: Experiment | None, model: GinModel | None) -> str:
        if run is None or run.run_dir is None:
            return ""
        metrics = RunMetrics(run.run_dir, self._cache)
        metrics.poll()
        tags = set(metrics.tags())
        panels = [Panel(t, metrics.joined(tag)) for tag, t in _CURVES.items() if tag in tags]
        return curves_svg(panels, model.phase_1_duration if model else None)


def _model(run: Experiment | None) -> GinModel | None:
    try:
        return read_run(run.run_dir / CONFIG) if run and run.run_dir else None
    except UserError:
        return None


def _kept(path: Path) -> str | None:
    """What is to stay of the text that is there; None where it is somebody else's."""
    if not path.exists():
        return ""
    try:
        return kept_part(path.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return None
