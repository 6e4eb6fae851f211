"""The strip of previews in words, and where one is in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rave_gui.backend.previews import Heard, PreviewClip, PreviewSound, PreviewStrip
from rave_gui.ui import formats
from rave_gui.ui.text import translate

LISTENING_SET = "listening-set"
"""The wish of a training to choose what is listened to."""
_SHORT = 30


@dataclass(frozen=True)
class Place:
    """Which sound is chosen: a clip, and a step of it; no step: what was put in."""

    clip: str = ""
    step: int | None = None


@dataclass(frozen=True)
class Cell:
    """One sound of a strip as it is drawn."""

    sound: PreviewSound
    step: int | None
    """None: what was put in."""
    words: str
    tip: str


def cells(clip: PreviewClip | None, step: int | None = None) -> tuple[Cell, ...]:
    """What was put in, then what came out at each step.

    ``step``: the chosen one; RAVE's own sounds have an input of their own at each.
    """
    if clip is None:
        return ()
    original = clip.original_of(step)
    first = (Cell(original, None, _tr("input"), _tr("What is put through the model")),)
    made = tuple(
        Cell(sound, sound.step, formats.short_count(sound.step), _step_tip(sound.step))
        for sound in clip.sounds
    )
    return (first if original is not None else ()) + made


def clip_of(strip: PreviewStrip, place: Place) -> PreviewClip | None:
    """The chosen clip; the first one where that is gone."""
    found = (clip for clip in strip.clips if clip.key == place.clip)
    return next(found, strip.clips[0] if strip.clips else None)


def chosen(strip: PreviewStrip, place: Place) -> Cell | None:
    """The chosen sound."""
    found = cells(clip_of(strip, place), place.step)
    return next((cell for cell in found if cell.step == place.step), None)


def settled(strip: PreviewStrip, place: Place, *, follow: bool) -> Place:
    """The same place in a strip that grew or shrank; ``follow``: the newest step instead."""
    clip = clip_of(strip, place)
    if clip is None:
        return Place()
    steps = [sound.step for sound in clip.sounds if sound.step is not None]
    if not steps:
        return Place(clip.key)
    if follow or (place.step is not None and place.step not in steps):
        return Place(clip.key, steps[-1] if follow else _nearest(steps, place.step or 0))
    return Place(clip.key, place.step)


def beside(strip: PreviewStrip, place: Place, by: int) -> Place:
    """So many steps later; the ends stay where they are."""
    found = cells(clip_of(strip, place), place.step)
    steps = [cell.step for cell in found]
    if not steps:
        return place
    at = steps.index(place.step) if place.step in steps else len(steps) - 1
    return Place(found[0].sound.clip, steps[min(max(0, at + by), len(steps) - 1)])


def other_clip(strip: PreviewStrip, place: Place, by: int) -> Place:
    """Another clip at the same step, or the nearest that it has; goes round."""
    clip = clip_of(strip, place)
    if clip is None:
        return place
    other = strip.clips[(strip.clips.index(clip) + by) % len(strip.clips)]
    return in_clip(other, place.step)


def in_clip(clip: PreviewClip, step: int | None) -> Place:
    """That step of a clip, or the nearest that it has."""
    steps = [sound.step for sound in clip.sounds if sound.step is not None]
    return Place(clip.key, _nearest(steps, step) if step is not None and steps else None)


def spread(found: Sequence[Cell], room: int, step: int | None) -> tuple[Cell, ...]:
    """At most ``room`` cells, evenly from the first to the last, with the chosen one among them."""
    if len(found) <= room or room < 1:
        return tuple(found)
    head = [cell for cell in found if cell.step is None][:1]
    rest = list(found[len(head) :])
    count = max(1, room - len(head))
    last = len(rest) - 1
    places = [round(n * last / (count - 1)) for n in range(count)] if count > 1 else [last]
    at = next((n for n, cell in enumerate(rest) if cell.step == step), None)
    if step is not None and at is not None and at not in places:
        # The chosen one takes the place of its neighbour; first and last stay if they can.
        inner = range(1, count - 1) or range(count)
        places[min(inner, key=lambda n: abs(places[n] - at))] = at
    return (*head, *(rest[n] for n in sorted(places)))


def title(clip: PreviewClip, cell: Cell) -> str:
    """What is heard, in words."""
    if cell.step is None:
        return _tr("{name}, as it went in").format(name=clip.name)
    return _tr("{name} at step {step}").format(name=clip.name, step=formats.count(cell.step))


def gain_words(heard: Heard | None, *, matched: bool) -> str:
    """What was done to the level, and how loud it was."""
    if heard is None:
        return ""
    if heard.level.loudness is None:
        return _tr("It is silent.")
    loud = _tr("{lufs} LUFS").format(lufs=f"{heard.level.loudness:.1f}".replace("-", "−"))
    if not matched:
        return _tr("Played as it is: {loud}.").format(loud=loud)
    if heard.sound.step is None:
        return _tr("The level that the others are matched to: {loud}.").format(loud=loud)
    gain = f"{heard.gain_db:+.1f}".replace("-", "−")
    return _tr("Level-matched to the input: {gain} dB (it is {loud}).").format(gain=gain, loud=loud)


def shortened(name: str) -> str:
    """A name for two short lines."""
    return name if len(name) <= _SHORT else f"{name[: _SHORT - 1].rstrip()}…"


def source_words(clip: PreviewClip | None) -> str:
    """Where the sounds of a clip come from."""
    if clip is None:
        return ""
    number = len(clip.sounds)
    if clip.by_rave:
        text = _tr("RAVE's own sound of {n} validations; what goes in differs each time.")
    else:
        text = _tr("The same sound through the model at {n} moments of its training.")
    return text.format(n=formats.count(number))


def empty_words(*, live: bool, waits: bool = False) -> str:
    """Why there is nothing to hear; ``waits``: it has not begun."""
    if waits:
        return _tr("Nothing to hear yet. The first previews come with the first validation.")
    if live:
        return _tr(
            "Nothing to hear yet. The first previews come with the first validation; "
            "“Preview now” renders them at the next step."
        )
    return _tr("There is nothing to hear of this training: it never came to a validation.")


def _step_tip(step: int | None) -> str:
    return _tr("Step {step}").format(step=formats.count(step))


def _nearest(steps: Sequence[int], step: int) -> int:
    return min(steps, key=lambda one: (abs(one - step), one))


def _tr(text: str) -> str:
    return translate("previews", text)
