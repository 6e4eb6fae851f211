"""What the dialog for a new dataset says, decided without Qt."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rave_gui.backend.forecast import Forecast
from rave_gui.backend.rave_settings import PreprocessSettings
from rave_gui.ui import formats
from rave_gui.ui.text import plural, translate

CHANNELS = (1, 2)
RATES = (22050, 32000, 44100, 48000, 96000)
WINDOWS = (16384, 32768, 65536, 131072, 262144)
_NAMED = 3


def _tr(text: str) -> str:
    return translate("new-dataset", text)


def window_words(settings: PreprocessSettings) -> str:
    """What the window means for the files."""
    return _tr(
        "One example holds 2 × {window} samples, {seconds} s. Shorter files are left out, and so "
        "is what remains at the end of each file."
    ).format(window=formats.count(settings.num_signal), seconds=f"{settings.chunk_seconds:.2f}")


def lazy_words(*, lazy: bool) -> str:
    """What lazy means, both ways."""
    if lazy:
        return _tr(
            "Only links are kept: no disk is used, training is slower, and if the files move it "
            "goes on with silence. Keep them where they are."
        )
    return _tr("The sound is copied into a database: fast, and safe when the files move.")


def summary(plan: Forecast) -> str:
    """``12 files can be used, 1 cannot: take7.wav (damaged or not audio)``."""
    if not plan.files:
        return _tr("No sound was found there.")
    usable, refused = len(plan.accepted), plan.rejected
    text = plural(usable, _tr("1 file can be used"), _tr("{n} files can be used"))
    parts = [text.format(n=formats.count(usable))]
    if refused:
        named = ", ".join(f"{one.path.name} ({_short(one.reason)})" for one in refused[:_NAMED])
        more = _tr(" and more") if len(refused) > _NAMED else ""
        parts.append(f"{_tr('{n} cannot').format(n=formats.count(len(refused)))}: {named}{more}")
    return ", ".join(parts) + "."


def yield_words(plan: Forecast) -> str:
    """``1,939 examples, 3 h 12 m of sound, 1.0 GB on this disk``."""
    if not plan.examples:
        return _tr("RAVE would make no example of them.")
    many = plural(plan.examples, _tr("1 example"), _tr("{n} examples"))
    return _tr("{examples}, {length} of sound, {size} on this disk").format(
        examples=many.format(n=formats.count(plan.examples)),
        length=formats.duration(plan.usable_seconds),
        size=formats.size(plan.database_bytes),
    )


def warnings(plan: Forecast) -> list[str]:
    """What is used otherwise than somebody might expect."""
    looks = [file for file in plan.accepted if file.verdict == "warn"]
    if not looks:
        return []
    many = plural(len(looks), _tr("1 file wants a look"), _tr("{n} files want a look"))
    return [f"{many.format(n=formats.count(len(looks)))}: {looks[0].path.name} {looks[0].reason}."]


def suggested_name(sources: Sequence[Path]) -> str:
    """The name of the first source."""
    if not sources:
        return ""
    first = sources[0]
    return first.name if first.is_dir() else first.stem


def counting(files: int) -> str:
    """While the headers are read."""
    return _tr("Looking at the files: {n} so far…").format(n=formats.count(files))


def _short(reason: str) -> str:
    return reason.partition(":")[0]
