"""One case scored, against counts made by hand and a second implementation."""

from hypothesis import given
from hypothesis import strategies as st

from evals.cases import Case, GoldSet, GoldSpan
from evals.outcome import Outcome, Quote
from evals.scoring import score
from evals.text import bare, normalised, shared_stems, words_in
from index import Article
from tests.evals import broken


def case_of(gold: GoldSet, identity: str) -> Case:
    return next(case for case in gold.cases if case.id == identity)


def span_of(article: Article, text: str) -> tuple[int, int]:
    start = article.text.index(text)
    return start, start + len(text)


def test_a_group_is_found_at_four_fifths_of_an_alternative(gold: GoldSet) -> None:
    """Quotes together may cover it; less than .8 of its visible characters is not enough."""
    case, article = case_of(gold, "t1"), gold.article
    start, end = span_of(article, "ground flour since 1721")
    for cut, hit in ((0, 1), (3, 1), (8, 0)):
        quoted = broken.quoting(case, article, [(start + cut, end)])
        assert score(case, quoted, article).groups_hit == hit
    pieces = broken.quoting(case, article, [(start, start + 9), (start + 9, end)])
    assert score(case, pieces, article).groups_hit == 1


def test_one_alternative_is_enough_and_all_groups_are_needed(gold: GoldSet) -> None:
    """OR inside a group, AND between groups."""
    article = gold.article
    for fragment in ("Nobody comes", "wants it shut in winter"):
        case = case_of(gold, "t6")
        assert score(case, broken.quoting(case, article, [span_of(article, fragment)]), article).passed
    multi = case_of(gold, "t3")
    half = score(multi, broken.half_of_it(multi, article), article)
    assert (half.groups_hit, half.groups, half.passed) == (1, 2, False)
    assert half.reasons == ("evidence 2 of 2 is not quoted",)


def test_acceptable_quotes_count_neither_way(gold: GoldSet) -> None:
    """Beside the gold they cost nothing, alone they are no evidence."""
    article = gold.article
    start, end = span_of(article, "It runs for five hours on every ebb.")
    case = case_of(gold, "t1").model_copy(
        update={"acceptable": (GoldSpan(start=start, end=end, text=article.text[start:end]),)}
    )
    both = score(case, broken.quoting(case, article, [*broken.right_spans(case, article), (start, end)]), article)
    assert (both.right_quotes, both.wrong_quotes, both.words_wrong, both.passed) == (1, 0, 0, True)
    alone = score(case, broken.quoting(case, article, [(start, end)]), article)
    assert (alone.right_quotes, alone.wrong_quotes, alone.passed) == (0, 0, False)


def test_words_are_counted_over_the_best_alternative(gold: GoldSet) -> None:
    """Words of the gold span are right or missed, words of the sentence around it free, all others wrong."""
    article = gold.article
    case = case_of(gold, "t1")
    whole = score(case, broken.oracle(case, article), article)
    assert (whole.words_right, whole.words_missed, whole.words_wrong, whole.words_quoted) == (4, 0, 0, 10)
    part = score(case, broken.quoting(case, article, [span_of(article, "ground flour")]), article)
    assert (part.words_right, part.words_missed, part.words_wrong) == (2, 2, 0)
    beside = score(case, broken.quoting(case, article, [span_of(article, "It runs for five hours")]), article)
    assert (beside.words_right, beside.words_missed, beside.words_wrong) == (0, 4, 5)


def test_a_term_is_said_as_a_whole(gold: GoldSet) -> None:
    """12 is not said by 2012, 12.5 or 1,200; a term that must not be said makes an answer wrong."""
    article = gold.article
    case = case_of(gold, "t1").model_copy(update={"must_contain": (("12", "twelve"),)})
    right = broken.oracle(case, article)
    for text, ok in (
        ("it was 2012", False),
        ("12.5 metres", False),
        ("12,000", False),
        ("TWELVE!", True),
        ("12.", True),
    ):
        assert score(case, right.model_copy(update={"text": text}), article).terms_ok is ok
    forbidden = case.model_copy(update={"must_contain": (), "must_not_contain": ("1721",)})
    judged = score(forbidden, broken.oracle(forbidden, article), article)
    assert judged.wrong
    assert not judged.passed


