"""Blocks: what every reader of a file format hands to `canonical.build`, whatever the format was.

A block is one visual unit of the source (a paragraph, a heading, a list item, a table row) as plain text.
Knows nothing of spans, sentences or chat.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

BlockKind = Literal["heading", "paragraph", "item"]

# What Python's `\s` leaves out of the white space that a reader cannot see either.
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
_SPACE = re.compile(r"\s+")


def clean(text: str) -> str:
    r"""Canonical inline text: control and invisible characters go, runs of white space become one space.

    >>> clean(" a\u00a0b\n\tc ")
    'a b c'
    """
    return _SPACE.sub(" ", _CONTROL.sub(" ", _INVISIBLE.sub("", text))).strip()


@dataclass(frozen=True, slots=True)
class Block:
    """One visual unit of a source. `text` is already `clean`; `emphasised` when all of it is bold or italic."""

    kind: BlockKind
    text: str
    level: int = 0
    emphasised: bool = False


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a source says about itself. Empty strings and `None` mean that it does not say."""

    title: str = ""
    deck: str = ""
    byline: str = ""
    publisher: str = ""
    published: date | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A file or page as its reader understood it: blocks in reading order and the metadata found."""

    blocks: tuple[Block, ...]
    metadata: Metadata = field(default_factory=Metadata)
