"""Questions that an article does answer, made from its own sentences and checked by whoever asks for them."""

import re
from collections.abc import Callable, Iterable

from bm25s.stopwords import STOPWORDS_EN_PLUS

from bot.wording import question_about

_MOST_WORDS = 4
_FEWEST_LETTERS = 4
_BREAK = re.compile(r"[^\w\s’'-]+|\s[–—-]\s")
_QUOTES = re.compile("[“”‘\"]|(?<!\\w)['’]|['’](?!\\w)")
# Words that end a topic: verb forms told by their ending, other common verbs, small words that link, and dull ones.
_VERBAL = re.compile(r"(?:ing|ed)$")
_LINKS = frozenset(
    """
    without since until while within across among along around behind beside beyond despite except inside like near
    onto outside per than though toward towards unless unlike upon via whenever whether whose yet although because
    """.split()
)
_VERBS = frozenset(
    """
    break breaks broke give gives gave ask asks find finds found pay pays paid fear fears plan plans keep keeps kept
    hold holds held lose loses lost leave leaves left bring brings brought begin begins began become becomes became run
    runs ran write writes wrote spend spends spent send sends sent sell sells sold buy buys bought tell tells show shows
    turn turns help helps let lets mean means meant need needs seem seems start starts stop stops try tries want wants
    cost costs cut cuts put puts set sets rise rises rose fall falls fell grow grows grew speak speaks spoke stand
    stands stood sit sits sat win wins won may might must shall knew knows thinks thought feels felt sees saw came goes
    went takes took gets makes uses says lay lays laid read reads
    """.split()
)
_DULL = frozenset(
    """
    said say told according also just even one two three many much more most thing things way ways time times people
    year years week weeks month months day days something someone everyone anything nothing lot kind sort part bit
    really quite very still ever never always often now then here today got get made make go come take use almost
    million billion former several know think feel see look new old good bad big small first last next
    """.split()
)


def checked_questions(sentences: Iterable[str], answers: Callable[[str, str], bool], wanted: int) -> tuple[str, ...]:
    """Up to `wanted` questions, one a sentence, each about another topic.

    `answers(question, sentence)` says whether the bot answers the question with that sentence; only then is it given.
    """
    found: list[str] = []
    topics: set[str] = set()
    for sentence in sentences:
        topic = next((topic for topic in topics_of(sentence) if topic.casefold() not in topics), None)
        if topic is None:
            continue
        question = question_about(topic)
        if answers(question, sentence):
            found.append(question)
            topics.update(word.casefold() for word in (topic, *topic.split()))
        if len(found) == wanted:
            break
    return tuple(found)


def topics_of(sentence: str) -> list[str]:
    """Phrases of a sentence that could be asked about, the most telling first: runs of words that carry meaning."""
    phrases: list[list[str]] = []
    for part in _BREAK.split(_QUOTES.sub(" ", _without_opening(sentence))):
        run: list[str] = []
        for word in [*part.split(), ""]:
            if word and tells(word):
                run.append(word)
            elif run:
                phrases.append(run)
                run = []
    good = [phrase for phrase in phrases if 2 <= len(phrase) <= _MOST_WORDS]
    ranked = sorted(good, key=lambda phrase: -sum(len(word) for word in phrase))
    return [" ".join(phrase) for phrase in ranked]


def _without_opening(sentence: str) -> str:
    """A sentence without its first word, whose capital says nothing, unless it opens a name."""
    rest = sentence.partition(" ")[2]
    return sentence if rest[:1].isupper() else rest


def tells(word: str) -> bool:
    """Whether a word can be part of a topic."""
    plain = word.casefold()
    return (
        plain not in _DULL | _LINKS | _VERBS
        and not plain.endswith(("ly", "’d", "'d", "n’t", "n't", "’re", "'re", "’ve", "'ve", "’ll", "'ll", "’m", "'m"))
        and (word[0].isupper() or "-" in word or not _VERBAL.search(plain))
        and plain not in STOPWORDS_EN_PLUS
        and sum(letter.isalpha() for letter in word) >= min(_FEWEST_LETTERS, len(word))
        and any(letter.isalpha() for letter in word)
    )
