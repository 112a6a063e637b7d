"""A follow-up becomes a question that stands alone, by rules over the history. No language model.

What leans on the history is told by its words: a pronoun with nothing to stand for, an ellipsis (`Why?`, `And
Maria?`, `What about the tools?`), or a connective at the start. What it leans on is looked for in the last exchange:

- `And Maria?` asks the last question again about Maria;
- a personal pronoun goes with the names there;
- anything else, a bare `Why?` too, goes with the start of the last answer.

What is taken along is added in brackets, not put in place of the pronoun: on 448 follow-ups about 56 articles the right
sentence was among the first three for .53 with it added, .47 with the pronoun replaced, .40 with the last question
added instead (it brings back the sentences that answered it), .46 with the follow-up left as it is.
"""

import re
from dataclasses import dataclass

from bot.answer import Question
from bot.wording import REFUSAL, REFUSAL_MANY

MOST_TURNS = 8
"""How far back a follow-up may lean; older turns are not read."""

_PERSON = r"(?:he|she|him|her|his|hers|himself|herself)"
_THING = r"(?:it|its|they|them|their|theirs|this|that|these|those|there|one|ones|such|same)"
_PRONOUN = re.compile(rf"\b(?:{_PERSON}|{_THING})\b", re.IGNORECASE)
_PERSONAL = re.compile(rf"\b{_PERSON}\b", re.IGNORECASE)
_DUMMY = re.compile(r"\b(?:is|was|are|were) (?:it|there)\b|\b(?:it|there) (?:is|was|are|were)\b", re.IGNORECASE)
_CONNECTIVE = re.compile(
    r"^(?:and|but|so|or|then|also|ok(?:ay)?|what about|how about|what else|who else)\b", re.IGNORECASE
)
_CONTRAST = re.compile(r"^(?:(?:and|but|so|or|then|ok(?:ay)?)\b[\s,]*)*(?:(?:what|how) about\b[\s,]*)?", re.IGNORECASE)
_BARE = re.compile(
    r"^(?:why|how|how so|how come|why not|when|where|who|really|since when|by whom|which|which ones?|says who|"
    r"who says(?: so| that)?|how (?:many|much|often|long)|what for|for what|like what|such as|meaning|more|"
    r"tell me more|"
    r"go on|any examples?|for example|examples?|details?|(?:is|was|are|were) (?:it|that|he|she|they))"
    r"(?: (?:exactly|though|then|that|this|so))*$",
    re.IGNORECASE,
)
_CAPITALISED = r"[A-Z][\w]*(?:[-’'][A-Z]\w+)*"
_NAME = re.compile(rf"\b{_CAPITALISED}(?:\s+{_CAPITALISED})*")
_NO_NAME = frozenset(
    """
    a about after also an and any are as at be because but by can could did do does for from had has have he her his
    how i if in is it its many me much no nobody not of on one or say says she since so some tell than that the
    their then there these they this those to was were what when where which while who whom whose why will with
    would yes you one two three four five six seven eight nine ten eleven twelve around under over between during
    until only even just both most more all every each either neither none if according through within
    """.split()
)
_VERBS_FIRST = frozenset(
    """
    are can could did do does had has have how is should was were what when where which who whose why will would
    """.split()
)
_ANSWER_WORDS = 12
"""How many words of the last answer a follow-up takes along."""

MOST_ADDED = 300
"""Characters that a follow-up takes along at most, so that no history makes a question grow without end."""


@dataclass(frozen=True, slots=True)
class _Exchange:
    """What was asked last, standing alone, and the start of what was answered."""

    question: str
    answer: str


def standalone(question: Question) -> str:
    """The question as it can be understood without its history. Unchanged where it leans on nothing."""
    last: _Exchange | None = None
    for turn in question.history[-MOST_TURNS:]:
        content = " ".join(turn.content.split())
        if not content:
            continue
        if turn.role == "user":
            last = _Exchange(_resolve(content, last), "")
        elif last and not content.startswith((REFUSAL, REFUSAL_MANY)):
            last = _Exchange(last.question, " ".join(content.split()[:_ANSWER_WORDS]))
    return _resolve(" ".join(question.text.split()), last)


def leans(text: str) -> bool:
    """Whether a question cannot be understood without what was said before."""
    bare = text.strip().rstrip("?!. ")
    if _BARE.match(bare) or _CONNECTIVE.match(bare):
        return True
    pronoun = _PRONOUN.search(_DUMMY.sub(" ", bare))
    return pronoun is not None and not _names(bare[: pronoun.start()])


def _resolve(text: str, last: _Exchange | None) -> str:
    """`text` with what it takes over from the last exchange."""
    if last is None or not leans(text):
        return text
    bare = text.rstrip("?!. ")
    if _BARE.match(bare):
        return _with(f"{bare}?", last.answer or last.question)
    contrast = _CONTRAST.sub("", bare)
    if contrast and contrast != bare and len(contrast.split()) <= 5 and contrast.split()[0].lower() not in _VERBS_FIRST:
        return _about_instead(contrast, last.question)
    names = list(dict.fromkeys(_names(last.question) + _names(last.answer)))
    if _PERSONAL.search(text) and names:
        return _with(text, ", ".join(names))
    return _with(text, last.answer or last.question)


def _about_instead(new: str, question: str) -> str:
    """The last question asked about `new`: a name takes the place of a name, else the two stand side by side."""
    old = _names(question)
    if old and _names(new) and len(question) <= MOST_ADDED:
        before, _, after = question.rpartition(old[-1])
        return f"{before}{new}{after}"
    return _with(f"What about {new}?", question)


def _with(text: str, more: str) -> str:
    """A question with what it takes along in brackets."""
    return f"{text} ({more[:MOST_ADDED]})"


def _names(text: str) -> list[str]:
    """The names in a text, in order: runs of capitalised words that are not just words at a sentence's start."""
    found: list[str] = []
    for match in _NAME.finditer(text):
        words = re.sub(r"[’']s$", "", match.group()).split()
        while words and words[0].lower() in _NO_NAME:
            words = words[1:]
        if words and len(words[0]) > 1:
            found.append(" ".join(words))
    return found
