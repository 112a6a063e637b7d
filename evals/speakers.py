"""`python -m evals.speakers`: who said it, measured on hand-marked quotations and reported statements.

One object a line: `article`, `text` (a few words that stand once in it), `speaker` (the name in full, a description
where the article gives no name, null where nobody is said to speak), `kind` (direct or reported) and `split` (dev:
read while the rules were written; heldout: marked before the rules were run on it). What counts is the speaker of the
sentence that the words stand in.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table

from index import Article, SourceError, load

ROOT = Path(__file__).parents[1]
GOLD = ROOT / "evals" / "gold" / "speakers"
_HOMES = (GOLD, GOLD.parent, ROOT / "seeds")
_SUFFIXES = (".md", ".txt")
_DETERMINERS = ("the ", "a ", "an ", "one ", "its ", "his ", "her ")

Outcome = Literal["right", "wrong", "missed"]


@dataclass(frozen=True, slots=True)
class Marked:
    """A quotation or reported statement, and who says it."""

    article: str
    text: str
    speaker: str | None
    kind: Literal["direct", "reported"]
    split: Literal["dev", "heldout"]


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of one of them: `found` is the speaker that the article's sentence has."""

    marked: Marked
    found: str | None

    @property
    def outcome(self) -> Outcome:
        """`wrong` where another is named, or somebody where nobody speaks; `missed` where nobody is named."""
        if same_speaker(self.found, self.marked.speaker):
            return "right"
        return "missed" if self.found is None else "wrong"


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts over some judged statements."""

    right: int
    wrong: int
    missed: int
    known: int
    named: int

    @classmethod
    def of(cls, judged: Sequence[Judged]) -> "Tally":
        """`known`: those with a speaker in the gold; `named`: those of them that got a name."""
        outcomes = [one.outcome for one in judged]
        known = [one for one in judged if one.marked.speaker is not None]
        named = sum(one.found is not None for one in known)
        return cls(outcomes.count("right"), outcomes.count("wrong"), outcomes.count("missed"), len(known), named)

    @property
    def total(self) -> int:
        """All of them."""
        return self.right + self.wrong + self.missed

    @property
    def accuracy(self) -> float:
        """Share that is right: the right name, or none where nobody speaks."""
        return self.right / self.total if self.total else 0.0

    @property
    def coverage(self) -> float:
        """Share of those with a known speaker that got one, right or wrong."""
        return self.named / self.known if self.known else 0.0


def read_gold(folder: Path = GOLD) -> list[Marked]:
    """The marked statements, file by file. Raises `SourceError` for a line that is none."""
    found = []
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                found.append(Marked(**json.loads(line)))
            except (ValueError, TypeError) as error:
                raise SourceError(f"{path.name}, line {number}: this marks no statement: {error}") from error
    return found


def judge(marked: Iterable[Marked]) -> Iterator[Judged]:
    """Each statement with the speaker that is found. Raises `SourceError` where its words are not there once."""
    articles: dict[str, Article] = {}
    for one in marked:
        if one.article not in articles:
            articles[one.article] = load(_home(one.article))
        article = articles[one.article]
        at = article.text.find(one.text)
        if at < 0 or article.text.find(one.text, at + 1) >= 0:
            raise SourceError(f"{one.article}: {one.text!r} does not stand there once")
        sentence = article.sentence_at(at)
        yield Judged(one, sentence.speaker if sentence else None)


def same_speaker(one: str | None, other: str | None) -> bool:
    """Whether two names are the same. A description (in lower case) may be given whole or in part, `the` aside.

    >>> same_speaker("two people who were present", "two people"), same_speaker("Jack Dorsey", "Jack")
    (True, False)
    """
    if one is None or other is None:
        return one is other
    if one[:1].islower() and other[:1].islower():
        shorter, longer = sorted((_bare(one), _bare(other)), key=len)
        return f" {shorter} " in f" {longer} "
    return one == other


def _bare(name: str) -> str:
    return next((name.removeprefix(word) for word in _DETERMINERS if name.startswith(word)), name)


def _home(article: str) -> Path:
    places = (folder / f"{article}{suffix}" for folder in _HOMES for suffix in _SUFFIXES)
    found = next((place for place in places if place.exists()), None)
    if found is None:
        raise SourceError(f"there is no article {article} for its marked statements")
    return found


def main(
    split: Annotated[str, typer.Option(help="dev or heldout; both where none is named")] = "",
    errors: Annotated[bool, typer.Option(help="list what is not right")] = False,
) -> None:
    """Print how many speakers are right, by article and split."""
    judged = list(judge(one for one in read_gold() if split in ("", one.split)))
    table = Table(title=f"{len(judged)} quotations and reported statements")
    for heading in ("article", "split", "right", "wrong", "missed", "accuracy", "coverage"):
        table.add_column(heading, justify="left" if heading in ("article", "split") else "right")
    for article, of in dict.fromkeys((one.marked.article, one.marked.split) for one in judged):
        _row(table, article, of, [one for one in judged if one.marked.article == article])
    for of in dict.fromkeys(one.marked.split for one in judged):
        for kind in ("direct", "reported"):
            _row(table, f"all {kind}", of, [j for j in judged if j.marked.split == of and j.marked.kind == kind])
        _row(table, "all", of, [one for one in judged if one.marked.split == of])
    console = Console(width=120)
    console.print(table)
    for one in judged if errors else ():
        if one.outcome != "right":
            marked = one.marked
            console.print(f"{one.outcome} {marked.article}: {marked.text!r}: {one.found!r}, not {marked.speaker!r}")


def _row(table: Table, name: str, split: str, judged: Sequence[Judged]) -> None:
    tally = Tally.of(judged)
    counts = [str(count) for count in (tally.right, tally.wrong, tally.missed)]
    table.add_row(name, split, *counts, f"{tally.accuracy:.3f}", f"{tally.coverage:.3f}")


if __name__ == "__main__":
    typer.run(main)
