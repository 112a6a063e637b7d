"""Training the network that judges claims: pairs, lies made of truths, truths made of truths, and what is learnt."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
import spacy
import torch
from spacy.tokens import Doc

from bot.entailment import Premise
from bot.tokens import placed_pieces
from evals.errors import EvalError
from evals.train.claims.changes import Changer, _negated, _nouns_exchanged, _other_number, _roles_exchanged
from evals.train.claims.course import batch_of, item_of, plan
from evals.train.claims.judge import claim_logits, loss_of
from evals.train.claims.measure import MOST_THROUGH, Seen, figures, threshold_of
from evals.train.claims.pairs import Pair, contrasted, difference, misled, misplaced, plain, statements
from evals.train.claims.truths import reworded

TEXT = """# The quay

Ada Holt runs the harbour board. She shut the east quay in May. The union sued the board over it.
"""
TAGGED = (
    ("The", "DT", "det", 1), ("union", "NN", "nsubj", 2), ("sued", "VBD", "ROOT", 2), ("the", "DT", "det", 4),
    ("board", "NN", "dobj", 2), ("in", "IN", "prep", 2), ("21", "CD", "nummod", 7), ("courts", "NNS", "pobj", 5),
    (".", ".", "punct", 2),
)  # fmt: skip
SUED = "The union sued the board in 21 courts."
POS = {"NN": "NOUN", "NNS": "NOUN", "VBD": "VERB", "DT": "DET", "IN": "ADP", "CD": "NUM", ".": "PUNCT"}


class Tagger:
    """Stands for spaCy's model, which does not come with it: gives one sentence as that would, others bare."""

    vocab = spacy.blank("en").vocab

    def __call__(self, text: str) -> Doc:
        """One text."""
        if text != SUED:
            return spacy.blank("en")(text)
        words = [word for word, *_ in TAGGED]
        spaces = [word not in ("courts", ".") for word in words]
        return Doc(
            self.vocab,
            words=words,
            spaces=spaces,
            tags=[tag for _, tag, *_ in TAGGED],
            pos=[POS[tag] for _, tag, *_ in TAGGED],
            lemmas=["the", "union", "sue", "the", "board", "in", "21", "court", "."],
            deps=[dep for *_, dep, _ in TAGGED],
            heads=[head for *_, head in TAGGED],
        )

    def pipe(self, texts: Any) -> Any:
        """Several."""
        return map(self, texts)


