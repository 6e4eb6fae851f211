"""What is said about the engine: the chip, the guide of the first start, the list in Settings."""

from __future__ import annotations

from dataclasses import dataclass

from rave_gui.backend.engine_install import LICENCE, choose_torch, needed_bytes
from rave_gui.backend.engine_record import Engine
from rave_gui.ui import formats
from rave_gui.ui.text import translate
from rave_gui.ui.viewmodels.rows import Row

_DOWNLOAD_SHARE = 0.45
"""An estimate on the safe side: wheels are packed to less than half of what they unpack to."""


@dataclass(frozen=True)
class Chip:
    """The engine at the right of the top bar."""

    text: str
    role: str
    tip: str


@dataclass(frozen=True)
class Guide:
    """What a person without an engine is told."""

    title: str
    what: str
    size: str
    licence: str
    install: bool = True
    """Whether installing would mend it."""


def _tr(text: str) -> str:
    return translate("engine", text)


def chip(engine: Engine | None, problem: str, busy: bool) -> Chip:
    """``RAVE 2.3.1 · torch 2.8 · CPU``, or why not."""
    if busy:
        return Chip(_tr("Looking for RAVE"), "secondary", _tr("The engine is being looked for."))
    if engine is None:
        return Chip(_tr("RAVE is not installed"), "bad", problem or _tr("No engine was found."))
    tip = "\n".join((str(engine.python), *engine.warnings))
    return Chip(summary(engine), "good" if not engine.warnings else "warn", tip)


def summary(engine: Engine) -> str:
    """``RAVE 2.3.1 · torch 2.8 · RTX 4090``."""
    device = ", ".join(short_gpu(gpu.name) for gpu in engine.gpus) or "CPU"
    rave, torch = engine.rave_version or "?", _short_version(engine.versions.get("torch", "?"))
    return f"RAVE {rave} · torch {torch} · {device}"


def short_gpu(name: str) -> str:
    """``NVIDIA GeForce RTX 4090`` as ``RTX 4090``."""
    for word in ("NVIDIA", "GeForce", "Tesla"):
        name = name.replace(word, "")
    return " ".join(name.split())


def _short_version(version: str) -> str:
    """``2.8.0+cu128`` as ``2.8``."""
    parts = version.partition("+")[0].split(".")
    return ".".join(parts[:2] if parts[2:] == ["0"] else parts)


def none_found() -> str:
    """What is said where no environment with RAVE was found at all."""
    return _tr(
        "This application drives RAVE, the program that learns your sounds. It lives in a "
        "Python environment of its own, and none was found on this computer."
    )


def guide(problem: str, *, has_gpu: bool, named: bool = False) -> Guide:
    """The first-run guide: what is missing, what installing means.

    Args:
        problem: why there is no engine, as far as somebody knows.
        has_gpu: whether the installation would be one for a GPU.
        named: whether ``RAVE_GUI_ENGINE`` is set, which keeps every other engine out of use.
    """
    if named:
        return _named_guide(problem)
    needed = needed_bytes(choose_torch("auto", has_gpu))
    told = _tr(
        "Up to {download} are downloaded once and take about {disk} on this disk. Nothing else "
        "on this computer is changed, and it can be removed again in one piece."
    )
    return Guide(
        title=_tr("One thing is missing: RAVE itself"),
        what=problem or none_found(),
        size=told.format(
            download=formats.size(needed * _DOWNLOAD_SHARE), disk=formats.size(needed)
        ),
        licence=LICENCE,
    )


def _named_guide(problem: str) -> Guide:
    """Somebody set the variable: neither installing nor choosing would change anything."""
    return Guide(
        title=_tr("RAVE is not where it is said to be"),
        what=problem,
        size=_tr(
            "As long as that variable is set, no other engine is used. Correct it, or start the "
            "application without it."
        ),
        licence="",
        install=False,
    )


def row(engine: Engine, used: Engine | None) -> Row:
    """One found engine in the list of Settings."""
    is_used = used is not None and used.python == engine.python
    if not engine.ready:
        status, role = _tr("cannot be used"), "bad"
    else:
        status, role = (_tr("used now"), "good") if is_used else (_tr("can be used"), "secondary")
    remark = engine.problems[0] if engine.problems else origin_words(engine.origin)
    return Row(
        id=str(engine.python),
        title=summary(engine) if engine.rave_version else _tr("No RAVE here"),
        status=status,
        role=role,
        left=str(engine.python),
        right=remark,
    )


def origin_words(origin: str) -> str:
    """Where it was found, as words."""
    return {
        "RAVE_GUI_ENGINE": _tr("named by RAVE_GUI_ENGINE"),
        "settings": _tr("chosen by you"),
        "installed": _tr("installed by this application"),
        "PATH": _tr("found on the search path"),
        "current": _tr("in the application's own environment"),
        "conda": _tr("found among conda environments"),
    }.get(origin, origin)
