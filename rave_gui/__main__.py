"""The one way in: a job's runner, the command line, or the window."""

from __future__ import annotations

import sys

RUN_JOB = "--run-job"
LISTEN = "--listen"
PREPARE = "--prepare"
_WINDOW_OPTIONS = ("--project", "--screenshots", "--ready-line")


def main(arguments: list[str] | None = None) -> int:
    """Do what the arguments ask for and return the exit code.

    A bundle has no Python to run ``rave_gui.runner`` with, so it runs itself. That case comes
    before any other import, since a runner lives for days and should hold nothing it needs not.
    """
    given = sys.argv[1:] if arguments is None else list(arguments)
    if given[:1] == [RUN_JOB]:
        from rave_gui.runner import main as run_job  # noqa: PLC0415

        return run_job(given[1:])
    if given[:1] == [LISTEN]:
        from rave_gui.audio.listen_worker import main as listen  # noqa: PLC0415

        return listen(given[1:])
    if given[:1] == [PREPARE]:
        from rave_gui.audio.prepare import main as prepare  # noqa: PLC0415

        return prepare(given[1:])
    _give_streams()
    if opens_window(given):
        return _open_window(given)
    from rave_gui.cli.main import main as command  # noqa: PLC0415

    return command(given)


def opens_window(arguments: list[str]) -> bool:
    """Whether these arguments are for the window; everything else is for the command line."""
    return not arguments or arguments[0].split("=")[0] in _WINDOW_OPTIONS


def _open_window(arguments: list[str]) -> int:
    """Open it, or say in one sentence why that is impossible here."""
    import os  # noqa: PLC0415

    from rave_gui.start_check import import_problem, start_problem  # noqa: PLC0415

    wants_pictures = any(one.split("=")[0] == "--screenshots" for one in arguments)
    problem = start_problem(os.environ)
    if problem and wants_pictures:
        os.environ["QT_QPA_PLATFORM"], problem = "offscreen", ""
    if not problem:
        try:
            from rave_gui.app import main as open_window  # noqa: PLC0415
        except ImportError as error:
            problem = import_problem(error)
        else:
            return open_window(arguments)
    print(f"rave-gui: {problem}", file=sys.stderr)
    return 1


def _give_streams() -> None:
    """A windowed build has no standard streams, and printing must not be what breaks there."""
    import os  # noqa: PLC0415

    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115


if __name__ == "__main__":
    sys.exit(main())
