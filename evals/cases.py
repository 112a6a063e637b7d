"""Gold cases: questions about an article with the spans that answer them, or with why nothing does.

A gold file is JSONL, one case a line. Its article lies beside it (`harbour-ferry.md` beside
`harbour-ferry.dev.jsonl`), or is the shipped one. Evidence is a list of groups, all of which are needed; a group is a
list of alternatives, each of which suffices. Spans are code points of the article's canonical text.
"""

import hashlib
import logging
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot import Turn
from evals.errors import EvalError
from index import Article, load

Split = Literal["dev", "heldout"]
Category = Literal[
    "factoid",
    "number",
    "who_said",
    "why_how",
    "multi",
    "both_sides",
    "yes_no",
    "comparison",
    "negation",
    "vague",
    "casual",
    "typo",
    "keywords",
    "follow_up",
    "pronoun",
    "ellipsis",
    "topic_shift",
    "near_miss",
    "false_premise",
    "off_topic",
    "injection",
    "feedback",
]
CATEGORIES: tuple[Category, ...] = get_args(Category)
EASY: frozenset[Category] = frozenset({"off_topic", "injection"})
"""Unanswerable cases that have nothing to do with the article; the others are written to mislead."""

FindArticle = Callable[[str, str], Article | None]
"""From the id of an article and the hash of its text to the article, where it is at hand."""

log = logging.getLogger(__name__)

_ARTICLE_SUFFIXES = (".md", ".txt", ".html", ".pdf")


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class GoldSpan(_Value):
    """A span of the article and the text that stands there."""

    start: int
    end: int
    text: str


class Exchange(_Value):
    """An earlier question and what was answered."""

    q: str
    a: str


class Case(_Value):
    """One question with what a careful reader of the article would point at."""

    id: str = Field(min_length=1)
    v: int = Field(default=1, description="raised when the case is changed")
    split: Split = "dev"
    doc: str = Field(description="id of the article")
    doc_sha256: str = Field(description="SHA-256 of its canonical text")
    category: tuple[Category, ...] = Field(min_length=1)
    smoke: bool = Field(default=False, description="this one must always pass")
    history: tuple[Exchange, ...] = ()
    question: str = Field(min_length=1)
    answerable: bool
    evidence: tuple[tuple[GoldSpan, ...], ...] = ()
    acceptable: tuple[GoldSpan, ...] = Field(default=(), description="spans that count neither for nor against")
    answers: tuple[str, ...] = ()
    must_contain: tuple[tuple[str, ...], ...] = Field(default=(), description="one of each group must be said")
    must_not_contain: tuple[str, ...] = ()
    why_unanswerable: str | None = None
    author: str = ""
    reviewed_by: str = ""
    note: str = ""
    needs_review: bool = Field(
        default=False, description="a reader's word without a passage: kept, and not asked before somebody completes it"
    )

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The history as the bot takes it."""
        pairs = ((Turn(role="user", content=one.q), Turn(role="assistant", content=one.a)) for one in self.history)
        return tuple(turn for pair in pairs for turn in pair)

    @property
    def easy(self) -> bool:
        """Whether it is unanswerable and has nothing to do with the article."""
        return not self.answerable and bool(EASY & set(self.category))


@dataclass(frozen=True, slots=True)
class GoldSet:
    """The cases of one article."""

    article: Article
    cases: tuple[Case, ...]


def gold_folder() -> Path:
    """Where the gold sets of the project lie."""
    return Path(str(files("evals") / "gold"))


def shipped_gold(split: Split | None = "dev") -> list[GoldSet]:
    """The project's own gold sets; of one split, or of both."""
    paths = sorted(gold_folder().glob("*.jsonl"))
    return [gold for path in paths if (gold := read_gold(path, split)).cases]


def read_gold(path: Path, split: Split | None = None) -> GoldSet:
    """The cases of a gold file with their article. Raises `EvalError` naming the first line that is wrong."""
    cases = read_cases(path)
    docs = sorted({case.doc for case in cases})
    if len(docs) != 1:
        raise EvalError(f"{path}: a gold file is about one article, not {len(docs)} ({', '.join(docs)})")
    return _gold_set(path, cases, _article_of(path, docs[0]), split)


