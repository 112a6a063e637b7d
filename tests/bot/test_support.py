"""Features and the numbers fitted to them."""

from pathlib import Path

import numpy as np

from bot.support import QUESTION_FEATURES, SENTENCE_FEATURES, UNREAD, Fusion, Linear, Signals, neutral, profile
from bot.trained import shipped_models

TEXTS = ["Ann Lee sails the ferry.", "It costs 3 crowns.", "The ferry is red."]


def signals(*tags: float) -> Signals:
    """Signals of three sentences."""
    values = np.asarray([0.4, 0.1, 0.2])
    return Signals(values, values, values, np.asarray([3.0, 0.0, 1.0]), np.asarray(tags))


def profile_with(question: str, *tags: float) -> list[float]:
    """The features of a question about the three sentences, the tagger's logits taken as support."""
    seen = signals(*tags)
    return profile(seen, seen.tags, question, TEXTS, frozenset({"ann", "lee", "ferry"})).tolist()


def test_the_numbers_fit_the_features() -> None:
    """One weight a feature, in what is shipped and in what fitting starts from."""
    assert signals(1.0, -2.0, UNREAD).features().shape == (3, SENTENCE_FEATURES)
    assert len(profile_with("Who sails?", 1.0, -2.0, UNREAD)) == QUESTION_FEATURES
    for fusion in (Fusion.read(shipped_models() / "reader.json"), neutral({})):
        assert len(fusion.sentence.weights) == SENTENCE_FEATURES
        assert len(fusion.question.weights) == QUESTION_FEATURES
        assert 0 < fusion.threshold < 1


def test_one_sentence_is_enough() -> None:
    """An article may have no more."""
    one = Signals(*(np.asarray([0.3]) for _ in range(4)), np.asarray([UNREAD]))
    assert np.isfinite(one.features()).all()
    assert np.isfinite(profile(one, np.asarray([0.1]), "Who?", ["Ann."], frozenset())).all()


def test_the_kind_of_a_question_is_seen() -> None:
    """A question of another kind has other features, whatever the scores."""
    kinds = [
        "Who sails?",
        "When does she sail?",
        "How many sail?",
        "Why sail?",
        "Where does she sail?",
        "Does she sail?",
    ]
    assert len({tuple(profile_with(kind, 1.0, -2.0, UNREAD)[-6:]) for kind in kinds}) == len(kinds)


def test_a_linear_model_standardises() -> None:
    """Mean and scale are taken out before the weights."""
    model = Linear((1.0, 0.0), (2.0, 1.0), (3.0, -1.0), 0.5)
    assert model.logits(np.asarray([[3.0, 2.0]])).tolist() == [1.5]


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    """With more beside it."""
    fusion = neutral({"tagger.onnx": "ab"})
    fusion.write(tmp_path / "reader.json", figures={"auroc": 1})
    assert Fusion.read(tmp_path / "reader.json") == fusion
