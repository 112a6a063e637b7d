"""Who says what: by verbs, pronouns, split quotations, interviews; and where it stays unknown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Article
from index.canonical import build, resplit
from index.errors import SourceError
from index.markdown import read_markdown

_START = "# A bridge\n\nThe bridge was closed on Monday."


def told(*paragraphs: str) -> Article:
    """An article of a title, an opening sentence, and some paragraphs."""
    return build(read_markdown("\n\n".join([_START, *paragraphs])), "story")


def speaker_of(article: Article, words: str) -> str | None:
    """The speaker of the sentence with some words."""
    sentence = article.sentence_at(article.text.index(words))
    assert sentence is not None
    return sentence.speaker


MARA = "Mara Lind, an engineer, has watched it all her life."


# Any text


@given(st.data())
def test_speakers_are_names_of_the_article(any_text: st.SearchStrategy[str], data: st.DataObject) -> None:
    """On any text: each speaker's name stands at its span and speaks somewhere; spans and sentences do not change."""
    try:
        article = build(read_markdown(data.draw(any_text)), "any")
    except SourceError:
        return
    names = [speaker.name for speaker in article.speakers]
    assert len(set(names)) == len(names)
    assert set(names) == {sentence.speaker for sentence in article.sentences} - {None}
    for speaker in article.speakers:
        assert article.text[speaker.start : speaker.end].casefold() == speaker.name.casefold()
        assert speaker.role.casefold() in article.text.casefold()
    assert resplit(article) == article


@given(st.lists(st.sampled_from([MARA, "“No,” she said.", "Tor Vik disagreed.", "“Yes.”", "He said so."]), max_size=8))
def test_speakers_change_no_text_and_no_span(paragraphs: list[str]) -> None:
    """Text and sentence spans follow from the source alone."""
    article = told(*paragraphs)
    assert article.text == "\n\n".join(["A bridge", "The bridge was closed on Monday.", *paragraphs])
    assert next(article.quote(sentence) for sentence in article.sentences if sentence.kind == "body") == (
        "The bridge was closed on Monday."
    )


# Quotations


@pytest.mark.parametrize(
    "paragraph",
    [
        "“It will fall,” said Mara Lind.",
        "“It will fall,” Mara Lind said.",
        "Mara Lind said: “It will fall.”",
        "“It will fall,” said Mara Lind, an engineer, who left last year.",
        "“It will fall,” Mara Lind, an engineer at the port, told the paper.",
        "“It will fall,” said the engineer, Mara Lind.",
        "The engineer, Mara Lind, said that it was old. “It will fall.”",
        "Mara Lind disagreed. “It will fall.”",
        "Mara Lind laughed. “It will fall,” she said.",
        "“It is old. It will fall,” said Mara Lind.",
        "“It is old,” said Mara Lind. “It will fall.”",
        "“It is old,” said Dr Mara Lind, 46. “It is rusty. It will fall.”",
        "'It will fall,' said Mara Lind.",
        '"It will fall," said Acme\'s Mara Lind.',
        "“It is old, and,” said Mara Lind, “It will fall.”",
    ],
)
def test_a_quotation_has_its_speaker(paragraph: str) -> None:
    """However the attribution stands: before, behind, between, in the sentence before, with a role or a title."""
    assert speaker_of(told(paragraph), "It will fall") == "Mara Lind"


@pytest.mark.parametrize(
    ("paragraphs", "speaker"),
    [
        ((MARA, "“It will fall,” she said."), "Mara Lind"),
        ((MARA, "She was the first to see it. “It will fall,” Lind said."), "Mara Lind"),
        (("Tor Vik, a farmer, sold his boat.", MARA, "“It will fall,” he said."), "Tor Vik"),
        (("“It is old,” said Mara Lind, who lost her job.", "“It will fall.”"), "Mara Lind"),
        (("“It is old,” said Mara Lind.", "Tor Vik was not sure. “It will fall,” he said."), "Tor Vik"),
        (("“It is old.", "“It will fall,” said Mara Lind."), "Mara Lind"),
        (("A farmer with one boat says he is tired. “It will fall,” he said.",), "a farmer with one boat"),
        (("An official, who asked not to be named, agreed. “It will fall,” she said.",), "an official"),
    ],
)
def test_pronouns_and_silence_go_on_with_who_speaks(paragraphs: tuple[str, ...], speaker: str) -> None:
    """He, she, nothing at all: the last who fits; a described speaker is called as described."""
    assert speaker_of(told(*paragraphs), "It will fall") == speaker


def test_a_quotation_over_paragraphs_is_one_person_s() -> None:
    """The speaker named at the end speaks from its start."""
    article = told("“It is old.", "“It will fall,” said Mara Lind.")
    assert speaker_of(article, "It is old") == "Mara Lind"


def test_a_quotation_in_a_quotation_is_its_outer_speaker_s() -> None:
    """Who quotes somebody speaks."""
    article = told("“Tor said ‘It will fall’ and left,” said Mara Lind.")
    assert speaker_of(article, "It will fall") == "Mara Lind"


