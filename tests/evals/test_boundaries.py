"""The numbers of the metrics at their edges: what is just enough, and what is just not."""

import numpy as np
import pytest

from evals.abstention import risk_coverage
from evals.cases import Case, GoldSet, GoldSpan
from evals.outcome import Outcome, Place
from evals.retrieval import Ranking, found_by, rank_values
from evals.runs import Provenance, scored
from evals.scoring import score
from evals.summary import Summary, is_low_overlap
from index import Article
from tests.evals import broken


def span(article: Article, text: str) -> GoldSpan:
    start = article.text.index(text)
    return GoldSpan(start=start, end=start + len(text), text=text)


def of(gold: GoldSet, *groups: tuple[str, ...], acceptable: tuple[str, ...] = (), question: str = "q") -> Case:
    """An answerable case whose evidence are these fragments."""
    evidence = tuple(tuple(span(gold.article, text) for text in group) for group in groups)
    return gold.cases[0].model_copy(
        update={
            "evidence": evidence,
            "acceptable": tuple(span(gold.article, text) for text in acceptable),
            "must_contain": (),
            "question": question,
        }
    )


def place(article: Article, text: str) -> Place:
    found = span(article, text)
    return Place(start=found.start, end=found.end, score=1.0)


@pytest.mark.parametrize(("letters", "hit"), [(15, 0), (16, 1)])
def test_four_fifths_of_a_fragment_are_enough(gold: GoldSet, letters: int, hit: int) -> None:
    """16 of 20 visible characters, not 15."""
    case = of(gold, ("Port Wen has ground flo",))  # 20 without the spaces
    (fragment,) = case.evidence[0]
    visible = [n for n, letter in enumerate(fragment.text) if not letter.isspace()]
    end = fragment.start + visible[letters - 1] + 1
    quoted = broken.quoting(case, gold.article, [(fragment.start, end)])
    assert score(case, quoted, gold.article).groups_hit == hit


@pytest.mark.parametrize(("more", "right"), [(40, 1), (60, 0)])
def test_half_of_a_quote_must_be_gold(gold: GoldSet, more: int, right: int) -> None:
    """A quote with more around the gold sentence than in it is wrong, even where it holds all of the evidence."""
    article = gold.article
    case = of(gold, ("The council pays a third of the repairs.",))  # 33 visible characters
    (fragment,) = case.evidence[0]
    judged = score(case, broken.quoting(case, article, [(fragment.start, fragment.end + more)]), article)
    assert (judged.right_quotes, judged.wrong_quotes) == (right, 1 - right)
    assert judged.groups_hit == 1


def test_half_of_the_quotes_must_be_right(gold: GoldSet) -> None:
    """One wrong beside one right passes; two do not."""
    article, case = gold.article, of(gold, ("pays a third of the repairs",))
    right = broken.right_spans(case, article)
    others = [(s.start, s.end) for s in article.sentences[-2:]]
    assert score(case, broken.quoting(case, article, right + others[:1]), article).passed
    judged = score(case, broken.quoting(case, article, right + others), article)
    assert judged.reasons == ("2 of 3 quotes are beside the point",)


def test_a_quote_that_is_mostly_acceptable_is_neither(gold: GoldSet) -> None:
    """Gold and acceptable together make half of it: not wrong; neither makes half alone: not right."""
    article = gold.article
    case = of(gold, ("pays a third of the repairs",), acceptable=("Penrose pays the rest from flour sales.",))
    both = span(article, "repairs. Penrose pays the rest from flour sales.")
    judged = score(case, broken.quoting(case, article, [(both.start, both.end)]), article)
    assert (judged.right_quotes, judged.wrong_quotes) == (0, 0)


def test_half_of_the_evidence_is_no_wrong_answer(gold: GoldSet) -> None:
    """It does not pass, and does not count as an error either; none of it does."""
    article, case = gold.article, of(gold, ("pays a third of the repairs",), ("pays the rest from flour sales",))
    half = score(case, broken.half_of_it(case, article), article)
    assert (half.passed, half.wrong) == (False, False)
    assert score(case, broken.lead(case, article), article).wrong


def test_words_of_every_group_are_wanted(gold: GoldSet) -> None:
    """Each group adds its best alternative's words to what is missed or right."""
    article, case = gold.article, of(gold, ("pays a third of the repairs",), ("pays the rest from flour sales",))
    judged = score(case, broken.half_of_it(case, article), article)
    assert (judged.words_right, judged.words_missed) == (6, 6)


def test_an_answer_is_not_excused_by_what_it_would_quote(gold: GoldSet) -> None:
    """Held-back spans belong to refusals; and they must be to the point."""
    article, case = gold.article, of(gold, ("pays a third of the repairs",))
    right = tuple(broken.right_spans(case, article))
    answered = broken.lead(case, article).model_copy(update={"would_quote": right})
    assert not score(case, answered, article).withheld_hit
    refused = broken.always_refuses(case, article)
    assert score(case, refused.model_copy(update={"would_quote": right}), article).withheld_hit
    everything = ((0, len(article.text)),)
    assert not score(case, refused.model_copy(update={"would_quote": everything}), article).withheld_hit


