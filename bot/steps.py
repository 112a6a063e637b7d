"""The way of a question, step by step. Each step takes one value and returns the next; `chain` makes Runnables of them.

`Question -> Standing -> Retrieved -> Read -> Answer`
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from time import perf_counter

from langchain_core.documents import Document

from bot.answer import Answer, Passage, Question, prose_text
from bot.chat import Tally
from bot.errors import AnswerError, QuestionError
from bot.prose import Draft, ProseWriter, Task
from bot.reader import Evidence, Reader, Reading
from bot.rules import about_itself, introduces
from bot.settings import Settings
from bot.spoken_evidence import prefer_speaker, with_speaker_named
from bot.standalone import standalone
from bot.starters.checked import FORMS, NOTE, StarterQuestion, Starters
from bot.starters.chosen import near_to
from bot.suggest import checked_questions
from bot.turns import computing
from bot.verify import verify
from bot.wording import place_of, refusal
from bot.writer import quote, select
from index import Article, ArticleRetriever, Snapshot
from index.text import clean

SUGGESTIONS = 2
_SUGGEST_FROM = 16
_CERTAIN = 0.99
_LIKELY = 0.85


@dataclass(frozen=True, slots=True)
class Standing:
    """A question and its form that stands alone; with a chat model, what that was asked so far."""

    question: Question
    text: str
    timings: dict[str, float]
    tally: Tally | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The chunks that may hold the answer, best first."""

    standing: Standing
    chunks: tuple[Document, ...]
    timings: dict[str, float]


@dataclass(frozen=True, slots=True)
class Read:
    """The chunks' sentences, scored."""

    standing: Standing
    reading: Reading
    timings: dict[str, float]


