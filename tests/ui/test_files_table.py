"""The table of files: what it shows, how it is narrowed, chosen from and played from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QKeySequence, QShortcut

from rave_gui.audio.facts import SoundFacts
from rave_gui.backend.scanned import ScannedFile
from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels import sound_file as words
from rave_gui.ui.viewmodels.sound_file import CHECK, LOUDNESS, NAME, SOUND, VERDICT
from rave_gui.ui.widgets.files_table import FilesTable


def heard(loudness: float | None = -20.0) -> SoundFacts:
    shape = np.stack([np.full(96, -60), np.full(96, 60)]).astype(np.int8).tobytes()
    return SoundFacts(
        44100, 44100, 1, "libsndfile", 0.5, loudness, spans=((0, 44100),), thumbnail=shape
    )


def file(name: str, verdict: str = "use", reason: str = "", **more: object) -> ScannedFile:
    known = ScannedFile(Path("/sounds") / name, verdict, reason, 10.0, 44100, 1, "WAV 16")
    return replace(known, **more)  # type: ignore[arg-type]


FILES = [
    file("bell.wav", facts=heard(-18.0)),
    file("Bowl long.flac", "warn", "clipped in 12 places", facts=heard(-30.0)),
    file("notes.wav", "reject", "not audio: this is a text file"),
    file("silence.aif", "warn", "silent throughout: left out", facts=heard(None), included=False),
    file("not heard.wav"),
]


@pytest.fixture
def table(qtbot):
    made = FilesTable(Theme("dark"), choosable=True)
    qtbot.addWidget(made)
    made.resize(1000, 400)
    made.set_files(FILES)
    made.show()
    qtbot.waitUntil(lambda: made.model.settled)
    return made


def names(table: FilesTable) -> list[str]:
    return [str(table.model.index(row, NAME).data()) for row in range(table.model.rowCount())]


def cell(table: FilesTable, row: int, column: int) -> QPoint:
    return table.view.visualRect(table.model.index(row, column)).center()


def test_chips_count_and_narrow(table, qtbot):
    assert [chip.text() for chip in table._chips] == [
        "All 5", "Want a look 2", "Cannot be used 1",
    ]  # fmt: skip
    qtbot.mouseClick(table._chips[1], Qt.MouseButton.LeftButton)
    assert names(table) == ["Bowl long.flac", "silence.aif"]
    qtbot.mouseClick(table._chips[0], Qt.MouseButton.LeftButton)
    assert len(names(table)) == 5


def test_every_word_of_the_filter_must_be_found_somewhere(table, qtbot):
    qtbot.keyClicks(table._filter, "clipped BOWL")
    assert names(table) == ["Bowl long.flac"]
    table._filter.setText("text file")
    assert names(table) == ["notes.wav"]


def test_sorting_puts_files_without_a_figure_last_both_ways(table, qtbot):
    for order, expected in (
        (Qt.SortOrder.AscendingOrder, ["Bowl long.flac", "bell.wav"]),
        (Qt.SortOrder.DescendingOrder, ["bell.wav", "Bowl long.flac"]),
    ):
        table.view.sortByColumn(LOUDNESS, order)
        qtbot.waitUntil(lambda: table.model.settled)
        assert names(table)[:2] == expected
    table.view.sortByColumn(NAME, Qt.SortOrder.AscendingOrder)
    qtbot.waitUntil(lambda: table.model.settled)
    assert names(table)[0] == "bell.wav"


def test_the_selection_follows_its_file_through_sorting_and_filtering(table, qtbot):
    table.select_path(Path("/sounds/silence.aif"))
    table.view.sortByColumn(NAME, Qt.SortOrder.DescendingOrder)
    qtbot.waitUntil(lambda: table.model.settled)
    assert table.current() == FILES[3]
    table._filter.setText("silent")
    assert table.current() == FILES[3]


def test_space_plays_and_return_chooses(table, qtbot):
    table.select_path(FILES[0].path)
    with qtbot.waitSignal(table.play_requested) as played:
        qtbot.keyClick(table.view, Qt.Key.Key_Space)
    assert played.args[0].path == FILES[0].path
    with qtbot.waitSignal(table.chosen_changed) as chosen:
        qtbot.keyClick(table.view, Qt.Key.Key_Return)
    assert chosen.args[0] == {FILES[0].path: False}


def test_what_cannot_be_used_is_neither_played_nor_chosen(table, qtbot):
    table.select_path(FILES[2].path)
    with qtbot.assertNotEmitted(table.play_requested), qtbot.assertNotEmitted(table.chosen_changed):
        qtbot.keyClick(table.view, Qt.Key.Key_Space)
        qtbot.keyClick(table.view, Qt.Key.Key_Return)


def test_a_click_on_a_box_counts_for_its_row_and_keeps_the_selection(table, qtbot):
    table.select_path(FILES[0].path)
    with qtbot.waitSignal(table.chosen_changed) as chosen:
        qtbot.mouseClick(
            table.view.viewport(), Qt.MouseButton.LeftButton, pos=cell(table, 3, CHECK)
        )
    assert chosen.args[0] == {FILES[3].path: True}
    assert table.current() == FILES[0]


def test_all_at_once_leaves_out_what_is_in(table, qtbot):
    table.view.selectAll()
    with qtbot.waitSignal(table.chosen_changed) as chosen:
        table._leave_out()
    assert chosen.args[0] == {FILES[number].path: False for number in (0, 1, 4)}


def test_what_is_heard_meanwhile_appears_where_it_stands(table, qtbot):
    now = replace(FILES[4], verdict="warn", reason="clipped", facts=heard())
    table.select_path(FILES[4].path)
    table.update_files([now, file("stranger.wav")])
    assert table.current() == now
    assert table._chips[1].text() == "Want a look 3"
    assert table.model.index(4, LOUDNESS).data() == "-20.0"


def test_news_that_come_before_the_index_is_made_are_not_lost(qtbot):
    table = FilesTable(Theme("dark"), choosable=True)
    qtbot.addWidget(table)
    many = [file(f"{number}.wav") for number in range(10_000)]
    table.set_files(many)
    table.update_files([replace(many[9_999], verdict="reject", reason="damaged")])
    qtbot.waitUntil(lambda: table.model.settled)
    assert table.model.verdicts()["reject"] == 1


def test_small_waveforms_are_asked_for_in_sight_only(qtbot):
    table = FilesTable(Theme("dark"), choosable=False)
    qtbot.addWidget(table)
    table.resize(900, 300)
    table.show()
    with qtbot.waitSignal(table.thumbnail_wanted) as wanted:
        table.set_files([file(f"{number}.wav") for number in range(1000)])
    assert 0 < len(wanted.args[0]) < 12
    table.take_thumbnails({wanted.args[0][0]: heard().thumbnail})
    blue = Theme("dark").colour("phase1").rgb()
    picture = table.view.viewport().grab(table.view.visualRect(table.model.index(0, 2))).toImage()
    drawn = {picture.pixelColor(x, y).rgb() for x in range(picture.width()) for y in range(44)}
    assert blue in drawn


def test_rows_speak_and_verdicts_are_words(table):
    assert table.model.index(1, VERDICT).data() == "look"
    said = table.model.index(3, NAME).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "silence.aif, 0:10, look, silent throughout: left out, left out"


def test_odd_names_are_shown(table, qtbot):
    odd = Path("/sounds") / b"a\n\xff.wav".decode("utf-8", "surrogateescape")
    table.set_files([replace(FILES[0], path=odd)])
    assert names(table) == ["a��.wav"]
    assert table.select_path(odd)
    table._copy_path()


def test_where_nothing_can_be_chosen_return_plays(qtbot):
    table = FilesTable(Theme("light"), choosable=False)
    qtbot.addWidget(table)
    table.set_files(FILES)
    table.select_path(FILES[0].path)
    with qtbot.waitSignal(table.play_requested):
        qtbot.keyClick(table.view, Qt.Key.Key_Return)


def test_widths_are_given_back(table, qtbot):
    table.view.horizontalHeader().resizeSection(NAME, 321)
    state = table.state()
    other = FilesTable(Theme("dark"), choosable=True)
    qtbot.addWidget(other)
    other.restore_state(state)
    assert other.view.columnWidth(NAME) == 321


def test_what_is_too_short_to_measure_is_not_called_silent(table):
    short = replace(FILES[0], facts=replace(heard(None), spans=((0, 100),)))
    table.update_files([short])
    assert table.model.index(0, LOUDNESS).data() == "–"
    table.update_files([replace(FILES[3], facts=replace(heard(None), spans=()))])
    assert table.model.index(3, LOUDNESS).data() == "-∞"


def test_columns_give_way_to_reasons_where_there_is_little_room(table, qtbot):
    wide = table.view.columnWidth(NAME)
    table.resize(820, 400)
    assert table.view.columnWidth(NAME) < wide
    table.view.setColumnWidth(NAME, 333)
    table.resize(1200, 400)
    assert table.view.columnWidth(NAME) == 333, "somebody has set it"


def test_escape_empties_the_filter_before_it_leaves_what_lies_around_it(table, qtbot):
    left: list[bool] = []
    escape = QShortcut(QKeySequence("Escape"), table)
    escape.activated.connect(lambda: left.append(True))
    table.activateWindow()
    field = table._filter
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    qtbot.keyClicks(field, "bell")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert (field.text(), left) == ("", [])
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert left == [True]


def test_coming_by_key_marks_the_whole_row(table, qtbot):
    table.activateWindow()
    table.view.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(table.view.hasFocus)
    assert table.view.selected_rows() == [range(0, 1)]
    assert table.view.selectionModel().isRowSelected(0)


@pytest.mark.parametrize("wide", [700, 1100])
def test_titles_are_never_cut(table, wide, qtbot):
    table.resize(wide, 400)
    header = table.view.horizontalHeader()
    for column in range(SOUND + 1, VERDICT):
        assert header.sectionSize(column) >= header.sectionSizeHint(column), column


def test_a_made_dataset_does_not_say_use_of_what_was_left_out():
    bell = file("bell.wav")
    assert (words.outcome(bell), words.outcome_role(bell)) == ("use", "good")
    unwanted = replace(bell, included=False)
    assert (words.outcome(unwanted), words.outcome_role(unwanted)) == ("left out", "secondary")
