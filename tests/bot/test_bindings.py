"""Numbers moved to something else, and words that shift what a sentence says."""

import pytest

from bot.bindings import moved_figures
from bot.checks import Basis, word_failures
from bot.figures import unfounded_figures
from bot.shifts import shift

LOST = "It lost 40 of its 900 contracts, and in March it laid off 22 of its 86 employees."
MANOEUVRES = (
    "Corvane, which runs 310 satellites, has made 74 manoeuvres since May, against nine in the same months before."
)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("It worked for nine years.", "It worked for nine days."),
        ("It weighed 140 tonnes.", "It weighed 140 kilograms."),
        ("She had the job for 24 weeks.", "Ann, 24, had had the job for five weeks."),
        ("It laid off 86 employees.", LOST),
        ("Corvane has made 310 manoeuvres.", MANOEUVRES),
        ("Corvane made nine manoeuvres, against 74 in the same months before.", MANOEUVRES),
        ("It has 1,100 students on 2,870 square miles.", "It has 2,870 students on 1,100 square miles."),
        ("The fee would rise by £60 million.", "The fee would rise to £60 million."),
        ("Most will fall after 12 years.", "Most will fall within 12 years."),
        ("It saved billions of dollars.", "It saved hundreds of millions of dollars."),
        ("It fell to -14 degrees.", "It fell to 14 degrees."),
        ("It weighed 140½ kilograms.", "It weighed 140 kilograms."),
        ("It passed by two votes to three.", "It passed by three votes to two in May."),
    ],
)
def test_a_number_that_was_moved_is_found(claim: str, quote: str) -> None:
    """Its unit, its noun, its verb, its preposition or its sign is another's."""
    assert moved_figures(claim, [quote]) != []


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("It laid off 22 of its 86 employees.", LOST),
        ("It had 86 employees and 900 contracts.", LOST),
        ("Corvane has made 74 manoeuvres.", MANOEUVRES),
        ("It weighed 140 kg.", "It weighed 140 kilograms."),
        ("It could stay for 40 years.", "About one in ten could stay up for 40."),
        ("The stay fell from 6.4 to 5.1 days.", "The stay had fallen from 6.4 days to 5.1."),
        ("Ann is 24 years old and five weeks into the job.", "Ann, 24, had had the job for five weeks."),
        ("Seven of the 9 hurt were porters.", "Of nine people hurt, seven were porters."),
        ("It passed by three votes to two.", "It passed by three votes to two in May."),
        ("Hundreds came.", "In all 640 came."),
    ],
)
def test_a_number_that_stands_with_its_own_is_not(claim: str, quote: str) -> None:
    """However it is put."""
    assert moved_figures(claim, [quote]) == []


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Fewer than 212 came.", "There were 212."),
        ("More than 212 came.", "There were 212."),
        ("At most two failed.", "At least two failed."),
        ("The ninth one worked.", "It worked for nine days."),
    ],
)
def test_more_than_and_which_one(claim: str, quote: str) -> None:
    """`More than 212` does not follow from 212, nor `the ninth` from nine."""
    assert unfounded_figures(claim, [quote]) or shift(claim, [quote])


def test_a_number_of_the_question_bears_nothing_out() -> None:
    """Unless it belongs to a name that the article has."""
    article = "Harrier 19 burst. It left 22 pieces."
    asked = "Did Harrier 19 leave 300 pieces on 3 May?"
    basis = Basis(("It left 22 pieces.",), (), (), asked, article)
    assert word_failures("Harrier 19 left 22 pieces.", basis) == []
    assert [one.check for one in word_failures("Harrier 19 left 300 pieces.", basis)] == ["numbers"]
    assert "dates" in [one.check for one in word_failures("Harrier 19 left pieces in May.", basis)]


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("All of them will fall.", "Most of them will fall."),
        ("Few of them will fall.", "Most of them will fall."),
        ("It spent 200 last year.", "It would spend 200 this year."),
        ("It lasts until the end of next year.", "It lasts until the middle of next year."),
        ("It is the largest employer.", "It is the second-largest employer."),
        ("It was caught at the first attempt.", "It was caught at the second attempt."),
        ("The battery was the victim.", "The battery might have been the victim."),
        ("She had broken the software.", "“I thought I had broken the software,” she said."),
        (
            "The firm said that AI, rather than an employee, caused it.",
            "It said that an employee, rather than AI, did.",
        ),
        ("Plover has written to Corvane.", "Corvane has written to Plover to ask for more."),
        ("They care less about AI and more about people.", "They care more about AI and less about people."),
        ("She sleeps after work, and eats before it.", "She sleeps before work, and eats after it has begun."),
    ],
)
def test_what_shifts_is_found(claim: str, quote: str) -> None:
    """Another quantity or time, surer, or the other way round."""
    assert shift(claim, [quote]) != ""


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Most of them will fall.", "Most of them will fall."),
        ("The battery may have been the victim.", "The battery might have been the victim."),
        ("It is the second-largest employer.", "It is the second-largest employer."),
        ("An employee, rather than AI, caused it.", "It said that an employee, rather than AI, did."),
        ("Plover was written to by Corvane.", "Corvane has written to Plover to ask for more."),
        ("They care less about people, more about AI.", "They care more about AI and less about people."),
        ("Fewer cranes need more room.", "More room is needed by fewer cranes."),
        ("It is less work.", "It is less work, and more pay for less work."),
    ],
)
def test_what_does_not_shift_is_not(claim: str, quote: str) -> None:
    """The same in other words."""
    assert shift(claim, [quote]) == ""


def test_words_of_another_speaker() -> None:
    """A statement that puts a sentence into another's mouth fails; the one who says it may be named."""
    said = "“It rains a lot,” said Ann Lee."
    basis = Basis((said,), ("Ann Lee",), (), "What did Bo Roe say?", f"{said} Bo Roe was there.", ("Ann Lee", "Bo Roe"))
    assert "speaker" in [one.check for one in word_failures("Bo Roe said it rains a lot.", basis)]
    assert word_failures("Ann Lee said it rains a lot.", basis) == []


def test_somebody_who_is_only_described_may_be_whoever_is_named() -> None:
    """`The company said` of a sentence may be told of the company by its name."""
    said = "It rains a lot, the company said."
    basis = Basis(
        (said,), ("the company",), (), "What did Acme say?", f"{said} Acme was there.", ("Acme", "the company")
    )
    assert "speaker" not in [one.check for one in word_failures("Acme said it rains a lot.", basis)]
