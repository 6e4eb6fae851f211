"""Draws the cells of the files table: a box, a small waveform, a verdict in two lines."""

from __future__ import annotations

from PyQt6.QtCore import QModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPen, QTextLayout
from PyQt6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from rave_gui.backend.scanned import WARN, ScannedFile
from rave_gui.ui.models.sound_files import CHOSEN_ROLE, FILE_ROLE
from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels import sound_file as words

ROW = 44
_BOX = 16
_PAD = 8
_GAP = 5
_HALF = 127.0


class FilesDelegate(QStyledItemDelegate):
    """Everything is drawn from the file of the row; nothing is looked up while painting."""

    def __init__(self, theme: Theme, view: QTableView, *, choosable: bool) -> None:
        super().__init__(view)
        self._theme = theme
        self._view = view
        self._choosable = choosable
        self._small = QFont(view.font())
        self._small.setPixelSize(12)
        self._strong = QFont(self._small)
        self._strong.setWeight(QFont.Weight.DemiBold)
        self._name = QFont(view.font())
        self._name.setWeight(QFont.Weight.Medium)
        self.playing = ""
        """The path that sounds now."""
        self.thumbnails: dict[str, bytes] = {}
        """Of files without facts, by path."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex) -> QSize:
        """All rows are equally high."""
        return QSize(80, ROW)

    def box(self, cell: QRect) -> QRect:
        """Where the box is drawn, and clicked."""
        return QRect(cell.left() + 12, cell.center().y() - _BOX // 2, _BOX, _BOX)

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        """One cell."""
        file: ScannedFile | None = index.data(FILE_ROLE)
        if painter is None or file is None:
            return
        painter.save()
        self._ground(painter, option, index)
        cell = option.rect.adjusted(_PAD, 0, -_PAD, 0)
        column = index.column()
        if column == words.CHECK:
            if self._choosable:
                self._draw_box(painter, self.box(option.rect), file, index)
        elif column == words.NAME:
            self._draw_name(painter, cell, file)
        elif column == words.SOUND:
            self._draw_sound(painter, cell.adjusted(0, 10, -8, -10), file)
        elif column == words.VERDICT:
            self._draw_verdict(painter, cell, file)
        else:
            self._draw_figure(painter, cell, str(index.data() or ""))
        painter.restore()

    # Parts

    def _ground(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, self._theme.colour("selected"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(option.rect, self._theme.colour("hover"))
        painter.fillRect(
            QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1),
            self._theme.colour("line"),
        )
        focused = self._view.hasFocus() and index.row() == self._view.currentIndex().row()
        if focused and index.column() == words.CHECK:
            mark = QRect(option.rect.left(), option.rect.top(), 3, option.rect.height())
            painter.fillRect(mark, self._theme.colour("accent"))

    def _draw_box(
        self, painter: QPainter, box: QRect, file: ScannedFile, index: QModelIndex
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(index.data(CHOSEN_ROLE))
        edge = self._theme.colour("accent" if file.usable else "line")
        painter.setPen(QPen(edge, 1.4))
        painter.setBrush(self._theme.colour("accent") if chosen else QColor(0, 0, 0, 0))
        painter.drawRoundedRect(QRectF(box).adjusted(0.7, 0.7, -0.7, -0.7), 4, 4)
        if chosen:
            tick = QPainterPath(QPointF(box.left() + 4, box.center().y() + 1))
            tick.lineTo(box.left() + 7, box.bottom() - 4)
            tick.lineTo(box.right() - 3, box.top() + 5)
            painter.setPen(QPen(self._theme.colour("on_accent"), 1.8))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(tick)

    def _draw_name(self, painter: QPainter, cell: QRect, file: ScannedFile) -> None:
        playing = self.playing == str(file.path)
        painter.setFont(self._name)
        painter.setPen(self._theme.word("accent" if playing else "text"))
        text = f"▶ {words.name(file)}" if playing else words.name(file)
        shown = QFontMetrics(self._name).elidedText(
            text, Qt.TextElideMode.ElideMiddle, cell.width()
        )
        painter.drawText(cell, Qt.AlignmentFlag.AlignVCenter, shown)

    def _draw_figure(self, painter: QPainter, cell: QRect, text: str) -> None:
        painter.setFont(self._theme.mono_font(12))
        painter.setPen(self._theme.word("text" if text != "–" else "muted"))
        painter.drawText(cell, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)

    def _draw_sound(self, painter: QPainter, cell: QRect, file: ScannedFile) -> None:
        if not file.usable:
            return
        own = file.facts.thumbnail if file.facts else b""
        data = own or self.thumbnails.get(str(file.path), b"")
        silent = file.facts is not None and not file.facts.spans
        colour = self._theme.colour("phase2" if file.verdict == WARN else "phase1")
        if not data or silent:
            self._draw_rest(painter, cell, colour if silent else self._theme.colour("line"))
            return
        half = len(data) // 2
        step, middle = cell.width() / half, cell.center().y() + 0.5
        scale = cell.height() / 2 / _HALF
        painter.setPen(QPen(colour, max(1.0, step * 0.62)))
        lines = memoryview(data).cast("b")
        for column in range(half):
            x = cell.left() + (column + 0.5) * step
            low, high = lines[column] * scale, lines[half + column] * scale
            painter.drawLine(
                QPointF(x, middle - max(high, 0.6)), QPointF(x, middle - min(low, -0.6))
            )

    @staticmethod
    def _draw_rest(painter: QPainter, cell: QRect, colour: QColor) -> None:
        """A dotted line: nothing is heard, or nobody has listened yet."""
        painter.setPen(QPen(colour, 1.2, Qt.PenStyle.DotLine))
        painter.drawLine(cell.left(), cell.center().y(), cell.right(), cell.center().y())

    def _role(self, file: ScannedFile) -> str:
        """The colour of the verdict."""
        return words.verdict_role(file) if self._choosable else words.outcome_role(file)

    def _draw_verdict(self, painter: QPainter, cell: QRect, file: ScannedFile) -> None:
        """The word in its colour, the reason behind it and, where it is long, below it."""
        word = words.verdict(file) if self._choosable else words.outcome(file)
        measure, strong = QFontMetrics(self._small), QFontMetrics(self._strong)
        indent = strong.horizontalAdvance(word) + _GAP
        lines = _two_lines(file.reason, self._small, cell.width(), indent)
        height = measure.lineSpacing()
        top = cell.center().y() - height * max(1, len(lines)) // 2 + measure.ascent()
        painter.setFont(self._strong)
        painter.setPen(self._theme.word(self._role(file)))
        painter.drawText(cell.left(), top, word)
        painter.setFont(self._small)
        painter.setPen(self._theme.word("secondary"))
        for number, line in enumerate(lines):
            painter.drawText(cell.left() + (0 if number else indent), top + number * height, line)


def _two_lines(text: str, font: QFont, width: int, indent: int) -> list[str]:
    """``text`` broken into at most two lines, the first shorter by ``indent``."""
    measure = QFontMetrics(font)
    if not text or measure.horizontalAdvance(text) <= width - indent:
        return [text] if text else []
    layout = QTextLayout(text, font)
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(max(20, width - indent))
    split = line.textLength()
    layout.endLayout()
    rest = measure.elidedText(text[split:].strip(), Qt.TextElideMode.ElideRight, width)
    return [text[:split].strip(), rest]
