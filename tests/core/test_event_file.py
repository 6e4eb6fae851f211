"""Event files: equal to TensorBoard's reading, incremental, and harmless however damaged."""

from __future__ import annotations

import io
import os
import tracemalloc
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from event_records import (
    Point,
    clip,
    event,
    framed,
    header,
    scalar,
    training,
    wav,
    write,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto

from rave_gui.core.errors import UserError
from rave_gui.core.event_file import EventFileReader, ScalarBatch
from rave_gui.core.record_scan import RecordScanner

NAME = "events.out.tfevents.1.host.1.0"
RUN: list[Point] = [
    (tag, step, 1.5e9 + step + number / 8, float(np.float32(step / 7 + number)))
    for step in (0, 49, 99, 149, 199, 16_399)
    for number, tag in enumerate(("loss_dis", "pred_real", "pred_fake", "epoch"))
]
many = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def flat(batches: Iterable[ScalarBatch | None]) -> list[Point]:
    """Every point of the batches, in the order of time."""
    points = [
        (tag, *row)
        for batch in batches
        if batch
        for tag, columns in batch.points.items()
        for row in zip(
            columns.steps.tolist(),
            columns.wall_times.tolist(),
            columns.values.tolist(),
            strict=True,
        )
    ]
    return sorted(points, key=lambda point: point[2])


def read(path: Path) -> list[Point]:
    return flat([EventFileReader(path).poll()])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / NAME


class TestEquality:
    @many
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["a", "b", "loss_dis", "väl/ü", "x" * 70]),
                st.integers(-(2**63), 2**63 - 1),
                st.floats(0, 4e9),
                st.floats(width=32),
            ),
            max_size=40,
        )
    )
    def test_every_scalar_is_tensorboards_bit_by_bit(self, path: Path, run: list[Point]) -> None:
        write(path, training(run))
        theirs = EventAccumulator(str(path), size_guidance={"scalars": 0}).Reload()
        batch = EventFileReader(path).poll() or ScalarBatch()
        assert sorted(batch.points) == sorted(theirs.Tags()["scalars"])
        for tag, points in batch.points.items():
            expected = theirs.Scalars(tag)
            assert points.steps.tolist() == [one.step for one in expected]
            assert points.wall_times.tolist() == [one.wall_time for one in expected]
            values = np.array([one.value for one in expected])
            assert points.values.tobytes() == values.tobytes()

    def test_more_tags_of_one_length_than_layouts(self, path: Path) -> None:
        run = [(f"tag{n:03}", step, 1.5e9 + step, float(n)) for step in (1, 2) for n in range(150)]
        write(path, training(run))
        assert read(path) == run

    def test_several_values_in_one_event_and_in_a_long_one_keep_their_order(
        self, path: Path
    ) -> None:
        def summary(first: int, count: int) -> Summary:
            values = [Summary.Value(tag="x", simple_value=first + n) for n in range(count)]
            return Summary(value=values)

        payloads = [scalar("x", 1, -1), event(summary(0, 3), 2), event(summary(3, 9000), 3)]
        write(path, [*payloads, scalar("x", 4, -2)])
        batch = EventFileReader(path).poll()
        assert batch
        assert batch.points["x"].values.tolist() == [-1, *range(9003), -2]

    @pytest.mark.parametrize(
        ("tensor", "expected"),
        [
            (TensorProto(dtype=1, float_val=[2.5]), 2.5),
            (TensorProto(dtype=2, double_val=[0.1]), 0.1),
            (TensorProto(dtype=3, int_val=[-7]), -7.0),
            (TensorProto(dtype=9, int64_val=[1 << 40]), float(1 << 40)),
            (TensorProto(dtype=1, tensor_content=np.float32(1.5).tobytes()), 1.5),
            (TensorProto(dtype=9, tensor_content=np.int64(-3).tobytes()), -3.0),
            (TensorProto(dtype=19, tensor_content=np.float16(0.5).tobytes()), 0.5),
            (TensorProto(dtype=1, float_val=[1, 2]), None),
            (TensorProto(dtype=9, int64_val=[1, 2]), None),
            (TensorProto(dtype=7, string_val=[b"text"]), None),
            (TensorProto(dtype=1), None),
        ],
    )
    def test_a_tensor_with_one_number_is_a_scalar(
        self, path: Path, tensor: TensorProto, expected: float | None
    ) -> None:
        if expected is not None:
            tensor.tensor_shape.CopyFrom(TensorShapeProto())
        value = Summary.Value(tag="x", tensor=tensor)
        write(path, [event(Summary(value=[value]), step) for step in (3, 4)])
        found = [(point[1], point[3]) for point in read(path)]
        assert sorted(found) == ([] if expected is None else [(3, expected), (4, expected)])