def pair(claim: str, *, honest: bool = True, cited: str = "", changed: Any = None) -> Pair:
    """One about a sentence that says the same."""
    return Pair(claim, Premise(cited or claim, ""), honest, "close", "quay", changed)


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Statements about an article, and the folder with its text."""
    (tmp_path / "quay.md").write_text(TEXT, encoding="utf-8")
    rows = [
        {"claim": "She closed the east quay.", "sentences": ["She shut"], "honest": True, "kind": "light"},
        {"claim": "She closed the west quay.", "sentences": ["She shut"], "honest": False, "kind": "word"},
        {"claim": "Nobody knows why the cranes fell silent.", "sentences": ["She shut"], "honest": False, "kind": "x"},
    ]
    folder = tmp_path / "claims"
    folder.mkdir()
    (folder / "quay.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return folder, tmp_path


def test_statements_are_read_with_their_sentences(folders: tuple[Path, Path]) -> None:
    """As pairs they have what is cited and what stands before."""
    first, *_ = statements(folders[0], [folders[1]])
    assert first.pair.premise == Premise("She shut the east quay in May.", "Ada Holt runs the harbour board.")
    assert first.pair.honest


@pytest.mark.parametrize(("words", "why"), [("They shut", "begins 0 sentences"), ("", "begins 4 sentences")])
def test_words_that_name_no_one_sentence_are_an_error(folders: tuple[Path, Path], words: str, why: str) -> None:
    """None, or several."""
    path = folders[0] / "quay.jsonl"
    row = {**json.loads(path.read_text(encoding="utf-8").splitlines()[0]), "sentences": [words]}
    path.write_text(json.dumps(row), encoding="utf-8")
    with pytest.raises(EvalError, match=why):
        list(statements(folders[0], [folders[1]]))


def test_statements_without_their_article_are_an_error(folders: tuple[Path, Path]) -> None:
    """It says which file is missing."""
    with pytest.raises(EvalError, match=r"no quay\.md in"):
        list(statements(folders[0], [folders[0]]))


def test_what_differs_makes_a_lie_false(folders: tuple[Path, Path]) -> None:
    """Where it is little; a lie that says something else altogether is false as a whole."""
    honest, near, far = contrasted(list(statements(folders[0], [folders[1]])))
    assert honest.changed is None
    assert [near.claim[start:end] for start, end in near.changed or ()] == ["west"]
    assert far.changed is None


@pytest.mark.parametrize(
    ("truth", "claim", "spans"),
    [
        ("He sold the red car.", "He sold the blue car.", ["blue"]),
        ("He sold the red car.", "He sold the car.", ["car."]),
        ("He sold it to her.", "He sold it to her brother.", ["her brother."]),
        ("He sold it.", "He sold it.", []),
    ],
)
def test_differences_are_spans_of_the_claim(truth: str, claim: str, spans: list[str]) -> None:
    """Where words are missing, the next one."""
    assert [claim[start:end] for start, end in difference(truth, claim)] == spans


def test_misplaced_statements_cite_what_does_not_bear_them_out(folders: tuple[Path, Path]) -> None:
    """A neighbour or another sentence, never their own."""
    written = list(statements(folders[0], [folders[1]]))
    found = [one for seed in range(20) for one in misplaced(written, random.Random(seed))]
    assert found
    assert all(not one.honest and one.premise.cited != "She shut the east quay in May." for one in found)


def test_sentences_follow_from_themselves(folders: tuple[Path, Path]) -> None:
    """All but the title."""
    article = next(statements(folders[0], [folders[1]])).article
    assert [one.claim for one in plain(article)] == [one.premise.cited for one in plain(article)]
    assert len(list(plain(article))) == 3


def test_what_only_seems_to_answer_is_a_lie(tmp_path: Path) -> None:
    """SQuAD 2.0's plausible answers."""
    import gzip

    text = "It opened in 1990. It was built by Ada Holt."
    asked = {"question": "Who built it?", "answers": [{"text": "Ada Holt", "answer_start": 35}]}
    misleading = {
        "question": "Who sold it?", "answers": [], "is_impossible": True,
        "plausible_answers": [{"text": "Ada Holt", "answer_start": 35}],
    }  # fmt: skip
    path = tmp_path / "squad.json.gz"
    data = {"data": [{"paragraphs": [{"context": text, "qas": [asked, misleading]}]}]}
    path.write_bytes(gzip.compress(json.dumps(data).encode()))
    right, wrong = misled(path)
    assert (right.claim, right.honest, right.premise.cited) == ("Who built it? Ada Holt.", True, text)
    assert (wrong.claim, wrong.honest) == ("Who sold it? Ada Holt.", False)


def test_one_thing_is_changed() -> None:
    """Roles, words, numbers, a negation: all else stays."""
    doc, dice = Tagger()(SUED), random.Random(0)
    told = pair(SUED)
    roles = {_roles_exchanged(doc, told, random.Random(seed)) for seed in range(12)}
    assert "The board sued the union in 21 courts." in roles
    assert _nouns_exchanged(doc, told, dice) == "The board sued the union in 21 courts."
    assert _negated(doc, told, dice) == "The union did not sue the board in 21 courts."
    number = _other_number(doc, told, dice)
    assert number and number != SUED and number.startswith("The union sued the board in ")


