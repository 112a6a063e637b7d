"""Follow-ups made to stand alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import Question, Turn
from bot.standalone import MOST_ADDED, leans, standalone
from bot.wording import REFUSAL, REFUSAL_MANY


def followed(text: str, *history: str) -> str:
    roles = ("user", "assistant")
    turns = tuple(Turn(role=roles[i % 2], content=content) for i, content in enumerate(history))  # type: ignore[arg-type]
    return standalone(Question(question=text, history=turns))


@pytest.mark.parametrize(
    "text",
    [
        "Why?",
        "how so",
        "And Maria?",
        "What about the tools?",
        "What did she say then?",
        "Is that true?",
        "Who told them?",
        "ok and when?",
    ],
)
def test_what_cannot_be_understood_alone_leans(text: str) -> None:
    """Pronouns without a name, ellipses and connectives lean on what was said before."""
    assert leans(text)


@pytest.mark.parametrize(
    "text",
    [
        "Who is Jack?",
        "How many people did Amazon lay off?",
        "What did Maria say about her team?",
        "Is there a union?",
        "When did Andy Jassy write his email?",
    ],
)
def test_what_can_be_understood_alone_does_not_lean(text: str) -> None:
    """A pronoun that follows a name in the same question, or stands for nothing, leans on nothing."""
    assert not leans(text)


def test_without_history_nothing_is_added() -> None:
    """A question without a history stays as it is, whatever it leans on."""
    assert followed("Why?") == "Why?"


def test_a_change_of_topic_drags_nothing_along() -> None:
    """A question that stands alone takes nothing from the turns before it."""
    assert followed("Who runs the harbour?", "What did Denny say?", "Nothing.") == "Who runs the harbour?"


def test_and_somebody_asks_the_same_about_somebody_else() -> None:
    """`And Maria?` puts the new name where the old one was."""
    assert followed("And Maria?", "What did Denny say about hackathons?", "x") == "What did Maria say about hackathons?"
    assert followed("what about Maria", "What did Denny say?", "x") == "What did Maria say?"


def test_a_pronoun_takes_the_names_of_the_last_exchange() -> None:
    """`she` goes with the people named in the last question and its answer."""
    said = followed("What does she do?", "Who was laid off?", "Just days later, Dina Brook was laid off.")
    assert said == "What does she do? (Dina Brook)"


def test_why_takes_the_start_of_the_answer() -> None:
    """A bare question word goes with what was answered last, cut short."""
    said = followed("Why?", "Did the ferry stop?", " ".join(["word"] * 50))
    assert said == f"Why? ({' '.join(['word'] * 12)})"


def test_a_refusal_is_not_taken_along() -> None:
    """After a refusal a follow-up leans on the question, not on the bot's own words."""
    assert followed("Why?", "Did the ferry stop?", f"{REFUSAL} The closest passage: x") == "Why? (Did the ferry stop?)"


def test_a_chain_keeps_its_subject() -> None:
    """Each follow-up leans on the one before it as it was understood."""
    said = followed("and Tom?", "What did Denny say?", "a", "And Maria?", "b")
    assert said == "What did Tom say?"


def test_empty_turns_are_no_exchange() -> None:
    """A turn without a visible character is passed over, and nothing empty is added."""
    assert followed("Why?", "", "") == "Why?"


def test_the_refusal_of_several_articles_is_not_taken_along() -> None:
    """A bot on several articles refuses in the plural, and that is no answer either."""
    assert followed("Why?", "Did it stop?", f"{REFUSAL_MANY} The closest passage: x") == "Why? (Did it stop?)"


WORDS = st.sampled_from(["Ann", "and", "Bob,Cy,Dee", "X" * 700, "why", "it", "Ann,Bob," * 80, "what about", "?"])


@given(st.lists(st.lists(WORDS, max_size=8).map(" ".join), min_size=1, max_size=9))
def test_no_history_makes_a_question_grow_without_end(texts: list[str]) -> None:
    """What is taken along is short, whatever the turns before it were: names by the hundred multiply otherwise."""
    *history, text = texts
    assert len(followed(text or "why", *history)) <= len(text) + 2 * MOST_ADDED + 20


def test_the_last_name_alone_is_replaced() -> None:
    """`And Bob?` asks about Bob where the question named Ann last."""
    assert followed("And Bob?", "Did Ann tell Cy what Ann knew?", "Yes.") == "Did Ann tell Cy what Bob knew?"
