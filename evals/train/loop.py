"""One training loop for both models: warm-up and decay, averaged weights, checkpoints, progress, fixed seeds."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

if TYPE_CHECKING:
    import torch

EMA = 0.995
"""Share of the running average of the weights that a step keeps."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How a model is trained: peak learning rate, that of its new parts, and how often things happen."""

    rate: float
    head_rate: float
    warm_up: float = 0.06
    save_every: int = 100
    tell_every: int = 25


def train(
    model: "torch.nn.Module",
    plan: Sequence[Any],
    loss_of: Callable[[Any], "torch.Tensor"],
    folder: Path,
    pace: Pace,
) -> None:
    """Train `model` step by step along `plan`, from the last checkpoint in `folder` where there is one.

    Leaves the averaged weights in the model.
    """
    optimizer = _optimizer(model, pace)
    average = {name: value.detach().clone() for name, value in _trained(model)}
    begin = _resume(folder, model, optimizer, average)
    losses: list[float] = []
    begun = time.monotonic()
    model.train()
    for step in range(begin, len(plan)):
        losses.append(_step(model, optimizer, loss_of, plan[step], step, _share(step, len(plan), pace.warm_up)))
        _average(model, average, min(EMA, (step + 1) / (step + 10)))
        if (step + 1) % pace.tell_every == 0:
            _tell(folder, step + 1, len(plan), losses, (time.monotonic() - begun) / (step + 1 - begin))
            losses = []
        if (step + 1) % pace.save_every == 0:
            _save(folder, step + 1, model, optimizer, average)
    _save(folder, len(plan), model, optimizer, average)
    for name, value in _trained(model):
        value.data.copy_(average[name])
    model.eval()


def _step(model: Any, optimizer: Any, loss_of: Callable[[Any], Any], item: Any, seed: int, share: float) -> float:
    """One step at a share of the peak learning rate; its loss."""
    import torch

    for group in optimizer.param_groups:
        group["lr"] = group["peak"] * share
    torch.manual_seed(seed)
    with torch.autocast("cpu", torch.bfloat16):
        loss = loss_of(item)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad()
    return float(loss.detach())


def _trained(model: "torch.nn.Module") -> list[tuple[str, "torch.nn.Parameter"]]:
    return [(name, value) for name, value in model.named_parameters() if value.requires_grad]


def _optimizer(model: "torch.nn.Module", pace: Pace) -> "torch.optim.Optimizer":
    import torch

    new = [value for name, value in _trained(model) if not name.startswith("base.")]
    old = [value for name, value in _trained(model) if name.startswith("base.")]
    groups = [
        {"params": old, "peak": pace.rate, "weight_decay": 0.01},
        {"params": new, "peak": pace.head_rate, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=pace.rate, fused=True)


def _share(step: int, steps: int, warm_up: float) -> float:
    """Of the peak learning rate: up in a line, then down in a line."""
    warm = max(1, int(steps * warm_up))
    return min((step + 1) / warm, (steps - step) / max(1, steps - warm))


def _average(model: "torch.nn.Module", average: dict[str, "torch.Tensor"], keep: float) -> None:
    for name, value in _trained(model):
        average[name].lerp_(value.detach(), 1.0 - keep)


def _save(folder: Path, step: int, model: Any, optimizer: Any, average: dict[str, "torch.Tensor"]) -> None:
    import torch

    state = {
        "step": step,
        "model": {name: value.detach() for name, value in _trained(model)},
        "optimizer": optimizer.state_dict(),
        "average": average,
    }
    torch.save(state, folder / "checkpoint.new")
    (folder / "checkpoint.new").replace(folder / "checkpoint.pt")


def _resume(folder: Path, model: Any, optimizer: Any, average: dict[str, "torch.Tensor"]) -> int:
    import torch

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "checkpoint.pt"
    if not path.exists():
        return 0
    state = torch.load(path, weights_only=True)
    model.load_state_dict(state["model"], strict=False)
    optimizer.load_state_dict(state["optimizer"])
    for name, value in state["average"].items():
        average[name].copy_(value)
    return int(state["step"])


def _tell(folder: Path, step: int, steps: int, losses: Sequence[float], seconds: float) -> None:
    row = {"step": step, "of": steps, "loss": round(sum(losses) / len(losses), 4), "seconds": round(seconds, 2)}
    with (folder / "log.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps(row) + "\n")
    minutes = (steps - step) * seconds / 60
    Console(stderr=True).print(f"step {step} of {steps}, loss {row['loss']}, {minutes:.0f} minutes to go")
