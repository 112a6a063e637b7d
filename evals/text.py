"""Text as the metrics compare it: words, and quotes with the differences that a reader would not call one."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache

from bot.features import names_of, words_of
from index.lexical import stems

_WORD = re.compile(r"\w+(?:[’'.,:-]\w+)*")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_SAME = str.maketrans(
    {
        **dict.fromkeys("“”„«»", '"'),
        **dict.fromkeys("‘’‚", "'"),
        **dict.fromkeys("–—−‐‑", "-"),
        **dict.fromkeys("\u00ad\u200b\u2060\ufeff", None),
    }
)


@lru_cache(maxsize=1024)
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


def unsaid(text: str, sources: Sequence[str]) -> tuple[list[str], list[str]]:
    """Numbers and names of a text that stand in none of the sources."""
    numbers = {number for source in sources for number in _NUMBER.findall(source)}
    words = words_of(sources)
    names = [name for name in names_of(text) if not name[:1].isdigit()]
    return [n for n in _NUMBER.findall(text) if n not in numbers], [name for name in names if name not in words]


def supported_share(text: str, sources: Sequence[str]) -> float:
    """Share of a text's content words, by their stems, that stand in one of the sources; 1 where it has none."""
    said = set(stems(text))
    known = {stem for source in sources for stem in stems(source)}
    return len(said & known) / len(said) if said else 1.0


def shared_stems(question: str, sentence: str) -> int:
    """How many content words, by their stems, a question shares with a sentence; names do not count."""
    names = set(stems(" ".join([*names_of(question), *names_of(sentence)])))
    return len((set(stems(question)) & set(stems(sentence))) - names)
