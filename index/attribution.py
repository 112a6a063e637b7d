"""Who is said to say something in one sentence: the verbs of saying and their subjects, from its tokens alone.

Whom a pronoun means is not decided here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from index.names import Token
from index.speech_words import (
    CALLS,
    DETERMINERS,
    DOCUMENTS,
    FEMALE,
    INVERTED,
    MALE,
    PREPOSITIONS,
    REPORTS,
    SAYING,
    SAYS,
    is_organisation_noun,
    is_person_noun,
    is_surely_person,
)

_BE = frozenset("is was are were be been being am get got gets".split())
_SKIPPED = frozenset(
    """
    has have had also then later now still never once since again even only first himself herself always often just
    simply all both did does soon at last long
    """.split()
)
_SUBJECTS = frozenset("he she it they".split())
_SPEAKS_OF_SELF = frozenset("i we you".split())
_CLAUSE = frozenset("and but or that because while when as where which if although though so whether then".split())
_TIMES = frozenset("day week month year morning afternoon evening night time spring summer autumn winter".split())
_RELATIVE = frozenset("who whose which that where when".split())
_THEN = frozenset("that whether how why what if when".split())
_ACCOUNTS = frozenset("account view words opinion reckoning estimate telling eyes experience recollection".split())
_GROUPS = frozenset("police staff management people team family office side group crew".split())
_VERBS = _BE | SAYS | REPORTS | frozenset("has have had will would could can should may might did does do".split())
_MOST_WORDS = 10
_FEW_WORDS = 6
_THAT_WITHIN = 9

How = Literal["name", "pronoun", "description"]


@dataclass(frozen=True, slots=True)
class Subject:
    """Who speaks, as the sentence has it: a name's number, a pronoun, or the span of a description."""

    how: How
    start: int
    end: int
    who: int = -1
    word: str = ""


@dataclass(frozen=True, slots=True)
class Attribution:
    """A verb of saying (the number of its token) and its subject; None where nobody can be made out."""

    at: int
    subject: Subject | None


def attributions(line: Sequence[Token]) -> list[Attribution]:
    """The attributions of a sentence, in order."""
    found = [*_by_verbs(line), *_by_phrases(line)]
    return sorted(found, key=lambda one: one.at)


def main_subject(line: Sequence[Token], before: int | None = None) -> Subject | None:
    """The name or pronoun that is the subject of a sentence, or of what stands in front of token `before`."""
    end = len(line) if before is None else before
    for at in range(end):
        token = line[at]
        if token.kind == "name" and not token.owner and not _governed(line, at):
            return _named(token)
        if token.low in ("he", "she"):
            return _pronoun(token)
    return None


def opening_description(line: Sequence[Token]) -> Subject | None:
    """The person without a name who begins a sentence: `An adviser in the department, who …`."""
    if not line or line[0].low not in DETERMINERS:
        return None
    head = next((at for at in range(1, min(6, len(line))) if is_person_noun(line[at].low)), 0)
    before = line[1:head]
    while head and head + 1 < len(line) and is_person_noun(line[head + 1].low):
        head += 1
    sure = line[0].low != "the" or is_surely_person(line[head].low)
    if not head or not sure or line[head].owner or any(t.kind != "word" or t.low in PREPOSITIONS | _VERBS for t in before):
        return None
    end = head + 1
    if end < len(line) and line[end].low in PREPOSITIONS - {"who", "whose", "which"}:
        stops = (i for i in range(end, min(len(line), end + _FEW_WORDS)) if _ends_description(line[i]))
        end = next(stops, head + 1)
    if len(line) > end + 1 and line[end].text == "," and line[end + 1].kind == "name":  # who has a name
        return None
    return Subject("description", line[0].start, line[end - 1].end, word=line[head].low)


def _ends_description(token: Token) -> bool:
    return token.kind in ("mark", "quote") or token.low in _VERBS | {"who", "whose", "which", "that"}


def _by_verbs(line: Sequence[Token]) -> Iterator[Attribution]:
    for at, token in enumerate(line):
        verb = token.low
        if verb in SAYING and at and line[at - 1].text == "," and _goes_on(line, at):
            yield Attribution(at, main_subject(line, at))
        if verb not in SAYS | REPORTS | CALLS or (at and line[at - 1].low in _BE):
            continue
        if verb in INVERTED and (subject := _inverted(line, at)):
            yield Attribution(at, subject)
        elif (verb in SAYS or (verb in REPORTS and _goes_on(line, at)) or (verb in CALLS and _quotes(line, at))) and (
            found := _direct(line, at)
        ):
            yield found


