"""Which of the sentences that a statement names bear what it says, so that a name from another one is found out.

A model may name five sentences. `Falk rejected the levy` is then made of one in which somebody rejects it and of one
that has Falk. Names aside, the words of a statement tell which of the sentences it is made of; of the others none may
say who it was, unless it has the rest of a name that is there in part.
"""

import re
from collections.abc import Sequence

from bot.words import FUNCTION_WORDS
from index.lexical import stems

_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*|\d[\d,.]*\d|\d")
_FULL_NAME = re.compile(r"[A-Z][\w’'-]+(?:\s+[A-Z][\w’'-]+)+")


def bearing(claim: str, quotes: Sequence[str]) -> list[int]:
    """The places of the quotes that bear a claim, in order: as few as have all of its words that any of them has.

    All of them, where none has a word of it.
    """
    words = [_content(quote) for quote in quotes]
    left, found = _content(claim.casefold()), list[int]()  # what a quote writes small is no name, however a claim does
    while left:
        best = max(range(len(quotes)), key=lambda at: len(left & words[at]))
        if not left & words[best]:
            break
        found.append(best)
        left -= words[best]
    if not found:
        return list(range(len(quotes)))
    there = " ".join(quotes[at] for at in found)
    return sorted({*found, *(at for at, quote in enumerate(quotes) if _has_rest_of_name(claim, quote, there))})


def _content(text: str) -> set[str]:
    """The stems of the words that are no names and no function words, and the numbers."""
    words = (word for word in _WORD.findall(text) if not word[0].isupper() and word not in FUNCTION_WORDS)
    return {found[0] for word in words if (found := stems(word))}


def _has_rest_of_name(claim: str, quote: str, there: str) -> bool:
    """Whether a quote has a name of the claim in full, of which the others have a part."""
    return any(
        name in quote and any(re.search(rf"(?<!\w){re.escape(part)}(?!\w)", there) for part in name.split())
        for name in _FULL_NAME.findall(claim)
    )
