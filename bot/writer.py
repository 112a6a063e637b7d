"""Evidence to claims: which sentences to quote, in article order, in the article's own words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from bot.answer import Citation, Claim
from bot.reader import Evidence
from index import Article

SHARE_OF_BEST, SHARE_OF_SEVERAL, SHARE_BESIDE = 0.5, 0.25, 0.2
"""A further sentence is quoted when its support is at least this share of the best one's: in general, where a question
asks for several things, and where it stands beside the best one."""

SAME = 90
"""Two sentences this alike (rapidfuzz ratio, 0 to 100) say the same; only the better one is quoted."""


_SEVERAL = re.compile(
    r"\b(?:and|or|both|each|either|respectively|versus|vs|compare|differ|difference|reasons|ways|all|list|two|three|"
    r"several|various|sides?)\b|, ",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Draft:
    """The claims of an answer and the citations that they number."""

    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]


def share_for(question: str, *, beside: bool) -> float:
    """How much of the best support a further quote must have, for a sentence beside the best one or elsewhere.

    Of 127 questions about news that have a word for several things, 52 % need more than one quote; of 271 others, 11 %.
    """
    several = SHARE_OF_SEVERAL if _SEVERAL.search(question) else SHARE_OF_BEST
    return min(several, SHARE_BESIDE) if beside else several


def select(
    evidence: Sequence[Evidence], articles: Mapping[str, Article], most: int, question: str = ""
) -> list[Evidence]:
    """The evidence to quote, at most `most`, in article order. `evidence` is best first; the best is always in."""
    chosen: list[Evidence] = []
    said: list[str] = []
    for item in evidence:
        if len(chosen) == most or (chosen and item.score < SHARE_BESIDE * chosen[0].score):
            break
        text = articles[item.article].text
        beside = bool(chosen) and _beside(item, chosen[0], text)
        if chosen and item.score < share_for(question, beside=beside) * chosen[0].score:
            continue
        shown = text[item.start : item.end]
        if all(fuzz.ratio(shown, other) < SAME for other in said):
            chosen.append(item)
            said.append(shown)
    return sorted(chosen, key=lambda item: (item.article, item.start))


def _beside(one: Evidence, other: Evidence, text: str) -> bool:
    """Whether nothing but white space is between two sentences."""
    first, last = sorted((one, other), key=lambda item: item.start)
    return one.article == other.article and not text[first.end : last.start].strip()


def quote(chosen: Sequence[Evidence], articles: Mapping[str, Article]) -> Draft:
    """One claim a sentence: the sentence itself."""
    citations = tuple(articles[item.article].cite(item.start, item.end, score=item.score) for item in chosen)
    claims = tuple(Claim(text=citation.quote, citations=(n,)) for n, citation in enumerate(citations, start=1))
    return Draft(claims, citations)
