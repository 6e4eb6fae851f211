"""All about one checkpoint, in words."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from rave_gui.backend.model_facts import ModelFacts
from rave_gui.backend.run_differences import Difference
from rave_gui.core.records import Checkpoint, CheckpointKind
from rave_gui.ui import formats
from rave_gui.ui.models.checkpoints import kind
from rave_gui.ui.readers_models import CheckpointDetail
from rave_gui.ui.text import plural, translate
from rave_gui.ui.viewmodels.rows import Fact
from rave_gui.ui.viewmodels.timeline import phase_of
from rave_gui.ui.viewmodels.training_words import setting_name, setting_value

_SHARES = (0.8, 0.9, 0.95, 0.99)
"""What RAVE itself logs (rave/model.py, validation_epoch_end), and what people choose."""
_LONGEST, _MOST = 200, 12


def title(detail: CheckpointDetail) -> str:
    """``bells-v2 · 400,000``."""
    stakes = detail.stakes
    return f"{stakes.experiment.name} · {formats.count(stakes.checkpoint.step)}"


def sentence(detail: CheckpointDetail) -> str:
    """What kind of checkpoint it is."""
    row = detail.stakes.checkpoint
    phase = phase_of(row.step, detail.phase1)
    words = kind_sentence(row)
    return f"{_tr('Phase {n}').format(n=phase)} · {words}" if phase else words


def kind_sentence(row: Checkpoint) -> str:
    """Why it was written."""
    return {
        CheckpointKind.BEST: _tr("lowest validation so far, when it was written"),
        CheckpointKind.LAST: _tr("written at the end of the training"),
        CheckpointKind.EPOCH: _tr("one of RAVE's regular ones"),
        CheckpointKind.STOPPED: _tr("saved when the training was stopped"),
        CheckpointKind.SAVED: _tr("saved because you asked for it"),
    }[row.kind]


def advice(detail: CheckpointDetail) -> tuple[str, str]:
    """What to know of it before relying on it, and the role of the remark."""
    stakes = detail.stakes
    row, phase = stakes.checkpoint, phase_of(stakes.checkpoint.step, detail.phase1)
    if not stakes.there:
        return _tr("Its file is gone: it can neither be heard nor exported."), "bad"
    if row.kind is CheckpointKind.BEST or row.is_best:
        return _best(phase), "muted"
    if phase == 1:
        return _tr(
            "From phase 1: it follows the sound well, but is not as crisp as one of phase 2."
        ), "muted"
    return "", ""


def _best(phase: int | None) -> str:
    """RAVE's ``validation`` rises in phase 2 by design (docs/tensorboard_guide.md)."""
    text = _tr(
        "“Best” is RAVE's word for the lowest validation. In phase 2 validation rises by design, "
        "so RAVE's best is usually a model of phase 1"
    )
    mine = _tr(", as this one is") if phase == 1 else ""
    return text + mine + _tr(": let your ears decide.")


def facts(detail: CheckpointDetail, now: float | None = None) -> list[Fact]:
    """Figures of the file."""
    row = detail.stakes.checkpoint
    moment = time.time() if now is None else now
    found = [
        Fact(_tr("Validation"), formats.figure(row.validation), tip=_validation_tip()),
        Fact(_tr("Size"), formats.size(row.size)),
        Fact(
            _tr("Written"), formats.ago(row.created_at, moment), tip=formats.moment(row.created_at)
        ),
    ]
    if detail.stakes.linked is not None:
        found.append(
            Fact(_tr("Refers to"), detail.stakes.linked.name, tip=str(detail.stakes.linked))
        )
    return found


def model_facts(known: ModelFacts | None) -> list[Fact]:
    """What the engine found in the file; empty until somebody looked."""
    if known is None:
        return []
    rate = known.latent_rate
    pairs = [
        (_tr("Network"), known.architecture),
        (_tr("Parameters"), _millions(known.parameters)),
        (_tr("Receptive field"), _milliseconds(known.receptive_field)),
        (_tr("Latency"), _milliseconds(known.latency)),
        (_tr("Latent rate"), _tr("{n} Hz").format(n=f"{rate:.1f}") if rate else ""),
        (_tr("Sound"), _sound(known)),
    ]
    tips = {
        _tr("Receptive field"): _tr("What decides the sound of one moment"),
        _tr("Latent rate"): _tr("Latent frames of one second"),
    }
    return [Fact(name, value, tip=tips.get(name, "")) for name, value in pairs if value]


