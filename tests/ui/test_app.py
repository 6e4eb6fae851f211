"""The whole window on real records: it starts light, follows, and ends without anything left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from PyQt6.QtCore import QUrl
from PyQt6.QtGui import QDesktopServices

import rave_gui.__main__ as entry
from rave_gui.app import App
from rave_gui.backend.engine import EngineManager
from rave_gui.backend.engine_record import Engine
from rave_gui.backend.services import build_services
from rave_gui.bridge.lifecycle import Stage
from rave_gui.companion import rave_gui_job_files as job_files
from rave_gui.core.errors import UserError
from rave_gui.core.job_facts import JobSpec, Wish
from rave_gui.core.jobs import JobDirectory
from rave_gui.core.records import (
    Dataset,
    DatasetStatus,
    Experiment,
    ExperimentStatus,
    Job,
    JobKind,
    JobState,
)
from rave_gui.start_check import start_problem
from rave_gui.ui.dialogs.adopt import AdoptDialog
from rave_gui.ui.dialogs.confirm import ConfirmDialog
from rave_gui.ui.dialogs.engine_install import EngineInstallDialog
from rave_gui.ui.dialogs.error_dialog import ErrorDialog
from rave_gui.ui.dialogs.go_on import GoOnDialog
from rave_gui.ui.dialogs.new_project import NewProjectDialog
from rave_gui.ui.screenshots import ScreenshotTour
from rave_gui.ui.wizards.new_dataset import NewDatasetWizard
from rave_gui.ui.wizards.new_training import NewTrainingWizard

WAIT = 20_000
ENGINE = Engine(Path("/engine/bin/python"), "test", versions={"acids-rave": "2.3.1"})
pytestmark = pytest.mark.timeout(90)


@pytest.fixture(autouse=True)
def _no_search(monkeypatch):
    """No test looks for engines on the machine that it runs on."""
    monkeypatch.setattr(EngineManager, "current", lambda self, refresh=False: ENGINE)
    monkeypatch.setattr(EngineManager, "find", lambda self, *, refresh=False: [ENGINE])
    monkeypatch.setattr("rave_gui.ui.controllers.engine.Doctor.examine", lambda self: ())


@pytest.fixture
def launch(qtbot, qapp, app_paths):
    """Open windows; each is closed again in order."""
    made: list[App] = []

    def start(project: str = "") -> App:
        app = App(qapp, build_services(app_paths))
        made.append(app)
        app.open_project(project)
        with qtbot.waitSignal(app.ready, timeout=WAIT):
            app.show()
        qtbot.waitUntil(lambda: app.state.engine is not None, timeout=WAIT)
        return app

    yield start
    for app in made:
        if app.lifecycle.stage is not Stage.DONE:
            with qtbot.waitSignal(app.done, timeout=WAIT):
                app.lifecycle.shut_down()
    qapp.setStyleSheet("")


@pytest.fixture
def app(launch) -> App:
    return launch()


@pytest.fixture
def project(app):
    made = app.services.projects.create("Glass and bells")
    app.state.select(made)
    return made


def wizard_of(app) -> NewDatasetWizard | None:
    """What is open on the Data page."""
    return app.window.data.findChild(NewDatasetWizard)


def dialog(qtbot, app, kind):
    """The open dialog of that kind."""
    qtbot.waitUntil(lambda: any(isinstance(d, kind) for d in app.messages.dialogs), timeout=WAIT)
    return next(one for one in app.messages.dialogs if isinstance(one, kind))


def a_dataset(app, project, **changes) -> Dataset:
    row = Dataset(
        project.id,
        "bells",
        project.path / "datasets" / "bells",
        ("/s",),
        time.time(),
        status=DatasetStatus.READY,
        num_samples=100,
        duration_seconds=600.0,
    )
    return app.services.repositories.datasets.add(replace(row, **changes))


def a_training(app, project, **changes) -> Experiment:
    row = Experiment(project.id, None, "bells-v2", {"max_steps": 20}, time.time())
    return app.services.repositories.experiments.add(replace(row, **changes))


def a_running_job(app, project, target: int, kind: JobKind = JobKind.TRAIN) -> Job:
    """A job whose runner is this very process, as if another application had started it."""
    spec = JobSpec(f"job-{kind.value}-{target}", kind, ("true",), project.path, time.time())
    directory = JobDirectory.create(project.path / "jobs", spec)
    pid, token = os.getpid(), job_files.process_token(os.getpid())
    runner = {"runner_pid": pid, "runner_token": token, "state": "running"}
    job_files.write_json(directory.path / job_files.RUNNER, runner)
    job = Job(
        spec.id, kind, directory.path, JobState.RUNNING, spec.created_at, "Training bells-v2",
        project.id, target, pid, token,
    )  # fmt: skip
    return app.services.repositories.jobs.add(job)


def end_job(job: Job, returncode: int = 0) -> None:
    end = {"returncode": returncode, "ended_at": time.time(), "stopped_by": ""}
    job_files.write_json(job.directory / job_files.EXIT, end)


# Start and end


def test_it_starts_and_ends_with_nothing_left(qtbot, app):
    assert app.window.isVisible()
    with qtbot.waitSignal(app.done, timeout=WAIT):
        app.window.close()
    assert not app.window.isVisible()
    assert app.followers.running() == []
    assert not app.tasks.busy


def test_place_and_project_are_remembered(qtbot, launch):
    first = launch()
    made = first.services.projects.create("Glass and bells")
    first.state.select(made)
    first.window.resize(1111, 777)
    place = first.window.geometry_text()
    with qtbot.waitSignal(first.done, timeout=WAIT):
        first.lifecycle.shut_down()
    second = launch()
    assert second.state.project == made
    assert second.state.settings.window_geometry == place


def test_a_project_is_opened_by_name_or_folder(launch, tmp_path, app_paths):
    made = build_services(app_paths).projects.create("Glass and bells", tmp_path / "there")
    assert launch("glass and bells").state.project == made
    assert launch(str(tmp_path / "there")).state.project == made
    with pytest.raises(UserError, match="no project called nothing"):
        launch("nothing")


def test_two_windows_at_once_do_not_fight(qtbot, launch):
    first, second = launch(), launch()
    project = first.services.projects.create("Glass and bells")
    job = a_running_job(first, project, a_training(first, project).id or 0)
    for app in (first, second):
        qtbot.waitUntil(lambda app=app: job.id in app.followers.running(), timeout=WAIT)
    end_job(job)
    for app in (first, second):
        qtbot.waitUntil(lambda app=app: app.followers.running() == [], timeout=WAIT)
    rows = first.services.repositories.jobs
    qtbot.waitUntil(lambda: rows.get(job.id).state.ended, timeout=WAIT)


def test_closing_while_a_training_runs_says_that_it_goes_on(qtbot, app, project):
    run = a_training(app, project, status=ExperimentStatus.RUNNING)
    job = a_running_job(app, project, run.id or 0)
    app.window.close()
    question = dialog(qtbot, app, ConfirmDialog)
    assert "goes on without the window" in question.windowTitle()
    question.cancel.click()
    assert app.window.isVisible()
    assert app.lifecycle.stage is Stage.RUNNING
    app.window.close()
    with qtbot.waitSignal(app.done, timeout=WAIT):
        dialog(qtbot, app, ConfirmDialog).primary.click()
    assert JobDirectory(job.directory).exit() is None
    assert not (job.directory / "commands" / "stop").exists()
    end_job(job)


# Live work


def test_a_job_of_somebody_else_is_found_followed_and_settled(qtbot, app, project):
    run = a_training(app, project, status=ExperimentStatus.RUNNING)
    job = a_running_job(app, project, run.id or 0)
    qtbot.waitUntil(lambda: job.id in app.followers.running(), timeout=WAIT)
    job_files.append_fact(job.directory, "progress", step=7, epoch=1, max_steps=20)
    board = app.context.board
    qtbot.waitUntil(lambda: board.training(run.id) is not None, timeout=WAIT)
    assert board.training(run.id).step == 7
    rows = app.services.repositories
    qtbot.waitUntil(lambda: rows.experiments.get(run.id).step == 7, timeout=WAIT)
    with qtbot.waitSignal(app.events.job_ended, timeout=WAIT) as ended:
        end_job(job)
    assert ended.args[0].job_id == job.id
    assert rows.jobs.get(job.id).state.ended
    qtbot.waitUntil(lambda: not rows.experiments.get(run.id).status.active, timeout=WAIT)


def test_stopping_a_job_leaves_the_wish_in_its_directory(qtbot, app, project):
    job = a_running_job(app, project, 1, JobKind.PREPROCESS)
    app.window.stop_job_requested.emit(job.id)
    qtbot.waitUntil((job.directory / "commands" / Wish.STOP.value).exists, timeout=WAIT)
    end_job(job, 1)
    qtbot.waitUntil(lambda: app.followers.running() == [], timeout=WAIT)


# Wishes


def test_a_project_is_made_and_shown(qtbot, app):
    app.window.new_project_requested.emit()
    asked = dialog(qtbot, app, NewProjectDialog)
    asked.name.setText("Glass and bells")
    asked.primary.click()
    qtbot.waitUntil(lambda: app.state.project is not None, timeout=WAIT)
    assert app.state.project.name == "Glass and bells"
    qtbot.waitUntil(lambda: app.messages.dialogs == (), timeout=WAIT)
    assert app.window.current_page == "data"


def test_a_name_that_is_taken_is_refused_in_the_dialog(qtbot, app, project):
    app.window.new_project_requested.emit()
    asked = dialog(qtbot, app, NewProjectDialog)
    asked.name.setText("Glass and bells")
    asked.primary.click()
    qtbot.waitUntil(lambda: "already" in asked.message.text(), timeout=WAIT)
    assert asked.isVisible()


def test_data_without_a_project_asks_for_the_project_first(qtbot, app):
    app.window.new_dataset_requested.emit([])
    dialog(qtbot, app, NewProjectDialog)
    app.window.adopt_requested.emit()
    assert not any(isinstance(one, AdoptDialog) for one in app.messages.dialogs)


def test_dropped_folders_begin_a_dataset(qtbot, app, project, tmp_path):
    app.window.new_dataset_requested.emit([str(tmp_path)])
    assert app.window.current_page == "data"
    (source,) = wizard_of(app).draft.sources
    assert source.path == tmp_path


def test_a_training_begins_with_the_dataset_that_was_shown(qtbot, app, project):
    a_dataset(app, project, name="other", path=project.path / "datasets" / "other")
    wanted = a_dataset(app, project)
    app.window.new_training_requested.emit(wanted.id)
    qtbot.waitUntil(lambda: isinstance(app.window.train.wizard, NewTrainingWizard), timeout=WAIT)
    assert app.window.train.wizard.draft.dataset.id == wanted.id
    assert app.window.current_page == "train"
    app.window.new_training_requested.emit(None)
    assert app.window.train.wizard.draft.dataset.id == wanted.id, "it goes on with the same one"


def test_a_training_like_another_asks_before_decisions_are_lost(qtbot, app, project):
    a_dataset(app, project)
    run = a_training(app, project, config={"configs": ["v2", "causal"], "batch": 3})
    app.window.clone_training_requested.emit(run.id)
    page = app.window.train
    qtbot.waitUntil(lambda: page.wizard is not None, timeout=WAIT)
    assert page.wizard.draft.settings.batch == 3
    assert page.wizard.draft.parent.id == run.id
    page.wizard.draft.set_value("batch", 5)
    app.window.clone_training_requested.emit(run.id)
    dialog(qtbot, app, ConfirmDialog).primary.click()
    qtbot.waitUntil(lambda: page.wizard.draft.settings.batch == 3, timeout=WAIT)
    page.wizard.frame.cancel.click()
    qtbot.waitUntil(lambda: page.wizard is None, timeout=WAIT)


def test_without_a_ready_dataset_a_training_leads_to_the_data(qtbot, app, project):
    app.window.new_training_requested.emit(None)
    qtbot.waitUntil(lambda: wizard_of(app) is not None, timeout=WAIT)


def test_deleting_a_dataset_says_what_is_lost_and_does_it(qtbot, app, project):
    row = a_dataset(app, project)
    app.window.delete_dataset_requested.emit(row.id)
    asked = dialog(qtbot, app, ConfirmDialog)
    asked.option.setChecked(False)
    asked.primary.click()
    rows = app.services.repositories.datasets
    qtbot.waitUntil(lambda: rows.find(row.id) is None, timeout=WAIT)


def test_what_cannot_be_deleted_is_told(qtbot, app, project):
    row = a_dataset(app, project)
    a_training(app, project, dataset_id=row.id)
    app.window.delete_dataset_requested.emit(row.id)
    failure = dialog(qtbot, app, ErrorDialog).failure
    assert "is needed by bells-v2" in failure.what


def test_deleting_a_training_is_asked_and_done(qtbot, app, project):
    run = a_training(app, project, status=ExperimentStatus.STOPPED)
    app.window.delete_training_requested.emit(run.id)
    dialog(qtbot, app, ConfirmDialog).primary.click()
    rows = app.services.repositories.experiments
    qtbot.waitUntil(lambda: rows.find(run.id) is None, timeout=WAIT)


def test_going_on_without_a_checkpoint_is_refused_in_a_notice(qtbot, app, project):
    run = a_training(app, project, status=ExperimentStatus.STOPPED)
    app.window.continue_training_requested.emit(run.id)
    qtbot.waitUntil(lambda: "no checkpoint" in app.window.status_bar.words, timeout=WAIT)
    assert not any(isinstance(one, GoOnDialog) for one in app.messages.dialogs)


def test_the_theme_is_kept(qtbot, app):
    app.window.theme_mode_requested.emit("light")
    assert app.theme.mode == "light"
    qtbot.waitUntil(lambda: app.services.settings.load().theme == "light", timeout=WAIT)


def test_folders_are_shown_where_they_are(qtbot, app, tmp_path, monkeypatch):
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: not opened.append(url))
    (tmp_path / "a.ts").touch()
    app.window.show_in_folder_requested.emit(str(tmp_path / "a.ts"))
    assert [Path(url.toLocalFile()) for url in opened] == [tmp_path]
    app.window.show_in_folder_requested.emit(str(tmp_path / "gone" / "b.ts"))
    assert "is not there" in dialog(qtbot, app, ErrorDialog).failure.what


def test_installing_runs_our_own_command_as_a_job_and_is_followed(qtbot, app, monkeypatch):
    started = []

    def submit(request):
        started.append(request)
        project = app.services.projects.create("For the job")
        return a_running_job(app, project, 0, JobKind.INSTALL)

    monkeypatch.setattr(app.services.jobs, "submit", submit)
    app.window.engine_install_requested.emit()
    asked = dialog(qtbot, app, EngineInstallDialog)
    asked.primary.click()
    qtbot.waitUntil(lambda: asked._running, timeout=WAIT)
    assert started[0].argv[-4:] == ("engine", "install", "--torch", "auto")
    job = app.services.jobs.active()[0]
    job_files.append_fact(job.directory, "stage", stage="torch")
    qtbot.waitUntil(lambda: asked._progress.stage == "torch", timeout=WAIT)
    end_job(job)
    qtbot.waitUntil(lambda: asked._progress.finished, timeout=WAIT)


def test_the_sample_begins_the_whole_chain_in_a_project_of_its_own(qtbot, app, monkeypatch):
    begun = []

    def begin(name, sources, preset):
        begun.append((name, [source.name for source in sources], preset))
        return app.services.projects.create(name)

    monkeypatch.setattr(app.services.chain, "begin", begin)
    app.window.sample_requested.emit()
    qtbot.waitUntil(lambda: app.state.project is not None, timeout=WAIT)
    assert begun == [("Sample", ["sample"], "sample")]
    assert app.window.current_page == "data"


# Pictures


def test_every_page_is_saved_dark_and_light(qtbot, app, project, tmp_path):
    tour = ScreenshotTour(app.window, app.theme, tmp_path / "shots", lambda: app.tasks.busy)
    with qtbot.waitSignal(tour.finished, timeout=60_000) as done:
        tour.start()
    names = {path.name for path in (tmp_path / "shots").iterdir()}
    assert names == {f"{key}-{mode}.png" for key in app.window.pages for mode in ("dark", "light")}
    assert len(done.args[0]) == len(names)


# The entry


@pytest.mark.parametrize(
    ("arguments", "window"),
    [
        ([], True),
        (["--project", "x"], True),
        (["--project=x"], True),
        (["--screenshots", "d"], True),
        (["--ready-line"], True),
        (["--help"], False),
        (["doctor", "--json"], False),
        (["run", "--project", "x"], False),
    ],
)
def test_what_opens_the_window(arguments, window):
    assert entry.opens_window(arguments) is window


def test_a_job_is_run_before_anything_else_is_imported(tmp_path):
    code = (
        "import sys, json\n"
        "import rave_gui.__main__ as entry\n"
        f"rc = entry.main(['--run-job', {str(tmp_path / 'gone')!r}])\n"
        "heavy = [m for m in sys.modules if m.startswith(('PyQt6', 'rave_gui.ui', 'rave_gui.app',"
        " 'rave_gui.backend', 'rave_gui.cli', 'numpy'))]\n"
        "print(json.dumps([rc, heavy]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    code_, heavy = json.loads(done.stdout.splitlines()[-1])
    assert heavy == []
    assert code_ != 0


def test_without_standard_streams_nothing_breaks(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    entry._give_streams()
    print("into nothing")
    assert sys.stdout is not None
    sys.stdout.close()
    sys.stderr.close()


def start_process(home: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "RAVE_GUI_HOME": str(home), "RAVE_GUI_READY": "1"}
    environment.pop("RAVE_GUI_ENGINE", None)
    return subprocess.Popen(
        [sys.executable, "-m", "rave_gui", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )


@pytest.mark.skipif(os.name == "nt", reason="no such signals there")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_terminal_can_end_it_politely(tmp_path, number):
    process = start_process(tmp_path)
    assert process.stdout is not None
    assert process.stdout.readline().startswith("rave-gui ready in ")
    process.send_signal(number)
    assert process.wait(30) == 0
    process.communicate()


def test_nothing_heavy_is_imported_before_the_first_paint(tmp_path):
    code = (
        "import sys, json\n"
        "from rave_gui import app\n"
        "def tell():\n"
        "    roots = {name.partition('.')[0] for name in sys.modules}\n"
        "    print(json.dumps(sorted(roots)), flush=True)\n"
        "    import os; os._exit(0)\n"
        "app._tell_ready = tell\n"
        "app.main(['--ready-line'])\n"
    )
    environment = {**os.environ, "RAVE_GUI_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, timeout=60, check=True, env=environment,
    )  # fmt: skip
    roots = set(json.loads(done.stdout.splitlines()[-1]))
    assert "PyQt6" in roots
    assert not roots & {"matplotlib", "librosa", "scipy", "torch", "numpy", "soundfile"}


def test_records_that_cannot_be_opened_end_in_a_sentence(tmp_path):
    (tmp_path / "rave-gui.sqlite3").mkdir(parents=True)
    process = start_process(tmp_path)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Traceback" not in said
    assert said.startswith("rave-gui: ") or "rave-gui: " in said


EVERYTHING = {"DISPLAY": ":0"}


@pytest.mark.parametrize(
    ("environment", "platform", "lacking", "said"),
    [
        (EVERYTHING, "linux", [], ""),
        ({}, "linux", [], "no screen"),
        ({"QT_QPA_PLATFORM": "offscreen"}, "linux", ["libegl1"], ""),
        (EVERYTHING, "linux", ["libxcb-cursor0"], "apt-get install libxcb-cursor0"),
        ({"WAYLAND_DISPLAY": "w"}, "linux", ["libegl1"], "apt-get install libegl1"),
        ({}, "darwin", ["libegl1"], ""),
        ({}, "win32", [], ""),
    ],
)
def test_what_is_missing_is_named_before_qt_aborts(environment, platform, lacking, said):
    problem = start_problem(environment, platform, lambda parts: lacking)
    assert said in problem
    assert bool(problem) is bool(said)


def test_without_a_screen_it_ends_with_a_sentence(tmp_path):
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    done = subprocess.run(
        [sys.executable, "-m", "rave_gui"],
        capture_output=True, text=True, timeout=60, check=False,
        env={**environment, "RAVE_GUI_HOME": str(tmp_path)},
    )  # fmt: skip
    if sys.platform.startswith("linux"):
        assert done.returncode == 1
        assert done.stderr.startswith("rave-gui: There is no screen here.")


def test_with_a_tray_the_window_shows_news_itself_as_long_as_it_is_there(
    qtbot, qapp, launch, monkeypatch
):
    monkeypatch.setattr("rave_gui.ui.tray.TrayMessages.possible", lambda: True)
    app = launch()
    desktop = app.services.notifier.desktop
    assert desktop.show == app.tray.show
    app.window.showMinimized()
    app.tray.clicked.emit()
    assert not app.window.isMinimized()
    with qtbot.waitSignal(app.done, timeout=WAIT):
        app.lifecycle.shut_down()
    assert desktop.show is None
