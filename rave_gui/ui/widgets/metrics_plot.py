"""One plot of a training: title, legend with the newest values, curves, or a sentence why not."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PyQt6.QtCore import Qt, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QResizeEvent, QShowEvent
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from rave_gui.bridge.background import run_in_background
from rave_gui.core import logger
from rave_gui.core.errors import UserError
from rave_gui.ui.theme import Theme
from rave_gui.ui.widgets.plot_data import Curve, PlotGroup, value_text
from rave_gui.ui.widgets.plot_wish import Drawn

if TYPE_CHECKING:
    from rave_gui.ui.widgets.plot_canvas import PlotCanvas

_MARGIN = 16
_NAMED = 4
"""Curves named in the legend; the crosshair tells all."""
_SIGNS = {"solid": "—", "dashed": "– –", "dotted": "···"}
_log = logger.get_logger(__name__)


class MetricsPlot(QFrame):
    """Shows one :class:`PlotGroup`. matplotlib is loaded when the first one with data is seen."""

    view_changed = pyqtSignal(object)
    """The range of the axis that a hand has chosen here, None for all."""
    hover_changed = pyqtSignal(object)
    """The place of the axis under the mouse here, None when it left."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self._theme = theme
        self._group = PlotGroup("", "")
        self._smoothing, self._clip = 0.5, True
        self._canvas: PlotCanvas | None = None
        self._loading = False
        self._fault = ""
        self._build()
        theme.changed.connect(self._show_legend)

    # Methods

    def set_series(self, group: PlotGroup) -> None:
        """Show ``group``; cheap, drawing follows at most five times a second."""
        self._group = group
        self._title.setText(group.title)
        self.setAccessibleName(group.title)
        self._show_legend()
        self._show_curves()

    def set_smoothing(self, strength: float) -> None:
        """0 shows every point as it is, 1 only the broadest trend."""
        self._smoothing = strength
        self._show_curves()

    def set_log(self, on: bool) -> None:
        """A logarithmic axis of values."""
        self._log.setChecked(on)

    def set_clip(self, on: bool) -> None:
        """Let single outliers leave the picture."""
        self._clip = on
        self._show_curves()

    @property
    def group(self) -> PlotGroup:
        """What is shown."""
        return self._group

    @property
    def drawn(self) -> Drawn:
        """What is shown, and how, for a file."""
        view = self._canvas.view if self._canvas is not None else None
        return Drawn(self._group, self._smoothing, self._log.isChecked(), self._clip, view)

    @pyqtSlot(object)
    def follow_view(self, view: tuple[float, float] | None) -> None:
        """Show the range that was chosen in another plot."""
        if self._canvas is not None and self._canvas.view != view:
            self._canvas.move_to(view)

    @pyqtSlot(object)
    def follow_hover(self, place: float | None) -> None:
        """The crosshair of another plot."""
        if self._canvas is not None:
            self._canvas.show_hover(place)

    @property
    def canvas(self) -> PlotCanvas | None:
        """The drawing, None while nothing had to be drawn yet."""
        return self._canvas

    @property
    def loading(self) -> bool:
        """Whether there is something to draw and nothing to draw it with yet."""
        return self._loading

    def hasHeightForWidth(self) -> bool:
        """The room decides: a grid of which some parts ask by width lets the others overlap."""
        return False

    # Events

    def showEvent(self, event: QShowEvent | None) -> None:
        """Draw what came while nobody looked."""
        super().showEvent(event)
        self._show_curves()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """In a narrow plot the legend goes under the title."""
        super().resizeEvent(event)
        self._place_legend()

    # Slots

    @pyqtSlot()
    def _show_legend(self) -> None:
        few = _NAMED if len(self._group.curves) < _NAMED else 1
        self._legend.setText("&nbsp;&nbsp;&nbsp;".join(self._entries(_NAMED)))
        # Under the title one line is all the room there is.
        self._below.setText("&nbsp; ".join(self._entries(few)))
        self._place_legend()
        words = (f"{c.label} {value_text(c.last)}" for c in self._group.curves)
        self.setAccessibleDescription(", ".join(words) or self._group.empty)

    @pyqtSlot()
    def _show_curves(self) -> None:
        has_data = self._group.has_data
        self._sentence.setText(self._fault if has_data else self._group.empty)
        # While the drawing is loaded it keeps the place, so that title and legend do not move.
        self._sentence.setVisible(not has_data or self._canvas is None)
        self._log.setVisible(has_data)
        if self._canvas is not None:
            self._canvas.setVisible(has_data)
        if not has_data or not self.isVisible():
            return
        if self._canvas is None:
            self._load()
            return
        self._canvas.show_group(
            self._group, smoothing=self._smoothing, log=self._log.isChecked(), clip=self._clip
        )

    def _place_legend(self) -> None:
        wanted = (self._title, self._legend, self._log)
        room = self.width() - 2 * _MARGIN - _MARGIN * len(wanted)
        fits = sum(part.sizeHint().width() for part in wanted) <= room
        self._legend.setVisible(fits)
        self._below.setVisible(not fits)

    def _load(self) -> None:
        """In another thread: the first import of matplotlib may build a cache of all fonts."""
        if not self._loading:
            self._loading = True
            run_in_background(_import_canvas, self._make_canvas, self._not_loaded, owner=self)

    def _make_canvas(self, make: type[PlotCanvas]) -> None:
        self._loading, self._fault = False, ""
        self._canvas = make(self._theme, self)
        self._canvas.view_changed.connect(self.view_changed)
        self._canvas.hover_changed.connect(self.hover_changed)
        self._canvas.setAccessibleName(self._group.title)
        self._canvas.setAccessibleDescription(
            self.tr(
                "Drag to zoom in, then drag to move; Ctrl and the wheel zoom, a double click or "
                "Escape shows all. By keyboard: + and −, ← and →; with Ctrl they move the "
                "crosshair."
            )
        )
        self._body.addWidget(self._canvas, 1)
        self._sentence.hide()
        self._show_curves()

    def _not_loaded(self, error: UserError) -> None:
        """Say it in the place of the curves; the next values, or the next look, try again."""
        self._loading, self._fault = False, str(error)
        self._sentence.setText(self._fault)
        self._sentence.show()

    def _entries(self, most: int) -> list[str]:
        entries = [self._entry(curve) for curve in self._group.curves[:most]]
        if (more := len(self._group.curves) - most) > 0:
            entries.append(self.tr("and {n} more").format(n=more))
        return entries

    def _entry(self, curve: Curve) -> str:
        """``— fullband 13.41`` in the colours of the moment."""
        colour, theme = self._theme.colour(curve.role).name(), self._theme
        sign = _whole(_SIGNS[curve.dash])
        return (
            f'<span style="color:{colour};font-weight:700">{sign}</span>&nbsp;'
            f'<span style="color:{theme.tokens.secondary}">{_whole(curve.label)}</span>&nbsp;'
            f"<span style=\"font-family:'{theme.mono_family}';color:{theme.tokens.text};"
            f'font-weight:600">{value_text(curve.last)}</span>'
        )

    def _build(self) -> None:
        self._body = QVBoxLayout(self)
        self._body.setContentsMargins(16, 12, 12, 8)
        self._body.setSpacing(6)
        self._title = QLabel(self)
        self._title.setProperty("role", "cardtitle")
        self._legend, self._below = QLabel(self), QLabel(self)
        for legend in (self._legend, self._below):
            legend.setTextFormat(Qt.TextFormat.RichText)
        self._below.setWordWrap(True)
        self._log = QPushButton(self.tr("Log"), self)
        self._log.setProperty("kind", "chip")
        self._log.setCheckable(True)
        self._log.setToolTip(self.tr("Logarithmic axis: equal ratios look equally far apart"))
        self._log.toggled.connect(self._show_curves)
        self._sentence = QLabel(self)
        self._sentence.setProperty("role", "muted")
        self._sentence.setWordWrap(True)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        head = QHBoxLayout()
        head.setSpacing(_MARGIN)
        head.addWidget(self._title)
        head.addWidget(self._legend)
        head.addStretch(1)
        head.addWidget(self._log)
        self._body.addLayout(head)
        self._body.addWidget(self._below)
        self._body.addWidget(self._sentence, 1)


def _whole(text: str) -> str:
    """Markup of a text that is never broken into two lines."""
    return escape(text).replace(" ", "&nbsp;").replace("-", "-&#8288;")


def _import_canvas() -> type[PlotCanvas]:
    """What draws.

    Raises:
        UserError: it could not be loaded, for example while the application is being updated.
    """
    try:
        from rave_gui.ui.widgets.plot_canvas import PlotCanvas  # noqa: PLC0415
    except Exception as error:  # whatever a half-written package raises: the run itself goes on
        _log.warning("the part that draws curves could not be loaded", exc_info=True)
        raise UserError(
            f"The curves cannot be drawn: matplotlib could not be loaded ({error}).",
            "Nothing is lost, and it is tried again; if it stays so, start the application anew.",
        ) from error
    return PlotCanvas
