"""Whose verb of saying it is: the subject in front of it or behind it, through adverbs, appositions and `and`."""

from collections.abc import Sequence
from dataclasses import dataclass

from index.speech.descriptions import (
    Subject,
    apposed_name,
    clause_start,
    described,
    described_from,
    described_up_to,
    named,
    pronoun,
)
from index.speech.tokens import Token
from index.speech.words import CLAUSE, PREPOSITIONS

_SKIPPED = frozenset(
    """
    has have had also then later now still never once since again even only first himself herself always often just
    simply all both did does soon at last long
    """.split()
)
_SUBJECTS = frozenset("he she it they".split())
_SPEAKS_OF_SELF = frozenset("i we you".split())


@dataclass(frozen=True, slots=True)
class Attribution:
    """A verb of saying (the number of its token) and its subject; None where nobody can be made out."""

    at: int
    subject: Subject | None


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


def behind(line: Sequence[Token], at: int) -> Subject | None:
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


def in_front(line: Sequence[Token], at: int) -> Attribution | None:
    """The subject in front of the verb."""
    place = before_adverbs(line, at)
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
    return Attribution(at, subject) if subject else None


def before_adverbs(line: Sequence[Token], at: int) -> int:
    """The token in front of a verb and its adverbs; -1 where there is none."""
    place = at - 1
    while place >= 0 and (line[place].low in _SKIPPED or line[place].low.endswith("ly")):
        place -= 1
    return place


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
