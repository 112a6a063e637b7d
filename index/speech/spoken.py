"""Quotations and their speakers: told in their own sentences, or by what stands around them."""

import re
from collections.abc import Sequence

from index.article import Sentence
from index.speech.quotations import Quotation
from index.speech.scene import Scene

_FEW_WORDS = 3
_OF_SELF = re.compile(r"\b(?:I|me|my|we|us|our)\b")


class Quotes:
    """Gives each quotation its speaker, and each sentence in it."""

    def __init__(self, text: str, quoted: Sequence[Quotation], scene: Scene) -> None:
        self._text = text
        self._quoted = quoted
        self._scene = scene
        self._in_paragraph: dict[int, list[Sentence]] = {}
        for sentence in scene.sentences:
            self._in_paragraph.setdefault(sentence.paragraph, []).append(sentence)

    def assign(self) -> dict[Quotation, int | None]:
        """Fill the speakers of the sentences that quotations reach into.

        Gives each quotation's speaker; words that a sentence borrows without saying whose are none, and left out.
        """
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
        told = zip(self._quoted, owners, strict=True)
        return {one: owner for one, owner in told if owner is not None or self._is_free(one)}

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
