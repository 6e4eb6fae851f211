"""What the wizard for an export says, decided without Qt."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rave_gui.backend.export_draft import ExportDraft, ExportPlan, Hindrance, Step
from rave_gui.backend.export_kinds import OFFLINE, ONNX, ONNX_STREAMING, STREAMING
from rave_gui.backend.export_source import Source
from rave_gui.backend.host_folders import HostFolder, why_not
from rave_gui.backend.rave_findings import ERROR
from rave_gui.core.records import CheckpointKind
from rave_gui.ui import formats
from rave_gui.ui.text import plural, translate

Sentence = tuple[str, ...]


def _tr(text: str) -> str:
    return translate("export-wizard", text)


def steps() -> tuple[str, ...]:
    """Names of the steps."""
    return _tr("Model"), _tr("Format"), _tr("Sound"), _tr("Destination"), _tr("Review")


def kind_title(kind: str) -> str:
    """A form by name."""
    return {
        STREAMING: _tr("TorchScript, streaming"),
        OFFLINE: _tr("TorchScript, not streaming"),
        ONNX: _tr("ONNX, whole signals"),
        ONNX_STREAMING: _tr("ONNX, in blocks"),
    }[kind]


def kind_words(kind: str) -> tuple[str, str]:
    """What a form is for, and what to know of it."""
    return {
        STREAMING: (
            _tr("For playing live: nn~ in Max and Pd, the RAVE VST, SuperCollider."),
            _tr("The usual one: it remembers the end of each block, so that nothing clicks."),
        ),
        OFFLINE: (
            _tr("For rendering whole files in Python, and for training msprior on it."),
            _tr("Played live it clicks at every block."),
        ),
        ONNX: (
            _tr("For programs of your own with onnxruntime, without torch."),
            _tr("Three files: the whole way, encoder, decoder. Noise in the sound is an input."),
        ),
        ONNX_STREAMING: (
            _tr("The same for playing live in blocks."),
            _tr("Its memory is an input and an output, handed on from block to block."),
        ),
    }[kind]


# Models


def source_columns() -> tuple[str, ...]:
    """Headings of the list of checkpoints."""
    return _tr("Checkpoint"), _tr("Step"), _tr("Phase"), _tr("Validation"), _tr("Size")


def source_cells(source: Source) -> tuple[str, ...]:
    """A checkpoint, column by column."""
    point = source.checkpoint
    value = formats.figure(point.validation) if point.validation is not None else formats.DASH
    phase = formats.DASH if source.phase is None else _tr("phase {n}").format(n=source.phase)
    return (
        source_title(source), formats.count(point.step), phase, value, formats.size(point.size),
    )  # fmt: skip


def source_title(source: Source) -> str:
    """Why the checkpoint was written."""
    kinds = {
        CheckpointKind.BEST: _tr("RAVE's best"),
        CheckpointKind.LAST: _tr("newest"),
        CheckpointKind.EPOCH: _tr("kept"),
        CheckpointKind.STOPPED: _tr("saved at a stop"),
        CheckpointKind.SAVED: _tr("saved by hand"),
    }
    return kinds.get(source.checkpoint.kind, source.checkpoint.name)


def best_note() -> str:
    """What people must know of RAVE's best."""
    return _tr(
        "RAVE's “best” has the lowest validation, which rises in phase 2 by design: it is usually "
        "a model of phase 1. The newest one is chosen here."
    )


# Sound


def latents_words(draft: ExportDraft) -> str:
    """What is known of the number of latents."""
    if draft.reading:
        return _tr("The checkpoint is being looked into…")
    fixed = {one.fixed_latents for one in draft.models if not one.variational}
    if fixed and not any(one.variational for one in draft.models):
        return fixed_words(fixed)
    plans = {plan.latents for plan in draft.plans()}
    if None in plans:
        return _tr("How many latents that gives can be told once the engine has looked into it.")
    told = ", ".join(str(one) for one in sorted(one for one in plans if one is not None))
    share = formats.percent(draft.fidelity)
    many = plural(max(one or 1 for one in plans), _tr("1 latent"), _tr("{n} latents"))
    return _tr("{many}: enough for {share} of how the sound varies.").format(
        many=many.format(n=told), share=share
    )


