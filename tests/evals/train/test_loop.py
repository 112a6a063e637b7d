"""The loop: stopped and started again, it ends where it would have ended."""

from pathlib import Path

import pytest
import torch
from torch import nn

from evals.train.batches import Batch
from evals.train.loop import Pace, train

PACE = Pace(rate=0.1, head_rate=0.1, save_every=2, tell_every=2)


class Small(nn.Module):
    """Two weights, one of them in a part that is called as the loop expects."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.base = nn.Linear(3, 1)
        self.head = nn.Linear(3, 1)

    def loss(self, batch: Batch) -> torch.Tensor:
        """Something that depends on the step, and on chance."""
        values = batch["step"] + torch.rand(2, 3)
        return (self.base(values) - self.head(values) - 1.0).float().pow(2).mean()


def trained(folder: Path, fails_at: int | None = None) -> dict[str, torch.Tensor]:
    """The weights after eight steps; with `fails_at` it is stopped there."""
    model = Small()

    def batch(step: int) -> Batch:
        if step == fails_at:
            raise KeyboardInterrupt
        return {"step": torch.full((2, 3), float(step))}

    train(model, range(8), batch, model.loss, folder, PACE)
    return model.state_dict()


def test_it_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    """From the last checkpoint, with the same chance, to the same weights."""
    whole = trained(tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        trained(tmp_path / "stopped", fails_at=5)
    resumed = trained(tmp_path / "stopped")
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)
    assert (tmp_path / "stopped" / "log.jsonl").exists()


def test_the_averaged_weights_are_left_in_the_model(tmp_path: Path) -> None:
    """Neither those of the last step nor those of the start."""
    left = trained(tmp_path)
    state = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    assert all(torch.equal(left[name], value) for name, value in state["average"].items())
    for other in (state["model"], Small().state_dict()):
        assert not any(torch.equal(left[name], other[name]) for name in left)
