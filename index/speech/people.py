"""What the names of an article name: people or not, man or woman, from titles, roles, ages and pronouns around them."""

from collections.abc import Iterable, Sequence

from index.article import Sentence
from index.speech.names import Entity, Names
from index.speech.tokens import Token
from index.speech.words import (
    CLAUSE,
    FEMALE,
    FEMALE_WORDS,
    HUMAN,
    MALE,
    MALE_WORDS,
    ORGANISATION_WORDS,
    REPORTS,
    SAYS,
    head_of,
    is_organisation_noun,
    is_person_noun,
)

_SURE = 8  # what a word such as `spokeswoman` says for a gender; a pronoun says 1 or 2
_PLACING = frozenset("the in at near outside across".split())  # seldom in front of a person's name


def weigh(names: Names, sentences: Sequence[Sentence]) -> None:
    """Count what speaks for a person, an organisation, a man, a woman, name by name."""
    for entity in names.entities:
        low = [word.lower() for word in entity.words]
        entity.organisation += 3 * any(word in ORGANISATION_WORDS for word in low) + 9 * entity.is_place
        entity.organisation += 3 * any(word.isupper() and len(word) > 1 for word in entity.words)
        entity.person += len(low) > 1
        if entity.title:
            entity.person += 3
            _gender_by_words(entity, entity.title.lower().split())
    for line in names.tokens:
        for place, token in enumerate(line):
            if token.kind == "name":
                _weigh_around(names.entities[token.who], line, place)
    for at, line in enumerate(names.tokens):
        before = names.tokens[at - 1] if at and sentences[at - 1].section == sentences[at].section else []
        _weigh_pronouns(names.entities, line, before)


def _weigh_around(entity: Entity, line: Sequence[Token], at: int) -> None:
    before = line[at - 1] if at else None
    after = line[at + 1 : at + 10]
    if before and before.low in _PLACING and not _owns(line, at):
        entity.organisation += 2
    noun = _head_in_front(line, at - 1) if before and before.text == "," else before.low if before else ""
    if is_person_noun(noun) and not line[at].owner:
        entity.person += 2
        _gender_by_words(entity, [noun])
    if after and after[0].low in HUMAN and not line[at].owner:
        entity.person += 1
    if len(after) < 2 or after[0].text != "," or line[at].owner:
        return
    if after[1].text.isdigit() and len(after[1].text) < 3:
        entity.person += 3
    if after[1].low in ("who", "whose"):
        entity.person += 2 if after[1].low == "who" or (after[2:3] and _is_kin(after[2].low)) else 0
    phrase = [token.low for token in _until_mark(after[1:])]
    if phrase and phrase[0] not in ("and", "but", "or", "which", "where", "in", "at", "on"):
        head = head_of(phrase)
        entity.person += 2 * is_person_noun(head)
        entity.organisation += 2 * is_organisation_noun(head)
        if phrase[0] != "who" and is_person_noun(head):
            _gender_by_words(entity, [head])


def _owns(line: Sequence[Token], at: int) -> bool:
    """Whether what follows belongs to a name: `Ann's team`, and not `at Saint Anne's,`."""
    return line[at].owner and at + 1 < len(line) and line[at + 1].kind == "word"


def _head_in_front(line: Sequence[Token], comma: int) -> str:
    """The main word of what stands between the mark before a comma and the comma: `the leader of the council,`."""
    first = comma
    while first and line[first - 1].kind in ("word", "name"):
        first -= 1
    return head_of([token.low for token in line[first:comma]])


def _is_kin(word: str) -> bool:
    return word in MALE_WORDS | FEMALE_WORDS


def _until_mark(tokens: Sequence[Token]) -> list[Token]:
    stop = next((at for at, token in enumerate(tokens) if token.kind in ("mark", "quote")), len(tokens))
    return list(tokens[:stop])


def _gender_by_words(entity: Entity, words: Iterable[str]) -> None:
    for word in words:
        entity.genders["m"] += _SURE * (word in MALE_WORDS)
        entity.genders["f"] += _SURE * (word in FEMALE_WORDS)


def _weigh_pronouns(entities: Sequence[Entity], line: Sequence[Token], before: Sequence[Token]) -> None:
    """A pronoun after the only name of its sentence, or at the start after a sentence with one name, is that name's."""
    named = _possible_people(entities, line)
    pronouns = [(at, token.low) for at, token in enumerate(line) if token.low in (MALE | FEMALE) - {"him"}]
    if not pronouns:
        return
    place, word = pronouns[0]
    if len(named) == 1:
        who, first = next(iter(named.items()))
        aside = line[place - 1].text == "," and line[place + 1 : place + 2] and line[place + 1].low in SAYS | REPORTS
        if first < place and _leads(line, first) and not aside and _one_kind(pronouns):  # `Acme, he said, is good`
            _vote(entities[who], word, 2)
    earlier = _possible_people(entities, before)
    if len(earlier) == 1 and not any(at < place for at in named.values()):
        who, first = next(iter(earlier.items()))
        if _leads(before, first) or entities[who].person > 1:
            _vote(entities[who], word, 1)


def _leads(line: Sequence[Token], at: int) -> bool:
    """Whether a name may be the subject of its sentence or of a part of it."""
    opens = at < 2 or line[at - 1].kind in ("mark", "quote") or line[at - 1].low in CLAUSE or line[at - 1].low in SAYS
    return opens and not line[at].owner


def _one_kind(pronouns: Sequence[tuple[int, str]]) -> bool:
    return len({word in MALE for _, word in pronouns}) == 1


def _possible_people(entities: Sequence[Entity], line: Sequence[Token]) -> dict[int, int]:
    """The names of a sentence that may be people's, with the place of their first mention."""
    found: dict[int, int] = {}
    for at, token in enumerate(line):
        if token.kind == "name" and entities[token.who].organisation < 2 + entities[token.who].person:
            found.setdefault(token.who, at)
    return found


def _vote(entity: Entity, word: str, weight: int) -> None:
    entity.genders["m" if word in MALE else "f"] += weight
