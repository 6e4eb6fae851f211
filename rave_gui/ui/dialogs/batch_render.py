"""A folder of sounds through one model: new files in another folder, originals untouched."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PyQt6.QtCore import Qt, pyqtSlot
from PyQt6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QWidget

from rave_gui.backend.render import BatchState, Rendered
from rave_gui.bridge.stream import Stream
from rave_gui.core.errors import UserError
from rave_gui.ui.context import Background
from rave_gui.ui.dialogs.sheet import Sheet
from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels import listening_room as words
from rave_gui.ui.widgets.buttons import button
from rave_gui.ui.widgets.labels import label
from rave_gui.ui.widgets.path_drop import PathDrop
from rave_gui.ui.widgets.phase_bar import ThinBar

Tell = Callable[[BatchState], None]
Render = Callable[[Sequence[Path], Path, Tell, Callable[[], bool]], list[Rendered]]


class BatchRenderDialog(Sheet):
    """Stays open while it works; closing it ends the work after the present sound."""

    def __init__(
        self,
        theme: Theme,
        run: Background,
        title: str,
        folder: Path,
        render: Render,
        parent: QWidget | None = None,
    ) -> None:
        """``folder``: where new files go by default; ``render`` is called in another thread."""
        super().__init__(
            theme,
            self.tr("Put sounds through {title}").format(title=title),
            self.tr("Each sound becomes a new file with a name of its own; originals stay as is."),
            parent,
        )
        self._render = render
        self._stream = Stream(run, self)
        self.drop = PathDrop(theme, self.tr("Drop folders and sound files here"))
        self.folder = QLineEdit(str(folder))
        self.folder.setAccessibleName(self.tr("Folder for the new files"))
        self._choose = button(self.tr("Choose…"))
        self._bar, self._result = ThinBar(theme), label(role="secondary", wrap=True)
        self._fill()
        self.drop.paths_changed.connect(self._say_ready)
        self._choose.clicked.connect(self._ask_folder)
        self._stream.batch.connect(self._told)
        self._stream.ended.connect(self._ended)
        self._stream.refused.connect(self._refused)
        self.finished.connect(self._give_up)
        self._say_ready()

    @property
    def busy(self) -> bool:
        """Whether it works."""
        return self._stream.busy

    @pyqtSlot()
    def submit(self) -> None:
        """Begin; when it is done, close."""
        if self.primary.property("done"):
            self.accept()
            return
        self.set_busy("")
        self.cancel.setText(self.tr("Stop"))
        self.drop.setEnabled(False)
        self._bar.setVisible(True)
        self._stream.start(
            partial(_work, self._render, self.drop.paths(), Path(self.folder.text().strip()))
        )

    @pyqtSlot(list)
    def _told(self, states: list[BatchState]) -> None:
        state = states[-1]
        self._bar.show_progress(state.whole, "accent")
        self.say(words.batch_progress(state.done, state.total, state.source.name))

    @pyqtSlot(object)
    def _ended(self, found: list[Rendered]) -> None:
        self._bar.show_progress(1.0, "good")
        made = [one for one in found if not one.error]
        failed = [(one.source.name, one.error) for one in found if one.error]
        self.say(words.batch_end(len(made), len(failed)), "good" if not failed else "warn")
        self._result.setText(words.batch_failures(failed))
        self._result.setVisible(bool(failed))
        self.cancel.setVisible(False)
        self.primary.setText(self.tr("Close"))
        self.primary.setProperty("done", True)
        self.primary.setEnabled(True)

    @pyqtSlot(object)
    def _refused(self, error: UserError) -> None:
        self.cancel.setText(self.tr("Cancel"))
        self.drop.setEnabled(True)
        self._bar.setVisible(False)
        self.show_refusal(error)

    @pyqtSlot()
    def _say_ready(self) -> None:
        self.primary.setEnabled(bool(self.drop.paths()))

    @pyqtSlot()
    def _give_up(self, _result: int = 0) -> None:
        self._stream.cancel()

    @pyqtSlot()
    def _ask_folder(self) -> None:
        dialog = QFileDialog(self, self.tr("Choose a folder"), self.folder.text())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.folder.setText)
        dialog.open()

    def _fill(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.folder, 1)
        row.addWidget(self._choose)
        self.body.addWidget(self.drop)
        self.body.addWidget(label(self.tr("New files go to"), "label"))
        self.body.addLayout(row)
        self.body.addWidget(self._bar)
        self.body.addWidget(self._result)
        self.body.addStretch(1)
        self._bar.setVisible(False)
        self._result.setVisible(False)
        self.primary.setText(self.tr("Render"))
        self.resize(640, 420)


def _work(
    render: Render,
    paths: Sequence[Path],
    folder: Path,
    tell: Callable[[Any], None],
    stop: threading.Event,
) -> list[Rendered]:
    return render(paths, folder, tell, stop.is_set)
