"""What a person or a program meets on the command line, without an engine."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest

from rave_gui.backend.services import build_services
from rave_gui.cli import control, show
from rave_gui.cli.main import COMMANDS, build_parser, main
from rave_gui.cli.output import Bar, plain, print_json, print_table
from rave_gui.companion.rave_gui_job_files import EXIT, write_json
from rave_gui.core.job_facts import JobExit, JobSpec
from rave_gui.core.jobs import JobDirectory
from rave_gui.core.paths import AppPaths
from rave_gui.core.records import Experiment, ExperimentStatus, Job, JobKind, JobState


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("RAVE_GUI_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_every_command_is_known_to_the_way_in():
    actions = build_parser()._subparsers._group_actions
    assert set(actions[0].choices) == COMMANDS


@pytest.mark.parametrize(
    "what", ["projects", "datasets", "experiments", "checkpoints", "exports", "jobs"]
)
def test_an_empty_list_is_a_sentence_and_an_empty_array(what, capsys):
    assert main(["list", what]) == 0
    assert f"no {what} yet" in capsys.readouterr().out
    assert main(["list", what, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_a_new_project_is_listed_and_its_folder_told(capsys, home):
    assert main(["project", "create", "Bells & whistles"]) == 0
    folder = capsys.readouterr().out.strip()
    assert main(["list", "projects", "--json"]) == 0
    (project,) = json.loads(capsys.readouterr().out)
    assert (project["name"], project["path"]) == ("Bells & whistles", folder)


@pytest.mark.parametrize(
    "arguments",
    [
        ["status", "nothing"],
        ["stop", "7"],
        ["log", "nothing"],
        ["metrics", "nothing"],
        ["verify", "gone.ts"],
        ["project", "reindex", "gone"],
        ["adopt", "gone", "--project", "P"],
        ["run", "gone", "--project", "P", "--preset", "smoke"],
        ["run", "gone", "--project", "P", "--preset", "unheard of"],
    ],
)
def test_what_does_not_exist_is_a_sentence_and_code_1(arguments, capsys):
    assert main(arguments) == 1
    out, err = capsys.readouterr()
    assert err.startswith("rave-gui: ")
    assert "Traceback" not in out + err


@pytest.mark.parametrize("arguments", [[], ["unheard-of"], ["list", "songs"], ["run"]])
def test_wrong_use_is_code_2(arguments, capsys):
    assert main(arguments) == 2
    assert "usage:" in capsys.readouterr().err


def test_a_damaged_database_is_a_sentence(home, capsys):
    home.mkdir()
    (home / "rave-gui.sqlite3").write_bytes(b"no database at all" * 100)
    assert main(["list", "projects"]) == 1
    assert "rave-gui.sqlite3" in capsys.readouterr().err


def test_a_table_aligns_its_columns(capsys):
    print_table(("id", "name"), [(1, "a"), (10, None)], "none")
    assert capsys.readouterr().out == "id  name\n1   a\n10\n"


def test_records_become_plain_json(tmp_path):
    from rave_gui.core.records import Project

    value = plain([Project("P", tmp_path, 1.0)])
    assert json.loads(json.dumps(value))[0]["path"] == str(tmp_path)


class Screen:
    def __init__(self, terminal):
        self.text = ""
        self._terminal = terminal

    def isatty(self):
        return self._terminal

    def write(self, text):
        self.text += text

    def flush(self):
        pass


def test_a_bar_is_drawn_on_a_terminal_only():
    terminal, pipe = Screen(True), Screen(False)
    for screen in (terminal, pipe):
        bar = Bar(stream=screen)
        bar.show("Training", 5, 10, "phase 1")
        bar.say("done")
    assert "50%" in terminal.text
    assert "5/10 phase 1" in terminal.text
    assert pipe.text == "done\n"


def test_a_damaged_database_is_set_aside_and_the_folder_read_again(home, capsys):
    assert main(["project", "create", "Bells"]) == 0
    folder = capsys.readouterr().out.strip()
    (home / "rave-gui.sqlite3").write_bytes(b"no database at all" * 100)
    assert main(["project", "reindex", folder]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("Bells: 0 datasets")
    assert "damaged database was kept" in err
    assert main(["list", "projects"]) == 0


@pytest.mark.parametrize("word", ["9" * 30, "²", "", "7"])
def test_what_looks_like_a_number_and_is_none_is_a_sentence(word, capsys):
    assert main(["status", word]) == 1
    assert f"There is no training {word}." in capsys.readouterr().err


@pytest.mark.parametrize("steps", ["0", "-5", "many", "1.5"])
def test_a_number_of_steps_that_is_none_is_wrong_use(steps, capsys):
    """RAVE takes -1 for "for ever"."""
    assert main(["run", "x", "--project", "P", f"--steps={steps}"]) == 2
    assert "whole number above 0" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["status", "nothing", "--json"],
        ["stop", "nothing", "--json"],
        ["verify", "gone.ts", "--json"],
        ["adopt", "gone", "--project", "P", "--json"],
        ["metrics", "nothing", "--json"],
        ["run", "gone", "--project", "P", "--preset", "smoke", "--json"],
        ["run", "gone", "--project", "P", "--preset", "unheard of", "--json"],
    ],
)
def test_a_program_is_told_of_a_failure_in_one_object(arguments, capsys):
    assert main(arguments) == 1
    out, err = capsys.readouterr()
    answer = json.loads(out)
    assert answer["ok"] is False
    assert answer["error"] in err


def test_a_run_that_cannot_be_trained_is_refused_before_anything_is_made(home, tmp_path, capsys):
    assert main(["run", str(tmp_path / "gone"), "--project", "P", "--preset", "smoke"]) == 1
    assert main(["list", "projects", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_no_project_is_made_for_runs_that_are_not_there(home, tmp_path, capsys):
    assert main(["adopt", str(tmp_path / "gone"), "--project", "P"]) == 1
    assert main(["list", "projects", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_runs_are_counted_in_words(home, tmp_path, capsys):
    (tmp_path / "runs" / "bells_0123456789" / "version_0").mkdir(parents=True)
    (tmp_path / "runs" / "bells_0123456789" / "config.gin").write_text("CAPACITY = 4\n")
    for told in ("1 run was brought in.", "Nothing new"):
        assert main(["adopt", str(tmp_path / "runs"), "--project", "P"]) == 0
        assert told in capsys.readouterr().out


def test_what_the_system_refuses_is_a_sentence_and_no_traceback(monkeypatch, capsys, allow_errors):
    def refuse(*_):
        raise OSError(28, "No space left on device", "/full")

    monkeypatch.setattr(show, "open_services", refuse)
    assert main(["list", "jobs"]) == 1
    assert capsys.readouterr().err == (
        "rave-gui: The system refused: No space left on device (/full).\n"
    )
    assert len(allow_errors) == 1


def test_a_fault_of_ours_is_told_in_words_and_logged(monkeypatch, capsys, allow_errors):
    monkeypatch.setattr(show, "open_services", lambda _: 1 // 0)
    assert main(["list", "jobs", "--json"]) == 1
    out, err = capsys.readouterr()
    assert "A fault of this program: ZeroDivisionError" in json.loads(out)["error"]
    assert "app.log" in err
    assert allow_errors[0].exc_info


def test_numbers_and_names_that_json_lacks(capsys):
    print_json({"value": float("nan"), "name": "b\udcff"})
    assert json.loads(capsys.readouterr().out) == {"value": "nan", "name": "b\udcff"}


@pytest.fixture
def waiting(home):
    """A training that waits for a device that another one has."""
    services = build_services(AppPaths.from_environment())
    project = services.projects.create("P")
    rows = services.repositories
    for name, status in (("runs", ExperimentStatus.RUNNING), ("waits", ExperimentStatus.QUEUED)):
        record = Experiment(project.id, None, name, {"max_steps": 5}, 0.0, status)
        began = time.time() if status is ExperimentStatus.RUNNING else None
        experiment = rows.experiments.add(replace(record, started_at=began))
    rows.devices.claim("cpu", "experiment-1")
    rows.queue.add(experiment.id)
    return services


def test_the_status_of_what_waits(waiting, capsys):
    assert main(["status", "waits", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["experiment"], answer["status"]) == ("waits", "queued")


@pytest.fixture
def failed(waiting):
    """The one that ran has failed, and its log says why."""
    rows, folder = waiting.repositories, waiting.paths.data / "job"
    folder.mkdir()
    log = Path(__file__).parent.parent / "fixtures" / "logs" / "batch-too-large.log"
    (folder / "output.log").write_bytes(log.read_bytes())
    rows.experiments.update(1, status=ExperimentStatus.FAILED, error="It failed.")
    rows.jobs.add(Job("j", JobKind.TRAIN, folder, JobState.FAILED, 0.0, target_id=1))
    return waiting


def test_the_status_of_what_failed_says_why_and_what_to_do(failed, capsys):
    assert main(["status", "runs", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["explanation"]
    assert told["id"] == "batch-too-large"
    assert main(["status", "runs"]) == 0
    printed = capsys.readouterr().out
    assert told["cause"] in printed
    assert told["remedy"] in printed
    failed.repositories.experiments.update(1, error=f"{told['cause']} {told['remedy']}")
    assert main(["status", "runs"]) == 0
    assert capsys.readouterr().out.count(told["cause"]) == 1


def test_the_status_without_a_log_is_told_all_the_same(failed, capsys):
    (failed.paths.data / "job" / "output.log").unlink()
    assert main(["status", "runs", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["error"], answer["explanation"]) == ("It failed.", None)


def test_stopping_what_waits_takes_it_out_of_the_line(waiting, capsys):
    assert main(["stop", "waits", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["status"] == "pending"
    assert waiting.queue.waiting() == []


def test_a_training_called_by_a_number_is_found(waiting, capsys):
    waiting.repositories.experiments.update(2, name="2024")
    assert main(["status", "2024", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["experiment"] == "2024"


def job_that_says(waiting, parent, state=JobState.SUCCEEDED):
    job_id = "20260101-000000-000-preprocess-abc"
    row = Job(job_id, JobKind.PREPROCESS, parent / job_id, state, time.time(), "Bells")
    spec = JobSpec(job_id, JobKind.PREPROCESS, ("true",), parent, time.time())
    waiting.repositories.jobs.add(row)
    return JobDirectory.create(parent, spec)


def test_a_log_is_followed_to_its_end_though_the_job_tells_no_facts(
    waiting, tmp_path, capfdbinary, monkeypatch
):
    directory = job_that_says(waiting, tmp_path, JobState.RUNNING)
    looks = []

    def grow(self):
        looks.append(directory.output.exists())
        if len(looks) == 2:
            directory.output.write_bytes(b"50%\r\xff100%\n")
        if len(looks) == 4:
            write_json(directory.path / EXIT, JobExit(0, None, False, "", None, 1.0).to_json())
        return pour(self)

    pour = control._Output.pour
    monkeypatch.setattr(control._Output, "pour", grow)
    assert main(["log", directory.path.name, "--follow"]) == 0
    assert capfdbinary.readouterr().out == b"50%\r\xff100%\n"


def test_a_job_that_printed_nothing_says_so(waiting, tmp_path, capsys):
    directory = job_that_says(waiting, tmp_path)
    assert main(["log", directory.path.name]) == 1
    assert capsys.readouterr().err == "rave-gui: Bells has printed nothing.\n"
