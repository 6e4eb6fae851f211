"""The rules of judgement: each looks at one thing, speaks with its numbers, or says nothing.

Where a threshold is no fact of RAVE but experience, it is a named constant here. All are silent
while there is too little to judge by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from rave_gui.backend.judgement import BAD, GOOD, NOTE, WARN, Observation
from rave_gui.backend.judgement_view import VALIDATION, Piece, View, percent, trend

Rule = Callable[[View], Iterator[Observation]]
_TRAIN_TAGS = (
    "fullband_spectral_distance", "multiband_spectral_distance", "distance", "regularization",
    "loss_dis", "adversarial", "feature_matching", "pred_real", "pred_fake", VALIDATION,
)  # fmt: skip
_EARLY = 20_000
"""Steps after which a training that learns has shown it (rave.md, “Reading curves”)."""
_LEARNT = 0.02
"""Least fall of the distance in that time."""
_FLAT = 0.005
"""A smaller change over the last quarter is no progress worth days."""
_PLATEAU_STEPS = 60_000
_LONG_PHASE_2 = 300_000
"""RAVE's users listen again 300,000 to 500,000 steps into phase 2."""
_PHASE_2_IS_NEW = 50_000
_VALIDATIONS = 4
"""In a row, before they count."""
_WON = 0.1
"""Share of its first value below which the judge's loss says that nothing fools it any more."""
_JUDGE_TIME = 20_000
_SLOWER = 1.5
_SLOW_SECONDS = 600.0
"""Over which a training must be slow before it is told."""
_IDLE_GPU = 0.5


def not_numbers(view: View) -> Iterator[Observation]:
    """NaN and infinity never heal by themselves."""
    for tag in _TRAIN_TAGS:
        curve = view.curves.get(tag)
        values = np.asarray(curve.values if curve is not None else (), np.float64)
        wrong = ~np.isfinite(values)
        if len(values) and wrong[-1]:
            good = np.flatnonzero(~wrong)
            first = int(good[-1]) + 1 if len(good) else 0
            step = int(view.curves[tag].steps[first])
            yield Observation(
                "nan", BAD,
                f"The training has broken: its losses are not numbers since step {step:,}.",
                f"“{tag}” is {values[-1]} from step {step:,} on.",
                "Stop it and go on from a checkpoint before that step. Where it breaks again, look"
                " for silent or damaged sound in the dataset, or begin anew with a smaller"
                " capacity.",
            )  # fmt: skip
            return


def no_learning(view: View) -> Iterator[Observation]:
    """The distance of a training that learns falls at once, and by far."""
    piece = view.distance if view.phase == 1 else view.distance.before(view.phase_2_at or 0)
    if view.phase == 2 or len(piece) < 40 or view.step < _EARLY:
        return
    start = piece.before(piece.steps[0] + max(1000.0, 0.05 * piece.span)).median
    best = min(part.median for part in _parts(piece, 10)[1:])
    fell = (start - best) / abs(start) if start else 0.0
    if fell < _LEARNT:
        yield Observation(
            "no-learning", BAD, "It does not learn: the distance has hardly fallen.",
            f"It began at {start:.3g} and was {best:.3g} at its best, {percent(fell)} less, in"
            f" {view.step:,} steps.",
            "Listen to the dataset: is it silence, or noise alone? Check rate and channels, then"
            " try v2 with its usual values.",
        )  # fmt: skip


def plateau(view: View) -> Iterator[Observation]:
    """In phase 1 a plateau is the moment for phase 2; long into phase 2 it may be the end."""
    lately = view.lately(view.now)
    needed = _PLATEAU_STEPS if view.phase == 1 else _LONG_PHASE_2
    if view.now.span < needed:
        return
    line = trend(lately)
    if line is None or abs(line.relative) >= _FLAT:
        return
    change = f"{100 * line.relative:+.2f} %"
    evidence = f"The distance changed by {change} over the last {lately.span:,.0f} steps."
    if view.phase == 1:
        yield Observation(
            "plateau", NOTE, "It has stopped improving in phase 1.", evidence,
            "A good moment for phase 2: fork it with an earlier end of phase 1. Complex sound may"
            " still gain from patience.",
        )  # fmt: skip
    else:
        yield Observation(
            "plateau-2", NOTE, "It may be as good as it gets.", evidence,
            "Numbers do not tell any more: listen to the previews of the last validations, and"
            " stop when you cannot hear a difference.",
        )  # fmt: skip


