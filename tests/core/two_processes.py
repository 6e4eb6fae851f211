"""Two applications that do the same thing at the same moment."""

from __future__ import annotations

import subprocess
import sys

_RACE = """
import sys
from pathlib import Path
from rave_gui.core.database import Database
from rave_gui.core.records import *
from rave_gui.core.repositories import Repositories
database, who = Database(Path(sys.argv[1])), sys.argv[2]
rows = Repositories(database)
print("ready", flush=True)
sys.stdin.readline()
"""


def race(path, code: str) -> list[str]:
    """What ``code`` prints in two processes that each have ``database``, ``rows`` and ``who``."""
    runners = [
        subprocess.Popen(
            [sys.executable, "-c", _RACE + code, str(path), who],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for who in ("one", "two")
    ]
    try:
        assert [runner.stdout.readline() for runner in runners] == ["ready\n"] * 2
        for runner in runners:
            runner.stdin.write("go\n")
            runner.stdin.flush()
        return [runner.communicate(timeout=60)[0] for runner in runners]
    finally:
        for runner in runners:
            runner.kill()
            runner.communicate()
