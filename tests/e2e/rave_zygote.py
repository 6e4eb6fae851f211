"""Run by the engine's Python: RAVE's own commands, each in a fork that has torch loaded already.

Loading torch takes four seconds and a tiny training two. Each line of standard input asks for one
command, each line of the answer gives its return code; the code that runs is that of ``rave``.
"""

import json
import os
import runpy
import signal
import sys
import traceback

import nn_tilde  # noqa: F401
import pytorch_lightning  # noqa: F401
import rave  # noqa: F401
import sklearn.decomposition  # noqa: F401
import torch
import torch.utils.tensorboard
import torchaudio  # noqa: F401


def main() -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    print(json.dumps({"torch": torch.__version__}), file=answers, flush=True)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _become(json.loads(line))
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        print(json.dumps({"code": code}), file=answers, flush=True)


def _become(wish: dict) -> None:
    """The process of one command; never returns."""
    log = os.open(wish["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    null = os.open(os.devnull, os.O_RDONLY)
    for number, source in ((0, null), (1, log), (2, log)):
        os.dup2(source, number)
    os.chdir(wish["cwd"])
    signal.alarm(wish["seconds"])
    code = 1
    try:
        code = _run(wish["argv"])
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(bool(end.code))
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _run(argv: list[str]) -> int:
    """``rave VERB …``, a script with its arguments, or the facts of a checkpoint."""
    sys.argv = argv
    if argv[0] == "look":
        print("\n" + json.dumps(_look(argv[1])))
    elif argv[0] == "rave":
        from scripts.main_cli import main as rave_main

        rave_main()
    else:
        sys.path.insert(0, os.path.dirname(argv[0]))  # noqa: PTH120
        runpy.run_path(argv[0], run_name="__main__")
    return 0


def _look(path: str) -> dict:
    """Where a training stood; the second optimizer, the judge's, works in the second phase only."""
    checkpoint = torch.load(path, map_location="cpu", weights_only=False)
    states = [list(one["state"].values()) for one in checkpoint["optimizer_states"]]
    enabled = checkpoint["state_dict"].get("encoder.enabled")
    return {
        "step": checkpoint["global_step"],
        "judged": max([int(one["step"]) for one in states[1]] or [0]),
        "quantizes": None if enabled is None else bool(enabled),
    }


if __name__ == "__main__":
    main()
