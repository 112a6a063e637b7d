"""The model writer: evidence to prose, each statement checked against the sentences it names as it comes in."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from bot.answer import Citation, Claim, Failure, Question, Writing
from bot.chat import MOST_WRITTEN, Chat, Rejected, Tally, TooLong
from bot.checks import ALWAYS_DROPPED, Basis, is_foreign
from bot.claim_parser import ClaimParser, RawClaim
from bot.errors import ModelFault
from bot.features import names_of
from bot.plain import links, plain
from bot.prompts import Prompt, again, rewrite_prompt, write_prompt
from bot.reader import Reading
from bot.settings import Settings
from bot.sheet import Sheet, article_sheet, evidence_sheet, tokens_of
from bot.standalone import MOST_TURNS, leans
from bot.verifier import Ground, Verifier
from index import Article

MOST_CLAIMS = 8
"""Statements of one answer at most; what a model writes beyond them is not read."""

_MOST_NUMBERS = 5
_MOST_REWRITTEN = 300


@dataclass(slots=True)
class Draft:
    """An answer in the making: claims, their citations in the order in which they are first named, and the counts."""

    tally: Tally
    claims: list[Claim] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    dropped: list[tuple[Failure, ...]] = field(default_factory=list)
    statements: int = 0
    without_evidence: int = 0
    numbers: int = 0
    unknown_numbers: int = 0
    none: bool = False
    note: str | None = None

    def cite(self, grounds: Sequence[Ground], scores: Mapping[tuple[str, int], float | None]) -> tuple[int, ...]:
        """The numbers of the sentences' citations, which are made where they are new."""
        numbers = []
        for article, sentence in grounds:
            made = article.cite(sentence.start, sentence.end, score=scores.get((article.id, sentence.start)))
            if made not in self.citations:
                self.citations.append(made)
            numbers.append(self.citations.index(made) + 1)
        return tuple(numbers)

    def writing(self, model: str) -> Writing:
        """What the model did, as the answer tells it."""
        cost = self.tally.cost
        return Writing(
            model=model,
            calls=self.tally.calls,
            input_tokens=self.tally.read,
            output_tokens=self.tally.written,
            cost=None if cost is None else round(cost, 8),
            statements=self.statements,
            without_evidence=self.without_evidence,
            numbers=self.numbers,
            unknown_numbers=self.unknown_numbers,
            dropped=tuple(self.dropped),
        )


@dataclass(frozen=True, slots=True)
class Task:
    """What a model is to write: the question as it was asked and as it was looked up, and what the reader found."""

    question: str
    standalone: str
    reading: Reading


