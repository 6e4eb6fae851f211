"""Rules about overrides: names that nothing uses, and names that RAVE does not know."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import replace

from rave_gui.backend.rave_findings import Finding, Plan, Rule, error, warning
from rave_gui.backend.rave_names import parameters
from rave_gui.backend.rave_rules_config import listed
from rave_gui.core.gin_config import OVERRIDE
from rave_gui.core.gin_model import split_binding


def unused(plan: Plan) -> Iterator[Finding]:
    """Macros that reach nothing: RAVE accepts them silently, a misspelt one most of all."""
    known = plan.configs.describe(plan.names).macros if plan.model.ineffective else {}
    for name in plan.model.ineffective:
        if name == "SAMPLING_RATE":
            continue
        text = (
            f"Nothing in this configuration uses {listed([name])}; RAVE would accept the override"
            " and do nothing."
        )
        if name in known:
            found = warning("override-unused", text, _instead(name), **_removed(plan, name))
        else:
            near = _near(name, known)
            meant = f"{listed([near])} is probably meant." if near else "Check its spelling."
            found = error("override-unused", text, meant, **_renamed(plan, name, near))
        yield replace(found, about=name)


def unknown(plan: Plan) -> Iterator[Finding]:
    """Parameters of things that RAVE does not have: it stops at once."""
    own = {key for key, source in plan.model.source_of.items() if source == OVERRIDE}
    names = parameters(plan.configs.package) if own - set(plan.model.macros) else {}
    if not names:
        return
    files = plan.configs.describe(plan.names).bindings
    others = {split_binding(key)[1].rpartition(".")[2] for key in files}
    for key in sorted(own & set(plan.model.bindings)):
        _, selector, parameter = split_binding(key)
        thing = selector.rpartition(".")[2]
        if thing not in names and thing not in others:
            yield _nothing_called(key, thing, _near(thing, (*names, *others)))
        elif (takes := names.get(thing)) is not None and parameter not in takes:
            yield _nothing_called(key, f"{thing}.{parameter}", _near(parameter, takes))


def _nothing_called(binding: str, name: str, near: str) -> Finding:
    found = error(
        "override-unknown",
        f"The override of “{binding}” names {listed([name])}, which RAVE does not have: it would"
        " stop at once.",
        f"{listed([near])} is probably meant." if near else "Check its spelling, or remove it.",
    )
    return replace(found, about=binding)


def _near(name: str, known: Iterable[str]) -> str:
    """The known name that was probably meant; empty if there is none."""
    capitals = {item.upper(): item for item in known}
    close = difflib.get_close_matches(name.upper(), capitals, 1)
    return capitals[close[0]] if close else ""


def _instead(name: str) -> str:
    if name == "PHASE_1_DURATION":
        return "Use “RAVE.phase_1_duration=…” instead."
    return "Remove it."


def _removed(plan: Plan, name: str) -> dict[str, tuple[str, ...]]:
    kept = (text for text in plan.settings.overrides if _macro(text) != name)
    return {"overrides": tuple(kept)}


def _renamed(plan: Plan, name: str, near: str) -> dict[str, tuple[str, ...]]:
    """The override under the name that was probably meant, or removed, as a change."""
    if not near:
        return _removed(plan, name)
    overrides = plan.settings.overrides
    renamed = (
        near + text[text.index("=") :] if _macro(text) == name else text for text in overrides
    )
    return {"overrides": tuple(renamed)}


def _macro(text: str) -> str:
    return text.partition("=")[0].strip()


RULES: tuple[Rule, ...] = (unused, unknown)
