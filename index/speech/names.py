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
    register = _Register(runs)
    numbers = [register.entity_of(run, at) for at, run in enumerate(runs)]
    for run, number in sorted(zip(runs, numbers, strict=True), key=lambda pair: -pair[0].first):
        line = tokens[run.sentence]
        last = line[run.last - 1]
        text = narrated[line[run.first].start : last.end]
        line[run.first : run.last] = [Token(text, line[run.first].start, last.end, "name", number, last.owner)]
    return Names(tokens, register.entities)


class _Register:
    """Who is named by which words: full names first, then single words as they come."""

    def __init__(self, runs: Sequence[Run]) -> None:
        self.entities: list[Entity] = []
        self._known: dict[tuple[str, ...], int] = {}
        self._by_last: dict[str, list[int]] = {}
        self._by_first: dict[str, list[int]] = {}
        self._times = Counter(" ".join(run.words) for run in runs)
        self._latest: dict[int, int] = {}
        for run in sorted((run for run in runs if len(run.words) > 1), key=lambda run: (-len(run.words), run.start)):
            if run.words not in self._known:
                fuller = self._fuller(run.words)
                self._known[run.words] = self._new(run) if fuller is None else fuller

    def entity_of(self, run: Run, at: int) -> int:
        """The entity that run number `at` names, by number. Runs are asked for in order."""
        number = self._known[run.words] if len(run.words) > 1 else self._meant(run)
        entity = self.entities[number]
        entity.title = entity.title or run.title
        if run.words[-1] == entity.words[-1]:  # a couple's last name is not whom its first names call up
            self._latest[number] = at
            if len(run.words) == 1 < len(entity.words):
                entity.person = max(entity.person, _LAST_NAME)
        return number

    def _new(self, run: Run) -> int:
        number = len(self.entities)
        self.entities.append(Entity(run.words, run.start, run.end))
        if len(run.words) > 1:
            self._by_last.setdefault(run.words[-1], []).append(number)
            self._by_first.setdefault(run.words[0], []).append(number)
        return number

    def _fuller(self, words: tuple[str, ...]) -> int | None:
        """The entity that a shorter form of several words belongs to: it ends, begins, or does both as the longer."""
        near: list[int] = [*self._by_last.get(words[-1], ()), *self._by_first.get(words[0], ())]
        for number in near:
            form = self.entities[number].words
            ends = form[-len(words) :] == words or form[: len(words)] == words
            if len(form) > len(words) and (ends or (form[0], form[-1]) == (words[0], words[-1])):
                return number
        return None

    def _meant(self, run: Run) -> int:
        """Whom a single word means: who bears it as last name (of several, who was mentioned last), or as first.

        A first name that is introduced anew is somebody else's: `Jack, an engineer` after `Jack Dorsey`.
        """
        word = run.words[0]
        if run.words in self._known:
            return self._known[run.words]
        if word.lower() not in ORGANISATION_WORDS | PLACE_WORDS and (last := self._by_last.get(word)):
            last = sorted(last, key=lambda number: (self._latest.get(number, -1), -self.entities[number].start))
            return last[-1]
        if word.lower() not in ORGANISATION_WORDS:
            first = [number for number in self._by_first.get(word, ()) if not self.entities[number].is_place]
            first.sort(key=lambda number: self.entities[number].start)
            if first and not self._stands_alone(run, self.entities[first[0]]):
                return first[0]
        self._known[run.words] = self._new(run)
        return self._known[run.words]

    def _stands_alone(self, run: Run, longer: Entity) -> bool:
        """Whether a word is a name of its own, beside a longer one that begins with it."""
        if longer.start < run.start:
            return run.introduced
        return self._times[run.words[0]] > _OFTEN * self._times[" ".join(longer.words)]
