"""Names in an article's narration, and which mentions are one: full names, last names, first names, short forms.

No model: a name is a run of capitalised words. What it names is decided in `people`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from index.article import Sentence
from index.speech.tokens import Token, tokens_of
from index.speech.words import (
    DETERMINERS,
    NO_NAMES,
    ORGANISATION_WORDS,
    PLACE_WORDS,
    REPORTS,
    SAYS,
    SUFFIXES,
    TITLES,
    head_of,
    is_person_noun,
)

_PARTICLES = frozenset("de da del della di du van von der den la le el al bin ibn ten ter dos".split())
_INNER = frozenset("of for the and".split())

_LAST_NAME = 2  # what it says for a person that the last word of the name stands for the whole
_OFTEN = 3  # so many times as often as its long form: then a word is a name of its own


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
    proper: bool = True
    genders: Counter[str] = field(default_factory=Counter)

    @property
    def is_person(self) -> bool:
        """Whether more speaks for a person than against."""
        return self.person + min(3, self.genders.total() // 4) > self.organisation

    @property
    def is_place(self) -> bool:
        """Whether it is called as places are."""
        low = [word.lower() for word in self.words] or [""]
        return low[-1] in PLACE_WORDS or low[0] in ("mount", "lake", "port", "fort", "st")

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
    introduced: bool = False


def find_names(narrated: str, sentences: Sequence[Sentence]) -> Names:
    """The names in a narration (see `quotations.narration`)."""
    tokens = [tokens_of(narrated, sentence.start, sentence.end) for sentence in sentences]
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


def _runs(lines: Sequence[Sequence[Token]]) -> Iterator[_Run]:
    common = {token.text for line in lines for token in line if token.kind == "word" and token.text.islower()}
    inside = {token.text for line in lines for at, token in enumerate(line) if not _opens(line, at) and _capital(token)}
    times = Counter(token.text for line in lines for token in line if _capital(token))
    people = {line[0].text for line in lines if line and _capital(line[0]) and _is_introduced(line, 1)}
    for number, line in enumerate(lines):
        at = 0
        while at < len(line):
            if not _capital(line[at]):
                at += 1
                continue
            last = _run_end(line, at)
            dull = common - inside if _opens(line, at) else frozenset()
            run = _run(number, line, at, last, dull)
            if run is None and last - at == 1 and line[at].text in people:  # `Will said`
                run = _Run(number, at, last, (line[at].text,), "", line[at].start, line[at].end)
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
    """The name in a run: without the words that only begin a sentence, titles, and letters behind it."""
    introduced = _is_introduced(line, last)
    first = _name_start(line, first, last, frozenset(dull)) if not (introduced and last - first == 1) else first
    end = last
    while last > first and line[last - 1].text.lower() in SUFFIXES | NO_NAMES | {"."} and not introduced:
        last -= 1
    if all(line[at].text.lower() in TITLES for at in range(first, last) if line[at].kind == "word"):
        return None
    while line[last - 1].text.lower() in TITLES:  # `Acme CEO`: Acme
        last = end = last - 1
    titled = [at for at in range(first, last) if line[at].text.lower() in TITLES]
    name = titled[-1] + 1 if titled else first
    while name < last and line[name].kind == "mark":
        name += 1
    if titled and line[name].text.lower() in ORGANISATION_WORDS:
        name = first
    words = tuple(token.text for token in line[name:last] if token.kind == "word" and token.text not in "’'")
    title = " ".join(token.text for token in line[first:name] if token.kind == "word")
    return _Run(number, first, end, words, title, line[name].start, line[last - 1].end, introduced)


def _name_start(line: Sequence[Token], first: int, last: int, dull: frozenset[str]) -> int:
    """Where a run's name begins: behind a dull word at its start, and small words."""
    at = first
    while at < last and (line[at].text.lower() in NO_NAMES or (at == first and line[at].text.lower() in dull)):
        at += 1
        while at < last and not _capital(line[at]):
            at += 1
    return at


def _is_introduced(line: Sequence[Token], last: int) -> bool:
    """Whether a name that ends at `last` is followed by what a person is: `Will, a researcher, …`."""
    if last + 1 >= len(line) or line[last].text != "," or line[last - 1].owner:
        return False
    stop = next((at for at in range(last + 1, len(line)) if line[at].kind in ("mark", "quote")), len(line))
    words = [token.low for token in line[last + 1 : stop]]
    return bool(words) and words[0] in DETERMINERS and is_person_noun(head_of(words))


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
    times = Counter(" ".join(run.words) for run in runs)
    latest: dict[int, int] = {}
    numbers = []
    for at, run in enumerate(runs):
        number = known[run.words] if len(run.words) > 1 else _meant(run, entities, latest, known, times)
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


def _meant(
    run: _Run, entities: list[Entity], latest: dict[int, int], known: dict[tuple[str, ...], int], times: Counter[str]
) -> int:
    """Whom a single word means: who bears it as last name (of several, who was mentioned last), or as first.

    A first name that is introduced anew is somebody else's: `Jack, an engineer` after `Jack Dorsey`.
    """
    word = run.words[0]
    if run.words in known:
        return known[run.words]
    several = [(number, entity) for number, entity in enumerate(entities) if len(entity.words) > 1]
    if word.lower() not in ORGANISATION_WORDS | PLACE_WORDS:
        last = [number for number, entity in several if entity.words[-1] == word]
        if last:
            return max(last, key=lambda number: (latest.get(number, -1), -entities[number].start))
    if word.lower() not in ORGANISATION_WORDS:
        first = [number for number, entity in several if entity.words[0] == word and not entity.is_place]
        if first:
            number = min(first, key=lambda number: entities[number].start)
            before = entities[number].start < run.start
            often = times[word] > _OFTEN * times[" ".join(entities[number].words)]
            if not (run.introduced if before else often):
                return number
    known[run.words] = _new(run, entities)
    return known[run.words]
