"""The forecast beside the format: a traffic light with its reason, figures, networks that fit."""

from __future__ import annotations

import re

from rave_gui.backend.prospect import Prospect
from rave_gui.ui import formats
from rave_gui.ui.text import plural, translate
from rave_gui.ui.viewmodels.rows import Fact

_REASON = re.compile("[:;,] ")
"""Between what the amount is and what that means."""
ROLES = {"green": "good", "amber": "warn", "red": "bad"}


def _tr(text: str) -> str:
    return translate("dataset-outlook", text)


def light_words(prospect: Prospect) -> tuple[str, str, str]:
    """The words beside the light, the sentence below them, and the role of both."""
    head, rest = _REASON.split(prospect.outlook.reason, maxsplit=1)
    return _capital(head), f"{_capital(rest)}.", ROLES.get(prospect.outlook.light, "secondary")


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def figures(found: Prospect) -> list[Fact]:
    """Names and values, in reading order."""
    plan, settings = found.plan, found.plan.settings
    many = _tr("Files") if settings.lazy else _tr("Examples")
    rows = [
        Fact(_tr("Usable"), formats.duration(plan.usable_seconds), "strong"),
        Fact(many, formats.count(plan.examples), "strong"),
    ]
    if settings.lazy:
        rows.append(Fact(_tr("Windows in them"), formats.count(plan.windows)))
    rows.append(Fact(_tr("Lost at file ends"), formats.duration(plan.lost_seconds)))
    rows.append(_steps(found))
    rows += _disk(found)
    return rows


def _steps(found: Prospect) -> Fact:
    tip = _tr("Training steps for one pass over everything, with RAVE's usual batch of 8.")
    return Fact(_tr("Steps an epoch"), formats.count(found.outlook.steps_per_epoch), tip=tip)


def _disk(found: Prospect) -> list[Fact]:
    plan = found.plan
    limit = found.settings.max_db_gb
    rows = [Fact(_tr("Database"), formats.size(plan.database_bytes))]
    if plan.copies:
        rows.append(Fact(_tr("Copies"), _copies(found)))
    free = formats.size(found.free_bytes)
    rows.append(Fact(_tr("Free on this disk"), free, "" if found.has_room else "bad"))
    tip = _tr("What RAVE is told as --max_db_size: the database cannot grow beyond it.")
    rows.append(Fact(_tr("Limit for RAVE"), f"{formats.count(limit)} GB", tip=tip))
    return rows


def _copies(found: Prospect) -> str:
    size = formats.size(found.plan.copied_bytes)
    return _tr("{size} in {files}").format(size=size, files=formats.files(found.plan.copies))


def latent(prospect: Prospect) -> tuple[str, str]:
    """Whether RAVE's analysis has enough to work on, and its role."""
    outlook = prospect.outlook
    many = plural(
        outlook.validation_examples,
        _tr("1 example is kept for validation: {why}."),
        _tr("{n} examples are kept for validation: {why}."),
    )
    text = many.format(n=formats.count(outlook.validation_examples), why=outlook.latent_reason)
    return text, "muted" if outlook.latent_ok else "warn"


def networks(prospect: Prospect) -> list[Fact]:
    """Each network behind a sign, its role, and why."""
    return [
        Fact(fit.name, f"{'✓' if fit.fits else '✕'} {fit.name}", role, fit.reason)
        for fit in prospect.outlook.architectures
        for role in ["good" if fit.fits else "bad"]
    ]


def misfits(prospect: Prospect) -> str:
    """``v2, v3: needs windows of 71,680 samples, examples have 32,768``; empty where all fit."""
    reasons: dict[str, list[str]] = {}
    for fit in prospect.outlook.architectures:
        if not fit.fits:
            reasons.setdefault(fit.reason, []).append(fit.name)
    return "\n".join(f"{', '.join(names)}: {why}." for why, names in reasons.items())