def collapse(view: View) -> Iterator[Observation]:
    """One dimension that explains everything is a latent space that says nothing."""
    small = (view.moment.latent_size or 128) <= 2
    piece = view.piece("fidelity_0.95")
    newest = piece.last(_VALIDATIONS)
    if not view.moment.variational or small or len(newest) < _VALIDATIONS:
        return
    if newest.steps[-1] >= _EARLY // 2 and np.all(newest.values <= 0):
        yield Observation(
            "collapse", WARN, "The latent space has collapsed to one dimension.",
            f"One dimension explains 95 % of the variance at the last {_VALIDATIONS} validations"
            " (fidelity_0.95 is 0, counted from 0).",
            "Train with a weaker regularisation, and check that the dataset is not nearly silent.",
        )  # fmt: skip


def loose_latents(view: View) -> Iterator[Observation]:
    """All dimensions in use means that the regularization does not bite."""
    size = view.moment.latent_size or 0
    newest = view.piece("fidelity_0.99").last(_VALIDATIONS)
    if not view.moment.variational or size < 16 or len(newest) < _VALIDATIONS:
        return
    if newest.steps[0] >= 2 * _EARLY and np.all(newest.values >= size - 2):
        yield Observation(
            "loose-latents", NOTE, "The latent space stays as wide as it can be.",
            f"99 % of the variance needs {newest.values[-1] + 1:.0f} of {size} dimensions.",
            "Controls will be many and entangled: a stronger regularisation leaves fewer.",
        )  # fmt: skip


def judge_wins(view: View) -> Iterator[Observation]:
    """A judge whom nothing fools teaches nothing."""
    loss = view.piece("loss_dis")
    if len(loss) < 100 or loss.span < _JUDGE_TIME:
        return
    first = loss.before(loss.steps[0] + 0.05 * loss.span).median
    lately = view.lately(loss, 0.2)
    gap = _gap(view.lately(view.piece("pred_real"), 0.2), view.lately(view.piece("pred_fake"), 0.2))
    if first > 0 and lately.median < _WON * first and (gap is None or gap > 0):
        told = f", real and made sound are {gap:.3g} apart" if gap is not None else ""
        yield Observation(
            "judge-wins", WARN, "The judge wins: nothing that is made fools it any more.",
            f"Its loss fell from {first:.3g} to {lately.median:.3g}{told}.",
            "The sound may get worse from here: listen, and go on from a checkpoint before this if"
            " it does. More varied data helps most.",
        )  # fmt: skip


def judge_stuck(view: View) -> Iterator[Observation]:
    """A judge that cannot tell real from made teaches nothing either."""
    loss = view.piece("loss_dis")
    if len(loss) < 100 or loss.span < _JUDGE_TIME:
        return
    first = loss.before(loss.steps[0] + 0.05 * loss.span).median
    gap = _gap(view.lately(view.piece("pred_real"), 0.2), view.lately(view.piece("pred_fake"), 0.2))
    lately = view.lately(loss, 0.2).median
    if first > 0 and abs(lately - first) < 0.02 * first and gap is not None and abs(gap) < 0.1:
        yield Observation(
            "judge-stuck", WARN, "The judge does not learn.",
            f"Its loss is {lately:.3g} and began at {first:.3g}; real and made sound are"
            f" {gap:.2g} apart.",
            "Phase 2 brings nothing like this: go on from the end of phase 1 once more.",
        )  # fmt: skip


