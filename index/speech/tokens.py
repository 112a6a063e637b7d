"""Tokens of an article's narration: words, marks and hidden quotations; names come in later. See `names`."""

import re
from dataclasses import dataclass
from typing import Literal

from index.speech.quotations import HIDDEN

_TOKEN = re.compile(rf"{HIDDEN}+|\d+(?:[,.]\d+)+|\w+(?:[-’'.]\w+)*|[^\w\s]")
_OWNER = re.compile(r"(?<=\w)[’']s$")
_CONTRACTED = re.compile(r"[’'](?:d|ll|re|ve|m|s)$")
_SIGNS = "£$€%°’'"  # marks that end no phrase

Kind = Literal["word", "name", "quote", "mark"]


@dataclass(frozen=True, slots=True)
class Token:
    """A word, name, punctuation mark or hidden quotation. `who` is a name's number; `owner` when it has `'s`.

    `low` is a word in lower case, without a contracted verb; empty for everything else.
    """

    text: str
    start: int
    end: int
    kind: Kind
    who: int = -1
    owner: bool = False
    low: str = ""


def tokens_of(narrated: str, start: int, end: int) -> list[Token]:
    """The tokens of `narrated[start:end]`, with their places in all of it."""
    return [_token(match.group(), match.start()) for match in _TOKEN.finditer(narrated, start, end)]


def _token(text: str, start: int) -> Token:
    if text[0] == HIDDEN:
        return Token(text, start, start + len(text), "quote")
    if not text[0].isalnum() and text not in _SIGNS:
        return Token(text, start, start + len(text), "mark")
    bare = _OWNER.sub("", text)
    low = _CONTRACTED.sub("", bare.lower())
    return Token(bare, start, start + len(bare), "word", owner=bare != text, low=low)
