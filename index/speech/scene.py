"""The narration read from its start: who is spoken of and who speaks, sentence by sentence, pronouns included."""

from collections.abc import Iterator, Mapping, Sequence

from index.article import Sentence
from index.speech.attribution import attributions
from index.speech.descriptions import Subject, is_plural, opening_description
from index.speech.interviews import speaker_of
from index.speech.names import Entity, Names
from index.speech.subjects import Attribution, main_subject
from index.speech.tokens import Token
from index.speech.words import CALLS, FEMALE_WORDS, MALE_WORDS, PREPOSITIONS, is_person_noun

_FAR = 12  # sentences that a pronoun may reach back
_PARAGRAPHS_BACK = 3
_SUBORDINATING = frozenset("asked when if while as after before because whether that although though since".split())


class Scene:
    """The narration read from its start: who is spoken of, and who speaks, sentence by sentence."""

    def __init__(self, text: str, names: Names, sentences: Sequence[Sentence]) -> None:
        self.names = names
        self.sentences = sentences
        self.speaker: list[int | None] = [None] * len(sentences)
        self.attributed: list[bool] = [False] * len(sentences)
        self.subject: list[int | None] = [None] * len(sentences)
        self._text = text
        self._described: dict[str, int] = {}
        self._in_role: dict[str, set[int]] = {}
        for who, entity in enumerate(names.entities):
            for word in f"{entity.title} {entity.role}".lower().split() if entity.is_person else ():
                self._in_role.setdefault(word, set()).add(who)

    def seat(self, labels: Mapping[int, str]) -> None:
        """Give an interview's paragraphs the speakers that their labels name."""
        first = min(labels, default=0)
        front = [who for s in self.sentences if s.paragraph < first for who in self._people(self.names.tokens[s.index])]
        seats = {label: speaker_of(label, labels, self.names.entities, front) for label in set(labels.values())}
        for sentence in self.sentences:
            if sentence.paragraph in labels:
                self.attributed[sentence.index] = True
                self.speaker[sentence.index] = seats[labels[sentence.paragraph]]

    def hear(self, sentence: Sentence) -> None:
        """Read one more sentence."""
        if sentence.kind not in ("body", "deck") or self.attributed[sentence.index]:
            return
        line = self.names.tokens[sentence.index]
        found = attributions(line)
        resolved = [(one, self._resolve(one.subject, sentence.index)) for one in found]
        self.attributed[sentence.index] = bool(found)
        self.speaker[sentence.index] = _one_speaker(line, resolved)
        subject = opening_description(line) or main_subject(line)
        self.subject[sentence.index] = self._resolve(subject, sentence.index, told=True) if subject else None

    def person(self, who: int | None) -> int | None:
        """`who`, if it is a person."""
        return who if who is not None and self.names.entities[who].is_person else None

    def _resolve(self, subject: Subject | None, sentence: int, *, told: bool = False) -> int | None:
        """Who a subject is; `told` where it is spoken of and does not speak."""
        if subject is None:
            return None
        if subject.how == "name":
            return subject.who
        return self._meant(subject, sentence, told) if subject.how == "pronoun" else self._description(subject)

    def _description(self, subject: Subject) -> int | None:
        """The number of who is described; one description is one speaker."""
        words = self._text[subject.start : subject.end].split()
        known = " ".join(words).lower()
        if words[0].lower() in ("a", "an", "the", "its", "his", "her", "their", "our"):
            known = " ".join(words[1:]).lower()
            if words[0].lower() not in ("a", "an") and (who := self._by_role(known)) is not None:
                return who
        if known not in self._described:
            entity = Entity((), subject.start, subject.end, proper=subject.proper)
            person = is_person_noun(subject.word)
            entity.person, entity.organisation = 2 * person, 2 * (not person)
            entity.plural = is_plural(subject.word)
            for word in known.split():
                entity.genders["m"] += word in MALE_WORDS
                entity.genders["f"] += word in FEMALE_WORDS
            self.names.entities.append(entity)
            self._described[known] = len(self.names.entities) - 1
        return self._described[known]

    def _by_role(self, role: str) -> int | None:
        """The one person who was introduced in that role: `the surveyor`."""
        words = role.split()
        stop = next((at for at, word in enumerate(words) if at and word in PREPOSITIONS), len(words))
        if not is_person_noun(words[stop - 1]):
            return None
        bearers = set.intersection(*(self._in_role.get(word, set()) for word in words))
        return next(iter(bearers)) if len(bearers) == 1 else None

    def _meant(self, subject: Subject, sentence: int, told: bool) -> int | None:
        """Whom a pronoun means: the nearest person in front who fits, subjects before others.

        A speaker goes on speaking, and who is told of goes on being told of.
        """
        if subject.word == "they":
            return self._several(sentence)
        wanted = {"he": "m", "she": "f"}.get(subject.word)
        if wanted is None:
            return None
        for who, leading in self._spoken_of(subject, sentence, told):
            gender = self.names.entities[who].gender
            if gender == wanted or (not gender and leading):
                return who
        return None

    def _several(self, sentence: int) -> int | None:
        """Whom `they` means: the people who spoke, or were the subject, in the sentence before."""
        before = (self.speaker[sentence - 1], self.subject[sentence - 1]) if sentence else ()
        return next((who for who in before if who is not None and self.names.entities[who].plural), None)

    def _spoken_of(self, subject: Subject, sentence: int, told: bool) -> Iterator[tuple[int, bool]]:
        """People in front of a subject, nearest sentence first, with whether each leads its sentence."""
        own = [token for token in self.names.tokens[sentence] if token.start < subject.start]
        first = main_subject(own)
        if first and first.how == "name" and self.person(first.who) is not None:
            yield first.who, not any(token.low in _SUBORDINATING for token in own if token.start < first.start)
        yield from ((who, False) for who in self._people(own))
        here = self.sentences[sentence].paragraph
        for at in range(sentence - 1, max(-1, sentence - _FAR), -1):
            if here - self.sentences[at].paragraph > _PARAGRAPHS_BACK:
                return
            leading = [self.person(self.speaker[at]), self.person(self.subject[at])]
            yield from ((who, True) for who in (reversed(leading) if told else leading) if who is not None)
            yield from ((who, False) for who in self._people(self.names.tokens[at]))

    def _people(self, line: Sequence[Token]) -> list[int]:
        named = (token.who for token in line if token.kind == "name")
        return [who for who in dict.fromkeys(named) if self.names.entities[who].is_person]


def _one_speaker(line: Sequence[Token], resolved: Sequence[tuple[Attribution, int | None]]) -> int | None:
    """The speaker of a sentence: of the first attribution, unless a clause of its own has another.

    What somebody else is said to call something in quotes goes before what it is said according to; so does anything
    before a document (`According to the report, Ann said …`).
    """
    while len(resolved) > 1 and line[resolved[0][0].at].low == "according":
        if resolved[0][1] is not None and line[resolved[1][0].at].low not in CALLS:
            break
        resolved = resolved[1:]
    if not resolved:
        return None
    first, who = resolved[0]
    for other, whom in resolved[1:]:
        apart = any(token.text == ";" for token in line[first.at : other.at])
        if apart and whom != who:
            return None
    return who