def test_lies_know_what_is_false_in_them() -> None:
    """Each is marked where it was changed, and none is its truth."""
    lies = list(Changer([pair(SUED)], Tagger()).lies([pair(SUED)], 3, random.Random(2)))
    assert len(lies) == 3
    for lie in lies:
        assert not lie.honest and lie.changed and lie.claim != SUED
        assert lie.premise == pair(SUED).premise


def test_truths_stay_true_in_other_words() -> None:
    """Numbers in another form, `I` as somebody else tells it."""
    spoken = Pair("I had 21 crows.", Premise("I had 21 crows.", "Ada Holt:"), True, "close", "quay")
    found = {one.claim for seed in range(20) for one in reworded([spoken], Tagger(), random.Random(seed))}
    assert "I had twenty-one crows." in found
    per_cent = pair("It fell by 40%, to more than 200.")
    found = {one.claim for seed in range(20) for one in reworded([per_cent], Tagger(), random.Random(seed))}
    assert found & {"It fell by 40 per cent, to more than 200.", "It fell by 40%, to over 200."}
    assert not list(reworded([pair("She shut the quay.")], Tagger(), random.Random(1)))


def test_a_pair_in_word_pieces_knows_where_it_is_false() -> None:
    """Positions in the row, one further on for the mark at its start."""
    item = item_of(pair("It shut in September.", honest=False, changed=((11, 20),)))
    ids, places = placed_pieces("It shut in September.")
    assert item.row.ids[1 : 1 + len(ids)] == tuple(ids)
    assert [places[n - 1] for n in item.changed or ()] == [(11, 20)]
    assert item.row.passage == len(ids) + 2


def test_half_of_what_pieces_count_lies_in_the_changed_ones() -> None:
    """Of a lie whose change is known; of an honest claim all count alike, of another lie none."""
    lies = [pair("It shut in June.", honest=False, changed=((11, 15),)), pair("It shut in June.", honest=False)]
    made = batch_of([item_of(lies[0]), item_of(lies[1]), item_of(pair("It shut in May."))])
    changed = made["wrong"][0] > 0
    assert float(made["told"][0][changed].sum()) == pytest.approx(0.5)
    assert float(made["told"][1].sum()) == 0.0
    assert float(made["told"][2].sum()) == pytest.approx(1.0)


def test_a_step_has_claims_of_about_one_length() -> None:
    """Every item once, in each phase."""
    items = [item_of(pair("quay " * (1 + n % 50))) for n in range(200)]
    steps = plan([items], 1)
    assert sorted(id(item) for step in steps for item in step) == sorted(map(id, items))
    spread = [max(len(i.row.ids) for i in step) - min(len(i.row.ids) for i in step) for step in steps]
    assert max(spread) < 60


def test_the_loss_falls_as_the_doubt_finds_the_lie() -> None:
    """And rises where an honest claim is doubted."""
    lie = pair("It shut in June.", honest=False, changed=((11, 15),))
    made = batch_of([item_of(pair("It shut in May.")), item_of(lie)])
    plain_logits = torch.where(made["claims"] > 0, -4.0, -30.0)
    right, wrong = plain_logits.clone(), plain_logits.clone()
    right[1, 4] = 4.0
    wrong[0, 4] = 4.0
    assert loss_of(right, made) < loss_of(plain_logits, made) < loss_of(wrong, made)
    assert claim_logits(right)[1] > 3 > claim_logits(right)[0]


def test_the_threshold_lets_few_lies_through() -> None:
    """As few as are allowed, of all lies; those that words find do not count against it."""
    items = [Seen(False, n % 2 == 0, n / 1000) for n in range(1000)] + [Seen(True, True, 0.99)] * 10
    threshold = threshold_of(items)
    told = figures(items, threshold)
    assert MOST_THROUGH - 0.005 <= told["lies_through"]["both"] <= MOST_THROUGH
    assert told["honest_kept"] == {"words": 1.0, "network": 1.0, "both": 1.0}
    assert threshold_of([Seen(False, True, 0.4), Seen(True, True, 0.9)]) == pytest.approx(0.4001)
