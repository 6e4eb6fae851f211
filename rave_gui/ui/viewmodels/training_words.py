"""What the wizard for a new training says."""

from __future__ import annotations

from rave_gui.backend.derived import Derived
from rave_gui.backend.gin_text import line_of_name
from rave_gui.backend.rave_findings import ERROR, Finding
from rave_gui.backend.rave_settings import CPU
from rave_gui.backend.training_draft import Difference, Hindrance, Step, TrainingDraft
from rave_gui.backend.training_outlook import NetworkFacts, TrainingOutlook
from rave_gui.backend.trial_report import RunForecast, TrialReport
from rave_gui.core.records import Dataset
from rave_gui.ui import formats
from rave_gui.ui.text import plural, translate
from rave_gui.ui.viewmodels.rows import Fact

_LONG_RISK = 3600.0
"""Seconds of work that nobody should lose to a power cut."""
_Foot = tuple[str, str, str, str]


def _tr(text: str) -> str:
    return translate("training-words", text)


def steps() -> tuple[str, ...]:
    """The names of the steps."""
    return _tr("Dataset"), _tr("Recipe"), _tr("Parameters"), _tr("Review")


def network_title(name: str) -> str:
    """The name of a network as a person reads it."""
    return {
        "v2": _tr("v2 · standard"),
        "v2_small": _tr("v2 small · fine in time"),
        "v3": _tr("v3 · style transfer"),
        "v1": _tr("v1 · light"),
        "raspberry": _tr("Raspberry Pi"),
        "onnx": _tr("ONNX · light"),
        "discrete": _tr("discrete"),
        "discrete_v3": _tr("discrete v3"),
    }.get(name, name)


def network_lines(network: NetworkFacts) -> str:
    """``16 GB GPU · looks 0.6 s ahead · phase 1: 1 M steps``."""
    parts = []
    if network.gpu_gb:
        parts.append(_tr("{n} GB of GPU at full width").format(n=network.gpu_gb))
    if network.ahead_ms is not None:
        parts.append(_ahead(network.ahead_ms))
    if network.phase_1:
        steps = formats.short_count(network.phase_1)
        parts.append(_tr("phase 1: {n}").format(n=steps))
    return " · ".join(parts)


def addition_words(name: str) -> tuple[str, str]:
    """Title and explanation of a regularization, discriminator, modifier or augmentation."""
    return {
        "": (_tr("variational"), _tr("As the network has it: as many dimensions as are needed.")),
        "wasserstein": (
            _tr("Wasserstein"),
            _tr("16 dimensions, all exported. Good with complex or mixed music."),
        ),
        "spherical": (_tr("spherical"), _tr("15 angles on a sphere. An experiment.")),
        "spectral_discriminator": (
            _tr("spectral judge"),
            _tr("In phase 2 a judge that listens to spectra."),
        ),
        "descript_discriminator": (
            _tr("Descript's judge"),
            _tr("A stronger judge in phase 2; it needs much more memory."),
        ),
        "causal": (
            _tr("causal"),
            _tr("Looks only into the past: answers faster when played live, slightly less good."),
        ),
        "noise": (_tr("noise"), _tr("A noise synthesizer for breath, hiss and cymbals.")),
        "adain": (_tr("AdaIN"), _tr("Style transfer: one sound takes on the manner of another.")),
        "snake": (_tr("snake"), _tr("Another activation, better with periodic sound.")),
        "mute": (_tr("mute"), _tr("Silences examples at random, so that silence is learnt.")),
        "gain": (_tr("gain"), _tr("Is meant to change levels; in RAVE 2.3.1 it does nothing.")),
        "compress": (_tr("compress"), _tr("Compresses examples at random; needs sox.")),
    }.get(name, (name, ""))


def dataset_lines(dataset: Dataset) -> str:
    """``3 h 12 m · 44.1 kHz mono · pieces of 5.9 s``."""
    sound = f"{formats.sample_rate(dataset.sample_rate)} {formats.channels(dataset.channels)}"
    parts = [formats.duration(dataset.duration_seconds), sound]
    if dataset.lazy:
        parts.append(_tr("read from your own files"))
    else:
        seconds = 2 * dataset.num_signal / max(1, dataset.sample_rate)
        parts.append(_tr("pieces of {n} s").format(n=f"{seconds:.1f}"))
    return " · ".join(parts)


