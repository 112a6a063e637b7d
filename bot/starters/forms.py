"""Questions out of the sentences of an article, by forms that turn a statement round: few, and each reads naturally.

`The depot was opened in 1911` gives `When was the depot opened?`. A form wants a subject that can stand alone, says
nothing of pronouns and quotations, and where it is not sure it gives nothing. Whether a question is answered is not
known here.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from bot.starters.topics import Topics
from index import Article, Sentence, Speaker

Kind = Literal["about", "fact", "said", "who"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question, and the sentence that should answer it. `topic`: what somebody is asked to have spoken of."""

    question: str
    kind: Kind
    sentence: Sentence
    topic: str = ""


_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_DATE = rf"""(?:(?:the\s(?:spring|summer|autumn|fall|winter|start|end)\sof\s)?(?:\d{{1,2}}(?:st|nd|rd|th)?\s)?{_MONTH}\b
    (?:\s\d{{1,2}}\b)?(?:,?\s\d{{4}}\b)?|(?:the\s(?:spring|summer|autumn|fall|winter)\sof\s)?(?:19|20)\d\d\b)"""
_IN = rf"(?:in|on|since|from|by)\s(?=(?:early\s|late\s|mid-)?{_DATE})"
_ABOUT = r"(?:(?:about|around|nearly|almost|more\sthan|some|just|only|up\sto)\s)?"
_MONEY = rf"{_ABOUT}(?:[£$€]\s?\d|\d[\d.,]*\s(?:\w+\s)?(?:dollars|pounds|euros|crowns))"
_NUMBER_WORD = """(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|
    seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds)"""
_NUMBER = rf"{_ABOUT}(?:\d[\d,]*(?:\smillion)?|{_NUMBER_WORD}(?:-\w+)?)"
_NO_THING = "(?!(?:and|or|of|in|to|at|on|with|who|that|for|from|as|per|more|less|than|times)\\b)"
_THINGS = rf"(?P<things>people|children|staff|(?:{_NO_THING}[a-z][a-z-]*\s){{0,2}}{_NO_THING}[a-z-]{{3,}}(?<!s)s)\b"
_OPENING = rf"(?:(?:In|By|On|At|Since|During|Until)\s(?:[^,]{{0,40}}?{_DATE},?|[^,]{{3,40}},)\s)?"
_SUBJECT = r"(?P<subject>(?:(?:[Tt]he|[A-Z][\w’'-]*)(?:\s(?:of|and|&|for|per|in)|\s[\w’'-]+){0,6}?))"
_ASIDE = r"(?P<aside>,\s(?:[^,;]|,(?=\d)){3,120},)?"
_WAS = r"(?P<was>was|were|is|are)"
_DONE = r"""(?P<done>[a-z]+ed|built|made|cut|dug|drawn|found|given|held|hit|known|laid|left|lost|paid|put|run|sent|set|
    shown|shut|sold|struck|taken|won|written)(?P<up>\s(?:up|off|out|down))?"""
# Verbs of statements about the past, with the form that a question has them in.
_VERBS = {
    **{past: past[:-2] for past in "opened launched started closed joined returned turned arrived".split()},
    **{past: past[:-1] for past in "moved merged closed retired died arrived announced introduced received".split()},
    **{past: past[:-2] for past in "adopted appointed asked installed ordered signed visited walked voted".split()},
    "adopted": "adopt",
    "began": "begin",
    "bought": "buy",
    "came": "come",
    "cut": "cut",
    "fell": "fall",
    "left": "leave",
    "lost": "lose",
    "made": "make",
    "earned": "earn",
    "opened": "open",
    "paid": "pay",
    "raised": "raise",
    "rose": "rise",
    "saved": "save",
    "sold": "sell",
    "spent": "spend",
    "took": "take",
    "voted": "vote",
    "won": "win",
}
_PAST = f"(?P<past>{'|'.join(sorted(_VERBS))})"
_HAVE = {"has": "have", "have": "have", "employs": "employ", "employ": "employ", "owns": "own", "runs": "run"}
_HAD = {"had": "have", "employed": "employ", "owned": "own", "ran": "run", "hired": "hire", "lost": "lose"}
_CHANGED = {
    "fell": "fall",
    "rose": "rise",
    "dropped": "drop",
    "grew": "grow",
    "increased": "increase",
    "declined": "decline",
    "shrank": "shrink",
    "climbed": "climb",
}
_TELLS = {
    "blames": "does {} blame",
    "blamed": "did {} blame",
    "denies": "does {} deny",
    "denied": "did {} deny",
    "disagreed with": "did {} disagree with",
    "expects": "does {} expect",
    "fears": "does {} fear",
    "hopes": "does {} hope for",
    "predicted": "did {} predict",
    "predicts": "does {} predict",
    "promised": "did {} promise",
    "proposed": "did {} propose",
    "recommended": "did {} recommend",
    "wants": "does {} want",
    "warned": "did {} warn about",
    "worries": "does {} worry about",
}
_UNITS = frozenset("years months weeks days hours minutes seconds times miles metres kilometres points cents".split())
_NO_SUBJECT = re.compile(
    r"""^(?:it|its|he|she|they|his|her|their|this|that|these|those|there|we|our|you|your|my|nobody|somebody|someone|
    nothing|everything|everyone|others|another|some|many|most|few|each|all|both|neither|none|one|two|three|what|when|
    where|which|who|why|how|if|but|and|so|or|for|as|at|in|on|by|to|from|with|of|after|before|while|because|since|until|
    although|though|yet|then|now|here|not|no|an?|more|even|only|just|last|next|days?|weeks?|months?|years?|according|
    under|over|instead|meanwhile|still|also|perhaps|maybe|today|yesterday|tomorrow|once|by|half)\b""",
    re.VERBOSE | re.IGNORECASE,
)
_BROKEN = re.compile(
    r"\b(?:was|were|is|are|has|have|had|that|which|who|whom|whose|said|says|when|where|while|because|but|than|not|will|"
    r"would|could|did|does|do|also|then|now|it|they|he|she|what|how|why|if|so|though|been|be|as|came|went|used|these|those|this|them|alone|itself|himself|herself|however)\b"
)
_PRONOUN = re.compile(r"\b(?:it|its|he|she|they|them|his|her|him|their|this|these|those|that|which|who|I|we|our|us)\b")
_QUOTED = re.compile("[\"“”]|(?<!\\w)[‘']|['’](?!\\w)")


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.VERBOSE)