def test_a_refusal_is_no_error_and_a_wrong_answer_is_worse(gold: GoldSet) -> None:
    """Passed, refused and wrong are three things."""
    article, case = gold.article, case_of(gold, "t4")
    refused = score(case, broken.always_refuses(case, article), article)
    wrong = score(case, broken.lead(case, article), article)
    assert (refused.passed, refused.wrong, refused.answered) == (False, False, False)
    assert (wrong.passed, wrong.wrong, wrong.answered) == (False, True, True)


def test_what_a_refusal_held_back_is_known(gold: GoldSet) -> None:
    """The risk-coverage curve needs to know whether a refusal would have been right."""
    article, case = gold.article, case_of(gold, "t1")
    refused = broken.always_refuses(case, article)
    held = refused.model_copy(update={"would_quote": tuple(broken.right_spans(case, article))})
    assert score(case, held, article).withheld_hit
    assert not score(case, refused, article).withheld_hit


@given(st.integers(-50, 1_500), st.integers(-50, 1_500), st.text(max_size=30))
def test_any_quote_can_be_judged(gold: GoldSet, start: int, end: int, text: str) -> None:
    """Whatever a program claims, it is counted and never raises; it is sound only where it is the article's text."""
    case = gold.cases[0]
    outcome = Outcome(id=case.id, abstained=False, quotes=(Quote(article="tides", start=start, end=end, quote=text),))
    judged = score(case, outcome, gold.article)
    inside = 0 <= start < end <= len(gold.article.text)
    assert judged.verbatim == (inside and gold.article.text[start:end] == text and bool(text.strip()))
    assert judged.in_bounds == inside


def reference_f1(predicted: list[set[int]], gold: list[set[int]]) -> float:
    """Micro word F1 as acl-verbatim defines it: word index sets pooled over all rows."""
    both = sum(len(p & g) for p, g in zip(predicted, gold, strict=True))
    said, meant = sum(map(len, predicted)), sum(map(len, gold))
    return 2 * both / (said + meant)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=5))
def test_word_f1_agrees_with_a_second_implementation(gold: GoldSet, picks: list[tuple[int, int]]) -> None:
    """With whole sentences as gold and nothing acceptable, it is the acl-verbatim protocol."""
    article = gold.article
    sentences = [(s.start, s.end) for s in article.sentences]
    counts, predicted, meant = [0, 0, 0], [], []
    for wanted, said in picks:
        start, end = sentences[wanted % len(sentences)]
        case = gold.cases[0].model_copy(
            update={"evidence": ((GoldSpan(start=start, end=end, text=article.text[start:end]),),), "must_contain": ()}
        )
        quoted = sentences[said % len(sentences)]
        judged = score(case, broken.quoting(case, article, [quoted]), article)
        counts = [
            a + b for a, b in zip(counts, (judged.words_right, judged.words_wrong, judged.words_missed), strict=True)
        ]
        predicted.append(set(words_in(article.text, *quoted)))
        meant.append(set(words_in(article.text, start, end)))
    ours = 2 * counts[0] / (2 * counts[0] + counts[1] + counts[2])
    assert ours == reference_f1(predicted, meant)


# Text


def test_typography_is_no_difference_and_letters_are() -> None:
    """Quotes, dashes, ellipses, spaces, soft hyphens and case do not count; nothing else is forgiven."""
    assert normalised("“It’s” – half\u00adbaked\u00a0…") == normalised('"IT\'S" - halfbaked ...')
    assert normalised("not 12") != normalised("12")
    assert bare("“Why?”") == "why"


def test_words_in_a_span_are_those_it_touches() -> None:
    """By number, half-touched ones too; white space alone touches none."""
    text = "One two-thirds, 3.5 four"
    assert [text[a:b] for a, b in ((0, 3), (4, 14))] == ["One", "two-thirds"]
    assert list(words_in(text, 0, 3)) == [0]
    assert list(words_in(text, 5, 18)) == [1, 2]
    assert list(words_in(text, 3, 4)) == []


def test_shared_words_leave_out_names() -> None:
    """Names are shared by every paraphrase; other content words tell one from the sentence."""
    assert shared_stems("Why did the council pay Penrose?", "The council pays Penrose a third.") == 2
    assert shared_stems("What does Penrose earn?", "The council pays Penrose a third.") == 0
