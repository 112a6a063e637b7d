"""The second model: a logit for every sentence of a window, seeing the question and the sentences around it.

Each question comes with the windows that the first model would choose for it, so that what is wrong among them is hard.
Some questions come a second time with a text that has lost what answers them: then nothing does.
"""

import random
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from bot.tokens import Row, pieces, query_row, window_row
from bot.windows import best_windows, window_around
from evals.train.batches import Batch, for_markers, log_sum, steps_of
from evals.train.items import Ask, Source, Text
from evals.train.loop import Pace, train
from evals.train.models import BiEncoder, Tagger
from evals.train.scores import dense

if TYPE_CHECKING:
    from numpy.typing import NDArray

PACE = Pace(rate=1e-4, head_rate=1e-3, save_every=200, dropout=0.1)
QUESTIONS = 16
"""In one step."""

TAUGHT = 0.5
"""How much of the loss comes from teachers, where there are any."""

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


@dataclass(frozen=True, slots=True)
class Item:
    """A question of a maker, whether its evidence is taken away, and the seed of what is left to chance."""

    maker: "Maker"
    number: int
    without: bool
    seed: int

    @property
    def length(self) -> int:
        """About how long the question is."""
        ask = self.maker.asks[self.number]
        return len(ask.text) + min(len(ask.context), 160)


class Maker:
    """Makes examples of the questions of one source; what it does by chance is different every time."""

    def __init__(self, source: Source, strangers: Sequence[Ask], model: BiEncoder, kept: Path) -> None:
        """`kept` is a folder for what the first model says, which takes a while to ask."""
        self.source = source
        self.asks = [*source.asks, *strangers]
        asked = [(ask.text, ask.context) for ask in self.asks]
        path = kept / f"{source.text.name}-{zlib.crc32(repr(asked).encode()):08x}.npy"
        if not path.exists():
            np.save(path, dense(model, source.text, asked).astype(np.float32))
        self._cosines: NDArray[Any] = np.load(path)

    def items(self, dice: random.Random, share: float = 1.0, without: float = 0.0) -> list[Item]:
        """A share of the questions, and a share of the answerable ones once more without what answers them."""
        numbers = [n for n in range(len(self.asks)) if dice.random() < share]
        bare = [n for n in numbers if self.asks[n].answerable and dice.random() < without]
        return [
            *(Item(self, n, False, dice.randrange(1 << 30)) for n in numbers),
            *(Item(self, n, True, dice.randrange(1 << 30)) for n in bare),
        ]

    def example(self, item: Item) -> Example:
        """A question with its windows."""
        dice = random.Random(item.seed)
        ask, text = self.asks[item.number], self.source.text
        scores = self._cosines[item.number] + [dice.gauss(0.0, JITTER) for _ in text.sentences]
        if item.without:
            ask, text, scores = _bare(ask, text, scores)
        order = sorted(range(len(scores)), key=lambda n: -scores[n])
        windows = self._chosen(ask, text, best_windows(order, text.sizes, text.blocks, SEEN), dice)
        question, context = pieces(list(ask.form(dice)))
        query = query_row(question, context)
        rows = tuple(window_row(query, text.ids[first:last]) for first, last in windows)
        return Example(rows, tuple(n for first, last in windows for n in range(first, last)), ask)

    def _chosen(self, ask: Ask, text: Text, seen: list[tuple[int, int]], dice: random.Random) -> list[tuple[int, int]]:
        """Every window with evidence, one for each group that none has, and some of the others."""
        right = [window for window in seen if any(window[0] <= n < window[1] for n in ask.evidence)]
        for group in ask.groups:
            if not any(first <= n < last for first, last in right for n in group):
                right.append(_near(text, dice.choice(sorted(group)), dice))
        others = [window for window in seen if window not in right]
        kept = dice.sample(others, min(len(others), WRONG if right else WRONG + 1))
        return [*right[:3], *kept]


def _bare(ask: Ask, text: Text, scores: "NDArray[Any]") -> tuple[Ask, Text, "NDArray[Any]"]:
    """The question and the text without whatever answers it."""
    gone = ask.evidence | ask.also
    kept = [n for n in range(len(text.sentences)) if n not in gone]
    less = Text(text.name, tuple(text.sentences[n] for n in kept), tuple(text.blocks[n] for n in kept))
    less.__dict__["ids"] = [text.ids[n] for n in kept]
    return replace(ask, groups=(), also=frozenset()), less, scores[kept]


def _near(text: Text, wanted: int, dice: random.Random) -> tuple[int, int]:
    """A window that has the wanted sentence, not always in its middle."""
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
        strangers = [dice.choice(dice.choice(others).asks) for _ in range(FOREIGN)] if others else []
        foreign = [replace(ask, groups=(), also=frozenset(), category="foreign") for ask in strangers]
        made.append(Maker(source, foreign, model, kept))
    return made


