"""Names of a claim that its evidence does not have: capitalised words, whole, in part, as initials, as a people."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from bot.figures import DATE_NAMES, figures
from index.lexical import stems

_TOKEN = re.compile(r"[^\W\d_][\w]*(?:[’'.&-][\w]+)*")
_LETTERS = re.compile(r"[\w]+")
_PEOPLE = ("ish", "an", "ans", "ian", "ians", "ese", "ch", "i", "is", "ic", "ean", "eans", "s")
_COMMON = frozenset(
    """
    mr mrs ms miss dr prof sir lady lord ceo i im ive id ill ok okay yes no chief executive president professor
    according overall instead despite although though however moreover meanwhile also additionally furthermore
    finally since once today now then later earlier still yet even perhaps unlike like within without among amid
    besides regarding concerning given until unless whether either neither nobody everyone everybody someone somebody
    anyone nothing something everything one two three four five six seven eight nine ten many much several few most
    more less all another others each every half both because while whereas when where why how what who whose which
    staff people money management production security work last next first second third new old other these those
    their there they she he it its his her him them we our us you your my the a an this that in on at by of for from
    to with as and but or so if not never after before during under over about around between through against across
    behind beyond near above below up down out off into onto upon per via just only some such any fewer
    """.split()
)
"""Words that may begin a sentence, or stand as a title, and are no names."""

_LONG = 7
"""Letters that a word of a term has at least, whose initials may stand for the term."""

_ENDINGS = ("ing", "ed", "ly", "ion", "ions", "ment", "ments", "ity", "ness", "ers", "ors", "ies", "ous", "ive", "s")
_SENTENCE_END = re.compile(r"[.!?:]\s*[“\"‘’”)]*\s*$|^\W*$|[“\"]\s*$")


def unfounded_names(claim: str, evidence: Sequence[str], article: str = "") -> list[str]:
    """The names of a claim that none of the texts has.

    A word at the start of a sentence is held to be a name unless the article, or English, uses it as a common word.
    """
    known = _Known(evidence)
    return [
        name for name, starts in _names(claim) if not known.has(name) and not (starts and _is_common(name, article))
    ]


def names(text: str) -> list[str]:
    """The capitalised words of a text, those at the start of a sentence too."""
    return [name for name, _ in _names(text)]


def _names(text: str) -> Iterator[tuple[str, bool]]:
    """Each capitalised word, and whether it stands where a sentence begins and no other capital follows it."""
    for match in _TOKEN.finditer(text):
        word = _bare(match.group())
        if not word or not word[0].isupper() or word.casefold() in _COMMON | DATE_NAMES:
            continue
        starts = _SENTENCE_END.search(text[: match.start()]) is not None
        if starts and figures(word.split("-")[0]):
            continue  # `Fifty-eight`, `Seventeen-year-old`
        followed = re.match(r"\s+[A-Z]\w", text[match.end() :]) is not None and not word.endswith("ing")
        yield word, starts and not followed and not match.group().endswith(("’s", "'s"))


def _bare(word: str) -> str:
    return re.sub(r"[’']s?$", "", re.sub(r"(?<=\w)[’']s$", "", word)).strip(".’'-")


def _is_common(word: str, article: str) -> bool:
    """Whether a capitalised word at the start of a sentence is a common word, as far as can be told."""
    if word.casefold().endswith(_ENDINGS) and not re.search(rf"\w {re.escape(word)}\b", article):
        return True
    return any(stem in _common_stems(article) for stem in stems(word))


@lru_cache(maxsize=64)
def _common_stems(article: str) -> frozenset[str]:
    """The stems of the words that an article writes small."""
    return frozenset(stems(" ".join(word for word in _LETTERS.findall(article) if word.islower())))


class _Known:
    """The names and words of some texts, as names may be called by them."""

    def __init__(self, texts: Sequence[str]) -> None:
        tokens = [_bare(match.group()) for text in texts for match in _TOKEN.finditer(text)]
        self._words = {token.casefold().replace(".", "") for token in tokens}
        self._words |= {part.casefold() for token in tokens for part in _LETTERS.findall(token)}
        self._capitals = {token.casefold() for token in tokens if token[:1].isupper()}
        self._initials = {found for text in texts for found in [*_initials(text), *_initials_of_terms(text)]}

    def has(self, name: str) -> bool:
        """Whether a name is among them: whole, each of its parts, as initials or as a people's name."""
        whole = name.casefold().replace(".", "")
        parts = [part.casefold() for part in _LETTERS.findall(name)]
        if whole in self._words or all(self._has_word(part) for part in parts):
            return True
        return whole in self._initials or (len(parts) == 1 and self._is_people(whole))

    def _has_word(self, word: str) -> bool:
        return word in self._words or word.removesuffix("s") in self._words or f"{word}s" in self._words

    def _is_people(self, word: str) -> bool:
        """Whether it is to a known name what `Scottish` is to `Scotland`, the one way or the other."""
        for known in self._capitals:
            shared = len(_shared_start(word, known))
            ends = word[shared:] in ("", *_PEOPLE) or known[shared:] in ("", *_PEOPLE)
            if shared >= 4 and ends and abs(len(word) - len(known)) <= 4 and shared >= min(len(word), len(known)) - 3:
                return True
        return False


def _initials(text: str) -> Iterator[str]:
    """The initials of each run of capitalised words; small words within a run may be left out."""
    for run in re.findall(r"[A-Z][\w’'-]*(?:\s+(?:of|and|the|for|&)?\s*[A-Z][\w’'-]*)+", text):
        capitals = [word[0] for word in re.findall(r"[A-Z][\w’'-]*", run)]
        for start in range(len(capitals)):
            for end in range(start + 2, len(capitals) + 1):
                yield "".join(capitals[start:end]).casefold()


def _initials_of_terms(text: str) -> Iterator[str]:
    """The initials of long words side by side, as of a term that is written small: `artificial intelligence`."""
    words = _LETTERS.findall(text.casefold())
    for at in range(len(words)):
        for end in range(at + 2, min(at + 5, len(words) + 1)):
            if all(len(word) >= _LONG for word in words[at:end]):
                yield "".join(word[0] for word in words[at:end])


def _shared_start(one: str, other: str) -> str:
    length = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one[:length]
