"""The loop that all steps share: a linear rise and fall of the rate, clipped gradients, a checkpoint to go on from."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

SEED = 1
_EVERY = 200
"""Batches between two checkpoints."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Peak rate of AdamW, batches over which it rises, epochs, and where the checkpoint lies."""

    rate: float
    epochs: int
    checkpoint: Path
    rise: int = 60


def fit(
    net: Any, learned: Sequence[Any], epoch: Callable[[int], list[Any]], loss: Callable[[Any], Any], plan: Plan
) -> None:
    """Train `net` from the last checkpoint on; `epoch(i)` gives the same batches each time that it is called."""
    optimizer = torch.optim.AdamW(learned, plan.rate, weight_decay=0.01)
    done = _resume(net, optimizer, plan.checkpoint)
    first = epoch(0)
    total, step, began = plan.epochs * len(first), 0, time.monotonic()
    for number in range(plan.epochs):
        for batch in first if number == 0 else epoch(number):
            step += 1
            if step <= done:
                continue
            rate = plan.rate * min(step / plan.rise, max(0.02, 1 - step / total))
            for group in optimizer.param_groups:
                group["lr"] = rate
            value = loss(batch)
            value.backward()
            nn.utils.clip_grad_norm_(learned, 1.0)
            optimizer.step()
            optimizer.zero_grad()
            if step % _EVERY == 0 or step == total:
                _keep(net, optimizer, step, plan.checkpoint)
                print(f"{step}/{total} loss {value.item():.3f}, {time.monotonic() - began:.0f} s", file=sys.stderr)
    _keep(net, optimizer, max(step, done), plan.checkpoint)


def _keep(net: Any, optimizer: Any, step: int, file: Path) -> None:
    """Write a checkpoint whole or not at all."""
    draft = file.with_suffix(".part")
    torch.save({"net": net.state_dict(), "optimizer": optimizer.state_dict(), "step": step}, draft)
    draft.replace(file)


def _resume(net: Any, optimizer: Any, file: Path) -> int:
    """Load a checkpoint where there is one; return the batches that it has seen."""
    if not file.is_file():
        return 0
    kept = torch.load(file)
    net.load_state_dict(kept["net"])
    optimizer.load_state_dict(kept["optimizer"])
    return int(kept["step"])
