"""What people are, as the article puts it where it introduces them: `an actuary`, `who leads the council`, `Judge`."""

from collections.abc import Sequence

from index.speech.names import Entity, Names
from index.speech.tokens import Token
from index.speech.words import DETERMINERS, PREPOSITIONS, REPORTS, SAYS, is_person_noun

_MOST_WORDS = 14
_PLAIN_TITLES = frozenset("mr mrs ms miss mx sir dame lord lady dr doctor".split())
_POSSESSIVE = frozenset("its his her their our my".split())
_NO_ROLE = frozenset("and but or which where when whose in at on for with by from as to not said says".split())
_DEPICTS = frozenset(
    """
    leads heads chairs runs owns manages directs speaks edits teaches studies works follows inspects represents handles
    sells keeps organises organizes coordinates oversees founded wrote played farms cleans drives lives joined worked
    ran led headed chaired
    """.split()
)


def find_roles(narrated: str, names: Names) -> None:
    """Fill the roles of people: the first that is told of each, in the words of the text."""
    for line in names.tokens:
        for at, token in enumerate(line):
            if token.kind != "name":
                continue
            entity = names.entities[token.who]
            if entity.role or not entity.is_person:
                continue
            span = _behind(line, at) or _in_front(line, at, names.entities)
            entity.role = _shown(narrated[span[0] : span[1]]) if span else ""
    for entity in names.entities:
        if not entity.role and not set(entity.title.lower().split()) <= _PLAIN_TITLES:
            entity.role = entity.title


def _shown(role: str) -> str:
    """A role without the capital that began its sentence."""
    return role[:1].lower() + role[1:] if role.split()[0].lower() in DETERMINERS else role


def _behind(line: Sequence[Token], at: int) -> tuple[int, int] | None:
    """`Ann Lee, 46, a nurse at the clinic, …`; `Ann Lee, who leads the council, …`."""
    at += 1
    if line[at - 1].owner or at >= len(line) or line[at].text != ",":
        return None
    at += 1
    if at + 1 < len(line) and line[at].text.isdigit() and line[at + 1].text == ",":
        at += 2
    phrase = line[at : _phrase_end(line, at)]
    if len(phrase) > 1 and phrase[0].low in _POSSESSIVE:
        phrase = phrase[1:]
        return (phrase[0].start, phrase[-1].end) if any(is_person_noun(token.low) for token in phrase[:3]) else None
    if not 0 < len(phrase) <= _MOST_WORDS or phrase[0].low in _NO_ROLE:
        return None
    if phrase[0].low == "who":
        tells = len(phrase) > 2 and phrase[1].low in _DEPICTS
        return (phrase[0].start, phrase[-1].end) if tells else None
    told = any(is_person_noun(token.low) for token in (phrase[:6] if phrase[0].low in DETERMINERS else _bare(phrase)))
    verb = any(token.low in SAYS | {"he", "she", "it", "was", "is", "had", "has"} for token in phrase[:6])
    return (phrase[0].start, phrase[-1].end) if told and not verb else None


def _bare(phrase: Sequence[Token]) -> Sequence[Token]:
    """The first words of a role without an article: `regional secretary of the union`."""
    stop = next((at for at, token in enumerate(phrase) if token.low in DETERMINERS), len(phrase))
    return phrase[: min(stop, 3)] if len(phrase) > 1 else ()


def _phrase_end(line: Sequence[Token], at: int) -> int:
    """Where an apposition ends: at a mark, a quotation, or a clause of its own."""
    end = at
    while end < len(line) and line[end].kind not in ("mark", "quote"):
        if end > at and line[end].low in {"who", "which", "where", "whose", "and", "but"} | SAYS & {"said", "says"}:
            break
        end += 1
    return end


def _in_front(line: Sequence[Token], at: int, entities: Sequence[Entity]) -> tuple[int, int] | None:
    """`Its spokesman, Ann Lee`; `the union's secretary Ann Lee`; `Amazon spokesperson Ann Lee`."""
    last = at - 1
    if last > 0 and line[last].text == ",":
        last -= 1
    if last < 0 or line[last].kind == "mark" or line[at].owner:
        return None
    apart = last < at - 1
    begin = last
    while begin and last - begin < _MOST_WORDS and line[begin - 1].kind in ("word", "name"):
        begin -= 1
    starts = [
        first
        for first in range(begin, last + 1)
        if line[first].low in DETERMINERS or (line[first].kind == "name" and (line[first].owner or not apart))
    ]
    return next((span for first in reversed(starts) if (span := _role(line[first : last + 1], apart, entities))), None)


def _role(phrase: Sequence[Token], apart: bool, entities: Sequence[Entity]) -> tuple[int, int] | None:
    """The span of a role that stands in front of its name, if these tokens are one."""
    words = [token.low for token in phrase]
    stop = next((at for at, word in enumerate(words) if at and word in PREPOSITIONS), len(words))
    head = words[stop - 1] if apart else words[-1]
    if not is_person_noun(head) or phrase[-1].owner:
        return None
    if any(word in SAYS | REPORTS | _NO_ROLE - {"for", "at", "in"} for word in words):
        return None
    if phrase[0].kind == "name" and entities[phrase[0].who].is_person and not phrase[0].owner:
        return None
    first = phrase[1] if phrase[0].low in _POSSESSIVE and len(phrase) > 1 else phrase[0]
    return first.start, phrase[-1].end
