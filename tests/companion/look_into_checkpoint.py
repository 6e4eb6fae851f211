"""Run by the engine's Python: says where a training stood, one line for each checkpoint named."""

import json
import sys

import torch


def look(path: str) -> dict:
    checkpoint = torch.load(path, map_location="cpu", weights_only=False)
    loop = checkpoint["loops"]["fit_loop"]
    progress = loop["epoch_loop.batch_progress"]
    callbacks, weights = checkpoint["callbacks"], checkpoint["state_dict"]
    return {
        "global_step": checkpoint["global_step"],
        "counters": {n: s["training_steps"] for n, s in callbacks.items() if "training_steps" in s},
        "schedule": checkpoint["lr_schedulers"][0]["last_epoch"],
        "batches": progress["total"],
        "in_epoch": progress["current"],
        "last_batch": progress["is_last_batch"],
        "validated": loop["epoch_loop.val_loop.dataloader_progress"]["current"],
        "logged": loop["epoch_loop.state_dict"]["_batches_that_stepped"],
        "optimizer_steps": [
            max([int(s["step"]) for s in o["state"].values()] or [0])
            for o in checkpoint["optimizer_states"]
        ],
        "weights": float(next(w for n, w in weights.items() if "weight" in n).double().sum()),
        "nan": any(bool(torch.isnan(w).any()) for w in weights.values()),
    }


for line in sys.stdin:
    sys.stdout.write(json.dumps(look(line.rstrip("\n"))) + "\n")
    sys.stdout.flush()
