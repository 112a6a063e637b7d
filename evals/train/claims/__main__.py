"""Train the network that judges claims: `python -m evals.train.claims DATA_FOLDER OUT_FOLDER --base FOLDER`.

DATA_FOLDER holds `news-qa` and the files named below; the statements are in `evals/written/claims`. `--base` is the
folder of sentence-transformers' all-mpnet-base-v2. Needs spaCy with `en_core_web_sm`. What comes first takes four
minutes on a GPU, what comes last half an hour on two cores.
"""

import hashlib
import json
import random
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from bot.entailment import TrainedEntailment
from evals.train.claims.changes import MODEL, Changer
from evals.train.claims.course import Item, item_of, learn, plan
from evals.train.claims.export import export
from evals.train.claims.judge import Judge
from evals.train.claims.measure import figures, seen, threshold_of
from evals.train.claims.pairs import Pair, asked, contrasted, misled, misplaced, plain, statements
from evals.train.claims.truths import reworded
from evals.train.loop import Pace

WRITTEN = Path(__file__).parents[2] / "written"
SQUAD = "squad2-train-10-articles.json.gz"
QAMR = "qamr-dev-test.jsonl.gz"
SENTENCES = 2600
"""Of QAMR, about which questions are taken."""

SEED = 1
FIRST = Pace(rate=3e-5, head_rate=1e-3, save_every=500, tell_every=100)
LAST = Pace(rate=2.5e-5, head_rate=1e-4, save_every=110, tell_every=10)
TIMES = 4
"""How often the statements written by hand come at first, after everything has come once."""

AGAIN = 12
"""Each time one in so many of what was made comes once more."""

FROZEN, STEPS = 6, 330
"""Layers that no longer learn at last, and how many steps that takes."""


class Lessons:
    """What there is to learn from."""

    def __init__(self, data: Path, nlp: Any) -> None:
        dice = random.Random(SEED)
        self._nlp = nlp
        texts = (WRITTEN / "train", data / "news-qa" / "train")
        self._written = list(statements(WRITTEN / "claims" / "train", texts))
        articles = {one.article.id: one.article for one in self._written}
        self._same = [pair for article in articles.values() for pair in plain(article)]
        self._asked = [*asked(data / QAMR, SENTENCES, dice), *misled(data / SQUAD)]
        self._pairs = list(contrasted(self._written))
        self._honest = [pair for pair in self._pairs if pair.honest]
        self._changer = Changer([*self._same, *self._pairs], nlp)

    def first(self) -> list[list[Item]]:
        """Everything once, then mostly what was written by hand; honest statements twice as often as lies."""
        dice = random.Random(SEED)
        phases = [[*self._made(dice), *self._by_hand(dice)]]
        for _ in range(TIMES):
            made = self._made(dice)
            phases.append([*self._by_hand(dice), *self._honest, *dice.sample(made, len(made) // AGAIN)])
        return [[item_of(pair) for pair in phase] for phase in phases]

    def last(self) -> list[Item]:
        """What was written by hand once more, and truths in other forms with lies made of them."""
        dice = random.Random(SEED)
        truths = list(reworded([*self._honest, *self._same], self._nlp, dice))
        lies = Changer(truths, self._nlp).lies(truths, 1, dice)
        made = [pair for pair in self._made(dice) if not pair.honest]
        more = [*_some(misplaced(self._written, dice), 1200, dice), *_some(made, 2000, dice)]
        questions = _some(self._asked, 1500, dice)
        everything = [*self._pairs, *self._honest, *truths, *_some(lies, 2500, dice), *more, *questions]
        return [item_of(pair) for pair in everything]

    def _made(self, dice: random.Random) -> list[Pair]:
        """Sentences as they are and with something changed, questions with right and wrong answers."""
        return [*self._same, *self._changer.lies(self._same, 3, dice), *self._asked]

    def _by_hand(self, dice: random.Random) -> list[Pair]:
        """The statements, lies made of the honest ones, and some that name a wrong sentence."""
        return [*self._pairs, *self._changer.lies(self._honest, 1, dice), *misplaced(self._written, dice)]


def _some(pairs: Any, most: int, dice: random.Random) -> list[Pair]:
    found = list(pairs)
    return dice.sample(found, min(most, len(found)))


def main(data: Path, out: Path, base: Annotated[Path, typer.Option(help="all-mpnet-base-v2")]) -> None:
    """Train the network on DATA, export it to OUT and set its threshold. Stopped and started again, it goes on."""
    import spacy

    console = Console(stderr=True)
    lessons = Lessons(data, spacy.load(MODEL))
    model = Judge(base)
    console.print("the network")
    learn(model, plan(lessons.first(), SEED), out / "first", FIRST, SEED)
    console.print("its upper layers")
    model.freeze(FROZEN)
    learn(model, plan([lessons.last()], SEED)[:STEPS], out / "last", LAST, SEED)
    export(model, out / "entailment.onnx")
    console.print("the threshold")
    settle(data, out)


def settle(data: Path, out: Path) -> None:
    """Set the threshold of the network in OUT and write what it does."""
    digest = hashlib.sha256((out / "entailment.onnx").read_bytes()).hexdigest()
    path = out / "entailment.json"
    path.write_text(json.dumps({"threshold": 0.5, "sha256": digest}), encoding="utf-8")
    written = list(statements(WRITTEN / "claims" / "dev", (WRITTEN / "dev", data / "news-qa" / "dev")))
    items = seen(written, TrainedEntailment(out))
    threshold = threshold_of(items)
    told = {"threshold": threshold, "sha256": digest, "figures": figures(items, threshold)}
    path.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
