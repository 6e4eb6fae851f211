"""What speaks against a list of exports: RAVE's own limits first, then what people should know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rave_gui.backend.export_source import Source
from rave_gui.backend.rave_findings import ERROR, Finding, error, warning
from rave_gui.backend.rave_rules_export import export_findings
from rave_gui.backend.rave_settings import ExportSettings

Pair = tuple[Source, ExportSettings]


def draft_findings(pairs: Sequence[Pair]) -> list[Finding]:
    """Everything, errors first; the same words about several exports are told once."""
    found = [one for pair in pairs for one in _of_one(*pair)]
    once = {(one.text, one.remedy): one for one in found}
    return sorted(once.values(), key=lambda one: one.severity != ERROR)


def _of_one(source: Source, settings: ExportSettings) -> Iterator[Finding]:
    if source.trouble or source.model is None:
        yield error("gone", source.trouble, "Choose another checkpoint.")
        return
    yield from export_findings(settings, source.model, source.channels)
    yield from _latents(source, settings)
    yield from _phase(source)
    yield from _style(source)
    yield from _hosts(source, settings)


def _latents(source: Source, settings: ExportSettings) -> Iterator[Finding]:
    """Zeros in the buffer mean that no share exceeds the fidelity: argmax is 0 (export.py:119)."""
    if not source.variational:
        return
    text = (
        f"The checkpoint of step {source.checkpoint.step:,} is older than the first validation of "
        "phase 1: RAVE would export a single latent."
    )
    if source.facts is not None and not source.table:
        yield error("one-latent", text, "Choose a later checkpoint.")
    elif source.table and settings.fidelity < source.table[0][0]:
        yield error(
            "fidelity-low", "Nothing is known of so low a fidelity.", "Choose a higher one."
        )
    elif source.facts is None and source.seems_early:
        yield warning("maybe-one-latent", text, "Choose a later checkpoint if there is one.")


def _phase(source: Source) -> Iterator[Finding]:
    if source.phase != 1:
        return
    what = "RAVE's “best” is" if source.only_best else "The checkpoint is"
    yield warning(
        "phase-1",
        f"{what} of phase 1 (step {source.checkpoint.step:,}): it does not sound as crisp as one "
        "of phase 2.",
        "Listen to a later one before you decide.",
    )


def _style(source: Source) -> Iterator[Finding]:
    """RAVE looks for AdaIN before encoder and decoder are there (export.py:98), and finds none.

    Measured: the attributes of an exported model can be set, and nothing is ever learnt by them.
    """
    if source.styled:
        yield warning(
            "style",
            "RAVE 2.3.1 exports style transfer (AdaIN) without effect: its attributes do nothing.",
            "The model plays all the same, in the manner of what it learnt from.",
        )


def _hosts(source: Source, settings: ExportSettings) -> Iterator[Finding]:
    channels = settings.channels or source.channels
    if settings.format != "onnx" and channels > 1 and settings.streaming:
        yield warning(
            "stereo-vst",
            "The RAVE VST plays mono models only; this one will play in nn~.",
            "Export it with one channel as well for the VST.",
        )
