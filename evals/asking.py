"""Cases put to a bot. What the steps of `ArticleBot` found is taken from its callbacks, as a user would trace them."""

from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler

from bot import Answer, ArticleBot
from bot.writer import select
from evals.cases import Case, GoldSet
from evals.outcome import Outcome, Place, Prose, Quote
from index import Article, ArticleBotError

MOST_SENTENCES = 20
"""How many scored sentences of a case are kept."""

Ask = Callable[[Case], Outcome]


class StepTrace(BaseCallbackHandler):
    """Keeps what the named steps of a chain gave."""

    raise_error = True

    def __init__(self) -> None:
        self.given: dict[str, Any] = {}
        self._names: dict[UUID, str] = {}

    def on_chain_start(self, serialized: Any, inputs: Any, *, run_id: UUID, **kwargs: Any) -> None:
        """A step begins."""
        self._names[run_id] = str(kwargs.get("name") or "")

    def on_chain_end(self, outputs: Any, *, run_id: UUID, **kwargs: Any) -> None:
        """A step has ended."""
        self.given[self._names.pop(run_id, "")] = outputs


class Asker:
    """Puts cases to an `ArticleBot`."""

    def __init__(self, bot: ArticleBot) -> None:
        self._bot = bot

    def __call__(self, case: Case) -> Outcome:
        """The outcome of a case. An error that the bot knows is a failed case."""
        trace = StepTrace()
        question = {"question": case.question, "history": list(case.turns)}
        begun = perf_counter()
        try:
            answer = self._bot.invoke(question, {"callbacks": [trace]})
        except ArticleBotError as error:
            return Outcome.failed(case.id, str(error))
        taken = (perf_counter() - begun) * 1000
        chunks, evidence = trace.given["retrieve"].chunks, trace.given["read"].reading.evidence
        most = self._bot.settings.max_quotes
        held = select(evidence, self._bot.articles, most, case.question) if answer.abstained else []
        return Outcome(
            id=case.id,
            abstained=answer.abstained,
            text=answer.text,
            confidence=answer.confidence,
            quotes=tuple(Quote.model_validate(citation.model_dump()) for citation in answer.citations),
            chunks=tuple(
                Place(start=c.metadata["start"], end=c.metadata["end"], score=c.metadata["score"]) for c in chunks
            ),
            sentences=tuple(Place(start=e.start, end=e.end, score=e.score) for e in evidence[:MOST_SENTENCES]),
            would_quote=tuple((item.start, item.end) for item in held),
            latency_ms=round(taken, 1),
            prose=_prose(answer),
        )


def _prose(answer: Answer) -> Prose | None:
    """What a chat model did for an answer; None where none was asked."""
    writing = answer.writing
    if writing is None:
        return None
    shown = answer.claims if answer.mode == "model" else ()
    return Prose(
        shown=len(shown),
        marked=sum(bool(claim.failed) for claim in shown),
        dropped=len(writing.dropped),
        without_evidence=writing.without_evidence,
        statements=writing.statements,
        numbers=writing.numbers,
        unknown_numbers=writing.unknown_numbers,
        calls=writing.calls,
        tokens=writing.input_tokens + writing.output_tokens,
        cost=writing.cost,
        note=answer.note,
    )


def ask_all(
    gold: Sequence[GoldSet], asker_of: Callable[[Article], Ask], progress: Callable[[int, int], None] | None = None
) -> dict[str, Outcome]:
    """The outcome of every case, by id."""
    total = sum(len(part.cases) for part in gold)
    outcomes: dict[str, Outcome] = {}
    for part in gold:
        ask = asker_of(part.article)
        for case in part.cases:
            outcomes[case.id] = _safely(ask, case)
            if progress:
                progress(len(outcomes), total)
    return outcomes


def _safely(ask: Ask, case: Case) -> Outcome:
    try:
        return ask(case)
    except Exception as error:  # noqa: BLE001  # whatever the bot under test does, its other cases are still judged
        return Outcome.failed(case.id, f"{type(error).__name__}: {error}")
