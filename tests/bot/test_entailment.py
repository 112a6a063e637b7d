"""The network that judges claims: what it is shown, and what it says of truths and of lies."""

import json
from pathlib import Path

import pytest

from bot.entailment import Premise, TrainedEntailment, premise_of, shipped_entailment
from index import Article, load
from index.errors import ModelError

TEXT = """# The quay

## The vote

Ada Holt runs the harbour board. "It is the wrong place for a crane," said Rhys Calder, a docker. She shut the east
quay in May. The union sued the board over it.

## Afterwards

It reopened in June.
"""


@pytest.fixture(scope="module")
def article(tmp_path_factory: pytest.TempPathFactory) -> Article:
    """A short one with a heading, a speaker and a pronoun."""
    path = tmp_path_factory.mktemp("entailment") / "quay.md"
    path.write_text(TEXT, encoding="utf-8")
    return load(path)


@pytest.fixture(scope="module")
def entailment() -> TrainedEntailment:
    """The network of the package."""
    return TrainedEntailment()


def premise(article: Article, *words: str) -> Premise:
    """The premise of the sentences with some words."""
    sentences = [article.sentence_at(article.text.index(one)) for one in words]
    return premise_of([(article, sentence) for sentence in sentences if sentence])


def test_a_premise_has_what_tells_who_is_meant(article: Article) -> None:
    """Heading, speaker and two sentences before; nothing of another section, and nothing twice."""
    assert premise(article, "She shut").cited == "She shut the east quay in May."
    before = premise(article, "She shut").before
    assert before.startswith("The vote. Ada Holt runs the harbour board.")
    assert "Rhys Calder, a docker:" in premise(article, "It is the wrong").before
    assert premise(article, "It reopened").before == "Afterwards."
    both = premise(article, "Ada Holt runs", "She shut")
    assert both.cited == "Ada Holt runs the harbour board. She shut the east quay in May."
    assert "Ada Holt" not in both.before


@pytest.mark.parametrize(
    ("honest", "lie", "where"),
    [
        ("She closed the east quay in May.", "She closed the west quay in May.", "She shut"),
        ("Ada Holt shut the east quay.", "Ada Holt reopened the east quay.", "She shut"),
        ("The board was sued by the union.", "The board sued the union.", "The union sued"),
        ("It opened again in June.", "It opened again in June, after repairs to the crane.", "It reopened"),
        ("Calder thinks it is no place for a crane.", "Calder thinks it is the best place for a crane.", "It is the"),
    ],
)
def test_a_lie_is_told_from_a_truth(
    article: Article, entailment: TrainedEntailment, honest: str, lie: str, where: str
) -> None:
    """The truth has more support by far."""
    given = premise(article, where)
    assert entailment(lie, given).support < entailment.threshold
    assert entailment(honest, given).support > 3 * entailment(lie, given).support


def test_it_says_which_word_is_doubtful(article: Article, entailment: TrainedEntailment) -> None:
    """Whole, as it stands in the claim."""
    verdict = entailment("She closed the east quay in September.", premise(article, "She shut"))
    assert verdict.doubtful == "September"


@pytest.mark.parametrize("claim", ["", "…", "quay " * 400, "\N{PARTY POPPER}", "a" * 3000])
def test_anything_can_be_judged(article: Article, entailment: TrainedEntailment, claim: str) -> None:
    """Nothing, signs, what is far too long."""
    verdict = entailment(claim, premise(article, "She shut"))
    assert 0 <= verdict.support <= 1
    assert verdict.doubtful in claim


def test_what_is_too_long_to_be_read_is_not_borne_out(article: Article, entailment: TrainedEntailment) -> None:
    """Its end could say anything."""
    given = premise(article, "Ada Holt runs", "She shut")
    read = "Ada Holt, who runs the harbour board, shut the east quay in May"
    told = entailment(f"{read}, and {'so the east quay was shut in May, ' * 9} and she stole it.", given)
    assert told.support == 0
    assert entailment(f"{read}.", given).support > entailment.threshold


def test_the_same_claim_gets_the_same_verdict(article: Article, entailment: TrainedEntailment) -> None:
    """To the last digit."""
    given = premise(article, "She shut")
    assert entailment("The board closed it.", given) == entailment("The board closed it.", given)


@pytest.mark.parametrize("told", ["", "[]", "{}", '{"threshold": "high", "sha256": "00"}', None])
def test_a_folder_without_a_network_says_so(tmp_path: Path, told: str | None) -> None:
    """One line, with the way out."""
    if told is not None:
        (tmp_path / "entailment.json").write_text(told, encoding="utf-8")
    with pytest.raises(ModelError, match=r"entailment\.json does not tell of a network .*: reinstall article-bot"):
        TrainedEntailment(tmp_path)


def test_another_network_than_the_trained_one_is_refused(tmp_path: Path, article: Article) -> None:
    """By its hash, before anything of it is run."""
    told = json.loads((shipped_entailment() / "entailment.json").read_text(encoding="utf-8"))
    (tmp_path / "entailment.json").write_text(json.dumps(told), encoding="utf-8")
    (tmp_path / "entailment.onnx").write_bytes(b"something else")
    entailment = TrainedEntailment(tmp_path)
    with pytest.raises(ModelError, match=r"entailment\.onnx has sha256 .*: reinstall article-bot"):
        entailment("The board closed it.", premise(article, "She shut"))