def facts(derived: Derived, forecast: RunForecast | None) -> list[Fact]:
    """What follows from the parameters, most wanted first."""
    found = _time_facts(derived, forecast)
    if derived.steps_per_epoch:
        found.append(Fact(_tr("Steps per epoch"), formats.count(derived.steps_per_epoch)))
    if derived.epochs is not None:
        many = f"{derived.epochs:,.0f}" if derived.epochs >= 10 else f"{derived.epochs:.1f}"
        found.append(Fact(_tr("Times it hears everything"), many))
    found += _save_facts(derived, forecast)
    found += _sound_facts(derived)
    return found


def _time_facts(derived: Derived, forecast: RunForecast | None) -> list[Fact]:
    found = []
    if forecast is not None:
        found.append(Fact(_tr("Whole training"), formats.eta(forecast.seconds), "good"))
        if forecast.seconds_to_phase_2 is not None:
            found.append(Fact(_tr("Phase 2 after"), formats.eta(forecast.seconds_to_phase_2)))
    if derived.phase_2_at is not None:
        reached = derived.phase_2_at < derived.end
        where = formats.count(derived.phase_2_at) if reached else _tr("never")
        found.append(Fact(_tr("Phase 2 at step"), where, "" if reached else "warn"))
    return found


def _save_facts(derived: Derived, forecast: RunForecast | None) -> list[Fact]:
    found = []
    if derived.longest_gap is not None:
        found.append(
            Fact(
                _tr("At risk between checkpoints"),
                _risk(derived.longest_gap, forecast),
                _risk_role(forecast),
                _tr("RAVE saves at each validation; what came after is lost in a power cut."),
            )
        )
    disk = forecast.disk_bytes if forecast is not None else derived.disk_bytes
    if disk is not None:
        about = formats.size(disk) if forecast is not None else _about(formats.size(disk))
        found.append(Fact(_tr("Disk until the end"), about))
    if forecast is not None and forecast.gpu_bytes:
        found.append(Fact(_tr("GPU memory"), formats.size(forecast.gpu_bytes)))
    elif forecast is not None and forecast.memory_bytes:
        found.append(Fact(_tr("Memory"), formats.size(forecast.memory_bytes)))
    elif derived.gpu_bytes is not None:
        found.append(Fact(_tr("GPU memory"), _about(formats.size(derived.gpu_bytes))))
    return found


def _sound_facts(derived: Derived) -> list[Fact]:
    found = [
        Fact(_tr("Sound in an example"), _tr("{n} s").format(n=f"{derived.window_seconds:.2f}"))
    ]
    if derived.latent_size:
        found.append(Fact(_tr("Latent dimensions"), formats.count(derived.latent_size)))
    if derived.latent_rate:
        per_second = _tr("{n} a second").format(n=f"{derived.latent_rate:.1f}")
        found.append(Fact(_tr("Latent frames"), per_second))
    if derived.field_ms is not None:
        found.append(Fact(_tr("Hears back"), _milliseconds(derived.field_ms[0])))
        found.append(Fact(_tr("Looks ahead"), _milliseconds(derived.field_ms[1])))
    if derived.shortest_window:
        found.append(Fact(_tr("Shortest window"), formats.count(derived.shortest_window)))
    return found


def _risk(gap: int, forecast: RunForecast | None) -> str:
    if forecast is not None and forecast.risk_seconds is not None:
        return formats.eta(forecast.risk_seconds)
    return _tr("{n} steps").format(n=formats.count(gap))


def _risk_role(forecast: RunForecast | None) -> str:
    seconds = forecast.risk_seconds if forecast is not None else None
    return "warn" if seconds is not None and seconds > _LONG_RISK else ""


def _ahead(milliseconds: float) -> str:
    if milliseconds < 1:
        return _tr("looks only back")
    return _tr("looks {time} ahead").format(time=_milliseconds(milliseconds))


def _milliseconds(value: float) -> str:
    if value < 1000:
        return _tr("{n} ms").format(n=f"{value:.0f}")
    return _tr("{n} s").format(n=f"{value / 1000:.1f}")


def _about(text: str) -> str:
    return _tr("about {value}").format(value=text)


def hindrance_words(draft: TrainingDraft) -> str:
    """Why the filled button is off; empty where it is not."""
    found = draft.hindrance()
    if found is None:
        return ""
    taken = _tr("There is a training called {name} already.").format(name=draft.name_taken_by())
    return {
        Hindrance.NO_DATASET: _tr("Choose a dataset first."),
        Hindrance.NO_ENGINE: _tr("RAVE is not installed yet."),
        Hindrance.TEXT: str(draft.text_error or ""),
        Hindrance.JUDGING: _tr("Checking…"),
        Hindrance.ERRORS: _tr("RAVE would fail like this; see what is wrong above."),
        Hindrance.NO_NAME: _tr("The training wants a name."),
        Hindrance.NAME_TAKEN: taken,
    }[found]


