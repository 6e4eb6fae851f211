"""Known last words and what they mean."""

from __future__ import annotations

import re
import tracemalloc
from pathlib import Path

import pytest

from rave_gui.backend.explain import explain
from rave_gui.backend.explain_file import explain_file
from rave_gui.backend.explain_table import KNOWN
from rave_gui.core.errors import UserError

LOGS = Path(__file__).parents[1] / "fixtures" / "logs"
"""What the real RAVE printed; see record_logs.py there."""
MEANT = {
    "export-above-run": "not-a-run",
    "sample-rate": "rate-or-multiple",
    "window-multiple": "rate-or-multiple",
    "prior": "config-missing",
    "v2-with-augs": "sox",
    "worker-killed": "loader-memory",
}
"""What a transcript is called that has not the name of its cause."""

HEALTHY = """
Path not found: v1.gin
ERROR:root:Path not found: /env/site-packages/rave/v1.gin
train set: 57 examples
val set: 2 examples
selected gpu: 0
UserWarning: This DataLoader will create 8 worker processes in total.
no ema weights available
0it [00:00, ?it/s]
dataset length: 0:01:46.997551: : 37it [00:00, 68.78it/s]
Computing receptive field for this configuration...
Receptive field: 546.69ms <-- x --> 500.23ms
Epoch 0:  14%|█▍        | 4/28 [00:01<00:06, 3.94it/s, v_num=0]
`Trainer.fit` stopped: `max_steps=20` reached.
FIT Profiler Report
WARNING:root:this model will not work with the RAVE VST.
INFO:root:all good ! model exported to /out/x_streaming.ts
"""

