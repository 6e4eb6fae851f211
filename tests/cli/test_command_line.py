"""What a person or a program meets on the command line, without an engine."""

from __future__ import annotations

import json

import pytest

from rave_gui.cli.main import COMMANDS, build_parser, main
from rave_gui.cli.output import Bar, plain, print_table


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
