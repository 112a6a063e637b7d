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
    """A word, name, punctuation mark or hidden quotation. `who` is a name's number; `owner` when it has `'s`."""

    text: str
    start: int
    end: int
    kind: Kind
    who: int = -1
    owner: bool = False

    @property
    def low(self) -> str:
        """A word in lower case, without a contracted verb; empty for everything else."""
        return _CONTRACTED.sub("", self.text.lower()) if self.kind == "word" else ""


def tokens_of(narrated: str, start: int, end: int) -> list[Token]:
    """The tokens of `narrated[start:end]`, with their places in all of it."""
    found = []
    for match in _TOKEN.finditer(narrated, start, end):
        text = match.group()
        if text[0] == HIDDEN:
            found.append(Token(text, match.start(), match.end(), "quote"))
        elif not text[0].isalnum() and text not in _SIGNS:
            found.append(Token(text, match.start(), match.end(), "mark"))
        else:
            bare = _OWNER.sub("", text)
            found.append(Token(bare, match.start(), match.start() + len(bare), "word", owner=bare != text))
    return found
