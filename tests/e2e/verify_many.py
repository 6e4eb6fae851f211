"""Run by the engine's Python: plants defects in an export and verifies many files, in one process.

    python verify_many.py HEALTHY.ts FOLDER MORE.ts...

Prints ``{name: answer}``; defects are named after what was done, other files after themselves.
"""

import contextlib
import json
import shutil
import sys
from pathlib import Path

import rave_gui_verify as verify
import torch
from rave_gui_verify_wish import Wish

healthy, folder = Path(sys.argv[1]), Path(sys.argv[2])
others = [Path(name) for name in sys.argv[3:]]


def spoiled(name, spoil):
    model = torch.jit.load(str(healthy))
    with torch.no_grad():
        spoil(model)
    model.save(str(folder / f"{name}.ts"))


def with_nan(model):
    weights = next(p for name, p in model.named_parameters() if name.startswith("decoder"))
    weights.view(-1)[0] = float("nan")


def with_other_rate(model):
    model.sr = 22050


def cut(name, share):
    content = healthy.read_bytes()
    keep = int(len(content) * share) if share < 1 else len(content) - int(share)
    (folder / f"{name}.ts").write_bytes(content[:keep])


spoiled("nan", with_nan)
spoiled("rate", with_other_rate)
for name, share in (("cut 1%", 0.01), ("cut half", 0.5), ("cut 99%", 0.99), ("cut a byte", 1)):
    cut(name, share)
holes = bytearray(healthy.read_bytes())
middle = len(holes) // 2
holes[middle : middle + 4096] = bytes(4096)
(folder / "holes.ts").write_bytes(holes)
(folder / "text.ts").write_text("nothing to hear here")
(folder / "empty.ts").touch()
(folder / "folder.ts").mkdir()
answers = {}
with contextlib.redirect_stdout(sys.stderr):
    for path in [*sorted(folder.glob("*.ts")), *others]:
        wish = Wish(path, 1.0, expected_rate=44100)
        answers[path.stem] = verify.verify(wish, verify.Answer(None))
shutil.rmtree(folder)
sys.stdout.write(json.dumps(answers))
