"""Where the files of a batch go, and what the worker is asked for, without a worker."""

from __future__ import annotations

from pathlib import Path

import pytest

from rave_gui.backend.engine_worker import CANCELLED, WorkerFault
from rave_gui.backend.latent_bend import LatentBend
from rave_gui.backend.render import Renderer, places
from rave_gui.backend.render_wish import Rendered, RenderWish
from rave_gui.core.errors import UserError


class Worker:
    """Writes nothing; remembers what it was asked."""

    def __init__(self, fault: WorkerFault | None = None) -> None:
        self.asked: list[tuple[str, dict]] = []
        self.fault = fault

    def ask(self, task, *, progress=None, cancelled=None, **fields):
        self.asked.append((task, fields))
        if task == "render" and self.fault is not None:
            Path(fields["hidden"]).write_text("half")
            raise self.fault
        if progress is not None:
            progress({"seconds": 1.0, "total": 2.0})
            progress({"seconds": 1.0, "total": None})
        return {"out": fields.get("out"), "seconds": 2.0, "peak": 0.5}


@pytest.fixture
def sounds(tmp_path) -> Path:
    for name in ("in/a.wav", "in/sub/b.flac", "in/sub/note.txt", "in/.hidden.wav", "more/a.wav"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return tmp_path


def test_a_folder_is_mirrored(sounds) -> None:
    found = places([sounds / "in"], sounds / "out", "m")
    assert {one.out.relative_to(sounds / "out").as_posix() for one in found} == {
        "a (m).wav",
        "sub/b (m).wav",
    }


def test_several_folders_keep_their_names(sounds) -> None:
    found = places([sounds / "in", sounds / "more"], sounds / "out", "m")
    assert {one.out.relative_to(sounds / "out").as_posix() for one in found} == {
        "in/a (m).wav",
        "in/sub/b (m).wav",
        "more/a (m).wav",
    }


def test_what_was_rendered_into_the_folder_before_is_no_source(sounds) -> None:
    inside = sounds / "in" / "out"
    inside.mkdir()
    (inside / "a (m).wav").write_bytes(b"x")
    assert {one.source.name for one in places([sounds / "in"], inside, "m")} == {"a.wav", "b.flac"}


def test_the_request_says_everything(sounds) -> None:
    worker, parts = Worker(), []
    wish = RenderWish(
        Path("/m.ts"), bend=LatentBend(offset=(1.0,)), latents=4, gain=-3, format="24", trusted=True
    )
    Renderer(worker).render(wish, sounds / "in" / "a.wav", sounds / "o.wav", progress=parts.append)
    task, fields = worker.asked[0]
    assert (task, fields["model"], fields["trusted"]) == ("render", "/m.ts", True)
    assert fields["latent"] == {"offset": [1.0], "scale": [], "noise": [], "size": 4}
    assert (fields["gain"], fields["format"], fields["streaming"]) == (-3, "24", None)
    assert parts == [0.5, 0.0]


def test_what_a_killed_worker_left_is_taken_away(sounds) -> None:
    renderer = Renderer(Worker(WorkerFault("It died.", code="died")))
    with pytest.raises(WorkerFault):
        renderer.render(
            RenderWish(Path("/m.ts")), sounds / "in" / "a.wav", sounds / "out" / "o.wav"
        )
    assert list((sounds / "out").iterdir()) == []


def test_a_batch_goes_on_after_what_could_not_be_read(sounds) -> None:
    renderer = Renderer(Worker(WorkerFault("No sound.", "Choose another.", code="unreadable")))
    made = renderer.render_all(RenderWish(Path("/m.ts")), [sounds / "in"], sounds / "out")
    assert [(one.error, one.remedy) for one in made] == [("No sound.", "Choose another.")] * 2


def test_a_batch_that_is_cancelled_ends(sounds) -> None:
    wishes = iter([False, True, True])
    renderer = Renderer(Worker(WorkerFault("x", code=CANCELLED)))
    made = renderer.render_all(
        RenderWish(Path("/m.ts")),
        [sounds / "in"],
        sounds / "out",
        cancelled=lambda: next(wishes),
    )
    assert [one.error for one in made] == ["It was cancelled."]


def test_a_folder_that_cannot_be_made_is_said(sounds) -> None:
    with pytest.raises(UserError, match="cannot be made"):
        Renderer(Worker()).render(
            RenderWish(Path("/m.ts")), sounds / "in" / "a.wav", sounds / "in" / "a.wav" / "o.wav"
        )


def test_what_is_printed_of_one() -> None:
    bad = Rendered(Path("/a.wav"), error="No.", remedy="Yes.").to_json()
    assert bad == {"in": "/a.wav", "error": "No.", "remedy": "Yes."}
    good = Rendered(Path("/a.wav"), Path("/b.wav"), 1.0, 0.1, 0.5).to_json()
    assert {"in", "out", "seconds", "real_time_factor", "peak"} <= set(good)