def fixed_words(sizes: set[int | None]) -> str:
    """Why the number of latents cannot be chosen."""
    told = ", ".join(str(one) for one in sizes if one is not None)
    return _tr("{n} latents, fixed: only variational models know which can be left out.").format(
        n=told or "?"
    )


def rate_text(draft: ExportDraft, multiple: int) -> str:
    """One rate to choose from."""
    rate = draft.rate
    if rate is None:
        return _tr("×{n}").format(n=multiple)
    told = formats.sample_rate(rate * multiple)
    return _tr("{rate}, as trained").format(rate=told) if multiple == 1 else told


# Destination and review


def copy_why_not(host: str, draft: ExportDraft) -> str:
    """Why no file of the list can be played there; empty where one can."""
    reasons = [why_not_kind(host, plan) for plan in draft.plans()]
    return reasons[0] if reasons and all(reasons) else ""


def why_not_kind(host: str, plan: ExportPlan) -> str:
    """The same for one export."""
    settings = plan.settings
    return why_not(
        host,
        onnx=settings.format == "onnx",
        streaming=settings.streaming,
        channels=settings.channels or plan.source.channels,
    )


def copy_text(folder: HostFolder) -> str:
    """A place that a copy may go to."""
    return f"{folder.title}  ·  {folder.path}"


def copy_hint(folder: HostFolder, why_not: str) -> str:
    """What to know of it."""
    if why_not:
        return why_not
    return "" if folder.there else _tr("The program was not found here; the folder would be made.")


def plan_line(plan: ExportPlan, file: Path) -> str:
    """One export in a line."""
    latents = plural(plan.latents, _tr("1 latent"), _tr("{n} latents")) if plan.latents else ""
    parts = [file.name, kind_title(plan.kind), latents.format(n=plan.latents),
             formats.channels(plan.settings.channels or plan.source.channels)]  # fmt: skip
    return "  ·  ".join(part for part in parts if part)


def foot(draft: ExportDraft) -> Sentence:
    """The sentence at the foot."""
    if not draft.chosen:
        return (_tr("Choose what shall become an instrument."),)
    plans = draft.plans()
    many = plural(len(plans), _tr("1 export"), _tr("{n} exports")).format(n=len(plans))
    if any(one.severity == ERROR for one in draft.findings()):
        return f"{many},", _tr("which cannot be made like this"), "", "bad"
    kinds = " + ".join(kind_title(kind) for kind in draft.kinds)
    return f"{many}:", kinds, _tr(", each played and measured afterwards"), "good"


def primary_words(draft: ExportDraft) -> str:
    """The filled button."""
    if draft.step is not Step.REVIEW:
        return _tr("Next")
    return plural(len(draft.plans()), _tr("Export"), _tr("Export all {n}")).format(
        n=len(draft.plans())
    )


def hindrance_words(draft: ExportDraft) -> str:
    """Why the filled button cannot be pressed; empty where it can."""
    return {
        None: "",
        Hindrance.NO_MODEL: _tr("Choose at least one checkpoint."),
        Hindrance.NO_FORMAT: _tr("Choose at least one format."),
        Hindrance.NO_NAME: _tr("Give it a name."),
        Hindrance.NO_ENGINE: _tr("RAVE is not there yet."),
        Hindrance.READING: _tr("The checkpoint is being looked into…"),
        Hindrance.ERRORS: _tr("Something speaks against it, see above."),
    }[draft.hindrance()]


def findings_clear(draft: ExportDraft) -> str:
    """Said where nothing speaks against it."""
    return "" if draft.findings() else _tr("✓  Nothing speaks against it.")


def trouble_words(sources: Sequence[Source]) -> str:
    """What cannot be exported at all."""
    bad = [one for one in sources if one.trouble]
    return "\n".join(
        f"{one.experiment.name}, {one.checkpoint.step:,}: {one.trouble}" for one in bad
    )
