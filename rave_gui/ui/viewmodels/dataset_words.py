"""What the wizard for a new dataset says, decided without Qt."""

from __future__ import annotations

from rave_gui.backend.dataset_draft import DatasetDraft, Hindrance, Step
from rave_gui.backend.draft_counts import Counts
from rave_gui.backend.draft_files import Source
from rave_gui.backend.forecast import Forecast
from rave_gui.ui import formats
from rave_gui.ui.text import plural, translate
from rave_gui.ui.viewmodels.dataset import verdict_words
from rave_gui.ui.viewmodels.outlook_words import light_words

Sentence = tuple[str, str, str, str]
"""Plain words, strong words, plain words, and the role that colours the strong ones."""


def _tr(text: str) -> str:
    return translate("new-dataset", text)


def steps() -> tuple[str, ...]:
    """The names of the steps."""
    return (_tr("Sources"), _tr("Check"), _tr("Format"), _tr("Review"))


# Sources


def source_words(source: Source) -> tuple[str, str]:
    """``318 files · 3 h 20 m``, and its role."""
    if source.problem:
        return source.problem, "bad"
    if not source.files:
        return (_tr("no sound in it"), "warn") if source.looked else (_tr("looking…"), "muted")
    text = formats.files(source.files)
    if source.seconds:
        text = f"{text} · {formats.duration(source.seconds)}"
    if source.files > source.usable and source.looked:
        refused = source.files - source.usable
        text = f"{text} · {_tr('{n} cannot be used').format(n=formats.count(refused))}"
    if not source.looked:
        text = _tr("{found} so far…").format(found=text)
    return text, "secondary"


def _at_sources(draft: DatasetDraft) -> Sentence:
    counts = draft.counts
    if not draft.sources:
        return (
            _tr("RAVE wants about three hours of alike sound; twenty minutes do for a trial."),
            "",
            "",
            "",
        )
    if not counts.files:
        words = _tr("Looking for sound…") if draft.looking else _tr("There is no sound in there.")
        return words, "", "", ""
    length = formats.duration(counts.chosen_seconds)
    many = formats.files(counts.files)
    if draft.looking:
        return _tr("Looking:"), length, _tr("in {files} so far").format(files=many), "text"
    return _tr("Found:"), length, _tr("in {files}").format(files=many), "text"


# Check


def headline(draft: DatasetDraft) -> str:
    """``318 files can be used, 14 want a look, 3 cannot be used``."""
    counts = draft.counts
    if not counts.files:
        return _tr("Looking for sound…") if draft.looking else _tr("No sound was found")
    return verdict_words(counts.use, counts.look, counts.reject)


def listened(draft: DatasetDraft, *, paused: bool, seconds_left: float | None) -> str:
    """``listened to 120 of 335 · 1 h 12 m · 2 min left``."""
    counts = draft.counts
    if draft.looking:
        return _tr("found {files} so far").format(files=formats.files(counts.files))
    if not counts.to_listen:
        return ""
    parts = [
        _tr("listened to {n} of {total}").format(
            n=formats.count(counts.heard), total=formats.count(counts.to_listen)
        )
    ]
    if counts.heard_seconds:
        parts.append(formats.duration(counts.heard_seconds))
    if paused and counts.unheard:
        parts.append(_tr("paused"))
    elif counts.unheard and seconds_left is not None:
        parts.append(_tr("{time} left").format(time=formats.duration(seconds_left)))
    return " · ".join(parts)


def looks_button(counts: Counts) -> str:
    """Leaving out what wants a look, with their number; empty where there is nothing."""
    if not counts.chosen_looks:
        return ""
    many = plural(
        counts.chosen_looks,
        _tr("Leave out the one that wants a look"),
        _tr("Leave out all {n} that want a look"),
    )
    return many.format(n=formats.count(counts.chosen_looks))


def unheard_button(counts: Counts) -> str:
    """Going on without waiting; empty where nothing is waited for or nothing would be left."""
    if not counts.unheard or counts.unheard == counts.chosen:
        return ""
    many = plural(
        counts.unheard,
        _tr("Leave out the one that was not heard"),
        _tr("Leave out the {n} that were not heard"),
    )
    return many.format(n=formats.count(counts.unheard))