class ProseWriter:
    """Writes with a chat model what the evidence says."""

    def __init__(self, chat: Chat, articles: Mapping[str, Article], verifier: Verifier, settings: Settings) -> None:
        self.chat = chat
        self._articles = articles
        self._verifier = verifier
        self._settings = settings

    # A question that stands alone

    def rewrite(self, question: Question, tally: Tally) -> str | None:
        """The question made to stand alone by the model; None where it is not asked, or what it writes is no use."""
        if not self._needs_rewriting(question):
            return None
        history = question.history[-MOST_TURNS:]
        title = next(iter(self._articles.values())).title if self._articles else ""
        try:
            prompt = rewrite_prompt(question.text, history, title)
            text = "".join(self.chat.stream(prompt, tally))
        except ModelFault:
            return None
        written = " ".join(text.split()).strip("\"'“”‘’` ")
        return written if self._is_usable(written, question) else None

    def _needs_rewriting(self, question: Question) -> bool:
        whole = " ".join(article.text for article in self._articles.values())
        foreign = is_foreign(question.text, Basis((), (), (), question.text, whole))
        return foreign or (bool(question.history) and leans(question.text))

    def _is_usable(self, written: str, question: Question) -> bool:
        """Whether a rewritten question is one line of fair length that brings in no name, number or link of its own."""
        if not 3 <= len(written) <= _MOST_REWRITTEN or links(written, []):
            return False
        told = " ".join([question.text, *(turn.content for turn in question.history)])
        told += " ".join(article.text for article in self._articles.values())
        return all(name in told.casefold() for name in names_of(written))

    # The answer

    def grow(self, task: Task, tally: Tally) -> Iterator[Draft]:
        """The answer as it grows, one more claim each time; the last has the note, and no claim where none is left."""
        draft = Draft(tally)
        try:
            yield from self._written(task, draft)
        except ModelFault as fault:
            draft.note = f"The model {self.chat.name} did not write this: {fault}."
        if draft.claims and (draft.note or tally.cut):
            draft.note = "The model's answer broke off before its end."
        elif not draft.claims and draft.note is None:
            draft.note = f"The model {self.chat.name} did not write this: {self._why_nothing(draft)}."
        yield draft

    def _why_nothing(self, draft: Draft) -> str:
        if draft.dropped:
            return "nothing of what it wrote passed the checks"
        if draft.none:
            return "it found no answer in these sentences"
        return "it named no sentences for what it wrote"

    def _written(self, task: Task, draft: Draft) -> Iterator[Draft]:
        """Ask, once more in plain lines where JSON is rejected, with less where it does not fit, or for the numbers."""
        room, as_json, asked_again = self._room(task), self.chat.as_json, False
        sheet = self._sheet(task, room)
        prompt = self._prompt(sheet, task, as_json)
        for left in (2, 1, 0):
            try:
                yield from self._claims(prompt, sheet, task, draft)
            except Rejected:
                if not (as_json and left):
                    raise
                as_json = False
                prompt = self._prompt(sheet, task, as_json)
                continue
            except TooLong:
                if draft.claims or not left:
                    raise
                room //= 3
                sheet = evidence_sheet(task.reading.evidence, self._articles, room)
                prompt = self._prompt(sheet, task, as_json)
                continue
            if draft.claims or draft.dropped or draft.none or asked_again:
                return
            asked_again = True
            prompt = again(prompt, draft.tally.answer)

    def _room(self, task: Task) -> int:
        """Tokens that are left for sentences."""
        frame = tokens_of(write_prompt("", f"{task.question} {task.standalone}", as_json=True).text)
        return max(self.chat.window - MOST_WRITTEN - frame, 200)

    def _sheet(self, task: Task, room: int) -> Sheet:
        evidence = task.reading.evidence
        whole = article_sheet(evidence, self._articles, room) if self._settings.model_reads == "article" else None
        return whole or evidence_sheet(evidence, self._articles, room)

    def _prompt(self, sheet: Sheet, task: Task, as_json: bool) -> Prompt:
        same = task.standalone == " ".join(task.question.split())
        asked = task.question if same else f"{task.question} (that is: {task.standalone})"
        return write_prompt(sheet.shown(), asked, as_json=as_json, keep=self.chat.keeps)

    def _claims(self, prompt: Prompt, sheet: Sheet, task: Task, draft: Draft) -> Iterator[Draft]:
        parser = ClaimParser(as_json=prompt.schema is not None)
        with closing(self.chat.stream(prompt, draft.tally)) as pieces:
            for piece in pieces:
                for raw in parser.feed(piece):
                    if self._take(raw, sheet, task, draft):
                        yield draft
                if draft.statements >= MOST_CLAIMS:
                    return
        for raw in parser.finish():
            if self._take(raw, sheet, task, draft):
                yield draft
        draft.none = parser.none

    # One statement

    def _take(self, raw: RawClaim, sheet: Sheet, task: Task, draft: Draft) -> bool:
        """Check a statement and put it into the draft; whether it went in."""
        if draft.statements >= MOST_CLAIMS:
            return False
        lines = [line for number in raw.numbers[:_MOST_NUMBERS] if (line := sheet.line(number))]
        draft.statements += 1
        draft.numbers += len(raw.numbers)
        draft.unknown_numbers += sum(sheet.line(number) is None for number in raw.numbers)
        text = plain(raw.text)
        if not lines or not re.search(r"\w", text):
            draft.without_evidence += 1
            return False
        checked = self._verifier.check(
            text, [(line.article, line.sentence) for line in lines], task.question, task.standalone
        )
        failures = checked.failures
        dropping = self._settings.unverified == "drop" and any(one.check != "language" for one in failures)
        if dropping or any(one.check in ALWAYS_DROPPED for one in failures):
            draft.dropped.append(failures)
            return False
        if all(claim.text != checked.text for claim in draft.claims):
            cited = draft.cite(
                checked.grounds, {(line.article.id, line.sentence.start): line.score for line in sheet.lines}
            )
            draft.claims.append(Claim(text=checked.text, citations=cited, failed=failures))
            return True
        return False
