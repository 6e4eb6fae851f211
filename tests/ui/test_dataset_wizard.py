"""The wizard for a dataset: each step says what it waits for, refuses in words, keeps decisions."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PyQt6.QtCore import QMimeData, QPointF, Qt, QUrl
from PyQt6.QtGui import QDropEvent
from PyQt6.QtTest import QTest

from rave_gui.audio.facts import SoundFacts
from rave_gui.backend.dataset_draft import Step
from rave_gui.backend.draft_prefill import Prefill, prefill_of
from rave_gui.backend.engine_record import Engine
from rave_gui.backend.rave_settings import ConditionSettings, PreprocessSettings
from rave_gui.backend.verdicts import judge
from rave_gui.bridge.background import BackgroundTasks
from rave_gui.core.errors import UserError
from rave_gui.ui.context import PageContext
from rave_gui.ui.wizards.new_dataset import NewDatasetWizard

ENGINE = Engine(Path("/engine/bin/python"), "test", command=("/engine/bin/rave",))
FORWARD = (Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def hear(files, on_file=None, cancel=None):
    """Listening without ears: all is well but for what is called hot."""
    for file in files:
        frames = round((file.duration_seconds or 0) * 44100)
        facts = SoundFacts(
            frames, 44100, file.channels or 1, "libsndfile", peak=0.5, spans=((0, frames),),
            clipped_runs=50 if "hot" in file.path.name else 0,
            content=file.path.name.replace(" copy", ""),
        )  # fmt: skip
        if cancel is not None and cancel.is_set():
            break
        on_file(judge(file, facts))
    return []


@pytest.fixture
def sound(tmp_path) -> Path:
    """Two good files, a stereo one, a short one, a clipped one, one that is no sound."""
    folder = tmp_path / "bells"
    folder.mkdir()
    noise = np.random.default_rng(0).normal(size=(44100 * 13, 2)) * 0.1
    for number in range(2):
        soundfile.write(folder / f"bell_{number}.wav", noise[:, 0], 44100)
    soundfile.write(folder / "wide.wav", noise, 44100)
    soundfile.write(folder / "click.wav", noise[:110250, 0], 44100)
    soundfile.write(folder / "hot.wav", noise[:, 1], 44100)
    (folder / "notes.wav").write_text("no sound")
    return folder


@pytest.fixture
def opened(qtbot, world, monkeypatch):
    """Make a wizard and show it; it is left at the end of the test."""
    monkeypatch.setattr(world.services.datasets, "listen", hear)
    made = []

    def show(context: PageContext | None = None, *, engine: Engine | None = ENGINE):
        world.state.engine = engine
        wizard = NewDatasetWizard(context or world.context, world.project)
        qtbot.addWidget(wizard)
        wizard.resize(1100, 700)
        with qtbot.waitActive(wizard):
            wizard.show()
            wizard.activateWindow()
        made.append(wizard)
        return wizard

    yield show
    for wizard in made:
        wizard.leave()


@pytest.fixture
def hand(qtbot):
    """Moves through a wizard by its filled button."""

    def to(wizard, step: Step):
        while wizard.draft.step < step:
            qtbot.waitUntil(wizard.frame.primary.isEnabled)
            QTest.mouseClick(wizard.frame.primary, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: wizard.draft.fresh or step is Step.SOURCES)
        return wizard

    return to


def drop(widget, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    actions, buttons = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    keys = Qt.KeyboardModifier.NoModifier
    widget.dropEvent(QDropEvent(QPointF(5, 5), actions, data, buttons, keys))


def said(wizard) -> str:
    return wizard.frame.sentence.words()


# Sources


def test_sources_are_counted_as_soon_as_they_are_dropped(opened, sound, tmp_path):
    wizard = opened()
    assert not wizard.frame.primary.isEnabled()
    assert wizard.frame.primary.toolTip() == "Choose a folder or files first."
    drop(wizard, sound, tmp_path / "gone")
    first, second = wizard.sources.list.rows()
    assert first.found() == "6 files · 54 s · 1 cannot be used"
    assert second.found() == "does not exist"
    assert said(wizard) == "Found: 54 s in 7 files"
    assert wizard.frame.primary.isEnabled()


def test_a_source_can_be_taken_out_again(opened, sound, tmp_path):
    wizard = opened()
    wizard.add_sources([sound, tmp_path / "gone"])
    second = wizard.sources.list.rows()[1]
    second.remove.click()
    assert [source.path for source in wizard.draft.sources] == [sound]
    QTest.keyClick(wizard.sources.list.rows()[0], Qt.Key.Key_Delete)
    assert wizard.sources.list.rows() == ()
    assert wizard.draft.counts.files == 0


def test_the_folder_of_the_last_choice_is_kept(opened, world, sound, monkeypatch):
    kept = []
    world.state.change_settings = lambda **changes: kept.append(changes)
    wizard = opened()
    wizard.sources.drop.chosen.emit([sound / "bell_0.wav"])
    assert kept == [{"sound_folder": str(sound)}]


# Check


def test_files_are_heard_and_the_headline_tells(qtbot, opened, hand, sound):
    wizard = opened()
    wizard.add_sources([sound])
    hand(wizard, Step.CHECK)
    headline = "3 files can be used, 2 want a look, 1 cannot be used"
    qtbot.waitUntil(lambda: wizard.check.headline.text() == headline)
    assert wizard.check.progress.text() == "listened to 5 of 5 · 54 s"
    assert said(wizard) == "Very little: 53 s usable, 9 examples of 5.94 s, 4 s lost at file ends"


def test_leaving_files_out_changes_what_comes_of_them(qtbot, opened, hand, sound):
    wizard = hand(opened(), Step.SOURCES)
    wizard.add_sources([sound])
    hand(wizard, Step.CHECK)
    wizard.check.table.chosen_changed.emit({sound / "wide.wav": False})
    qtbot.waitUntil(lambda: "7 examples" in said(wizard))
    assert wizard.check.leave_looks.text() == "Leave out all 2 that want a look"
    wizard.check.leave_looks.click()
    qtbot.waitUntil(lambda: "4 examples" in said(wizard))
    assert not wizard.check.leave_looks.isVisible()
    wizard.check.table.chosen_changed.emit({sound / f"bell_{n}.wav": False for n in range(2)})
    assert said(wizard) == "No file is chosen."
    assert not wizard.frame.primary.isEnabled()


def test_of_two_that_sound_the_same_one_is_left_out(qtbot, opened, hand, sound):
    (sound / "bell_0 copy.wav").write_bytes((sound / "bell_0.wav").read_bytes())
    wizard = opened()
    wizard.add_sources([sound])
    hand(wizard, Step.CHECK)
    qtbot.waitUntil(lambda: wizard.draft.counts.chosen == 5)
    (out,) = [file for file in wizard.draft.shown if file.usable and not file.included]
    assert out.reason.startswith("same sound as bell_0")


def test_a_file_that_nobody_can_hear_is_not_listened_to_for_ever(
    qtbot, opened, hand, sound, world, monkeypatch
):
    def deaf(files, on_file, cancel):
        return hear([file for file in files if "hot" not in file.path.name], on_file)

    monkeypatch.setattr(world.services.datasets, "listen", deaf)
    wizard = opened()
    wizard.add_sources([sound])
    hand(wizard, Step.FORMAT)
    (mute,) = [file for file in wizard.draft.shown if file.path.name == "hot.wav"]
    assert (mute.verdict, mute.reason) == ("reject", "nothing was heard of it")


def test_listening_that_fails_is_told_and_can_be_tried_again(
    qtbot, opened, hand, sound, world, monkeypatch
):
    def refuse(files, on_file, cancel):
        raise UserError("There is no ffmpeg.", "Install it.")

    monkeypatch.setattr(world.services.datasets, "listen", refuse)
    wizard = opened()
    wizard.add_sources([sound])
    wizard.frame.primary.click()
    qtbot.waitUntil(lambda: said(wizard) == "There is no ffmpeg. Install it.")
    monkeypatch.setattr(wizard.work, "_listen", hear)
    wizard.check.pause.click()
    qtbot.waitUntil(wizard.frame.primary.isEnabled)
    assert "ffmpeg" not in said(wizard)


@pytest.fixture
def slow(qtbot, world):
    """A wizard whose listening waits after the first file, in a real thread."""
    tasks = BackgroundTasks()
    gate, begun, ended = threading.Event(), threading.Event(), threading.Event()

    def listen(files, on_file, cancel):
        hear(files[:1], on_file)
        begun.set()
        while not gate.wait(0.01) and not cancel.is_set():
            pass
        ended.set()
        hear(files[1:], on_file, cancel)

    context = replace(world.context, run=tasks.run)
    yield context, listen, gate, begun, ended
    gate.set()
    tasks.refuse()
    assert tasks.wait(10)


def test_the_button_says_what_it_waits_for_and_need_not_be_waited_for(
    qtbot, opened, slow, hand, sound, world, monkeypatch
):
    context, listen, _, _, ended = slow
    monkeypatch.setattr(world.services.datasets, "listen", listen)
    wizard = opened(context)
    wizard.add_sources([sound])
    qtbot.waitUntil(wizard.frame.primary.isEnabled)
    QTest.keyClick(wizard, *FORWARD)
    qtbot.waitUntil(lambda: wizard.draft.counts.heard == 1)
    assert wizard.frame.primary.text().startswith("Listening")
    assert not wizard.frame.primary.isEnabled()
    assert wizard.check.leave_unheard.text() == "Leave out the 4 that were not heard"
    wizard.check.leave_unheard.click()
    assert ended.wait(10)
    assert wizard.draft.counts.chosen == 1
    qtbot.waitUntil(wizard.frame.primary.isEnabled)
    assert wizard.frame.primary.text() == "Choose the format"


def test_listening_can_be_paused_and_gone_on_with(qtbot, opened, slow, sound, world, monkeypatch):
    context, listen, gate, _, ended = slow
    monkeypatch.setattr(world.services.datasets, "listen", listen)
    wizard = opened(context)
    wizard.add_sources([sound])
    qtbot.waitUntil(wizard.frame.primary.isEnabled)
    QTest.keyClick(wizard, *FORWARD)
    qtbot.waitUntil(lambda: wizard.draft.counts.heard == 1)
    wizard.check.pause.click()
    assert ended.wait(10)
    assert wizard.frame.primary.text() == "Listening is paused"
    assert wizard.check.progress.text().endswith("paused")
    gate.set()
    wizard.check.pause.click()
    qtbot.waitUntil(lambda: wizard.draft.counts.heard == 5)
    qtbot.waitUntil(wizard.frame.primary.isEnabled)


# Format


def test_each_choice_shows_what_it_brings(qtbot, opened, hand, sound):
    wizard = opened()
    wizard.add_sources([sound])
    hand(wizard, Step.FORMAT)
    page = wizard.format
    assert page.mix.isVisible()
    page.window_size.chip(16384).click()
    qtbot.waitUntil(lambda: "0.74 s" in said(wizard))
    assert "v2, v3: needs windows of 71,680 samples" in page.outlook.misfits.text()
    page.channels.chip(2).click()
    qtbot.waitUntil(lambda: wizard.draft.fresh)
    assert not page.mix.isVisible()
    page.short.chip("leave").click()
    page.trim.click()
    page.level.click()
    page.storage.chip(True).click()
    qtbot.waitUntil(lambda: wizard.draft.fresh)
    draft = wizard.draft
    assert draft.settings == PreprocessSettings(num_signal=16384, channels=2, lazy=True)
    assert draft.condition == ConditionSettings(
        short_files="leave", trim_silence=True, match_level=True
    )


def test_nothing_to_learn_from_is_said_where_it_can_be_mended(qtbot, opened, hand, sound):
    wizard = opened()
    wizard.add_sources([sound / "click.wav"])
    hand(wizard, Step.FORMAT)
    wizard.format.short.chip("leave").click()
    qtbot.waitUntil(lambda: "no example" in said(wizard))
    assert not wizard.frame.primary.isEnabled()
    wizard.format.short.chip("pad").click()
    qtbot.waitUntil(wizard.frame.primary.isEnabled)


# Review


def test_the_review_tells_all_and_asks_once(qtbot, opened, hand, sound, world):
    wizard = opened()
    wizard.add_sources([sound])
    hand(wizard, Step.REVIEW)
    text = wizard.review.plan.text()
    assert "3 files are linked as they are." in text
    assert "2 converted copies are made" in text
    assert "1 file is left out: 1 not audio" in text
    command = wizard.review.command.command()
    assert command.startswith("/engine/bin/rave preprocess --input_path")
    assert str(world.project.path / "datasets" / "bells" / "staging") in command
    wizard.review.name.setFocus()
    QTest.keyClicks(wizard.review.name, "Glass")
    wizard.review.note.setFocus()
    QTest.keyClicks(wizard.review.note, "CC BY 4.0")
    with qtbot.waitSignal(wizard.requested) as asked:
        QTest.keyClick(wizard, *FORWARD)
    (wish,) = asked.args
    assert (wish.name, wish.note, wish.sources) == ("Glass", "CC BY 4.0", (sound,))
    assert wish.plan.exact
    assert wish.plan.examples == 9
    with qtbot.assertNotEmitted(wizard.requested):
        QTest.keyClick(wizard, *FORWARD)
    assert wizard.busy
    assert not wizard.frame.back.isEnabled()


def test_a_refusal_is_told_at_the_foot_and_loses_nothing(qtbot, opened, hand, sound):
    wizard = opened()
    wizard.add_sources([sound])
    hand(wizard, Step.CHECK)
    wizard.check.table.chosen_changed.emit({sound / "wide.wav": False})
    hand(wizard, Step.REVIEW)
    QTest.mouseClick(wizard.frame.primary, Qt.MouseButton.LeftButton)
    wizard.show_refusal(UserError("The disk is full.", "Make room."))
    assert said(wizard) == "The disk is full. Make room."
    assert wizard.frame.primary.isEnabled()
    assert wizard.draft.counts.chosen == 4
    QTest.keyClicks(wizard.review.name, "x")
    assert "disk is full" not in said(wizard)
    wizard.show_refusal(UserError("The disk is full.", "Make room."))
    QTest.keyClick(wizard, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert wizard.draft.step is Step.FORMAT
    assert "disk is full" not in said(wizard)


def test_a_taken_name_is_told_while_it_is_typed(qtbot, opened, hand, sound, world):
    world.dataset("bells")
    wizard = opened()
    wizard.add_sources([sound])
    hand(wizard, Step.REVIEW)
    assert wizard.review.name.text() == "bells 2"
    wizard.review.name.clear()
    QTest.keyClicks(wizard.review.name, "BELLS")
    assert said(wizard) == "There is a dataset called bells already."
    assert not wizard.frame.primary.isEnabled()
    QTest.keyClicks(wizard.review.name, " 3")
    assert wizard.frame.primary.isEnabled()


def test_without_an_engine_everything_else_is_ready_and_it_can_be_installed(
    qtbot, opened, hand, sound, world
):
    wizard = opened(engine=None)
    wizard.add_sources([sound])
    hand(wizard, Step.REVIEW)
    assert "not installed" in said(wizard)
    assert not wizard.frame.primary.isEnabled()
    with qtbot.waitSignal(wizard.install_requested):
        wizard.review.install.click()
    world.state.set_engine(ENGINE)
    assert wizard.frame.primary.isEnabled()
    assert not wizard.review.install.isVisible()
    assert wizard.review.command.command()


# Everywhere


def test_sound_dropped_at_the_end_leads_back_to_the_check(qtbot, opened, hand, sound, tmp_path):
    wizard = opened()
    wizard.add_sources([sound / "bell_0.wav"])
    hand(wizard, Step.REVIEW)
    drop(wizard, sound / "bell_1.wav")
    assert wizard.draft.step is Step.CHECK
    qtbot.waitUntil(lambda: wizard.draft.fresh)
    assert wizard.draft.counts.heard == 2


def test_one_moves_by_keys_and_begins_in_the_first_field(qtbot, opened, hand, sound):
    wizard = opened()
    wizard.add_sources([sound])
    assert wizard.focusWidget() is wizard.sources.drop.folder_button
    QTest.keyClick(wizard, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert wizard.draft.step is Step.CHECK
    hand(wizard, Step.REVIEW)
    assert wizard.focusWidget() is wizard.review.name
    QTest.keyClick(wizard, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert wizard.draft.step is Step.FORMAT
    with qtbot.waitSignal(wizard.leave_requested):
        QTest.keyClick(wizard, Qt.Key.Key_Escape)


def test_tab_walks_through_the_step_to_the_filled_button(qtbot, opened, hand, sound):
    wizard = opened()
    wizard.add_sources([sound])
    hand(wizard, Step.REVIEW)
    seen = []
    while wizard.focusWidget() is not wizard.frame.primary and len(seen) < 30:
        seen.append(wizard.focusWidget())
        QTest.keyClick(seen[-1], Qt.Key.Key_Tab)
    review, frame = wizard.review, wizard.frame
    stops = [one for one in seen if one in (review.name, review.note, frame.cancel, frame.back)]
    assert stops == [review.name, review.note, frame.cancel, frame.back]


def test_leaving_ends_what_goes_on_and_leaves_nothing(
    qtbot, opened, slow, sound, world, monkeypatch
):
    context, listen, _, begun, ended = slow
    monkeypatch.setattr(world.services.datasets, "listen", listen)
    before = sorted(world.project.path.rglob("*"))
    wizard = opened(context)
    wizard.add_sources([sound])
    qtbot.waitUntil(wizard.frame.primary.isEnabled)
    QTest.keyClick(wizard, *FORWARD)
    qtbot.waitUntil(begun.is_set, timeout=10_000)
    with qtbot.waitSignal(wizard.left):
        wizard.leave()
    assert ended.wait(10), "listening was told to stop"
    assert not wizard.work.listening
    assert world.services.repositories.datasets.list() == []
    assert sorted(world.project.path.rglob("*")) == before


def test_a_copy_of_another_dataset_begins_at_the_format(qtbot, opened, sound, world):
    made = world.dataset(
        "first", channels=2, num_signal=65536,
        statistics={"condition": {"match_level": True}},
        manifest=({"path": str(sound / "wide.wav"), "verdict": "use", "included": False},),
    )  # fmt: skip
    made = replace(made, sources=(str(sound),))
    wizard = opened()
    wizard.prefill(prefill_of(made))
    qtbot.waitUntil(lambda: wizard.draft.step is Step.FORMAT)
    qtbot.waitUntil(lambda: wizard.draft.fresh)
    assert wizard.draft.settings == PreprocessSettings(num_signal=65536, channels=2)
    assert wizard.draft.condition == ConditionSettings(match_level=True)
    assert wizard.draft.counts.chosen == 4
    assert wizard.draft.name == "first 2"
    assert wizard.format.window_size.value() == 65536
    assert not wizard.worth_keeping


def test_what_a_damaged_record_says_of_preparing_is_not_believed(world):
    made = world.dataset("odd", statistics={"condition": {"mix": 3}}, manifest=({"path": None},))
    found = prefill_of(made)
    assert found.condition == ConditionSettings()
    assert isinstance(found, Prefill)