def yield_sentence(draft: DatasetDraft) -> Sentence:
    """``Enough for RAVE: 3 h 12 m usable, 1,939 examples of 5.94 s, 8 m lost at file ends``."""
    found = draft.prospect
    if found is None:
        return _tr("Working out what RAVE would make of it…"), "", "", ""
    plan = found.plan
    if not plan.examples:
        return "", _tr("RAVE would make no example of this."), _nothing_words(plan), "bad"
    usable = _tr("{time} usable").format(time=formats.duration(plan.usable_seconds))
    head, _, role = light_words(found)
    return f"{head}:", usable, f", {_examples_words(plan)}", role


def _examples_words(plan: Forecast) -> str:
    if plan.settings.lazy:
        return _tr("{windows} windows in {files}").format(
            windows=formats.count(plan.windows), files=formats.files(plan.examples)
        )
    many = plural(plan.examples, _tr("1 example of {s} s"), _tr("{n} examples of {s} s"))
    text = many.format(n=formats.count(plan.examples), s=f"{plan.settings.chunk_seconds:.2f}")
    if plan.lost_seconds >= 0.5:
        lost = formats.duration(plan.lost_seconds)
        text += _tr(", {time} lost at file ends").format(time=lost)
    return text if plan.exact else _tr("{what}, as far as the headers tell").format(what=text)


def _nothing_words(plan: Forecast) -> str:
    one = f"{plan.settings.chunk_seconds:.2f}"
    return _tr("One example takes {s} s: choose a smaller window, or join short files.").format(
        s=one
    )


# The foot


def foot(draft: DatasetDraft) -> Sentence:
    """The live sentence at the foot of the present step."""
    if draft.step is Step.SOURCES:
        return _at_sources(draft)
    hindrance = draft.hindrance()
    if hindrance in _PLAIN:
        return "", hindrance_words(draft), "", "bad"
    if draft.step is Step.REVIEW and hindrance in {Hindrance.NO_ENGINE, Hindrance.NO_ROOM}:
        return "", hindrance_words(draft), "", "bad"
    return yield_sentence(draft)


_PLAIN = frozenset(
    {
        Hindrance.NO_SOURCES, Hindrance.NO_SOUND, Hindrance.NOTHING_USABLE,
        Hindrance.NOTHING_CHOSEN, Hindrance.NAME_TAKEN,
    }
)  # fmt: skip


def primary_words(draft: DatasetDraft, seconds_left: float | None, *, paused: bool) -> str:
    """What the filled button says, or what it waits for."""
    if draft.step is Step.SOURCES:
        return _tr("Check the files")
    if draft.step is Step.CHECK:
        waiting = draft.hindrance() is Hindrance.LISTENING
        return _waiting_words(seconds_left, paused) if waiting else _tr("Choose the format")
    return _tr("Review") if draft.step is Step.FORMAT else _tr("Prepare the dataset")


def _waiting_words(seconds_left: float | None, paused: bool) -> str:
    if paused:
        return _tr("Listening is paused")
    if seconds_left is None:
        return _tr("Listening…")
    return _tr("Listening, {time} left").format(time=formats.duration(seconds_left))


def hindrance_words(draft: DatasetDraft) -> str:
    """Why the filled button has to wait, in a sentence; empty where it does not."""
    return {
        None: "",
        Hindrance.NO_SOURCES: _tr("Choose a folder or files first."),
        Hindrance.LOOKING: _tr("The files are still being looked for."),
        Hindrance.NO_SOUND: _tr("There is no sound in there."),
        Hindrance.NOTHING_USABLE: _tr("None of these files can be used."),
        Hindrance.NOTHING_CHOSEN: _tr("No file is chosen."),
        Hindrance.LISTENING: _tr("Every chosen file is listened to first."),
        Hindrance.RECKONING: _tr("Working out what RAVE would make of it…"),
        Hindrance.NO_EXAMPLES: _tr("RAVE would make no example of this."),
        Hindrance.NO_NAME: _tr("The dataset wants a name."),
        Hindrance.NAME_TAKEN: _tr("There is a dataset called {name} already.").format(
            name=draft.name_taken_by()
        ),
        Hindrance.NO_ENGINE: _tr("RAVE is not installed yet; everything else is ready."),
        Hindrance.NO_ROOM: room_words(draft),
    }[draft.hindrance()]


def room_words(draft: DatasetDraft) -> str:
    """``1.2 GB needed, 412 GB free on this disk``."""
    found = draft.prospect
    if found is None:
        return ""
    needed = formats.size(found.needed_bytes)
    if found.free_bytes is None:
        return _tr("{needed} needed").format(needed=needed)
    text = _tr("{needed} needed, {free} free on this disk").format(
        needed=needed, free=formats.size(found.free_bytes)
    )
    return text if found.has_room else _tr("Not enough room: {words}.").format(words=text)