# Reported statements


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        ("Mara Lind says that it will fall.", "Mara Lind"),
        ("It will fall, according to Mara Lind.", "Mara Lind"),
        ("It will fall, according to its engineer, Mara Lind.", "Mara Lind"),
        ("It will fall, Mara Lind recalled, and soon.", "Mara Lind"),
        ("Mara Lind told the Courier that it will fall.", "Mara Lind"),
        ("Mara Lind sat down and said it will fall.", "Mara Lind"),
        ("In Mara Lind's view it will fall.", "Mara Lind"),
        ("Mara Lind, who chairs the board, warned that it will fall.", "Mara Lind"),
        ("Acme Group said that it will fall.", "Acme Group"),
        ("The company says it will fall.", "the company"),
        ("Officers note that it will fall.", "officers"),
        ("Two of the nine directors said it will fall.", "two of the nine directors"),
        ("Mara Lind called it “rust that will fall”.", "Mara Lind"),
        ("The report says that it will fall.", None),
        ("It will fall, according to the report.", None),
        ("I said that it will fall.", None),
        ("Mara Lind was told that it will fall.", None),
        ("Mara Lind would not say whether it will fall.", None),
        ("Mara Lind says that it stands; Tor Vik says that it will fall.", None),
        ("The “half-baked” bridge will fall.", None),
        ("They painted it in May, and it will fall.", None),
        ("“It will fall.”", None),
    ],
)
def test_a_statement_has_its_speaker_or_none(sentence: str, speaker: str | None) -> None:
    """Documents, passives, two speakers at once and quotes out of nowhere have none."""
    assert speaker_of(told(sentence), "will fall") == speaker


# Names and roles


@pytest.mark.parametrize(
    ("sentence", "role"),
    [
        ("Mara Lind, an engineer at the port, said no.", "an engineer at the port"),
        ("Mara Lind, 46, an engineer, said no.", "an engineer"),
        ("Mara Lind, who chairs the board, said no.", "who chairs the board"),
        ("Its engineer, Mara Lind, said no.", "engineer"),
        ("The head of the port, Mara Lind, said no.", "the head of the port"),
        ("Then Acme spokesperson Mara Lind said no.", "Acme spokesperson"),
        ("Councillor Mara Lind said no.", "Councillor"),
        ("Ms Mara Lind said no.", ""),
        ("Mara Lind, however, said no.", ""),
    ],
)
def test_a_role_is_told_as_the_article_tells_it(sentence: str, role: str) -> None:
    """In the words of the text, without what is no role."""
    (speaker,) = told(sentence).speakers
    assert (speaker.name, speaker.role) == ("Mara Lind", role)


def test_a_name_is_the_fullest_form_of_the_article() -> None:
    """Last name, title and first name are one person; a first name that is introduced anew is another."""
    article = told("Ms Lind said no.", "“Why?” asked Mara Lind.", "Jack Dorsey said so.", "Jack, an engineer, said no.")
    assert {speaker.name for speaker in article.speakers} == {"Mara Lind", "Jack Dorsey", "Jack"}


def test_of_two_with_one_name_the_last_mentioned_is_meant() -> None:
    """A married couple, a father and a son."""
    article = told("Hannah Bell, a nurse, lives here with her husband Tom.", "Bell said no.", "Tom Bell left.")
    assert speaker_of(article, "said no") == "Hannah Bell"


def test_a_description_with_a_name_elsewhere_is_that_name() -> None:
    """`The surveyor` is the one who was introduced as a surveyor."""
    article = told("Malcolm Teale, a chartered surveyor, came by.", "The surveyor said that it will fall.")
    assert speaker_of(article, "will fall") == "Malcolm Teale"


def test_an_organisation_is_no_she() -> None:
    """A pronoun means a person, however near a company stands."""
    article = told("Mara Lind, an engineer, works for Acme Group.", "Acme Group sold it. “It will fall,” she said.")
    assert speaker_of(article, "It will fall") == "Mara Lind"


# Interviews


INTERVIEW = (
    "Ann Lee talks to Ben Kay about bridges.",
    "**Ben Kay:** Will it fall?",
    "**Ann Lee:** It will. Everybody says “soon”.",
    "**BK:** When?",
    "**AL:** In May.",
    "Not before.",
    "**BK:** Sure?",
    "**AL:** Quite sure.",
    "*The port would not comment.*",
)


def test_an_interview_s_labels_say_who_speaks() -> None:
    """Full names first, initials after; an answer goes on over a paragraph without a label, but not past the last."""
    article = told(*INTERVIEW)
    answers = ("Everybody says", "In May", "Not before", "Quite sure")
    assert {speaker_of(article, words) for words in answers} == {"Ann Lee"}
    assert {speaker_of(article, words) for words in ("Will it fall", "When?", "Sure?")} == {"Ben Kay"}
    assert speaker_of(article, "The port would not comment") is None


def test_questions_and_answers_by_letter() -> None:
    """`A` is the one person whom the introduction names, `Q` nobody we know."""
    article = told("Ann Lee builds bridges.", "Q: Will it fall?", "A: It will.", "Q: When?", "A: In May.")
    assert speaker_of(article, "In May") == "Ann Lee"
    assert speaker_of(article, "When?") is None


def test_a_note_is_no_interview() -> None:
    """Labels that do not come back are none."""
    article = told("Note: It will fall.", "Correction: It fell.", "Update: It is gone.", "Summary: Gone.")
    assert article.speakers == ()