class Steps:
    """The steps over one view of the index, limited to some articles. With a chat model it writes the answers."""

    def __init__(
        self,
        retriever: ArticleRetriever,
        reader: Reader,
        view: Snapshot,
        articles: tuple[str, ...],
        settings: Settings,
        prose: ProseWriter | None = None,
    ) -> None:
        self._view = view
        self._retriever = retriever
        self._reader = reader
        self._settings = settings
        self._articles = view.articles(articles)
        self._starters: dict[str, tuple[StarterQuestion, ...]] = {}
        self._prose = prose
        self.threshold = reader.threshold if settings.threshold is None else settings.threshold

    def stand(self, question: Question) -> Standing:
        """Make a follow-up stand alone."""
        begun = perf_counter()
        tally = self._prose.chat.begin() if self._prose else None
        written = self._prose.rewrite(question, tally) if self._prose and tally else None
        text = written or standalone(question)
        return Standing(question, text, {"standalone": _since(begun)}, tally)

    def retrieve(self, standing: Standing) -> Retrieved:
        """Find the chunks."""
        begun = perf_counter()
        with computing().turn():
            chunks = tuple(self._retriever.invoke(standing.text))
        return Retrieved(standing, chunks, {**standing.timings, "retrieve": _since(begun)})

    def read(self, retrieved: Retrieved) -> Read:
        """Score their sentences."""
        begun = perf_counter()
        asked = retrieved.standing.text
        with computing().turn():
            reading = self._by_rule(asked) or prefer_speaker(
                asked, self._reader.read(asked, retrieved.chunks), self._articles
            )
        return Read(retrieved.standing, reading, {**retrieved.timings, "read": _since(begun)})

    def write(self, read: Read) -> Answer:
        """Quote what was found, or refuse."""
        begun = perf_counter()
        answer = self._answer(read) if self._answers(read.reading) else self._refuse(read)
        return answer.model_copy(update={"timings": {**read.timings, "write": _since(begun)}})

    def grow(self, read: Read) -> Iterator[Answer]:
        """The answer in prose as it grows, a claim more each time; quotes or a refusal where there is no prose."""
        tally = read.standing.tally
        if self._prose is None or tally is None or not self._answers(read.reading):
            yield self.write(read)
            return
        begun = perf_counter()
        task = Task(read.standing.question.text, read.standing.text, read.reading)
        for draft in self._prose.grow(task, tally):
            answer = self._told(read, draft, self._prose.chat.name)
            yield answer.model_copy(update={"timings": {**read.timings, "write": _since(begun)}})

    def verify_each(self, answers: Iterator[Answer]) -> Iterator[Answer]:
        """See `verify`."""
        yield from map(self.verify, answers)

    def verify(self, answer: Answer) -> Answer:
        """The answer, every promise of it checked again. A broken one would be a defect, and stops the answer."""
        begun = perf_counter()
        verification = verify(answer, self._articles)
        if not verification.passed:
            raise AnswerError(f"the answer did not verify and is not given: {verification.failures[0]}")
        return answer.model_copy(update={"timings": {**answer.timings, "verify": _since(begun)}})

    def answers_with(self, question: str, sentence: str) -> bool:
        """Whether a question is answered, and with that sentence."""
        standing = Standing(Question.of(question), question, {})
        reading = self.read(self.retrieve(standing)).reading
        if not self._answers(reading):
            return False
        return sentence in {self._text(item) for item in self._select(reading, question)}

    def answer_to(self, question: str) -> Answer | None:
        """The answer to a question that stands alone; None where it is refused."""
        read = self.read(self.retrieve(Standing(Question.of(question), question, {})))
        return self._answer(read) if self._answers(read.reading) else None

    @property
    def made_by(self) -> str:
        """What decides which questions are answered, and so under what checked ones are kept."""
        threshold, quotes = self.threshold, self._settings.max_quotes
        return f"{FORMS} {self._reader.fingerprint} threshold {threshold} quotes {quotes}"

    def article(self, article_id: str) -> Article:
        """An article that is asked."""
        return self._articles[article_id]

    def starters(self, article_id: str) -> tuple[StarterQuestion, ...] | None:
        """The checked questions that are kept with an article; None where there are none of this reader's."""
        kept = self._starters.get(article_id)
        if kept is None and (found := Starters.read(self._view.attached(article_id, NOTE), self.made_by)):
            kept = self._starters[article_id] = found.questions
        return kept

    def _by_rule(self, question: str) -> Reading | None:
        """A question that a rule answers; where several articles are searched, it is about none of them."""
        if len(self._articles) != 1:
            return None
        (article,) = self._articles.values()
        for rule, confidence in ((about_itself, _CERTAIN), (introduces, _LIKELY)):
            if found := rule(question, article):
                evidence = tuple(Evidence(article.id, s.start, s.end, confidence) for s in found)
                return Reading(evidence, confidence)
        return None

    def _answers(self, reading: Reading) -> bool:
        return bool(reading.evidence) and reading.confidence >= self.threshold

    def _select(self, reading: Reading, question: str) -> list[Evidence]:
        return select(reading.evidence, self._articles, self._settings.max_quotes, question)

    def _answer(self, read: Read) -> Answer:
        chosen = self._select(read.reading, read.standing.question.text)
        named = with_speaker_named(read.standing.text, chosen, self._articles, self._settings.max_quotes)
        draft = quote(named, self._articles)
        return Answer(
            question=read.standing.question.text,
            standalone=read.standing.text,
            text="\n".join(claim.text for claim in draft.claims),
            abstained=False,
            confidence=read.reading.confidence,
            claims=draft.claims,
            citations=draft.citations,
        )

    def _told(self, read: Read, draft: Draft, model: str) -> Answer:
        """The answer of a draft; quotes, with the reason, where it has no claims."""
        if not draft.claims:
            return self._answer(read).model_copy(update={"note": draft.note, "writing": draft.writing(model)})
        return Answer(
            question=read.standing.question.text,
            standalone=read.standing.text,
            text=prose_text(draft.claims),
            abstained=False,
            confidence=read.reading.confidence,
            mode="model",
            claims=tuple(draft.claims),
            citations=tuple(draft.citations),
            note=draft.note,
            writing=draft.writing(model),
        )

    def _refuse(self, read: Read) -> Answer:
        told = [item for item in read.reading.evidence if self._is_told(item)]
        nearest = self._passage(told[0]) if told else None
        return Answer(
            question=read.standing.question.text,
            standalone=read.standing.text,
            text=refusal(len(self._articles), nearest.text if nearest else "", nearest.place if nearest else ""),
            abstained=True,
            confidence=read.reading.confidence,
            nearest=nearest,
            suggestions=self._kept(read.standing.text, told) or self._suggest(told),
        )

    def _passage(self, item: Evidence) -> Passage:
        article = self._articles[item.article]
        citation = article.cite(item.start, item.end)
        return Passage(
            article=article.id,
            start=item.start,
            end=item.end,
            text=citation.quote,
            section=citation.section,
            paragraph=citation.paragraph,
            place=place_of(article, item.start),
        )

    def _kept(self, question: str, near: list[Evidence]) -> tuple[str, ...]:
        """Two of the questions that are kept with the article, about what came near."""
        if not near:
            return ()
        name = near[0].article
        spans = [(item.start, item.end) for item in near[:1] if item.article == name]
        kept = self.starters(name) or ()
        return near_to(kept, self._articles[name], spans, question, [question], SUGGESTIONS)

    def _suggest(self, near: list[Evidence]) -> tuple[str, ...]:
        """Two questions that are answered: about what came near, and if that gives none, about anything."""
        close = [self._text(item) for item in near[:_SUGGEST_FROM]]
        anywhere = [
            article.quote(sentence)
            for article in self._articles.values()
            for sentence in article.sentences[:_SUGGEST_FROM]
            if sentence.kind == "body"
        ]
        return checked_questions(dict.fromkeys([*close, *anywhere]), self.answers_with, SUGGESTIONS)

    def _is_told(self, item: Evidence) -> bool:
        """Whether a sentence belongs to what the article tells, and not to its title or byline."""
        sentence = self._articles[item.article].sentence_at(item.start)
        return sentence is not None and sentence.kind in ("body", "deck")

    def _text(self, item: Evidence) -> str:
        return self._articles[item.article].text[item.start : item.end]


def with_total(answer: Answer) -> Answer:
    """The answer with the sum of its steps' times."""
    return answer.model_copy(update={"timings": {**answer.timings, "total": round(sum(answer.timings.values()), 3)}})


def limited(question: Question, most: int) -> Question:
    """The question with its text cleaned. Raises `QuestionError` when it is empty or longer than `most`."""
    text = clean(question.text)
    if not text:
        raise QuestionError("the question is empty")
    if len(text) > most:
        raise QuestionError(f"the question has {len(text)} characters; at most {most} are read")
    turns = tuple(turn.model_copy(update={"content": clean(turn.content)[:most]}) for turn in question.history)
    return question.model_copy(update={"text": text, "history": turns})


def _since(begun: float) -> float:
    return round((perf_counter() - begun) * 1000, 3)