def plan(phases: Sequence[Sequence[Item]], seed: int, questions: int = QUESTIONS) -> list[tuple[Item, ...]]:
    """Steps of the phases in order, see `steps_of`."""
    return steps_of(phases, seed, size=questions, pool=POOL, length=lambda item: item.length)


def run(
    steps: Sequence[tuple[Item, ...]],
    start: BiEncoder,
    folder: Path,
    pace: Pace = PACE,
    seed: int = 0,
    teachers: Sequence[Tagger] = (),
) -> Tagger:
    """Train, or go on training, in `folder`, from the first model's weights; half by teachers, if there are any."""
    torch.manual_seed(seed)
    model = Tagger(pace.dropout)
    model.base.load_state_dict(start.base.state_dict())

    def loss(batch: Batch) -> Tensor:
        logits = model(batch)
        if not teachers:
            return loss_of(logits, batch)
        with torch.no_grad():
            taught = [teacher(batch).float() for teacher in teachers]
        return (1 - TAUGHT) * loss_of(logits, batch) + TAUGHT * soft_loss_of(logits, taught, batch)

    train(model, steps, batch_of, loss, folder, pace)
    return model


def batch_of(step: Sequence[Item]) -> Batch:
    """Windows, and the labels of their sentences."""
    examples = [item.maker.example(item) for item in step]
    return {**for_markers([row for example in examples for row in example.rows]), **labels_of(examples)}


def labels_of(examples: Sequence[Example]) -> Batch:
    """What the losses need to know of the sentences of all windows: whose they are, and what they are to be.

    `own` and `wrong` are `(questions, sentences)`, `right` is `(groups of evidence, sentences)` with the group's
    question in `of` and its share of the loss in `weights`; `empty` is the share of a question that nothing answers,
    `each` that of a sentence by itself.
    """
    asks = [example.ask for example in examples]
    place = [(at, n) for at, example in enumerate(examples) for n in example.numbers]
    owner = torch.tensor([at for at, _ in place])
    evidence = torch.tensor([n in asks[at].evidence for at, n in place])
    neutral = torch.tensor([n in asks[at].also for at, n in place]) & ~evidence
    own = owner[None, :] == torch.arange(len(asks))[:, None]
    counts = (own & ~neutral).sum(-1).clamp(min=1)
    return {
        "own": own,
        "wrong": own & ~neutral & ~evidence,
        "empty": torch.tensor([float(not ask.groups) / len(asks) for ask in asks]),
        "labels": evidence.float(),
        "each": (~neutral).float() * 2.0 / counts[owner] / len(asks),
        **_groups(examples, place),
    }


def _groups(examples: Sequence[Example], place: Sequence[tuple[int, int]]) -> Batch:
    """The groups of evidence that some window has."""
    groups = [
        (at, group)
        for at, example in enumerate(examples)
        for group in example.ask.groups
        if not group.isdisjoint(example.numbers)
    ]
    parts = Counter(at for at, _ in groups)
    right = [[number == at and n in group for number, n in place] for at, group in groups]
    return {
        "of": torch.tensor([at for at, _ in groups], dtype=torch.long),
        "right": torch.tensor(right, dtype=torch.bool).view(len(groups), len(place)),
        "weights": torch.tensor([1.0 / parts[at] / len(examples) for at, _ in groups]),
    }


def loss_of(logits: Tensor, batch: Batch) -> Tensor:
    """How unlikely the evidence is among all sentences and "nothing", whose logit is zero; and each by itself."""
    wrong = torch.logsumexp(_spread(logits, batch["wrong"]), dim=-1)
    right = log_sum(logits.expand(len(batch["of"]), -1), batch["right"])
    choice = ((torch.logaddexp(right, wrong[batch["of"]]) - right) * batch["weights"]).sum()
    alone = binary_cross_entropy_with_logits(logits, batch["labels"], batch["each"], reduction="sum")
    return choice + (wrong * batch["empty"]).sum() + alone


def soft_loss_of(logits: Tensor, taught: Sequence[Tensor], batch: Batch) -> Tensor:
    """How far the logits are from what other models say of the same sentences, on average: among all, and each."""
    chosen = torch.stack([torch.softmax(_spread(other, batch["own"]), -1) for other in taught]).mean(0)
    mine = torch.log_softmax(_spread(logits, batch["own"]), -1).masked_fill(chosen == 0, 0.0)
    single = torch.stack([torch.sigmoid(other) for other in taught]).mean(0)
    sizes = batch["own"].sum(-1).clamp(min=1)
    each = (batch["own"] / sizes[:, None]).sum(0) * 2.0 / len(sizes)
    return binary_cross_entropy_with_logits(logits, single, each, reduction="sum") - (chosen * mine).sum(-1).mean()


def _spread(logits: Tensor, chosen: Tensor) -> Tensor:
    """`(questions, sentences + 1)`: the logits of each question's chosen sentences, and of "nothing"."""
    nothing = torch.zeros((len(chosen), 1), device=logits.device)
    return torch.cat([logits.expand(len(chosen), -1).masked_fill(~chosen, -torch.inf), nothing], 1)
