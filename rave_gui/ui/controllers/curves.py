"""The curves of trainings: kept as pictures and tables."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, Qt, pyqtSlot
from PyQt6.QtWidgets import QFileDialog

from rave_gui.backend.curves_table import TableRun, save_table
from rave_gui.core.paths import slug
from rave_gui.ui.controllers.base import Desk, Subject
from rave_gui.ui.widgets.plot_wish import CSV, PNG, SVG, Drawn, SaveWish


class CurvesController(Subject):
    """Asks where to, and lets it be written in the background."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self.window.save_curves_requested.connect(self.save)

    @pyqtSlot(object)
    def save(self, wish: SaveWish) -> None:
        """Ask for a file, and write what is shown now into it."""
        find = self.services.trainings.get_experiment
        self.do(
            lambda: [find(identity).name for identity in wish.experiments],
            partial(self._ask_file, wish),
        )

    def _ask_file(self, wish: SaveWish, names: list[str]) -> None:
        filters = {
            PNG: self.tr("PNG pictures (*.png)"),
            SVG: self.tr("SVG drawings (*.svg)"),
            CSV: self.tr("CSV tables (*.csv)"),
        }
        dialog = QFileDialog(self.window, self.tr("Save the curves"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(filters[wish.kind])
        dialog.setDefaultSuffix(wish.kind)
        if self.project is not None:
            dialog.setDirectory(str(self.project.path))
        dialog.selectFile(f"{slug(' '.join(names[:1]))}-curves.{wish.kind}")
        dialog.fileSelected.connect(partial(self._write, wish, names))
        self.messages.show(dialog)

    def _write(self, wish: SaveWish, names: list[str], path: str) -> None:
        target, title = Path(path), " · ".join(names)
        work = (
            partial(self._save_table, wish, names, target)
            if wish.kind == CSV
            else partial(_save_picture, named(wish, names[0]), title, target, self._look())
        )
        self.do(
            work, lambda _: self.notice(self.tr("Saved as {path}.").format(path=target), "good")
        )

    def _look(self) -> tuple[Any, str, str]:
        """Colours, font of figures, font of words: those of the window at this moment."""
        theme = self.desk.context.theme
        return theme.tokens, theme.mono_family, self.window.font().family()

    def _save_table(self, wish: SaveWish, names: list[str], target: Path) -> None:
        runs = []
        for identity, name in zip(wish.experiments, names, strict=True):
            metrics = self.services.trainings.metrics(identity)
            metrics.poll()
            runs.append(TableRun(name, metrics))
        save_table(target, runs)


def named(wish: SaveWish, name: str) -> SaveWish:
    """Where runs are compared, the curve of the first one is called by its name as well."""
    if len(wish.experiments) < 2:
        return wish
    return replace(wish, drawn=tuple(_named(one, name) for one in wish.drawn))


def _named(one: Drawn, name: str) -> Drawn:
    first, *others = one.group.curves or (None,)
    if first is None:
        return one
    if first.label == name:
        return one
    own = replace(first, label=f"{name} ({first.label})")
    return replace(one, group=replace(one.group, curves=(own, *others)))


def _save_picture(wish: SaveWish, title: str, target: Path, look: tuple[Any, str, str]) -> None:
    # matplotlib comes with the first plot.
    from rave_gui.ui.widgets.plot_draw import Look  # noqa: PLC0415
    from rave_gui.ui.widgets.plot_picture import save_picture  # noqa: PLC0415

    save_picture(target, wish.kind, title, wish.drawn, Look(*look))
