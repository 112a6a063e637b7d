"""One training loop for both models: warm-up and decay, averaged weights, checkpoints, progress, fixed seeds.

Batches are made by processes of their own where there is a GPU, so that it need not wait for them.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import torch
from rich.console import Console
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from evals.train.batches import Batch, on

EMA = 0.995
"""Share of the running average of the weights that a step keeps."""

WORKERS = 3
"""Processes that make batches for a GPU."""

Step = TypeVar("Step")


@dataclass(frozen=True, slots=True)
class Pace:
    """How a model is trained: peak learning rate, that of its new parts, and how often things happen."""

    rate: float
    head_rate: float
    warm_up: float = 0.06
    save_every: int = 100
    tell_every: int = 25
    dropout: float = 0.0


def best_device() -> torch.device:
    """The GPU where there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def train(
    model: nn.Module,
    plan: Sequence[Step],
    batch_of: Callable[[Step], Batch],
    loss_of: Callable[[Batch], Tensor],
    folder: Path,
    pace: Pace,
) -> None:
    """Train `model` step by step along `plan`, from the last checkpoint in `folder` where there is one.

    Leaves the averaged weights in the model, which stays on the best device there is.
    """
    device = best_device()
    model.to(device)
    optimizer = _optimizer(model, pace)
    average = {name: value.detach().clone() for name, value in _trained(model)}
    begin = _resume(folder, model, optimizer, average)
    losses: list[Tensor] = []
    begun = time.monotonic()
    model.train()
    for step, batch in enumerate(_batches(plan[begin:], batch_of, device), begin):
        share = _share(step, len(plan), pace.warm_up)
        losses.append(_step(model, optimizer, loss_of, on(batch, device), step, share))
        _average(average, model, min(EMA, (step + 1) / (step + 10)))
        if (step + 1) % pace.tell_every == 0:
            _tell(folder, step + 1, len(plan), losses, (time.monotonic() - begun) / (step + 1 - begin))
            losses = []
        if (step + 1) % pace.save_every == 0:
            _save(folder, step + 1, model, optimizer, average)
    _save(folder, len(plan), model, optimizer, average)
    for name, value in _trained(model):
        value.data.copy_(average[name])
    model.eval()


class _Steps(Dataset[Batch], Generic[Step]):
    """The batches of a plan, made when they are asked for."""

    def __init__(self, plan: Sequence[Step], batch_of: Callable[[Step], Batch]) -> None:
        self._plan = plan
        self._batch_of = batch_of

    def __len__(self) -> int:
        return len(self._plan)

    def __getitem__(self, number: int) -> Batch:
        if number >= len(self._plan):
            raise IndexError(number)
        return self._batch_of(self._plan[number])


def _batches(plan: Sequence[Step], batch_of: Callable[[Step], Batch], device: torch.device) -> Iterator[Batch]:
    steps = _Steps(plan, batch_of)
    if device.type == "cpu":
        return (steps[number] for number in range(len(steps)))
    return iter(DataLoader(steps, batch_size=None, num_workers=WORKERS, prefetch_factor=8, pin_memory=True))


def _step(
    model: nn.Module, optimizer: Any, loss_of: Callable[[Batch], Tensor], batch: Batch, seed: int, share: float
) -> Tensor:
    """One step at a share of the peak learning rate; its loss."""
    for group in optimizer.param_groups:
        group["lr"] = group["peak"] * share
    torch.manual_seed(seed)
    with torch.autocast(next(iter(batch.values())).device.type, torch.bfloat16):
        loss = loss_of(batch)
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad()
    return loss.detach()


def _trained(model: nn.Module) -> list[tuple[str, nn.Parameter]]:
    return [(name, value) for name, value in model.named_parameters() if value.requires_grad]


def _optimizer(model: nn.Module, pace: Pace) -> torch.optim.Optimizer:
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


def _average(average: dict[str, Tensor], model: nn.Module, keep: float) -> None:
    names = [name for name, _ in _trained(model)]
    values = [value.detach() for _, value in _trained(model)]
    torch._foreach_lerp_([average[name] for name in names], values, 1.0 - keep)


def _save(folder: Path, step: int, model: nn.Module, optimizer: Any, average: dict[str, Tensor]) -> None:
    state = {
        "step": step,
        "model": {name: value.detach() for name, value in _trained(model)},
        "optimizer": optimizer.state_dict(),
        "average": average,
    }
    torch.save(state, folder / "checkpoint.new")
    (folder / "checkpoint.new").replace(folder / "checkpoint.pt")


def _resume(folder: Path, model: nn.Module, optimizer: Any, average: dict[str, Tensor]) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "checkpoint.pt"
    if not path.exists():
        return 0
    state = torch.load(path, weights_only=True, map_location=best_device())
    model.load_state_dict(state["model"], strict=False)
    optimizer.load_state_dict(state["optimizer"])
    for name, value in state["average"].items():
        average[name].copy_(value)
    return int(state["step"])


def _tell(folder: Path, step: int, steps: int, losses: Sequence[Tensor], seconds: float) -> None:
    loss = round(float(torch.stack(list(losses)).mean()), 4)
    row = {"step": step, "of": steps, "loss": loss, "seconds": round(seconds, 3)}
    with (folder / "log.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps(row) + "\n")
    minutes = (steps - step) * seconds / 60
    Console(stderr=True).print(f"step {step} of {steps}, loss {loss}, {minutes:.0f} minutes to go")
