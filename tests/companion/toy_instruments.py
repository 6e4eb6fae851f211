"""Run by the engine's Python: verifies small models with one trait each, in one process."""

import json
import sys
from pathlib import Path

import rave_gui_verify as verify
import torch
from rave_gui_verify_blocks import Blocks
from rave_gui_verify_live import Live
from rave_gui_verify_model import Instrument
from rave_gui_verify_wish import Wish


class Toy(torch.nn.Module):
    def __init__(self, gain: float, cut: int, latents: int):
        super().__init__()
        self.gain, self.cut, self.sr, self.latents = gain, cut, 44100, latents
        self.full_latent_size = latents
        self.register_buffer("encode_params", torch.tensor([1, 1, latents, 512]))
        self.register_buffer("decode_params", torch.tensor([latents, 512, 1, 1]))
        self.register_buffer("forward_params", torch.tensor([1, 1, 1, 1]))

    @torch.jit.export
    def encode(self, x):
        return x.reshape(1, 512, -1)[:, : self.latents]

    @torch.jit.export
    def decode(self, z):
        return z.repeat(1, 512 // self.latents, 1).reshape(1, 1, -1) * self.gain

    def forward(self, x):
        return (x * self.gain)[..., self.cut :]


class Angles(Toy):
    """As “spherical”: one latent fewer than it has dimensions, and silence has no direction."""

    def __init__(self):
        super().__init__(1.0, 0, 4)
        self.full_latent_size = 5

    @torch.jit.export
    def decode(self, z):
        return z.expand(1, 4, z.shape[2]).repeat(1, 128, 1).reshape(1, 1, -1)

    def forward(self, x):
        return x * (x / x)


class Late(Toy):
    """Says every sample ``delay`` samples later, in whatever blocks it comes: it streams."""

    def __init__(self, delay: int):
        super().__init__(1.0, 0, 512)
        self.register_buffer("tail", torch.zeros(1, 1, delay))

    @torch.jit.export
    def encode(self, x):
        return x.reshape(1, -1, 512).permute(0, 2, 1)

    @torch.jit.export
    def decode(self, z):
        y = torch.cat([self.tail, z.permute(0, 2, 1).reshape(1, 1, -1)], -1)
        self.tail.copy_(y[..., -self.tail.shape[-1] :])
        return y[..., : -self.tail.shape[-1]]

    def forward(self, x):
        return self.decode(self.encode(x))


class Plain(Late):
    """Needs no memory: every sample by itself."""

    def __init__(self):
        super().__init__(1)

    @torch.jit.export
    def decode(self, z):
        return 0.5 * z.permute(0, 2, 1).reshape(1, 1, -1)


class Clicking(Late):
    """Begins every block anew, louder than the last one ended."""

    def __init__(self):
        super().__init__(1)

    @torch.jit.export
    def decode(self, z):
        y = z.permute(0, 2, 1).reshape(1, 1, -1)
        return y * torch.linspace(1.5, 0.1, y.shape[-1])


class Broken(Toy):
    """As after a training that broke."""

    def __init__(self):
        super().__init__(1.0, 0, 4)
        self.weight = torch.nn.Parameter(torch.tensor([1.0, float("nan"), 2.0]))


class Dangling(Toy):
    """Lists an attribute that nobody can set."""

    @torch.jit.export
    def get_attributes(self):
        return ["none", "warmth"]


class Writing(Toy):
    """Writes a file when it is played; nothing of it may ever run."""

    def __init__(self, path: str):
        super().__init__(1.0, 0, 4)
        self.place = path

    def forward(self, x):
        torch.save(x, self.place)
        return x


class Foreign(torch.nn.Module):
    def forward(self, x):
        return x


folder = Path(sys.argv[1])
toys = {
    "loud": Toy(20.0, 0, 4),
    "mute": Toy(0.0, 0, 4),
    "faint": Toy(5e-4, 0, 4),
    "nan": Toy(float("nan"), 0, 4),
    "short": Toy(1.0, 7, 4),
    "single": Toy(1.0, 0, 1),
    "angles": Angles(),
    "foreign": Foreign(),
    "late": Late(3000),
    "plain": Plain(),
    "clicking": Clicking(),
    "broken": Broken(),
    "dangling": Dangling(1.0, 0, 4),
    "writing": Writing(str(folder / "written")),
}
answers = {}
for name, toy in toys.items():
    path = folder / f"{name}.ts"
    torch.jit.script(toy.eval()).save(str(path))
    answers[name] = verify.verify(Wish(path, 0.5), verify.Answer(None))
wrong = Wish(folder / "faint.ts", 0.5, expected_rate=48000)
answers["wrong rate"] = verify.verify(wrong, verify.Answer(None))
for word in ("clip", "no clip"):
    heard = Wish(folder / "late.ts", 0.5, clip=folder / f"{word}.flac")
    answers[word] = verify.verify(heard, verify.Answer(None))
for word, slow in (("slow", [2.0, 3.0]), ("slow when small", [2.0, 0.5])):
    live = Live(Instrument(torch.jit.load(str(folder / "late.ts"))), torch.zeros(1, 1, 512), 44100)
    live.blocks = [Blocks(1024 * n, -99.0, 0.0, time) for n, time in enumerate(slow, 1)]
    answers[word] = {"checks": [check.to_json() for check in live.speed()]}
sys.stdout.write(json.dumps(answers))
