"""Bringing a project folder back into the database: the files are the truth, it is their index."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from rave_gui.backend.archive import PROJECT_FILE, Archive
from rave_gui.backend.reindex_findings import Findings
from rave_gui.backend.reindex_found import look_through
from rave_gui.backend.reindex_jobs import bring_jobs
from rave_gui.backend.reindex_project import bring_project
from rave_gui.backend.reindex_records import Brought, bring_records, scan_all
from rave_gui.core.errors import UserError
from rave_gui.core.records import Project
from rave_gui.core.repositories import Repositories


@dataclass(frozen=True)
class ReindexReport:
    """How much was found in a project folder, known before or not."""

    project: Project
    datasets: int
    experiments: int
    checkpoints: int
    exports: int
    jobs: int
    warnings: tuple[str, ...]
    """Sentences; each names the file that could not be read."""


class Reindexer:
    """Reads project folders into the database. What the database knows already is left alone."""

    def __init__(self, repositories: Repositories, archive: Archive) -> None:
        self._rows = repositories
        self._archive = archive

    def run(self, root: Path) -> ReindexReport:
        """Read the project folder ``root``; doing so twice changes nothing.

        A known project whose old folder is gone is followed to its new place. Jobs that ended while
        nobody looked are left for ``JobManager.reconcile`` to settle.

        Raises:
            UserError: when ``root`` is no project, or a newer version of the application wrote it.
        """
        findings = look_through(root)
        if findings.empty:
            raise UserError(
                f"{root} is not a project.",
                f"Choose a folder with {PROJECT_FILE} in it, or make a new project.",
            )
        scans = scan_all(findings)
        with self._rows.database.transaction():
            project = bring_project(self._rows, findings)
            brought = bring_records(self._rows, project, findings, scans)
            bring_jobs(self._rows, project, findings, brought)
        return self._with_project_file(_report(project, findings, brought), findings)

    def _with_project_file(self, report: ReindexReport, findings: Findings) -> ReindexReport:
        if findings.project == report.project:
            return report
        try:
            self._archive.save_project(report.project)
        except UserError as error:  # a folder that can only be read can be read in all the same
            return replace(report, warnings=(*report.warnings, str(error)))
        return report


def _report(project: Project, findings: Findings, brought: Brought) -> ReindexReport:
    return ReindexReport(
        project=project,
        datasets=len(brought.datasets),
        experiments=len(brought.experiments),
        checkpoints=len(brought.checkpoints),
        exports=len(brought.exports),
        jobs=len(findings.jobs),
        warnings=tuple(findings.warnings),
    )
