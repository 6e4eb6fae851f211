"""What the end of a preprocess means: the database on disk decides, not the return code."""

from __future__ import annotations

from typing import Any

from rave_gui.audio.prepare import FAILED as PREPARE_FAILED
from rave_gui.backend.job_failure import explain_end
from rave_gui.backend.jobs import JobEnd
from rave_gui.backend.preprocess_signs import our_last_words
from rave_gui.core.errors import UserError
from rave_gui.core.jobs import Liveness
from rave_gui.core.lmdb_reader import DatasetDatabase
from rave_gui.core.records import Dataset, DatasetStatus


def outcome(dataset: Dataset, end: JobEnd) -> tuple[dict[str, Any], str]:
    """The changes to the record, and one sentence."""
    if end.exit is None or end.liveness is Liveness.INTERRUPTED:
        return _without_record(dataset)
    if end.exit.stopped_by == "user":
        return _failed(DatasetStatus.STOPPED, "Stopped; nothing of it was kept.")
    if end.exit.returncode == PREPARE_FAILED and (said := our_last_words(end.directory.output)):
        return _failed(DatasetStatus.FAILED, said)
    if end.exit.returncode != 0:
        return _failed(DatasetStatus.FAILED, explain_end(end))
    try:
        return _ready(dataset, DatasetDatabase(dataset.path / "db"))
    except UserError as error:
        return _failed(DatasetStatus.FAILED, str(error))


def _without_record(dataset: Dataset) -> tuple[dict[str, Any], str]:
    """Nobody saw how it ended. RAVE may have come to its end all the same: the files tell."""
    try:
        changes, message = _ready(dataset, DatasetDatabase(dataset.path / "db"))
    except UserError:
        changes = {}
    if changes.get("status") is DatasetStatus.READY:
        return changes, message
    return _failed(DatasetStatus.INTERRUPTED, "Interrupted before its end. Start it again.")


def _failed(status: DatasetStatus, message: str) -> tuple[dict[str, Any], str]:
    return {"status": status, "error": message}, message


def _ready(dataset: Dataset, database: DatasetDatabase) -> tuple[dict[str, Any], str]:
    database.metadata()  # RAVE writes it last: without it the database is not finished
    examples = database.check()
    if examples == 0:
        return _failed(
            DatasetStatus.FAILED,
            "RAVE made no example of these files. Choose a shorter window or longer files.",
        )
    expected = dataset.statistics.get("forecast_examples")
    if expected is not None and expected != examples:
        return _failed(DatasetStatus.FAILED, _otherwise(examples, int(expected)))
    seconds = _seconds(dataset, examples)
    statistics = {**dataset.statistics, "examples": examples}
    changes = {
        "status": DatasetStatus.READY,
        "num_samples": examples,
        "duration_seconds": seconds,
        "statistics": statistics,
        "error": "",
    }
    counted = "files" if dataset.lazy else "examples"
    return changes, f"{examples:,} {counted}, {seconds / 60:.1f} minutes of sound."


def _otherwise(examples: int, expected: int) -> str:
    return (
        f"RAVE made {examples:,} examples where {expected:,} were expected: some sound is missing "
        "or was read otherwise. Look at the log, check the files again, and make the dataset anew."
    )


def _seconds(dataset: Dataset, examples: int) -> float:
    if dataset.lazy:
        if usable := dataset.statistics.get("usable_seconds"):
            return float(usable)
        used = (entry for entry in dataset.manifest if entry.get("verdict") != "reject")
        return float(sum(entry.get("duration_seconds") or 0.0 for entry in used))
    # metadata.yaml's n_seconds is one example short (scripts/preprocess.py:259), so we count.
    return examples * 2 * dataset.num_signal / dataset.sample_rate
