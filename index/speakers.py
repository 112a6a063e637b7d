"""Who says what in an article: each sentence with its speaker, by rules. Who is not made out stays unknown.

The steps, each in its module: where quotations stand (`quotations`), who is named (`names`, `roles`), which verbs of
saying have which subjects (`attribution`); here pronouns get their names and quotations their speakers. Texts and
spans are never changed. What the rules do, how well, and what they cannot: docs/speakers.md.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from index.article import Paragraph, Sentence, Speaker
from index.attribution import Attribution, attributions, main_subject
from index.descriptions import Subject, is_plural, opening_description
from index.interviews import labels_of, speaker_of
from index.names import Entity, Names, find_names
from index.people import weigh
from index.quotations import Quotation, narration, quotations
from index.roles import find_roles
from index.speech_words import CALLS, FEMALE_WORDS, MALE_WORDS, PREPOSITIONS, is_person_noun
from index.tokens import Token

SPEAKERS = "speakers/1"
"""What made the speakers; part of the index manifest. Raise it when a rule changes."""

_FAR = 12  # sentences that a pronoun may reach back
_PARAGRAPHS_BACK = 3
_FEW_WORDS = 3
_OF_SELF = re.compile(r"\b(?:I|me|my|we|us|our)\b")
_SUBORDINATING = frozenset("asked when if while as after before because whether that although though since".split())


@dataclass(frozen=True, slots=True)
class Speech:
    """Who speaks in an article: the speakers, and for each sentence the name of its speaker or None."""

    speakers: tuple[Speaker, ...]
    of_sentences: tuple[str | None, ...]


def find_speakers(text: str, paragraphs: Sequence[Paragraph], sentences: Sequence[Sentence]) -> Speech:
    """Who speaks in the sentences of a canonical text."""
    quoted = quotations(text, paragraphs)
    narrated = narration(text, quoted)
    names = find_names(narrated, sentences)
    weigh(names, sentences)
    find_roles(narrated, names)
    scene = _Scene(text, names, sentences)
    scene.seat(labels_of(text, paragraphs))
    for sentence in sentences:
        scene.hear(sentence)
    _Quotes(text, quoted, scene).assign()
    return _speech(text, scene)


def _speech(text: str, scene: "_Scene") -> Speech:
    heard = dict.fromkeys(who for who in scene.speaker if who is not None)
    entities = scene.names.entities
    shown = {who: _shown(text, entities[who]) for who in heard}
    speakers = {
        shown[who]: Speaker(name=shown[who], role=entities[who].role, start=entities[who].start, end=entities[who].end)
        for who in reversed(heard)
    }
    ordered = sorted(speakers.values(), key=lambda speaker: speaker.start)
    return Speech(tuple(ordered), tuple(None if who is None else shown[who] for who in scene.speaker))


def _shown(text: str, entity: Entity) -> str:
    """A name as the article has it; a description without the capital that only began its sentence."""
    name = text[entity.start : entity.end]
    return name if entity.proper else name[:1].lower() + name[1:]


class _Scene:
    """The narration read from its start: who is spoken of, and who speaks, sentence by sentence."""

    def __init__(self, text: str, names: Names, sentences: Sequence[Sentence]) -> None:
        self.names = names
        self.sentences = sentences
        self.speaker: list[int | None] = [None] * len(sentences)
        self.attributed: list[bool] = [False] * len(sentences)
        self.subject: list[int | None] = [None] * len(sentences)
        self._text = text
        self._described: dict[str, int] = {}

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
        bearers = [
            who
            for who, entity in enumerate(self.names.entities)
            if entity.words and entity.is_person and _has_role(entity, role)
        ]
        words = role.split()
        stop = next((at for at, word in enumerate(words) if at and word in PREPOSITIONS), len(words))
        return bearers[0] if len(bearers) == 1 and is_person_noun(words[stop - 1]) else None

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


def _has_role(entity: Entity, role: str) -> bool:
    words = f"{entity.title} {entity.role}".lower().split()
    return all(word in words for word in role.split())


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


class _Quotes:
    """Gives each quotation its speaker, and each sentence in it."""

    def __init__(self, text: str, quoted: Sequence[Quotation], scene: _Scene) -> None:
        self._text = text
        self._quoted = quoted
        self._scene = scene
        self._in_paragraph: dict[int, list[Sentence]] = {}
        for sentence in scene.sentences:
            self._in_paragraph.setdefault(sentence.paragraph, []).append(sentence)

    def assign(self) -> None:
        """Fill the speakers of the sentences that quotations reach into."""
        owners: list[int | None] = []
        for at, quotation in enumerate(self._quoted):
            who = self._said(quotation)
            if who is None and self._is_free(quotation):
                who = self._from_context(at, owners)
            owners.append(who)
        for at in range(len(owners) - 2, -1, -1):  # a quotation that goes on is one person's
            if self._quoted[at].goes_on and owners[at] is None:
                owners[at] = owners[at + 1]
        for quotation, owner in zip(self._quoted, owners, strict=True):
            for sentence in self._inside(quotation):
                if not self._scene.attributed[sentence.index] and self._is_free(quotation):
                    self._scene.speaker[sentence.index] = owner
        for quotation in self._quoted:
            self._go_on(quotation)

    def _inside(self, quotation: Quotation) -> list[Sentence]:
        """The sentences that a quotation reaches into."""
        sentences = self._in_paragraph.get(quotation.paragraph, [])
        return [s for s in sentences if s.start < quotation.end and quotation.start < s.end]

    def _said(self, quotation: Quotation) -> int | None:
        """Who is said to say it, in the sentence where it ends or else where it begins."""
        inside = self._inside(quotation)
        speakers = [self._scene.speaker[s.index] for s in inside if self._scene.attributed[s.index]]
        return next((who for who in reversed(speakers) if who is not None), None)

    def _is_free(self, quotation: Quotation) -> bool:
        """Whether a quotation is speech of its own, and no few words that a sentence borrows."""
        inside = self._inside(quotation)
        if not inside:
            return False
        whole = any(quotation.start <= s.start and s.end <= quotation.end + 1 for s in inside)
        words = len(self._text[quotation.start : quotation.end].split())
        opens = quotation.start == inside[0].start or self._text[: quotation.start].rstrip()[-1:] in ",:"
        return whole or (opens and words > _FEW_WORDS)

    def _go_on(self, quotation: Quotation) -> None:
        """A sentence that borrows somebody's `I` without saying whose goes on with the speaker before it."""
        inside = self._inside(quotation)
        if len(inside) != 1 or self._scene.attributed[inside[0].index] or self._scene.speaker[inside[0].index]:
            return
        at = inside[0].index
        before = self._scene.sentences[at - 1] if at else inside[0]
        named = any(token.kind == "name" for token in self._scene.names.tokens[at])
        together = before.index != at and before.paragraph == quotation.paragraph
        if together and not named and _OF_SELF.search(self._text, quotation.start, quotation.end):
            self._scene.speaker[at] = self._scene.speaker[before.index]

    def _from_context(self, at: int, owners: Sequence[int | None]) -> int | None:
        """The speaker of a quotation that its own sentences do not tell."""
        quotation = self._quoted[at]
        if at and self._quoted[at - 1].goes_on:
            return owners[at - 1]
        sentences = self._in_paragraph[quotation.paragraph]
        first = self._inside(quotation)[0]
        scene = self._scene
        for own in self._inside(quotation):  # a sentence that tells something besides has the say
            if any(token.kind in ("word", "name") for token in scene.names.tokens[own.index]):
                return scene.person(scene.subject[own.index])
        speakers = {scene.speaker[s.index] for s in sentences if scene.attributed[s.index]}
        if before := [s for s in sentences if s.index < first.index]:
            last = before[-1].index
            if scene.attributed[last]:
                return scene.speaker[last]
            if (previous := self._ending_in(last, at, owners)) is not None:
                return previous
            named = any(token.kind == "name" for token in scene.names.tokens[last])
            subject = scene.person(scene.subject[last])
            if subject is not None and (named or not speakers):
                return subject
        if speakers:
            return next(iter(speakers)) if len(speakers) == 1 else None
        return self._announced(quotation.paragraph) if first is sentences[0] else None

    def _ending_in(self, sentence: int, at: int, owners: Sequence[int | None]) -> int | None:
        """The speaker of the quotation before, where it reaches into a sentence."""
        if not at or self._quoted[at - 1].end <= self._scene.sentences[sentence].start:
            return None
        return owners[at - 1]

    def _announced(self, paragraph: int) -> int | None:
        """Who spoke, or was spoken of, at the end of the paragraph before one that is all quotation."""
        before = self._in_paragraph.get(paragraph - 1, [])
        if not before:
            return None
        last = before[-1]
        if self._scene.speaker[last.index] is not None:
            return self._scene.speaker[last.index]
        ends = self._text[last.end - 1] == ":"
        return self._scene.person(self._scene.subject[last.index]) if ends else None
