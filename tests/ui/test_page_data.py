"""The Data page on real datasets: list, overview, files, examples, users, and what it asks for."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dataset_maker import NUM_SIGNAL, entry, lazy_dataset, sound, wav, whole_dataset
from PyQt6.QtCore import QMimeData, QPointF, Qt, QUrl
from PyQt6.QtGui import QDropEvent
from PyQt6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from rave_gui.backend.dataset_verify import Verification
from rave_gui.core.records import Dataset, DatasetStatus, JobKind, JobState
from rave_gui.ui.pages.data import DataPage
from rave_gui.ui.readers_data import ContentsCache, read_datasets, read_making
from rave_gui.ui.widgets.data_detail import EXAMPLES, FILES, USERS


def words_of(widget) -> str:
    QApplication.processEvents()  # layouts show new widgets with the next turn
    found = [part.text() for part in widget.findChildren(QLabel) if part.isVisible()]
    return " ".join(text for text in found if text)


def press(widget, text: str) -> None:
    for part in widget.findChildren(QPushButton):
        if part.isVisible() and text in (part.text(), part.accessibleName()):
            part.click()
            return
    pytest.fail(f"no button {text!r}")


def offered(widget) -> set[str]:
    found = [part for part in widget.findChildren(QPushButton) if part.isVisible()]
    return {part.text() or part.accessibleName() for part in found}


def choose(page: DataPage, key: str) -> None:
    """An entry of the menu."""
    action = next(one for one in page.detail.header.menu.actions() if one.data() == key)
    assert action.isEnabled()
    action.trigger()


@pytest.fixture
def bells(world) -> Dataset:
    return whole_dataset(world.services.repositories, world.project)


@pytest.fixture
def page(qtbot, world) -> DataPage:
    made = DataPage(world.context)
    qtbot.addWidget(made)
    made.resize(1100, 720)
    made.show()
    return made


class TestReading:
    def test_the_list_knows_jobs_and_users(self, world):
        made, making = world.dataset(), world.dataset("choir", status=DatasetStatus.PREPROCESSING)
        job = world.job(JobKind.PREPROCESS, making.id)
        run = world.experiment(dataset_id=made.id)
        found = read_datasets(world.services, world.project, made.id)
        assert found.jobs == {making.id: job}
        assert found.users == {made.id: 1}
        assert found.gone == {made.id, making.id}
        assert [item.name for item in found.detail.users] == [run.name]
        assert found.detail.size is None
        assert read_datasets(world.services, None, None).datasets == ()

    def test_contents_are_counted_once(self, world, bells):
        cache = ContentsCache()

        def contents() -> Any:
            return read_datasets(world.services, world.project, bells.id, cache).detail.contents

        first = contents()
        assert first.summary.files == 3
        assert contents() is first
        changed = ({"path": "/s/a.wav", "verdict": "use"},)
        world.services.repositories.datasets.update(bells.id, manifest=changed)
        assert contents().summary.files == 1

    def test_how_far_a_dataset_is(self, world):
        making = world.dataset(
            status=DatasetStatus.PREPROCESSING,
            statistics={"forecast_examples": 812, "usable_seconds": 100.0},
        )
        job = world.job(JobKind.PREPROCESS, making.id)
        log = b"\rdataset length: 0:01: : 203it [00:10, 4it/s]"
        (job.directory / "output.log").write_bytes(log)
        found = read_making(world.services, [making.id, 999])
        assert (found[making.id].done, found[making.id].fraction) == (203, 0.25)
        assert list(found) == [making.id]

    def test_damaged_entries_of_a_manifest_stop_nobody(self, world):
        odd = ({}, {"path": None, "verdict": 3}, {"path": "/a\0b", "frames": "x"})
        row = world.dataset(manifest=odd)
        found = read_datasets(world.services, world.project, row.id).detail
        assert found.contents.summary.files == 3
        assert found.place.first_gone == "/a\0b"


class TestOverview:
    def test_the_question_is_answered_first(self, page, world, bells):
        facts = {"duration_seconds": 12_000.0, "statistics": {"windows": 2000}}
        world.services.repositories.datasets.update(bells.id, **facts)
        page.refresh()
        words = words_of(page.detail.overview)
        assert words.startswith("Good to learn from Enough for RAVE")
        for part in ("3 h 20 m", "44.1 kHz", "mono", "database", "Every file went in."):
            assert part in words
        assert "ready" in words_of(page.detail.header)

    def test_small_plots_of_what_was_heard(self, page, world, bells):
        heard = tuple(
            {**one, "frames": 4096, "loudness": -20.0, "peak": 0.5, "clipped_runs": 0,
             "silent_seconds": 0.0, "bandwidth_hz": 15000.0, "brickwall": True}
            for one in bells.manifest
        )  # fmt: skip
        assert len(page.detail.overview.plots) == 0
        page.refresh()
        assert len(page.detail.overview.plots) == 2, "only headers are known"
        world.services.repositories.datasets.update(bells.id, manifest=heard)
        page.refresh()
        assert len(page.detail.overview.plots) == 6
        assert "3 files end at 15 kHz as encoders end them." in words_of(page.detail.overview)

    def test_a_good_check_is_remembered(self, page, world, bells):
        found = Verification(1.0, 3).to_json()
        world.services.repositories.datasets.update(bells.id, statistics={"verification": found})
        page.refresh()
        assert "all 3 examples are whole" in words_of(page.detail.overview)

    def test_training_on_it_is_asked_for(self, qtbot, page, bells):
        page.refresh()
        with qtbot.waitSignal(page.new_training_requested) as asked:
            press(page, "Train on it…")
        assert asked.args == [bells.id]


class TestExamples:
    @pytest.fixture
    def examples(self, qtbot, page, bells):
        page.refresh()
        page.detail.tabs.setCurrentIndex(EXAMPLES)
        found = page.detail.examples
        qtbot.waitUntil(lambda: found.shown is not None)
        return found

    def test_one_is_read_from_the_database_itself(self, examples):
        shown = examples.shown
        assert shown.count == 3
        assert np.array_equal(shown.example.samples, sound(shown.example.index))
        words = words_of(examples)
        for part in ("of 3", "Loudness", "dBFS", "Which file they came from cannot be told"):
            assert part in words

    def test_what_is_played_is_what_is_shown(self, examples):
        samples = examples.player.sound.load()
        assert samples.sample_rate == 44100
        expected = sound(examples.shown.example.index).T / 32768
        assert np.allclose(samples.data, expected)

    def test_any_number_can_be_asked_for(self, qtbot, examples):
        wanted = (examples.shown.example.index + 1) % 3
        examples.number.setValue(wanted + 1)
        qtbot.waitUntil(lambda: examples.shown.example.index == wanted)
        examples.show_next()
        qtbot.waitUntil(lambda: examples.shown.example.index == (wanted + 1) % 3)
        examples.show_previous()
        qtbot.waitUntil(lambda: examples.shown.example.index == wanted)
        qtbot.keyClick(examples.player.waveform, Qt.Key.Key_Up)
        qtbot.waitUntil(lambda: examples.shown.example.index == (wanted + 1) % 3)

    def test_another_is_a_random_one(self, qtbot, examples, monkeypatch):
        wanted = (examples.shown.example.index + 1) % 3
        monkeypatch.setattr("rave_gui.ui.widgets.data_examples.random.randrange", lambda n: wanted)
        examples.another.click()
        qtbot.waitUntil(lambda: examples.shown.example.index == wanted)

    def test_saving_is_asked_for_by_its_number(self, qtbot, page, bells, examples):
        with qtbot.waitSignal(page.save_example_requested) as asked:
            examples.save.click()
        assert asked.args == [bells.id, examples.shown.example.index]

    def test_a_lazy_one_names_the_file(self, qtbot, page, world):
        lazy_dataset(world.services.repositories, world.project)
        page.refresh()
        page.detail.tabs.setCurrentIndex(EXAMPLES)
        examples = page.detail.examples
        qtbot.waitUntil(lambda: examples.shown is not None)
        assert examples.shown.count == 5
        assert examples.shown.example.samples.shape == (1, NUM_SIGNAL)
        assert "take " in words_of(examples)

    def test_what_cannot_be_read_is_told_where_it_should_be(self, qtbot, page, bells):
        data = bells.path / "db" / "data.mdb"
        data.write_bytes(data.read_bytes()[:20_000])
        page.refresh()
        page.detail.tabs.setCurrentIndex(EXAMPLES)
        qtbot.waitUntil(lambda: "damaged" in words_of(page.detail.examples))
        assert not page.detail.examples.player.isVisible()

    def test_nothing_is_read_before_somebody_looks(self, page, bells):
        page.refresh()
        assert page.detail.examples.shown is None


class TestUsers:
    def test_a_click_opens_the_training(self, qtbot, page, world, bells):
        run = world.experiment(dataset_id=bells.id)
        page.refresh()
        assert page.detail.tabs.tabText(USERS) == "Used by 1"
        page.detail.tabs.setCurrentIndex(USERS)
        shown = page.detail.users.list
        place = shown.visualRect(shown.rows.index_of(run.id)).center()
        with qtbot.waitSignal(page.record_requested) as asked:
            qtbot.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert asked.args == ["experiments", run.id]

    def test_nobody_uses_it(self, page, bells):
        page.refresh()
        page.detail.tabs.setCurrentIndex(USERS)
        assert "No training uses bells yet." in words_of(page.detail.users)


class TestFiles:
    def test_all_of_them_with_their_verdicts(self, page, world, bells):
        path = Path(bells.manifest[0]["path"])
        odd = (*bells.manifest, entry(path, "reject").to_json() | {"reason": "damaged"})
        world.services.repositories.datasets.update(bells.id, manifest=odd)
        page.refresh()
        page.detail.tabs.setCurrentIndex(FILES)
        assert "3 files can be used, 1 cannot be used" in words_of(page.detail.files)

    def test_waveforms_are_drawn_of_what_is_seen(self, qtbot, page, bells):
        page.refresh()
        table = page.detail.files.table
        pictures = table.view.painter_of_cells.thumbnails
        page.detail.tabs.setCurrentIndex(FILES)
        paths = {str(Path(one["path"])) for one in bells.manifest}
        qtbot.waitUntil(lambda: set(pictures) == paths, timeout=20_000)
        assert all(any(data) for data in pictures.values())

    def test_no_waveform_is_asked_for_before_the_tab_is_seen(self, qtbot, page, bells):
        table = page.detail.files.table
        with qtbot.assertNotEmitted(table.thumbnail_wanted, wait=200):
            page.refresh()
        with qtbot.waitSignal(table.thumbnail_wanted):
            page.detail.tabs.setCurrentIndex(FILES)

    def test_the_selected_one_can_be_seen_and_heard(self, page, bells):
        page.refresh()
        page.detail.tabs.setCurrentIndex(FILES)
        assert not page.detail.files.player.isVisible()
        page.detail.files.table.select_path(Path(bells.manifest[1]["path"]))
        assert page.detail.files.player.isVisible()
        assert page.detail.files.player.sound.path == Path(bells.manifest[1]["path"])


class TestStates:
    def test_preprocessing_tells_stage_percent_and_can_be_stopped(self, qtbot, page, world):
        row = world.dataset(
            status=DatasetStatus.PREPROCESSING,
            statistics={"forecast_examples": 800, "usable_seconds": 100.0},
            manifest=(),
        )
        job = world.job(JobKind.PREPROCESS, row.id)
        log = b"\rdataset length: 0:01: : 200it [00:10, 4it/s]"
        (job.directory / "output.log").write_bytes(log)
        page.refresh()
        words = words_of(page.detail.header)
        assert "RAVE is writing examples: 200 of 800 estimating 25 %" in words
        with qtbot.waitSignal(page.stop_job_requested) as asked:
            press(page.detail.header, "Stop")
        assert asked.args == [job.id]
        enabled = {one.data() for one in page.detail.header.menu.actions() if one.isEnabled()}
        assert not {"delete", "find", "check"} & enabled

    def test_a_failure_says_why_and_leads_to_its_log(self, qtbot, page, world):
        row = world.dataset(status=DatasetStatus.FAILED, error="RAVE could not read take7.wav.")
        job = world.job(JobKind.PREPROCESS, row.id, state=JobState.FAILED)
        page.refresh()
        assert "RAVE could not read take7.wav." in words_of(page.detail.header.notice)
        with qtbot.waitSignal(page.record_requested) as asked:
            press(page, "Open the log")
        assert asked.args == ["jobs", job.id]
        with qtbot.waitSignal(page.duplicate_dataset_requested) as asked:
            press(page, "Make it again…")
        assert asked.args == [row.id]

    def test_a_folder_that_is_gone_is_told_at_once(self, qtbot, page, bells):
        shutil.rmtree(bells.path)
        page.refresh()
        assert f"Its files are gone from {bells.path}" in words_of(page.detail.header)
        assert "Train on it…" not in offered(page)
        for text, signal in (
            ("Find it…", page.relocate_dataset_requested),
            ("Forget…", page.delete_dataset_requested),
        ):
            with qtbot.waitSignal(signal) as asked:
                press(page, text)
            assert asked.args == [bells.id]

    def test_a_lazy_one_whose_files_moved_would_learn_silence(self, page, world):
        row = lazy_dataset(world.services.repositories, world.project)
        shutil.rmtree(row.sources[0])
        page.refresh()
        assert "RAVE would learn silence" in words_of(page.detail.header)


class TestWishes:
    @pytest.mark.parametrize(
        ("key", "signal"),
        [
            ("rename", "rename_dataset_requested"),
            ("check", "verify_dataset_requested"),
            ("find", "relocate_dataset_requested"),
            ("duplicate", "duplicate_dataset_requested"),
            ("delete", "delete_dataset_requested"),
        ],
    )
    def test_the_menu_asks(self, qtbot, page, bells, key, signal):
        page.refresh()
        with qtbot.waitSignal(getattr(page, signal)) as asked:
            choose(page, key)
        assert asked.args == [bells.id]

    def test_the_folder_is_shown(self, qtbot, page, bells):
        page.refresh()
        with qtbot.waitSignal(page.show_in_folder_requested) as asked:
            choose(page, "folder")
        assert asked.args == [str(bells.path)]

    def test_dropped_folders_begin_a_dataset(self, qtbot, page):
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile("/s/bells"), QUrl("https://example.org/x")])
        drop = QDropEvent(
            QPointF(5, 5),
            Qt.DropAction.CopyAction,
            mime,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        with qtbot.waitSignal(page.new_dataset_requested) as asked:
            page.dropEvent(drop)
        assert asked.args == [["/s/bells"]]

    def test_a_check_shows_how_far_it_is_and_can_be_stopped(self, qtbot, page, bells):
        page.refresh()
        page.show_check(bells.id, "Checking every entry", 412, 1939)
        assert "Checking every entry 412 / 1,939 21 %" in words_of(page.detail.check)
        with qtbot.waitSignal(page.stop_check_requested):
            press(page.detail.check, "Stop")
        page.show_check(bells.id, "")
        assert not page.detail.check.isVisible()


class TestTheWizard:
    def test_it_takes_the_whole_page_and_stays(self, page, bells):
        page.refresh()
        wizard = QWidget()
        page.show_wizard(wizard)
        assert wizard.isVisible()
        assert not page.detail.isVisible()
        page.hide()
        page.show()
        page.refresh()
        assert wizard.isVisible(), "coming back and new records do not end it"
        page.end_wizard()
        assert page.wizard is None
        assert page.detail.isVisible()
        assert wizard.parent() is None
        page.end_wizard()

    def test_on_an_empty_page_too(self, page):
        wizard = QWidget()
        page.show_wizard(wizard)
        page.refresh()
        assert wizard.isVisible()
        page.end_wizard()
        assert "No sound yet" in words_of(page)


def test_long_manifests_are_counted_once_and_only_sampled_on_disk(world, tmp_path):
    one = entry(wav(tmp_path / "a.wav", sound(0))).to_json()
    manifest = tuple({**one, "path": f"/s/{number}.wav"} for number in range(20_000))
    row = world.dataset(manifest=manifest)
    cache = ContentsCache()
    first = read_datasets(world.services, world.project, row.id, cache).detail
    assert first.contents.summary.files == 20_000
    assert first.place.files_looked <= 200, "a sample is enough to see that they are gone"
    again = read_datasets(world.services, world.project, row.id, cache).detail
    assert again.contents is first.contents
