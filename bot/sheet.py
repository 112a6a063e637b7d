"""The numbered sentences that a chat model is shown, and the sentence that a number stands for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.reader import Evidence
from index import Article, Sentence

MOST_EVIDENCE = 10
"""How many of the reader's best sentences are shown with their neighbours."""

SHARE_OF_BEST = 0.02
"""The support that one of them needs at least, as a share of the best one's."""


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence with its number, as it is shown and as it is cited."""

    number: int
    article: Article
    sentence: Sentence
    score: float | None

    @property
    def text(self) -> str:
        """The sentence, as it stands in the article."""
        return self.article.quote(self.sentence)

    def shown(self) -> str:
        """The line that a model sees: one line whatever the article holds, and no tag in it."""
        words = " ".join(self.text.replace("<", "‹").replace(">", "›").split())
        said = f" ({self.sentence.speaker} speaking)" if self.sentence.speaker else ""
        return f"[{self.number}]{said} {words}"


@dataclass(frozen=True)
class Sheet:
    """Sentences in article order, numbered."""

    lines: tuple[Line, ...]

    @cached_property
    def _by_number(self) -> dict[int, Line]:
        return {line.number: line for line in self.lines}

    @cached_property
    def scores(self) -> dict[tuple[str, int], float | None]:
        """The reader's support for each sentence, by article and start."""
        return {(line.article.id, line.sentence.start): line.score for line in self.lines}

    def line(self, number: int) -> Line | None:
        """The line with that number; None where there is none."""
        return self._by_number.get(number)

    def shown(self) -> str:
        """All lines; several articles each under their title."""
        articles = list(dict.fromkeys(line.article.id for line in self.lines))
        parts = []
        for name in articles:
            lines = [line for line in self.lines if line.article.id == name]
            title = [f"Article: {' '.join(lines[0].article.title.split())}"] if len(articles) > 1 else []
            parts.append("\n".join([*title, *(line.shown() for line in lines)]))
        return "\n\n".join(parts)


def tokens_of(text: str) -> int:
    """About how many tokens a text is, rather too many than too few: a third of its bytes."""
    return len(text.encode(errors="replace")) // 3 + 1


def evidence_sheet(evidence: Sequence[Evidence], articles: Mapping[str, Article], most_tokens: int) -> Sheet:
    """The best evidence with the sentence before and after each, as far as there is room."""
    scores = {(item.article, item.start): item.score for item in evidence}
    chosen: dict[tuple[str, int], Sentence] = {}
    used = 0
    for item in evidence[:MOST_EVIDENCE]:
        if chosen and item.score < SHARE_OF_BEST * evidence[0].score:
            break
        for sentence in _with_neighbours(articles[item.article], item.start):
            key = (item.article, sentence.start)
            size = tokens_of(articles[item.article].quote(sentence)) + 8
            if key not in chosen and (used + size <= most_tokens or not chosen):
                chosen[key] = sentence
                used += size
    return _numbered([(articles[name], chosen[name, start]) for name, start in sorted(chosen)], scores)


def article_sheet(evidence: Sequence[Evidence], articles: Mapping[str, Article], most_tokens: int) -> Sheet | None:
    """All sentences of the articles; None where they are more than there is room for."""
    pairs = [(article, sentence) for _, article in sorted(articles.items()) for sentence in article.sentences]
    sheet = _numbered(pairs, {(item.article, item.start): item.score for item in evidence})
    return sheet if pairs and tokens_of(sheet.shown()) <= most_tokens else None


def _numbered(pairs: Iterable[tuple[Article, Sentence]], scores: Mapping[tuple[str, int], float]) -> Sheet:
    return Sheet(
        tuple(
            Line(number, article, sentence, scores.get((article.id, sentence.start)))
            for number, (article, sentence) in enumerate(pairs, start=1)
        )
    )


def _with_neighbours(article: Article, start: int) -> list[Sentence]:
    """The sentence at an offset first, then those beside it in its section."""
    sentence = article.sentence_at(start)
    if sentence is None:
        return []
    beside = [
        article.sentences[at] for at in (sentence.index - 1, sentence.index + 1) if 0 <= at < len(article.sentences)
    ]
    return [sentence, *(one for one in beside if one.section == sentence.section and one.kind == sentence.kind)]
