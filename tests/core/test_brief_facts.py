"""Long files of facts, read at the cost of what they still tell."""

from __future__ import annotations

import json

from rave_gui.companion.rave_gui_job_files import PROGRESS, append_fact
from rave_gui.core import brief_facts
from rave_gui.core.brief_facts import BriefReader


def kinds(facts):
    return [(fact["kind"], fact.get("step")) for fact in facts]


def long_ago(path, count):
    with path.open("a") as file:
        for step in range(count):
            file.write(json.dumps({"t": 0, "kind": "progress", "step": step}) + "\n")
            if step == 5:
                file.write(json.dumps({"t": 0, "kind": "checkpoint", "step": step}) + "\n")


def test_old_progress_is_left_out_and_nothing_else(tmp_path, monkeypatch):
    monkeypatch.setattr(brief_facts, "RECENT_BYTES", 200)
    monkeypatch.setattr("rave_gui.companion.rave_gui_job_files._CHUNK", 1000)
    append_fact(tmp_path, "companion")
    long_ago(tmp_path / PROGRESS, 1000)
    facts = BriefReader(tmp_path / PROGRESS).poll()
    assert kinds(facts)[:2] == [("companion", None), ("checkpoint", 5)]
    assert kinds(facts)[-1] == ("progress", 999)
    assert len(facts) < 60


def test_what_comes_later_is_told_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(brief_facts, "RECENT_BYTES", 10)
    long_ago(tmp_path / PROGRESS, 10)
    reader = BriefReader(tmp_path / PROGRESS)
    reader.poll()
    append_fact(tmp_path, "progress", step=10)
    append_fact(tmp_path, "metrics", step=10, values={})
    assert kinds(reader.poll()) == [("progress", 10), ("metrics", 10)]
    assert reader.poll() == []
