"""Saves a picture of every page, dark and light, into a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from PyQt6.QtCore import QObject, QSize, QTimer, pyqtSignal, pyqtSlot

from rave_gui.core.errors import UserError
from rave_gui.ui.main_window import MainWindow
from rave_gui.ui.theme import DARK_MODE, LIGHT_MODE, Theme
from rave_gui.ui.widgets.metrics_plot import MetricsPlot

SIZE = QSize(1440, 900)
_BEAT_MILLISECONDS = 100
_CALM_BEATS = 5
_MOST_BEATS = 200


class ScreenshotTour(QObject):
    """Turns page after page, waits until each has read and drawn what it shows, and saves it."""

    finished = pyqtSignal(list)
    """The files that were written."""

    def __init__(
        self,
        window: MainWindow,
        theme: Theme,
        folder: Path,
        busy: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._window, self._theme, self._folder, self._busy = window, theme, folder, busy
        self._written: list[Path] = []
        self._stops = self._all_stops()
        self._file = folder
        self._beats = self._calm = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_BEAT_MILLISECONDS)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        """Begin.

        Raises:
            UserError: the folder cannot be made.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(
                f"The folder {self._folder} cannot be made ({error.strerror or error}).",
                "Choose a folder that you can write to.",
            ) from error
        self._window.resize(SIZE)
        self._turn()

    def _all_stops(self) -> Iterator[tuple[str, str]]:
        for mode in (DARK_MODE, LIGHT_MODE):
            for key in self._window.pages:
                yield mode, key

    def _turn(self) -> None:
        """Go to the next page, or end."""
        stop = next(self._stops, None)
        if stop is None:
            self._timer.stop()
            self.finished.emit([str(path) for path in self._written])
            return
        mode, key = stop
        self._theme.set_mode(mode)
        self._window.show_page(key)
        self._file = self._folder / f"{key}-{mode}.png"
        self._beats = self._calm = 0
        self._timer.start()

    @pyqtSlot()
    def _beat(self) -> None:
        """Save the page once it has been quiet for a while, or has had time enough."""
        self._beats += 1
        self._calm = 0 if self._at_work() else self._calm + 1
        if self._calm >= _CALM_BEATS or self._beats >= _MOST_BEATS:
            self._save()
            self._turn()

    def _at_work(self) -> bool:
        plots = (plot for plot in self._window.findChildren(MetricsPlot) if plot.isVisible())
        return self._busy() or any(plot.loading for plot in plots)

    def _save(self) -> None:
        if not self._window.grab().save(str(self._file)):
            raise UserError(
                f"{self._file} cannot be written.", "Choose a folder that you can write to."
            )
        self._written.append(self._file)