def by_heart(view: View) -> Iterator[Observation]:
    """Training falls and validation rises, in phase 1: it learns the examples, not the sound."""
    if view.phase == 2:
        return
    checks = view.lately(view.piece(VALIDATION), 0.4)
    if len(checks) < 8 or view.step < _EARLY:
        return
    training = trend(view.distance.after(checks.steps[0]))
    checked = trend(checks)
    if training is None or checked is None or not (training.sure and checked.sure):
        return
    fell = percent(-training.relative)
    if training.relative < -0.01 and checked.relative > 0.03:
        yield Observation(
            "by-heart", WARN, "It learns its examples by heart.",
            f"Over the last {checks.span:,.0f} steps the distance fell by {fell}"
            f" while validation rose by {percent(checked.relative)}.",
            "More sound, or augmentations, help; the best checkpoint is the one before this.",
        )  # fmt: skip


def slowdown(view: View) -> Iterator[Observation]:
    """Steps that take longer than they did in the same phase."""
    piece = view.now
    if not view.moment.live or len(piece) < 60:
        return
    pace = _pace(piece)
    recent = int(np.count_nonzero(piece.times > piece.times[-1] - _SLOW_SECONDS))
    if len(pace) < 40 or recent > len(pace) // 2:
        return
    usual = float(np.median(pace[: len(pace) // 2]))
    lately = float(np.median(pace[-max(12, recent) :]))
    if usual > 0 and lately > _SLOWER * usual:
        yield Observation(
            "slowdown", WARN, f"It has become {lately / usual:.1f} times slower.",
            f"A step takes {lately:.3g} s now and took {usual:.3g} s before.",
            "See in Hardware what else uses the machine, and whether it is too hot.",
        )  # fmt: skip


def starved(view: View) -> Iterator[Observation]:
    """A GPU that waits for sound."""
    use = view.moment.gpu_use
    if view.moment.live and use is not None and use < _IDLE_GPU and len(view.now) > 20:
        busy = view.moment.cpu_use
        full = f", while the processor is at {100 * busy:.0f} %" if busy is not None else ""
        yield Observation(
            "starved", WARN, "The GPU waits for sound.",
            f"It worked {100 * use:.0f} % of the time lately{full}.",
            "More loaders help where cores are free; else a dataset that is not lazy, on a fast"
            " disk.",
        )  # fmt: skip


def new_phase(view: View) -> Iterator[Observation]:
    """What frightens everybody once."""
    began = view.phase_2_at
    if began is None or not 0 <= view.step - began < _PHASE_2_IS_NEW:
        return
    before = view.distance.before(began).last(40).median
    after = view.distance.after(began).last(40).median
    known = np.isfinite(before) and np.isfinite(after)
    yield Observation(
        "phase-2", GOOD,
        "It ended early in phase 2, in which a judge teaches it to sound real."
        if view.moment.ended else "Phase 2 has begun: a judge now teaches it to sound real.",
        f"The distance was {before:.3g} before and {after:.3g} after it began; it rises here, and"
        " that is normal." if known else "Distances rise here, and that is normal.",
    )  # fmt: skip


def _parts(piece: Piece, count: int) -> list[Piece]:
    size = max(1, len(piece) // count)
    return [piece.last(len(piece) - start).before(_end(piece, start + size))
            for start in range(0, len(piece) - size + 1, size)]  # fmt: skip


def _end(piece: Piece, index: int) -> float:
    return float(piece.steps[index]) if index < len(piece) else float("inf")


def _gap(real: Piece, fake: Piece) -> float | None:
    return real.median - fake.median if len(real) and len(fake) else None


def _pace(piece: Piece) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Seconds a step between points; pauses and restarts are left out."""
    steps, times = np.diff(piece.steps), np.diff(piece.times)
    pace = times[(steps > 0) & (times > 0)] / steps[(steps > 0) & (times > 0)]
    return pace[pace < 20 * np.median(pace)] if len(pace) else pace


RULES: tuple[Rule, ...] = (
    not_numbers, no_learning, collapse, judge_wins, judge_stuck, by_heart, slowdown, starved,
    plateau, loose_latents, new_phase,
)  # fmt: skip
