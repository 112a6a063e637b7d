"""The second model: a logit for every sentence of a window, seeing the question and the sentences around it.

Each question comes with the windows that the first model would choose for it, so that what is wrong among them is hard.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from bot.tokens import Row, pieces, query_row, window_row
from bot.windows import best_windows, window_around
from evals.train.data import Ask, Source, spoken
from evals.train.loop import Pace, train
from evals.train.models import BiEncoder, Tagger
from evals.train.scores import dense

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

PACE = Pace(rate=7e-5, head_rate=1e-3, save_every=200)
QUESTIONS = 8
"""In one step."""

POOL = 64
"""Questions that are sorted by length before they are cut into steps."""

SEEN = 5
WRONG = 1
JITTER = 0.06
FOREIGN = 6


@dataclass(frozen=True, slots=True)
class Example:
    """A question with its windows. `numbers` are the sentences of all windows, one after the other."""

    rows: tuple[Row, ...]
    numbers: tuple[int, ...]
    ask: Ask

    @property
    def length(self) -> int:
        """Of the longest window, in word pieces."""
        return max(len(row.ids) for row in self.rows)


class Maker:
    """Makes examples of the questions of one source; what it does by chance is different every time."""

    def __init__(self, source: Source, strangers: Sequence[Ask], model: BiEncoder, kept: Path) -> None:
        """`kept` is a folder for what the first model says, which takes a while to ask."""
        self.source = source
        self.asks = [*source.asks, *strangers]
        path = kept / f"{source.text.name}.npy"
        if not path.exists():
            np.save(path, dense(model, source.text, [spoken(ask) for ask in self.asks]).astype(np.float32))
        self._cosines: NDArray[Any] = np.load(path)

    def half(self, which: int) -> list[int]:
        """The numbers of every second question."""
        return list(range(which, len(self.asks), 2))

    def example(self, number: int, dice: random.Random) -> Example:
        """Question `number` with its windows."""
        ask, text = self.asks[number], self.source.text
        noise = [dice.gauss(0.0, JITTER) for _ in text.sentences]
        scores = self._cosines[number] + noise
        order = sorted(range(len(scores)), key=lambda n: -scores[n])
        windows = self._chosen(ask, best_windows(order, text.sizes, text.blocks, SEEN), dice)
        question, context = pieces(list(spoken(ask, dice)))
        query = query_row(question, context)
        rows = tuple(window_row(query, text.ids[first:last]) for first, last in windows)
        return Example(rows, tuple(n for first, last in windows for n in range(first, last)), ask)

    def _chosen(self, ask: Ask, seen: list[tuple[int, int]], dice: random.Random) -> list[tuple[int, int]]:
        """Every window with evidence, one for each group that none has, and some of the others."""
        right = [window for window in seen if any(window[0] <= n < window[1] for n in ask.evidence)]
        for group in ask.groups:
            if not any(first <= n < last for first, last in right for n in group):
                right.append(self._near(dice.choice(sorted(group)), dice))
        others = [window for window in seen if window not in right]
        kept = dice.sample(others, min(len(others), WRONG if right else WRONG + 1))
        return [*right[:3], *kept]

    def _near(self, wanted: int, dice: random.Random) -> tuple[int, int]:
        """A window that has the wanted sentence, not always in its middle."""
        text = self.source.text
        around = range(max(0, wanted - 2), min(len(text.sentences), wanted + 3))
        for _ in range(8):
            first, last = window_around(dice.choice(around), text.sizes, text.blocks)
            if first <= wanted < last:
                return first, last
        return window_around(wanted, text.sizes, text.blocks)


def makers(sources: Sequence[Source], model: BiEncoder, kept: Path, seed: int) -> list[Maker]:
    """One for each source, with some questions about the others that it does not answer."""
    dice = random.Random(seed)
    kept.mkdir(parents=True, exist_ok=True)
    made = []
    for source in sources:
        others = [other for other in sources if other is not source]
        strangers = [dice.choice(dice.choice(others).asks).question for _ in range(FOREIGN)] if others else []
        made.append(Maker(source, [Ask(question, category="foreign") for question in strangers], model, kept))
    return made


Phases = Sequence[Sequence[tuple[Maker, Sequence[int]]]]
"""What is asked one after the other: in each phase some questions of some makers."""


def plan(phases: Phases, seed: int) -> list[tuple[tuple[Maker, int, int], ...]]:
    """Steps of the phases in order; in a phase come those questions of each maker whose numbers it says."""
    dice = random.Random(seed)
    steps: list[tuple[tuple[Maker, int, int], ...]] = []
    for phase in phases:
        items = [(maker, number, dice.randrange(1 << 30)) for maker, numbers in phase for number in numbers]
        dice.shuffle(items)
        in_phase = []
        for at in range(0, len(items), POOL):
            pool = sorted(items[at : at + POOL], key=_length)
            in_phase += [tuple(pool[n : n + QUESTIONS]) for n in range(0, len(pool), QUESTIONS)]
        dice.shuffle(in_phase)
        steps += in_phase
    return steps


def _length(item: tuple[Maker, int, int]) -> int:
    maker, number, _ = item
    question, context = spoken(maker.asks[number])
    return len(question) + min(len(context), 160)


def run(phases: Phases, start: BiEncoder, folder: Path, steps: int | None = None, seed: int = 0) -> Tagger:
    """Train, or go on training, in `folder`, from the weights of the first model; at most `steps` steps."""
    torch.manual_seed(seed)
    model = Tagger()
    model.base.load_state_dict(start.base.state_dict())
    train(model, plan(phases, seed)[:steps], lambda step: _loss(model, step), folder, PACE)
    return model


def _loss(model: Tagger, step: Sequence[tuple[Maker, int, int]]) -> "Tensor":
    examples = [maker.example(number, random.Random(seed)) for maker, number, seed in step]
    logits = model([row for example in examples for row in example.rows])
    losses, begin = [], 0
    for example in examples:
        own = logits[begin : begin + len(example.numbers)]
        begin += len(example.numbers)
        losses.append(_choice(own, example) + _each(own, example))
    return torch.stack(losses).mean()


def _choice(logits: "Tensor", example: Example) -> "Tensor":
    """How unlikely the evidence is among all sentences and "nothing", whose logit is zero."""
    ask = example.ask
    neutral = torch.tensor([n in ask.also or n in ask.evidence for n in example.numbers])
    nothing = torch.zeros(1)
    wrong = torch.logsumexp(torch.cat([logits[~neutral], nothing]), 0)
    if not ask.groups:
        return wrong
    losses = []
    for group in ask.groups:
        mine = torch.tensor([n in group for n in example.numbers])
        if bool(mine.any()):
            right = torch.logsumexp(logits[mine], 0)
            losses.append(torch.logaddexp(right, wrong) - right)
    return torch.stack(losses).mean()


def _each(logits: "Tensor", example: Example) -> "Tensor":
    """Each sentence by itself: evidence or not."""
    ask = example.ask
    counted = torch.tensor([n not in ask.also or n in ask.evidence for n in example.numbers])
    labels = torch.tensor([float(n in ask.evidence) for n in example.numbers])
    losses = nn.functional.binary_cross_entropy_with_logits(logits, labels, reduction="none")
    return 2.0 * losses[counted].mean() if bool(counted.any()) else losses.sum() * 0.0