# One real last line each, as RAVE 2.3.1 or its libraries print it.
SEEN = {
    "ffmpeg-missing": "FileNotFoundError: [Errno 2] No such file or directory: 'ffprobe'",
    "damaged-file": "0it [00:00, ?it/s](TypeError('cannot unpack non-iterable NoneType object'),)",
    "no-audio": "No valid file found in ['/in']. Aborting",
    "all-too-short": "0it [00:00, ?it/s]",
    "relative-output": "FileNotFoundError: [Errno 2] No such file or directory: ''",
    "database-space": "lmdb.MapFullError: mdb_put: MDB_MAP_FULL: Environment mapsize limit reached",
    "lazy-question": "EOFError: EOF when reading a line",
    "not-a-dataset": "FileNotFoundError: [Errno 2] No such file or directory: '/d/metadata.yaml'",
    "dataset-empty": "ValueError: num_samples should be a positive integer value, but got"
    " num_samples=0",
    "batch-too-large": "ZeroDivisionError: integer division or modulo by zero",
    "latent-analysis": "ValueError: n_components=10 must be between 0 and min(n_samples,"
    " n_features)=9 with svd_solver='full'",
    "window-long": "ValueError: empty range for randrange() (0, -52427, -52427)",
    "lazy-file-gone": "/music/a b.wav: No such file or directory",
    "hybrid": "RuntimeError: Argument #4: Padding size should be less than the corresponding input"
    " dimension, but got: padding (1024, 1024) at dimension 2 of input [1, 4096, 3]",
    "window-short": "RuntimeError: Argument #4: Padding size should be less than the corresponding"
    " input dimension, but got: padding (1024, 1024) at dimension 2 of input [1, 16, 1006]",
    "window-eaten": "RuntimeError: cannot reshape tensor of 0 elements into shape [-1, 0]",
    "channels-missing": "RuntimeError: cannot reshape tensor of 0 elements into shape [0, -1]",
    "rate-or-multiple": "RuntimeError: The size of tensor a (65536) must match the size of tensor b"
    " (60211) at non-singleton dimension 2",
    "channels-many": "NameError: name 'FLAGS' is not defined",
    "channels-differ": "ValueError: cannot reshape array of size 131072 into shape (3,newaxis)",
    "regularization-v1": "TypeError: EncoderV2.__init__() missing 6 required positional arguments:"
    " 'data_size', 'capacity', 'ratios', 'latent_size', 'kernel_size', and 'dilations'",
    "no-architecture": "TypeError: RAVE.__init__() missing 12 required positional arguments:"
    " 'latent_size', 'sampling_rate'",
    "undefined-macro": "ValueError: No bindings specified for 'N_BAND/gin.macro'.",
    "broken-config": "TypeError: Configurable 'Compress' doesn't have a parameter named"
    " 'amp_range'.",
    "config-missing": "OSError: Unable to open file: default.gin. Searched config paths: [''].",
    "not-a-run": "OSError: Unable to open file: /runs/config.gin. Searched config paths: [''].",
    "override-unknown": "ValueError: No configurable matching 'RAV'.",
    "config-old": "Exception: Balancer has been disabled",
    "rave-mixed": "TypeError: __init__() got an unexpected keyword argument 'n_channels'",
    "flag-unknown": "FATAL Flags parsing error: Unknown command line flag 'sr'",
    "gpu-memory": "torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB",
    "gpu-missing": "lightning_lite.utilities.exceptions.MisconfigurationException: No supported"
    " gpu backend found!",
    "gpu-new": "RuntimeError: CUDA error: no kernel image is available for execution on the device",
    "mac": "Training on mac is not available yet. Use --gpu -1 to train on CPU (not recommended).",
    "sox": "OSError: libsox.so: cannot open shared object file: No such file or directory",
    "loader-memory": "RuntimeError: DataLoader worker (pid(s) 77) exited unexpectedly",
    "loader-pickle": "TypeError: cannot pickle 'Environment' object",
    "disk-full": "OSError: [Errno 28] No space left on device",
    "engine-modules": "ModuleNotFoundError: No module named 'pkg_resources'",
    "size-mismatch": "\tsize mismatch for encoder.encoder.net.0.weight_v: copying a param with"
    " shape torch.Size([4, 32, 7]) from checkpoint",
    "no-checkpoint": "No checkpoint found",
    "export-rate": "AssertionError: Incompatible target sampling rate",
    "export-channels": "ValueError: Expecting 4 batch output, got 1",
    "prior-size": 'ValueError: Wrong number of output channels for method "prior"',
    "onnx-module": "ModuleNotFoundError: No module named 'effortless_config'",
    "onnx": "torch.onnx._internal.exporter._errors.TorchExportError: Failed to export the model",
    "generate-torchaudio": "AttributeError: module 'torchaudio' has no attribute"
    " 'get_audio_backend'",
    "interrupted": "Detected KeyboardInterrupt, attempting graceful shutdown...",
}


def test_a_healthy_log_needs_no_explanation() -> None:
    assert explain(HEALTHY.splitlines()) == []
    assert explain([]) == []


@pytest.mark.parametrize("id_", list(SEEN))
def test_each_known_line_is_recognised(id_: str) -> None:
    log = [line for line in HEALTHY.splitlines() if "dataset length" not in line]
    matches = [match.id for match in explain([*log[:3], SEEN[id_]])]
    assert matches == [id_]


def test_every_entry_of_the_table_is_tested_and_speaks_plainly() -> None:
    assert {item.id for item in KNOWN} == set(SEEN)
    assert len({item.id for item in KNOWN}) == len(KNOWN)
    for item in KNOWN:
        assert item.remedy.endswith(".")
        assert re.compile(item.pattern)


def test_what_the_line_says_goes_into_the_sentence() -> None:
    match = explain([SEEN["latent-analysis"]])[0]
    assert "10 latent dimensions" in match.cause
    assert "LATENT_SIZE=9" in match.remedy
    assert "'sr'" in explain([SEEN["flag-unknown"]])[0].cause


def test_the_last_cause_stands_last_and_each_only_once() -> None:
    log = [SEEN["lazy-file-gone"], SEEN["gpu-memory"], SEEN["lazy-file-gone"], "more"]
    assert [match.id for match in explain(log)] == ["gpu-memory", "lazy-file-gone"]


def test_endless_lines_do_no_harm() -> None:
    assert explain(["lmdb." * 400_000, "EncoderV2" * 300_000]) == []


