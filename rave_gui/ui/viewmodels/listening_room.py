"""What the listening room says. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rave_gui.backend.blind_statistics import (
    SETTLED,
    Standing,
    between,
    chance_at_least,
    preference_p,
    ranking,
    rounds_to_settle,
)
from rave_gui.backend.blind_test import Answer, BlindKind
from rave_gui.backend.latent_bend import NOISE, OFFSET, SCALE
from rave_gui.backend.listening_room import Lane, LaneKind, Room
from rave_gui.core.paths import slug
from rave_gui.ui import formats
from rave_gui.ui.text import plural, translate

MINUS = "−"
_MOST_HEIGHT = 6.0
_MOST_FAILURES = 8
_EVEN = 0.5
_FEW = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def _tr(text: str) -> str:
    return translate("listening-room", text)


@dataclass(frozen=True)
class LaneWords:
    """One line of the room."""

    number: int
    title: str
    note: str
    note_role: str
    level: str
    """At the right: how loud it is beside the reference, or what is still to be done."""
    level_tip: str
    state: str
    """Below that: whether it is heard."""
    colour: str
    """Role of its waveform."""
    height: float
    """How many times as high as it is: drawn as loud as it is heard."""
    spoken: str
    """For screen readers."""


def lane_words(room: Room, lane: Lane, progress: float | None, *, playing: bool) -> LaneWords:
    """A lane as it is now; ``progress`` from 0 to 1 while it is being made."""
    heard = room.chosen is not None and room.chosen.key == lane.key
    level, tip = _level(room, lane, progress)
    note, role = _note(lane)
    number = room.number(lane.key) or 0
    state = ""
    if heard and lane.sound is not None:
        state = _tr("▶ heard now") if playing else _tr("▶ chosen")
    title = _tr("Input") if lane.kind is LaneKind.INPUT else lane.title
    spoken = f"{number}: {title}, {note}, {level}"
    return LaneWords(
        number=number,
        title=title,
        note=note,
        note_role=role,
        level=level,
        level_tip=tip,
        state=state,
        colour=_colour(lane, heard=heard),
        height=_height(room, lane),
        spoken=spoken,
    )


def _height(room: Room, lane: Lane) -> float:
    """As loud as it is heard, and the reference nearly as high as its lane."""
    level = room.reference.level if room.reference is not None else None
    whole = 0.9 / level.peak if level is not None and level.peak > 0 else 1.0
    factor: float = 10 ** (room.gain_db(lane) / 20) * min(max(1.0, whole), _MOST_HEIGHT)
    return factor


def _note(lane: Lane) -> tuple[str, str]:
    """What is to be known of a lane, and the role of its colour."""
    if lane.problem:
        return _tr("cannot be heard"), "bad"
    if not lane.is_model:
        return lane.path.name, "muted"
    parts = []
    if lane.phase:
        parts.append(_tr("phase {n}").format(n=lane.phase))
    if not lane.bend.neutral:
        parts.append(_tr("bent"))
    elif lane.rating:
        parts.append(f"★ {lane.rating}")
    elif lane.exported:
        parts.append(_tr("exported"))
    elif lane.validation is not None:
        parts.append(_tr("validation {value}").format(value=formats.figure(lane.validation)))
    return " · ".join(parts) or lane.path.name, "muted"


def _level(room: Room, lane: Lane, progress: float | None) -> tuple[str, str]:
    if lane.problem:
        return _tr("why?"), lane.problem
    if progress is not None:
        done = formats.percent(progress) if progress else ""
        making = _tr("rendering") if lane.is_model else _tr("measuring")
        return f"{making} {done}".strip(), ""
    if lane.waiting:
        return (_tr("waiting") if room.input or not lane.is_model else _tr("needs a sound")), ""
    reference = room.reference
    if reference is not None and reference.key == lane.key:
        return _tr("reference"), _tr("All lanes are made as loud as this one.")
    difference = room.difference(lane)
    if difference is None:
        return _tr("silent"), ""
    return signed(difference, _tr("LU")), _level_tip(room, lane)


def _level_tip(room: Room, lane: Lane) -> str:
    if not room.matched:
        return _tr("So much louder than the input; heard as it is.")
    left = room.left_over(lane)
    if left > 0.5:
        words = _tr("Heard {lu} softer than the input: more would clip.")
        return words.format(lu=f"{left:.1f} LU")
    return _tr("So much louder than the input by itself; evened out while you listen.")


def signed(value: float, unit: str) -> str:
    """``−0.4 LU``, ``+0.1 LU``."""
    shown = f"{abs(value):.1f}"
    sign = "" if shown == "0.0" else "+" if value > 0 else MINUS
    return f"{sign}{shown} {unit}"


def _colour(lane: Lane, *, heard: bool) -> str:
    if heard:
        return "accent"
    if lane.phase:
        return f"phase{lane.phase}"
    kinds = {LaneKind.INPUT: "secondary", LaneKind.SOUND: "series2", LaneKind.PREVIEW: "series2"}
    return kinds.get(lane.kind, "series3")


# Above and below the lanes


def subtitle(room: Room) -> str:
    """What the room does, and how."""
    matched = _tr("level-matched") if room.matched else _tr("each as loud as it is")
    words = _tr("One playhead, {matched}. Space plays, 1 to 9 switch without a gap.")
    return words.format(matched=matched)


def export_text(room: Room) -> tuple[str, str]:
    """(words of the filled button, why it cannot be pressed)."""
    lane = room.chosen
    if lane is None or lane.kind is not LaneKind.CHECKPOINT:
        return _tr("Export…"), _tr("Choose a checkpoint first: it is what becomes an instrument.")
    return _tr("Export {name}").format(name=short_title(lane)), ""


def short_title(lane: Lane) -> str:
    """``bells-small`` of ``bells-small · best``."""
    return lane.title.split(" · ")[0]


def bend_title(lane: Lane | None) -> str:
    """Above the sliders."""
    if lane is None or not lane.is_model:
        return _tr("Bend the sound")
    return _tr("Bend the sound · {name}").format(name=short_title(lane))


def bend_hint(lane: Lane | None) -> str:
    """Where there are no sliders: why."""
    if lane is None or not lane.is_model:
        return _tr("Choose a model: its latents are moved here while it plays.")
    if lane.problem:
        return _tr("This model cannot be heard.")
    if lane.sound is None:
        return _tr("As soon as it is rendered, its latents can be moved here.")
    return _tr("This model has no latents that can be moved.")


def bend_count(latents: int, shown: int) -> str:
    """``8 of 16 latents``."""
    if latents <= shown:
        return plural(latents, _tr("1 latent"), _tr("{n} latents")).format(n=latents)
    return _tr("{shown} of {n} latents").format(shown=shown, n=latents)


def bend_state(lane: Lane | None, *, opening: bool, late: bool) -> tuple[str, str]:
    """What becomes of the sliders now, and the role of the words."""
    if lane is None or lane.bend.neutral:
        return "", ""
    if opening:
        return _tr("getting the model ready…"), "muted"
    if late:
        return _tr("too slow here: its last render is heard"), "warn"
    return _tr("heard while you move"), "muted"


def latent_name(latent: int) -> str:
    """``latent 1`` of latent 0."""
    return _tr("latent {n}").format(n=latent + 1)


def bend_value(kind: str, value: float) -> str:
    """``1.3``, ``−1.0``, ``×1.5``."""
    shown = f"{abs(value):.1f}"
    if kind == SCALE:
        return f"×{shown}"
    return f"{MINUS}{shown}" if value < 0 and shown != "0.0" else shown


def bend_kinds() -> tuple[tuple[str, str, str], ...]:
    """(kind, word, explanation)."""
    return (
        (OFFSET, _tr("Offset"), _tr("Added to the latent: a constant turn of the knob.")),
        (SCALE, _tr("Scale"), _tr("Multiplies its movement: 0 freezes, 2 exaggerates.")),
        (NOISE, _tr("Noise"), _tr("Random movement on top.")),
    )


# What can be done with a lane

RENDER, BATCH, FOLDER, REMOVE, RETRY = "render", "batch", "folder", "remove", "retry"


def lane_actions(lane: Lane) -> tuple[tuple[str, str], ...]:
    """(key, words), in order."""
    found = []
    if lane.problem:
        found.append((RETRY, _tr("Try again")))
    elif lane.is_model:
        found.append((RENDER, _tr("Render to a file…")))
        found.append((BATCH, _tr("Put a folder through it…")))
    found.append((FOLDER, _tr("Show in folder")))
    found.append((REMOVE, _tr("Take out of the room")))
    return tuple(found)


def batch_progress(done: int, total: int, name: str) -> str:
    """While a folder goes through a model."""
    return _tr("{n} of {total}: {name}").format(n=min(done + 1, total), total=total, name=name)


def batch_end(made: int, failed: int) -> str:
    """What became of it."""
    words = plural(made, _tr("1 new file."), _tr("{n} new files.")).format(n=made)
    if not failed:
        return words
    left = plural(failed, _tr("1 sound was passed over."), _tr("{n} sounds were passed over."))
    return f"{words} {left.format(n=failed)}"


def batch_failures(failed: Sequence[tuple[str, str]]) -> str:
    """The first few, with why."""
    lines = [f"{name}: {why}" for name, why in failed[:_MOST_FAILURES]]
    more = len(failed) - len(lines)
    return "\n".join([*lines, _tr("and {n} more").format(n=more)] if more > 0 else lines)


def render_name(lane: Lane, source: Lane | None) -> str:
    """What a render is called: which sound, through what."""
    sound = source.path.stem if source is not None else "sound"
    return f"{sound} - {slug(lane.title)}" if lane.is_model else sound


def batch_folder(lane: Lane) -> str:
    """Where a folder of renders goes by default, below the project's renders."""
    return slug(lane.title)


