"""Subjects in a sentence's tokens: names, pronouns, and speakers who are only described (`an adviser there`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from index.speech.tokens import Token
from index.speech.words import (
    BE,
    CLAUSE,
    DETERMINERS,
    DOCUMENTS,
    FEMALE,
    GROUPS,
    MALE,
    PREPOSITIONS,
    REPORTS,
    SAYS,
    is_organisation_noun,
    is_person_noun,
    is_surely_person,
)

_RELATIVE = frozenset("who whose which that where when".split())
VERBS = BE | SAYS | REPORTS | frozenset("has have had will would could can should may might did does do".split())
_SOME = frozenset("one two three four five six seven several some many most all both".split())
_NOBODY = frozenset("few fewer no neither not nobody none what how only even".split())
_MOST_WORDS = 10
_FEW_WORDS = 6
_BARE_WORDS = 4

How = Literal["name", "pronoun", "description"]


@dataclass(frozen=True, slots=True)
class Subject:
    """Who speaks, as the sentence has it: a name's number, a pronoun, or the span of a description.

    `word` is the pronoun, or a description's main word; `proper` when a description begins with a name.
    """

    how: How
    start: int
    end: int
    who: int = -1
    word: str = ""
    proper: bool = False


def named(token: Token) -> Subject:
    """A name as a subject."""
    return Subject("name", token.start, token.end, who=token.who)


def pronoun(token: Token) -> Subject:
    """A pronoun as a subject: `he`, `she`, `it` or `they`, whatever its case."""
    word = "he" if token.low in MALE else "she" if token.low in FEMALE else token.low
    return Subject("pronoun", token.start, token.end, word=word)


def is_plural(head: str) -> bool:
    """Whether the main word of a description stands for several."""
    return head in GROUPS or (head.endswith("s") and not is_person_noun(head) and _may_speak(head))


def clause_start(line: Sequence[Token], end: int, *, quotes: bool = True) -> int:
    """Where the clause in front of token `end` begins; a quotation ends one, unless `quotes` is off."""
    for at in range(end - 1, -1, -1):
        if (quotes and line[at].kind == "quote") or line[at].text in (";", ":"):
            return at + 1
    return 0


def apposed_name(line: Sequence[Token], comma: int) -> Token | None:
    """The name behind a description and a comma: `…, Ann Lee`, `…, the economist Ann Lee`, `…, the Seamen's Union`."""
    if comma >= len(line) or line[comma].text != ",":
        return None
    end = next((at for at in range(comma + 1, len(line)) if line[at].kind in ("mark", "quote")), len(line))
    between = line[comma + 1 : end]
    if not between or between[-1].kind != "name" or between[-1].owner:
        first = between[0] if len(between) > 1 and between[1].low in ("of", "from") else None  # `Ann Lee of the party`
        return first if first and first.kind == "name" and not first.owner else None
    role = between[:-1]
    told = len(role) > 1 and role[0].low in DETERMINERS and is_person_noun(role[-1].low)
    return between[-1] if not role or told or (len(role) == 1 and role[0].low == "the") else None


def described(line: Sequence[Token], first: int, last: int) -> Subject | None:
    """Tokens `[first, last)` where they describe a speaker: `an adviser in the ministry`, `officers`, `Ann's aunt`."""
    part = line[first:last]
    if not part or any(token.kind in ("mark", "quote") for token in part):
        return None
    of = next((at + 1 for at, token in enumerate(part[:3]) if token.low == "of" and part[0].low in _SOME), 0)
    stop = next((at for at, token in enumerate(part) if at > of and token.low in PREPOSITIONS), len(part))
    head = part[stop - 1].low if stop else ""
    if not _may_speak(head) or any(token.low in VERBS for token in part[: stop - 1]):
        return None
    begins = part[0].low in DETERMINERS or (part[0].kind == "name" and len(part) > 1)
    small = (DETERMINERS | CLAUSE | VERBS | _NOBODY) - ({"and"} if part[0].low != "and" else set())
    bare = stop <= _BARE_WORDS and is_plural(head) and all(t.kind == "word" and t.low not in small for t in part[:stop])
    if not (begins or bare):
        return None
    last = next((at for at, token in enumerate(part) if at and token.low in _RELATIVE), len(part))
    while part[last - 1].low in PREPOSITIONS:
        last -= 1
    return Subject("description", part[0].start, part[last - 1].end, word=head, proper=part[0].kind == "name")


def described_from(line: Sequence[Token], first: int) -> Subject | None:
    """The description that begins with token `first`, or the name behind it: `her lawyer, Roland Feist`."""
    end = next((i for i in range(first, len(line)) if line[i].kind in ("mark", "quote")), len(line))
    if name := apposed_name(line, end):
        return named(name)
    return described(line, first, min(end, first + _MOST_WORDS))


def described_up_to(line: Sequence[Token], last: int) -> Subject | None:
    """The description that ends with token `last` and begins a clause."""
    for first in range(max(0, last - _MOST_WORDS), last + 1):
        if first and not (line[first - 1].kind in ("mark", "quote") or line[first - 1].low in CLAUSE | {"even"}):
            continue
        if subject := described(line, first, last + 1):
            return subject
    return None


def opening_description(line: Sequence[Token]) -> Subject | None:
    """The person without a name who begins a sentence: `An adviser in the ministry, who …`; not `The critic is Ann`."""
    if not line or line[0].low not in DETERMINERS:
        return None
    head = next((at for at in range(1, min(_FEW_WORDS, len(line))) if _is_person(line[at].low)), 0)
    if any(token.kind != "word" or token.low in PREPOSITIONS | VERBS for token in line[1:head]):
        return None
    while head and head + 1 < len(line) and _is_person(line[head + 1].low):
        head += 1
    sure = line[0].low != "the" or is_surely_person(line[head].low.removesuffix("s"))
    if not head or not sure or line[head].owner:
        return None
    end = head + 1
    if end < len(line) and line[end].low in PREPOSITIONS - _RELATIVE:
        stops = (i for i in range(end, min(len(line), end + _FEW_WORDS)) if _ends_description(line[i]))
        end = next(stops, head + 1)
    is_name = line[end : end + 1] and line[end].low in BE and line[end + 1 : end + 2] and line[end + 1].kind == "name"
    if is_name or apposed_name(line, end):
        return None
    return Subject("description", line[0].start, line[end - 1].end, word=line[head].low)


def _ends_description(token: Token) -> bool:
    return token.kind in ("mark", "quote") or token.low in VERBS | _RELATIVE


def _is_person(word: str) -> bool:
    return is_person_noun(word) or is_person_noun(word.removesuffix("s"))


def _may_speak(head: str) -> bool:
    if head in DOCUMENTS:
        return False
    one = head.removesuffix("s")
    return any(is_person_noun(word) or is_organisation_noun(word) for word in (head, one)) or head in GROUPS
