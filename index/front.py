"""Title, deck and byline: found at the top of the blocks, by what the metadata says or by how they look."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from index.article import PlaceKind
from index.blocks import Block
from index.metadata import Metadata, parse_date
from index.text import clean

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)[a-z]*"
_DATE = re.compile(rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH}|{_MONTH}\s+\d|(?:19|20)\d\d|\d{{4}}-\d\d-\d\d)\b")
_BY = re.compile(
    r"^(?:\w+(?: and \w+)?:? |policy |an )?"
    r"(?:by|words|text|story|report(?:ed)?|posted|written|interview|analysis|essay)"
    r"(?: and (?:sketches|pictures|photographs?|photos))?\b:?(?: by\b)?:?\s*(?=[A-Z])",
    re.IGNORECASE,
)
_SMALL = {"by", "of", "and", "the", "for", "in", "at", "our", "a", "updated", "reporter", "correspondent", "editor"}
_BYLINE_WORDS = 24
_DECK_WORDS = 80
_TITLE_WORDS = 30
_SEARCH = 5
_NAMED = 0.9


@dataclass(frozen=True, slots=True)
class Front:
    """The front matter: its pieces in reading order, and how many of the source's blocks they used up."""

    pieces: tuple[tuple[PlaceKind, Block], ...]
    used: int
    title: str
    deck: str
    byline: str
    publisher: str
    published: date | None


def find_front(blocks: Sequence[Block], metadata: Metadata) -> Front:
    """The front matter of an article. What the metadata says goes before what the blocks look like.

    A title or byline that only the metadata knows is put in front of the text, so that it can be cited.
    """
    roles = _roles(blocks, metadata)
    pieces: list[tuple[PlaceKind, Block]] = [(roles[i], blocks[i]) for i in range(len(roles))]
    if metadata.title and not any(kind == "title" for kind, _ in pieces):
        pieces.insert(0, ("title", Block("heading", clean(metadata.title), 1)))
    if (line := _byline_of(metadata)) and not any(kind == "byline" for kind, _ in pieces):
        after = sum(kind in ("title", "deck") for kind, _ in pieces)
        pieces.insert(after, ("byline", Block("paragraph", line)))
    shown = {kind: " ".join(b.text for k, b in pieces if k == kind) for kind in ("title", "deck", "byline")}
    line = shown["byline"]
    who, where = _split_byline(line)
    return Front(
        pieces=tuple(pieces),
        used=len(roles),
        title=metadata.title or shown["title"] or _short_title(blocks),
        deck=metadata.deck or shown["deck"],
        byline=metadata.byline or who,
        publisher=metadata.publisher or where,
        published=metadata.published or (parse_date(line) if _DATE.search(line) else None),
    )


def _byline_of(metadata: Metadata) -> str:
    """Writer, publisher and date in a line, as far as the metadata says them; nothing without a writer."""
    if not metadata.byline:
        return ""
    day = f"{metadata.published.day} {metadata.published:%B %Y}" if metadata.published else ""
    return clean(", ".join(filter(None, (metadata.byline, metadata.publisher, day))) + ".")


def _roles(blocks: Sequence[Block], metadata: Metadata) -> list[PlaceKind]:
    """The roles of the first blocks, up to the first block of the body."""
    roles: list[PlaceKind] = []
    if _is_title(blocks[0], metadata):
        roles.append("title")
    start = len(roles)
    byline = next((i for i in range(start, min(start + _SEARCH, len(blocks))) if _is_byline(blocks[i], metadata)), None)
    if byline is not None and all(_may_be_deck(block) for block in blocks[start:byline]):
        roles += ["deck"] * (byline - start)
        roles.append("byline")
        if byline == start and len(blocks) > start + 1 and _is_deck(blocks[start + 1], metadata):
            roles.append("deck")
        return roles
    while roles and len(roles) < len(blocks) and _is_deck(blocks[len(roles)], metadata):
        roles.append("deck")
    return roles


def _is_title(block: Block, metadata: Metadata) -> bool:
    if metadata.title:
        return is_same(block.text, metadata.title)
    if block.kind == "heading":
        return block.level <= 1 or len(block.text.split()) <= _TITLE_WORDS
    return block.kind == "paragraph" and len(block.text.split()) <= _TITLE_WORDS and block.text[-1] not in ".:;,…"


def _is_byline(block: Block, metadata: Metadata) -> bool:
    words = block.text.split()
    if block.kind != "paragraph" or len(words) > _BYLINE_WORDS:
        return False
    if metadata.byline and metadata.byline.casefold() in block.text.casefold():
        return True
    named = sum(not word.islower() or word.strip(".,|") in _SMALL for word in words) / len(words)
    if _BY.match(block.text):  # `By Monday the strike had spread.` is a sentence
        return named >= _NAMED or block.text[-1] not in '.!?…:;”"'
    starts_with_name = len(words) > 2 and words[0][0].isupper() and words[1][0].isupper()
    return bool(_DATE.search(block.text)) and starts_with_name and named >= _NAMED


def _may_be_deck(block: Block) -> bool:
    return block.kind == "paragraph" and len(block.text.split()) <= _DECK_WORDS


def _is_deck(block: Block, metadata: Metadata) -> bool:
    return is_same(block.text, metadata.deck) or (block.emphasised and _may_be_deck(block))


def is_same(one: str, other: str) -> bool:
    """Whether two texts differ in nothing but white space and case. An empty text is the same as none."""
    return bool(one) and clean(one).casefold() == clean(other).casefold()


def _split_byline(line: str) -> tuple[str, str]:
    """Writer and publisher from a line such as `Ann Lee, The Courier, Sat 14 Jun 2025`."""
    parts = [part for part in re.split(r"\s*[|·,]\s*", _BY.sub("", line).rstrip(".")) if part]
    named = [part for part in parts if not _DATE.search(part)]
    publisher = next((part for part in named[1:] if re.match(r"The [A-Z]", part)), "")
    return (named[0].split(". ")[0] if named else ""), publisher


def _short_title(blocks: Sequence[Block]) -> str:
    """A name for an article without a title: its first words."""
    words = blocks[0].text.split()
    return " ".join(words[:8]) + ("…" if len(words) > 8 else "")
