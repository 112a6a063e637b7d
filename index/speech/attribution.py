"""Who is said to say something in one sentence: the verbs of saying and their subjects, from its tokens alone.

Whom a pronoun means is not decided here.
"""

from collections.abc import Iterator, Sequence

from index.speech.descriptions import (
    VERBS,
    Subject,
    described_from,
    described_up_to,
    is_plural,
    named,
    pronoun,
)
from index.speech.subjects import Attribution, before_adverbs, behind, in_front, main_subject
from index.speech.tokens import Token
from index.speech.words import (
    BE,
    CALLS,
    FEMALE,
    INVERTED,
    MALE,
    PLURAL_REPORTS,
    PLURAL_SAYS,
    REPORTS,
    SAYING,
    SAYS,
)

_AUXILIARY = frozenset("has have had will would can could".split())
_TIMES = frozenset("day week month year morning afternoon evening night time spring summer autumn winter".split())
_THEN = frozenset("that whether how why what if when".split())
_ADVERBIAL = frozenset("this last yesterday today afterwards recently later again".split())
_ACCOUNTS = {
    "by": frozenset("account reckoning estimate count admission calculation telling".split()),
    "in": frozenset("account view words opinion telling eyes experience recollection".split()),
}
_THAT_WITHIN = 9


def attributions(line: Sequence[Token]) -> list[Attribution]:
    """The attributions of a sentence, in order."""
    found = [*_by_verbs(line), *_by_phrases(line)]
    return sorted(found, key=lambda one: one.at)


# Verbs


def _by_verbs(line: Sequence[Token]) -> Iterator[Attribution]:
    for at in range(len(line)):
        if found := _by_verb(line, at):
            yield found


def _by_verb(line: Sequence[Token], at: int) -> Attribution | None:
    """The attribution whose verb is token `at`, if it is one."""
    verb = line[at].low
    if at and line[at - 1].low in BE:  # `was told`
        return None
    if verb in SAYING and at and line[at - 1].text == "," and _goes_on(line, at):
        return Attribution(at, main_subject(line, at))
    if verb in INVERTED and (subject := behind(line, at)):
        return Attribution(at, subject)
    if _speaks(line, at) and (found := in_front(line, at) or _of_nobody(line, at)):
        return found
    if verb == "say" and (found := _would_say(line, at)):
        return found
    several = verb in PLURAL_SAYS or (verb in PLURAL_REPORTS and _goes_on(line, at))
    return _by_several(line, at) if several else None


def _of_nobody(line: Sequence[Token], at: int) -> Attribution | None:
    """A verb that somebody unknown is the subject of: `the report says that`."""
    return Attribution(at, None) if line[at].low in ("says", "said") and _goes_on(line, at) else None


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


def _would_say(line: Sequence[Token], at: int) -> Attribution | None:
    """`Ann would say only that …`, `Ann likes to say`; not `would not say`."""
    if line[at].low != "say":
        return None
    if at > 2 and line[at - 1].low == "to" and line[at - 2].low in ("likes", "liked", "used"):
        return in_front(line, at - 2)
    place = before_adverbs(line, at)
    only = "only" in (line[at - 1].low, line[at + 1].low if at + 1 < len(line) else "")
    return in_front(line, place) if only and place > 0 and line[place].low == "would" else None


def _by_several(line: Sequence[Token], at: int) -> Attribution | None:
    """A verb in the plural: `officers say`, `they say`."""
    place = before_adverbs(line, at)
    if place < 0:
        return None
    if line[place].low == "they":
        return Attribution(at, pronoun(line[place]))
    subject = described_up_to(line, place)
    return Attribution(at, subject) if subject and is_plural(subject.word) else None


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
