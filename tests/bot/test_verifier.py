"""A statement checked: the sentences that a name brings along, and what the network has to say."""

import pytest

from bot.entailment import Premise, TrainedEntailment, Verdict
from bot.verifier import Verifier
from index import Article, Sentence, load

TEXT = """# The quay

## The vote

Ada Holt was born here. Ada Holt runs the harbour board. Rhys Calder drives a crane. The board met in May. It was a
short meeting. She shut the east quay. Nobody was asked. It took two meetings.

## Afterwards

She opened it again in June. The cranes stayed where they were.
"""


class Fixed:
    """Stands for a network that says the same of everything, to see what the rest makes of it."""

    threshold = 0.5

    def __init__(self, support: float) -> None:
        self.support = support
        self.asked: list[Premise] = []
        self.claims: list[str] = []

    def __call__(self, claim: str, premise: Premise) -> Verdict:
        """Always the same."""
        self.asked.append(premise)
        self.claims.append(claim)
        return Verdict(self.support, "quay")

    def warm(self) -> None:
        """Nothing to load."""


@pytest.fixture(scope="module")
def article(tmp_path_factory: pytest.TempPathFactory) -> Article:
    """Two sections, a name further back than two sentences."""
    path = tmp_path_factory.mktemp("verifier") / "quay.md"
    path.write_text(TEXT, encoding="utf-8")
    return load(path)


def ground(article: Article, words: str) -> tuple[Article, Sentence]:
    """The sentence with some words."""
    sentence = article.sentence_at(article.text.index(words))
    assert sentence
    return article, sentence


def texts(article: Article, verifier: Verifier, claim: str, *words: str) -> tuple[list[str], list[str]]:
    """The sentences that a statement is held to rest on, and the checks that it fails."""
    checked = verifier.check(claim, [ground(article, one) for one in words], "What happened?")
    return [one.quote(sentence) for one, sentence in checked.grounds], [one.check for one in checked.failures]


def test_a_name_from_further_back_is_cited_where_the_network_is_sure(article: Article) -> None:
    """The nearest sentence that has it, whatever the section; only where a pronoun may stand for it."""
    for words in ("She shut", "She opened"):
        held, failed = texts(article, Verifier(Fixed(0.9)), "Holt did it.", words)
        assert (held[0], held[1].startswith(words), failed) == ("Ada Holt runs the harbour board.", True, [])
    assert texts(article, Verifier(Fixed(0.9)), "Holt: nobody was asked.", "Nobody was") == (
        ["Nobody was asked."],
        ["names"],
    )


def test_a_name_from_further_back_is_not_taken_on_trust(article: Article) -> None:
    """Where the network is not sure, the name is missing."""
    held, failed = texts(article, Verifier(Fixed(0.6)), "Holt did it.", "She shut")
    assert (held, failed) == (["She shut the east quay."], ["names"])


@pytest.mark.parametrize(
    ("honest", "lie", "words"),
    [
        ("The cranes stayed where they were.", "Calder stayed where he was.", ("The cranes stayed", "Rhys Calder")),
        ("She shut the east quay.", "Calder shut the east quay.", ("She shut", "Ada Holt", "Rhys Calder")),
        ("Calder drives a crane.", "Holt drives a crane.", ("Rhys Calder", "She shut", "She opened")),
    ],
)
def test_sentences_that_bear_nothing_lend_no_name(
    article: Article, honest: str, lie: str, words: tuple[str, ...]
) -> None:
    """However many sentences a statement names, who it was stands in those that bear it, or near them."""
    assert texts(article, Verifier(Fixed(0.74)), honest, *words)[1] == []
    assert texts(article, Verifier(Fixed(0.74)), lie, *words)[1] == ["names"]


def test_what_the_network_does_not_believe_fails_with_its_word(article: Article) -> None:
    """The check is `support`, the detail the word that is most doubtful."""
    checked = Verifier(Fixed(0.49)).check("She shut it.", [ground(article, "She shut")], "What?")
    assert [(one.check, one.detail) for one in checked.failures] == [("support", "quay")]
    assert not Verifier(Fixed(0.5)).check("She shut it.", [ground(article, "She shut")], "What?").failures


def test_the_network_sees_numbers_as_the_sentence_has_them(article: Article) -> None:
    """What is shown stays as it was written."""
    network = Fixed(0.9)
    checked = Verifier(network).check("It took 2 meetings.", [ground(article, "It took two")], "How many?")
    assert (network.claims, checked.text) == (["It took two meetings."], "It took 2 meetings.")


def test_the_network_is_not_asked_what_it_cannot_tell(article: Article) -> None:
    """Another language, an address."""
    network = Fixed(0.0)
    for claim in ("Der östliche Kai wurde gesperrt.", "See evil.example/quay for it."):
        Verifier(network).check(claim, [ground(article, "She shut")], "Was?")
    assert network.asked == []


@pytest.mark.parametrize(
    ("honest", "lie"),
    [
        ("Calder works a crane.", "Calder works a ferry."),
        ("She opened it again in June.", "She opened it again in June after a strike."),
        ("The cranes stayed where they were.", "The cranes were moved elsewhere."),
    ],
)
def test_with_the_real_network(article: Article, honest: str, lie: str) -> None:
    """A truth passes, a lie of the same wording does not."""
    verifier = Verifier(TrainedEntailment())
    where = "Rhys Calder" if "Calder" in honest else "She opened" if "June" in honest else "The cranes stayed"
    assert texts(article, verifier, honest, where)[1] == []
    assert texts(article, verifier, lie, where)[1] != []
