"""What the Exports page says about an exported instrument."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rave_gui.core.records import Export, Job
from rave_gui.ui import formats
from rave_gui.ui.text import plural, translate
from rave_gui.ui.viewmodels.export_hosts import grouped
from rave_gui.ui.viewmodels.export_refusal import fault_of
from rave_gui.ui.viewmodels.rows import Fact, Order, Row

PASS, WARN, FAIL = "pass", "warn", "fail"
_ROLES = {PASS: "good", WARN: "warn", FAIL: "bad"}
_HOSTS = {
    "nn~": "nn~ (Max, Pd)",
    "nn": "nn~ (Max, Pd)",
    "nn_tilde": "nn~ (Max, Pd)",
    "rave_vst": "RAVE VST",
    "vst": "RAVE VST",
    "onnx": "ONNX runtime",
}


@dataclass(frozen=True)
class Finding:
    """One line of a verification: what was looked at, the verdict as a word, the reason."""

    title: str
    word: str
    role: str
    reason: str
    figure: str = ""


def _tr(text: str) -> str:
    return translate("export", text)


def working(job: Job | None) -> bool:
    """Whether a job of the export is still under way."""
    return job is not None and not job.state.ended


def verdict(
    export: Export, job: Job | None = None, *, waiting: bool = False, there: bool = True
) -> tuple[str, str]:
    """The verdict as a word, and its role."""
    if waiting:
        return _tr("waiting"), "secondary"
    if working(job):
        verifying = job is not None and job.kind.value == "verify"
        return (_tr("being verified") if verifying else _tr("being exported")), "accent"
    found = export.verification.get("verdict")
    if found in _ROLES:
        words = {
            PASS: _tr("plays well"),
            WARN: _tr("plays, with remarks"),
            FAIL: _tr("does not play"),
        }
        return words[found], _ROLES[found]
    if not export.error and not there:
        return _tr("file gone"), "bad"
    return (_tr("failed"), "bad") if export.error else (_tr("not verified"), "secondary")


def orders() -> tuple[Order, ...]:
    """How the list can be sorted; ``keys`` of a row in the same order."""
    return (
        Order(_tr("Newest first")),
        Order(_tr("Name"), 0),
        Order(_tr("Size"), 1, descending=True),
        Order(_tr("Latents"), 2),
        Order(_tr("Verdict"), 3),
    )


def filters() -> tuple[tuple[str, str], ...]:
    """What the list can be narrowed to: a title, and the words that say it in the filter."""
    return (
        (_tr("Streaming"), "streaming"),
        (_tr("ONNX"), "onnx"),
        (_tr("Plays well"), _tr("plays well")),
        (_tr("Does not play"), _tr("does not play")),
    )


def row(
    export: Export, job: Job | None = None, size: int | None = None, *, waiting: bool = False
) -> Row:
    """The entry of the list column."""
    word, role = verdict(export, job, waiting=waiting)
    return Row(
        id=export.id or 0,
        title=export.name,
        status=word,
        role=role,
        left=" · ".join(part for part in (format_words(export), latents_words(export)) if part),
        right=formats.size(size) if size is not None else formats.DASH,
        search=f"{export.export_path.name} {formats.channels(export.channels)}",
        keys=(export.name.casefold(), size or 0, export.latent_size or 0, word),
    )


def latents_words(export: Export) -> str:
    """``8 latents``; empty where it is not known."""
    if not export.latent_size:
        return ""
    many = plural(export.latent_size, _tr("1 latent"), _tr("{n} latents"))
    return many.format(n=export.latent_size)


def format_words(export: Export) -> str:
    """``TorchScript, streaming``."""
    if export.format == "onnx":
        return _tr("ONNX, in blocks") if export.streaming else "ONNX"
    return _tr("TorchScript, streaming") if export.streaming else _tr("TorchScript, offline")


def facts(export: Export, size: int | None, checkpoint: int | None = None) -> list[Fact]:
    """The row of figures under the title; ``checkpoint``: bytes of what it was made from."""
    model = _mapping(export.verification.get("model"))
    rate = model.get("sr") or model.get("sample_rate")
    kept = formats.percent(export.fidelity) if export.fidelity else formats.DASH
    return [
        Fact(_tr("Format"), format_words(export)),
        Fact(_tr("Channels"), formats.channels(export.channels)),
        Fact(_tr("Rate"), formats.sample_rate(rate if isinstance(rate, (int, float)) else None)),
        Fact(
            _tr("Latents"),
            formats.count(export.latent_size),
            tip=_tr("How many numbers describe the sound at each moment: the knobs to play on."),
        ),
        Fact(_tr("Fidelity"), kept, tip=_tr("Share of the variation that the latents keep.")),
        Fact(_tr("Size"), formats.size(size), tip=_size_tip(checkpoint)),
    ]


def _size_tip(checkpoint: int | None) -> str:
    if not checkpoint:
        return ""
    return _tr("Its checkpoint has {size}.").format(size=formats.size(checkpoint))


def hosts(export: Export) -> list[Finding]:
    """The verdict of each host; those with the same reason share a line."""
    judged = _mapping(export.verification.get("hosts"))
    named = {_HOSTS.get(str(name).lower(), str(name)): entry for name, entry in judged.items()}
    return [Finding(name, *_host_word(verdict), why) for name, verdict, why in grouped(named)]


def checks(export: Export) -> list[Finding]:
    """Every check of the verification, in its order."""
    entries = export.verification.get("checks")
    found = []
    for entry in entries if isinstance(entries, (list, tuple)) else ():
        item = _mapping(entry)
        if str(item.get("id", "")).startswith(_OF_THE_TABLE):
            continue
        word, role = _check_word(str(item.get("result", "")))
        found.append(
            Finding(
                title=_title(str(item.get("id", ""))),
                word=word,
                role=role,
                reason=str(item.get("text") or ""),
                figure=_figure(str(item.get("id", "")), item.get("figure")),
            )
        )
    return found


def _title(identity: str) -> str:
    """Its own name where the identity says too little."""
    named = {"vst": _tr("RAVE VST"), "heard": _tr("Answer"), "loads": _tr("Loading"),
             "equal_forward": _tr("As the checkpoint"), "equal_encode": _tr("Its encoder"),
             "equal_decode": _tr("Its decoder"), "runtime": _tr("ONNX runtime"),
             "safe": _tr("Foreign code"), "clip": _tr("Your sound"), "peak": _tr("Loudest"),
             "clicks": _tr("Borders"), "output": _tr("Numbers")}  # fmt: skip
    if identity in named:
        return named[identity]
    words = identity.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


def _figure(identity: str, value: Any) -> str:
    """A figure with its unit; where the unit is not known, the sentence says enough."""
    if isinstance(value, str):
        return value
    if identity not in _UNITS or isinstance(value, bool) or not isinstance(value, (int, float)):
        return ""
    return _UNITS[identity](float(value))


def _decibels(value: float) -> str:
    return f"{value:.0f} dB"


def _milliseconds(value: float) -> str:
    return f"{value:.0f} ms"


def _host_word(found: str) -> tuple[str, str]:
    return {
        PASS: (_tr("works"), "good"),
        WARN: (_tr("works, with remarks"), "warn"),
        FAIL: (_tr("does not work"), "bad"),
    }.get(found, (found or _tr("not judged"), "secondary"))


def _check_word(found: str) -> tuple[str, str]:
    return {
        PASS: (_tr("good"), "good"),
        "ok": (_tr("good"), "good"),
        WARN: (_tr("remark"), "warn"),
        FAIL: (_tr("bad"), "bad"),
        "skip": (_tr("left out"), "secondary"),
    }.get(found, (found or _tr("unknown"), "secondary"))


def sentence(
    export: Export, job: Job | None, *, there: bool, waiting: bool = False
) -> tuple[str, str]:
    """The sentence under the title and its role: what the person can count on."""
    if waiting:
        return _tr("It waits for its turn: exports are made one after the other."), "secondary"
    if working(job):
        return _tr("The file is being made or played right now; the verdict follows."), "secondary"
    if export.error:
        return export.error, "bad"
    if not there:
        return _tr("The file is gone from its folder. Export it again or forget this entry."), "bad"
    if not export.verification:
        return _tr("Nobody has played this file yet. Verify it before you rely on it."), "warn"
    return _judged(export)


def _judged(export: Export) -> tuple[str, str]:
    if fault := fault_of(export):
        return fault, "bad"
    return {
        PASS: (_tr("It was loaded and played in the engine, and nothing was amiss."), "good"),
        WARN: (_tr("It was loaded and played. Read the remarks before you use it."), "warn"),
        FAIL: (_tr("It was loaded and did not play as it should."), "bad"),
    }.get(str(export.verification.get("verdict")), ("", "secondary"))


_OF_THE_TABLE = "block-"
"""Checks that :mod:`export_blocks` tells."""
_UNITS: Mapping[str, Callable[[float], str]] = {
    "file": formats.size,
    "sample_rate": formats.sample_rate,
    "sample-rate": formats.sample_rate,
    "heard": _decibels,
    "clip": _decibels,
    "streaming": _decibels,
    "clicks": _decibels,
    "latency": _milliseconds,
}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
