"""Opening a long training: this reader against TensorBoard's EventAccumulator."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.generate import write_run
from benchmarks.measure import in_own_process, report
from benchmarks.result import Result

_THIS = "benchmarks.event_file"
_ROUNDS = 3


def run() -> list[Result]:
    """Measure on a generated run of 3 M steps: 600,300 scalars, 300 clips of 2 MB."""
    with tempfile.TemporaryDirectory(prefix="rave-gui-bench-") as folder:
        run_dir, cache = Path(folder) / "run", Path(folder) / "cache"
        (run_dir / "version_0").mkdir(parents=True)
        path = run_dir / "version_0" / "events.out.tfevents.1700000000.bench.1.0"
        write_run(path)
        megabytes = path.stat().st_size / 1e6
        theirs = in_own_process(_THIS, "tensorboard", str(path.parent))
        ours = _best("ours", str(run_dir))
        in_own_process(_THIS, "cached", str(run_dir), str(cache))
        again = _best("cached", str(run_dir), str(cache))
    if not ours["scalars"] == again["scalars"] == theirs["scalars"]:
        raise RuntimeError(f"the readers disagree: {ours}, {again}, {theirs}")
    what = f"{ours['scalars']:,} scalars and {ours['clips']} clips in {megabytes:.0f} MB"
    return [
        Result(
            "opening a run of 3 M steps, against TensorBoard's EventAccumulator",
            theirs["seconds"] / ours["seconds"],
            "x",
            limit=40,
            at_least=True,
            detail=f"{what}: {ours['seconds']:.2f} s against {theirs['seconds']:.1f} s",
        ),
        Result(
            "memory above baseline while opening it",
            ours["memory"],
            "MB",
            limit=150,
            detail=f"EventAccumulator: {theirs['memory']:.0f} MB",
        ),
        Result("opening it again from the cache", again["seconds"] * 1e3, "ms", limit=100),
    ]


def _best(kind: str, *arguments: str) -> dict[str, Any]:
    """The fastest of a few rounds, each in a fresh process, with the highest memory of all."""
    rounds = [in_own_process(_THIS, kind, *arguments) for _ in range(_ROUNDS)]
    fastest = min(rounds, key=lambda one: one["seconds"])
    return {**fastest, "memory": max(one["memory"] for one in rounds)}


def _with_tensorboard(folder: str) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    def work() -> dict[str, Any]:
        # Scalars without limit, and of audio only one, as our reader keeps none.
        reader = EventAccumulator(folder, size_guidance={"scalars": 0, "audio": 1}).Reload()
        count = sum(len(reader.Scalars(tag)) for tag in reader.Tags()["scalars"])
        return {"scalars": count}

    report(work)


def _with_ours(folder: str, cache: str = "") -> None:
    # What the application has loaded before it opens a run is the baseline.
    from rave_gui.backend import metrics_join, metrics_source  # noqa: F401
    from rave_gui.backend.metrics import RunMetrics

    def work() -> dict[str, Any]:
        metrics = RunMetrics(Path(folder), Path(cache) if cache else None)
        metrics.poll()
        count = sum(len(metrics.joined(tag)) for tag in metrics.tags())
        return {"scalars": count, "clips": len(metrics.clips())}

    report(work)


if __name__ == "__main__":
    kind, *arguments = sys.argv[1:]
    {"tensorboard": _with_tensorboard, "ours": _with_ours, "cached": _with_ours}[kind](*arguments)