def primary_words(draft: TrainingDraft, *, taken: bool) -> str:
    """What the filled button says; ``taken``: something trains on the device now."""
    return {
        Step.DATASET: _tr("Choose a recipe"),
        Step.RECIPE: _tr("Parameters"),
        Step.PARAMETERS: _tr("Review"),
        Step.REVIEW: _tr("Add to the queue") if taken else _tr("Start training"),
    }[draft.step]


def foot(draft: TrainingDraft, *, taken: bool) -> _Foot:
    """The live sentence: before, strong, after, role."""
    if why := hindrance_words(draft):
        serious = draft.hindrance() in (Hindrance.TEXT, Hindrance.ERRORS, Hindrance.NAME_TAKEN)
        return "", why, "", "bad" if serious else "secondary"
    outlook = draft.outlook
    if not draft.has_engine and draft.step is not Step.DATASET:
        later = _tr("Its networks and checks appear when it is; Review offers to install it.")
        return "", _tr("RAVE is not installed yet."), later, "text"
    if draft.step is Step.DATASET or outlook is None or draft.dataset is None:
        name = draft.dataset.name if draft.dataset is not None else ""
        return _tr("RAVE will learn from"), name, "", "text"
    return _judged(draft, outlook, taken=taken)


def _judged(draft: TrainingDraft, outlook: TrainingOutlook, *, taken: bool) -> _Foot:
    """Whether it can start, and what speaks against it."""
    if outlook.errors:
        return _count_words(len(outlook.errors), "error"), "", "", "secondary"
    if outlook.warnings and draft.step is Step.REVIEW:
        return "", _tr("It can start."), _noted(len(outlook.warnings)), "text"
    if outlook.warnings:
        return _count_words(len(outlook.warnings), "warning"), "", "", "secondary"
    after = _tr("It waits in line: another training has its device.") if taken else ""
    return "", _tr("Everything fits."), after, "good"


def _noted(number: int) -> str:
    one, many = _tr("1 thing above is worth knowing."), _tr("{n} things above are worth knowing.")
    return plural(number, one, many).format(n=number)


def _count_words(number: int, kind: str) -> str:
    if kind == "error":
        one = _tr("1 thing would make RAVE fail; Review says what to do.")
        many = _tr("{n} things would make RAVE fail; Review says what to do.")
    else:
        one, many = (
            _tr("1 thing is worth knowing; see Review."),
            _tr("{n} things are worth knowing; see Review."),
        )
    return plural(number, one, many).format(n=number)


def fix_words(finding: Finding) -> str:
    """The button that mends a finding; empty where a person must decide."""
    change = finding.change
    if not change:
        return ""
    if "configs" in change:
        return _tr("Use {recipe}").format(recipe=" · ".join(change["configs"]) or _tr("nothing"))
    if "overrides" in change:
        return _tr("Change the overrides")
    name, value = next(iter(change.items()))
    return _tr("{name}: {value}").format(name=setting_name(name), value=setting_value(value))


def setting_name(key: str) -> str:
    """A setting as a person reads it."""
    return {
        "configs": _tr("recipe"), "augmentations": _tr("augmentations"), "batch": _tr("batch"),
        "n_signal": _tr("window"), "max_steps": _tr("steps"), "val_every": _tr("validate every"),
        "save_every": _tr("keep every"), "workers": _tr("loaders"), "device": _tr("device"),
        "channels": _tr("channels"), "sample_rate": _tr("sample rate"), "ema": _tr("average"),
        "normalize": _tr("normalise"), "derivative": _tr("derivative"),
        "rand_pitch": _tr("random pitch"),
    }.get(key, key)  # fmt: skip


def setting_value(value: object) -> str:
    """A value as a person reads it."""
    if value is None:
        return _tr("off")
    if isinstance(value, bool):
        return _tr("on") if value else _tr("off")
    if isinstance(value, (list, tuple)):
        return " · ".join(str(item) for item in value) or _tr("none")
    return formats.count(value) if isinstance(value, int) else str(value)


def difference_words(differences: list[Difference], base: str) -> str:
    """``Not as in First model: batch 4 (8), LATENT_SIZE 8 (as the recipe has it)``."""
    if not differences or not base:
        return ""
    parts = [_difference(one) for one in differences]
    return _tr("Other than in {base}: {list}.").format(base=base, list=", ".join(parts))


