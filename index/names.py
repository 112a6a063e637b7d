"""Names of people and organisations in an article's narration: which mentions are one, what they are, man or woman.

No model: a name is a run of capitalised words; what it names follows from titles, roles, ages and pronouns around it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from index.article import Sentence
from index.quotations import HIDDEN
from index.speech_words import (
    FEMALE,
    FEMALE_WORDS,
    MALE,
    MALE_WORDS,
    NO_NAMES,
    ORGANISATION_WORDS,
    PLACE_WORDS,
    PREPOSITIONS,
    REPORTS,
    SAYS,
    SUFFIXES,
    TITLES,
    is_organisation_noun,
    is_person_noun,
)

_TOKEN = re.compile(rf"{HIDDEN}+|\w+(?:[-’'.]\w+)*|[^\w\s]")
_OWNER = re.compile(r"(?<=\w)[’']s$")
_CONTRACTED = re.compile(r"[’'](?:d|ll|re|ve|m|s)$")
_PARTICLES = frozenset("de da del della di du van von der den la le el al bin ibn ten ter dos".split())
_INNER = frozenset("of for the and".split())

_PLACING = frozenset("the in at near outside across".split())  # seldom in front of a person's name
_SIGNS = "£$€%°’'"  # marks that end no phrase
_LAST_NAME = 2  # what it says for a person that the last word of the name stands for the whole

Kind = Literal["word", "name", "quote", "mark"]


@dataclass(frozen=True, slots=True)
class Token:
    """A word, name, punctuation mark or hidden quotation. `who` is a name's number; `owner` when it has `'s`."""

    text: str
    start: int
    end: int
    kind: Kind
    who: int = -1
    owner: bool = False

    @property
    def low(self) -> str:
        """A word in lower case, without a contracted verb; empty for everything else."""
        return _CONTRACTED.sub("", self.text.lower()) if self.kind == "word" else ""


@dataclass(slots=True)
class Entity:
    """Who or what is named. `start` and `end`: where its fullest form first stands. Scores count what speaks for it."""

    words: tuple[str, ...]
    start: int
    end: int
    title: str = ""
    role: str = ""
    person: int = 0
    organisation: int = 0
    plural: bool = False
    genders: Counter[str] = field(default_factory=Counter)

    @property
    def is_person(self) -> bool:
        """Whether more speaks for a person than against."""
        return self.person + min(3, self.genders.total() // 2) > self.organisation

    @property
    def gender(self) -> str:
        """`m`, `f`, or nothing where it is not known."""
        ahead = self.genders["m"] - self.genders["f"]
        return "m" if ahead > 0 else "f" if ahead < 0 else ""


@dataclass(slots=True)
class Names:
    """The narration's tokens, sentence by sentence, and who is named in them."""

    tokens: list[list[Token]]
    entities: list[Entity]


@dataclass(frozen=True, slots=True)
class _Run:
    """Capitalised words of a sentence: tokens `[first, last)`, the name among them from `name`."""

    sentence: int
    first: int
    last: int
    words: tuple[str, ...]
    title: str
    start: int
    end: int


def find_names(narrated: str, sentences: Sequence[Sentence]) -> Names:
    """The names in a narration (see `quotations.narration`)."""
    tokens = [_tokens(narrated, sentence.start, sentence.end) for sentence in sentences]
    telling = [tokens[s.index] if s.kind in ("body", "deck") else [] for s in sentences]
    runs = list(_runs(telling))
    entities: list[Entity] = []
    numbers = _link(runs, entities)
    for run, number in sorted(zip(runs, numbers, strict=True), key=lambda pair: -pair[0].first):
        line = tokens[run.sentence]
        last = line[run.last - 1]
        text = narrated[line[run.first].start : last.end]
        line[run.first : run.last] = [Token(text, line[run.first].start, last.end, "name", number, last.owner)]
    return Names(tokens, entities)


def _tokens(narrated: str, start: int, end: int) -> list[Token]:
    found = []
    for match in _TOKEN.finditer(narrated, start, end):
        text = match.group()
        if text[0] == HIDDEN:
            found.append(Token(text, match.start(), match.end(), "quote"))
        elif not text[0].isalnum() and text not in _SIGNS:
            found.append(Token(text, match.start(), match.end(), "mark"))
        else:
            bare = _OWNER.sub("", text)
            found.append(Token(bare, match.start(), match.start() + len(bare), "word", owner=bare != text))
    return found


def _runs(lines: Sequence[Sequence[Token]]) -> Iterator[_Run]:
    common = {token.text for line in lines for token in line if token.kind == "word" and token.text.islower()}
    inside = {token.text for line in lines for at, token in enumerate(line) if not _opens(line, at) and _capital(token)}
    times = Counter(token.text for line in lines for token in line if _capital(token))
    for number, line in enumerate(lines):
        at = 0
        while at < len(line):
            if not _capital(line[at]):
                at += 1
                continue
            last = _run_end(line, at)
            dull = common - inside if _opens(line, at) else frozenset()
            run = _run(number, line, at, last, dull)
            if run and not (_opens(line, at) and times[line[at].text] == 1 and _is_mere_word(line, at, last)):
                yield run
            at = last


def _is_mere_word(line: Sequence[Token], first: int, last: int) -> bool:
    """Whether a single capitalised word may have its capital from the sentence alone: no verb of saying follows."""
    after = line[last].low if last < len(line) else ""
    if is_person_noun(line[first].text.lower().removesuffix("s")):  # `Officers note that`
        return last - first == 1
    return last - first == 1 and not line[first].owner and after not in SAYS | REPORTS


def _opens(line: Sequence[Token], at: int) -> bool:
    """Whether a capital there may be a sentence's."""
    return at == 0 or line[at - 1].kind == "quote" or line[at - 1].text in "([:—–"


def _capital(token: Token) -> bool:
    return token.kind == "word" and token.text[0].isupper() and token.text != "I"


def _run_end(line: Sequence[Token], first: int) -> int:
    """The end of a run of capitalised words, with the small words that may stand inside it."""
    last = first + 1
    while last < len(line) and not line[last - 1].owner:
        step = _step(line, first, last)
        if not step:
            break
        last += step
    return last


def _step(line: Sequence[Token], first: int, last: int) -> int:
    """By how many tokens a run that ends at `last` goes on; 0 where it does not."""
    if _capital(line[last]):
        return 1
    before = line[last - 1].text
    rest = line[last : last + 4]
    capital = next((at for at, token in enumerate(rest) if _capital(token)), 0)
    between = [token.text for token in rest[:capital]]
    if not between:
        return 0
    if between == ["."] and (len(before) == 1 or before.lower() in TITLES):
        return 2
    institution = line[first].text.lower() in ORGANISATION_WORDS
    opened = "of" in {token.text for token in line[first:last]} or between[0] in ("of", "for")
    if institution and opened and all(text in _INNER for text in between):
        return capital + 1
    if between == ["and"] and first and line[first - 1].low == "the":  # `the Retail and Depot Workers' Association`
        end = _run_end(line, last + 1)
        return end - last if line[end - 1].text.lower() in ORGANISATION_WORDS else 0
    if between == ["&"] or (between in (["’"], ["'"]) and before.endswith("s")):
        return 2
    return capital + 1 if all(text in _PARTICLES for text in between) else 0