def test_each_recorded_transcript_is_explained() -> None:
    for path in sorted(LOGS.glob("*.log")):
        expected = [] if path.stem.startswith("healthy") else [MEANT.get(path.stem, path.stem)]
        assert [match.id for match in explain_file(path)] == expected, path.name


def test_there_are_transcripts_of_both_kinds() -> None:
    names = {path.stem for path in LOGS.glob("*.log")}
    assert {"healthy-training", "healthy-preprocess", "healthy-export"} <= names
    assert len(names) > 35


def test_bars_and_colours_and_warnings_are_passed_over() -> None:
    bar = "Epoch 0:  14%|█▍        | 4/28 [00:01<00:06, 3.94it/s]"
    error = f"{bar}\r\x1b[31m{SEEN['gpu-memory']}\x1b[0m\r{bar}\x1b[A"
    assert [match.id for match in explain([error])] == ["gpu-memory"]
    assert explain([f"/x/a.py:3: UserWarning: {SEEN['sox']}"]) == []
    assert explain([f"    raise {SEEN['disk-full']}", '  File "/x/sox_effects/a.py", line 3']) == []


def test_of_chained_exceptions_each_known_one_is_told() -> None:
    log = [
        "Traceback (most recent call last):",
        SEEN["disk-full"],
        "",
        "During handling of the above exception, another exception occurred:",
        "",
        "Traceback (most recent call last):",
        SEEN["loader-memory"],
    ]
    assert [match.id for match in explain(log)] == ["disk-full", "loader-memory"]


def test_an_exception_that_nobody_knows_is_told_as_such(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text("Traceback (most recent call last):\n  File x\nKeyError: 'moon'\nEpoch 0: 1%|\n")
    (match,) = explain_file(log)
    assert (match.id, match.line) == ("unknown", "KeyError: 'moon'")
    log.write_text(log.read_text() + "`Trainer.fit` stopped: `max_steps=3` reached.\n")
    assert explain_file(log) == []


def test_a_huge_log_is_read_in_small_parts(tmp_path: Path) -> None:
    log = tmp_path / "huge.log"
    bars = b"\rEpoch 0:  14%|#####     | 4/28 [00:01<00:06, 3.94it/s]" * 2_000
    with log.open("wb") as file:
        file.write(SEEN["gpu-memory"].encode() + b"\n")
        file.writelines([bars] * 200)
        file.write(b"x" * 5_000_000 + b"\n" + SEEN["disk-full"].encode() + b"\n" + bars)
    tracemalloc.start()
    try:
        found = [match.id for match in explain_file(log)]
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found == ["gpu-memory", "disk-full"]
    assert log.stat().st_size > 25_000_000
    # The tail for an unknown exception is not read, since causes are known.
    assert most < 12_000_000


def test_a_line_across_two_parts_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rave_gui.backend.explain_file._CHUNK", 16)
    log = tmp_path / "a.log"
    for encoding in ("utf-8", "utf-16"):
        log.write_text(f"one\r\n{SEEN['gpu-memory']}\r\n{SEEN['mac']}", encoding=encoding)
        assert [match.id for match in explain_file(log)] == ["gpu-memory", "mac"]


def test_what_is_no_log_is_refused_in_a_sentence(tmp_path: Path) -> None:
    binary = tmp_path / "model.ckpt"
    binary.write_bytes(bytes(range(256)) * 64)
    for path, word in ((binary, "no text"), (tmp_path, "no file"), (tmp_path / "x", "There is no")):
        with pytest.raises(UserError, match=word):
            explain_file(path)
    binary.write_bytes(b"")
    assert explain_file(binary) == []
    binary.write_bytes(b"\xff\x80 \x00 damaged \n" + SEEN["mac"].encode())
    assert [match.id for match in explain_file(binary)] == ["mac"]


def test_every_known_line_passes_the_sieve(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    for id_, line in SEEN.items():
        log.write_text(f"{line}\n")
        assert [match.id for match in explain_file(log)] == [id_]
