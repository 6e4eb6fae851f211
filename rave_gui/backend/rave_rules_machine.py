"""Rules about what the machine has: processors, memory of the GPU, room on the disk, the files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rave_gui.backend.rave_cost import checkpoint_bytes, disk_bytes, gpu_bytes
from rave_gui.backend.rave_findings import Finding, Plan, Rule, error, warning
from rave_gui.backend.rave_settings import default_workers, gpu_index

_GB = 10**9
_LAST_RESORT = 2
"""Checkpoints that must fit at least: RAVE writes a new one before it removes the old."""


def workers(plan: Plan) -> Iterator[Finding]:
    """More loaders than cores only fight; Windows and macOS get none whatever is asked."""
    around, wanted = plan.surroundings, plan.settings.workers
    if around.platform in {"win32", "darwin"}:
        if wanted:
            yield warning(
                "workers-none",
                "RAVE loads sound without helpers on this system, whatever is asked for.",
                "Set the workers to 0.",
                workers=0,
            )
    elif around.cores is not None and wanted > around.cores:
        fitting = default_workers(around.cores, around.platform)
        yield warning(
            "workers",
            f"{wanted} helpers that load sound (workers) are more than the {around.cores} cores of"
            " this computer: each takes memory, and together they slow the training down.",
            f"Use {fitting}.",
            workers=fitting,
        )


def gpu_memory(plan: Plan) -> Iterator[Finding]:
    """The second phase takes more than the first: it fails after days."""
    gpu, needed = gpu_index(plan.settings.device), gpu_bytes(plan)
    free = plan.surroundings.gpu_free.get(gpu) if gpu is not None else None
    if free is None or needed is None or needed <= free:
        return
    half = max(1, plan.settings.batch // 2)
    yield warning(
        "gpu-memory",
        f"The GPU {gpu} has {free / _GB:.1f} GB free; about {needed / _GB:.0f} GB are needed from"
        " the second phase on, so the training may fail when that begins.",
        f"Close what uses the GPU, use a batch of {half}, shorter examples, or a smaller network.",
        **({"batch": half} if half < plan.settings.batch else {}),
    )


def disk(plan: Plan) -> Iterator[Finding]:
    """RAVE keeps a checkpoint every ``save_every`` steps for ever, and sound of each validation."""
    free, one, whole = plan.surroundings.disk_free, checkpoint_bytes(plan), disk_bytes(plan)
    if free is None or one is None:
        return
    if free < _LAST_RESORT * one:
        yield error(
            "disk",
            f"One checkpoint takes about {_size(one)}, and the disk has {_size(free)} free.",
            "Free some space, or keep the project on another disk.",
        )
    elif whole is not None and whole > free:
        yield warning(
            "disk-end",
            f"Until its end the training writes about {_size(whole)}, and the disk has"
            f" {_size(free)} free.",
            "Free some space, or keep fewer checkpoints (save_every).",
            **_fewer_checkpoints(plan, free - whole, one),
        )


def sources(plan: Plan) -> Iterator[Finding]:
    """A lazy dataset whose files moved trains on silence, and RAVE does not mind."""
    gone = plan.surroundings.gone
    if gone:
        more = f" and {len(gone) - 1} more" if len(gone) > 1 else ""
        yield error(
            "sources-gone",
            f"This dataset holds no sound but reads it from files, and {gone[0]}{more} cannot be"
            " found: RAVE would train on silence.",
            "Put the files back, or prepare the dataset again.",
        )


def _fewer_checkpoints(plan: Plan, missing: int, one: int) -> dict[str, Any]:
    """A distance of checkpoints with which all fits, as a change; none where that is too little."""
    every, steps = plan.settings.save_every, plan.settings.max_steps
    kept = steps // every if every else 0
    fitting = kept + missing // one  # missing is negative
    return {"save_every": steps // fitting} if 0 < fitting < kept else {}


def _size(count: int) -> str:
    return f"{count / _GB:.1f} GB" if count >= _GB else f"{count / 10**6:.0f} MB"


RULES: tuple[Rule, ...] = (workers, gpu_memory, disk, sources)
