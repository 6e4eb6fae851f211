"""Datasets: the same as the lmdb library reads, and sentences where they are damaged."""

from __future__ import annotations

import random
import subprocess
import wave
from collections.abc import Mapping
from pathlib import Path

import lmdb
import numpy as np
import pytest

from rave_gui.core.errors import UserError
from rave_gui.core.lmdb_file import LmdbFile
from rave_gui.core.lmdb_reader import DatasetDatabase, LazyItem

METADATA = "channels: 1\nlazy: false\nn_seconds: 10.4\nsr: 44100\n"


def message(number: int, content: bytes) -> bytes:
    """A field with content of any length."""
    length, head = len(content), b""
    while length >= 0x80:
        head, length = head + bytes([length & 0x7F | 0x80]), length >> 7
    return bytes([number << 3 | 2]) + head + bytes([length]) + content


def chunk(samples: np.ndarray) -> bytes:
    """An entry as ``rave preprocess`` writes it; the shape's second number counts bytes."""
    shape = b"\x08" + bytes([len(samples)]) + b"\x08\x00"
    buffer = shape + b"\x10\xc4\xd8\x02" + message(3, samples.tobytes()) + b"\x20\x03"
    return message(1, message(1, b"waveform") + message(2, buffer))


def lazy_entry(path: str, length: str, channels: str) -> bytes:
    told = {"path": path, "length": length, "channels": channels}
    return b"".join(
        message(2, message(1, key.encode()) + message(2, value.encode()))
        for key, value in told.items()
    )


def make(folder: Path, entries: Mapping[str, bytes]) -> Path:
    """A database, one transaction an entry, as RAVE makes it."""
    with lmdb.open(str(folder), map_size=1 << 28, sync=False) as environment:
        for key, value in entries.items():
            with environment.begin(write=True) as transaction:
                transaction.put(key.encode(), value)
    (folder / "metadata.yaml").write_text(METADATA)
    return folder


SOUND = np.random.default_rng(0).integers(-9000, 9000, (2, 1, 65_536)).astype("<i2")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make(tmp_path / "db", {f"{n:08d}": chunk(one) for n, one in enumerate(SOUND)})


class TestSoundDatasets:
    def test_it_gives_count_facts_and_samples(self, folder: Path) -> None:
        database = DatasetDatabase(folder)
        assert database.examples() == database.check() == 2
        assert database.metadata() == {"channels": 1, "lazy": False, "n_seconds": 10.4, "sr": 44100}
        assert database.lazy_items() == []
        for index in range(2):
            found = database.read_example(index)
            assert found.dtype == np.int16
            assert np.array_equal(found, SOUND[index])

    def test_two_channels_come_apart(self, tmp_path: Path) -> None:
        stereo = SOUND.reshape(1, 2, -1)[0]
        folder = make(tmp_path / "db", {"00000000": chunk(stereo)})
        assert np.array_equal(DatasetDatabase(folder).read_example(0), stereo)

    def test_a_tree_of_several_levels_agrees_with_the_library(self, tmp_path: Path) -> None:
        numbers = random.Random(0)
        entries = {f"{n:08d}": numbers.randbytes(numbers.randrange(1, 3000)) for n in range(1500)}
        folder = make(tmp_path / "db", entries)
        with LmdbFile(folder / "data.mdb") as file:
            assert file.check() == file.meta.entries == 1500
            assert list(file.values()) == list(entries.values())
            for key in ("00000000", "00000777", "00001499"):
                assert file.get(key.encode()) == entries[key]
            assert file.get(b"00000777x") is None
            assert file.get(b"") is None

    def test_a_lazy_dataset_lists_its_files(self, tmp_path: Path) -> None:
        entries = {"00000000": lazy_entry("/a/b c.wav", "12.5", "2")}
        database = DatasetDatabase(make(tmp_path / "db", entries))
        assert database.lazy_items() == [LazyItem("/a/b c.wav", 12.5, 2)]
        with pytest.raises(UserError, match="no 16-bit sound"):
            database.read_example(0)

    def test_an_empty_one_has_no_examples(self, tmp_path: Path) -> None:
        database = DatasetDatabase(make(tmp_path / "db", {}))
        assert database.examples() == 0
        with pytest.raises(UserError, match="no example 0"):
            database.read_example(0)

    def test_it_touches_nothing_and_reads_beside_a_writer(self, folder: Path) -> None:
        (folder / "lock.mdb").unlink()
        before = sorted(path.name for path in folder.iterdir())
        first, second = DatasetDatabase(folder), DatasetDatabase(folder)
        assert first.examples() == second.examples() == 2
        assert sorted(path.name for path in folder.iterdir()) == before
        with lmdb.open(str(folder), map_size=1 << 28) as environment:
            with environment.begin(write=True) as transaction:
                transaction.put(b"00000002", chunk(SOUND[0]))
            assert first.examples() == 3


