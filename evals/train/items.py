"""What the models are trained on: texts cut into sentences, and questions with the numbers of those that answer."""

import random
from dataclasses import dataclass
from functools import cached_property

from bot.tokens import pieces
from evals.train.noise import noisy

_SHARE_ALONE = 0.4


@dataclass(frozen=True)
class Text:
    """An article, or passages put together, sentence by sentence; what is read together lies in one block."""

    name: str
    sentences: tuple[str, ...]
    blocks: tuple[int, ...]

    @cached_property
    def ids(self) -> list[list[int]]:
        """Word pieces of every sentence."""
        return pieces(self.sentences)

    @cached_property
    def sizes(self) -> list[int]:
        """Lengths of the sentences with their markers, in word pieces."""
        return [len(ids) + 1 for ids in self.ids]


@dataclass(frozen=True)
class Ask:
    """A question about a text: groups of sentences that answer it, none where nothing does; some count neither way."""

    text: str
    groups: tuple[frozenset[int], ...] = ()
    also: frozenset[int] = frozenset()
    category: str = ""
    context: str = ""  # what was said just before
    alone: str = ""  # the form that stands alone, of a follow-up

    @property
    def answerable(self) -> bool:
        """Whether the text answers it."""
        return bool(self.groups)

    @cached_property
    def evidence(self) -> frozenset[int]:
        """Every sentence of every group."""
        return frozenset().union(*self.groups)

    @property
    def standalone(self) -> str:
        """The form in which a reader is asked it."""
        return self.alone or self.text

    def form(self, dice: random.Random) -> tuple[str, str]:
        """The question and its context in one of several forms, for training."""
        if self.alone and dice.random() < _SHARE_ALONE:
            return noisy(self.alone, dice), ""
        return noisy(self.text, dice), self.context


@dataclass(frozen=True)
class Source:
    """A text with the questions about it."""

    text: Text
    asks: tuple[Ask, ...]
