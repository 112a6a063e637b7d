"""Text as the metrics compare it: words, and quotes with the differences that a reader would not call one."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from functools import lru_cache

from bot.features import names_of
from index.lexical import stems

_WORD = re.compile(r"\w+(?:[’'.,:-]\w+)*")
_SAME = str.maketrans(
    {
        **dict.fromkeys("“”„«»", '"'),
        **dict.fromkeys("‘’‚", "'"),
        **dict.fromkeys("–—−‐‑", "-"),
        **dict.fromkeys("\u00ad\u200b\u2060\ufeff", None),
    }
)


def normalised(text: str) -> str:
    """A text for comparison where letters count and typography does not: quotes, dashes, ellipses, spaces, case.

    >>> normalised("“Half–baked”\u00a0…")
    '"half-baked" ...'
    """
    return " ".join(unicodedata.normalize("NFKC", text).translate(_SAME).split()).casefold()


def bare(text: str) -> str:
    """A quote for comparison: `normalised`, without quotation marks and punctuation around it."""
    return normalised(text).strip("\"'.,;:!? ")


def words_in(text: str, start: int, end: int) -> range:
    """Numbers of the words of a text that a span touches."""
    starts, ends = _words(text)
    return range(bisect_right(ends, start), bisect_left(starts, end))


@lru_cache(maxsize=64)
def _words(text: str) -> tuple[list[int], list[int]]:
    spans = [match.span() for match in _WORD.finditer(text)]
    return [start for start, _ in spans], [end for _, end in spans]


def shared_stems(question: str, sentence: str) -> int:
    """How many content words, by their stems, a question shares with a sentence; names do not count."""
    names = set(stems(" ".join([*names_of(question), *names_of(sentence)])))
    return len((set(stems(question)) & set(stems(sentence))) - names)
