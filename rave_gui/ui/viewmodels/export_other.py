"""Files from elsewhere that were verified: shown like exports, without a record of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rave_gui.core.records import Export, Job
from rave_gui.ui import formats
from rave_gui.ui.text import translate
from rave_gui.ui.viewmodels import export as words
from rave_gui.ui.viewmodels.rows import Row

_KEY = "file:"


@dataclass(frozen=True)
class Other:
    """A file and the job that verified it."""

    job: Job
    path: Path
    answer: Mapping[str, Any]
    """Empty while there is none."""

    @property
    def key(self) -> str:
        """Of its row, unlike the number of any export."""
        return f"{_KEY}{self.job.id}"


def _tr(text: str) -> str:
    return translate("export_other", text)


def key_of(job_id: str) -> str:
    """Of the row of the file that this job verifies."""
    return f"{_KEY}{job_id}"


def as_export(other: Other) -> Export:
    """What can be said of the file in the words that exports are told in."""
    model = other.answer.get("model")
    model = model if isinstance(model, Mapping) else {}
    ended = other.job.state.ended
    return Export(
        project_id=0,
        name=other.path.name,
        format="onnx" if other.path.suffix.lower() == ".onnx" else "torchscript",
        export_path=other.path,
        created_at=other.job.created_at,
        streaming=bool(model.get("streaming", True)),
        channels=int(model.get("channels") or 0),
        latent_size=model.get("latent_size"),
        verification=dict(other.answer),
        error=_tr("The verification came to no end. Its log is under Activity.")
        if ended and not other.answer
        else "",
    )


def row(other: Other) -> Row:
    """The entry of the list column."""
    word, role = words.verdict(as_export(other), other.job)
    return Row(
        id=other.key,
        title=other.path.name,
        status=word,
        role=role,
        left=_tr("File from elsewhere"),
        right=formats.moment(other.job.created_at),
        search=str(other.path),
        keys=(other.path.name.casefold(), 0, 0, word),
    )