class TestGrowth:
    def test_cut_at_every_byte_it_gives_what_is_whole_and_later_the_rest(self, path: Path) -> None:
        run = RUN[:8]
        content = write(path, training(run)).read_bytes()
        ends = np.cumsum([len(framed(payload)) for payload in training(run)])
        ends += len(content) - ends[-1]
        for cut in range(len(content) + 1):
            path.write_bytes(content[:cut])
            reader = EventFileReader(path)
            before = flat([reader.poll()])
            assert before == run[: int(np.sum(ends <= cut))]
            with path.open("ab") as file:
                file.write(content[cut:])
            assert before + flat([reader.poll()]) == run
            assert reader.problems == []

    def test_an_unchanged_file_is_not_opened(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write(path, training(RUN))
        reader = EventFileReader(path)
        reader.poll()
        monkeypatch.setattr(Path, "open", None)
        assert reader.poll() is None

    def test_it_goes_on_from_a_saved_state(self, path: Path) -> None:
        first, second = training(RUN[:9]), training(RUN[9:])
        write(path, [*first, clip(0)])
        reader = EventFileReader(path)
        before = flat([reader.poll()])
        again = EventFileReader.resume(path, reader.state())
        with path.open("ab") as file:
            file.writelines(framed(payload) for payload in second)
        assert before + flat([again.poll()]) == RUN
        assert again.clips == reader.clips

    def test_a_replaced_file_is_read_anew(self, path: Path) -> None:
        write(path, training(RUN))
        reader = EventFileReader(path)
        reader.poll()
        write(path, training(RUN[:1]))
        batch = reader.poll()
        assert batch is not None
        assert batch.restarted
        assert flat([batch]) == RUN[:1]

    def test_no_file_a_folder_or_a_pipe_is_nothing_yet(self, tmp_path: Path) -> None:
        (tmp_path / "folder").mkdir()
        if hasattr(os, "mkfifo"):
            os.mkfifo(tmp_path / "pipe")
        for name in ("gone", "folder", "pipe"):
            assert EventFileReader(tmp_path / name).poll() is None


class CountingFile(io.BytesIO):
    """Knows how much was read of it."""

    count = 0

    def read(self, size: int | None = -1, /) -> bytes:
        content = super().read(size)
        self.count += len(content)
        return content


class TestClips:
    def test_they_are_stepped_over(self) -> None:
        part = b"".join(map(framed, [*training(RUN), clip(0, samples=1 << 21)]))
        file = CountingFile(part * 3)
        batches = list(RecordScanner().scan(file, len(part) * 3))
        assert sum(len(batch.long) for batch in batches) == 3
        assert file.count < len(part) / 2

    @pytest.mark.parametrize("samples", [1024, 1 << 17])
    def test_a_clip_comes_back_as_it_was_written(self, path: Path, samples: int) -> None:
        write(path, [*training(RUN), clip(7, samples), *training(RUN)])
        reader = EventFileReader(path)
        reader.poll()
        (ref,) = reader.clips
        assert (ref.tag, ref.step, ref.sample_rate, ref.frames) == ("audio_val", 7, 44100, samples)
        assert reader.load_clip(ref) == wav(samples)

    def test_a_damaged_or_vanished_clip_is_told_in_words(self, path: Path) -> None:
        write(path, [clip(7, 1 << 17)])
        reader = EventFileReader(path)
        reader.poll()
        (ref,) = reader.clips
        with path.open("r+b") as file:
            file.seek(ref.offset + 1000)
            file.write(b"never")
        with pytest.raises(UserError, match="damaged"):
            reader.load_clip(ref)
        path.unlink()
        with pytest.raises(UserError, match="cannot be read"):
            reader.load_clip(ref)


class TestDamage:
    def test_one_wrong_byte_anywhere_costs_the_record_that_it_is_in(self, path: Path) -> None:
        run, records = RUN[:10], [framed(payload) for payload in training(RUN[:10])]
        content = write(path, training(run)).read_bytes()
        ends = np.cumsum([len(content) - sum(map(len, records)), *map(len, records)])
        for place in range(len(content)):
            wrong = content[place] ^ 0x10
            path.write_bytes(content[:place] + bytes([wrong]) + content[place + 1 :])
            hit = int(np.searchsorted(ends, place, "right")) - 1
            reader = EventFileReader(path)
            assert flat([reader.poll()]) == [p for n, p in enumerate(run) if n != hit]
            # The very last record could be one that is still being written.
            assert reader.problems or hit == len(run) - 1

    @many
    @given(st.data())
    def test_whatever_happens_to_a_file_nothing_is_invented(
        self, path: Path, data: st.DataObject
    ) -> None:
        content = write(path, [*training(RUN), clip(0), *training(RUN[:3])]).read_bytes()
        for _ in range(data.draw(st.integers(1, 4))):
            start = data.draw(st.integers(0, len(content)))
            end = data.draw(st.integers(start, min(start + 300, len(content))))
            content = content[:start] + data.draw(st.binary(max_size=300)) + content[end:]
        path.write_bytes(content)
        assert set(read(path)) <= set(RUN)

    @many
    @given(st.lists(st.binary(max_size=200), max_size=8))
    def test_sound_records_of_nonsense_are_stepped_over(
        self, path: Path, nonsense: list[bytes]
    ) -> None:
        write(path, [*training(RUN[:2]), *nonsense, *training(RUN[2:4])])
        assert [point for point in read(path) if point in RUN] == RUN[:4]

    def test_after_damage_longer_than_a_block_the_rest_is_found(self, path: Path) -> None:
        content = write(path, training(RUN[:4])).read_bytes()
        noise = bytes(1 << 20) + np.random.default_rng(0).bytes(3 << 19)
        path.write_bytes(content + noise + b"".join(map(framed, training(RUN[4:]))))
        assert read(path) == RUN

    def test_damage_at_the_end_is_told_and_what_comes_later_is_read(self, path: Path) -> None:
        content = write(path, training(RUN[:4])).read_bytes()
        path.write_bytes(content + bytes(5000))
        reader = EventFileReader(path)
        before = flat([reader.poll()])
        assert "nothing after it" in reader.problems[0]
        with path.open("ab") as file:
            file.writelines(framed(payload) for payload in training(RUN[4:]))
        assert before + flat([reader.poll()]) == RUN
        assert f"between bytes {len(content)} and {len(content) + 5000}" in reader.problems[0]

    def test_after_damage_a_header_that_comes_in_pieces_is_found(self, path: Path) -> None:
        content = write(path, training(RUN[:4])).read_bytes()
        path.write_bytes(content + b"damaged" * 9)
        reader = EventFileReader(path)
        batches = [reader.poll()]
        later = b"".join(map(framed, training(RUN[4:])))
        for begin in range(0, len(later), 5):
            with path.open("ab") as file:
                file.write(later[begin : begin + 5])
            batches.append(reader.poll())
        assert flat(batches) == RUN

    @pytest.mark.parametrize("length", [1 << 30, 1 << 39, 1 << 60, (1 << 64) - 1])
    def test_an_absurd_length_is_not_believed_with_memory(self, path: Path, length: int) -> None:
        content = write(path, training(RUN[:4])).read_bytes()
        path.write_bytes(content + header(length) + b"".join(map(framed, training(RUN[4:]))))
        tracemalloc.start()
        try:
            found = read(path)
            assert tracemalloc.get_traced_memory()[1] < 16 << 20
        finally:
            tracemalloc.stop()
        assert found[:4] == RUN[:4]
        assert len(found) == (4 if length < 1 << 40 else len(RUN))
