"""What will happen when the dataset is prepared, said before it happens."""

from __future__ import annotations

from pathlib import Path

from rave_gui.backend.dataset_draft import DatasetDraft
from rave_gui.backend.dataset_launch import DATABASE, STAGING
from rave_gui.backend.prospect import BY_CHOICE, DOUBLE, Prospect
from rave_gui.backend.rave_cli import RaveCommand, preprocess_argv, shell_line
from rave_gui.core.paths import fresh_path, slug
from rave_gui.ui import formats
from rave_gui.ui.text import plural, translate
from rave_gui.ui.viewmodels import dataset_words

_NAMED = 3


def _tr(text: str) -> str:
    return translate("dataset-review", text)


def sentences(draft: DatasetDraft) -> list[str]:
    """What happens to which files, and what comes of it."""
    found = draft.prospect
    if found is None:
        return []
    lines = [_links(found), _copies(found), _left_out(found), _result(found)]
    lines += [_tr("Your files are only read; nothing is written beside them.")]
    return [line for line in lines if line]


def name_words(draft: DatasetDraft) -> tuple[str, str]:
    """What is to be said of the name, and its role."""
    if not draft.name.strip():
        return _tr("The dataset wants a name."), "muted"
    if other := draft.name_taken_by():
        return _tr("There is a dataset called {name} already.").format(name=other), "bad"
    return "", "muted"


def room(draft: DatasetDraft) -> tuple[str, str]:
    """``1.2 GB needed, 412 GB free on this disk``, and its role."""
    found = draft.prospect
    if found is None:
        return "", "secondary"
    return dataset_words.room_words(draft), "secondary" if found.has_room else "bad"


def command(engine: RaveCommand | None, project: Path, draft: DatasetDraft) -> str:
    """The command line that will be run; empty while there is no engine or no answer."""
    found = draft.prospect
    if engine is None or found is None:
        return ""
    folder = fresh_path(project / "datasets", slug(draft.name.strip(), "dataset"))
    argv = preprocess_argv(engine, [folder / STAGING], folder / DATABASE, found.settings)
    return shell_line(argv)


def _links(found: Prospect) -> str:
    if not found.links:
        return ""
    many = plural(
        found.links, _tr("1 file is linked as it is."), _tr("{n} files are linked as they are.")
    )
    return many.format(n=formats.count(found.links))


def _copies(found: Prospect) -> str:
    plan = found.plan
    if not plan.copies:
        return ""
    many = plural(
        plan.copies, _tr("1 converted copy is made, {size}."),
        _tr("{n} converted copies are made, {size}."),
    )  # fmt: skip
    text = many.format(n=formats.count(plan.copies), size=formats.size(plan.copied_bytes))
    if not found.joined:
        return text
    joined = _tr("{n} short files are joined in them.").format(n=formats.count(found.joined))
    return f"{text} {joined}"


def _left_out(found: Prospect) -> str:
    """``16 files are left out: 12 by your choice, 3 with the same sound …, 1 damaged``."""
    total = sum(number for _, number in found.left_out)
    if not total:
        return _tr("No file is left out.")
    parts = [f"{formats.count(n)} {_reason(kind)}" for kind, n in found.left_out[:_NAMED]]
    rest = sum(number for _, number in found.left_out[_NAMED:])
    if rest:
        parts.append(_tr("{n} for other reasons").format(n=formats.count(rest)))
    many = plural(total, _tr("1 file is left out"), _tr("{n} files are left out"))
    return f"{many.format(n=formats.count(total))}: {', '.join(parts)}."


def _reason(kind: str) -> str:
    known = {BY_CHOICE: _tr("by your choice"), DOUBLE: _tr("with the same sound as another")}
    return known.get(kind) or kind or _tr("that cannot be used")


def _result(found: Prospect) -> str:
    plan = found.plan
    usable = formats.duration(plan.usable_seconds)
    if plan.settings.lazy:
        return _tr("RAVE writes a list of {n} files with {time} of sound.").format(
            n=formats.count(plan.examples), time=usable
        )
    return _tr("RAVE makes {n} examples of {s} s: {time} of sound, {size}.").format(
        n=formats.count(plan.examples),
        s=f"{plan.settings.chunk_seconds:.2f}",
        time=usable,
        size=formats.size(plan.database_bytes),
    )
