"""Which file is to be verified, and with which sound of the user's."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QWidget

from rave_gui.ui.dialogs.sheet import Sheet
from rave_gui.ui.theme import Theme
from rave_gui.ui.widgets.labels import label
from rave_gui.ui.widgets.path_drop import PathDrop


class VerifyDialog(Sheet):
    """Asks for a file where none is given, and for a sound if one is wanted.

    Args:
        path: The file, where it stands already.
        export_id: The export that it is, if it is one.
    """

    requested = pyqtSignal(object, object)
    """Paths of the file and of the sound; the latter may be None."""

    def __init__(
        self,
        theme: Theme,
        path: Path | None,
        export_id: int | None = None,
        parent: QWidget | None = None,
    ) -> None:
        title = (
            self.tr("Verify {name} with a sound of yours").format(name=path.name)
            if path is not None
            else self.tr("Verify a file")
        )
        lede = self.tr(
            "It is looked through without being opened first. What holds nothing but an instrument "
            "is then loaded in a process of its own and played."
        )
        super().__init__(theme, title, lede, parent)
        self.resize(560, 430)
        self._path, self.export_id = path, export_id
        self.file = self._field(
            self.tr("Drop an instrument here: .ts or .onnx"),
            self.tr("Instruments (*.ts *.onnx);;All files (*)"),
        )
        self.clip = self._field(
            self.tr("Drop a sound here, of any format; 20 seconds of it are played"),
            self.tr("Sounds (*.wav *.flac *.mp3 *.ogg *.aif *.aiff *.m4a *.opus);;All files (*)"),
        )
        self._lay_out()
        self.primary.setText(self.tr("Verify"))
        self._refresh()

    def _field(self, invitation: str, name_filter: str) -> PathDrop:
        made = PathDrop(
            self.theme, invitation, folders=False, many=False, name_filter=name_filter, parent=self
        )
        made.paths_changed.connect(self._refresh)
        return made

    def _lay_out(self) -> None:
        if self._path is None:
            self.body.addWidget(label(self.tr("The file"), "strong"))
            self.body.addWidget(self.file)
        else:
            self.file.hide()
        optional = self._path is None
        sound = self.tr("A sound of yours, if you like") if optional else self.tr("The sound")
        self.body.addWidget(label(sound, "strong"))
        self.body.addWidget(self.clip)
        self.body.addStretch(1)

    def chosen(self) -> tuple[Path | None, Path | None]:
        """File and sound as they stand."""
        files, clips = self.file.paths(), self.clip.paths()
        return self._path or (files[-1] if files else None), clips[-1] if clips else None

    @pyqtSlot()
    def submit(self) -> None:
        """Pass the wish on; whoever takes it closes the dialog."""
        path, clip = self.chosen()
        if path is not None:
            self.set_busy(self.tr("Starting…"))
            self.requested.emit(path, clip)

    @pyqtSlot()
    def _refresh(self) -> None:
        path, clip = self.chosen()
        self.primary.setEnabled(path is not None and (self._path is None or clip is not None))
