"""Question files for fitting: an article and, beside it, a JSONL of questions with their evidence.

One object a line: `question`, `history` (turns with role and content), `category`, `answerable`, `evidence` (groups of
alternatives; each a sentence of the article or a piece of one) and `also` (further sentences that count neither way).
Gold cases become the same with `labelled`.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot import Question
from evals.cases import GoldSet, GoldSpan
from index import Article, SourceError, load
from index.markdown import read_markdown

_ARTICLE_SUFFIXES = (".md", ".txt")


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question with the numbers of the sentences that answer it, group by group."""

    question: Question
    answerable: bool
    groups: tuple[frozenset[int], ...]
    also: frozenset[int]

    @property
    def evidence(self) -> frozenset[int]:
        """Every sentence that is evidence, in whatever group."""
        return frozenset().union(*self.groups)


@dataclass(frozen=True, slots=True)
class QuestionFile:
    """An article and its labelled questions."""

    name: str
    article: Article
    questions: tuple[LabelledQuestion, ...]


def labelled(gold: GoldSet) -> QuestionFile:
    """Gold cases with the numbers of the sentences that their spans stand in."""

    def numbers(spans: Sequence[GoldSpan]) -> frozenset[int]:
        return frozenset(
            s.index for s in gold.article.sentences for span in spans if s.start < span.end and span.start < s.end
        )

    questions = [
        LabelledQuestion(
            Question.of({"question": case.question, "history": case.turns}),
            case.answerable,
            tuple(numbers(group) for group in case.evidence),
            numbers(case.acceptable),
        )
        for case in gold.cases
    ]
    return QuestionFile(gold.article.id, gold.article, tuple(questions))


def read_folder(folder: Path, texts: Path | None = None) -> Iterator[QuestionFile]:
    """The question files of a folder, each with the article beside it or in `texts`.

    Raises `SourceError` for a question whose evidence is not in its article.
    """
    for path in sorted(folder.glob("*.jsonl")):
        places = [folder, *([texts] if texts else [])]
        homes = [place / f"{path.stem}{suffix}" for place in places for suffix in _ARTICLE_SUFFIXES]
        where = next((home for home in homes if home.exists()), None)
        if where is None:
            raise SourceError(f"{path}: there is no article {path.stem}.md or .txt beside it")
        article = load(where)
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        yield QuestionFile(path.stem, article, tuple(_labelled(article, row, path) for row in rows))


def _labelled(article: Article, row: dict[str, Any], path: Path) -> LabelledQuestion:
    groups = [frozenset(n for piece in group for n in _sentences(article, piece)) for group in row["evidence"]]
    if row["answerable"] and not (groups and all(groups)):
        raise SourceError(f"{path}: the evidence of {row['question']!r} is not in the article")
    also = frozenset(n for piece in row.get("also", []) for n in _sentences(article, piece))
    return LabelledQuestion(Question.of(row), row["answerable"], tuple(groups), also)


def _sentences(article: Article, piece: str) -> list[int]:
    """The sentences that a piece of text stands in, or that stand in it; its markup does not count."""
    shown = " ".join(block.text for block in read_markdown(piece).blocks).strip("*[").strip()
    shown = shown.removesuffix("*")
    return [
        sentence.index
        for sentence in article.sentences
        if shown in (text := article.quote(sentence)) or (len(text) > 20 and text in shown)
    ]
