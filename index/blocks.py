"""Blocks: what every reader of a file format hands to `canonical.build`, whatever the format was.

A block is one visual unit of the source (a paragraph, a heading, a list item, a table row) as plain text.
Knows nothing of spans, sentences or chat.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from index.metadata import Metadata
from index.text import clean

BlockKind = Literal["heading", "paragraph", "item"]

_TOP = 5  # blocks among which a title may stand that is no heading


@dataclass(frozen=True, slots=True)
class Block:
    """One visual unit of a source. `text` is already `clean`; `emphasised` when all of it is bold or italic."""

    kind: BlockKind
    text: str
    level: int = 0
    emphasised: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """A file or page as its reader understood it: blocks in reading order and the metadata found."""

    blocks: tuple[Block, ...]
    metadata: Metadata = field(default_factory=Metadata)


def title_first(blocks: Sequence[Block], title: str) -> tuple[Block, ...]:
    """The blocks with the title in front, once, where one of them is the title."""

    def is_title(at: int, block: Block) -> bool:
        return (block.kind == "heading" or at < _TOP) and block.text.casefold() == clean(title).casefold()

    rest = tuple(block for at, block in enumerate(blocks) if not is_title(at, block))
    return (Block("heading", clean(title), 1), *rest) if len(rest) < len(blocks) else rest
