"""The evals are tested by breaking bots: each way of being wrong trips the figure that is there for it."""

import random

import pytest

from evals.cases import Case, GoldSet, GoldSpan, shipped_gold
from evals.gates import baseline_of, gates
from evals.runs import Provenance, Run, scored
from evals.summary import Figure, Summary, slices
from tests.evals import broken
from tests.evals.broken import BROKEN, Bot, Broken

EXACT = ("verbatim", "in_bounds", "same_words", "passed", "net", "evidence_recall", "all_groups", "quote_precision")
RANKED = ("word_f1", "terms", "refusal_f1", "auroc", "auroc_hard", "auroc_easy", "chunks_hit@1", "sentences_MRR")


def run_of(gold: GoldSet, bot: Bot) -> Run:
    outcomes = {case.id: bot(case, gold.article) for case in gold.cases}
    return scored([gold], outcomes, Provenance(bot="broken", dataset=""))


def figures_of(gold: GoldSet, bot: Bot) -> dict[str, Figure]:
    return Summary(run_of(gold, bot).results).figures


def test_the_oracle_is_right_everywhere(gold: GoldSet) -> None:
    """Gold quotes score 1.0 in every figure that can be, 0 in every one that counts mistakes, and hold every gate."""
    run = run_of(gold, broken.oracle)
    figures = Summary(run.results).figures
    assert {key: figures[key].value for key in (*EXACT, *RANKED)} == dict.fromkeys((*EXACT, *RANKED), 1.0)
    wrongs = ("fabricated", "errors", "false_answers", "false_refusals", "e_aurc")
    assert {key: figures[key].value for key in wrongs} == dict.fromkeys(wrongs, 0.0)
    assert figures["unsupported"].value == 0
    assert [gate for gate in gates(run, baseline_of(run)) if not gate.holds] == []


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_bot_is_told(gold: GoldSet, name: str) -> None:
    """Each broken bot trips its figure; the oracle does not."""
    case: Broken = BROKEN[name]
    value = figures_of(gold, case.bot)[case.figure].value
    assert value is not None
    assert case.says(value)
    fine = figures_of(gold, broken.oracle)[case.figure].value
    assert fine is not None
    assert not case.says(fine)


def test_typography_alone_is_told_apart_from_another_wording(gold: GoldSet) -> None:
    """Quotes made straight fail the strict check and pass the other; a changed word fails both."""
    straight = figures_of(gold, BROKEN["quotes made straight"].bot)
    changed = figures_of(gold, BROKEN["one word changed"].bot)
    assert straight["same_words"].value == 1.0
    assert straight["fabricated"].value == 0
    assert changed["same_words"].value != 1.0
    assert changed["fabricated"].value != 0


def test_a_random_bot_tells_nothing_from_nothing(gold: GoldSet) -> None:
    """Its AUROC is that of a coin, within what so few cases can say."""
    found = figures_of(gold, broken.random_quote)["auroc"].interval
    assert found is not None
    assert found.low <= 0.5 <= found.high


def test_repeating_a_quote_changes_nothing(gold: GoldSet) -> None:
    """Quotes are a set: saying one five times is neither better nor worse."""
    once, often = figures_of(gold, broken.oracle), figures_of(gold, broken.repeats)
    assert {key: figure.value for key, figure in once.items()} == {key: figure.value for key, figure in often.items()}


def test_the_right_words_elsewhere_are_no_evidence(gold: GoldSet) -> None:
    """Words that stand twice must be quoted where the gold has them."""
    text = "Half-baked bread is sold at the"
    first = gold.article.text.index(text)
    case = gold.cases[0].model_copy(
        update={"evidence": ((GoldSpan(start=first, end=first + len(text), text=text),),), "must_contain": ()}
    )
    quote = broken.quoting(case, gold.article, [(first, first + len(text))])
    moved = broken.other_occurrence(case, gold.article)
    again = gold.article.text.index(text, first + 1)
    wrong = broken.quoting(case, gold.article, [(again, again + len(text))])
    one = GoldSet(gold.article, (case,))
    assert figures_of(one, lambda *_: quote)["passed"].value == 1
    assert figures_of(one, lambda *_: wrong)["evidence_recall"].value == 0
    assert figures_of(one, lambda *_: wrong)["verbatim"].value == 1
    assert moved.quotes  # the helper finds a place for every quote


def test_forgetting_the_history_shows_in_its_slice(gold: GoldSet) -> None:
    """The follow-up slice falls, and only that one."""
    by_name = {one.name: one for one in slices(run_of(gold, broken.forgets_history))}
    assert by_name["follow_up"].passed == 0
    assert by_name["factoid"].passed == by_name["factoid"].n