def _goes_on(line: Sequence[Token], at: int) -> bool:
    """Whether what is said follows the verb, or stood before it."""
    if at + 1 < len(line) and line[at + 1].low in ("out", "back"):
        at += 1
    after = line[at + 1] if at + 1 < len(line) else None
    if after is None or after.kind in ("mark", "quote") or after.low in _THEN:
        return True
    for place in range(at + 1, min(len(line) - 1, at + _THAT_WITHIN)):  # `wrote to everyone on the payroll that …`
        if line[place].kind in ("mark", "quote") or line[place].low == "that":
            return line[place].low == "that" and line[place + 1].low not in _TIMES
    return False


def _quotes(line: Sequence[Token], at: int) -> bool:
    """Whether words in quotes follow the verb in its clause."""
    for token in line[at + 1 :]:
        if token.kind == "quote":
            return True
        if token.text in (";", ":", "."):
            return False
    return False


def _inverted(line: Sequence[Token], at: int) -> Subject | None:
    """The subject behind the verb: `“…,” said Ann`, `…, says the board`."""
    before = line[at - 1] if at else None
    if before is None or not (before.kind == "quote" or before.text in (",", "?", "!", "—", "–")):
        return None
    quoted = before.kind == "quote" or (at > 1 and line[at - 2].kind == "quote")
    if at + 1 == len(line) or (before.text == "," and at > 1 and line[at - 2].kind == "name" and _goes_on(line, at)):
        return None
    after = line[at + 1]
    if after.kind == "name" and not after.owner:
        return _named(after)
    if not quoted:
        return None
    return _described_from(line, at + 1)


def _direct(line: Sequence[Token], at: int) -> Attribution | None:
    """The subject in front of the verb."""
    place = at - 1
    while place >= 0 and (line[place].low in _SKIPPED or line[place].low.endswith("ly")):
        place -= 1
    if place < 0:
        return None
    before = line[place]
    if before.kind == "name" and not before.owner:
        return Attribution(at, _governing(line, place) if _governed(line, place) else _named(before))
    if before.low in _SUBJECTS:
        return Attribution(at, _pronoun(before))
    if before.low in _SPEAKS_OF_SELF:
        return Attribution(at, None)
    if before.low == "who":
        return _relative(line, at, place)
    if before.text == ",":
        return Attribution(at, _apposition(line, place))
    if before.low in ("and", "but"):
        subject = _coordinate(line, place)
        return Attribution(at, subject) if subject else None
    subject = _described_up_to(line, place)
    return Attribution(at, subject) if subject or _is_finite(line, at) else None


def _is_finite(line: Sequence[Token], at: int) -> bool:
    """Whether a verb without a subject that we know has one all the same: `the report says that`."""
    return line[at].low in ("says", "said") and _goes_on(line, at)


def _relative(line: Sequence[Token], at: int, who: int) -> Attribution | None:
    """`Ann Lee, who says that …`."""
    place = who - 1
    if place >= 0 and line[place].text == ",":
        place -= 1
    if place >= 0 and line[place].kind == "name" and not line[place].owner:
        return Attribution(at, _named(line[place]))
    return None


def _apposition(line: Sequence[Token], comma: int) -> Subject | None:
    """`Ann Lee, a nurse, said`; `the nurse, Ann Lee, said`; `a nurse at the clinic, who was tired, said`."""
    name = line[comma - 1] if comma else None
    if name and name.kind == "name" and not name.owner and (comma == 1 or line[comma - 2].text == ","):
        return _named(name)
    begin = _clause_start(line, comma)
    for at in range(comma - 2, begin - 1, -1):
        token = line[at]
        if token.kind == "name" and not token.owner and line[at + 1].text == "," and not _governed(line, at):
            return _named(token)
    stop = next((at for at in range(begin, comma) if line[at].kind == "mark"), comma)
    subject = _described(line, begin, stop) if stop < comma else None
    if subject:
        return subject
    for at in range(comma - 1, begin - 1, -1):  # `Ann Lee (45), …` and `He, too, said`
        if line[at].low in ("he", "she"):
            return _pronoun(line[at])
    return _named(name) if name and name.kind == "name" and not name.owner else None


def _governed(line: Sequence[Token], at: int) -> bool:
    """Whether a preposition stands in front of a name: `at the Institute`."""
    place = at - 1
    if place >= 0 and line[place].low == "the":
        place -= 1
    return place >= 0 and line[place].low in PREPOSITIONS - {"who", "whose", "which"}


def _governing(line: Sequence[Token], at: int) -> Subject | None:
    """Who speaks where the name in front of the verb is governed: `an official at Acme said`, `Ann of Acme said`."""
    if subject := _described_up_to(line, at):
        return subject
    begin = _clause_start(line, at)
    before = [token for token in line[begin:at] if token.kind == "name"]
    bare = before and line[begin] is before[0] and line[begin + 1].low in ("of", "from", "at", "for")
    return _named(before[0]) if bare and not before[0].owner else None


