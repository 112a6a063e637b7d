"""`ArticleBot`: the steps as one Runnable, over the index as it stands at each question."""

from collections.abc import AsyncIterator, Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Event, Lock
from typing import Any, Self

from langchain_core.runnables import Runnable, RunnableConfig, RunnableGenerator, RunnableLambda
from langchain_core.runnables.config import run_in_executor

from bot.answer import Answer, Question, Turn
from bot.chat import Chat
from bot.entailment import TrainedEntailment
from bot.library import find, open_store
from bot.presence import until_gone
from bot.prose import ProseWriter
from bot.reader import Reader
from bot.readers import reader_of
from bot.settings import Settings
from bot.starters.checked import NOTE, checked_starters
from bot.starters.chosen import after_answer, to_begin_with
from bot.steps import Steps, limited, with_total
from bot.trained import CHUNKS
from bot.verifier import Verifier
from bot.wording import GENERAL
from index import Article, ArticleRetriever, ArticleStore, Progress, Snapshot

Input = Question | str | Mapping[str, Any]
MakeReader = Callable[[Snapshot, ArticleStore], Reader]


@dataclass(frozen=True, slots=True)
class _Pipeline:
    """The chain for one view of the index."""

    view: Snapshot
    reader: Reader
    verifier: Verifier
    steps: Steps
    chain: Runnable[Question, Answer]


