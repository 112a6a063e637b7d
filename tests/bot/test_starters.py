"""Questions to begin with and to go on with: they read as a person's, and the bot answers every one of them."""

from pathlib import Path

import pytest

from bot import Answer, ArticleBot, Settings
from bot.starters.checked import LEAST, Starters, checked_starters
from bot.starters.forms import Forms
from index import Article, load

STORY = """# The harbour at Sandwick

*A ferry town argues over its crane.*

By Ann Lee, 3 May 2024.

The harbour, which has 14 cranes, is owned by a family named Penn. Sandwick Ferries employs 320 people. The steam crane
cost £4 million and was paid for by the county.

Work on the quay began in 2019. Fares rose by 12 per cent last year. The old crane, called the Widow, was sold in May
2020. The company has raised £9m. It was founded in 1911. In 2022 the council closed the customs house.

“The steam crane is too loud,” said Ada Penn, the harbour master. “The cranes were better.” She wants the steam crane
gone.

Tom Birch, a docker, said that the steam crane had broken twice. Forty people load the ferry every Monday. Birch denies
everything. The mayor denied it. She said “the old crane cost £2 million”. Their office has nine rooms.
"""
FACTS = {
    "How many cranes does the harbour have?",
    "Who is the harbour owned by?",
    "How many people does Sandwick Ferries employ?",
    "How much did the steam crane cost?",
    "When did work on the quay begin?",
    "By how much did fares rise?",
    "When was the old crane sold?",
    "What is the old crane called?",
    "How much has the company raised?",
    "How many people load the ferry every Monday?",
    "What does Birch deny?",
}


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a short article."""
    path = tmp_path_factory.mktemp("story") / "sandwick.md"
    path.write_text(STORY, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data folder of its own."""
    return Settings.load(home=tmp_path_factory.mktemp("starters"))


@pytest.fixture(scope="module")
def ready(settings: Settings) -> ArticleBot:
    """The bot on the shipped article, with its questions."""
    bot = ArticleBot.open(settings=settings)
    bot.prepare()
    return bot


def test_statements_are_turned_round(story: Path) -> None:
    """Each form gives the question that a person would ask, and gives none of pronouns and quotations."""
    made = {one.question for one in Forms(load(story)).candidates() if one.kind == "fact"}
    assert made == FACTS


def test_people_are_asked_about(story: Path) -> None:
    """Who they are, where the article says it, and what they say of what it keeps coming back to."""
    made = {one.question for one in Forms(load(story)).candidates()} - FACTS
    said = {f"What does {who} say about the steam crane?" for who in ("Ada Penn", "Tom Birch")}
    assert made == {"Who is Ada Penn?", "Who is Tom Birch?", "What is the article about?"} | said


def test_only_answered_questions_are_kept(story: Path) -> None:
    """A bot that refuses everything has none; each candidate is asked once, and progress is told."""
    asked: list[str] = []
    told: list[tuple[int, int]] = []

    def refuse(question: str) -> None:
        asked.append(question)

    made = checked_starters(load(story), refuse, "nobody", lambda done, total: told.append((done, total)))
    assert made.questions == ()
    assert len(asked) == len(set(asked)) > len(FACTS)
    assert told[-1] == (len(asked), len(asked))


def test_every_kept_question_is_answered(ready: ArticleBot) -> None:
    """With good confidence and by the sentence that it was made of; no two by the same."""
    ((name, article),) = ready.articles.items()
    kept = Starters.model_validate_json(ready.store.snapshot().attached(name, "starters") or "")
    assert len(kept.questions) >= 10
    assert len({one.start for one in kept.questions}) == len(kept.questions)
    assert len({one.question for one in kept.questions}) == len(kept.questions)
    for one in kept.questions:
        answer = ready.ask(one.question)
        assert answer.confidence >= LEAST, one.question
        assert (one.start, one.end) in {(cited.start, cited.end) for cited in answer.citations}, one.question
        assert article.sentence_at(one.start) is not None