def _coordinate(line: Sequence[Token], conjunction: int) -> Subject | None:
    """`Ann Lee sat down and said`: the nearest subject in front that has a verb of its own."""
    begin = _clause_start(line, conjunction, quotes=False)
    for at in range(conjunction - 1, begin - 1, -1):
        token = line[at]
        following = line[at + 1]
        if token.low in ("he", "she"):
            return _pronoun(token)
        if token.kind == "name" and not token.owner and (following.kind == "word" or following.text == ","):
            free = at <= begin + 1 or line[at - 1].low in _CLAUSE or line[at - 1].kind in ("mark", "quote")
            if free and following.low not in PREPOSITIONS | {"and", "or"}:
                return _named(token)
    heads = (at for at in range(begin + 1, min(begin + 6, conjunction)) if not line[at].owner)
    return next((subject for at in heads if (subject := _described(line, begin, at + 1))), None)


def _clause_start(line: Sequence[Token], end: int, *, quotes: bool = True) -> int:
    """Where the clause in front of token `end` begins; a quotation ends one, unless `quotes` is off."""
    for at in range(end - 1, -1, -1):
        if (quotes and line[at].kind == "quote") or line[at].text in (";", ":", "."):
            return at + 1
    return 0


def _described_up_to(line: Sequence[Token], last: int) -> Subject | None:
    """The description that ends with token `last` and begins a clause."""
    for first in range(max(0, last - _MOST_WORDS), last + 1):
        if first and not (line[first - 1].kind in ("mark", "quote") or line[first - 1].low in _CLAUSE):
            continue
        if any(token.kind in ("mark", "quote") for token in line[first : last + 1]):
            continue
        if subject := _described(line, first, last + 1):
            return subject
    return None


def _described(line: Sequence[Token], first: int, last: int) -> Subject | None:
    """Tokens `[first, last)` where they describe a speaker: `an adviser in the department`, `officers`, `Ann's aunt`."""
    part = line[first:last]
    if not part or any(token.kind in ("mark", "quote") for token in part):
        return None
    stop = next((at for at, token in enumerate(part) if token.low in PREPOSITIONS), len(part))
    head = part[stop - 1].low if stop else ""
    begins = part[0].low in DETERMINERS or (part[0].kind == "name" and len(part) > 1)
    plural = len(part) == 1 and (head.endswith("s") or head in _GROUPS)
    if not (begins or plural) or not _may_speak(head):
        return None
    last = next((at for at, token in enumerate(part) if at and token.low in _RELATIVE), len(part))
    while part[last - 1].low in PREPOSITIONS:
        last -= 1
    return Subject("description", part[0].start, part[last - 1].end, word=head)


def _may_speak(head: str) -> bool:
    if head in DOCUMENTS:
        return False
    one = head.removesuffix("s")
    return any(is_person_noun(word) or is_organisation_noun(word) for word in (head, one)) or head in _GROUPS


def _by_phrases(line: Sequence[Token]) -> Iterator[Attribution]:
    """`according to Ann`, `by her own account`, `in Ann's view`."""
    for at in range(len(line) - 1):
        rest = line[at + 1 :]
        if line[at].low == "according" and rest[0].low == "to" and len(rest) > 1:
            yield Attribution(at, _after_to(line, at + 2))
        elif line[at].low in ("by", "in") and any(token.low in _ACCOUNTS for token in rest[1:3]):
            if rest[0].low in ("his", "her"):
                yield Attribution(at, _pronoun(rest[0]))
            elif rest[0].kind == "name" and rest[0].owner:
                yield Attribution(at, _named(rest[0]))


def _after_to(line: Sequence[Token], at: int) -> Subject | None:
    if line[at].kind == "name" and not line[at].owner:
        return _named(line[at])
    if line[at].low in MALE | FEMALE:
        return _pronoun(line[at]) if at + 1 == len(line) or line[at + 1].kind == "mark" else None
    return _described_from(line, at)


def _described_from(line: Sequence[Token], first: int) -> Subject | None:
    """The description that begins with token `first`, or the name behind it: `her lawyer, Roland Feist`."""
    end = next((i for i in range(first, len(line)) if line[i].kind in ("mark", "quote")), len(line))
    if end + 1 < len(line) and line[end].text == "," and line[end + 1].kind == "name":
        return _named(line[end + 1])
    return _described(line, first, min(end, first + _MOST_WORDS))


def _named(token: Token) -> Subject:
    return Subject("name", token.start, token.end, who=token.who)


def _pronoun(token: Token) -> Subject:
    word = "he" if token.low in MALE else "she" if token.low in FEMALE else token.low
    return Subject("pronoun", token.start, token.end, word=word)