def _run(number: int, line: Sequence[Token], first: int, last: int, dull: Iterable[str]) -> _Run | None:
    """The name in a run: without the words that only begin a sentence, titles in front and letters behind it."""
    dull = frozenset(dull)
    while first < last and (line[first].text.lower() in NO_NAMES or line[first].text.lower() in dull):
        first += 1
        while first < last and not _capital(line[first]):
            first += 1
    end = last
    while last > first and line[last - 1].text.lower() in SUFFIXES | NO_NAMES | {"."}:
        last -= 1
    if first == last:
        return None
    titled = [at for at in range(first, last) if line[at].text.lower() in TITLES]
    name = titled[-1] + 1 if titled else first
    while name < last and line[name].kind == "mark":
        name += 1
    if name == last or (titled and line[name].text.lower() in ORGANISATION_WORDS):
        if not titled or all(line[at].text.lower() in TITLES for at in range(first, last) if line[at].kind == "word"):
            return None
        name = first
    words = tuple(token.text for token in line[name:last] if token.kind == "word")
    title = " ".join(token.text for token in line[first:name] if token.kind == "word")
    return _Run(number, first, end, words, title, line[name].start, line[last - 1].end)


def _link(runs: Sequence[_Run], entities: list[Entity]) -> list[int]:
    """The entity of each run, by number: full names first, then single words as the last who could be meant."""
    known: dict[tuple[str, ...], int] = {}
    for run in sorted((run for run in runs if len(run.words) > 1), key=lambda run: -len(run.words)):
        if run.words not in known:
            fuller = _fuller(run.words, known)
            known[run.words] = _new(run, entities) if fuller is None else fuller
    for run in runs:  # the first place where the fullest form stands
        if len(run.words) > 1 and entities[known[run.words]].words == run.words:
            entity = entities[known[run.words]]
            if run.start < entity.start:
                entity.start, entity.end = run.start, run.end
    latest: dict[int, int] = {}
    numbers = []
    for at, run in enumerate(runs):
        number = known[run.words] if len(run.words) > 1 else _meant(run, entities, latest, known)
        if run.words[-1] == entities[number].words[-1]:  # a couple's last name is not whom its first names call up
            latest[number] = at
        entities[number].title = entities[number].title or run.title
        numbers.append(number)
        if len(run.words) == 1 < len(entities[number].words) and entities[number].words[-1] == run.words[0]:
            entities[number].person = max(entities[number].person, _LAST_NAME)
    return numbers


def _new(run: _Run, entities: list[Entity]) -> int:
    entities.append(Entity(run.words, run.start, run.end))
    return len(entities) - 1


def _fuller(words: tuple[str, ...], known: dict[tuple[str, ...], int]) -> int | None:
    """The entity that a shorter form of several words belongs to."""
    for form, number in known.items():
        if len(form) > len(words) and form[-1] == words[-1] and form[0] == words[0]:
            return number
        if len(form) > len(words) and words in (form[-len(words) :], form[: len(words)]):
            return number
    return None


