"""Evidence and who says it: a speaker who is asked about goes first, an answer to `who said …?` has the name in it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.asked_speaker import Asked, asked_speaker, asks_who_said, naming_sentence
from bot.reader import DIGITS, Evidence, Reading
from index import Article

BONUS = 1.5
"""What it adds to a sentence's log-odds that the one who is asked about says it; measured in docs/speakers.md."""


def prefer_speaker(question: str, reading: Reading, articles: Mapping[str, Article]) -> Reading:
    """The reading with the sentences of the speaker who is asked about raised; as it was where nobody is."""
    named = dict.fromkeys(item.article for item in reading.evidence)
    asked = {name: who for name in named if (who := asked_speaker(question, articles[name]))}
    if not asked:
        return reading
    raised = (_raised(item, articles[item.article], asked.get(item.article)) for item in reading.evidence)
    return replace(reading, evidence=tuple(sorted(raised, key=lambda item: (-item.score, item.article, item.start))))


def _raised(item: Evidence, article: Article, asked: Asked | None) -> Evidence:
    sentence = article.sentence_at(item.start)
    if asked is None or sentence is None or sentence.speaker != asked.speaker.name or not 0 < item.score < 1:
        return item
    odds = math.log(item.score / (1 - item.score)) + BONUS
    return replace(item, score=round(1 / (1 + math.exp(-odds)), DIGITS))


def with_speaker_named(
    question: str, chosen: Sequence[Evidence], articles: Mapping[str, Article], most: int
) -> list[Evidence]:
    """The chosen evidence; where a question asks who said it, with the sentence that names the best one's speaker.

    That sentence goes in with the support of the one it explains, in article order, where there is room for it.
    """
    if not chosen or len(chosen) >= most or not asks_who_said(question):
        return list(chosen)
    best = max(chosen, key=lambda item: item.score)
    article = articles[best.article]
    sentence = article.sentence_at(best.start)
    naming = naming_sentence(article, sentence) if sentence else None
    if naming is None or any(item.article == article.id and item.start == naming.start for item in chosen):
        return list(chosen)
    named = Evidence(article.id, naming.start, naming.end, best.score)
    return sorted([*chosen, named], key=lambda item: (item.article, item.start))
