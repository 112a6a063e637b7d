"""What an article keeps coming back to: phrases that several of its sentences have, and its names."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from bot.suggest import tells
from index import Article, Sentence

_FEWEST = 3
"""In how many sentences a topic of one word occurs; one of several words tells more, and needs one less."""

_MOST_SHARE = 0.12
"""What more sentences have than this share of them is what the whole article is about."""

_MOST_WORDS = 3
_AFTER = re.compile(r"\bthe\s((?:[a-z][a-z’'-]*\s){0,3}[a-z][a-z’'-]*)")
_SHORT = re.compile(r"\b[A-Z]{2,5}\s([a-z][a-z-]*)")
_OWNED = frozenset("the a an its their his her our my your one this that these those each every any no some".split())
_SHARE = 0.4
"""How often a phrase must have its article to be named with it."""

_BARE = re.compile(r"(?<!s)s$|(?:ion|age|ity|ness|ment|ance|ence|ing)$")  # what can stand without one

_NAME = re.compile(r"(?<=[a-z,;] )(the\s)?([A-Z][\w&-]*(?:\s(?:&\s)?[A-Z][\w-]*)*)(?![\w’'])")
_POSSESSIVE = re.compile(r"[’']s?$")
# Words for parts of talk and time, which are nobody's topic.
_EMPTY = frozenset(
    """
    same other one ones two three four five whole rest end beginning middle start reason answer question word words
    name names number numbers figure figures thing place places case cases point points example idea fact facts
    matter moment hour hours minute minutes morning afternoon evening night spring summer autumn winter half third
    quarter couple dozen hundred thousand man woman men women person side sides part parts amount total average
    paper article story newspaper piece may problem problems task tasks room home impact focus way ways lot second
    six seven eight nine ten eleven twelve twenty thirty forty fifty sixty kids need needs use help hope others
    future past present list line lines process front back top bottom left right least only both current former
    letter interview statement email spokesman spokeswoman spokesperson result results month monday tuesday
    wednesday thursday friday saturday sunday january february march april june july august september october
    november december guardian reporter journalist mile miles
    """.split()
)


@dataclass(frozen=True, slots=True)
class Topic:
    """A phrase as a question names it (`the four-day week`, `Kiro`), and in how many sentences it occurs."""

    text: str
    sentences: frozenset[int]


class Topics:
    """The topics of an article."""

    def __init__(self, article: Article) -> None:
        self._article = article
        self._told = [sentence for sentence in article.sentences if sentence.kind == "body"]
        self._texts = {sentence.index: article.quote(sentence) for sentence in self._told}
        self._most = max(5, int(_MOST_SHARE * len(self._told)))
        self._people = {word for speaker in article.speakers for word in speaker.name.split() if word[0].isupper()}

    def of(self, sentence: Sentence) -> list[Topic]:
        """The topics of a sentence, those that tell most first."""
        found = [topic for topic in self.all if sentence.index in topic.sentences]
        return sorted(found, key=lambda topic: (-len(topic.text.split()), len(topic.sentences), topic.text))

    def is_name(self, word: str) -> bool:
        """Whether a word that opens a sentence is a name: it has its capital inside other sentences too."""
        return re.search(rf"(?<=[\w,;] ){re.escape(word)}\b", self._article.text) is not None

    @cached_property
    def all(self) -> list[Topic]:
        """Every topic of the article."""
        return [*self._common(), *self._names()]

    def _common(self) -> Iterator[Topic]:
        """Phrases that stand after `the` somewhere: with it or without it, as they do mostly."""
        texts = self._texts.values()
        seen = {head for text in texts for found in _AFTER.finditer(text) if (head := _head(found[1]))}
        short = {found[0] for text in texts for found in _SHORT.finditer(text) if _head(found[1])}
        seen |= {phrase for phrase in short if f"{phrase}s" not in short}
        for phrase in sorted(seen):
            where = self._sentences_with(phrase)
            before = self._before(phrase)
            total = before.total()
            several = " " in phrase
            if not _FEWEST - several <= len(where) <= self._most * (1 + several):
                continue
            if before["the"] >= _SHARE * total:
                yield Topic(f"the {phrase}", where)
            elif _BARE.search(phrase) and sum(before[word] for word in _OWNED) <= _SHARE * total:
                yield Topic(phrase, where)

    def _before(self, phrase: str) -> Counter[str]:
        """The words in front of a phrase."""
        wanted = re.compile(rf"(?:(\w+)\s)?(?<![\w-]){re.escape(phrase)}(?![\w-])")
        return Counter((found[1] or "").casefold() for text in self._texts.values() for found in wanted.finditer(text))

    def _names(self) -> Iterator[Topic]:
        """Names inside sentences that are nobody's who speaks."""
        seen: dict[str, Counter[str]] = {}
        for text in self._texts.values():
            for found in _NAME.finditer(text):
                name = _POSSESSIVE.sub("", found[2])
                words = name.casefold().split()
                odd = len(name) < 3 or re.search(r"-[a-z]", name) or name.isdigit()
                if not odd and not self._people & set(name.split()) and not _EMPTY & set(words):
                    seen.setdefault(name, Counter())[(found[1] or "").strip()] += 1
        for name, before in seen.items():
            where = self._sentences_with(name)
            if _FEWEST - 1 <= len(where) <= self._most:
                the = before.most_common(1)[0][0]
                yield Topic(f"{the} {name}".strip(), where)

    def _sentences_with(self, phrase: str) -> frozenset[int]:
        wanted = re.compile(rf"(?<![\w-]){re.escape(phrase)}(?![\w-])")
        return frozenset(index for index, text in self._texts.items() if wanted.search(text))


def _head(phrase: str) -> str:
    """The telling words that a phrase begins with (`four-day week`); empty where they are too many to be one."""
    words: list[str] = []
    for word in phrase.split():
        if not tells(word) or word in _EMPTY or word.endswith(("ed", "ing")):
            break
        words.append(word)
    return " ".join(words) if len(words) <= _MOST_WORDS and not any("’" in w or "'" in w for w in words) else ""
