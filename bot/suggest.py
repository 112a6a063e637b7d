"""Questions that an article does answer, made from its own sentences and checked by whoever asks for them."""

import re
from collections.abc import Callable, Iterable

from bm25s.stopwords import STOPWORDS_EN_PLUS

from bot.wording import question_about

_MOST_WORDS = 4
_FEWEST_LETTERS = 4
_BREAK = re.compile(r"[^\w\s’'-]+|\s[–—-]\s")
_QUOTES = re.compile("[“”‘\"]|(?<!\\w)['’]|['’](?!\\w)")
# Words that end a topic: verb forms told by their ending, and words that carry no topic.
_VERBAL = re.compile(r"(?:ing|ed)$")
_DULL = frozenset(
    """
    said says say told asked added according also just even one two three many much more most thing things way ways
    time times people year years week weeks month months day days something someone everyone anything nothing lot
    kind sort part bit really quite very still yet ever never always often now then here today like get got make
    made go come take put use without almost million billion former several know think feel see look new old good bad
    big small first last next
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
        question = question_about(None, topic)
        if answers(question, sentence):
            found.append(question)
            topics.update(word.casefold() for word in (topic, *topic.split()))
        if len(found) == wanted:
            break
    return tuple(found)


def topics_of(sentence: str) -> list[str]:
    """Phrases of a sentence that could be asked about, the most telling first: runs of words that carry meaning."""
    phrases: list[list[str]] = []
    for part in _BREAK.split(_QUOTES.sub(" ", sentence)):
        run: list[str] = []
        for word in [*part.split(), ""]:
            if word and _tells(word):
                run.append(word)
            elif run:
                phrases.append(run)
                run = []
    good = [phrase for phrase in phrases if 2 <= len(phrase) <= _MOST_WORDS]
    ranked = sorted(good, key=lambda phrase: -sum(len(word) for word in phrase))
    return [" ".join(phrase) for phrase in ranked]


def _tells(word: str) -> bool:
    """Whether a word can be part of a topic."""
    plain = word.casefold()
    return (
        plain not in _DULL
        and not plain.endswith(("ly", "’d", "'d", "n’t", "n't", "’re", "'re", "’ve", "'ve", "’ll", "'ll", "’m", "'m"))
        and (word[0].isupper() or "-" in word or not _VERBAL.search(plain))
        and plain not in STOPWORDS_EN_PLUS
        and sum(letter.isalpha() for letter in word) >= min(_FEWEST_LETTERS, len(word))
        and any(letter.isalpha() for letter in word)
    )
