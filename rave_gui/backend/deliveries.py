"""Copies that were wished for together with an export, made once it was found to play."""

from __future__ import annotations

from pathlib import Path

from rave_gui.backend.delivery import KEEP_BOTH, deliver
from rave_gui.backend.export import COPIES, ExportManager, verified
from rave_gui.backend.host_folders import OWN, host_folders, why_not_export
from rave_gui.core.errors import UserError
from rave_gui.core.logger import system_logger
from rave_gui.core.records import Export
from rave_gui.core.repositories import Repositories
from rave_gui.core.signals import AppSignals, JobEnded

_VERIFY = "verify"


class Deliveries:
    """Hears of verifications; a file that does not play goes nowhere."""

    def __init__(
        self, repositories: Repositories, exports: ExportManager, signals: AppSignals
    ) -> None:
        self._rows, self._exports = repositories, exports
        signals.job_ended.connect(self._after)

    def wished(self, export_id: int) -> tuple[Path, ...]:
        """The folders that the file is wanted in."""
        found = self._exports.snapshot(export_id).get(COPIES)
        return tuple(Path(str(one)) for one in found or ())

    def _after(self, end: JobEnded) -> None:
        """Only after the first verification: a copy that was deleted later is not made again."""
        if end.kind != _VERIFY or end.target_id is None:
            return
        export = self._rows.exports.find(end.target_id)
        if export is None or not verified(export) or not self._is_first(export):
            return
        known = {one.path: one.host for one in host_folders()}
        for folder in self.wished(export.id or 0):
            if why_not_export(known.get(folder, OWN), export):
                continue  # of several forms only those go to a program that it can play
            try:
                made = deliver(export.export_path, folder, KEEP_BOTH)
                system_logger().info("%s was copied to %s", export.name, made.paths[0])
            except UserError as error:
                system_logger().warning("%s was not copied: %s", export.name, error)

    def _is_first(self, export: Export) -> bool:
        return len(self._rows.jobs.list(kind=_VERIFY, target_id=export.id)) == 1
