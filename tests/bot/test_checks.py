"""The checks by words: what follows from a sentence, and what does not."""

import pytest

from bot.checks import Basis, is_foreign, word_failures
from bot.claim_names import unfounded_names
from bot.figure_forms import as_told
from bot.figures import figures, unfounded_dates, unfounded_figures
from bot.plain import links, plain, with_true_quotations
from bot.polarity import contradiction
from bot.shifts import shift


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("It has 20 rooms.", "It has twenty rooms."),
        ("It cost £93m.", "It cost 93 million pounds."),
        ("About 10% stayed.", "One in ten stayed."),
        ("It left at 2:17 a.m.", "It left at 2.17am."),
        ("It left at 14:00.", "It left at 2pm."),
        ("Over 200 came.", "There were 212 of them."),
        ("Nearly 30,000 were laid off.", "In all 29,400 were laid off."),
        ("Half of them left.", "Exactly 50 per cent left."),
        ("Two hundred and twelve pieces.", "The number is 212."),
        ("Two founders.", "Both founders were there."),
        ("It is the third attempt.", "The 3rd attempt failed."),
        ("Twelve of them came.", "A dozen came."),
    ],
)
def test_a_number_may_be_written_another_way(claim: str, evidence: str) -> None:
    """The value counts."""
    assert unfounded_figures(claim, [evidence]) == []


@pytest.mark.parametrize(
    ("claim", "evidence", "wrong"),
    [
        ("It has 21 rooms.", "It has twenty rooms.", "21"),
        ("It fell by 92%.", "There are 92 of them.", "92%"),
        ("It cost $93m.", "It cost £93m.", "$93m"),
        ("It cost 93 billion.", "It cost 93 million.", "93 billion"),
        ("It left at 2.17pm.", "It left at 2.17am.", "2.17pm."),
        ("More than 300 came.", "There were 212.", "300"),
        ("About 300 came.", "There were 212.", "300"),
        ("It measures between one and 9 metres.", "It measures one to ten metres.", "9"),
    ],
)
def test_another_number_is_found(claim: str, evidence: str, wrong: str) -> None:
    """Another value, another measure, another currency."""
    assert unfounded_figures(claim, [evidence]) == [wrong]


def test_words_that_are_no_numbers() -> None:
    """`One` and `second` are words more often than numbers."""
    assert figures("One of them waited a second, at first.") == []


@pytest.mark.parametrize(
    ("claim", "evidence", "wrong"),
    [
        ("It opened on 3 January.", "It opened on 3 Jan.", []),
        ("It opened in March.", "It opened on 2026-03-04.", []),
        ("It opened in June.", "It opened in July.", ["june"]),
        ("It may open on Monday.", "It opens on Tuesday.", ["monday"]),
    ],
)
def test_dates(claim: str, evidence: str, wrong: list[str]) -> None:
    """Months and weekdays, short and in figures; `may` is no month."""
    assert unfounded_dates(claim, [evidence]) == wrong


@pytest.mark.parametrize(
    ("claim", "evidence", "wrong"),
    [
        ("Otieno said so.", "Rhys Calloway-Otieno said so.", []),
        ("The OSB found it.", "The Orbital Safety Board found it.", []),
        ("A German firm.", "A firm in Germany.", []),
        ("Plover's founders.", "Plover was founded.", []),
        ("Zuckerberg denies it.", "The firm denies it.", ["Zuckerberg"]),
        ("The firm in Paris denies it.", "The firm denies it.", ["Paris"]),
        ("Workers left.", "The staff left.", []),
    ],
)
def test_names(claim: str, evidence: str, wrong: list[str]) -> None:
    """Whole, in part, as initials and as a people; a common word at the start is none."""
    assert unfounded_names(claim, [evidence], evidence) == wrong


@pytest.mark.parametrize(
    ("claim", "evidence", "found"),
    [
        ("Nobody was hurt.", "No one was hurt.", False),
        ("Somebody was hurt.", "Nobody was hurt.", True),
        ("She did not dispute it.", "She did not dispute the figure.", False),
        ("She disputed the figure.", "She did not dispute the figure.", True),
        ("He released the audit.", "He declined to release the audit.", True),
        ("He did not release the audit.", "He declined to release the audit.", False),
        ("Sales rose.", "Sales fell.", True),
        ("He accepted the offer.", "He rejected the offer.", True),
    ],
)
def test_the_opposite(claim: str, evidence: str, found: bool) -> None:
    """A negation too many or too few, and the opposite word."""
    assert bool(contradiction(claim, [evidence])) is found


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("- **Yes**, it [sails](http://x.example).", "It sails."),
        ("![x](http://x.example/y.png) It sails.", "It sails."),
        ("It <b onclick='x'>sails</b>.", "It sails ."),
        ("It\u200b sa\u202eils.", "It sails."),
        ("# It sails", "It sails"),
        ("It &lt;img src=x&gt; sails &amp;lt;b&amp;gt;.", "It sails ."),
        ("It did n\u0336o\u0336t\u0338 sail, \u20ddn\u20e0o.", "It did not sail, no."),
        ("Yes it sails.", "It sails."),
        ("Of course. That’s right, it sails.", "It sails."),
        ("No-one sails.", "No-one sails."),
        ("No one sails.", "No one sails."),
        ("Right-wing parties won.", "Right-wing parties won."),
        ("No. 10 sails.", "No. 10 sails."),
    ],
)
def test_markup_is_taken_out(written: str, shown: str) -> None:
    """What is left is text on one line."""
    assert plain(written) == shown


