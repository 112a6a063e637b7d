"""The article as a value: canonical text, its structure as spans, and the only way to cite it.

Every position is a code point of `Article.text`; a span is half open, `[start, end)`.
"""

import hashlib
from bisect import bisect_right
from datetime import date
from functools import cached_property
from typing import Any, Literal, NoReturn, Self

from pydantic import BaseModel, ConfigDict, Field, ModelWrapValidatorHandler, ValidationInfo, model_validator

from index.errors import CitationError

PlaceKind = Literal["title", "deck", "byline", "body"]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Section(_Value):
    """A heading and what stands below it. `title` is empty for what stands before the first heading.

    `start` is the start of the heading (or of the first paragraph where there is none).
    """

    index: int
    title: str
    level: int
    start: int
    end: int


class Paragraph(_Value):
    """One block of running text. `section` is None for title, deck and byline, which belong to no section."""

    index: int
    section: int | None
    kind: PlaceKind
    start: int
    end: int


class Sentence(_Value):
    """The smallest unit that is retrieved, scored and cited."""

    index: int
    paragraph: int
    section: int | None
    kind: PlaceKind
    start: int
    end: int
    speaker: str | None = None


class Speaker(_Value):
    """Somebody who speaks in the article. `[start, end)` is where the name stands first in its fullest form.

    A speaker without a name is called as the article describes them: `an adviser in the personnel department`. `role`
    is what the article says they are, in its words; empty where it does not.
    """

    name: str
    role: str
    start: int
    end: int