class ArticleBot(Runnable[Input, Answer]):
    """Answers questions about articles with their own words, or says that they do not say.

    A Runnable from a question (text, a mapping `{"question", "history"}`, or a `Question`) to an `Answer`: `invoke`,
    `batch`, `stream`, `ainvoke` and `astream` all work, and it can stand in a larger chain. `stream` gives the answer
    as it grows, claim by claim; each value is a whole `Answer` and the last is what `invoke` returns.
    """

    def __init__(
        self,
        store: ArticleStore,
        articles: Sequence[str] = (),
        *,
        settings: Settings | None = None,
        reader: MakeReader | None = None,
        chat: Chat | None = None,
    ) -> None:
        """`articles` limits the bot to those ids; empty means whatever the index holds when it is asked.

        `chat` writes the answers; the model that the settings name, if they name one, where none is given. Raises
        `SettingsError` where that cannot be used.
        """
        self.store = store
        self.settings = settings or Settings.load()
        self._limit = tuple(articles)
        self._make_reader: MakeReader = reader or (
            lambda view, of: reader_of(self.settings.reader_model, view, of.embeddings)
        )
        self._chat = chat or (Chat.open(self.settings) if self.settings.model else None)
        self._pipeline: _Pipeline | None = None
        self._building = Lock()

    @classmethod
    def open(
        cls, article: str | None = None, *, settings: Settings | None = None, progress: Progress | None = None
    ) -> Self:
        """The bot on one article: an id, a path or an address; the shipped article where none is named.

        A path or address is indexed first when it is new. Raises `ArticleBotError` with the cause and the way out.
        """
        settings = settings or Settings.load()
        chat = Chat.open(settings) if settings.model else None  # what is wrong with it is told before the work begins
        store = open_store(settings)
        return cls(store, [find(store, str(article or ""), settings, progress)], settings=settings, chat=chat)

    def on(self, article_id: str) -> "ArticleBot":
        """The same bot on one article of the index; itself where it is on that alone. Raises `ArticleNotFound`."""
        if self._limit == (article_id,):
            return self
        self.store.snapshot().record(article_id)
        return type(self)(self.store, [article_id], settings=self.settings, reader=self._make_reader, chat=self._chat)

    @property
    def articles(self) -> Mapping[str, Article]:
        """The articles that can be asked now, by id."""
        return self.store.snapshot().articles(self._limit)

    def ask(self, question: str, history: Sequence[Turn | Mapping[str, Any]] = ()) -> Answer:
        """The answer to a question, which may lean on the history. Raises `QuestionError` where it cannot be asked."""
        return self.invoke({"question": question, "history": list(history or ())})

    def invoke(self, input: Input, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        """The answer to one question."""
        question = limited(Question.of(input), self.settings.max_question)
        return with_total(self._current().chain.invoke(question, config))

    def stream(self, input: Input, config: RunnableConfig | None = None, **kwargs: Any) -> Iterator[Answer]:
        """The answer as it grows, claim by claim. A reader who leaves ends the chat model's call."""
        if self._chat is None:
            yield from _growing(self.invoke(input, config, **kwargs))
            return
        question = limited(Question.of(input), self.settings.max_question)
        gone = Event()
        context = until_gone(gone)
        answers = self._current().chain.stream(question, config)
        try:
            while (answer := context.run(next, answers, None)) is not None:
                yield with_total(answer)
        finally:
            gone.set()  # before the steps are closed, for some of them read to the end first
            if isinstance(answers, Generator):
                context.run(answers.close)

    async def astream(self, input: Input, config: RunnableConfig | None = None, **kwargs: Any) -> AsyncIterator[Answer]:
        """See `stream`. A reader who leaves, or is cancelled while it waits, ends the chat model's call."""
        gone = Event()
        context = until_gone(gone)
        answers = self.stream(input, config, **kwargs)
        try:
            while (answer := await run_in_executor(config, lambda: context.run(next, answers, None))) is not None:
                yield answer
        finally:
            gone.set()

    def prepare(self, progress: Progress | None = None) -> None:
        """Make the questions that an article answers, and keep them with it, where they are not kept already.

        It takes some seconds an article. Without it readers are offered general questions only.
        """
        for name in self._limit or tuple(self.store.snapshot().records):
            steps = self._build(self.store.snapshot(), [name]).steps
            if steps.starters(name) is None:
                made = checked_starters(steps.article(name), steps.answer_to, steps.made_by, progress)
                self.store.attach(name, NOTE, made.model_dump_json())

    def starters(self, most: int = 4) -> tuple[str, ...]:
        """Questions to begin with, which the article answers; several articles have none in common."""
        articles = self.articles
        if len(articles) != 1:
            return ()
        ((name, article),) = articles.items()
        steps = self._current().steps
        if kept := steps.starters(name):
            return to_begin_with(kept, article, most)
        return tuple(question for question in GENERAL if steps.answer_to(question))[:most]

    def follow_ups(self, answer: Answer, asked: Sequence[str] = (), most: int = 3) -> tuple[str, ...]:
        """Questions to go on with after an answer, which the article answers; none of those that were `asked`.

        They are about what stands near its quotes, or near the passage that a refusal points at. Only looked up, so
        that they cost no time; there are none before `prepare`.
        """
        told = answer.citations[0].article if answer.citations else ""
        name = answer.nearest.article if answer.nearest else told
        articles = self.articles
        kept = self._current().steps.starters(name) if name in articles else None
        return after_answer(kept, articles[name], answer, asked, most) if kept else ()

    @property
    def threshold(self) -> float:
        """The confidence below which the bot refuses."""
        return self._current().steps.threshold

    @property
    def verifier(self) -> Verifier:
        """What checks the statements of a chat model."""
        return self._current().verifier

    @property
    def models(self) -> dict[str, str]:
        """What the answers rest on, by its part: each a name and a hash."""
        return {"embedding": self.store.embeddings.fingerprint, "reader": self._current().reader.fingerprint}

    def warm(self) -> None:
        """Load the models and the articles now, so that the first question does not wait for them."""
        self._current().steps.answer_to("What is this about, warm or cold?")
        if self._chat:
            self.verifier.warm()

    def _current(self) -> _Pipeline:
        view = self.store.snapshot()
        with self._building:  # once for all readers who come after a change of the index
            if self._pipeline is None or self._pipeline.view is not view:
                self._pipeline = self._build(view)
            return self._pipeline

    def _build(self, view: Snapshot, limit: Sequence[str] = ()) -> _Pipeline:
        articles = tuple(limit) or self._limit or tuple(view.records)
        retriever = ArticleRetriever(store=self.store, view=view, articles=articles, k=CHUNKS)
        reader = self._make_reader(view, self.store)
        verifier = Verifier(TrainedEntailment())
        prose = self._prose(verifier, view.articles(articles))
        steps = Steps(retriever, reader, view, articles, self.settings, prose)
        chain = (
            RunnableLambda(steps.stand, name="standalone")
            | RunnableLambda(steps.retrieve, name="retrieve")
            | RunnableLambda(steps.read, name="read")
        )
        if self._chat:
            written = chain | RunnableLambda(steps.grow, name="write")
            each = RunnableGenerator(steps.verify_each, name="verify")
            return _Pipeline(view, reader, verifier, steps, written | each)
        written = chain | RunnableLambda(steps.write, name="write")
        return _Pipeline(view, reader, verifier, steps, written | RunnableLambda(steps.verify, name="verify"))

    def _prose(self, verifier: Verifier, known: Mapping[str, Article]) -> ProseWriter | None:
        """The writer with the chat model; None where there is none."""
        return ProseWriter(self._chat, known, verifier, self.settings) if self._chat else None


def _growing(answer: Answer) -> Iterator[Answer]:
    """An answer claim by claim, the whole of it last."""
    for count in range(1, len(answer.claims)):
        yield _first_claims(answer, count)
    yield answer


def _first_claims(answer: Answer, count: int) -> Answer:
    """The answer with only its first claims."""
    claims = answer.claims[:count]
    last = max(number for claim in claims for number in claim.citations)
    text = "\n".join(claim.text for claim in claims)
    return answer.model_copy(update={"text": text, "claims": claims, "citations": answer.citations[:last]})
