"""Who is said to say something in one sentence: the verbs of saying and their subjects, from its tokens alone.

Whom a pronoun means is not decided here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.speech.descriptions import (
    VERBS,
    Subject,
    apposed_name,
    clause_start,
    described,
    described_from,
    described_up_to,
    is_plural,
    named,
    pronoun,
)
from index.speech.tokens import Token
from index.speech.words import (
    BE,
    CALLS,
    CLAUSE,
    FEMALE,
    INVERTED,
    MALE,
    PLURAL_REPORTS,
    PLURAL_SAYS,
    PREPOSITIONS,
    REPORTS,
    SAYING,
    SAYS,
)

_SKIPPED = frozenset(
    """
    has have had also then later now still never once since again even only first himself herself always often just
    simply all both did does soon at last long
    """.split()
)
_AUXILIARY = frozenset("has have had will would can could".split())
_SUBJECTS = frozenset("he she it they".split())
_SPEAKS_OF_SELF = frozenset("i we you".split())
_TIMES = frozenset("day week month year morning afternoon evening night time spring summer autumn winter".split())
_THEN = frozenset("that whether how why what if when".split())
_ADVERBIAL = frozenset("this last yesterday today afterwards recently later again".split())
_ACCOUNTS = {
    "by": frozenset("account reckoning estimate count admission calculation telling".split()),
    "in": frozenset("account view words opinion telling eyes experience recollection".split()),
}
_THAT_WITHIN = 9


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
        inside = any(before.low in ("that", "which", "whom") for before in line[:at])
        if token.kind == "name" and not token.owner and not inside and not _governed(line, at):
            return named(token)
        if token.low in ("he", "she"):
            return pronoun(token)
    return None


# Verbs


def _by_verbs(line: Sequence[Token]) -> Iterator[Attribution]:
    for at, token in enumerate(line):
        if at and line[at - 1].low in BE:  # `was told`
            continue
        verb = token.low
        if verb in SAYING and at and line[at - 1].text == "," and _goes_on(line, at):
            yield Attribution(at, main_subject(line, at))
        elif verb in INVERTED and (subject := _inverted(line, at)):
            yield Attribution(at, subject)
        elif (_speaks(line, at) and (found := _direct(line, at))) or (
            verb == "say" and (found := _would_say(line, at))
        ):
            yield found
        elif verb in PLURAL_SAYS or (verb in PLURAL_REPORTS and _goes_on(line, at)):
            yield from _by_several(line, at)


def _speaks(line: Sequence[Token], at: int) -> bool:
    """Whether a verb says something, as it stands there."""
    verb = line[at].low
    after = [token.low for token in line[at + 1 : at + 3]]
    if after[:1] == ["nothing"] and not set(after[1:]) <= BE | _AUXILIARY:  # `said nothing`; not `says nothing is lost`
        return False
    if verb in CALLS:
        return _quotes(line, at) or _judges(line, at)
    return verb in SAYS or (verb in REPORTS and (_goes_on(line, at) or _closes(line, at)))


def _goes_on(line: Sequence[Token], at: int) -> bool:
    """Whether what is said follows the verb, or stood before it."""
    if line[at].low in ("point", "points", "pointed") and line[at + 1 : at + 2] and line[at + 1].low == "to":
        return True
    if at + 1 < len(line) and line[at + 1].low in ("out", "back"):
        at += 1
    after = line[at + 1] if at + 1 < len(line) else None
    if after is None or after.kind in ("mark", "quote") or after.low in _THEN | _ADVERBIAL:
        return True
    for place in range(at + 1, min(len(line) - 1, at + _THAT_WITHIN)):  # `wrote to everyone on the payroll that …`
        if line[place].kind in ("mark", "quote") or line[place].low == "that":
            return line[place].low == "that" and line[place + 1].low not in _TIMES
    return False


def _closes(line: Sequence[Token], at: int) -> bool:
    """Whether a verb has what is said in front of it, in quotes: `“…,” Ann wrote in a letter`."""
    quotes = [place for place in range(at) if line[place].kind == "quote"]
    return bool(quotes) and not any(token.low in VERBS for token in line[quotes[-1] : at])


def _quotes(line: Sequence[Token], at: int) -> bool:
    """Whether words in quotes follow the verb in its clause; behind `put`, right behind an `at`."""
    for place in range(at + 1, len(line)):
        if line[place].kind == "quote":
            return line[at].low not in ("put", "puts") or line[place - 1].low == "at"
        if line[place].text in (";", ":", "."):
            return False
    return False


def _judges(line: Sequence[Token], at: int) -> bool:
    """Whether somebody is said to call something by a word of their own: `calls the timing a coincidence`."""
    if line[at].low not in ("calls", "called") or at + 1 == len(line):
        return False
    called = line[at + 1].kind == "name" or line[at + 1].low in ("the", "it", "that", "this", "his", "her", "their")
    clause = line[at + 2 : at + 2 + _THAT_WITHIN]
    stop = next((i for i, token in enumerate(clause) if token.kind in ("mark", "quote")), len(clause))
    named = [i for i in range(stop - 1) if clause[i].low in ("a", "an")]
    return called and bool(named) and clause[named[0] + 1].low not in _TIMES | {"few", "couple", "second", "third"}


def _inverted(line: Sequence[Token], at: int) -> Subject | None:
    """The subject behind the verb: `“…,” said Ann`, `…, says the board`."""
    before = line[at - 1] if at else None
    if before is None or not (before.kind == "quote" or before.text in (",", "?", "!", "—", "–")):
        return None
    quoted = before.kind == "quote" or (at > 1 and line[at - 2].kind == "quote")
    if at + 1 == len(line) or (not quoted and before.text == "," and _apposition(line, at - 1)):
        return None
    after = line[at + 1]
    if after.kind == "name" and after.owner and at + 2 < len(line) and line[at + 2].kind == "name":  # `Acme's Ann Lee`
        after = line[at + 2]
    if after.kind == "name" and not after.owner:
        return named(after)
    subject = described_from(line, at + 1)
    return subject if quoted or (subject and subject.how == "name") else None


def _direct(line: Sequence[Token], at: int) -> Attribution | None:
    """The subject in front of the verb."""
    place = _before_adverbs(line, at)
    if place < 0:
        return None
    before = line[place]
    if before.kind == "name" and not before.owner:
        return Attribution(at, _governing(line, place) if _governed(line, place) else named(before))
    if before.low in _SUBJECTS:
        return Attribution(at, pronoun(before))
    if before.low in _SPEAKS_OF_SELF:
        return Attribution(at, None)
    if before.low == "who":
        return _relative(line, at, place)
    if before.text == ",":
        return Attribution(at, _apposition(line, place))
    if before.low in ("and", "but"):
        subject = _coordinate(line, place)
        return Attribution(at, subject) if subject else None
    subject = described_up_to(line, place)
    return Attribution(at, subject) if subject or _is_finite(line, at) else None


def _before_adverbs(line: Sequence[Token], at: int) -> int:
    """The token in front of a verb and its adverbs; -1 where there is none."""
    place = at - 1
    while place >= 0 and (line[place].low in _SKIPPED or line[place].low.endswith("ly")):
        place -= 1
    return place


def _is_finite(line: Sequence[Token], at: int) -> bool:
    """Whether a verb without a subject that we know has one all the same: `the report says that`."""
    return line[at].low in ("says", "said") and _goes_on(line, at)


def _would_say(line: Sequence[Token], at: int) -> Attribution | None:
    """`Ann would say only that …`, `Ann likes to say`; not `would not say`."""
    if line[at].low != "say":
        return None
    if at > 2 and line[at - 1].low == "to" and line[at - 2].low in ("likes", "liked", "used"):
        return _direct(line, at - 2)
    place = _before_adverbs(line, at)
    only = "only" in (line[at - 1].low, line[at + 1].low if at + 1 < len(line) else "")
    return _direct(line, place) if only and place > 0 and line[place].low == "would" else None


def _by_several(line: Sequence[Token], at: int) -> Iterator[Attribution]:
    """A verb in the plural: `officers say`, `they say`."""
    place = _before_adverbs(line, at)
    if place < 0:
        return
    if line[place].low == "they":
        yield Attribution(at, pronoun(line[place]))
        return
    subject = described_up_to(line, place)
    if subject and is_plural(subject.word):
        yield Attribution(at, subject)


# Subjects


def _relative(line: Sequence[Token], at: int, who: int) -> Attribution | None:
    """`Ann Lee, who says that …`."""
    place = who - 1
    if place >= 0 and line[place].text == ",":
        place -= 1
    if place >= 0 and line[place].kind == "name" and not line[place].owner:
        return Attribution(at, named(line[place]))
    return None


def _apposition(line: Sequence[Token], comma: int) -> Subject | None:
    """`Ann Lee, a nurse, said`; `the nurse, Ann Lee, said`; `a nurse at the clinic, who was tired, said`."""
    begin = clause_start(line, comma)
    name = line[comma - 1] if comma else None
    alone = name and name.kind == "name" and not name.owner
    opened = next((at for at in range(comma - 1, begin - 1, -1) if line[at].text == ","), None)
    if opened is None or (alone and opened == comma - 2):
        return named(name) if name and alone else None
    if (apposed := apposed_name(line, opened)) and not (line[opened - 1].kind == "name" and not line[opened - 1].owner):
        return named(apposed)
    for at in range(comma - 2, begin - 1, -1):
        token = line[at]
        if token.kind == "name" and not token.owner and line[at + 1].text == "," and not _governed(line, at):
            return named(token)
    for at in range(comma - 1, begin - 1, -1):  # `…, although its maker, a small firm, says`
        opens = at == begin or line[at - 1].kind == "mark" or line[at - 1].low in CLAUSE
        stop = next(place for place in range(at, comma + 1) if line[place].kind == "mark")
        if opens and (stop < comma or at > begin) and (subject := described(line, at, stop)):
            return subject
    return pronoun(line[begin]) if line[begin].low in ("he", "she") else None  # `He, too, said`


def _governed(line: Sequence[Token], at: int) -> bool:
    """Whether a preposition stands in front of a name: `at the Institute`."""
    place = at - 1
    if place >= 0 and line[place].low in ("the", "a", "an"):
        place -= 1
    return place >= 0 and line[place].low in PREPOSITIONS - {"who", "whose", "which"}


def _governing(line: Sequence[Token], at: int) -> Subject | None:
    """Who speaks where the name in front of the verb is governed: `an official at Acme said`, `Ann of Acme said`."""
    if subject := described_up_to(line, at):
        return subject
    begin = clause_start(line, at)
    before = [token for token in line[begin:at] if token.kind == "name"]
    bare = before and line[begin] is before[0] and line[begin + 1].low in ("of", "from", "at", "for")
    return named(before[0]) if bare and not before[0].owner else None


def _coordinate(line: Sequence[Token], conjunction: int) -> Subject | None:
    """`Ann Lee sat down and said`: the nearest subject in front that has a verb of its own."""
    begin = clause_start(line, conjunction, quotes=False)
    for at in range(conjunction - 1, begin - 1, -1):
        token = line[at]
        following = line[at + 1]
        if token.low in ("he", "she"):
            return pronoun(token)
        if token.kind == "name" and not token.owner and (following.kind == "word" or following.text == ","):
            free = at <= begin + 1 or line[at - 1].low in CLAUSE or line[at - 1].kind in ("mark", "quote")
            if free and following.low not in PREPOSITIONS | {"and", "or"}:
                return named(token)
    heads = (at for at in range(begin + 1, min(begin + 6, conjunction)) if not line[at].owner)
    return next((subject for at in heads if (subject := described(line, begin, at + 1))), None)


# Phrases


def _by_phrases(line: Sequence[Token]) -> Iterator[Attribution]:
    """`according to Ann`, `by her own account`, `in Ann's view`."""
    for at in range(len(line) - 2):
        rest = line[at + 1 :]
        if line[at].low == "according" and rest[0].low == "to":
            yield Attribution(at, _after_to(line, at + 2))
        elif any(token.low in _ACCOUNTS.get(line[at].low, ()) for token in rest[1:3]):
            if rest[0].low in ("his", "her"):
                yield Attribution(at, pronoun(rest[0]))
            elif rest[0].kind == "name" and rest[0].owner:
                yield Attribution(at, named(rest[0]))


def _after_to(line: Sequence[Token], at: int) -> Subject | None:
    if line[at].low == "the" and at + 1 < len(line) and line[at + 1].kind == "name":
        at += 1
    if line[at].kind == "name" and not line[at].owner and (at + 1 == len(line) or line[at + 1].kind != "word"):
        return named(line[at])
    if line[at].low in MALE | FEMALE:
        return pronoun(line[at]) if at + 1 == len(line) or line[at + 1].kind == "mark" else None
    return described_from(line, at)
