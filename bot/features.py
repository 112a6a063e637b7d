"""What the first reader knows of a sentence and of a question: numbers from embeddings and BM25, nothing else.

The reader and the script that fits its weights share these functions, so that they cannot drift apart.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SENTENCE_FEATURES = ("cosine", "neighbour_cosine", "chunk_cosine", "bm25", "neighbour_bm25", "bm25_share", "cosine_gap")
QUESTION_FEATURES = ("mean_logit", "best_cosine", "unknown_names", "has_names")

_BM25_SCALE = 10.0  # brings BM25 scores to the size of the other features
_CAPITALISED = re.compile(r"(?<![.?!]\s)(?<!^)\b(?:[A-Z][\w’'-]+|\d[\d.,]*\d|\d)\b")


def sentence_features(cosines: "NDArray[Any]", chunk_cosines: "NDArray[Any]", bm25: "NDArray[Any]") -> "NDArray[Any]":
    """`(sentences, len(SENTENCE_FEATURES))` from arrays of `(sentences,)` in reading order."""
    scaled = bm25 / _BM25_SCALE
    columns = [
        cosines,
        _neighbours(cosines),
        chunk_cosines,
        scaled,
        _neighbours(scaled),
        bm25 / max(float(bm25.max(initial=0.0)), 1e-6),
        cosines - cosines.max(initial=0.0),
    ]
    return np.stack(columns, axis=1)


def question_features(
    logits: "NDArray[Any]", features: "NDArray[Any]", question: str, words: frozenset[str]
) -> "NDArray[Any]":
    """`(len(QUESTION_FEATURES),)`: how good the best sentences are, and what the names of the question say of that.

    A name is alike to every sentence that mentions it, whether or not that answers: the same similarity is worth less
    where the question has one, and nothing where the article lacks it.
    """
    best = np.sort(logits)[::-1][:3]
    has_names = float(bool(names_of(question)))
    return np.asarray([best.mean(), features[:, 0].max(), unknown_names(question, words), has_names])


def unknown_names(question: str, words: frozenset[str]) -> float:
    """Share of the question's names and numbers that are nowhere in the text; 0 where it has none."""
    names = names_of(question)
    return sum(name not in words for name in names) / len(names) if names else 0.0


def names_of(question: str) -> list[str]:
    """The names and numbers of a question: what is capitalised inside it, and figures."""
    return [bare_word(match.group()) for match in _CAPITALISED.finditer(question)]


def bare_word(word: str) -> str:
    """A word for comparison: lower case, without a possessive ending."""
    return re.sub(r"[’']s$", "", word.casefold()).strip(".,’'-")


def words_of(texts: Sequence[str]) -> frozenset[str]:
    """The words of some texts, as `unknown_names` compares them; hyphenated ones whole and in parts."""
    words = {bare_word(word) for text in texts for word in re.findall(r"[\w’'.,-]+", text)}
    return frozenset(words | {part for word in words for part in re.split(r"[-’']", word)})


def _neighbours(values: "NDArray[Any]") -> "NDArray[Any]":
    """The larger value of the sentence before and the sentence after."""
    before = np.concatenate([[0.0], values[:-1]])
    after = np.concatenate([values[1:], [0.0]])
    return np.asarray(np.maximum(before, after))