def _meant(run: _Run, entities: list[Entity], latest: dict[int, int], known: dict[tuple[str, ...], int]) -> int:
    """Whom a single word means: who bears it as last name (of several, who was mentioned last), or as first."""
    word = run.words[0]
    several = [(number, entity) for number, entity in enumerate(entities) if len(entity.words) > 1]
    last = [number for number, entity in several if entity.words[-1] == word and word.lower() not in PLACE_WORDS]
    first = [number for number, entity in several if entity.words[0] == word and not _is_place(entity)]
    if word.lower() not in ORGANISATION_WORDS and last:
        return max(last, key=lambda number: (latest.get(number, -1), -entities[number].start))
    if word.lower() not in ORGANISATION_WORDS and first:
        return min(first, key=lambda number: entities[number].start)
    if run.words not in known:
        known[run.words] = _new(run, entities)
    return known[run.words]


def _is_place(entity: Entity) -> bool:
    return entity.words[-1].lower() in PLACE_WORDS or entity.words[0].lower() in ("mount", "lake", "port", "fort")


# What the names are


def weigh(names: Names, sentences: Sequence[Sentence]) -> None:
    """Count what speaks for a person, an organisation, a man, a woman, name by name."""
    for entity in names.entities:
        low = [word.lower() for word in entity.words]
        entity.organisation += 3 * any(word in ORGANISATION_WORDS for word in low) + 9 * _is_place(entity)
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
    if before and before.low in _PLACING:
        entity.organisation += 2
    noun = _head_in_front(line, at - 1) if before and before.text == "," else before.low if before else ""
    if is_person_noun(noun) and not line[at].owner:
        entity.person += 2
        _gender_by_words(entity, [noun])
    if len(after) < 2 or after[0].text != "," or line[at].owner:
        return
    if after[1].text.isdigit() and len(after[1].text) < 3:
        entity.person += 3
    if after[1].low in ("who", "whose"):
        entity.person += 2 if after[1].low == "who" or after[2:3] and _is_kin(after[2].low) else 0
    phrase = [token.low for token in _until_mark(after[1:])]
    if phrase and phrase[0] not in ("and", "but", "or", "which", "where", "in", "at", "on"):
        head = _head(phrase)
        entity.person += 2 * is_person_noun(head)
        entity.organisation += 2 * is_organisation_noun(head)
        if phrase[0] != "who" and is_person_noun(head):
            _gender_by_words(entity, [head])


def _head_in_front(line: Sequence[Token], comma: int) -> str:
    """The main word of what stands between the mark before a comma and the comma: `the leader of the council,`."""
    first = comma
    while first and line[first - 1].kind in ("word", "name"):
        first -= 1
    return _head([token.low for token in line[first:comma]])


def _head(words: Sequence[str]) -> str:
    """The main word of a description: the last in front of a preposition or relative pronoun."""
    stop = next((at for at, word in enumerate(words) if at and word in PREPOSITIONS | {"that"}), len(words))
    return words[stop - 1] if stop else ""


def _is_kin(word: str) -> bool:
    return word in MALE_WORDS | FEMALE_WORDS


def _until_mark(tokens: Sequence[Token]) -> list[Token]:
    stop = next((at for at, token in enumerate(tokens) if token.kind in ("mark", "quote")), len(tokens))
    return list(tokens[:stop])


def _gender_by_words(entity: Entity, words: Iterable[str]) -> None:
    for word in words:
        entity.genders["m"] += 4 * (word in MALE_WORDS)
        entity.genders["f"] += 4 * (word in FEMALE_WORDS)


def _weigh_pronouns(entities: Sequence[Entity], line: Sequence[Token], before: Sequence[Token]) -> None:
    """A pronoun after the only name of its sentence, or at the start after a sentence with one name, is that name's."""
    named = _possible_people(entities, line)
    pronouns = [(at, token.low) for at, token in enumerate(line) if token.low in MALE | FEMALE]
    if not pronouns:
        return
    place, word = pronouns[0]
    if len(named) == 1:
        who, first = next(iter(named.items()))
        if first < place and not line[first].owner and _one_kind(pronouns):
            _vote(entities[who], word)
    earlier = _possible_people(entities, before)
    if len(earlier) == 1 and not any(at < place for at in named.values()):
        _vote(entities[next(iter(earlier))], word)


def _one_kind(pronouns: Sequence[tuple[int, str]]) -> bool:
    return len({word in MALE for _, word in pronouns}) == 1


def _possible_people(entities: Sequence[Entity], line: Sequence[Token]) -> dict[int, int]:
    """The names of a sentence that may be people's, with the place of their first mention."""
    found: dict[int, int] = {}
    for at, token in enumerate(line):
        if token.kind == "name" and entities[token.who].organisation < 2 + entities[token.who].person:
            found.setdefault(token.who, at)
    return found


def _vote(entity: Entity, word: str) -> None:
    entity.genders["m" if word in MALE else "f"] += 1
