"""Run by the engine's Python: verifies small models with one trait each, in one process."""

import json
import sys
from pathlib import Path

import rave_gui_verify as verify
import torch


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
}
answers = {}
for name, toy in toys.items():
    path = folder / f"{name}.ts"
    torch.jit.script(toy.eval()).save(str(path))
    answers[name] = verify.verify(path, 0.5, verify.Answer(None))
sys.stdout.write(json.dumps(answers))