def model_line(lane: Lane) -> str:
    """A model in a list of them."""
    note, _role = _note(lane)
    step = _tr("step {n}").format(n=formats.count(lane.step)) if lane.step is not None else ""
    known = lane.kind is LaneKind.CHECKPOINT and not lane.title.endswith("best")
    kind = _tr("export") if lane.kind is LaneKind.EXPORT else ""
    return "  ·  ".join(part for part in (lane.title, kind, "" if known else step, note) if part)


# By ear


@dataclass(frozen=True)
class EarWords:
    """The card of what was said blind."""

    strong: str
    rest: str
    text: str
    ranking: tuple[str, ...] = ()


def by_ear(answers: Sequence[Answer], titles: Mapping[str, str]) -> EarWords:
    """Who was preferred, against whom, and how sure that is."""
    pairs = [pair for answer in answers if (pair := answer.preference) is not None]
    heard = _abx(answers, titles)
    standings = ranking(pairs)
    if not standings:
        nothing = _tr("A blind test hides the names and keeps what you say: let your ears decide.")
        return EarWords("", heard[0] or _tr("Nothing yet"), heard[1] or nothing)
    best = standings[0]
    rival = _rival(best, standings, pairs)
    wins, rounds = between(pairs, best.key, rival)
    words = _tr("preferred {wins} of {rounds} times").format(wins=wins, rounds=rounds)
    against = _tr("against {other}, blind, {sure}").format(
        other=titles.get(rival, rival), sure=verdict(wins, rounds)
    )
    text = against if not heard[1] else f"{against} {heard[0]}: {heard[1]}"
    lines = tuple(_standing(one, titles) for one in standings) if len(standings) > 2 else ()
    return EarWords(titles.get(best.key, best.key), words, text, lines)