def _difference(one: Difference) -> str:
    """``batch 4 instead of 8``, ``CAPACITY as the recipe has it instead of 16``."""
    bound = setting_name(one.key) == one.key
    unset = _tr("as the recipe has it")
    value, was = (
        unset if bound and item is None else setting_value(item) for item in (one.value, one.was)
    )
    return _tr("{name} {value} instead of {was}").format(
        name=setting_name(one.key), value=value, was=was
    )


def trial_words(
    report: TrialReport | None, *, running: bool, stale: bool, taken: bool = False
) -> tuple[str, str]:
    """What is to be said of the test, and its role; ``taken``: something trains there now."""
    if running:
        return _tr("RAVE runs a few real batches of both phases with exactly this…"), "secondary"
    if report is None:
        text = _tr("A few real batches of both phases tell how long it takes and what it needs.")
        later = _tr("That has to wait: another training has the device now.") if taken else ""
        return f"{text} {later}".strip(), "secondary"
    if not report.ok:
        return _tr("The test failed. {why}").format(why=report.reason), "bad"
    first, second = (cost.seconds_a_step or 0.0 for cost in report.phases)
    text = _tr("Both phases ran: {one} a step in phase 1, {two} in phase 2.").format(
        one=_seconds(first), two=_seconds(second)
    )
    if stale:
        return f"{text} {_tr('You changed something since; test again for new figures.')}", "warn"
    return text, "good"


def _seconds(value: float) -> str:
    return _milliseconds(1000 * value) if value < 1 else _tr("{n} s").format(n=f"{value:.2f}")


def wrong_lines(draft: TrainingDraft) -> dict[int, str]:
    """Lines of the gin text that are wrong, each with the reason."""
    if draft.text_error is not None:
        return {draft.text_error.line: str(draft.text_error)} if draft.text_error.line else {}
    found = {}
    for one in draft.outlook.findings if draft.outlook is not None else ():
        line = line_of_name(draft.text, one.about) if one.about else 0
        if line and one.severity == ERROR:
            found[line] = one.sentence
    return found


def forecast_facts(forecast: RunForecast) -> list[Fact]:
    """The figures that a test gives, large."""
    found = [Fact(_tr("Whole training"), formats.eta(forecast.seconds))]
    if forecast.seconds_to_phase_2 is not None:
        found.append(Fact(_tr("Phase 2 after"), formats.eta(forecast.seconds_to_phase_2)))
    if forecast.risk_seconds is not None:
        risk = formats.eta(forecast.risk_seconds)
        found.append(Fact(_tr("At risk"), risk, _risk_role(forecast)))
    found.append(Fact(_tr("Disk until the end"), formats.size(forecast.disk_bytes)))
    if forecast.gpu_bytes:
        found.append(Fact(_tr("GPU memory"), formats.size(forecast.gpu_bytes)))
    if forecast.memory_bytes:
        found.append(Fact(_tr("Memory"), formats.size(forecast.memory_bytes)))
    return found


def plan_words(draft: TrainingDraft) -> str:
    """``v2 · causal learns from bells, 3 h 12 m, on GPU 0: 1 M steps to reconstruct, …``."""
    settings, dataset = draft.settings, draft.dataset
    if dataset is None:
        return ""
    recipe = " · ".join(settings.configs)
    where = _tr("the processor") if settings.device == CPU else settings.device.replace(":", " ")
    text = _tr("{recipe} learns from {dataset} on {device}, {steps} steps in all.").format(
        recipe=recipe,
        dataset=dataset.name,
        device=where.replace("gpu", "GPU"),
        steps=formats.count(settings.max_steps),
    )
    facts_now = draft.outlook.facts if draft.outlook is not None else None
    if facts_now is None or facts_now.phase_2_at is None or facts_now.phase_2_at >= facts_now.end:
        return text
    change = _tr("From step {n} on a judge teaches it to sound real.").format(
        n=formats.count(facts_now.phase_2_at)
    )
    return f"{text} {change} {_tr('It goes on when this window is closed.')}"


def preset_explanation(draft: TrainingDraft) -> str:
    """What an own preset is, in one sentence."""
    recipe = " · ".join(draft.settings.configs)
    text = _tr("{recipe}, {steps} steps, batch {batch}.")
    return text.format(
        recipe=recipe,
        steps=formats.short_count(draft.settings.max_steps),
        batch=draft.settings.batch,
    )
