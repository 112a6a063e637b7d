"""Public sets in the format of SQuAD 2.0 (Rajpurkar, Jia and Liang 2018): index the whole article, ask its questions.

The gold is the sentence that holds the answer. Questions that people wrote to have no answer are the misleading
negatives; questions about the other articles of the file are the easy ones.
"""

import gzip
import json
import random
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from evals.cases import Case, GoldSet, GoldSpan
from evals.errors import EvalError
from index import Article, SourceError
from index.blocks import Block, Source
from index.canonical import build
from index.load import slug
from index.text import clean

SEED = 0

Part = tuple[Article, list[Case]]


def read_squad(path: Path, most: int | None = None) -> list[GoldSet]:
    """The articles of a file (`.json` or `.json.gz`) as gold sets, `most` questions in all. Raises `EvalError`."""
    data = _read(path)
    try:
        parts = [_article_and_cases(entry) for entry in data]
    except (KeyError, TypeError, AttributeError, SourceError) as error:
        raise EvalError(f"{path} is not in the format of SQuAD 2.0: {error!r}") from error
    picked = random.Random(SEED)  # noqa: S311  # a sample, no secret
    kept = _sample(parts, most, picked)
    return [GoldSet(article, (*cases, *_foreign(article, cases, kept, picked))) for article, cases in kept]


def _read(path: Path) -> list[Any]:
    try:
        raw = path.read_bytes()
        text = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
        data = json.loads(text)["data"]
    except OSError as error:
        raise EvalError(f"{path} cannot be read: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError, EOFError, RecursionError, zlib.error) as error:
        raise EvalError(f"{path} is not in the format of SQuAD 2.0: {error!r}") from error
    if not isinstance(data, list) or not data:
        raise EvalError(f"{path} is not in the format of SQuAD 2.0: there are no articles in it")
    return data


def _article_and_cases(entry: dict[str, Any]) -> Part:
    title = clean(entry["title"].replace("_", " "))
    contexts = [paragraph["context"] for paragraph in entry["paragraphs"]]
    blocks = [Block("heading", title, 1), *(Block("paragraph", clean(context)) for context in contexts)]
    article = build(Source(tuple(blocks)), slug(entry["title"]))
    cases: list[Case] = []
    at = 0
    for paragraph in entry["paragraphs"]:
        shown = clean(paragraph["context"])
        start = article.text.find(shown, at)
        if start < 0:  # joined to another, or taken for a heading
            continue
        at = start + len(shown)
        cases += _cases(paragraph, article, start)
    return article, cases


def _cases(paragraph: dict[str, Any], article: Article, start: int) -> Iterator[Case]:
    for asked in paragraph["qas"]:
        question = clean(asked["question"])
        if not question:
            continue
        if asked.get("is_impossible"):
            yield _unanswerable(article, f"{asked['id']}", question, "near_miss", "written to have no answer")
            continue
        spans = {_sentences(paragraph["context"], answer, article, start) for answer in asked["answers"]}
        if found := tuple(sorted(spans - {None}, key=lambda span: span.start if span else 0)):
            yield Case(
                id=str(asked["id"]),
                doc=article.id,
                doc_sha256=article.sha256,
                category=("factoid",),
                question=question,
                answerable=True,
                evidence=(tuple(span for span in found if span),),
                answers=tuple(dict.fromkeys(clean(answer["text"]) for answer in asked["answers"])),
            )


def _sentences(context: str, answer: dict[str, Any], article: Article, start: int) -> GoldSpan | None:
    """The sentence or sentences that hold an answer; None where the answer does not stand where it is said to.

    White space before it may have gone from the canonical text.
    """
    before, words = context[: answer["answer_start"]], clean(answer["text"])
    at = start + len(clean(before)) + (1 if before[-1:].isspace() and before.strip() else 0)
    first, last = article.sentence_at(at), article.sentence_at(at + max(0, len(words) - 1))
    if first is None or last is None or article.text[at : at + len(words)] != words:
        return None
    return GoldSpan(start=first.start, end=last.end, text=article.text[first.start : last.end])


def _unanswerable(article: Article, identity: str, question: str, category: Any, why: str) -> Case:
    return Case(
        id=identity,
        doc=article.id,
        doc_sha256=article.sha256,
        category=(category,),
        question=question,
        answerable=False,
        why_unanswerable=why,
    )


def _sample(parts: Sequence[Part], most: int | None, picked: random.Random) -> list[Part]:
    """The articles with `most` of their questions in all, in their order."""
    ids = [case.id for _, cases in parts for case in cases]
    wanted = set(ids if most is None or most >= len(ids) else picked.sample(ids, most))
    kept = [(article, [case for case in cases if case.id in wanted]) for article, cases in parts]
    return [(article, cases) for article, cases in kept if cases]


def _foreign(article: Article, own: Sequence[Case], kept: Sequence[Part], picked: random.Random) -> Iterator[Case]:
    """Questions of other articles, a tenth as many as the article has itself."""
    pool = [case for other, cases in kept if other is not article for case in cases]
    for case in picked.sample(pool, min(len(pool), len(own) // 10)):
        identity = f"{case.id}@{article.id}"
        yield _unanswerable(article, identity, case.question, "off_topic", "asks about another article")
