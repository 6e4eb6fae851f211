"""``rave-gui notify``: chosen, shown and tested, as a person and as a program meet it."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from rave_gui.cli.main import main
from rave_gui.core.paths import AppPaths
from rave_gui.core.settings import SettingsStore


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("RAVE_GUI_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def asked(capsys, *arguments, code=0):
    assert main(["notify", *arguments, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def python(code):
    return f"'{sys.executable}' -I -S -c '{code}'"


def test_what_is_chosen_is_shown_and_changed(capsys):
    found = asked(capsys, "show")
    assert (found["end"], found["desktop"], found["sound"]) == (True, True, False)
    assert (found["webhook"], found["command"], found["troubles"]) == ("", "", {})
    found = asked(capsys, "set", "--phase", "off", "--desktop", "off", "--webhook", "http://h/x")
    assert (found["phase"], found["desktop"], found["webhook"]) == (False, False, "http://h/x")
    kept = SettingsStore(AppPaths.from_environment().settings).load()
    assert (kept.notify_phase, kept.notify_webhook) == (False, "http://h/x")
    assert asked(capsys, "set", "--webhook", "")["webhook"] == ""


@pytest.mark.parametrize("wrong", [("--webhook", "ftp://h"), ("--command", "no-such-program")])
def test_what_cannot_work_is_refused(capsys, wrong):
    assert main(["notify", "set", *wrong]) == 1
    assert capsys.readouterr().err.startswith("rave-gui: The ")
    assert not AppPaths.from_environment().settings.exists()


def test_a_test_says_what_became_of_each(capsys, tmp_path):
    path = tmp_path / "told"
    code = f'import os; open("{path}", "w").write(os.environ["RAVE_GUI_EVENT"])'
    asked(capsys, "set", "--desktop", "off", "--command", python(code))
    found = asked(capsys, "test")
    assert found["ok"] is True
    assert [row["channel"] for row in found["channels"]] == ["command"]
    assert path.read_text() == "test"
    asked(capsys, "set", "--desktop", "on")
    assert main(["notify", "test"]) == 1, "there is no screen in the tests"
    out = capsys.readouterr().out
    assert "desktop  failed  There is no screen here." in out
    assert "command  ok" in out
    assert main(["notify", "show"]) == 0
    assert "There is no screen here" in capsys.readouterr().out


def test_with_nothing_chosen_it_says_so(capsys):
    asked(capsys, "set", "--desktop", "off")
    assert main(["notify", "test"]) == 1
    assert "No way of telling news is chosen" in capsys.readouterr().err


def test_a_command_line_that_ends_at_once_still_delivers(tmp_path, home):
    """The news is on its way in a thread when the interpreter leaves."""
    told = tmp_path / "told"
    line = python(
        f'import threading; threading.Event().wait(0.3); open("{told}", "w").write("yes")'
    )
    code = (
        "import sys; from rave_gui.core.paths import AppPaths; "
        "from rave_gui.backend.services import build_services; "
        "from rave_gui.backend import notice; from rave_gui.core.settings import Settings; "
        "services = build_services(AppPaths.from_environment()); "
        "settings = Settings(notify_desktop=False, notify_command=sys.argv[1]); "
        "services.notifier._post.send(notice.trial(), settings)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, line], env=dict(os.environ), check=False, timeout=60
    )
    assert done.returncode == 0
    assert told.read_text() == "yes"
