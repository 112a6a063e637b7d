"""Names in an article's narration, and which mentions are one: full names, last names, first names, short forms.

No model: a name is a run of capitalised words. What it names is decided in `people`.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from index.article import Sentence
from index.speech.runs import Run, find_runs
from index.speech.tokens import Token, tokens_of
from index.speech.words import (
    ORGANISATION_WORDS,
    PLACE_WORDS,
)

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


def find_names(narrated: str, sentences: Sequence[Sentence]) -> Names:
    """The names in a narration (see `quotations.narration`)."""
    tokens = [tokens_of(narrated, sentence.start, sentence.end) for sentence in sentences]
    telling = [tokens[s.index] if s.kind in ("body", "deck") else [] for s in sentences]
    runs = list(find_runs(telling))
    entities: list[Entity] = []
    numbers = _link(runs, entities)
    for run, number in sorted(zip(runs, numbers, strict=True), key=lambda pair: -pair[0].first):
        line = tokens[run.sentence]
        last = line[run.last - 1]
        text = narrated[line[run.first].start : last.end]
        line[run.first : run.last] = [Token(text, line[run.first].start, last.end, "name", number, last.owner)]
    return Names(tokens, entities)


def _link(runs: Sequence[Run], entities: list[Entity]) -> list[int]:
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


def _new(run: Run, entities: list[Entity]) -> int:
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
    run: Run, entities: list[Entity], latest: dict[int, int], known: dict[tuple[str, ...], int], times: Counter[str]
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
