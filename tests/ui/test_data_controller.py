"""What the window asks about datasets that exist is done, told, and refused in words."""

from __future__ import annotations

import shutil
import wave
from pathlib import Path

import pytest
from dataset_maker import lazy_dataset, sound, whole_dataset
from PyQt6.QtWidgets import QFileDialog

from rave_gui.backend.dataset_verify import Verification
from rave_gui.core.records import Dataset, DatasetStatus
from rave_gui.ui.controllers.base import Desk
from rave_gui.ui.controllers.data import DataController
from rave_gui.ui.dialogs.confirm import ConfirmDialog
from rave_gui.ui.dialogs.error_dialog import ErrorDialog
from rave_gui.ui.dialogs.messages import MessageService
from rave_gui.ui.dialogs.rename import RenameDialog
from rave_gui.ui.main_window import MainWindow


@pytest.fixture
def window(qtbot, world) -> MainWindow:
    made = MainWindow(world.context)
    qtbot.addWidget(made)
    made.let_go()
    made.show_page("data")
    made.show()
    return made


@pytest.fixture
def messages(world, window) -> MessageService:
    made = MessageService(world.context.theme)
    made.set_window(window)
    yield made
    made.close_all()


@pytest.fixture(autouse=True)
def controller(world, window, messages) -> DataController:
    return DataController(Desk(world.context, window, messages))


@pytest.fixture
def bells(world) -> Dataset:
    return whole_dataset(world.services.repositories, world.project)


def dialog(messages: MessageService, kind: type):
    (found,) = [one for one in messages.dialogs if isinstance(one, kind)]
    return found


def record(world, dataset: Dataset) -> Dataset | None:
    return world.services.repositories.datasets.find(dataset.id)


def test_renaming(world, window, messages, bells):
    window.rename_dataset_requested.emit(bells.id)
    asked = dialog(messages, RenameDialog)
    assert asked.name.text() == "bells"
    asked.name.setText("Große Glocken")
    asked.primary.click()
    assert record(world, bells).name == "Große Glocken"
    assert messages.dialogs == ()


def test_a_name_that_is_taken_is_refused_in_the_dialog(world, window, messages, bells):
    whole_dataset(world.services.repositories, world.project, "choir")
    window.rename_dataset_requested.emit(bells.id)
    asked = dialog(messages, RenameDialog)
    asked.name.setText("Choir")
    asked.primary.click()
    assert "called choir already" in asked.message.text()
    asked.name.setText("")
    assert not asked.primary.isEnabled()
    assert record(world, bells).name == "bells"


def test_deleting_says_what_is_lost_and_how_large_it_is(
    world, window, messages, bells, monkeypatch
):
    thrown: list[Path] = []
    monkeypatch.setattr("rave_gui.backend.dataset.discard", thrown.append)
    window.delete_dataset_requested.emit(bells.id)
    asked = dialog(messages, ConfirmDialog)
    assert "trash" in asked.option.text()
    assert "kB" in asked.option.text()
    asked.primary.click()
    assert thrown == [bells.path]
    assert record(world, bells) is None


def test_what_trainings_need_cannot_be_deleted(world, window, messages, bells):
    world.experiment("bells-v2", dataset_id=bells.id)
    window.delete_dataset_requested.emit(bells.id)
    assert "bells is needed by bells-v2" in dialog(messages, ErrorDialog).failure.what
    assert record(world, bells) is not None


def test_one_whose_files_are_gone_can_be_forgotten(world, window, messages, bells):
    shutil.rmtree(bells.path)
    window.delete_dataset_requested.emit(bells.id)
    asked = dialog(messages, ConfirmDialog)
    assert asked.option.isHidden(), "there are no files to throw away"
    asked.primary.click()
    assert record(world, bells) is None


def test_verifying_is_told_and_kept(qtbot, world, window, bells):
    window.verify_dataset_requested.emit(bells.id)
    qtbot.waitUntil(lambda: Verification.of(record(world, bells)) is not None)
    assert Verification.of(record(world, bells)).good
    qtbot.waitUntil(lambda: "It is whole" in window.status_bar._notice.text())
    assert not window.data.detail.check.isVisible()


def test_a_damaged_one_is_told(qtbot, world, window, bells):
    data = bells.path / "db" / "data.mdb"
    data.write_bytes(data.read_bytes()[:20_000])
    window.verify_dataset_requested.emit(bells.id)
    qtbot.waitUntil(lambda: "not whole" in window.status_bar._notice.text())
    window.data.refresh()
    assert "it is not whole" in window.data.detail.header.notice._title.text()


def test_while_it_is_made_it_cannot_be_verified(qtbot, world, window, messages):
    row = world.dataset(status=DatasetStatus.PREPROCESSING)
    window.verify_dataset_requested.emit(row.id)
    qtbot.waitUntil(lambda: bool(messages.dialogs))
    assert "being made" in dialog(messages, ErrorDialog).failure.what


def test_a_moved_folder_is_found_again(world, window, messages, bells, tmp_path):
    new = tmp_path / "bells"
    bells.path.rename(new)
    window.relocate_dataset_requested.emit(bells.id)
    asked = dialog(messages, QFileDialog)
    assert "folder of bells" in asked.windowTitle()
    asked.fileSelected.emit(str(new))
    assert record(world, bells).path == new


def test_moved_sound_files_are_found_again(qtbot, world, window, messages, tmp_path):
    river = lazy_dataset(world.services.repositories, world.project)
    Path(river.sources[0]).rename(tmp_path / "new place")
    window.relocate_dataset_requested.emit(river.id)
    asked = dialog(messages, QFileDialog)
    assert "sound files of river" in asked.windowTitle()
    asked.fileSelected.emit(str(tmp_path))
    qtbot.waitUntil(lambda: "2 were found again" in window.status_bar._notice.text())
    assert Path(record(world, river).manifest[0]["path"]).is_file()


def test_an_example_is_saved_as_it_is(world, window, messages, bells, tmp_path):
    window.save_example_requested.emit(bells.id, 2)
    asked = dialog(messages, QFileDialog)
    asked.fileSelected.emit(str(tmp_path / "third.wav"))
    with wave.open(str(tmp_path / "third.wav"), "rb") as file:
        assert file.readframes(10**6) == sound(2).tobytes()


def test_trainings_and_logs_open_on_their_pages(world, window, bells):
    run = world.experiment(dataset_id=bells.id)
    window.data.record_requested.emit("experiments", run.id)
    assert window.current_page == "train"
    assert window.train.selected == run.id
