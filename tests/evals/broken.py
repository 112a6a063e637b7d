"""Bots that are broken in one way each, and an oracle that is not. Each makes an outcome of a case."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from evals.cases import Case
from evals.outcome import Outcome, Place, Quote
from evals.scoring import sentence_bounds
from index import Article

Bot = Callable[[Case, Article], Outcome]


def quoting(case: Case, article: Article, spans: list[tuple[int, int]], **changes: Any) -> Outcome:
    """An answer that quotes some spans; a refusal where there are none."""
    quotes = tuple(Quote(article=article.id, start=s, end=e, quote=article.text[s:e]) for s, e in spans)
    places = tuple(Place(start=s, end=e, score=1.0) for s, e in spans)
    outcome = Outcome(
        id=case.id,
        abstained=not quotes,
        text="\n".join(quote.quote for quote in quotes),
        confidence=0.9 if quotes else 0.1,
        quotes=quotes,
        chunks=places,
        sentences=places,
        latency_ms=1.0,
    )
    return outcome.model_copy(update=changes)


def right_spans(case: Case, article: Article) -> list[tuple[int, int]]:
    """The sentence of the first alternative of each group."""
    return list(dict.fromkeys(sentence_bounds(article, group[:1])[0] for group in case.evidence))


def oracle(case: Case, article: Article) -> Outcome:
    """Quotes the gold sentences, and refuses where there are none."""
    return quoting(case, article, right_spans(case, article))


def oracle_of_all(case: Case, article: Article) -> Outcome:
    """Quotes every gold sentence, all alternatives too: long, and with every word that must be said."""
    spans = [span for group in case.evidence for span in group]
    return quoting(case, article, sorted(set(sentence_bounds(article, spans))))


def answers_without_quotes(case: Case, article: Article) -> Outcome:
    """Says the right words and shows nothing for them."""
    given = oracle(case, article)
    return given.model_copy(update={"quotes": (), "text": given.text if given.abstained else case.question})


def random_quote(case: Case, article: Article) -> Outcome:
    """Quotes any sentence, sure of nothing in particular."""
    dice = random.Random(case.id)
    sentence = dice.choice(article.sentences)
    return quoting(case, article, [(sentence.start, sentence.end)], confidence=dice.random())


def lead(case: Case, article: Article) -> Outcome:
    """Quotes the first sentence of the body."""
    first = next(s for s in article.sentences if s.kind == "body")
    return quoting(case, article, [(first.start, first.end)])


def always_refuses(case: Case, article: Article) -> Outcome:
    """Refuses."""
    return quoting(case, article, [])


def never_refuses(case: Case, article: Article) -> Outcome:
    """Right where there is an answer, and answers all the same where there is none."""
    return quoting(
        case, article, right_spans(case, article) or [(article.sentences[-1].start, article.sentences[-1].end)]
    )


def whole_article(case: Case, article: Article) -> Outcome:
    """Quotes everything."""
    return quoting(case, article, [(0, len(article.text))])


def _shifted(by: tuple[int, int]) -> Bot:
    def bot(case: Case, article: Article) -> Outcome:
        given = oracle(case, article)
        quotes = [q.model_copy(update={"start": q.start + by[0], "end": q.end + by[1]}) for q in given.quotes]
        return given.model_copy(update={"quotes": tuple(quotes)})

    return bot


def _reworded(change: Callable[[str], str]) -> Bot:
    def bot(case: Case, article: Article) -> Outcome:
        given = oracle(case, article)
        quotes = tuple(q.model_copy(update={"quote": change(q.quote)}) for q in given.quotes)
        return given.model_copy(update={"quotes": quotes, "text": "\n".join(q.quote for q in quotes)})

    return bot


def _one_digit(text: str) -> str:
    return text.replace("1721", "1712").replace("five", "nine").replace("a third", "a fifth").replace("the", "teh")


def _straight(text: str) -> str:
    return text.translate(str.maketrans("“”‘’", "\"\"''"))


def repeats(case: Case, article: Article) -> Outcome:
    """Every quote five times."""
    given = oracle(case, article)
    return given.model_copy(update={"quotes": given.quotes * 5})


def other_occurrence(case: Case, article: Article) -> Outcome:
    """The right words, where they stand for the second time."""
    given = oracle(case, article)
    moved = []
    for quote in given.quotes:
        again = article.text.find(quote.quote, quote.end)
        at = again if again >= 0 else quote.start
        moved.append(quote.model_copy(update={"start": at, "end": at + len(quote.quote)}))
    return given.model_copy(update={"quotes": tuple(moved)})


def inverted(case: Case, article: Article) -> Outcome:
    """Right, and the surer the less it knows."""
    given = oracle(case, article)
    return given.model_copy(update={"confidence": 1 - given.confidence})


def half_of_it(case: Case, article: Article) -> Outcome:
    """Only the first group of evidence."""
    return quoting(case, article, right_spans(case, article)[:1])


def forgets_history(case: Case, article: Article) -> Outcome:
    """Lost in a follow-up."""
    return lead(case, article) if case.history else oracle(case, article)


def crashes_once(case: Case, article: Article) -> Outcome:
    """Has no answer to one case."""
    return Outcome.failed(case.id, "boom") if case.id == "t4" else oracle(case, article)


def quotes_in_refusals(case: Case, article: Article) -> Outcome:
    """Refuses, and quotes."""
    given = oracle(case, article)
    some = quoting(case, article, [(article.sentences[-1].start, article.sentences[-1].end)])
    return given.model_copy(update={"quotes": given.quotes or some.quotes})


def other_article(case: Case, article: Article) -> Outcome:
    """Right offsets and words, said to be of another article."""
    given = oracle(case, article)
    return given.model_copy(update={"quotes": tuple(q.model_copy(update={"article": "else"}) for q in given.quotes)})


def makes_up_prose(case: Case, article: Article) -> Outcome:
    """Right quotes, and a text that has nothing to do with them."""
    given = oracle(case, article)
    return (
        given if given.abstained else given.model_copy(update={"text": f"The moon is cheese: 1234. {given.text[:9]}"})
    )


def slices_and_noise(case: Case, article: Article) -> Outcome:
    """The right sentence in twenty overlapping slices, to outnumber what is beside the point."""
    spans = right_spans(case, article)[:1]
    slices = [(start + n, end - n) for start, end in spans for n in range(20) if start + n < end - n]
    others = [(s.start, s.end) for s in article.sentences[-4:]]
    return quoting(case, article, slices + others) if spans else oracle(case, article)


def one_unit(case: Case, article: Article) -> Outcome:
    """Retrieves the whole article as one unit, which finds everything."""
    whole = (Place(start=0, end=len(article.text), score=1.0),)
    return oracle(case, article).model_copy(update={"chunks": whole})


@dataclass(frozen=True)
class Broken:
    """A broken bot, the figure that must tell, and what it must say."""

    bot: Bot
    figure: str
    says: Callable[[float], bool]


BROKEN = {
    "random quote": Broken(random_quote, "evidence_recall", lambda v: v < 0.5),
    "random quote, precision": Broken(random_quote, "quote_precision", lambda v: v < 0.3),
    "lead sentence": Broken(lead, "evidence_recall", lambda v: v < 0.3),
    "always refuses": Broken(always_refuses, "false_refusals", lambda v: v == 1),
    "always refuses, recall": Broken(always_refuses, "evidence_recall", lambda v: v == 0),
    "always refuses, net": Broken(always_refuses, "net", lambda v: v <= 0),
    "never refuses": Broken(never_refuses, "false_answers", lambda v: v == 1),
    "never refuses, net": Broken(never_refuses, "net", lambda v: v < 0.5),
    "whole article": Broken(whole_article, "quote_precision", lambda v: v == 0),
    "whole article, over-quoting": Broken(whole_article, "over_quote", lambda v: v > 10),
    "offset + 1": Broken(_shifted((1, 1)), "verbatim", lambda v: v == 0),
    "end - 1": Broken(_shifted((0, -1)), "verbatim", lambda v: v == 0),
    "beyond the end": Broken(_shifted((10_000, 10_000)), "in_bounds", lambda v: v == 0),
    "made up": Broken(_reworded(lambda text: "The mill burnt down."), "fabricated", lambda v: v > 0),
    "one word changed": Broken(_reworded(_one_digit), "verbatim", lambda v: v < 1),
    "one word changed, terms": Broken(_reworded(_one_digit), "terms", lambda v: v < 1),
    "quotes made straight": Broken(_reworded(_straight), "verbatim", lambda v: v < 1),
    "inverted confidence": Broken(inverted, "auroc", lambda v: v < 0.5),
    "inverted confidence, AURC": Broken(inverted, "e_aurc", lambda v: v > 0.1),
    "half of the evidence": Broken(half_of_it, "all_groups", lambda v: v < 1),
    "crashes on one case": Broken(crashes_once, "errors", lambda v: v == 1),
    "text beyond its quotes": Broken(makes_up_prose, "unsupported", lambda v: v > 0),
    "slices of the right sentence": Broken(slices_and_noise, "quote_precision", lambda v: v < 0.5),
    "one unit of everything": Broken(one_unit, "chunks_read", lambda v: v > 500),
    "another article": Broken(other_article, "verbatim", lambda v: v == 0),
}