def read_gold_sets(path: Path, find: FindArticle, split: Split | None = None) -> list[GoldSet]:
    """The cases of a file about several articles, as readers' feedback is, article by article. Raises `EvalError`.

    An article that does not lie beside the file is asked of `find`. Cases that wait for review, and those whose article
    is nowhere (any more), are left out, and a warning says how many.
    """
    cases = read_cases(path)
    ready = [case for case in cases if not case.needs_review]
    if len(ready) < len(cases):
        log.warning("%s: %d of %d cases wait for review and are not asked", path, len(cases) - len(ready), len(cases))
    if not ready:
        raise EvalError(f"{path}: no case can be asked before it is reviewed")
    found, missing = [], []
    for doc, sha256 in dict.fromkeys((case.doc, case.doc_sha256) for case in ready):
        about = [case for case in ready if (case.doc, case.doc_sha256) == (doc, sha256)]
        article = _as_it_was(_beside(path, doc), sha256) or find(doc, sha256)
        if article is None:
            missing.append(f"{len(about)} about {doc}")
        else:
            found.append(_gold_set(path, about, article, split))
    if missing and not found:
        article = _article_of(path, ready[0].doc, "nor in the index as it was: article-bot index add")
        _gold_set(path, ready, article, split)  # tells that it is another text
    if missing:
        log.warning("%s: left out, their article is not there as it was: %s", path, ", ".join(missing))
    return [part for part in found if part.cases]


def _as_it_was(article: Article | None, sha256: str) -> Article | None:
    return article if article and article.sha256 == sha256 else None


def _gold_set(path: Path, cases: Sequence[Case], article: Article, split: Split | None) -> GoldSet:
    checked = [case for case in cases if not case.needs_review]
    if wrong := next(problems(checked, article), None):
        raise EvalError(f"{path}: {wrong}")
    return GoldSet(article, tuple(case for case in checked if split in (None, case.split)))


def read_cases(path: Path) -> list[Case]:
    """The cases of a file, each checked by itself. Raises `EvalError`."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")  # a question may hold other line ends
    except (OSError, ValueError) as error:
        raise EvalError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from error
    cases: list[Case] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            cases.append(Case.model_validate_json(line))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"]) or "the line"
            raise EvalError(f"{path}:{number}: {where}: {first['msg']}") from error
    if not cases:
        raise EvalError(f"{path} has no cases in it")
    return cases


def problems(cases: Sequence[Case], article: Article) -> Iterator[str]:
    """What is wrong with cases about an article, a line each."""
    for what, count in Counter(case.id for case in cases).items():
        if count > 1:
            yield f"{what}: {count} cases have this id"
    for what, count in Counter(asked(case) for case in cases).items():
        if count > 1:
            yield f"{count} cases ask {what!r}"
    for case in cases:
        yield from (f"{case.id}: {wrong}" for wrong in _problems(case, article))


def asked(case: Case) -> str:
    """What a case asks, for finding two that ask the same."""
    words = [one.q for one in case.history] + [case.question]
    return " / ".join(" ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())) for text in words)


def dataset_sha256(cases: Iterable[Case]) -> str:
    """A hash of cases, whatever their order."""
    dumps = sorted(case.model_dump_json(exclude={"needs_review"}) for case in cases)
    return hashlib.sha256("\n".join(dumps).encode()).hexdigest()


def _problems(case: Case, article: Article) -> Iterator[str]:
    if case.doc_sha256 != article.sha256:
        yield f"the text of {article.id} is not the one that it was written for: place its spans again"
        return
    for span in (*case.acceptable, *(span for group in case.evidence for span in group)):
        if not (0 <= span.start < span.end and article.text[span.start : span.end] == span.text and span.text.strip()):
            yield f"[{span.start}, {span.end}) is {article.text[span.start : span.end]!r}, not {span.text!r}"
    if case.answerable != bool(case.evidence) or not all(case.evidence):
        yield "an answerable case has evidence, and no empty group; an unanswerable one has none"
    if case.answerable == bool(case.why_unanswerable):
        yield "an unanswerable case says why, an answerable one does not"
    if bool(case.history) != ("follow_up" in case.category):
        yield "a case with a history is a follow_up, and no other is"
    if len(set(case.category)) < len(case.category):
        yield "a category is named twice"


def _article_of(path: Path, doc: str, nor: str = "") -> Article:
    article = _beside(path, doc)
    if article is None:
        raise EvalError(f"{path}: there is no article {doc}.md, .txt, .html or .pdf beside it{nor and f', {nor}'}")
    return article


def _beside(path: Path, doc: str) -> Article | None:
    """The article that lies beside a gold file, or is the shipped one."""
    beside = [path.parent / f"{doc}{suffix}" for suffix in _ARTICLE_SUFFIXES]
    places = [*beside, Path(str(files("seeds") / f"{doc}.md"))]
    found = next((place for place in places if place.is_file()), None)
    return load(found, article_id=doc) if found else None
