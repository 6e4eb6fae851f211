"""The files of a job directory: whole or absent, whatever happens to writers and disks."""

from __future__ import annotations

import errno
import json
import math
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rave_gui.companion import rave_gui_job_files as job_files
from rave_gui.core.job_facts import Wish


def test_json_comes_back_as_it_was_written(tmp_path: Path):
    value = {"text": "ünï\ncode \udcff", "list": [1, 2.5, None, True], "path": tmp_path}
    job_files.write_json(tmp_path / "a.json", value)
    assert job_files.read_json(tmp_path / "a.json") == {**value, "path": str(tmp_path)}
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]


@pytest.mark.parametrize("content", [b"", b'{"a": 1', b"[1]", b"\xff\xfe", b"[" * 100_000, b"null"])
def test_what_is_no_object_reads_as_nothing(tmp_path: Path, content: bytes):
    (tmp_path / "a.json").write_bytes(content)
    assert job_files.read_json(tmp_path / "a.json") is None
    assert job_files.read_json(tmp_path / "missing.json") is None
    assert job_files.read_json(tmp_path) is None


def test_a_failed_write_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    job_files.write_json(tmp_path / "a.json", {"old": 1})

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(job_files.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        job_files.write_json(tmp_path / "a.json", {"new": 1})
    assert job_files.read_json(tmp_path / "a.json") == {"old": 1}
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]