@pytest.mark.parametrize(
    "claim", ["Yes.", "No.", "That is right.", "You’re right.", "This is the case.", "So it is.", "Sure."]
)
def test_a_mere_yes_is_borne_out_by_nothing(claim: str) -> None:
    """What it says is only in the question."""
    basis = Basis(("The quay was shut.",), (), (), "Was it a crime?", "The quay was shut.")
    assert "support" in [one.check for one in word_failures(claim, basis)]
    assert word_failures("It was shut.", basis) == []


def test_a_question_is_no_statement() -> None:
    """It may doubt what the sentences say; a question that is quoted is none."""
    basis = Basis(("“Nobody asked: was it shut?” he said.",), (), (), "Was it shut?", "The quay was shut.")
    assert [(one.check, one.detail) for one in word_failures("Nobody asked: was it shut?", basis)] == [
        ("support", "shut")
    ]
    assert word_failures("Nobody asked “was it shut?”", basis) == []


@pytest.mark.parametrize(
    ("claim", "foreign"),
    [
        ("Holt stole coins.", False),
        ("Holt fabricated everything.", False),
        ("Engineers smoked cannabis onboard.", False),
        ("Niemand wurde verletzt.", True),
        ("Nadie resultó herido.", True),
        ("Il n’a pas été blessé.", True),
        ("Nessuno è rimasto ferito.", True),
        ("Niemand raakte gewond.", True),
        ("Никто не пострадал.", True),
    ],
)
def test_english_is_not_foreign_for_words_that_the_article_lacks(claim: str, foreign: bool) -> None:
    """Else a lie in other words than the article's were kept for its language."""
    assert is_foreign(claim, Basis((), (), (), "", "The quay was shut in May.")) is foreign


def test_links_are_found() -> None:
    """Addresses always; a host's name where the evidence has it not."""
    assert links("See www.x.example or //y.example", []) != []
    for disguised in ("See evil。example now.", "See ｅｖｉｌ．ｅｘａｍｐｌｅ now.", "See evil․example now."):
        assert links(disguised, ["See evil now."]) != []
    assert links("Amazon.com grew.", ["Shares of Amazon.com rose."]) == []
    assert links("It left at 2 p.m. in the U.S. market.", []) == []


def test_quotation_marks() -> None:
    """Around what is said they stay, in the article's characters; around the rest they go."""
    said = ["“It’s a cloud,” she said."]
    assert (
        with_true_quotations('She said "it\'s a cloud" and "nothing".', said) == "She said “It’s a cloud” and nothing."
    )
    assert with_true_quotations('An odd " mark.', said) == "An odd  mark."


def test_initials_of_short_words_are_no_name() -> None:
    """They would be anything."""
    assert unfounded_names("They say ST fell.", ["It came slowly to them."]) == ["ST"]


@pytest.mark.parametrize(
    ("claim", "quote", "told"),
    [
        (
            "It turned red after 14 minutes.",
            "At fourteen minutes it turned red.",
            "It turned red after fourteen minutes.",
        ),
        ("38% fewer came.", "It was down by 38 per cent.", "38 per cent fewer came."),
        ("It took 14 days.", "It took 14 days, or fourteen.", "It took 14 days."),
        ("It took 15 days.", "It took fourteen days.", "It took 15 days."),
        ("It was £93m.", "93 million pounds were spent.", "It was 93 million pounds."),
        ("Nothing to count.", "It took fourteen days.", "Nothing to count."),
    ],
)
def test_numbers_are_compared_in_the_form_of_the_evidence(claim: str, quote: str, told: str) -> None:
    """Only those that are the same."""
    assert as_told(claim, [quote]) == told


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Some 820 people cross.", "About 820 people cross."),
        ("Fifty-eight envelopes were set aside.", "They set aside 58 envelopes."),
        ("Seventeen-year-old girls came.", "Girls of 17 came."),
        ("AI breaks it.", "It breaks what artificial intelligence writes."),
        ("Comparing Eastmoor with others, she found it.", "She compared Eastmoor with others and found it."),
        ("About half left.", "They say that 'about half' of them left."),
        ("It is heard in Saltry on 19 May.", "It is to be heard on 19 May by the tribunal in Saltry."),
    ],
)
def test_other_ways_of_saying_the_same_pass(claim: str, evidence: str) -> None:
    """No name, no number, no supposition is new in these."""
    assert unfounded_names(claim, [evidence], evidence) == []
    assert unfounded_figures(claim, [evidence]) == []
    assert shift(claim, [evidence]) == ""
