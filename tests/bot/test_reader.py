"""The first reader: its weights, its features, and what it does with nothing."""

import numpy as np
import pytest

from bot import ArticleBot, HybridReader
from bot.features import QUESTION_FEATURES, SENTENCE_FEATURES, sentence_features, unknown_names, words_of
from bot.reader import Weights


def test_the_weights_fit_the_features() -> None:
    """One weight a feature, and a threshold that is a probability."""
    weights = Weights.shipped()
    assert len(weights.sentence) == len(SENTENCE_FEATURES)
    assert len(weights.question) == len(QUESTION_FEATURES)
    assert 0 < weights.threshold < 1


def test_the_weights_were_fitted_on_this_model(bot: ArticleBot) -> None:
    """Weights belong to the embedding model that they were fitted on."""
    import json
    from importlib.resources import files

    fitted = json.loads((files("bot") / "reader.json").read_text(encoding="utf-8"))["embedding"]
    assert fitted == bot.store.embeddings.fingerprint


def test_no_chunks_no_evidence(bot: ArticleBot) -> None:
    """Nothing to read gives no evidence and no confidence."""
    reading = HybridReader(bot.store.snapshot(), bot.store.embeddings).read("Who?", [])
    assert (reading.evidence, reading.confidence) == ((), 0.0)


def test_evidence_is_ranked_and_holds_no_title(bot: ArticleBot) -> None:
    """Best first, each sentence once, scores between 0 and 1, the title left out."""
    view = bot.store.snapshot()
    (article,) = bot.articles.values()
    chunks = view.documents("chunk", [article.id])
    evidence = HybridReader(view, bot.store.embeddings).read("Is Amazon determined to use AI for everything?", chunks)
    scores = [item.score for item in evidence.evidence]
    assert scores == sorted(scores, reverse=True)
    assert 0 <= min(scores) <= max(scores) <= 1
    starts = {item.start for item in evidence.evidence}
    assert starts == {sentence.start for sentence in article.sentences if sentence.kind != "title"}


@pytest.mark.parametrize(
    ("question", "share"),
    [
        ("What did Denny say?", 0.0),
        ("What did Bezos say?", 1.0),
        ("Did Denny meet Bezos?", 0.5),
        ("Is it 45%?", 1.0),
        ("what did bezos say", 0.0),
        ("What is Denny's job?", 0.0),
    ],
)
def test_names_that_the_article_lacks(question: str, share: float) -> None:
    """Names and numbers of the question are looked for in the text; the first word of a question is no name."""
    assert unknown_names(question, words_of(["Denny said 30,000 were laid off."])) == share


def test_a_sentence_knows_its_neighbours() -> None:
    """The neighbours' features are those of the sentence before and after, and zero beyond the ends."""
    features = sentence_features(np.array([0.1, 0.9, 0.3]), np.zeros(3), np.array([1.0, 0.0, 5.0]))
    neighbour = SENTENCE_FEATURES.index("neighbour_cosine")
    assert features[:, neighbour].tolist() == [0.9, 0.3, 0.9]
    assert features.shape == (3, len(SENTENCE_FEATURES))
