"""What a project listens to while it trains: files, and which stretch of each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QDoubleSpinBox, QGridLayout, QLineEdit, QWidget

from rave_gui.backend.listening_set import LEAST_SECONDS, MOST_CLIPS, MOST_SECONDS, ListeningClip
from rave_gui.ui.dialogs.sheet import Sheet
from rave_gui.ui.theme import Theme
from rave_gui.ui.tokens import GRID
from rave_gui.ui.widgets.labels import label
from rave_gui.ui.widgets.path_drop import PathDrop

_LATEST = 360_000.0


class ListeningSetDialog(Sheet):
    """Up to eight files; none means examples of the validation."""

    requested = pyqtSignal(object)
    """The chosen clips, a tuple of ``ListeningClip``."""

    def __init__(
        self, theme: Theme, clips: Sequence[ListeningClip], parent: QWidget | None = None
    ) -> None:
        super().__init__(
            theme,
            self.tr("What is listened to"),
            self.tr(
                "These sounds are put through the model again and again while it learns. Short, "
                "typical and different ones tell most. Without any, the first examples of the "
                "validation are taken."
            ),
            parent,
        )
        self._known = {clip.path: clip for clip in clips}
        self._rows: dict[Path, _Row] = {}
        kinds = self.tr("Sound files") + " (*.wav *.aif *.aiff *.flac *.mp3 *.ogg *.opus *.m4a)"
        self.drop = PathDrop(
            theme, self.tr("Drop sound files here"), folders=False, name_filter=kinds
        )
        self._grid_place = QWidget()
        self._grid = QGridLayout(self._grid_place)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(2 * GRID)
        self._grid.setColumnStretch(0, 1)
        self._note = label(role="muted", wrap=True)
        for part in (self.drop, self._grid_place, self._note):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.primary.setText(self.tr("Listen to these"))
        self.drop.add_paths([clip.path for clip in clips])
        self.drop.paths_changed.connect(self._lay_out)
        self._lay_out()
        self.resize(640, 520)

    def clips(self) -> tuple[ListeningClip, ...]:
        """What is chosen now."""
        return tuple(
            self._rows[path].clip(path) for path in self.drop.paths() if path in self._rows
        )

    @pyqtSlot()
    def submit(self) -> None:
        """Ask for it; the answer closes this or says why not."""
        self.set_busy(self.tr("Listening to them…"))
        self.requested.emit(self.clips())

    @pyqtSlot()
    def _lay_out(self) -> None:
        """One row a file; what was typed into the others stays."""
        paths = self.drop.paths()
        for path in [path for path in self._rows if path not in paths]:
            for field in self._rows.pop(path).fields():
                field.hide()
                field.deleteLater()
        for path in paths:
            if path not in self._rows:
                self._rows[path] = _Row(self._known.get(path, ListeningClip(path)))
        self._place(paths)
        many = len(paths) > MOST_CLIPS
        self.primary.setEnabled(not many)
        self._note.setText(self._words(len(paths)))

    def _place(self, paths: Sequence[Path]) -> None:
        for column, words in enumerate((self.tr("Name"), self.tr("From"), self.tr("Length"))):
            if self._grid.itemAtPosition(0, column) is None:
                self._grid.addWidget(label(words, "label"), 0, column)
        for row, path in enumerate(paths, 1):
            for column, field in enumerate(self._rows[path].fields()):
                self._grid.addWidget(field, row, column)
        self._grid_place.setVisible(bool(paths))

    def _words(self, count: int) -> str:
        if count > MOST_CLIPS:
            return self.tr("These are {n} files: choose at most {most}.").format(
                n=count, most=MOST_CLIPS
            )
        return self.tr("They are heard from the next start of a training on.")


class _Row:
    """Name, begin and length of one file."""

    def __init__(self, clip: ListeningClip) -> None:
        self.name = QLineEdit(clip.title)
        self.name.setMaxLength(80)
        self.name.setAccessibleName(f"{clip.path.name}: name")
        self.name.setToolTip(str(clip.path))
        self.start = _seconds(clip.start, 0.0, _LATEST, f"{clip.path.name}: from")
        self.length = _seconds(
            min(clip.seconds, MOST_SECONDS),
            LEAST_SECONDS,
            MOST_SECONDS,
            f"{clip.path.name}: length",
        )

    def fields(self) -> tuple[QWidget, ...]:
        """In the order of the columns."""
        return self.name, self.start, self.length

    def clip(self, path: Path) -> ListeningClip:
        """As it is typed now."""
        return ListeningClip(
            path, self.start.value(), self.length.value(), self.name.text().strip()
        )


def _seconds(value: float, low: float, high: float, name: str) -> QDoubleSpinBox:
    field = QDoubleSpinBox()
    field.setRange(low, high)
    field.setDecimals(1)
    field.setSuffix(" s")
    field.setValue(value)
    field.setFixedWidth(104)
    field.setAccessibleName(name)
    return field
