"""Exports a checkpoint of RAVE as ONNX, for every network for which that can be done.

    python rave_gui_export_onnx.py --run CKPT --output FOLDER --name NAME [--fidelity 0.95]
        [--channels N] [--streaming] [--ema_weights]

``config.gin`` lies beside the checkpoint. Writes ``NAME.onnx`` (the whole way),
``NAME.encode.onnx`` and ``NAME.decode.onnx``, and ``NAME.reference.npz``: what the checkpoint
itself answers at several lengths, which the files are held against whenever they are verified.
RAVE's own ``export_onnx`` knows one network only, needs packages that it does not name, and fails
with random branches.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

if TYPE_CHECKING or __package__:
    from rave_gui.companion.rave_gui_job_files import JOB_VARIABLE
    from rave_gui.companion.rave_gui_onnx_file import describe, write_graph
    from rave_gui.companion.rave_gui_onnx_graphs import DECODE, ENCODE, STATE_IN, Graph, graphs
    from rave_gui.companion.rave_gui_onnx_model import Functions, Shape, Wish, load_rave, shape_of
    from rave_gui.companion.rave_gui_onnx_reference import Case, Reference, cases, in_blocks
    from rave_gui.companion.rave_gui_reporter import Reporter
else:
    from rave_gui_job_files import JOB_VARIABLE
    from rave_gui_onnx_file import describe, write_graph
    from rave_gui_onnx_graphs import DECODE, ENCODE, STATE_IN, Graph, graphs
    from rave_gui_onnx_model import Functions, Shape, Wish, load_rave, shape_of
    from rave_gui_onnx_reference import Case, Reference, cases, in_blocks
    from rave_gui_reporter import Reporter

TOLERANCE = 1e-4
"""How far the functions may be from the checkpoint's own answer, beside its largest value."""


_NOTHING = 1e-9
"""What counts as a value at all."""


class Unequal(Exception):
    """The functions that would be written do not say what the checkpoint says."""


def export(wish: Wish, folder: Path, name: str, told: Any) -> dict[str, Any]:
    """Write the files; returns what was measured.

    Raises:
        Exception: as RAVE and torch say it, or :class:`Unequal`; no file is left then.
    """
    model = load_rave(wish)
    shape = shape_of(model, wish)
    compared = cases(Reference(model, shape), shape, streaming=wish.streaming)
    made = graphs(Functions(model, shape), streaming=wish.streaming)
    differences = {graph.name: _difference(graph, compared) for graph in made}
    if not all(value <= TOLERANCE for value in differences.values()):
        raise Unequal(f"The functions for ONNX differ from the checkpoint: {differences}.")
    folder.mkdir(parents=True, exist_ok=True)
    opsets = {}
    for done, graph in enumerate(made):
        told("progress", done=done, total=len(made), unit="files")
        opsets[graph.name] = _written(graph, folder, name, shape, streaming=wish.streaming)
    _keep(compared, folder / f"{name}.reference.npz")
    return {"differences": differences, "opsets": opsets, **_facts(shape, wish.streaming)}


def _difference(graph: Graph, compared: list[Case]) -> float:
    """The largest difference from the checkpoint, beside the largest value that it gives."""
    largest = max(float(case[graph.output].abs().max()) for case in compared)
    return max(_one_difference(graph, case) for case in compared) / max(largest, _NOTHING)


def _one_difference(graph: Graph, case: Case) -> float:
    state, largest = torch.zeros(1, graph.state), 0.0
    for block in in_blocks(case, int(case["block"])):
        with torch.no_grad():
            made, left = graph.call({**block, STATE_IN: state})
        state = left if left is not None else state
        wanted = block[graph.output]
        if made.shape != wanted.shape:
            return float("inf")
        largest = max(largest, float((made - wanted).abs().max()))
    return largest


def _written(graph: Graph, folder: Path, name: str, shape: Shape, *, streaming: bool) -> int:
    path = folder / file_name(name, graph.name)
    draft = path.with_name(f".{path.name}.tmp")
    opset = write_graph(graph, draft)
    facts = {**_facts(shape, streaming), "function": graph.name, "state": graph.state}
    describe(draft, {"rave": json.dumps(facts)})
    draft.replace(path)
    return opset


def file_name(name: str, function: str) -> str:
    """``bells.onnx`` for the whole way, ``bells.encode.onnx`` and ``bells.decode.onnx``."""
    return f"{name}.{function}.onnx" if function in (ENCODE, DECODE) else f"{name}.onnx"


def _facts(shape: Shape, streaming: bool) -> dict[str, Any]:
    return {**vars(shape), "streaming": streaming}


def _keep(compared: list[Case], path: Path) -> None:
    arrays = {
        f"{number}/{name}": value.numpy()
        for number, case in enumerate(compared)
        for name, value in case.items()
    }
    draft = path.with_name(f".{path.name}.tmp.npz")
    np.savez_compressed(draft, **arrays)
    draft.replace(path)


def main(arguments: list[str] | None = None) -> int:
    """Export what the command line says; returns the exit code."""
    options = _options(arguments)
    job = os.environ.get(JOB_VARIABLE, "")
    reporter = Reporter(job) if job and Path(job).is_dir() else None
    wish = Wish(
        checkpoint=options.run,
        config=options.run.parent / "config.gin",
        fidelity=options.fidelity,
        channels=options.channels,
        streaming=options.streaming,
        ema=options.ema_weights,
    )
    told = reporter.fact if reporter is not None else _nobody
    name = f"{options.name}_streaming" if options.streaming else options.name
    result = export(wish, options.output, name, told)
    told("result", **result)
    sys.stdout.write(json.dumps(result) + "\n")
    return 0


def _nobody(*_: Any, **__: Any) -> None:
    return None


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Export a checkpoint of RAVE as ONNX.")
    parser.add_argument("--run", type=Path, required=True, help="the checkpoint")
    parser.add_argument("--output", type=Path, required=True, help="a folder")
    parser.add_argument("--name", required=True)
    parser.add_argument("--fidelity", type=float, default=0.95)
    parser.add_argument("--channels", type=int)
    parser.add_argument("--streaming", action="store_true")
    parser.add_argument("--ema_weights", action="store_true")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