def test_the_first_questions_are_of_several_kinds(ready: ArticleBot) -> None:
    """As many as wanted; different openings."""
    first = ready.starters(4)
    assert len(first) == len(set(first)) == 4
    assert len({question.split()[0] + question.split()[1] for question in first}) >= 3
    assert ready.starters(1) == first[:1]


def test_follow_ups_are_new_near_and_answered(ready: ArticleBot) -> None:
    """None that was asked or whose answer is quoted already; after a refusal too."""
    ((_, article),) = ready.articles.items()
    asked = list(ready.starters(3))
    for question in [*asked, "What is the capital of Mongolia?"]:
        answer = ready.ask(question)
        offered = ready.follow_ups(answer, asked)
        assert len(offered) == len(set(offered)) == 3
        assert not set(offered) & {question, *asked}
        for one in offered:
            found = ready.ask(one)
            assert not found.abstained, one
    quoted = ready.ask("Who is Lisa?").citations[0]
    (near,) = ready.follow_ups(ready.ask("Who is Lisa?"), most=1)
    away = abs(article.paragraph_at(ready.ask(near).citations[0].start).index - quoted.paragraph)
    assert away <= len(article.paragraphs) / 4


def test_refusals_offer_kept_questions(ready: ArticleBot) -> None:
    """Two of them, without asking them first; they are answered."""
    answer = ready.ask("What is the capital of Mongolia?")
    assert len(answer.suggestions) == 2
    everything = set(ready.starters(100))
    assert set(answer.suggestions) <= everything
    assert not any(ready.ask(question).abstained for question in answer.suggestions)


def test_they_are_kept_with_the_index(ready: ArticleBot, settings: Settings) -> None:
    """Another process reads what is there and asks nothing; another threshold or reader finds none."""
    again = ArticleBot.open(settings=settings)
    state = again.store.snapshot().state
    again.prepare()
    assert again.store.snapshot().state == state
    assert again.starters() == ready.starters()
    for changed in ({"threshold": 0.9}, {"reader_model": "similarity"}):
        other = ArticleBot(again.store, list(again.articles), settings=settings.model_copy(update=changed))
        assert set(other.starters()) < {
            *("What is the article about?", "Who wrote the article?", "When was it published?"),
            "Where was it published?",
            "other",
        }
        assert other.follow_ups(ready.ask("Who is Dina?")) == ()


def test_they_go_with_their_article(story: Path, settings: Settings) -> None:
    """Changed or removed, an article leaves none of its old questions."""
    bot = ArticleBot.open(str(story), settings=settings)
    bot.prepare()
    (name,) = bot.articles
    assert "How much did the steam crane cost?" in bot.starters(30)
    story.write_text(STORY.replace("£4 million", "£5 million"), encoding="utf-8")
    changed = ArticleBot.open(str(story), settings=settings)
    assert list(changed.articles) == [name]
    assert changed.store.snapshot().attached(name, "starters") is None
    changed.prepare()
    assert "How much did the steam crane cost?" in changed.starters(30)
    changed.store.remove(name)
    assert name not in changed.store.snapshot().records


def test_several_articles_have_no_questions_in_common(ready: ArticleBot, story: Path, settings: Settings) -> None:
    """Questions such as these say "the article"."""
    other = ArticleBot.open(str(story), settings=settings)
    both = ArticleBot(ready.store, [*ready.articles, *other.articles], settings=settings)
    assert both.starters() == ()
    for name in both.articles:  # each has its own
        assert list(both.on(name).articles) == [name]
        assert both.on(name).on(name).starters()
    answer: Answer = both.ask("Who is Lisa?")
    assert both.follow_ups(answer)


def test_questions_of_the_shipped_article_name_nothing_by_halves(seed_article: Article) -> None:
    """No question has an article of grammar too many, and each ends as one."""
    for one in Forms(seed_article).candidates():
        assert one.question.endswith("?")
        assert "  " not in one.question
        assert not any(f" the {word} " in one.question for word in ("the", "a", "and", "of"))
