"""Questions about what somebody said: of whom a question asks (`What did Ann say about X?`), or whether it asks who.

Knows questions and articles, and no evidence: `spoken_evidence` uses it on what a reader found, and a reader may use it
as a feature.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from index import Article, Sentence, Speaker

FAR = 12
"""How many sentences in front of a quotation its speaker's name is looked for."""

_SAYS = r"""(?:sa(?:y|ys|id|ying)|think|thinks|thought|tell|tells|told|describ\w+|explain\w*|claim\w*|argu\w+|
    respon(?:d\w*|ses?)|comment\w*|remark\w*|suggest\w*|predict\w*|warn\w*|insist\w*|answer\w*|admit\w*|den(?:y|ies|ied)|believ\w+|view\w*|
    opinion|objection|feel\w*|sum\w*|regard\w*|call\w*|complain\w*|reckon\w*|put\w*|repl(?:y|ies|ied)|mean\w*|want\w*|
    account|recall\w*|compar\w+|estimat\w+|worr\w+|fear\w*|line|quote\w*|statement|reason\w*)"""
_WHO = re.compile(
    rf"""^(?:and\s|so\s|but\s)?(?:whose\s(?:view|opinion|line|remark|words?|phrase|comment|claim|idea)\b
    |(?:who(?:\s(?:was|is)\sit(?:\sthat)?)?|which\s\w+)\b.{{0,20}}?(?<!are\s)(?<!was\s)
    \b(?:(?!put){_SAYS}|grumbl\w+|liken\w*|made|jok\w+|quip\w*)\b)""",
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
    """The last sentence up to this one that names its speaker; it may be this one.

    None where nobody is known to speak, or the name stands more than `FAR` sentences back.
    """
    speaker = article.speaker_named(sentence.speaker)
    if speaker is None:
        return None
    named = re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(form) for form in _forms(speaker))}){_NAME_END}")
    before = reversed(article.sentences[max(0, sentence.index - FAR) : sentence.index + 1])
    told = (one for one in before if one.kind in ("body", "deck"))
    return next((one for one in told if named.search(article.text, one.start, one.end)), None)


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