def test_a_crash_is_a_failure_and_no_refusal(gold: GoldSet) -> None:
    """It stays in every mean, and does not count as having refused."""
    run = run_of(gold, broken.crashes_once)
    figures = Summary(run.results).figures
    assert figures["passed"].n == len(gold.cases)
    assert figures["passed"].value == (len(gold.cases) - 1) / len(gold.cases)
    assert figures["false_refusals"].value == 0


@pytest.mark.parametrize(
    ("bot", "gate"),
    [
        (BROKEN["offset + 1"].bot, "every quote verbatim"),
        (BROKEN["another article"].bot, "every quote verbatim"),
        (BROKEN["made up"].bot, "no quote made up"),
        (broken.quotes_in_refusals, "no refusal that quotes"),
        (broken.crashes_once, "every case answered or refused"),
        (broken.makes_up_prose, "no text beyond its quotes"),
        (broken.answers_without_quotes, "every answer quotes"),
        (broken.always_refuses, "answerable refused: at most 3"),
        (broken.never_refuses, "unanswerable answered: at most 3"),
        (broken.lead, "groups of evidence quoted: at least 4"),
        (broken.lead, "cases passed: at least 7"),
        (broken.whole_article, "quotes beside the point: at most 6"),
    ],
)
def test_a_gate_falls(gold: GoldSet, bot: Bot, gate: str) -> None:
    """What breaks a promise, or is worse than the baseline by more cases than the slack, fells its gate."""
    fallen = {
        one.name: one for one in gates(run_of(gold, bot), baseline_of(run_of(gold, broken.oracle))) if not one.holds
    }
    assert gate in fallen
    assert fallen[gate].by > 0


def test_passes_that_change_places_are_regressions(gold: GoldSet) -> None:
    """As many cases pass as before, and others: the sums are the same, what was good is not."""
    many = GoldSet(
        gold.article,
        tuple(c.model_copy(update={"id": f"{c.id}-{n}"}) for n in range(5) for c in gold.cases if c.answerable),
    )
    half = {case.id for case in many.cases[: len(many.cases) // 2]}
    first = run_of(many, lambda c, a: broken.oracle(c, a) if c.id in half else broken.always_refuses(c, a))
    other = run_of(many, lambda c, a: broken.always_refuses(c, a) if c.id in half else broken.oracle(c, a))
    fallen = [gate for gate in gates(other, baseline_of(first)) if not gate.holds]
    assert [gate.name for gate in fallen] == ["cases that passed before and fail now: at most 6"]
    assert fallen[0].by == len(half) - 6


def test_the_oracle_passes_every_gold_case() -> None:
    """Quoting the gold passes each case of the project: none asks for what its own evidence does not say."""
    failed = [r.case.id for p in shipped_gold(None) for r in run_of(p, broken.oracle_of_all).results if r.score.reasons]
    assert failed == []


def test_a_smoke_case_must_pass(gold: GoldSet) -> None:
    """However few the others are."""
    cases = tuple(case.model_copy(update={"smoke": case.id == "t4"}) for case in gold.cases)
    run = run_of(GoldSet(gold.article, cases), broken.crashes_once)
    assert next(gate for gate in gates(run, None) if gate.name == "smoke cases pass").detail == "failed: t4"


def test_an_edited_article_is_told(gold: GoldSet) -> None:
    """Answers about an older version of the text have quotes that are not there."""
    older = gold.article.text
    quote = broken.quoting(gold.cases[0], gold.article, broken.right_spans(gold.cases[0], gold.article))
    text = older.replace("The mill", "The old mill", 1)
    sentences = gold.article.sentences
    from index.article import text_sha256

    edited = gold.article.model_copy(update={"text": text, "sha256": text_sha256(text), "sentences": sentences})
    assert figures_of(GoldSet(edited, gold.cases[:1]), lambda *_: quote)["verbatim"].value == 0


def test_the_order_of_the_cases_does_not_matter(gold: GoldSet) -> None:
    """Shuffled cases and answers give the same figures, intervals and gates."""
    shuffled = list(gold.cases)
    random.Random(1).shuffle(shuffled)
    other = GoldSet(gold.article, tuple(shuffled))
    for bot in (broken.oracle, broken.random_quote, broken.never_refuses):
        assert figures_of(gold, bot) == figures_of(other, bot)


def test_better_bots_have_better_figures(gold: GoldSet) -> None:
    """Oracle over half of it, over the lead sentence, over nothing."""
    order = [broken.oracle, broken.half_of_it, broken.lead, broken.always_refuses]
    recalls = [figures_of(gold, bot)["evidence_recall"].value or 0.0 for bot in order]
    assert recalls == sorted(recalls, reverse=True)
    assert len(set(recalls)) == len(order)


def test_every_case_of_the_small_set_is_used(gold: GoldSet) -> None:
    """The broken bots are judged on every kind of case."""
    kinds: set[str] = {kind for case in gold.cases for kind in case.category}
    assert {"multi", "follow_up", "near_miss", "off_topic"} <= kinds
    assert all(isinstance(case, Case) for case in gold.cases)