def verdict(wins: int, rounds: int) -> str:
    """``p = 0.15: three more rounds the same way would settle it.``."""
    p = preference_p(wins, rounds)
    shown = f"p = {p:.2f}" if p >= 0.01 else "p < 0.01"
    if p < SETTLED:
        return _tr("{p}: chance alone would hardly do that.").format(p=shown)
    more = rounds_to_settle(wins, rounds)
    if more is None or p > _EVEN:
        return _tr("{p}: no preference shows yet.").format(p=shown)
    return more_rounds(more).format(p=shown)


def more_rounds(more: int) -> str:
    """With the place of the figure left open."""
    one = _tr("{{p}}: one more round the same way would settle it.")
    many = _tr("{{p}}: {n} more rounds the same way would settle it.")
    number = _tr(_FEW[more]) if more < len(_FEW) else str(more)
    return plural(more, one, many).format(n=number)


def _rival(best: Standing, standings: Sequence[Standing], pairs: Sequence[tuple[str, str]]) -> str:
    """The next best that it was really compared with."""
    met = [one.key for one in standings[1:] if between(pairs, best.key, one.key)[1]]
    return met[0] if met else standings[1].key


def _standing(one: Standing, titles: Mapping[str, str]) -> str:
    words = _tr("{title}: {wins} of {rounds}, between {low} and {high}")
    return words.format(
        title=titles.get(one.key, one.key),
        wins=one.wins,
        rounds=one.rounds,
        low=formats.percent(one.low),
        high=formats.percent(one.high),
    )


def _abx(answers: Sequence[Answer], titles: Mapping[str, str]) -> tuple[str, str]:
    """(how often X was recognised, what that means) of the pair that was asked last."""
    asked = [answer for answer in answers if answer.kind is BlindKind.ABX]
    if not asked:
        return "", ""
    pair = {asked[-1].a, asked[-1].b}
    same = [answer for answer in asked if {answer.a, answer.b} == pair]
    right = sum(answer.correct for answer in same)
    words = _tr("{right} of {n} recognised").format(right=right, n=len(same))
    return words, abx_verdict(right, len(same), [titles.get(key, key) for key in sorted(pair)])


def abx_verdict(right: int, rounds: int, names: Sequence[str]) -> str:
    """Whether a difference can be heard."""
    p = chance_at_least(right, rounds)
    both = _tr("{a} and {b}").format(a=names[0], b=names[1])
    shown = f"p = {p:.2f}" if p >= 0.01 else "p < 0.01"
    if p < SETTLED:
        return _tr("{both} can be told apart, {p}.").format(both=both, p=shown)
    return _tr("{both} cannot be told apart yet, {p}.").format(both=both, p=shown)
