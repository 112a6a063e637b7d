"""Questions put to the reader over a real index, for fitting and measuring: what it saw of each."""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.shelf import words_of_articles
from bot.trained import CHUNKS, TrainedReader
from evals.questions import read_folder
from evals.train.data import ask_of, categories_of, squad
from evals.train.fit import Seen
from evals.train.items import Ask
from index import Article, ArticleRetriever, ArticleStore, SentenceEmbeddings
from index.blocks import Block
from index.blocks import Source as Blocks
from index.canonical import build

_PASSAGE = 6
"""Sentences that are put into one paragraph where a file has no paragraphs."""


@dataclass(frozen=True)
class Case:
    """An article of the index and the questions about it, evidence by the article's own sentence numbers."""

    article: Article
    asks: tuple[Ask, ...]
    kind: str


def news_cases(folder: Path, kind: str = "news") -> Iterator[Case]:
    """The articles of a folder with their questions."""
    categories = categories_of(folder)
    for file in read_folder(folder):
        asks = tuple(
            ask_of(item.question, item.groups if item.answerable else (), item.also, category)
            for item, category in zip(file.questions, categories[file.name], strict=True)
        )
        yield Case(file.article, asks, kind)


def squad_cases(path: Path, every: int = 1) -> Iterator[Case]:
    """The articles of a file in SQuAD's format, as whole articles, with every so-manieth question."""
    for source in squad(path):
        sentences = source.text.sentences
        blocks = [Block("paragraph", " ".join(sentences[n : n + _PASSAGE])) for n in range(0, len(sentences), _PASSAGE)]
        article = build(Blocks((Block("heading", source.text.name.replace("_", " "), 1), *blocks)), source.text.name)
        place: dict[str, int] = {}
        for sentence in article.sentences:
            place.setdefault(article.quote(sentence), sentence.index)
        asks = (_moved(ask, sentences, place) for ask in source.asks[::every])
        yield Case(article, tuple(ask for ask in asks if ask is not None), "squad")


def _moved(ask: Ask, sentences: Sequence[str], place: dict[str, int]) -> Ask | None:
    """The question with the article's sentence numbers; None where the article cuts its sentence otherwise."""
    groups = tuple(frozenset(place[sentences[n]] for n in group if sentences[n] in place) for group in ask.groups)
    return Ask(ask.text, groups, category=ask.category) if all(groups) else None


def with_strangers(cases: Sequence[Case], count: int, seed: int) -> list[Case]:
    """The cases, each also asked `count` questions about the others."""
    dice = random.Random(seed)
    made = []
    for case in cases:
        others = [other for other in cases if other is not case]
        strangers = [dice.choice(dice.choice(others).asks) for _ in range(count)]
        foreign = [replace(ask, groups=(), also=frozenset(), category="foreign") for ask in strangers]
        made.append(Case(case.article, (*case.asks, *foreign), case.kind))
    return made


@contextmanager
def indexed(cases: Sequence[Case]) -> Iterator[ArticleStore]:
    """An index of the cases' articles, gone afterwards."""
    with TemporaryDirectory() as home:
        store = ArticleStore(SentenceEmbeddings(), home=Path(home))
        for case in cases:
            store.put(case.article, case.article.id)
        yield store


def put(cases: Sequence[Case], store: ArticleStore, models: Path) -> Iterator[Seen]:
    """Every question of every case, follow-ups in the form that stands alone."""
    view = store.snapshot()
    reader = TrainedReader(view, store.embeddings, models)
    for case in cases:
        retriever = ArticleRetriever(store=store, view=view, articles=(case.article.id,), k=CHUNKS)
        words = words_of_articles(view, [case.article.id])
        number = {sentence.start: sentence.index for sentence in case.article.sentences}
        for ask in case.asks:
            text = ask.standalone
            look = reader.look(text, retriever.invoke(text))
            if look is None:
                continue
            yield Seen(
                article=case.article.id,
                ask=ask,
                kind=case.kind,
                question=text,
                numbers=tuple(number[candidate.start] for candidate in look.candidates),
                texts=tuple(candidate.text for candidate in look.candidates),
                words=words,
                signals=look.signals,
            )
