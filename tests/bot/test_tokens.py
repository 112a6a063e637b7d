"""Rows of word pieces: what stands where, and what is cut off."""

from bot.tokens import CLS, MARK, MOST_CHUNK, MOST_CONTEXT, MOST_SENTENCE, SEP, chunk_row, pieces, query_row, window_row


def test_a_question_stands_alone_or_behind_what_was_said() -> None:
    """The context comes first, and of a long one the end is kept."""
    assert query_row([7, 8]).ids == (CLS, 7, 8, SEP)
    assert query_row([7], [5, 6]).ids == (CLS, 5, 6, SEP, 7, SEP)
    long = query_row([7], list(range(1000, 1100)))
    assert long.ids == (CLS, *range(1100 - MOST_CONTEXT, 1100), SEP, 7, SEP)


def test_the_spans_of_a_window_are_its_sentences() -> None:
    """Every sentence lies at its span, its marker just before it."""
    row = window_row(query_row([7, 8]), [[11, 12], [13]])
    assert row.ids == (CLS, 7, 8, SEP, MARK, 11, 12, MARK, 13, SEP)
    assert [row.ids[start:end] for start, end in row.spans] == [(11, 12), (13,)]
    assert all(row.ids[start - 1] == MARK for start, _ in row.spans)
    assert row.passage == 4


def test_a_long_sentence_is_cut() -> None:
    """No sentence takes more than its share of a window."""
    (span,) = window_row(query_row([7]), [[9] * 500]).spans
    assert span[1] - span[0] == MOST_SENTENCE


def test_a_chunk_ends_where_the_model_does() -> None:
    """Every sentence of a chunk has a span, however little room is left."""
    row = chunk_row([[9] * 290, [8] * 40, [7] * 40])
    assert len(row.ids) <= MOST_CHUNK + 3
    assert len(row.spans) == 3
    assert all(start < end for start, end in row.spans)


def test_pieces_have_no_special_tokens() -> None:
    """Sentences are put together later."""
    (found,) = pieces(["Who sails?"])
    assert found
    assert not {CLS, SEP, MARK} & set(found)
