"""Whether a claim follows from the sentences that it cites, as a small trained network sees it.

A cross-encoder reads the claim beside the sentences, with who says them and what stands just before them, so that it
knows who `she` is. `python -m evals.train.claims` trains it.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Protocol

import numpy as np

from bot.encoder import Encoder
from bot.reader import DIGITS, sigmoid
from bot.tokens import MOST_CLAIM, claim_row, pieces, placed_pieces
from index import Article, Sentence
from index.errors import ModelError

BEFORE = 2
"""How many sentences before a cited one are read with it."""


@dataclass(frozen=True, slots=True)
class Premise:
    """What a claim is compared with: the sentences that it cites, and what tells whom they speak of."""

    cited: str
    before: str


def premise_of(grounds: Sequence[tuple[Article, Sentence]]) -> Premise:
    """The premise of some sentences: heading and speaker of each, and the sentences before it in its section."""
    cited = {(article.id, sentence.index) for article, sentence in grounds}
    told = dict.fromkeys(part for article, sentence in grounds for part in _told(article, sentence))
    leading = {
        (article.id, one.index): article.quote(one)
        for article, sentence in grounds
        for one in _leading(article, sentence)
        if (article.id, one.index) not in cited
    }
    return Premise(
        cited=_one_line(dict.fromkeys(article.quote(sentence) for article, sentence in grounds)),
        before=_one_line([*told, *leading.values()]),
    )


def _told(article: Article, sentence: Sentence) -> Iterator[str]:
    """The heading of a sentence, and who says it."""
    if heading := article.place(sentence.start)["section"]:
        yield f"{heading}."
    if sentence.speaker and (speaker := article.speaker_named(sentence.speaker)):
        yield f"{speaker.name}, {speaker.role}:" if speaker.role else f"{speaker.name}:"


def _leading(article: Article, sentence: Sentence) -> list[Sentence]:
    before = article.sentences[max(0, sentence.index - BEFORE) : sentence.index]
    return [one for one in before if one.section == sentence.section and one.kind != "title"]


def _one_line(texts: Iterable[str]) -> str:
    return " ".join(" ".join(texts).split())


@dataclass(frozen=True, slots=True)
class Verdict:
    """How likely a claim is to follow from its premise, from 0 to 1, and the word of it that speaks most against it."""

    support: float
    doubtful: str


class Entailment(Protocol):
    """Anything that judges claims."""

    @property
    def threshold(self) -> float:
        """The support below which a claim is held not to follow."""
        ...

    def __call__(self, claim: str, premise: Premise) -> Verdict:
        """Judge a claim."""
        ...

    def warm(self) -> None:
        """Load now what would be loaded at the first claim. Raises `ModelError`."""
        ...


class TrainedEntailment:
    """Judges claims with the network in a folder, else with that of the package. It is loaded at the first claim."""

    def __init__(self, folder: Path | None = None) -> None:
        """Raises `ModelError` where the folder does not say what is in it."""
        folder = folder or shipped_entailment()
        path = folder / "entailment.json"
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            self.threshold = float(told["threshold"])
            self._network = _encoder(folder / "entailment.onnx", str(told["sha256"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{path} does not tell of a network that judges claims: reinstall article-bot") from error

    def __call__(self, claim: str, premise: Premise) -> Verdict:
        """Judge a claim. One that is longer than the network can read is not borne out: its end could say anything."""
        ids, places = placed_pieces(claim)
        if len(ids) > MOST_CLAIM:
            return Verdict(0.0, _word_at(claim, *places[MOST_CLAIM]))
        row = claim_row(ids, *pieces([premise.cited, premise.before]))
        against = self._network.run([row], as_pair=True)[0, : row.passage, 0].astype(float)
        odds = float(np.logaddexp.reduce(against))  # a claim is as false as its most doubtful words
        worst = int(against[1 : row.passage - 1].argmax()) if places else 0
        doubtful = _word_at(claim, *places[worst]) if places else ""
        return Verdict(round(float(sigmoid(np.asarray(-odds))), DIGITS), doubtful)

    def warm(self) -> None:
        """See `Entailment.warm`."""
        self("It is so.", Premise("It is so.", ""))


def shipped_entailment() -> Path:
    """The folder of the network that comes with the package."""
    return Path(str(files("bot") / "models" / "entailment"))


@lru_cache(maxsize=2)
def _encoder(path: Path, sha256: str) -> Encoder:
    """One for all bots of this process."""
    return Encoder(path, sha256)


def _word_at(text: str, start: int, end: int) -> str:
    """The whole word about some characters of a text."""
    found = (match for match in re.finditer(r"[^\W_]+(?:[’'.,-][^\W_]+)*", text))
    return next((match.group() for match in found if match.start() < end and start < match.end()), "")
