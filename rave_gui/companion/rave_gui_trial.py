"""Measures a few real batches of both phases, for the test of a setup before days of training.

Active only where ``RAVE_GUI_TRIAL`` is set. The first batch of each phase is left out of the
times: it pays for memory and kernels that later ones find ready.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytorch_lightning

if TYPE_CHECKING or __package__:
    from rave_gui.companion.rave_gui_reporter import Reporter, sheltered
else:
    from rave_gui_reporter import Reporter, sheltered

VARIABLE = "RAVE_GUI_TRIAL"


def is_wanted() -> bool:
    """Whether this training is only a test of its setup."""
    return bool(os.environ.get(VARIABLE))


class Trial(pytorch_lightning.Callback):  # type: ignore[misc]
    """Writes one fact ``trial`` for each phase, and one for validation and files at the end."""

    def __init__(self, reporter: Reporter) -> None:
        super().__init__()
        self.reporter = reporter
        self._began = time.perf_counter()
        self._batch = self._validation = 0.0
        self._seconds: dict[int, list[float]] = {1: [], 2: []}
        self._validations: list[float] = []
        self._start_seconds = 0.0

    @sheltered("begin the measurement")
    def on_train_start(self, trainer: Any, pl_module: Any) -> None:  # noqa: ARG002, D102
        self._start_seconds = time.perf_counter() - self._began
        _reset_peak(pl_module)

    @sheltered("measure a batch")
    def on_train_batch_start(self, trainer: Any, pl_module: Any, *_: Any) -> None:  # noqa: ARG002, D102
        _settle(pl_module)
        self._batch = time.perf_counter()

    @sheltered("measure a batch")
    def on_train_batch_end(self, trainer: Any, pl_module: Any, *_: Any) -> None:  # noqa: D102
        _settle(pl_module)
        phase = 2 if getattr(pl_module, "warmed_up", False) else 1
        fresh = phase == 2 and not self._seconds[2]
        if fresh:
            self._tell(1, trainer, pl_module)
            _reset_peak(pl_module)
        self._seconds[phase].append(time.perf_counter() - self._batch)

    @sheltered("measure a validation")
    def on_validation_start(self, trainer: Any, pl_module: Any) -> None:  # noqa: ARG002, D102
        self._validation = time.perf_counter()

    @sheltered("measure a validation")
    def on_validation_end(self, trainer: Any, pl_module: Any) -> None:  # noqa: ARG002, D102
        if not trainer.sanity_checking:
            self._validations.append(time.perf_counter() - self._validation)

    @sheltered("tell what was measured")
    def on_train_end(self, trainer: Any, pl_module: Any) -> None:  # noqa: D102
        phase = 2 if self._seconds[2] else 1
        self._tell(phase, trainer, pl_module)
        self.reporter.fact(
            "trial",
            phase=0,
            start_seconds=self._start_seconds,
            validations=self._validations,
            event_bytes=_event_bytes(trainer),
        )

    def _tell(self, phase: int, trainer: Any, module: Any) -> None:
        self.reporter.fact(
            "trial",
            phase=phase,
            step=trainer.global_step,
            seconds=self._seconds[phase],
            gpu_bytes=_peak(module),
            memory_bytes=_resident(),
            checkpoint_bytes=_largest_checkpoint(trainer),
            parameters=sum(weights.numel() for weights in module.parameters()),
        )


def _cuda(module: Any) -> Any:
    """``torch.cuda`` where the training runs on it, else None."""
    if getattr(module.device, "type", "") != "cuda":
        return None
    import torch  # noqa: PLC0415  loaded by RAVE already

    return torch.cuda


def _settle(module: Any) -> None:
    """Wait for the GPU: it works on while Python goes ahead."""
    cuda = _cuda(module)
    if cuda is not None:
        cuda.synchronize(module.device)


def _reset_peak(module: Any) -> None:
    cuda = _cuda(module)
    if cuda is not None:
        cuda.reset_peak_memory_stats(module.device)


def _peak(module: Any) -> int | None:
    """Bytes of GPU memory that torch held at most since the last reset, its cache included."""
    cuda = _cuda(module)
    return int(cuda.max_memory_reserved(module.device)) if cuda is not None else None


def _resident() -> int | None:
    """Bytes of memory that this process held at most since its start."""
    with contextlib.suppress(ImportError):
        import resource  # noqa: PLC0415  not on Windows

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return int(peak) if sys.platform == "darwin" else int(peak) * 1024
    with contextlib.suppress(ImportError):
        import psutil  # noqa: PLC0415

        return int(psutil.Process().memory_info().rss)
    return None


def _event_bytes(trainer: Any) -> int:
    return sum(path.stat().st_size for path in _folder(trainer).glob("events.out.tfevents.*"))


def _largest_checkpoint(trainer: Any) -> int:
    """Of those that lie there now: a later phase may write over the best one."""
    found = _folder(trainer).rglob("*.ckpt")
    return max((path.stat().st_size for path in found), default=0)


def _folder(trainer: Any) -> Path:
    return Path(trainer.log_dir or trainer.default_root_dir)