class TestDamage:
    def test_missing_parts_are_told_in_sentences(self, folder: Path, tmp_path: Path) -> None:
        with pytest.raises(UserError, match="There is no dataset in"):
            DatasetDatabase(tmp_path / "nowhere").examples()
        (folder / "metadata.yaml").unlink()
        with pytest.raises(UserError, match="never finished"):
            DatasetDatabase(folder).metadata()

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"\xff\xfe",
            b"[" * 5000,
            b"a: [",
            b"lazy: false\nchannels: 0\nn_seconds: 1\nsr: 44100\n",
            b"lazy: 7\nchannels: 1\nn_seconds: 1\nsr: 44100\n",
            b"lazy: false\nchannels: 1\nn_seconds: .nan\nsr: 44100\n",
            b"!!python/object/apply:os.system ['true']",
        ],
    )
    def test_damaged_metadata_is_told(self, folder: Path, content: bytes) -> None:
        (folder / "metadata.yaml").write_bytes(content)
        with pytest.raises(UserError, match=r"metadata\.yaml is damaged"):
            DatasetDatabase(folder).metadata()

    def test_a_file_cut_short_is_told_unless_nothing_of_it_is_missing(self, folder: Path) -> None:
        content, told = (folder / "data.mdb").read_bytes(), 0
        for size in range(0, len(content), 3001):
            (folder / "data.mdb").write_bytes(content[:size])
            database = DatasetDatabase(folder)
            try:
                assert database.check() == database.examples() == 2
                assert all(np.array_equal(database.read_example(n), SOUND[n]) for n in range(2))
            except UserError:
                told += 1
        # The pages at the very end can be ones that are not in use.
        assert told > 0.9 * len(content) / 3001

    def test_nothing_that_a_file_holds_does_more_than_a_sentence(self, tmp_path: Path) -> None:
        entries = {f"{n:08d}": bytes([n % 256]) * (n % 2000) for n in range(400)}
        folder = make(tmp_path / "db", entries)
        content, numbers = (folder / "data.mdb").read_bytes(), random.Random(1)
        told = 0
        for _ in range(150):
            damaged = bytearray(content)
            for _ in range(numbers.randrange(1, 30)):
                page = numbers.randrange(len(content) // 4096)
                damaged[page * 4096 + numbers.randrange(numbers.choice([64, 4096]))] ^= 0x5A
            (folder / "data.mdb").write_bytes(damaged)
            database = DatasetDatabase(folder)
            for question in (database.examples, database.check, database.lazy_items):
                try:
                    question()
                except UserError:
                    told += 1
        assert told > 100

    def test_a_tree_that_bites_its_tail_ends(self, tmp_path: Path) -> None:
        folder = make(tmp_path / "db", {f"{n:08d}": bytes(500) for n in range(100)})
        with LmdbFile(folder / "data.mdb") as file:
            root, size = file.meta.root, file.meta.page_size
        content = bytearray((folder / "data.mdb").read_bytes())
        place = int.from_bytes(content[root * size + 16 : root * size + 18], "little")
        content[root * size + place : root * size + place + 4] = root.to_bytes(4, "little")
        (folder / "data.mdb").write_bytes(content)
        for question in (DatasetDatabase(folder).check, DatasetDatabase(folder).lazy_items):
            with pytest.raises(UserError, match="two places"):
                question()
        with pytest.raises(UserError, match="without end"):
            DatasetDatabase(folder).read_example(0)


@pytest.mark.engine
class TestRealDatasets:
    @pytest.fixture
    def source(self, tmp_path: Path) -> np.ndarray:
        (tmp_path / "in").mkdir()
        samples = np.random.default_rng(0).integers(-9000, 9000, 65_536 * 3 + 50).astype("<i2")
        with wave.open(str(tmp_path / "in" / "a.wav"), "wb") as file:
            file.setparams((1, 2, 44100, 0, "NONE", ""))
            file.writeframes(samples.tobytes())
        return samples

    def preprocess(self, engine_python: Path, folder: Path, *more: str) -> DatasetDatabase:
        rave = engine_python.with_name("rave")
        paths = ["--input_path", str(folder / "in"), "--output_path", str(folder / "db")]
        size = ["--num_signal", "32768", "--channels", "1", "--max_db_size", "1"]
        command = [str(rave), "preprocess", *paths, *size, *more]
        subprocess.run(command, input=b"y\n", check=True, capture_output=True, timeout=100)
        return DatasetDatabase(folder / "db")

    def test_what_rave_stored_is_the_sound_that_went_in(
        self, engine_python: Path, tmp_path: Path, source: np.ndarray
    ) -> None:
        database = self.preprocess(engine_python, tmp_path)
        assert database.examples() == database.check() == 3
        assert database.metadata()["sr"] == 44100
        stored = np.concatenate([database.read_example(index) for index in range(3)], axis=1)
        assert np.array_equal(stored[0], source[: 65_536 * 3])

    def test_a_lazy_one_names_its_file(
        self, engine_python: Path, tmp_path: Path, source: np.ndarray
    ) -> None:
        database = self.preprocess(engine_python, tmp_path, "--lazy")
        (item,) = database.lazy_items()
        assert item.path == str(tmp_path / "in" / "a.wav")
        assert item.length == pytest.approx(len(source) / 44100, abs=1e-3)
        assert (item.channels, database.metadata()["lazy"]) == (1, True)
