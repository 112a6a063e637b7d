"""Evidence to claims: which sentences to quote, in article order, in the article's own words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from bot.answer import Citation, Claim
from bot.reader import Evidence
from index import Article

SHARE_OF_BEST, SHARE_OF_SEVERAL = 0.5, 0.2
"""A further sentence is quoted when its support is at least this share of the best one's; the second, where a question
asks for several things."""

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


def share_for(question: str) -> float:
    """How much of the best support a further quote must have: less where the question asks for several things.

    Of 127 questions about news that have one of the words, 52 % need more than one quote; of 271 others, 11 %.
    """
    return SHARE_OF_SEVERAL if _SEVERAL.search(question) else SHARE_OF_BEST


def select(
    evidence: Sequence[Evidence], articles: Mapping[str, Article], most: int, question: str = ""
) -> list[Evidence]:
    """The evidence to quote, at most `most`, in article order. `evidence` is best first; the best is always in."""
    share = share_for(question)
    chosen: list[Evidence] = []
    said: list[str] = []
    for item in evidence:
        if len(chosen) == most or (chosen and item.score < share * chosen[0].score):
            break
        text = articles[item.article].text[item.start : item.end]
        if all(fuzz.ratio(text, other) < SAME for other in said):
            chosen.append(item)
            said.append(text)
    return sorted(chosen, key=lambda item: (item.article, item.start))


def quote(chosen: Sequence[Evidence], articles: Mapping[str, Article]) -> Draft:
    """One claim a sentence: the sentence itself."""
    citations = tuple(articles[item.article].cite(item.start, item.end, score=item.score) for item in chosen)
    claims = tuple(Claim(text=citation.quote, citations=(n,)) for n, citation in enumerate(citations, start=1))
    return Draft(claims, citations)