# Rankings


def test_a_unit_is_relevant_from_half_of_an_alternative(gold: GoldSet) -> None:
    """By characters of the alternative, however long the unit."""
    case = of(gold, ("pays a third of the repairs",))  # 27 characters
    start = case.evidence[0][0].start
    for end, hit in ((start + 13, 0.0), (start + 14, 1.0)):
        ranking = Ranking(case, (Place(start=start - 40, end=end, score=1.0),))
        assert rank_values([ranking])["Success@1"][case.id] == hit


def test_ranks_count_from_the_first(gold: GoldSet) -> None:
    """Second place is a reciprocal rank of a half, no hit at 1 and one at 3; recall knows what was never found."""
    article = gold.article
    case = of(gold, ("pays a third of the repairs",), ("pays the rest from flour sales",))
    order = (
        "It runs for five hours",
        "The council pays a third of the repairs.",
        "Half-baked bread is sold at the door",
    )
    ranking = Ranking(case, tuple(place(article, text) for text in (*order, "The mill at Port Wen")))
    values = {name: found[case.id] for name, found in rank_values([ranking]).items()}
    assert values["RR@10"] == 0.5
    assert (values["Success@1"], values["Success@3"], values["R@5"]) == (0.0, 1.0, 0.5)
    assert (found_by(ranking, 1), found_by(ranking, 2)) == (0.0, 0.5)


def test_nothing_found_is_a_zero_and_no_gap(gold: GoldSet) -> None:
    """A case for which nothing relevant was found stays in the mean."""
    case = of(gold, ("pays a third of the repairs",))
    values = rank_values(
        [Ranking(case, (place(gold.article, "It runs for five hours"),)), Ranking(of(gold, ("five",)), ())]
    )
    assert {found[case.id] for found in values.values()} == {0.0}


# Refusals


@pytest.mark.parametrize(("cases", "coverage"), [(20, 1.0), (19, 18 / 19)])
def test_coverage_is_up_to_a_twentieth_wrong(cases: int, coverage: float) -> None:
    """The last of 20 wrong is 5 %, of 19 more."""
    confidence = np.linspace(1, 0.1, cases).tolist()
    assert risk_coverage(confidence, [True] * (cases - 1) + [False]).coverage == pytest.approx(coverage)


def test_cases_of_one_confidence_have_no_order() -> None:
    """Right first or wrong first is the same; no threshold parts them."""
    for right in ([True] * 5 + [False] * 5, [False] * 5 + [True] * 5):
        curve = risk_coverage([1.0] * 10, right)
        assert curve.aurc == pytest.approx(0.5)
        assert curve.coverage == 0


def run_with(gold: GoldSet, outcomes: dict[str, Outcome]) -> dict[str, float | None]:
    results = scored([gold], outcomes, Provenance(bot="x", dataset="")).results
    return {key: figure.value for key, figure in Summary(results).figures.items()}


def test_only_wrong_answers_cost(gold: GoldSet) -> None:
    """Net: right answers less wrong ones, over the answerable; a refusal of either kind and half an answer are 0."""
    outcomes = {case.id: broken.oracle(case, gold.article) for case in gold.cases}
    outcomes["t1"] = broken.always_refuses(gold.cases[0], gold.article)  # refused: 0
    outcomes["t3"] = broken.half_of_it(gold.cases[2], gold.article)  # half: 0
    outcomes["t4"] = broken.lead(gold.cases[3], gold.article)  # wrong: -1
    outcomes["t7"] = broken.never_refuses(gold.cases[6], gold.article)  # answered, and it should not be: -1
    assert run_with(gold, outcomes)["net"] == pytest.approx((3 - 2) / 6)


def test_close_confidences_are_told_apart(gold: GoldSet) -> None:
    """AUROC looks at more than the first digit."""
    outcomes = {
        case.id: broken.oracle(case, gold.article).model_copy(update={"confidence": 0.52 if case.answerable else 0.51})
        for case in gold.cases
    }
    assert run_with(gold, outcomes)["auroc"] == 1.0


def test_the_slowest_twentieth_is_reported(gold: GoldSet) -> None:
    """The 95th percentile lies near the top, the median in the middle."""
    outcomes = {
        case.id: broken.oracle(case, gold.article).model_copy(update={"latency_ms": float(number)})
        for number, case in enumerate(gold.cases, start=1)
    }
    values = run_with(gold, outcomes)
    assert values["latency_p50"] == 5.5
    assert values["latency_p95"] is not None
    assert values["latency_p95"] > 9


@pytest.mark.parametrize(
    ("question", "low"),
    [("Who covers the repairs?", True), ("What does the council repair?", False), ("How is mending financed?", True)],
)
def test_one_shared_word_is_a_paraphrase_and_two_are_not(gold: GoldSet, question: str, low: bool) -> None:
    """Content words by their stems, names aside."""
    assert is_low_overlap(of(gold, ("pays a third of the repairs",), question=question), gold.article) is low