def test_facts_say_numbers_that_json_lacks(tmp_path: Path):
    job_files.append_fact(
        tmp_path, "metrics", step=np.int64(3), values={"a": math.nan, "b": np.float32("-inf")}
    )
    line = (tmp_path / "progress.jsonl").read_text()
    assert line.endswith("}\n")
    fact = json.loads(line, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert (fact["kind"], fact["step"], fact["values"]) == ("metrics", 3, {"a": "nan", "b": "-inf"})


def test_facts_of_many_writers_do_not_mix(tmp_path: Path):
    code = (
        f"import sys; sys.path.insert(0, {str(Path(job_files.__file__).parent)!r})\n"
        "import rave_gui_job_files as j\n"
        "for n in range(300): j.append_fact(sys.argv[1], 'note', who=sys.argv[2], n=n, x='y'*500)"
    )
    argv = [sys.executable, "-I", "-S", "-c", code, str(tmp_path)]
    writers = [subprocess.Popen([*argv, str(who)]) for who in range(3)]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    facts = job_files.FactReader(tmp_path / "progress.jsonl").poll()
    for who in "012":
        assert [fact["n"] for fact in facts if fact["who"] == who] == list(range(300))


def test_half_a_line_of_a_full_disk_swallows_nothing(tmp_path: Path):
    (tmp_path / "progress.jsonl").write_bytes(b'{"kind": "note"}\n{"kind": "pro')
    job_files.append_fact(tmp_path, "checkpoint", step=7)
    facts = job_files.FactReader(tmp_path / "progress.jsonl").poll()
    assert [fact["kind"] for fact in facts] == ["note", "checkpoint"]


def test_a_short_write_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(job_files.os, "write", lambda descriptor, data: len(data) - 1)
    with pytest.raises(OSError, match="No space"):
        job_files.append_fact(tmp_path, "note")


def test_a_torn_tail_waits_for_its_end(tmp_path: Path):
    path = tmp_path / "progress.jsonl"
    reader = job_files.FactReader(path)
    assert reader.poll() == []
    path.write_bytes(b'{"kind": "a"}\n{"kin')
    assert [f["kind"] for f in reader.poll()] == ["a"]
    with path.open("ab") as stream:
        stream.write(b'd": "b"}')
    assert reader.poll() == []
    with path.open("ab") as stream:
        stream.write(b"\n")
    assert [f["kind"] for f in reader.poll()] == ["b"]
    assert reader.poll() == []


def test_damaged_lines_are_left_out(tmp_path: Path):
    path = tmp_path / "progress.jsonl"
    lines = [
        b'{"kind": "a"}',
        b"",
        b"\xff\x00",
        b"[1]",
        b'{"no": "kind"}',
        b'{"kind": 3}',
        b"{" * 99,
    ]
    path.write_bytes(b"\n".join([*lines, b'{"kind": "z"}', b""]))
    assert [f["kind"] for f in job_files.FactReader(path).poll()] == ["a", "z"]


def test_a_file_that_shrank_is_read_anew(tmp_path: Path):
    path = tmp_path / "progress.jsonl"
    path.write_bytes(b'{"kind": "a"}\n{"kind": "b"}\n{"ki')
    reader = job_files.FactReader(path)
    reader.poll()
    path.write_bytes(b'{"kind": "c"}\n')
    assert [f["kind"] for f in reader.poll()] == ["c"]


def test_a_monstrous_line_costs_no_memory_and_no_neighbour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(job_files, "MAX_LINE", 1000)
    monkeypatch.setattr(job_files, "_CHUNK", 300)
    path = tmp_path / "progress.jsonl"
    path.write_bytes(b'{"kind": "a"}\n' + b"x" * 5000 + b'\n{"kind": "b"}\n')
    assert [f["kind"] for f in job_files.FactReader(path).poll()] == ["a", "b"]


def test_reading_from_near_the_end_begins_at_a_line(tmp_path: Path):
    for number in range(100):
        job_files.append_fact(tmp_path, "note", n=number)
    path = tmp_path / "progress.jsonl"
    last = [f["n"] for f in job_files.FactReader(path, last_bytes=500).poll()]
    assert last == list(range(last[0], 100))
    assert 5 < len(last) < 20
    assert len(job_files.FactReader(path, last_bytes=10**9).poll()) == 100


@given(cuts=st.lists(st.integers(0, 200), max_size=8))
def test_facts_do_not_depend_on_when_they_are_read(tmp_path_factory, cuts: list[int]):
    path = tmp_path_factory.mktemp("facts") / "progress.jsonl"
    content = b"".join(b'{"kind": "k", "n": %d}\n' % n for n in range(9))
    reader, found, at = job_files.FactReader(path), [], 0
    for cut in [*sorted(cuts), len(content)]:
        with path.open("ab") as stream:
            stream.write(content[at:cut])
        at = max(at, cut)
        found += reader.poll()
    assert [fact["n"] for fact in found] == list(range(9))


def test_a_wish_is_taken_once(tmp_path: Path):
    job_files.leave_wish(tmp_path, "save-now", why="curious")
    taken: list[object] = []
    barrier = threading.Barrier(8)

    def take() -> None:
        barrier.wait()
        taken.append(job_files.take_wish(tmp_path, "save-now"))

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = [details for details in taken if details is not None]
    assert len(found) == 1
    assert found[0]["why"] == "curious"
    assert job_files.was_wished(tmp_path, "save-now")
    assert not job_files.was_wished(tmp_path, "stop")


def test_wishes_wait_in_their_order(tmp_path: Path):
    assert job_files.pending_wishes(tmp_path) == []
    for number, wish in enumerate(["pause", "stop", "resume"]):
        job_files.leave_wish(tmp_path, wish)
        os.utime(tmp_path / "commands" / wish, (number, number))
    assert job_files.pending_wishes(tmp_path) == ["pause", "stop", "resume"]
    job_files.take_wish(tmp_path, "stop")
    assert job_files.pending_wishes(tmp_path) == ["pause", "resume"]


def test_a_member_of_an_enumeration_names_its_wish(tmp_path: Path):
    job_files.leave_wish(tmp_path, Wish.SAVE_NOW)
    assert job_files.pending_wishes(tmp_path) == ["save-now"]
    assert job_files.take_wish(tmp_path, Wish.SAVE_NOW) is not None


def test_a_torn_wish_is_a_wish(tmp_path: Path):
    (tmp_path / "commands").mkdir()
    (tmp_path / "commands" / "stop").write_bytes(b"{")
    assert job_files.take_wish(tmp_path, "stop") == {}


def test_no_wish_for_a_job_that_is_gone(tmp_path: Path):
    with pytest.raises(OSError, match="gone"):
        job_files.leave_wish(tmp_path / "gone", "stop")


def test_a_process_is_told_from_the_next_one_and_from_its_zombie(wait_until):
    mine = job_files.process_token(os.getpid())
    assert mine == job_files.process_token(os.getpid())
    with subprocess.Popen(["sleep", "60"]) as other:
        token = job_files.process_token(other.pid)
        assert token not in (None, mine)
        other.kill()
        wait_until(lambda: job_files.process_token(other.pid) is None)  # not reaped yet
    assert job_files.process_token(other.pid) is None
    assert [job_files.process_token(pid) for pid in (0, -1, 2**31)] == [None, None, None]


def test_psutil_tells_processes_apart_as_well():
    mine = job_files._token_from_psutil(os.getpid())
    assert mine is not None
    assert mine == job_files._token_from_psutil(os.getpid())
    assert job_files._token_from_psutil(2**31 - 1) is None


def test_a_lock_has_one_holder_and_dies_with_it(tmp_path: Path, wait_until):
    path = tmp_path / "owner.lock"
    assert not job_files.Lock.is_held(path)
    code = (
        f"import sys; sys.path.insert(0, {str(Path(job_files.__file__).parent)!r})\n"
        "import rave_gui_job_files as j\n"
        f"lock = j.Lock.take({str(path)!r}); print('held', flush=True); sys.stdin.read()"
    )
    argv = [sys.executable, "-I", "-S", "-c", code]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"held\n"
        assert job_files.Lock.take(path) is None
        assert job_files.Lock.is_held(path)
        holder.kill()
        holder.wait()
        assert not job_files.Lock.is_held(path)
    lock = job_files.Lock.take(path)
    assert lock is not None
    lock.release()
    assert not job_files.Lock.is_held(path)
