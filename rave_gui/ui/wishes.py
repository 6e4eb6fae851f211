"""What the window can be asked for: the pages' wishes, gathered for the controller."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QMainWindow


class Wishes(QMainWindow):
    """A page's wish of the same name is passed on to these."""

    new_project_requested = pyqtSignal()
    open_project_requested = pyqtSignal()
    adopt_requested = pyqtSignal()
    sample_requested = pyqtSignal()
    project_selected = pyqtSignal(object)
    new_dataset_requested = pyqtSignal(list)
    delete_dataset_requested = pyqtSignal(int)
    rename_dataset_requested = pyqtSignal(int)
    relocate_dataset_requested = pyqtSignal(int)
    verify_dataset_requested = pyqtSignal(int)
    stop_check_requested = pyqtSignal()
    """Of what verifies a dataset, or looks for its files."""
    duplicate_dataset_requested = pyqtSignal(int)
    save_example_requested = pyqtSignal(int, int)
    """Of a dataset, the example with that number."""
    stop_job_requested = pyqtSignal(str)
    new_training_requested = pyqtSignal(object)
    clone_training_requested = pyqtSignal(int)
    """A new training that begins with what that one was given."""
    start_training_requested = pyqtSignal(int)
    stop_training_requested = pyqtSignal(int)
    save_now_requested = pyqtSignal(int)
    pause_requested = pyqtSignal(int)
    resume_requested = pyqtSignal(int)
    continue_training_requested = pyqtSignal(int)
    delete_training_requested = pyqtSignal(int)
    training_wish_requested = pyqtSignal(int, str)
    """Of a training, what its menu or its stars ask for; see ``viewmodels.training_actions``."""
    preview_now_requested = pyqtSignal(int)
    save_curves_requested = pyqtSignal(object)
    """A ``widgets.plot_wish.SaveWish``."""
    queue_wish_requested = pyqtSignal(object)
    """A ``viewmodels.queue.QueueWish``."""
    star_requested = pyqtSignal(int, int)
    archive_requested = pyqtSignal(list, bool)
    delete_trainings_requested = pyqtSignal(list)
    export_requested = pyqtSignal(int)
    new_export_requested = pyqtSignal(list)
    """Ids of checkpoints; without any, the newest is proposed."""
    listen_requested = pyqtSignal(list)
    """Ids of checkpoints that are to be heard side by side."""
    listen_export_requested = pyqtSignal(int)
    room_sound_requested = pyqtSignal(bool)
    """A sound for the listening room; True: it goes through the models."""
    room_model_requested = pyqtSignal()
    blind_test_requested = pyqtSignal()
    lane_wish_requested = pyqtSignal(str, str)
    """Of a lane, what its menu asks for; see ``viewmodels.listening_room.lane_actions``."""
    pin_requested = pyqtSignal(int, bool)
    rate_checkpoints_requested = pyqtSignal(list, int)
    note_checkpoint_requested = pyqtSignal(int, str)
    delete_checkpoints_requested = pyqtSignal(list)
    tidy_requested = pyqtSignal()
    """Rules are wanted that clear checkpoints."""
    import_models_requested = pyqtSignal(list)
    """Paths of models from elsewhere; without any, they are asked for."""
    verify_requested = pyqtSignal(int)
    verify_file_requested = pyqtSignal(str)
    verify_with_requested = pyqtSignal(object, str)
    """A sound of the user's is wanted, for an export or a file; "": any file is."""
    delete_export_requested = pyqtSignal(int)
    copy_export_requested = pyqtSignal(int, str)
    """Of an export, the folder that a copy is wanted in."""
    edit_rights_requested = pyqtSignal(int)
    """Of an export: licence and consent."""
    engine_install_requested = pyqtSignal()
    engine_choose_requested = pyqtSignal()
    engine_refresh_requested = pyqtSignal()
    engine_selected = pyqtSignal(str)
    theme_mode_requested = pyqtSignal(str)
    sound_device_requested = pyqtSignal(str)
    """The name of what sound is played through; empty: what the system plays through."""
    settings_change_requested = pyqtSignal(dict)
    """Names of settings with their new values."""
    show_in_folder_requested = pyqtSignal(str)
