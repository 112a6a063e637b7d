"""Texts as the reader's models see them: numbers of word pieces, put together the same way in training and in use.

A query is `[CLS] what was said before [SEP] question [SEP]`; a window is a query followed by consecutive sentences,
each behind a marker. Sentences are tokenised one by one and once, whatever they are put into. A claim comes as
`[CLS] claim [SEP] what it cites [SEP] what stands before that [SEP]`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from index.embeddings import shipped_folder

PAD, MARK, CLS, SEP = 0, 2, 101, 102
"""Numbers in the vocabulary of the base model; MARK is `[unused1]`."""

MOST_QUESTION = 56
MOST_CONTEXT = 44
MOST_SENTENCE = 96
MOST_CHUNK = 300
MOST_CLAIM, MOST_CITED, MOST_BEFORE = 96, 224, 96
SHORTEST_WORD = 4
"""Letters that tell a word's language; shorter ones are in many."""


@dataclass(frozen=True, slots=True)
class Row:
    """One input of a model: word pieces, where the passage begins, and where each of its sentences is.

    `spans` are half open positions in `ids`, sentence by sentence; a tagger's marker is just before its span.
    """

    ids: tuple[int, ...]
    passage: int
    spans: tuple[tuple[int, int], ...]


def pieces(texts: Sequence[str]) -> list[list[int]]:
    """The word pieces of some texts, without special tokens."""
    found = _tokenizer().encode_batch(list(texts), add_special_tokens=False)
    return [list(encoding.ids) for encoding in found]


def placed_pieces(text: str) -> tuple[list[int], list[tuple[int, int]]]:
    """The word pieces of a text, and the characters of it that each stands for, half open."""
    encoding = _tokenizer().encode(text, add_special_tokens=False)
    return list(encoding.ids), list(encoding.offsets)


def query_row(question: Sequence[int], context: Sequence[int] = ()) -> Row:
    """A question and what was said before it; of the latter the end is kept."""
    before = [*context[-MOST_CONTEXT:], SEP] if context else []
    ids = (CLS, *before, *question[:MOST_QUESTION], SEP)
    return Row(ids, len(ids), ())


def chunk_row(sentences: Sequence[Sequence[int]]) -> Row:
    """Consecutive sentences without a question."""
    ids = [CLS]
    spans = []
    for sentence in sentences:
        room = max(1, MOST_CHUNK - len(ids))
        spans.append((len(ids), len(ids) + min(len(sentence), room)))
        ids += sentence[:room]
    return Row((*ids, SEP), 0, tuple(spans))


def window_row(query: Row, sentences: Sequence[Sequence[int]]) -> Row:
    """A query with consecutive sentences, each behind a marker."""
    ids = list(query.ids)
    spans = []
    for sentence in sentences:
        ids.append(MARK)
        spans.append((len(ids), len(ids) + min(len(sentence), MOST_SENTENCE)))
        ids += sentence[:MOST_SENTENCE]
    return Row((*ids, SEP), len(query.ids), tuple(spans))


def claim_row(claim: Sequence[int], cited: Sequence[int], before: Sequence[int]) -> Row:
    """A claim with the sentences that it cites and what stands before them; of the latter the end is kept."""
    ids = [CLS, *claim[:MOST_CLAIM], SEP]
    end = [*before[-MOST_BEFORE:], SEP] if before else []
    return Row((*ids, *cited[:MOST_CITED], SEP, *end), len(ids), ())


@cache
def whole_words() -> frozenset[str]:
    """Words that the base model knows as a whole, of four letters or more: common ones of English, hardly any other."""
    return frozenset(word for word in _tokenizer().get_vocab() if len(word) >= SHORTEST_WORD and word.isalpha())


@cache
def _tokenizer() -> Any:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(shipped_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