_OPENED = _OPENING.replace(" ", r"\s")
_WHEN_DONE = _form(rf"^{_OPENED}{_SUBJECT}{_ASIDE}\s(?P<was>was|were)\s{_DONE}(?P<rest>\s[^,;:.]{{0,40}}?)?\s{_IN}")
_BY_WHOM = _form(rf"^{_OPENED}{_SUBJECT}{_ASIDE}\s{_WAS}\s{_DONE}\sby\s(?P<who>(?:an?|the|[A-Z])[^,;.]*)")
_CALLED = _form(rf"^{_SUBJECT},\s(?:called|named|known\sas)\s(?:the\s)?[A-Z]")
_COST = _form(rf"^{_OPENED}{_SUBJECT}{_ASIDE}\s(?P<cost>costs?)\s{_MONEY}")
_MONEY_DONE = _form(
    rf"^{_OPENED}{_SUBJECT}{_ASIDE}\s(?P<has>has\s|have\s|had\s)?(?P<past>raised|spent|lost|paid|earned|made|saved|"
    rf"received|won)\s{_MONEY}"
)
_COUNT = _form(
    rf"^{_OPENED}{_SUBJECT}(?:,\swhich)?\s(?P<has>{'|'.join([*_HAVE, *_HAD])})\s{_NUMBER}\s{_THINGS}(?P<rest>[^,;:]*)"
)
_CHANGE = _form(
    rf"^{_OPENED}{_SUBJECT}{_ASIDE}\s(?P<past>{'|'.join(_CHANGED)})\s(?:by\s)?(?:about\s|nearly\s|almost\s|more\sthan\s)?"
    r"(?:\d[\d.]*\s?(?:per\scent|percent|%)|a\s(?:third|quarter|half)|half\b)"
)
_WHEN_DID = _form(rf"^{_SUBJECT}{_ASIDE}\s{_PAST}(?P<rest>\s[^,;:.]{{0,60}}?)?\s{_IN}")
_TOLD = _form(
    rf"^{_SUBJECT}{_ASIDE}\s(?:also\s)?(?P<told>{'|'.join(_TELLS).replace(' ', '[ ]')})\s"
    r"(?!(?:it|this|them|so)\b|that[.,]|ten\stimes)"
)
_HOW_MANY = _form(rf"^(?i:{_NUMBER})\s{_THINGS}\s(?P<rest>[^;:]*[^;:.])\.$")