class Citation(_Value):
    """A span of an article with the quote that stands there. Made only by `Article.cite`.

    Building one in any other way raises `CitationError`: validation compares the quote with the article, and so
    needs the article (`Citation.model_validate(data, context={"articles": {id: article}})`). A pickle is trusted, as
    every pickle is: it is for copies within one program, and what comes from outside comes as JSON.
    """

    article: str
    start: int
    end: int
    quote: str
    section: str | None
    paragraph: int
    speaker: str | None
    score: float | None = Field(
        default=None, ge=0, le=1, allow_inf_nan=False, strict=True, description="support for the question, 0 to 1"
    )

    @model_validator(mode="wrap")
    @classmethod
    def _is_verbatim(cls, value: Any, make: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:
        if isinstance(value, cls):  # checked when it was made
            return value
        citation = make(value)
        article = (info.context or {}).get("articles", {}).get(citation.article)
        if article is None:
            raise CitationError(
                f"a citation is made by Article.cite(start, end): no article {citation.article!r} at hand"
            )
        article.check(citation.start, citation.end, citation.quote)
        for name, there in article.place(citation.start).items():
            if getattr(citation, name) != there:
                raise CitationError(f"the {name} of the quote is {there!r}, not {getattr(citation, name)!r}")
        return citation

    @classmethod
    def model_construct(cls, _fields_set: set[str] | None = None, **values: Any) -> NoReturn:
        """Refused: it would skip the check of the quote."""
        raise CitationError("a citation is made by Article.cite(start, end)")

    def model_copy(self, *, update: Any = None, deep: bool = False) -> Self:
        """A copy; with `update` refused, since it would skip the check of the quote."""
        if update:
            raise CitationError("a citation cannot be altered: cite again with Article.cite(start, end)")
        return super().model_copy(deep=deep)

    def copy(self, **_options: Any) -> NoReturn:
        """Refused: pydantic's old way of altering a copy, which skips the check of the quote."""
        raise CitationError("a citation cannot be altered: cite again with Article.cite(start, end)")


class Article(_Value):
    """One source document in canonical form. `sha256` is the hash of `text` in UTF-8."""

    id: str
    title: str
    deck: str = ""
    byline: str = ""
    publisher: str = ""
    published: date | None = None
    url: str = ""
    text: str
    sha256: str
    sections: tuple[Section, ...]
    paragraphs: tuple[Paragraph, ...]
    sentences: tuple[Sentence, ...]
    speakers: tuple[Speaker, ...] = ()

    @model_validator(mode="after")
    def _hash_matches(self) -> Self:
        if self.sha256 != text_sha256(self.text):
            raise ValueError(f"the text of article {self.id!r} does not match its sha256")
        return self

    @model_validator(mode="after")
    def _speakers_are_there(self) -> Self:
        known = {speaker.name for speaker in self.speakers}
        if unknown := {sentence.speaker for sentence in self.sentences} - known - {None}:
            raise ValueError(f"{min(map(str, unknown))!r} speaks in article {self.id!r} and is none of its speakers")
        return self

    def model_copy(self, *, update: Any = None, deep: bool = False) -> Self:
        """A copy, checked like any article; nothing worked out for this one is carried over to it."""
        copy = super().model_copy(update=update, deep=deep)
        return type(self).model_validate({name: getattr(copy, name) for name in type(self).model_fields})

    def cite(self, start: int, end: int, *, score: float | None = None) -> Citation:
        """The citation of `text[start:end]`.

        Raises `CitationError` when the span is empty, out of bounds, or only white space, or the score no share of 1.
        """
        if type(start) is not int or type(end) is not int:
            raise CitationError(f"a span is two whole numbers, not {start!r} and {end!r}")
        if score is not None and not 0 <= score <= 1:
            raise CitationError(f"a score lies between 0 and 1, and {score!r} does not")
        self.check(start, end, self.text[start:end] if 0 <= start < end else "")
        return Citation.model_validate(
            {
                "article": self.id,
                "start": start,
                "end": end,
                "quote": self.text[start:end],
                **self.place(start),
                "score": score,
            },
            context={"articles": {self.id: self}},
        )

    def place(self, start: int) -> dict[str, Any]:
        """What a citation from `start` says of where it stands: its section, paragraph and speaker."""
        paragraph = self.paragraph_at(start)
        sentence = self.sentence_at(start)
        return {
            "section": self.section_title(paragraph.section),
            "paragraph": paragraph.index,
            "speaker": sentence.speaker if sentence else None,
        }

    def check(self, start: int, end: int, quote: str) -> None:
        """Raise `CitationError` unless `[start, end)` lies in the text and the text there is `quote`, with words."""
        if not 0 <= start < end <= len(self.text):
            raise CitationError(f"span [{start}, {end}) is outside article {self.id!r} (0 to {len(self.text)})")
        if self.text[start:end] != quote:
            raise CitationError(
                f"the quote is not the text of article {self.id!r} at [{start}, {end}): "
                f"it says {_short(self.text[start:end])}, not {_short(quote)}"
            )
        if not quote.strip():
            raise CitationError(f"there is only white space in article {self.id!r} at [{start}, {end})")

    def speaker_named(self, name: str | None) -> Speaker | None:
        """The speaker with that name; None where nobody in the article has it."""
        return next((speaker for speaker in self.speakers if speaker.name == name), None)

    def quote(self, part: Section | Paragraph | Sentence) -> str:
        """The text of a part of this article."""
        return self.text[part.start : part.end]

    def section_title(self, index: int | None) -> str | None:
        """The heading of section `index`; None without a section or above the first heading."""
        return (self.sections[index].title or None) if index is not None else None

    def paragraph_at(self, offset: int) -> Paragraph:
        """The paragraph at `offset`, or the nearest one before it (a heading belongs to what follows)."""
        if not self.paragraphs:
            raise CitationError(f"article {self.id!r} has no text to cite")
        at = bisect_right(self._paragraph_starts, offset) - 1
        if at < 0 or (self.paragraphs[at].end <= offset and at + 1 < len(self.paragraphs)):
            at += 1
        return self.paragraphs[at]

    def sentence_at(self, offset: int) -> Sentence | None:
        """The sentence that covers `offset`, if one does."""
        at = bisect_right(self._sentence_starts, offset) - 1
        return self.sentences[at] if at >= 0 and offset < self.sentences[at].end else None

    @cached_property
    def _paragraph_starts(self) -> list[int]:
        return [paragraph.start for paragraph in self.paragraphs]

    @cached_property
    def _sentence_starts(self) -> list[int]:
        return [sentence.start for sentence in self.sentences]


def text_sha256(text: str) -> str:
    """SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def _short(text: str, most: int = 60) -> str:
    return repr(text if len(text) <= most else text[:most] + "…")
