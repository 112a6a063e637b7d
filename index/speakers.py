"""Who says what in an article: each quotation and each sentence with its speaker, by rules. Unknown stays unknown.

The steps, each a module of `index.speech`: where quotations stand (`quotations`), who is named (`names`, `people`,
`roles`), which verbs of saying have which subjects (`attribution`, `descriptions`), whom pronouns mean (`scene`), whose
quotations are (`spoken`), and interviews (`interviews`). Texts and spans are never changed. What the rules do, how
well, and what they cannot: docs/speakers.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from index.article import Paragraph, Sentence, Speaker
from index.speech.interviews import labels_of
from index.speech.names import Entity, find_names
from index.speech.people import weigh
from index.speech.quotations import narration, quotations
from index.speech.roles import find_roles
from index.speech.scene import Scene
from index.speech.spoken import Quotes

SPEAKERS = "speakers/1"
"""What made the speakers; part of the index manifest. Raise it when a rule changes."""


@dataclass(frozen=True, slots=True)
class SpokenQuotation:
    """A quotation with its marks, `[start, end)`, and the name of who says it; None where that is unknown."""

    start: int
    end: int
    speaker: str | None


@dataclass(frozen=True, slots=True)
class Speech:
    """Who speaks in an article: the speakers, the quotations, and for each sentence its speaker's name or None."""

    speakers: tuple[Speaker, ...]
    quotations: tuple[SpokenQuotation, ...]
    of_sentences: tuple[str | None, ...]


def find_speakers(text: str, paragraphs: Sequence[Paragraph], sentences: Sequence[Sentence]) -> Speech:
    """Who speaks in the sentences of a canonical text."""
    quoted = quotations(text, paragraphs)
    narrated = narration(text, quoted)
    names = find_names(narrated, sentences)
    weigh(names, sentences)
    find_roles(narrated, names)
    scene = Scene(text, names, sentences)
    scene.seat(labels_of(text, paragraphs))
    for sentence in sentences:
        scene.hear(sentence)
    owners = Quotes(text, quoted, scene).assign()
    entities = scene.names.entities
    shown = {who: _shown(text, entities[who]) for who in (*owners.values(), *scene.speaker) if who is not None}
    return Speech(
        _speakers([entities[who] for who in dict.fromkeys(scene.speaker) if who is not None], text),
        tuple(SpokenQuotation(one.start, one.end, None if who is None else shown[who]) for one, who in owners.items()),
        tuple(None if who is None else shown[who] for who in scene.speaker),
    )


def _speakers(heard: Sequence[Entity], text: str) -> tuple[Speaker, ...]:
    """Those who speak, each once, in the order in which their names stand."""
    speakers: dict[str, Speaker] = {}
    for one in sorted(heard, key=lambda entity: entity.start):
        name = _shown(text, one)
        speakers.setdefault(name, Speaker(name=name, role=one.role, start=one.start, end=one.end))
    return tuple(speakers.values())


def _shown(text: str, entity: Entity) -> str:
    """A name as the article has it; a description without the capital that only began its sentence."""
    name = text[entity.start : entity.end]
    return name if entity.proper else name[:1].lower() + name[1:]
