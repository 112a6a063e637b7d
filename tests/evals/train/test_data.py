"""What is trained on: sentences as ours, evidence where it stands, questions in their forms."""

import gzip
import json
import random
from pathlib import Path

import pytest

from bot import Question
from evals.train.data import ask_of, context_of, merged, news, pools, some, squad

HISTORY = [
    {"role": "user", "content": "Who sails?"},
    {"role": "assistant", "content": "Ann Lee sails the ferry every morning."},
]


@pytest.fixture
def passages(tmp_path: Path) -> Path:
    """A file in SQuAD's format: three passages, one question that has no answer."""

    def passage(name: str) -> dict[str, object]:
        context = f"{name} sails. The ferry of {name} is red."
        asks = [
            {"question": f"What colour has the ferry of {name}?", "answers": [{"answer_start": context.index("red")}]},
            {"question": "Who cooks?", "answers": [], "is_impossible": True},
        ]
        return {"context": context, "qas": asks}

    path = tmp_path / "passages.json.gz"
    data = {"data": [{"title": "Ferries", "paragraphs": [passage(name) for name in ("Ann", "Bob", "Cleo")]}]}
    path.write_bytes(gzip.compress(json.dumps(data).encode()))
    return path


def test_the_sentence_is_the_one_with_the_answer(passages: Path) -> None:
    """Sentences are counted through the article; an impossible question has none."""
    (source,) = squad(passages)
    assert len(source.text.sentences) == 6
    assert [sorted(ask.evidence) for ask in source.asks] == [[1], [], [3], [], [5], []]
    assert [ask.answerable for ask in source.asks] == [True, False] * 3


def test_passages_put_together_stay_apart(passages: Path) -> None:
    """Each is a block of its own."""
    made = pools(passages, 2, random.Random(0))
    assert [source.text.blocks for source in made] == [(0, 0, 1, 1), (0, 0)]
    assert some(made, 1, random.Random(0)) in ([made[0]], [made[1]])
    assert len(some(made, 100, random.Random(0))) == 2


def test_questions_can_lie_apart_from_their_article(tmp_path: Path) -> None:
    """Those of one article are put together, whatever folder they come from."""
    row = {"question": "What colour?", "answerable": True, "evidence": [["The ferry is red."]], "category": "factoid"}
    for folder in ("texts", "more"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    (tmp_path / "texts" / "a.md").write_text("# The ferry\n\nAnn Lee sails. The ferry is red.\n", encoding="utf-8")
    both = [*news(tmp_path / "texts"), *news(tmp_path / "more", texts=tmp_path / "texts")]
    (source,) = merged(both)
    assert len(source.asks) == 2


def test_news_leaves_the_title_out(tmp_path: Path) -> None:
    """Numbers are those of the sentences that are read."""
    (tmp_path / "a.md").write_text("# The ferry\n\nAnn Lee sails. The ferry is red.\n", encoding="utf-8")
    row = {"question": "What colour?", "answerable": True, "evidence": [["The ferry is red."]], "category": "factoid"}
    (tmp_path / "a.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    (source,) = news(tmp_path)
    assert [source.text.sentences[n] for n in source.asks[0].evidence] == ["The ferry is red."]
    assert source.asks[0].category == "factoid"


def test_a_follow_up_comes_with_what_was_said() -> None:
    """The last question and the start of its answer; in training, sometimes the form that stands alone."""
    ask = ask_of(Question.of({"question": "Since when does she?", "history": HISTORY}), (frozenset({0}),))
    assert (ask.text, ask.context) == ("Since when does she?", "Who sails? Ann Lee sails the ferry every morning.")
    assert context_of(Question.of("Who sails?")) == ""
    forms = {bool(ask.form(random.Random(n))[1]) for n in range(20)}
    assert forms == {True, False}
