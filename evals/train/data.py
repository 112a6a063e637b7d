"""Articles and questions from files: the news of this project, SQuAD's format, single passages put together."""

import gzip
import json
import random
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bot import Question
from bot.standalone import standalone
from evals.questions import LabelledQuestion, QuestionFile, read_folder
from evals.train.items import Ask, Source, Text
from index.sentences import sentence_spans

_ANSWER_WORDS = 16


def context_of(question: Question) -> str:
    """What was said just before a question: the last question and the start of the answer to it."""
    asked = [turn.content for turn in question.history if turn.role == "user"][-1:]
    told = [turn.content for turn in question.history if turn.role == "assistant"][-1:]
    return " ".join([*asked, *(" ".join(answer.split()[:_ANSWER_WORDS]) for answer in told)])


def ask_of(
    question: Question, groups: tuple[frozenset[int], ...] = (), also: frozenset[int] = frozenset(), category: str = ""
) -> Ask:
    """A question as it was put, with what was said before it, and in the form that stands alone."""
    alone = standalone(question) if question.history else ""
    return Ask(question.text, groups, also, category, context_of(question), alone)


def news(folder: Path, texts: Path | None = None) -> list[Source]:
    """The articles of a folder (or of `texts`) with their questions, title sentences left out as the reader does."""
    categories = categories_of(folder)
    return [_news_source(file, categories[file.name]) for file in read_folder(folder, texts)]


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
    return ask_of(item.question, groups if item.answerable else (), also, category)


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
            asks.append(Ask(row["question"].strip(), (found,) if found else (), category="squad"))
        sentences += [" ".join(context[start:end].split()) for start, end in spans]
    return Source(Text(name, tuple(sentences), (0,) * len(sentences)), tuple(asks))


def _at(spans: Sequence[tuple[int, int]], start: int) -> int:
    return max(0, bisect_right([span[0] for span in spans], start) - 1)


def merged(sources: Iterable[Source]) -> list[Source]:
    """The sources, those of one text put together."""
    found: dict[str, Source] = {}
    for source in sources:
        before = found.get(source.text.name)
        found[source.text.name] = source if before is None else Source(before.text, (*before.asks, *source.asks))
    return list(found.values())


def pools(path: Path, size: int, dice: random.Random) -> list[Source]:
    """Single passages of a file in SQuAD's format, in random order, `size` of them put together as one text."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        paragraphs = [p for article in json.load(stream)["data"] for p in article["paragraphs"] if p["qas"]]
    dice.shuffle(paragraphs)
    made: list[Source] = []
    for number, at in enumerate(range(0, len(paragraphs), size)):
        taken = paragraphs[at : at + size]
        whole = _squad_source(f"{path.stem}-{number}", taken)
        counts = [len(sentence_spans(paragraph["context"])) for paragraph in taken]
        blocks = tuple(block for block, count in enumerate(counts) for _ in range(count))
        made.append(Source(Text(whole.text.name, whole.text.sentences, blocks), whole.asks))
    return made


def some(sources: Sequence[Source], questions: int, dice: random.Random) -> list[Source]:
    """Sources taken at random until they have so many questions."""
    order = list(sources)
    dice.shuffle(order)
    taken: list[Source] = []
    while order and sum(len(source.asks) for source in taken) < questions:
        taken.append(order.pop(0))
    return taken
