"""What the Exports page says of a verification: programs, buffer sizes, files from elsewhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rave_gui.core.records import Export, Job, JobKind, JobState
from rave_gui.ui.viewmodels import export as words
from rave_gui.ui.viewmodels import export_blocks as blocks
from rave_gui.ui.viewmodels.export_hosts import grouped
from rave_gui.ui.viewmodels.export_other import Other, as_export, key_of, row
from rave_gui.ui.viewmodels.export_refusal import fault_of


def export(**verification) -> Export:
    return Export(1, "bells", "torchscript", Path("/e/bells.ts"), 0.0, verification=verification)


def measured(ratio: int = 512, **changes) -> Export:
    block = {"block": 512, "difference": -127.0, "clicks": 0.0, "real_time": 0.15, **changes}
    return export(model={"ratio": ratio, "blocks": [block]})


class TestHosts:
    def test_programs_with_the_same_reason_share_a_line(self):
        same, other = {"verdict": "pass", "why": "Fine."}, {"verdict": "fail", "why": "No."}
        assert grouped({"Max": same, "VST": other, "Pd": same}) == [
            ("Max\nPd", "pass", "Fine."),
            ("VST", "fail", "No."),
        ]

    def test_one_reason_for_all_names_nobody(self):
        why = {"verdict": "fail", "why": "It is empty."}
        assert grouped({"Max": why, "Pd": why}) == [("Every program", "fail", "It is empty.")]

    def test_a_single_program_keeps_its_name(self):
        [line] = words.hosts(export(hosts={"ONNX runtime": {"verdict": "warn", "why": "Hm."}}))
        assert (line.title, line.word, line.reason) == (
            "ONNX runtime",
            "works, with remarks",
            "Hm.",
        )


class TestBlocks:
    @pytest.mark.parametrize(
        ("changes", "cell", "text", "role"),
        [
            ({}, "difference", "the same", "good"),
            ({"difference": -70.0}, "difference", "-70 dB, the same", "good"),
            ({"difference": -40.0}, "difference", "-40 dB, hardly heard", "warn"),
            ({"difference": -3.0}, "difference", "-3 dB, another sound", "bad"),
            ({}, "clicks", "smooth", "good"),
            ({"clicks": 31.0}, "clicks", "+31 dB, clicks", "bad"),
            ({"clicks": -14.0}, "clicks", "-14 dB, breaks off", "bad"),
            ({}, "load", "15 % of a core", "good"),
            ({"real_time": 0.9}, "load", "90 % of a core, tight", "warn"),
            ({"real_time": 2.5}, "load", "250 % of a core, drops out", "bad"),
        ],
    )
    def test_every_figure_comes_with_a_word(self, changes, cell, text, role):
        [line] = blocks.lines(measured(**changes))
        found = getattr(line, cell)
        assert (found.text, found.role) == (text, role)
        assert 0 <= line.share <= 1

    def test_what_hosts_do_with_smaller_buffers_is_said(self):
        assert "from 64 to 256 a host gathers 512 first" in blocks.note(measured())

    def test_nothing_is_said_where_nothing_was_measured(self):
        assert blocks.lines(export()) == []
        assert blocks.note(export(model={"ratio": 512})) == ""

    def test_the_table_is_not_told_again_below(self):
        checks = [{"id": "block-512", "result": "ok", "text": "x"}, {"id": "clicks", "text": "y"}]
        assert [line.title for line in words.checks(export(checks=checks))] == ["Borders"]


def test_the_first_fault_is_what_the_eye_meets():
    checks = [
        {"id": "file", "result": "ok", "text": "Whole."},
        {"id": "safe", "result": "fail", "text": "It names code."},
    ]
    found = export(verdict="fail", checks=checks)
    assert fault_of(found) == "It names code."
    assert words.sentence(found, None, there=True) == ("It names code.", "bad")
    assert fault_of(export(verdict="pass", checks=[])) == ""


@pytest.mark.parametrize(
    ("identity", "figure", "shown"),
    [
        ("latency", 250.4, "250 ms"),
        ("clicks", -14.2, "-14 dB"),
        ("sample-rate", 44100.0, "44.1 kHz"),
    ],
)
def test_figures_have_their_unit(identity, figure, shown):
    [line] = words.checks(export(checks=[{"id": identity, "result": "ok", "figure": figure}]))
    assert line.figure == shown


class TestFilesFromElsewhere:
    @staticmethod
    def other(answer=None, state=JobState.SUCCEEDED, name="theirs.ts") -> Other:
        job = Job("20260101-verify-1", JobKind.VERIFY, Path("/j"), state, 0.0)
        return Other(job, Path("/down") / name, answer or {})

    def test_are_told_like_exports(self):
        answer = {"verdict": "warn", "model": {"channels": 2, "latent_size": 4, "streaming": False}}
        found = as_export(self.other(answer))
        assert (found.name, found.channels, found.latent_size) == ("theirs.ts", 2, 4)
        assert not found.streaming
        assert as_export(self.other(answer, name="theirs.onnx")).format == "onnx"

    def test_their_row_is_found_by_its_job(self):
        line = row(self.other({"verdict": "pass"}))
        assert (line.id, line.status) == (key_of("20260101-verify-1"), "plays well")
        assert "/down/theirs.ts" in line.search

    def test_one_under_way_says_so(self):
        assert row(self.other(state=JobState.RUNNING)).status == "being verified"

    def test_one_that_came_to_no_end_says_where_to_look(self):
        assert "Activity" in as_export(self.other()).error
        assert as_export(self.other(state=JobState.RUNNING)).error == ""


def test_an_export_with_latents_unknown_is_shown():
    assert words.row(replace(export(), id=3)).status == "not verified"
