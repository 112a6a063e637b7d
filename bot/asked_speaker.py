"""Questions about what somebody said: of whom a question asks (`What did Ann say about X?`), or whether it asks who.

A reader can use both as features; `prefer_speaker` uses them on what a reader found.
"""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from bot.reader import DIGITS, Evidence, Reading
from index import Article, Sentence, Speaker

BONUS = 1.5
"""What it adds to a sentence's log-odds that the one who is asked about says it."""

_SAYS = r"""(?:sa(?:y|ys|id|ying)|think|thinks|thought|tell|tells|told|describ\w+|explain\w*|claim\w*|argu\w+|respon\w+|
    comment\w*|remark\w*|suggest\w*|predict\w*|warn\w*|insist\w*|answer\w*|admit\w*|den(?:y|ies|ied)|believ\w+|view\w*|
    opinion|objection|feel\w*|sum\w*|regard\w*|call\w*|complain\w*|reckon\w*|put\w*|repl(?:y|ies|ied)|mean\w*|want\w*|
    account|recall\w*|compar\w+|estimat\w+|worr\w+|fear\w*|line|quote\w*|statement|reason\w*)"""
_WHO = re.compile(
    rf"""^(?:and\s|so\s|but\s)?(?:who(?:\s(?:was|is)\sit(?:\sthat)?)?|which\s\w+|whose\s\w+\s(?:is|was)\sit)\b
    .{{0,20}}?\b(?:{_SAYS}|grumbl\w+|liken\w*|made|jok\w+|quip\w*|it)\b""",
    re.VERBOSE | re.IGNORECASE,
)
_CUE = re.compile(rf"\b{_SAYS}\b", re.VERBOSE | re.IGNORECASE)
_NAME_END = r"(?:['’]s?)?(?!\w)"


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a question asks about, and what is left of it without the name."""

    speaker: Speaker
    about: str


def asked_speaker(question: str, article: Article) -> Asked | None:
    """The speaker of the article whose words a question asks for; None where it asks for nobody's, or for several's.

    A speaker is called by the whole name, or by the first or last word of it where no other speaker has that.
    """
    found = {speaker: form for speaker in article.speakers if (form := _called(speaker, question, article.speakers))}
    if len(found) != 1:
        return None
    ((speaker, form),) = found.items()
    about = re.sub(rf"{re.escape(form)}{_NAME_END}", " ", question, flags=re.IGNORECASE)
    asks = rf"\b(?:according\sto|do|does|did|has|had)\s(?:\w+\s){{0,2}}{re.escape(form)}{_NAME_END}"
    if not (_CUE.search(about) or re.search(asks, question, re.IGNORECASE)):
        return None
    return Asked(speaker, " ".join(about.split()))


def asks_who_said(question: str) -> bool:
    """Whether a question asks who said something."""
    return _WHO.search(" ".join(question.split())) is not None


def naming_sentence(article: Article, sentence: Sentence) -> Sentence | None:
    """The last sentence up to this one that names its speaker: it may be this one. None where nobody is known."""
    speaker = next((one for one in article.speakers if one.name == sentence.speaker), None)
    if speaker is None:
        return None
    named = re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(form) for form in _forms(speaker))}){_NAME_END}")
    before = reversed(article.sentences[: sentence.index + 1])
    return next((s for s in before if named.search(article.text, s.start, s.end)), None)


def prefer_speaker(question: str, reading: Reading, articles: Mapping[str, Article]) -> Reading:
    """The reading with the sentences of the speaker who is asked about raised; as it was where nobody is."""
    asked = {name: who for name, article in articles.items() if (who := asked_speaker(question, article))}
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


def _called(speaker: Speaker, question: str, speakers: Iterable[Speaker]) -> str:
    """The form of a speaker's name that a question has; empty where it has none, or one that others share."""
    others = [other for other in speakers if other is not speaker]
    for form in _forms(speaker):
        if re.search(rf"(?<!\w){re.escape(form)}{_NAME_END}", question, re.IGNORECASE):
            shared = any(form in _forms(other) for other in others)
            return "" if shared and form != speaker.name else form
    return ""


def _forms(speaker: Speaker) -> list[str]:
    """What a speaker may be called, the whole name first. A description has one form."""
    words = speaker.name.split()
    if speaker.name[0].islower() or len(words) == 1:
        return [speaker.name]
    return [speaker.name, words[-1], words[0]]
