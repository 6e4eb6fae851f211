"""Draws the rows of a log: a line with what is marked in it, and the card below a known error."""

from __future__ import annotations

import re

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetrics, QFontMetricsF, QPainter, QPainterPath

from rave_gui.ui.theme import Theme
from rave_gui.ui.tokens import SECONDARY_PX
from rave_gui.ui.viewmodels.log_words import LogCard, role_of

PAD = 8
"""Room at both sides of the lines."""
_TINT, _TINT_HERE = 60, 150
_CARD_PAD = 10
_MOST_CARD = 760
"""Pixels: longer lines are hard to read."""


class LogPainter:
    """Knows fonts, colours and how wide text is; looks nothing up while it paints."""

    def __init__(self, theme: Theme, interface: QFont) -> None:
        self._theme = theme
        self.mono = theme.mono_font(SECONDARY_PX)
        self._wide = QFontMetricsF(self.mono)
        self.cell = self._wide.horizontalAdvance("0")
        self.row = round(self._wide.height() * 1.25)
        """Height of a row."""
        self._small = QFont(interface)
        self._small.setPixelSize(SECONDARY_PX)
        self._strong = QFont(self._small)
        self._strong.setWeight(QFont.Weight.DemiBold)

    # How wide

    def x_of(self, text: str, column: int) -> float:
        """Where a column begins, from the beginning of the line."""
        head = text[:column]
        return column * self.cell if head.isascii() else self._wide.horizontalAdvance(head)

    def column_at(self, text: str, x: float) -> int:
        """The column whose beginning is nearest to ``x``."""
        if text.isascii():
            return max(0, min(len(text), round(x / self.cell)))
        low, high = 0, len(text)
        while low < high:
            middle = (low + high) // 2
            if self._wide.horizontalAdvance(text[: middle + 1]) <= x:
                low = middle + 1
            else:
                high = middle
        return low

    def card_rows(self, card: LogCard, width: int) -> int:
        """How many rows a card takes."""
        height = self._height(card, self._card_room(width)) + 2 * _CARD_PAD
        return max(2, -(-height // self.row))

    # Painting

    def line(self, painter: QPainter, top: float, text: str, left: float, width: int) -> None:
        """Draw a line from ``left`` on; of a long one only what is seen of ``width`` pixels."""
        role = role_of(text)
        painter.setFont(self.mono)
        painter.setPen(self._theme.word({"warn": "phase2"}.get(role, role)))
        shown, x = text, left
        if text.isascii():
            first = max(0, int((PAD - left) / self.cell) - 1)
            shown = text[first : first + int(width / self.cell) + 3]
            x = left + first * self.cell
        painter.drawText(QPointF(x, self._baseline(top)), shown)

    def marks(
        self, painter: QPainter, top: float, text: str, left: float, pattern: re.Pattern[str],
        here: bool,
    ) -> None:  # fmt: skip
        """Tint every occurrence of what is searched for."""
        tint = self._tint("phase2", _TINT_HERE if here else _TINT)
        for hit in pattern.finditer(text):
            self._fill(painter, top, text, left, hit.span(), tint)

    def selected(
        self, painter: QPainter, top: float, text: str, left: float, columns: tuple[int, int]
    ) -> None:
        """Tint what is selected."""
        self._fill(painter, top, text, left, columns, self._tint("accent", _TINT + 20))

    def here(self, painter: QPainter, top: float, width: int) -> None:
        """The line that was jumped to."""
        painter.fillRect(QRectF(0, top, width, self.row), self._theme.colour("hover"))
        painter.fillRect(QRectF(0, top, 2, self.row), self._theme.colour("accent"))

    def card(self, painter: QPainter, top: float, card: LogCard, width: int, rows: int) -> None:
        """The cause in bold, the remedy below it, a bar in the colour of what it means."""
        frame = QRectF(
            PAD, top + 3, self._card_room(width) + 2 * _CARD_PAD + 4, rows * self.row - 6
        )
        path = QPainterPath()
        path.addRoundedRect(frame, 8, 8)
        painter.fillPath(path, self._theme.colour("raised"))
        painter.save()
        painter.setClipPath(path)
        role = {"warn": "phase2"}.get(card.role, card.role)
        painter.fillRect(QRectF(frame.left(), top, 4, rows * self.row), self._theme.colour(role))
        painter.restore()
        room = frame.adjusted(4 + _CARD_PAD, 0, -_CARD_PAD, 0)
        height = self._height(card, int(room.width()))
        room.setTop(frame.center().y() - height / 2)
        room.setHeight(height)
        taken = self._words(painter, room, card.cause, self._strong, self._theme.word(role))
        room.setTop(room.top() + taken)
        self._words(painter, room, card.remedy, self._small, self._theme.word("text"))

    # Parts

    def _baseline(self, top: float) -> float:
        return top + (self.row - self._wide.height()) / 2 + self._wide.ascent()

    def _fill(
        self, painter: QPainter, top: float, text: str, left: float, columns: tuple[int, int],
        colour: QColor,
    ) -> None:  # fmt: skip
        begin = self.x_of(text, min(columns[0], len(text)))
        end = self.x_of(text, min(columns[1], len(text))) + self.cell * max(
            0, columns[1] - len(text)
        )
        painter.fillRect(QRectF(left + begin, top, end - begin, self.row), colour)

    def _tint(self, role: str, strength: int) -> QColor:
        colour = self._theme.colour(role)
        colour.setAlpha(strength)
        return colour

    def _card_room(self, width: int) -> int:
        return max(120, min(width - 2 * PAD - 2 * _CARD_PAD - 4, _MOST_CARD))

    def _height(self, card: LogCard, width: int) -> int:
        return sum(
            _wrapped(text, font, width)
            for text, font in ((card.cause, self._strong), (card.remedy, self._small))
        )

    def _words(
        self, painter: QPainter, room: QRectF, text: str, font: QFont, colour: QColor
    ) -> int:
        painter.setFont(font)
        painter.setPen(colour)
        painter.drawText(room, Qt.TextFlag.TextWordWrap, text)
        return _wrapped(text, font, int(room.width()))


def _wrapped(text: str, font: QFont, width: int) -> int:
    """Height of ``text`` in lines no longer than ``width``."""
    endless = QFontMetrics(font).boundingRect(
        0, 0, width, 1 << 16, int(Qt.TextFlag.TextWordWrap), text
    )
    return endless.height()
