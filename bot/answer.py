"""Question and Answer: the values that every face, the evals and the pipeline share. All of them are frozen."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from bot.errors import AnswerError, QuestionError
from index import Article, Citation, CitationError

Mode = Literal["extractive", "model"]
Role = Literal["user", "assistant"]
Check = Literal["links", "numbers", "dates", "names", "negation", "speaker", "support", "language"]
NOT_VERIFIED = "(not verified)"
"""What follows a statement in the text of an answer that did not pass a check."""


def _is_nothing(value: object) -> bool:
    return value is None or value == ()


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Turn(_Value):
    """One earlier message of a conversation."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    role: Role
    content: str


class Question(_Value):
    """What a reader asks, and what was said before."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    text: str = Field(validation_alias="question", serialization_alias="question")
    history: tuple[Turn, ...] = ()

    @field_validator("history", mode="before")
    @classmethod
    def _none_is_empty(cls, value: object) -> object:
        return () if value is None else value

    @classmethod
    def of(cls, value: "Question | str | Mapping[str, Any]") -> Self:
        """A question from a string or a mapping `{"question", "history"}`. Raises `QuestionError`."""
        if isinstance(value, cls):
            return value
        try:
            return cls.model_validate({"question": value} if isinstance(value, str) else value)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"]) or "question"
            raise QuestionError(
                f"a question is text, or {{question, history: [{{role, content}}]}}: {where}: {first['msg']}"
            ) from error


class Failure(_Value):
    """A check that a statement did not pass, and the word or number that it failed on."""

    check: Check
    detail: str = ""


class Claim(_Value):
    """One sentence of an answer, and the numbers (from 1) of the citations that it rests on.

    `failed` are the checks that a model's statement did not pass: such a claim is shown with a mark.
    """

    text: str
    citations: tuple[int, ...] = Field(min_length=1)
    failed: tuple[Failure, ...] = Field(default=(), exclude_if=_is_nothing)


class Writing(_Value):
    """What a chat model did for an answer: what it was asked, what it wrote, what of that was left out and why."""

    model: str
    calls: int
    input_tokens: int
    output_tokens: int
    cost: float | None = Field(description="in the currency of ARTICLE_BOT_MODEL_PRICE; null where that is not set")
    statements: int = Field(default=0, description="that it wrote")
    without_evidence: int = Field(default=0, description="of these, that name no sentence there is")
    numbers: int = Field(default=0, description="of sentences that it named")
    unknown_numbers: int = Field(default=0, description="of these, that no sentence has")
    dropped: tuple[tuple[Failure, ...], ...] = Field(
        default=(), description="for each statement that was left out, the checks it failed"
    )


class Passage(_Value):
    """Where a refusal points: the sentence that came nearest. It supports nothing, so it is no citation."""

    article: str
    start: int
    end: int
    text: str
    section: str | None
    paragraph: int
    place: str = Field(description="where it stands, in words")


class Answer(_Value):
    """Claims with their citations in article order, or an abstention with the nearest sentence.

    `confidence` is the probability, 0 to 1, that the article answers the question. `timings` (milliseconds a step) are
    not part of the JSON, nor of equality: the same question gives the same answer, byte for byte.
    """

    question: str
    standalone: str = Field(description="the question as it was looked up, made to stand alone")
    text: str = Field(min_length=1)
    abstained: bool
    confidence: float = Field(ge=0, le=1)
    mode: Mode = "extractive"
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    nearest: Passage | None = None
    suggestions: tuple[str, ...] = ()
    note: str | None = Field(default=None, exclude_if=_is_nothing, description="why no model wrote it, if one is set")
    writing: Writing | None = Field(default=None, exclude_if=_is_nothing)
    timings: dict[str, float] = Field(default_factory=dict, exclude=True, repr=False)

    @model_validator(mode="after")
    def _claims_and_citations_agree(self) -> Self:
        if self.abstained and (self.claims or self.citations):
            raise AnswerError("an abstention makes no claim and cites nothing")
        if not self.abstained and not self.claims:
            raise AnswerError("an answer makes at least one claim")
        if not self.abstained and (self.nearest or self.suggestions):
            raise AnswerError("an answer points at no nearest passage and suggests no other question")
        for claim in self.claims:
            if wrong := [number for number in claim.citations if not 1 <= number <= len(self.citations)]:
                raise AnswerError(f"a claim cites number {wrong[0]}, but there are {len(self.citations)} citations")
        if not self.text.strip():
            raise AnswerError("an answer says something")
        if self.mode == "extractive" and not self.abstained:
            self._says_its_quotes()
        if self.mode == "model" and self.text != prose_text(self.claims):
            raise AnswerError("the text of the answer is not its claims")
        used = {number for claim in self.claims for number in claim.citations}
        if unused := set(range(1, len(self.citations) + 1)) - used:
            raise AnswerError(f"citation {min(unused)} belongs to no claim")
        return self

    def _says_its_quotes(self) -> None:
        """Raise `AnswerError` unless each claim is what it cites, and the text is the claims."""
        for number, claim in enumerate(self.claims, start=1):
            if claim.text != " ".join(self.citations[cited - 1].quote for cited in claim.citations):
                raise AnswerError(f"claim {number} is not the quote that it cites")
        if self.text != "\n".join(claim.text for claim in self.claims):
            raise AnswerError("the text of the answer is not its claims")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Answer) and self.model_dump_json() == other.model_dump_json()

    def __hash__(self) -> int:
        return hash(self.model_dump_json())

    @classmethod
    def read(cls, data: str | bytes, articles: Mapping[str, Article]) -> "Answer":
        """An answer from its JSON, each citation checked against its article.

        Raises `CitationError` for a quote that is not there and `AnswerError` for everything else.
        """
        try:
            return cls.model_validate_json(data, context={"articles": articles})
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            raise AnswerError(f"this is not an answer's JSON: {where}: {first['msg']}") from error


def prose_text(claims: Sequence[Claim]) -> str:
    """The text of an answer in prose, a claim a line; one that failed a check says so."""
    return "\n".join(f"{claim.text} {NOT_VERIFIED}" if claim.failed else claim.text for claim in claims)


__all__ = [
    "NOT_VERIFIED",
    "Answer",
    "Check",
    "Citation",
    "CitationError",
    "Claim",
    "Failure",
    "Mode",
    "Passage",
    "Question",
    "Turn",
    "Writing",
    "prose_text",
]
