"""What a person chose survives damage, newer versions and a full disk."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from rave_gui.core.errors import UserError
from rave_gui.core.settings import FreshSettings, Settings, SettingsStore


@pytest.fixture
def store(tmp_path) -> SettingsStore:
    return SettingsStore(tmp_path / "config" / "settings.json")


def _write(store: SettingsStore, content: bytes) -> None:
    store.path.parent.mkdir(exist_ok=True)
    store.path.write_bytes(content)


def test_without_a_file_everything_has_its_default_and_nothing_is_written(store):
    assert store.load() == Settings()
    assert store.warning == ""
    assert not store.path.exists()


def test_what_is_saved_is_loaded(store):
    chosen = Settings("/opt/rave/bin/python", "dark", "de", 3, "AdnQ", "AAAA")
    store.save(chosen)
    assert SettingsStore(store.path).load() == chosen
    assert store.change(theme="light") == replace(chosen, theme="light")
    assert SettingsStore(store.path).load().theme == "light"


@pytest.mark.parametrize(
    "content", [b"{", b"[]", b"\xff\x00", b"[" * 100_000, b"", b"x" * 2_000_000]
)
def test_a_damaged_file_is_kept_aside_and_said(store, content):
    _write(store, content)
    assert store.load() == Settings()
    assert "damaged" in store.warning
    assert "settings.json.damaged" in store.warning
    assert store.path.with_name("settings.json.damaged").read_bytes() == content
    assert not store.path.exists()
    store.load()
    assert store.warning == ""


def test_two_damaged_files_are_both_kept(store):
    for content in (b"one", b"two"):
        _write(store, content)
        store.load()
    assert len(list(store.path.parent.glob("settings.json.damaged*"))) == 2


def test_one_wrong_value_does_not_cost_the_others(store):
    values = {"theme": "neon", "last_project": "3", "engine_python": "/py", "language": None}
    _write(store, json.dumps(values).encode())
    assert store.load() == Settings(engine_python="/py")
    for name in ("theme", "last_project", "language"):
        assert name in store.warning
    assert store.path.exists()


def test_what_a_newer_version_wrote_stays(store):
    _write(store, b'{"theme": "dark", "hologram": {"depth": 3}}')
    assert store.load() == Settings(theme="dark")
    store.change(language="fr")
    kept = json.loads(store.path.read_bytes())
    assert kept["hologram"] == {"depth": 3}
    assert (kept["theme"], kept["language"]) == ("dark", "fr")


def test_a_folder_that_cannot_be_written_is_a_sentence(store):
    store.path.parent.write_text("a file where the folder should be")
    with pytest.raises(UserError, match="settings cannot be written") as told:
        store.save(Settings())
    assert str(store.path) in told.value.what


def test_whoever_lives_beside_the_window_sees_its_changes_and_reads_nothing_twice(
    store, monkeypatch
):
    fresh = FreshSettings(store.path)
    assert fresh.get() == Settings()
    store.change(notify_webhook="https://host/x", notify_phase=False)
    assert fresh.get() == Settings(notify_webhook="https://host/x", notify_phase=False)
    monkeypatch.setattr(SettingsStore, "load", lambda _store: pytest.fail("read again"))
    assert fresh.get().notify_webhook == "https://host/x"
