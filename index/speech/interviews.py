"""Interviews in questions and answers: paragraphs that begin with who speaks (`Ann Lee: …`, `AL: …`, `Q: …`)."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from index.article import Paragraph
from index.speech.names import Entity

_LABEL = re.compile(r"(?P<who>(?:[A-Z][\w.’'-]*)(?: [A-Z][\w.’'-]*){0,3}):\s")
_QUESTION = frozenset({"Q", "QUESTION", "INTERVIEWER"})
_ANSWER = frozenset({"A", "ANSWER"})
_FEWEST = 4  # labelled paragraphs
_REPEATED = 2


def labels_of(text: str, paragraphs: Sequence[Paragraph]) -> dict[int, str]:
    """The labels of an interview's paragraphs, by number; nothing where the article is none.

    Two labels or more come back again and again; a single `Note: …` makes no interview. What stands unlabelled between
    two labelled paragraphs of a section goes on with the first.
    """
    matches = {p.index: _LABEL.match(text, p.start, p.end) for p in paragraphs if p.kind == "body"}
    found = {number: match["who"] for number, match in matches.items() if match}
    times = Counter(found.values())
    kept = {number: label for number, label in found.items() if times[label] >= _REPEATED or _is_name(label, times)}
    repeated = sum(count >= _REPEATED for count in times.values())
    if repeated < _REPEATED or len(kept) < _FEWEST:
        return {}
    return _continued(text, paragraphs, kept)


def _is_name(label: str, times: Counter[str]) -> bool:
    """Whether a label that stands once is the full name of one that comes back as initials."""
    return any(times[short] >= _REPEATED for short in (_initials(label), label.split()[0], label.split()[-1]))


def _continued(text: str, paragraphs: Sequence[Paragraph], kept: dict[int, str]) -> dict[int, str]:
    labels: dict[int, str] = {}
    last = max(kept)
    current, section = "", None
    for paragraph in paragraphs:
        if paragraph.index in kept:
            current, section = kept[paragraph.index], paragraph.section
        elif paragraph.section != section or text[paragraph.start] in "[(" or paragraph.index > last:
            current = ""
        if current:
            labels[paragraph.index] = current
    return labels


def speaker_of(label: str, labels: Mapping[int, str], entities: Sequence[Entity], front: Sequence[int]) -> int | None:
    """The entity that a label names, by number. `front` are the people named before the interview begins.

    A name is itself, initials are the one person who has them, `A` is the one person in front, `Q` nobody we know.
    """
    if label.upper() in _QUESTION:
        return None
    if label.upper() in _ANSWER:
        return front[0] if len(set(front)) == 1 else None
    short = label.replace(".", "")
    if short.isupper() and (named := [n for n, e in enumerate(entities) if _initials(" ".join(e.words)) == short]):
        asked = [n for n in named if " ".join(entities[n].words) in labels.values()]
        return (asked or named)[0] if len(asked or named) == 1 else None
    plain = tuple(short.split())
    forms = [(n, e.words) for n, e in enumerate(entities) if e.words]
    whole = [n for n, words in forms if words == plain]
    last = [n for n, words in forms if words[-1:] == plain]
    first = [n for n, words in forms if words[:1] == plain]
    named = whole or last or first
    return named[0] if len(named) == 1 else None


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split()) if " " in name else ""