class Forms:
    """Makes the questions of one article."""

    def __init__(self, article: Article) -> None:
        self._article = article
        self._topics = Topics(article)
        self._said_by = Counter(sentence.speaker for sentence in article.sentences)

    def candidates(self) -> Iterator[Candidate]:
        """Every question that a form gives, in the order of the article."""
        title = next((one for one in self._article.sentences if one.kind in ("title", "deck")), None)
        if title:
            yield Candidate("What is the article about?", "about", title)
        for sentence in self._article.sentences:
            if sentence.kind == "body":
                yield from self._of(sentence)

    def _of(self, sentence: Sentence) -> Iterator[Candidate]:
        speaker = self._article.speaker_named(sentence.speaker)
        text = self._article.quote(sentence)
        if not _QUOTED.search(text):
            yield from (Candidate(question, "fact", sentence) for question in self._facts(text))
        yield from (Candidate(question, "who", sentence) for question in self._who(sentence))
        if speaker:
            yield from self._said(speaker, sentence)

    def _facts(self, text: str) -> Iterator[str]:
        for form, make in _FACTS:
            if (found := form.match(text)) and (question := make(self, found)):
                yield question

    def _who(self, sentence: Sentence) -> Iterator[str]:
        """`Who is Ann Lee?`, where the sentence has the name of somebody whose role the article tells."""
        for speaker in self._article.speakers:
            named = speaker.role and speaker.name[0].isupper() and speaker.role[0].islower()
            if named and sentence.start <= speaker.start < sentence.end:
                yield f"Who is {speaker.name}?"

    def _said(self, speaker: Speaker, sentence: Sentence) -> Iterator[Candidate]:
        """`What does Ann Lee say about the tides?`, where she says something in the sentence, and it is of them."""
        named = speaker.name[0].isupper() and (speaker.role or self._said_by[speaker.name] > 1)
        if not named and not re.fullmatch(r"the .*[^s]", speaker.name):
            return
        for topic in self._topics.of(sentence):
            if not set(topic.text.casefold().split()) & set(speaker.name.casefold().split()) - {"the"}:
                question = f"What does {speaker.name} say about {topic.text}?"
                yield Candidate(question, "said", sentence, topic.text.removeprefix("the "))

    def subject(self, found: re.Match[str]) -> str:
        """The subject as it stands inside a question; empty where it cannot stand alone."""
        subject = found["subject"]
        owned = re.search(r"s?[’']s?$", subject)
        if _NO_SUBJECT.search(subject) or _BROKEN.search(subject) or len(subject) < 3 or owned:
            return ""
        first, _, rest = subject.partition(" ")
        if first != "The" and (rest[:1].isupper() or first.endswith(("’s", "'s")) or self._topics.is_name(first)):
            return subject
        if first != "The" and not rest and not first.endswith("s"):
            return ""
        return subject[0].lower() + subject[1:]


def _when_done(forms: Forms, found: re.Match[str]) -> str:
    subject, rest = forms.subject(found), found["rest"] or ""
    if not subject or _PRONOUN.search(rest) or len(rest.split()) > 5:
        return ""
    return f"When {found['was']} {subject} {found['done']}{found['up'] or ''}{rest}?"


def _by_whom(forms: Forms, found: re.Match[str]) -> str:
    subject = forms.subject(found)
    who = "Who" if found["who"][0].isupper() or _PEOPLE.search(found["who"]) else "What"
    return f"{who} {found['was']} {subject} {found['done']}{found['up'] or ''} by?" if subject else ""


_PEOPLE = re.compile(
    r"\b(?:firm|company|council|government|team|group|man|woman|men|women|people|family|friends?|union|board|court|judge|"
    r"minister|police|residents?|workers?|students?|teachers?|scientists?|researchers?|engineers?|university|charity|trust|executive|director|president|owner|manager|mayor|head)\b"
)


def _called(forms: Forms, found: re.Match[str]) -> str:
    subject = forms.subject(found)
    return f"What is {subject} called?" if subject.startswith("the ") else ""


def _cost(forms: Forms, found: re.Match[str]) -> str:
    subject = forms.subject(found)
    does = "does" if found["cost"] == "costs" else "did"
    return f"How much {does} {subject} cost?" if subject else ""


def _money_done(forms: Forms, found: re.Match[str]) -> str:
    subject = forms.subject(found)
    if not subject:
        return ""
    if (has := (found["has"] or "").strip()) in ("has", "have"):
        return f"How much {has} {subject} {found['past']}?"
    return f"How much did {subject} {_VERBS[found['past']]}?"


def _count(forms: Forms, found: re.Match[str]) -> str:
    subject, has, things = forms.subject(found), found["has"], found["things"]
    if (
        not subject
        or _UNITS & set(things.split())
        or _PRONOUN.search(found["rest"])
        or found["rest"].startswith(" to ")
    ):
        return ""
    plural = has in ("have", "employ")
    does = "did" if has in _HAD else "do" if plural else "does"
    return f"How many {things} {does} {subject} {(_HAVE | _HAD)[has]}?"


def _change(forms: Forms, found: re.Match[str]) -> str:
    subject = forms.subject(found)
    return f"By how much did {subject} {_CHANGED[found['past']]}?" if subject else ""


def _when_did(forms: Forms, found: re.Match[str]) -> str:
    subject, rest = forms.subject(found), found["rest"] or ""
    if not subject or _PRONOUN.search(rest) or len(rest.split()) > 8:
        return ""
    return f"When did {subject} {_VERBS[found['past']]}{rest}?"


def _told(forms: Forms, found: re.Match[str]) -> str:
    subject = forms.subject(found)
    return f"What {_TELLS[found['told']].format(subject)}?" if subject else ""


def _how_many(_: Forms, found: re.Match[str]) -> str:
    things, rest = found["things"], found["rest"]
    if _UNITS & set(things.split()) or _PRONOUN.search(rest) or len(rest.split()) > 10 or "," in rest:
        return ""
    return f"How many {things} {rest}?"


_FACTS: tuple[tuple[re.Pattern[str], Callable[[Forms, re.Match[str]], str]], ...] = (
    (_COUNT, _count),
    (_COST, _cost),
    (_MONEY_DONE, _money_done),
    (_CHANGE, _change),
    (_WHEN_DID, _when_did),
    (_WHEN_DONE, _when_done),
    (_BY_WHOM, _by_whom),
    (_CALLED, _called),
    (_HOW_MANY, _how_many),
    (_TOLD, _told),
)
