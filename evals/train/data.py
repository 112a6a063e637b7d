"""What the reader is trained on: texts cut into sentences, and questions with the numbers of those that answer them."""

import gzip
import json
import random
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from bot import Question
from bot.standalone import standalone
from bot.tokens import pieces
from evals.questions import LabelledQuestion, QuestionFile, read_folder
from evals.train.noise import noisy
from index.sentences import sentence_spans

_ANSWER_WORDS = 16
_SHARE_STANDALONE = 0.4


@dataclass(frozen=True)
class Text:
    """An article, or passages put together, sentence by sentence; what is read together lies in one block."""

    name: str
    sentences: tuple[str, ...]
    blocks: tuple[int, ...]

    @cached_property
    def ids(self) -> list[list[int]]:
        """Word pieces of every sentence."""
        return pieces(self.sentences)

    @cached_property
    def sizes(self) -> list[int]:
        """Lengths of the sentences with their markers, in word pieces."""
        return [len(ids) + 1 for ids in self.ids]


@dataclass(frozen=True)
class Ask:
    """A question about a text: groups of sentences that answer it, none where nothing does; some count neither way."""

    question: Question
    groups: tuple[frozenset[int], ...] = ()
    also: frozenset[int] = frozenset()
    category: str = ""

    @property
    def answerable(self) -> bool:
        """Whether the text answers it."""
        return bool(self.groups)

    @cached_property
    def evidence(self) -> frozenset[int]:
        """Every sentence of every group."""
        return frozenset().union(*self.groups)


@dataclass(frozen=True)
class Source:
    """A text with the questions about it."""

    text: Text
    asks: tuple[Ask, ...]


def context_of(question: Question) -> str:
    """What was said just before a question: the last question and the start of the answer to it."""
    asked = [turn.content for turn in question.history if turn.role == "user"][-1:]
    told = [turn.content for turn in question.history if turn.role == "assistant"][-1:]
    return " ".join([*asked, *(" ".join(answer.split()[:_ANSWER_WORDS]) for answer in told)])


def spoken(ask: Ask, dice: random.Random | None = None) -> tuple[str, str]:
    """A question and its context, as a model is asked it; with `dice` in one of several forms, for training."""
    if dice is None:
        return ask.question.text, context_of(ask.question)
    if ask.question.history and dice.random() < _SHARE_STANDALONE:
        return noisy(standalone(ask.question), dice), ""
    return noisy(ask.question.text, dice), context_of(ask.question)


def news(folder: Path) -> list[Source]:
    """The articles of a folder with their questions, title sentences left out as the reader does."""
    categories = categories_of(folder)
    return [_news_source(file, categories[file.name]) for file in read_folder(folder)]


def categories_of(folder: Path) -> dict[str, list[str]]:
    """The kind of every question of a folder, by file."""
    return {
        path.stem: [json.loads(line).get("category", "") for line in path.read_text("utf-8").splitlines() if line]
        for path in folder.glob("*.jsonl")
    }


def _news_source(file: QuestionFile, categories: Sequence[str]) -> Source:
    kept = [sentence for sentence in file.article.sentences if sentence.kind != "title"]
    number = {sentence.index: at for at, sentence in enumerate(kept)}
    text = Text(file.name, tuple(file.article.quote(sentence) for sentence in kept), (0,) * len(kept))
    asks = (_ask(item, number, category) for item, category in zip(file.questions, categories, strict=True))
    return Source(text, tuple(ask for ask in asks if ask is not None))


def _ask(item: LabelledQuestion, number: dict[int, int], category: str) -> Ask | None:
    """None where the title alone is evidence."""
    groups = tuple(frozenset(number[n] for n in group if n in number) for group in item.groups)
    if item.answerable and not all(groups):
        return None
    also = frozenset(number[n] for n in item.also if n in number)
    return Ask(item.question, groups if item.answerable else (), also, category)


def squad(path: Path) -> Iterator[Source]:
    """The articles of a file in SQuAD's format. A question's sentence is the one where its answer begins."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        data = json.load(stream)["data"]
    for number, article in enumerate(data):
        yield _squad_source(article.get("title", f"{path.stem}-{number}"), article["paragraphs"])


def _squad_source(name: str, paragraphs: Sequence[dict[str, Any]]) -> Source:
    sentences: list[str] = []
    asks: list[Ask] = []
    for paragraph in paragraphs:
        context = paragraph["context"]
        spans = sentence_spans(context)
        for row in paragraph["qas"]:
            starts = [] if row.get("is_impossible") else [answer["answer_start"] for answer in row["answers"]]
            found = frozenset(len(sentences) + _at(spans, start) for start in starts)
            asks.append(Ask(Question.of(row["question"].strip()), (found,) if found else (), category="squad"))
        sentences += [" ".join(context[start:end].split()) for start, end in spans]
    return Source(Text(name, tuple(sentences), (0,) * len(sentences)), tuple(asks))


def _at(spans: Sequence[tuple[int, int]], start: int) -> int:
    return max(0, bisect_right([span[0] for span in spans], start) - 1)


def pools(path: Path, most: int, size: int, dice: random.Random) -> list[Source]:
    """Single passages of a file in SQuAD's format, `size` of them put together as one text; `most` questions."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        paragraphs = [p for article in json.load(stream)["data"] for p in article["paragraphs"] if p["qas"]]
    dice.shuffle(paragraphs)
    made: list[Source] = []
    while paragraphs and sum(len(source.asks) for source in made) < most:
        taken, paragraphs = paragraphs[:size], paragraphs[size:]
        whole = _squad_source(f"{path.stem}-{len(made)}", taken)
        counts = [len(sentence_spans(paragraph["context"])) for paragraph in taken]
        blocks = tuple(block for block, count in enumerate(counts) for _ in range(count))
        made.append(Source(Text(whole.text.name, whole.text.sentences, blocks), whole.asks))
    return made