def latents(known: ModelFacts | None) -> tuple[tuple[str, int], ...]:
    """Latents that RAVE would export, for the shares that people choose."""
    if known is None:
        return ()
    table = dict(known.latents)
    wanted = [share for share in _SHARES if share in table] or list(table)[:6]
    return tuple((f"{share * 100:g} %", table[share]) for share in wanted)


def latent_words(known: ModelFacts | None) -> str:
    """What the numbers of latents mean."""
    found = latents(known)
    if known is None or (not found and known.latent_size is None):
        return ""
    if not known.latents_measured:
        return _tr(
            "It was written before the first validation, so RAVE has not measured its latents yet: "
            "an export would have one."
        )
    if not found:
        return _tr("{n} latents, fixed by its configuration.").format(n=known.latent_size)
    return _tr("Latents that an export has, for the share of the sound's variety that it keeps.")


def difference_facts(found: Sequence[Difference]) -> list[Fact]:
    """Settings that are not the usual ones, with the usual ones beside them."""
    return [Fact(setting_name(one.name), _difference(one)) for one in found]


def came_of(detail: CheckpointDetail) -> str:
    """What was made from it."""
    stakes, parts = detail.stakes, []
    if stakes.exports:
        names = ", ".join(one.name for one in stakes.exports)[:_LONGEST]
        parts.append(_tr("Exported as {names}.").format(names=names))
    if stakes.forks:
        names = ", ".join(one.name for one in stakes.forks)[:_LONGEST]
        parts.append(_tr("Forked: {names}.").format(names=names))
    return " ".join(parts)


def preview_words(step: int, heard: int | None, name: str) -> str:
    """What the play button plays."""
    if heard is None:
        return _tr("No preview of this training")
    if heard == step:
        return _tr("{name}, at this step").format(name=name)
    return _tr("{name}, at step {step}").format(name=name, step=formats.count(heard))


def many(rows: Sequence[Checkpoint]) -> str:
    """Several chosen ones in a sentence."""
    kept = sum(1 for row in rows if row.pinned)
    text = plural(kept, _tr("1 of them is kept."), _tr("{n} of them are kept."))
    runs = len({row.experiment_id for row in rows})
    of = plural(runs, _tr("Of 1 training."), _tr("Of {n} trainings."))
    return f"{of.format(n=runs)} {text.format(n=kept)}" if kept else of.format(n=runs)


def listing(rows: Sequence[Checkpoint], names: Mapping[int, str]) -> str:
    """The chosen ones, a line each."""
    lines = [
        " · ".join(
            part
            for part in (
                names.get(row.experiment_id, ""),
                formats.count(row.step),
                kind(row),
                formats.stars(row.rating),
            )
            if part
        )
        for row in rows[:_MOST]
    ]
    if len(rows) > _MOST:
        lines.append(_tr("and {n} more").format(n=len(rows) - _MOST))
    return "\n".join(lines)


def _difference(one: Difference) -> str:
    value = _value(one.value)
    return value if one.default is None else f"{value}  ({_value(one.default)})"


def _value(value: object) -> str:
    if isinstance(value, str) and value.isdigit():
        value = int(value)
    return setting_value(value)


def _millions(number: int | None) -> str:
    if number is None:
        return ""
    return _tr("{n} M").format(n=f"{number / 1e6:.1f}") if number >= 1e5 else formats.count(number)


def _milliseconds(seconds: float | None) -> str:
    return "" if seconds is None else _tr("{n} ms").format(n=formats.count(round(seconds * 1000)))


def _sound(known: ModelFacts) -> str:
    rate = formats.sample_rate(known.sample_rate) if known.sample_rate else ""
    channels = formats.channels(known.channels) if known.channels else ""
    return " · ".join(part for part in (rate, channels) if part)


def _validation_tip() -> str:
    return _tr("Spectral distance on sound it was not trained on; low is close to the original")


def _tr(text: str) -> str:
    return translate("checkpoint", text)
