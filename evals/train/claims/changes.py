"""Lies made of truths: one thing of a sentence changed, so that all but that is as it was.

Needs spaCy and a small English model of it, which are there for training only.
"""

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from evals.train.claims.pairs import Pair, difference

MODEL = "en_core_web_sm"
_TAGS = frozenset("NN NNS VBD VBN VBZ VBG VB JJ".split())
_DULL = frozenset("be have do say year time way thing make get go other same such own many much".split())
_NUMBER = re.compile(r"\d[\d,.]*\d|\d")
_SMALL = "two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty".split()
_AUX = re.compile(r"\b(is|are|was|were|has|have|had|will|would|could|can|should)\b(?! not| been not)")
_NOT = re.compile(r"\b(is|are|was|were|has|have|had|will|would|could|can|should|did|does|do) not\b|\bcannot\b")

Doc = Any
Change = Callable[[Doc, Pair, random.Random], str | None]


class Changer:
    """Changes one thing of a claim; what it puts in comes from the claims that it was shown."""

    def __init__(self, pairs: Sequence[Pair], nlp: Any) -> None:
        self._docs = dict(zip((pair.claim for pair in pairs), nlp.pipe(pair.claim for pair in pairs), strict=True))
        self._words: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._all: dict[str, list[str]] = defaultdict(list)
        self._names: dict[str, set[str]] = defaultdict(set)
        for pair in pairs:
            for token in self._docs[pair.claim]:
                if _replaceable(token):
                    self._words[pair.source, token.tag_].append(token.text)
                    self._all[token.tag_].append(token.text)
            self._names[pair.source] |= {one.text for one in self._docs[pair.claim].ents if _is_name(one)}

    def lies(self, pairs: Iterable[Pair], each: int, dice: random.Random) -> Iterator[Pair]:
        """Up to `each` lies made of every pair that is true."""
        changes: Mapping[str, Change] = {
            "word": self._other_word,
            "word again": self._other_word,
            "number": _other_number,
            "name": self._other_name,
            "role": _roles_exchanged,
            "moved": _nouns_exchanged,
            "negation": _negated,
        }
        for pair in pairs:
            doc, made = self._docs[pair.claim], 0
            for kind in dice.sample(sorted(changes), len(changes)):
                text = changes[kind](doc, pair, dice) if made < each else None
                if text and text.casefold() != pair.claim.casefold():
                    made += 1
                    changed = difference(pair.claim, text)
                    yield replace(pair, claim=text, honest=False, kind=f"made: {kind.split()[0]}", changed=changed)

    def _other_word(self, doc: Doc, pair: Pair, dice: random.Random) -> str | None:
        """One word for another with the same tag, of the same article as often as not."""
        tokens = [token for token in doc if _replaceable(token)]
        if not tokens:
            return None
        token = dice.choice(tokens)
        pool = self._words[pair.source, token.tag_] if dice.random() < 0.5 else self._all[token.tag_]
        known = f"{pair.premise.cited} {pair.claim}".casefold()
        others = [word for word in dice.sample(pool, min(8, len(pool))) if word.casefold()[:4] not in known]
        return _put(doc, [(token.i, token.i + 1, others[0])]) if others else None

    def _other_name(self, doc: Doc, pair: Pair, dice: random.Random) -> str | None:
        """A name of the article for another."""
        spans = [one for one in doc.ents if _is_name(one)]
        known = pair.premise.cited + pair.premise.before + pair.claim
        others = sorted(name for name in self._names[pair.source] if name.split()[-1] not in known)
        if not spans or not others:
            return None
        one = dice.choice(spans)
        return _put(doc, [(one.start, one.end, dice.choice(others))])


def _other_number(doc: Doc, pair: Pair, dice: random.Random) -> str | None:
    text = pair.claim
    found = [match for match in _NUMBER.finditer(text)]
    words = [token for token in doc if token.lower_ in _SMALL]
    if found and (not words or dice.random() < 0.6):
        match = dice.choice(found)
        digits = match.group()
        there = [other for other in _NUMBER.findall(pair.premise.cited) if other != digits]
        at = dice.randrange(len(digits))
        other = digits[:at] + dice.choice("123456789") + digits[at + 1 :] if digits[at].isdigit() else ""
        new = dice.choice(there) if there and dice.random() < 0.4 else other
        return text[: match.start()] + new + text[match.end() :] if new and new != digits else None
    if words:
        token = dice.choice(words)
        return _put(doc, [(token.i, token.i + 1, dice.choice([w for w in _SMALL if w != token.lower_]))])
    return None


