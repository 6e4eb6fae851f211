import numpy as np
import pytest
import soundfile

from rave_gui.backend.forecast import forecast
from rave_gui.backend.rave_settings import PreprocessSettings
from rave_gui.backend.scan import examples_in, find_files, judge_length, scan, scan_file
from rave_gui.core.errors import UserError

RATE = 8000


@pytest.fixture
def write(tmp_path):
    def make(name, seconds=1.0, channels=1, **options):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        wave = np.zeros((int(seconds * RATE), channels))
        soundfile.write(path, wave, RATE, **options)
        return path

    return make


def test_a_sound_file_is_used_with_its_facts(write):
    found = scan_file(write("odd 'name\nwith line.wav", 2.0, channels=2))
    assert (found.verdict, found.duration_seconds, found.sample_rate, found.channels) == (
        "use",
        2.0,
        RATE,
        2,
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"not sound at all", "damaged or not audio"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "damaged or not audio"),
    ],
)
def test_what_is_no_sound_is_refused_with_the_reason(tmp_path, content, reason):
    path = tmp_path / "take.wav"
    path.write_bytes(content)
    found = scan_file(path)
    assert found.verdict == "reject"
    assert reason in found.reason


def test_a_header_without_samples_is_refused(write):
    assert scan_file(write("header only.wav", 0.0)).verdict == "reject"


def test_a_file_that_has_gone_is_refused(tmp_path):
    assert "cannot be read" in scan_file(tmp_path / "gone.wav").reason


def test_folders_are_searched_once_and_hidden_files_left_out(write, tmp_path):
    write("a/one.wav")
    write("a/.hidden.wav")
    write(".git/two.wav")
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    (tmp_path / "a" / "notes.txt").write_text("no sound")
    (tmp_path / "a" / "same.wav").symlink_to(tmp_path / "a" / "one.wav")
    found = list(find_files([tmp_path, tmp_path / "a", tmp_path / "a" / "one.wav"]))
    assert [path.name for path in found] == ["one.wav"]


def test_a_source_that_does_not_exist_is_a_sentence(tmp_path):
    with pytest.raises(UserError, match="does not exist"):
        list(scan([tmp_path / "gone"]))


def test_examples_are_whole_windows_of_twice_num_signal(write):
    file = scan_file(write("long.wav", 10.0))
    assert examples_in(file, RATE, RATE) == 5
    assert examples_in(file, 2 * RATE, RATE) == 10


def test_a_file_shorter_than_one_example_is_refused_with_the_figures(write):
    found = judge_length(scan_file(write("short.wav", 1.0)), RATE, RATE)
    assert found.verdict == "reject"
    assert "1.00 s" in found.reason
    assert "2.00 s" in found.reason


def test_the_forecast_counts_what_rave_will_make(write, tmp_path):
    write("long.wav", 5.0)
    write("stereo.wav", 4.0, channels=2)
    write("short.wav", 1.0)
    settings = PreprocessSettings(num_signal=RATE, sample_rate=RATE)
    plan = forecast(list(scan([tmp_path])), settings)
    assert plan.examples == 4
    assert plan.usable_seconds == 8.0
    assert plan.database_bytes == 4 * 2 * RATE * 2
    assert {file.path.name: file.verdict for file in plan.files} == {
        "long.wav": "use",
        "stereo.wav": "warn",
        "short.wav": "reject",
    }
