"""How a wish reaches those who work on a job, even where its directory cannot be written to."""

from __future__ import annotations

from rave_gui.core.errors import UserError
from rave_gui.core.job_facts import RunnerInfo, Wish
from rave_gui.core.jobs import JobDirectory
from rave_gui.core.process import interrupt_tree, is_alive, kill_tree, terminate_process
from rave_gui.core.records import Job


def meet(job: Job, wish: Wish) -> None:
    """Leave the wish for the runner; without one, end the program from here.

    Raises:
        UserError: when neither is possible.
    """
    directory = JobDirectory(job.directory)
    info = directory.runner()
    if info is not None and not is_alive(info.runner_pid, info.runner_token):
        _without_runner(info, wish)
        return
    try:
        directory.wish(wish)
    except UserError:
        if not _by_signal(job, info, wish):
            raise
    if directory.exit() is not None and wish not in (Wish.STOP, Wish.KILL) and directory.take(wish):
        # It ended in the very moment of the wish, and nobody is left to answer.
        raise UserError(f"“{job.title or job.id}” has ended already.")


def _without_runner(info: RunnerInfo, wish: Wish) -> None:
    if info.child_pid is not None and wish is Wish.STOP:
        interrupt_tree(info.child_pid, info.child_token)
    elif info.child_pid is not None and wish is Wish.KILL:
        kill_tree(info.child_pid, info.child_token)
    else:
        raise UserError(
            "What watched over this work was ended from outside, so it cannot do that any more.",
            "It goes on; all that can be done from here is to stop it.",
        )


def _by_signal(job: Job, info: RunnerInfo | None, wish: Wish) -> bool:
    """The disk is full or the folder is gone: the runner understands a request to end."""
    if wish is Wish.KILL and info is not None and info.child_pid is not None:
        kill_tree(info.child_pid, info.child_token)
        return True
    if wish not in (Wish.STOP, Wish.KILL) or job.pid is None:
        return False
    terminate_process(job.pid, job.process_token)
    return True
