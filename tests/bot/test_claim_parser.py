"""Claims out of what a model writes: the same however it is cut, and whatever stands around them."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.claim_parser import MOST_CLAIM, ClaimParser, RawClaim, parse

PIECES = st.lists(
    st.sampled_from(
        [
            "A fact.",
            "It costs $5 [sic]",
            " [1]",
            "[2]",
            "[3, 4]",
            "[5-7]",
            "[",
            "]",
            "\n",
            "```\n",
            "`",
            "{",
            "}",
            '"',
            "\\",
            "NONE",
            " ",
            ".",
            "\r\n",
            "x[0]",
            "\n```python\nrows[1]\n```\n",
            '{"text": "t", "sentences": [1]}',
            '{"claims": [',
            '{ "te',
            "<think>",
            "</think>",
            *["**bold** ", "- item ", "é“”…", "[99999999]", "[ 8 ]", "!", "?"],
        ]
    ),
    max_size=24,
)


def fed(text: str, cuts: list[int], *, as_json: bool = False) -> list[RawClaim]:
    """The claims of a text that comes in pieces which end at some places."""
    parser = ClaimParser(as_json=as_json)
    edges = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    claims = [claim for a, b in pairwise(edges) for claim in parser.feed(text[a:b])]
    return [*claims, *parser.finish()]


@given(PIECES.map("".join) | st.text(), st.lists(st.integers(0, 10_000), max_size=8), st.booleans())
def test_any_pieces_give_the_same_claims(text: str, cuts: list[int], as_json: bool) -> None:
    """Where the stream is cut changes nothing, letter by letter neither."""
    whole = parse(text, as_json=as_json)
    assert fed(text, cuts, as_json=as_json) == whole
    assert fed(text, list(range(len(text))), as_json=as_json) == whole


CLAIM = st.tuples(
    st.text(st.characters(categories=["L", "N", "Zs"]), min_size=1, max_size=60).map(lambda text: f"A {text} z"),
    st.lists(st.integers(1, 999), min_size=1, max_size=4, unique=True),
)


@given(st.lists(CLAIM, max_size=6), st.lists(st.integers(0, 10_000), max_size=8))
def test_claims_in_json_come_back(claims: list[tuple[str, list[int]]], cuts: list[int]) -> None:
    """What a model writes in JSON is read, strings with braces in them too, and in any pieces."""
    rows = [{"text": text + " } {", "sentences": numbers} for text, numbers in claims]
    text = json.dumps({"claims": rows})
    assert [(one.text, list(one.numbers)) for one in fed(text, cuts)] == [
        ((text + " } {").strip(), numbers) for text, numbers in claims
    ]


@given(st.lists(CLAIM, max_size=6), st.lists(st.integers(0, 10_000), max_size=8))
def test_claims_in_lines_come_back(claims: list[tuple[str, list[int]]], cuts: list[int]) -> None:
    """What a model writes in lines is read."""
    text = "\n".join(f"{text}. " + "".join(f"[{number}]" for number in numbers) for text, numbers in claims)
    assert [(one.text, list(one.numbers)) for one in fed(text, cuts)] == [
        (f"{text}.".strip(), numbers) for text, numbers in claims
    ]


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("One. [1]\nTwo. [2][3]\n", [("One.", (1,)), ("Two.", (2, 3))]),
        ("One [1]. Two [2, 3]; three [4-6]!", [("One.", (1,)), ("Two", (2, 3)), ("three!", (4, 5, 6))]),
        ("He paid $5 [sic] for it. [7]", [("He paid $5 [sic] for it.", (7,))]),
        ("Nothing at its end.\nA claim. [1]\nNothing again.", [("A claim.", (1,))]),
        ("```python\nrows[1] = 2\n```\nA claim. [2]", [("A claim.", (2,))]),
        ("```\nnever closed [1]", []),
        ('```json\n{"claims": [{"text": "A.", "sentences": [1]}]}\n```', [("A.", (1,))]),
        ('{"claims": [{"text": "A.", "sentences": [1]}, {"text": "B', [("A.", (1,))]),
        ('[{"text": "A.", "sentences": [1]}]', [("A.", (1,))]),
        ('{"text": 5, "sentences": [1]}', []),
        ('{"text": "A.", "sentences": "1"}', [("A.", ())]),
        ("<think>It says [1] that. [2]</think>A claim. [3]", [("A claim.", (3,))]),
        ("<think>never ended [1]", []),
        ("", []),
        ("NONE", []),
        ("[1]", [("", (1,))]),
        ("[1] A marker first. [2]", [("", (1,)), ("A marker first.", (2,))]),
        ("x" * 5_000 + " [1]\nA claim. [2]", [("A claim.", (2,))]),
        ("Range gone mad [1-99999].", [("Range gone mad.", (1,))]),
    ],
)
def test_what_models_write(text: str, claims: list[tuple[str, tuple[int, ...]]]) -> None:
    """Forms that models keep to more or less."""
    assert [(one.text, one.numbers) for one in parse(text)] == claims


def test_a_claim_is_given_as_soon_as_it_stands() -> None:
    """The first claim of a line does not wait for the end of the line, nor for the end of the answer."""
    parser = ClaimParser()
    assert parser.feed("A claim. [1") == []
    assert parser.feed("]") == []
    assert parser.feed("[2] A") == [RawClaim("A claim.", (1, 2))]
    assert parser.feed("nother. [3]\n") == [RawClaim("Another.", (3,))]


@pytest.mark.parametrize(
    ("text", "none"), [("NONE", True), ("none.\n", True), ('{"claims": []}', True), ("A. [1]", False)]
)
def test_a_model_may_find_no_answer(text: str, none: bool) -> None:
    """It says so with one word, or with an empty list."""
    parser = ClaimParser()
    parser.feed(text)
    parser.finish()
    assert parser.none is none


DOCUMENT = '{"claims": [{"text": "It sails.", "sentences": [1]}, {"text": "It } sinks.", "sentences": [2]}]}'
SAILS = [RawClaim("It sails.", (1,)), RawClaim("It } sinks.", (2,))]


@pytest.mark.parametrize(
    "before",
    [
        "Here is the JSON: ",
        "Here is the JSON:\n",
        "Here is the JSON:\n\n```json\n",
        "```json\n",
        "```json ",
        "```\nHere:\n",
        '<think>I take [1] and {[2]}. Draft: {"claims": [</think>',
        "<think>Hm.</think>\n\nHere it is:\n```json\n",
        "<think>Hm.</think><think>Hm [1].</think>```json\n",
        "The opening tag was in the prompt. [3] So:\n</think>\n",
        'From [1] and {2} I make (as "asked": {text}) [this]. ',
        'Sentences [1] and [2] say it.\nSee 5" of {}: {{',
        "It's {\n",
    ],
)
def test_json_is_read_behind_other_words(before: str) -> None:
    """Whatever stands in front of it, brackets too: no statement comes from there, and each comes when it is whole."""
    assert parse(before + DOCUMENT, as_json=True) == SAILS
    assert parse(before + DOCUMENT + "\n```\nAsk me [3] for more.", as_json=True) == SAILS
    parser = ClaimParser(as_json=True)
    first = DOCUMENT.index("}") + 1
    assert [claim for letter in before + DOCUMENT[:first] for claim in parser.feed(letter)] == SAILS[:1]
    assert parser.finish() == []


def test_json_behind_words_may_have_no_claims() -> None:
    """An empty list says that there is no answer, behind words too."""
    parser = ClaimParser(as_json=True)
    assert parser.feed('Sentence [1] does not say it: {"claims": []}') == []
    assert parser.finish() == []
    assert parser.none


def test_lines_count_where_json_was_asked_for_and_none_came() -> None:
    """They wait for the end; where lines were asked for they do not, and JSON behind them is read too."""
    parser = ClaimParser(as_json=True)
    assert parser.feed("A claim. [1]\nAnother. [2]\n") == []
    assert parser.finish() == [RawClaim("A claim.", (1,)), RawClaim("Another.", (2,))]
    assert parse(f"A claim. [1] {DOCUMENT}") == [RawClaim("A claim.", (1,)), *SAILS]
    assert parse("It costs {5}. [1]\n{") == [RawClaim("It costs {5}.", (1,))]


def test_a_claim_that_is_cut_off_rests_on_nothing() -> None:
    """What follows may turn it round: `Nobody believes that …`."""
    long = "It is so, and " * 50 + "that is a lie."
    for text, told in ((f"{long} [3]", False), (json.dumps({"text": long, "sentences": [3]}), True)):
        (claim,) = parse(text, as_json=told)
        assert (len(claim.text), claim.numbers) == (MOST_CLAIM, ())
