"""Which sentences are quoted."""

from dataclasses import replace

import pytest

from bot.reader import Evidence
from bot.writer import SHARE_BESIDE, SHARE_OF_BEST, SHARE_OF_SEVERAL, quote, select
from index import Article


def evidence(article: Article, *scored: tuple[int, float]) -> list[Evidence]:
    sentences = article.sentences
    return [Evidence(article.id, sentences[n].start, sentences[n].end, score) for n, score in scored]


def test_quotes_stand_in_article_order(seed_article: Article) -> None:
    """The best sentence is not the first to be shown: the article's order is kept."""
    chosen = select(evidence(seed_article, (20, 0.9), (5, 0.8)), {seed_article.id: seed_article}, 3)
    assert [item.start for item in chosen] == sorted(item.start for item in chosen)


@pytest.mark.parametrize("most", [1, 2, 5])
def test_no_more_than_asked(seed_article: Article, most: int) -> None:
    """At most `most` quotes, the best ones."""
    scored = evidence(seed_article, *((n, 0.9 - n / 1000) for n in range(5, 15)))
    assert select(scored, {seed_article.id: seed_article}, most) == scored[:most]


def test_weak_sentences_are_left_out(seed_article: Article) -> None:
    """A sentence with less than the stated share of the best one's support is not quoted."""
    scored = evidence(seed_article, (5, 0.8), (9, 0.8 * SHARE_OF_BEST + 0.01), (12, 0.8 * SHARE_OF_BEST - 0.01))
    assert len(select(scored, {seed_article.id: seed_article}, 5)) == 2


def test_a_question_for_several_things_gets_more_quotes(seed_article: Article) -> None:
    """A weaker sentence is quoted beside the best one where two things are asked for."""
    scored = evidence(seed_article, (5, 0.8), (9, 0.8 * SHARE_OF_SEVERAL + 0.01))
    articles = {seed_article.id: seed_article}
    assert len(select(scored, articles, 5, "Who built it, and when?")) == 2
    assert len(select(scored, articles, 5, "Who built it?")) == 1


def test_the_sentence_beside_the_best_one_needs_less(seed_article: Article) -> None:
    """What continues the thought is quoted with it."""
    weak = 0.8 * SHARE_BESIDE + 0.01
    articles = {seed_article.id: seed_article}
    assert len(select(evidence(seed_article, (8, 0.8), (9, weak)), articles, 5)) == 2
    assert len(select(evidence(seed_article, (8, 0.8), (12, weak)), articles, 5)) == 1
    best, next_one = evidence(seed_article, (8, 0.8), (9, weak))
    elsewhere = replace(next_one, article="other")
    assert select([best, elsewhere], {**articles, "other": seed_article}, 5) == [best]


def test_the_same_is_not_quoted_twice(seed_article: Article) -> None:
    """Near duplicates are dropped, the better one stays."""
    twice = evidence(seed_article, (5, 0.9), (5, 0.8))
    assert select(twice, {seed_article.id: seed_article}, 5) == twice[:1]


def test_a_claim_is_its_quote(seed_article: Article) -> None:
    """An extractive claim is the sentence itself, and cites it."""
    draft = quote(evidence(seed_article, (5, 0.9), (9, 0.8)), {seed_article.id: seed_article})
    assert [claim.text for claim in draft.claims] == [citation.quote for citation in draft.citations]
    assert [citation.score for citation in draft.citations] == [0.9, 0.8]
