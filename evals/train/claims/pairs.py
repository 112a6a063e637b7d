"""What the network is trained on: claims with what they cite, and whether they follow from it."""

import gzip
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path

from bot.entailment import Premise, premise_of
from evals.errors import EvalError
from index import Article, Sentence, load

MOST_CHANGED = 0.6
"""A lie that differs in more of its characters than this from a truth is held to be false as a whole."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim, what it cites, and whether it follows from that.

    `changed` are the spans of the claim, in characters, that make it false, where they are known.
    """

    claim: str
    premise: Premise
    honest: bool
    kind: str
    source: str
    changed: tuple[tuple[int, int], ...] | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement about an article that was written by hand, with the sentences that it names."""

    article: Article
    sentences: tuple[Sentence, ...]
    claim: str
    honest: bool
    kind: str

    @property
    def pair(self) -> Pair:
        """The statement as the network sees it."""
        premise = premise_of([(self.article, sentence) for sentence in self.sentences])
        return Pair(self.claim, premise, self.honest, self.kind, self.article.id)


def statements(folder: Path, texts: Sequence[Path]) -> Iterator[Statement]:
    """The statements of a folder's `NAME.jsonl` about `NAME.md` in one of the folders of texts. Raises `EvalError`."""
    for path in sorted(folder.glob("*.jsonl")):
        text = next((file for place in texts if (file := place / f"{path.stem}.md").exists()), None)
        if text is None:
            raise EvalError(f"no {path.stem}.md in {' or '.join(map(str, texts))}")
        article = load(text)
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            cited = tuple(sentence_with(article, words) for words in row["sentences"])
            yield Statement(article, cited, row["claim"], row["honest"], row["kind"])


def sentence_with(article: Article, words: str) -> Sentence:
    """The one sentence that begins with some words. Raises `EvalError`."""
    found = [one for one in article.sentences if article.quote(one).startswith(words)]
    if len(found) != 1:
        raise EvalError(f"{words!r} begins {len(found)} sentences of {article.id}")
    return found[0]


def misplaced(written: Sequence[Statement], dice: random.Random) -> Iterator[Pair]:
    """Honest statements that name a neighbour of their sentences, or another sentence of the article: not borne out."""
    for one in written:
        if not one.honest or len(one.sentences) > 1:
            continue
        at = one.sentences[0].index
        near = dice.choice([at - 1, at + 1, dice.randrange(len(one.article.sentences))])
        if near != at and 0 <= near < len(one.article.sentences) and one.article.sentences[near].kind != "title":
            premise = premise_of([(one.article, one.article.sentences[near])])
            yield Pair(one.claim, premise, False, "misplaced", one.article.id)


def contrasted(written: Sequence[Statement]) -> Iterator[Pair]:
    """The statements as pairs; where a lie differs in little from an honest one, what differs makes it false."""
    honest = defaultdict(list)
    for one in written:
        if one.honest:
            honest[one.article.id, one.sentences[0].index].append(one.claim)
    for one in written:
        near = [difference(truth, one.claim) for truth in honest[one.article.id, one.sentences[0].index]]
        known = min((spans for spans in near if spans), key=lambda spans: sum(b - a for a, b in spans), default=None)
        few = known is not None and sum(b - a for a, b in known) <= MOST_CHANGED * len(one.claim)
        yield replace(one.pair, changed=known if few and not one.honest else None)


def difference(truth: str, claim: str) -> tuple[tuple[int, int], ...]:
    """The spans of `claim`, word by word, that `truth` has not at that place; where words are missing, the next one."""
    words = [match.span() for match in re.finditer(r"\S+", claim)]
    other = truth.casefold().split()
    mine = [claim[start:end].casefold() for start, end in words]
    spans = []
    for tag, _, _, first, last in SequenceMatcher(a=other, b=mine, autojunk=False).get_opcodes():
        if tag != "equal" and words:
            last = max(last, min(first + 1, len(words)))
            spans.append((words[min(first, len(words) - 1)][0], words[last - 1][1]))
    return tuple(spans)


def plain(article: Article) -> Iterator[Pair]:
    """The sentences of an article as claims that cite themselves."""
    for sentence in article.sentences:
        if sentence.kind != "title":
            yield Pair(article.quote(sentence), premise_of([(article, sentence)]), True, "same", article.id)


def asked(path: Path, most: int, dice: random.Random) -> Iterator[Pair]:
    """QAMR's questions about single sentences, each with its answer, and with that to another question."""
    by_sentence = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            row = json.loads(line)
            by_sentence[row["sentence"]].append((row["question"].strip(), row["answer"].strip()))
    sentences = sorted(by_sentence)
    dice.shuffle(sentences)
    for sentence in sentences[:most]:
        for question, answer in dice.sample(by_sentence[sentence], min(4, len(by_sentence[sentence]))):
            others = [a for _, a in by_sentence[sentence] if not _alike(a, answer)]
            yield Pair(f"{question} {answer}.", Premise(sentence, ""), True, "answer", "qamr")
            if others:
                yield Pair(f"{question} {dice.choice(others)}.", Premise(sentence, ""), False, "other answer", "qamr")


def misled(path: Path, reach: int = 1) -> Iterator[Pair]:
    """SQuAD 2.0's questions with their answers, and those without an answer with what seems to be one."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        data = json.load(stream)["data"]
    for paragraph in (p for article in data for p in article["paragraphs"]):
        for row in paragraph["qas"]:
            bare = row.get("is_impossible", False)
            for answer in (row.get("plausible_answers", []) if bare else row["answers"])[:1]:
                around = _around(paragraph["context"], answer["answer_start"], reach)
                claim = f"{row['question'].strip()} {answer['text']}."
                yield Pair(claim, Premise(around, ""), not bare, "misled" if bare else "answer", "squad")


def _around(context: str, start: int, reach: int) -> str:
    from index.sentences import sentence_spans

    spans = sentence_spans(context)
    at = max(0, sum(span[0] <= start for span in spans) - 1)
    chosen = spans[max(0, at - reach) : at + 1]
    return " ".join(context[chosen[0][0] : chosen[-1][1]].split())


def _alike(one: str, other: str) -> bool:
    first, second = set(one.casefold().split()), set(other.casefold().split())
    return bool(first & second)