def _roles_exchanged(doc: Doc, pair: Pair, dice: random.Random) -> str | None:
    """Subject and object of a verb, each for the other."""
    swaps = []
    for verb in (token for token in doc if token.pos_ == "VERB"):
        subjects = [child for child in verb.children if child.dep_ in ("nsubj", "nsubjpass") and _is_full(child)]
        objects = [child for child in verb.children if child.dep_ in ("dobj", "dative") and _is_full(child)]
        objects += [
            grandchild
            for child in verb.children
            if child.dep_ in ("prep", "agent")
            for grandchild in child.children
            if grandchild.dep_ == "pobj" and _is_full(grandchild) and grandchild.ent_type_ not in ("DATE", "TIME")
        ]
        swaps += [(_span(subject), _span(other)) for subject in subjects for other in objects]
    swaps = [(a, b) for a, b in swaps if a[1] <= b[0] or b[1] <= a[0]]
    return _exchange(doc, *dice.choice(swaps)) if swaps else None


def _nouns_exchanged(doc: Doc, pair: Pair, dice: random.Random) -> str | None:
    """Two names, two numbers or two nouns of one form, each for the other."""
    groups: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for one in doc.ents:
        groups["name" if _is_name(one) else one.label_].append((one.start, one.end))
    for token in doc:
        if token.tag_ in ("NN", "NNS", "JJ") and not token.ent_type_ and _replaceable(token):
            groups[token.tag_].append((token.i, token.i + 1))
    pairs = [
        (a, b)
        for found in groups.values()
        for n, a in enumerate(found)
        for b in found[n + 1 :]
        if not _joined(doc, a, b) and doc[a[0] : a[1]].text != doc[b[0] : b[1]].text
    ]
    return _exchange(doc, *dice.choice(pairs)) if pairs else None


def _negated(doc: Doc, pair: Pair, dice: random.Random) -> str | None:
    """A negation taken out, or one put in."""
    text = pair.claim
    if match := _NOT.search(text):
        return text[: match.start()] + match.group().replace("cannot", "can").replace(" not", "") + text[match.end() :]
    if match := _AUX.search(text):
        return text[: match.end()] + dice.choice([" not", " never"]) + text[match.end() :]
    roots = [token for token in doc if token.dep_ == "ROOT" and token.tag_ in ("VBD", "VBZ")]
    if roots and roots[0].lemma_ not in ("be", "have"):
        helper = "did not" if roots[0].tag_ == "VBD" else "does not"
        return _put(doc, [(roots[0].i, roots[0].i + 1, f"{helper} {roots[0].lemma_}")])
    return None


def _replaceable(token: Any) -> bool:
    return token.tag_ in _TAGS and token.lemma_ not in _DULL and len(token.text) > 3 and token.text.isalpha()


def _is_name(span: Any) -> bool:
    return span.label_ in ("PERSON", "ORG", "GPE", "LOC", "FAC") and span.text[:1].isupper()


def _is_full(token: Any) -> bool:
    return token.pos_ in ("NOUN", "PROPN") and len(list(token.subtree)) <= 7


def _span(token: Any) -> tuple[int, int]:
    inside = [one.i for one in token.subtree]
    return min(inside), max(inside) + 1


def _joined(doc: Doc, one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether only `and`, `or` or a comma stands between: then the order means nothing."""
    between = [token.lower_ for token in doc[one[1] : other[0]]]
    return len(between) <= 3 and any(word in ("and", "or", ",") for word in between)


def _exchange(doc: Doc, one: tuple[int, int], other: tuple[int, int]) -> str:
    first, second = doc[one[0] : one[1]].text, doc[other[0] : other[1]].text
    return _put(doc, [(*one, second), (*other, first)])


def _put(doc: Doc, changes: Sequence[tuple[int, int, str]]) -> str:
    """The text with some tokens put in the place of others; its start stays a capital."""
    text: str = ""
    end = 0
    for start, stop, new in sorted(changes):
        before = doc[end:start].text_with_ws
        old = doc[start:stop].text_with_ws
        small = start and new[:1].isupper() and doc[:1].text == new.split()[0]
        text += before + (new[0].lower() + new[1:] if small and new.split()[0] in ("The", "A", "An") else new)
        text += old[len(old.rstrip()) :]
        end = stop
    text += doc[end:].text_with_ws
    return text[:1].upper() + text[1:]
