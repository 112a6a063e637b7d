"""Blocks: everything of the answer, within Slack's limits, nothing of it read as markup."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import Answer, ArticleBot, Claim
from bot.answer import Failure, prose_text
from bot.wording import not_verified
from index import Article, load
from tests.ui.slack.workspace import texts_of, wrong_blocks
from ui.slack.events import said
from ui.slack.message import (
    FEEDBACK,
    MOST_MESSAGE,
    MOST_TEXT,
    WRONG_PASSAGE,
    Message,
    answer_message,
    end_of,
    marked,
    notice,
    with_feedback,
    with_question,
    with_share,
)
from ui.slack.texts import cut, escape, pieces, plain

QUESTION = "What do workers say about AI tools?"


def answer_of(article: Article, mode: str = "extractive", most: int = 5) -> Answer:
    """An answer that quotes the first sentences of an article."""
    citations = tuple(article.cite(s.start, s.end) for s in article.sentences[:most])
    claims = tuple(Claim(text=c.quote, citations=(n,)) for n, c in enumerate(citations, start=1))
    text = "\n".join(claim.text for claim in claims)
    return Answer.model_validate(
        {
            "question": "q",
            "standalone": "q",
            "text": text,
            "abstained": False,
            "confidence": 0.9,
            "mode": mode,
            "claims": [claim.model_dump() for claim in claims],
            "citations": [citation.model_dump() for citation in citations],
        },
        context={"articles": {article.id: article}},
    )


def dressed(answer: Answer, articles: dict[str, Article], question: str = "why?") -> Message:
    """A message with everything that can be added to it."""
    message = with_feedback(answer_message(answer, articles), "x" * 100, len(answer.citations))
    return marked(with_share(with_question(message, "U1", question), question), "m")


def test_an_answer_shows_each_quote_who_says_it_and_where(bot: ArticleBot) -> None:
    """Numbered quotes set as quotes, a line of context under each, the article last."""
    answer = bot.ask(QUESTION)
    message = answer_message(answer, bot.articles, page="https://chat.example/")
    quotes = [block for block in message.blocks if block["type"] == "rich_text"]
    assert [block["elements"][0]["type"] for block in quotes] == ["rich_text_quote"] * len(answer.claims)
    seen = texts_of({"blocks": message.blocks})
    for number, citation in enumerate(answer.citations, start=1):
        assert citation.quote in seen
        assert f"[{number}]" in seen
        assert citation.speaker is None or citation.speaker in seen
        assert citation.section is None or citation.section in seen
    assert "<https://chat.example/|Read the article>" in seen
    assert said({"blocks": message.blocks}) == answer.text
    assert not wrong_blocks(message.blocks)


def test_a_link_opens_the_passage(tmp_path: Path) -> None:
    """Where the article has an address, each quote has its text fragment, and nothing in it ends the link."""
    (tmp_path / "a.md").write_text("# T\n\nThe harbour is a fine place | and <big> too. It cost 5% more (in 2020).\n")
    (tmp_path / "a.json").write_text(json.dumps({"title": "T", "url": "https://news.example/a|b?x=<y>"}))
    article = load(str(tmp_path / "a.md"))
    seen = texts_of({"blocks": answer_message(answer_of(article), {article.id: article}).blocks})
    links = [line for line in seen.splitlines() if line.startswith("<http")]
    assert any("#:~:text=" in link for link in links)
    assert all(link.count("|") == 1 and link.count("<") == 1 and link.count(">") == 1 for link in links)


def test_prose_comes_before_its_quotes(seed_article: Article) -> None:
    """Where a model wrote the claims they are prose, and the quotes follow with their numbers."""
    message = answer_message(answer_of(seed_article, "model"), {seed_article.id: seed_article})
    kinds = [block["elements"][0]["type"] for block in message.blocks if block["type"] == "rich_text"]
    assert kinds == ["rich_text_section"] * 5 + ["rich_text_quote"] * 5
    assert not wrong_blocks(message.blocks)


def test_a_grown_answer_only_adds_parts(bot: ArticleBot) -> None:
    """What was streamed stays as it was."""
    seen: tuple[object, ...] = ()
    for answer in bot.stream(QUESTION):
        parts = answer_message(answer, bot.articles).parts
        assert parts[: len(seen)] == seen
        seen = parts
    assert len(seen) > 1


@pytest.mark.parametrize("mode", ["extractive", "model"])
def test_prose_and_quotes_grow_part_by_part(mode: str, seed_article: Article) -> None:
    """Each claim more is a part more, the others as they were, so that a stream never has to be replaced."""
    articles = {seed_article.id: seed_article}
    grown = [answer_message(answer_of(seed_article, mode, count), articles).parts for count in range(1, 6)]
    assert [len(parts) for parts in grown] == [1, 2, 3, 4, 5]
    assert all(longer[: len(shorter)] == shorter for shorter, longer in pairwise(grown))


def test_a_statement_that_is_not_verified_is_marked(seed_article: Article) -> None:
    """In front, where no cut reaches it, in the blocks and in the text for notifications; its neighbours are not."""
    answer = answer_of(seed_article, "model", 2)
    failed = answer.claims[0].model_copy(update={"failed": (Failure(check="numbers", detail="7"),)})
    answer = answer.model_copy(update={"claims": (failed, answer.claims[1])})
    message = answer_message(answer, {seed_article.id: seed_article})
    first, second = (texts_of({"blocks": list(part)}) for part in message.parts)
    mark = f"({not_verified(['numbers'])}) "
    assert first.startswith(mark)
    assert "not verified" not in second
    assert message.text.startswith(mark)


@given(st.lists(st.tuples(st.integers(1, 1_200), st.booleans()), min_size=1, max_size=8))
def test_a_statement_is_in_a_notification_with_its_mark_or_not_at_all(
    seed_article: Article, told: list[tuple[int, bool]]
) -> None:
    """However long they are: none without its mark, none with half of it, and as many as there is room for."""
    failed = (Failure(check="numbers", detail="7"), Failure(check="support", detail=""))
    claims = tuple(
        Claim(text=f"{n}" + "x. " * (length // 3) + "y", citations=(1,), failed=failed if fails else ())
        for n, (length, fails) in enumerate(told)
    )
    answer = answer_of(seed_article, "model", 1).model_copy(update={"claims": claims, "text": prose_text(claims)})
    text = answer_message(answer, {seed_article.id: seed_article}).text
    mark = f"({not_verified(['numbers', 'support'])}) "
    whole = [f"{mark if claim.failed else ''}{claim.text}" for claim in claims]
    lines = text.removesuffix("\n…").split("\n")
    assert lines == whole[: len(lines)]
    assert text.endswith("\n…") is (len(lines) < len(whole))
    assert len(text) <= MOST_TEXT
    assert lines == whole or len("\n".join(whole[: len(lines) + 1])) > MOST_TEXT - 2


def test_a_statement_too_long_for_a_notification_keeps_its_mark(seed_article: Article) -> None:
    """The first one is cut rather than left out."""
    claim = Claim(text="word " * 900, citations=(1,), failed=(Failure(check="numbers", detail="7"),))
    answer = answer_of(seed_article, "model", 1).model_copy(update={"claims": (claim,), "text": prose_text((claim,))})
    message = answer_message(answer, {seed_article.id: seed_article})
    mark = f"({not_verified(['numbers'])}) "
    assert message.text.startswith(f"{mark}word ")
    assert message.text.endswith("word …")
    assert len(message.text) <= MOST_TEXT
    assert texts_of({"blocks": list(message.parts[0])}).startswith(f"{mark}word ")


def test_a_note_says_why_no_model_wrote_the_answer(bot: ArticleBot) -> None:
    """Under an answer in quotes and under a refusal, as the page says it; only where there is one."""
    note = "The chat model did not answer, so <!here> are quotes."
    for question in (QUESTION, "What is the capital of France?"):
        answer = bot.ask(question)
        blocks = answer_message(answer.model_copy(update={"note": note}), bot.articles).blocks
        (shown,) = [block for block in blocks if note in texts_of({"blocks": [block]})]
        assert [element["type"] for element in shown["elements"]] == ["plain_text"]
        assert not wrong_blocks(blocks)
        assert note not in texts_of({"blocks": answer_message(answer, bot.articles).blocks})


def test_prose_on_very_many_quotes_fits(seed_article: Article) -> None:
    """Eight statements on five quotes each: all numbers are there, in a message that Slack takes."""
    cited = tuple(seed_article.cite(s.start, s.end) for s in seed_article.sentences[:40])
    claims = tuple(
        Claim(text=f"Statement {n}. " * 40, citations=tuple(range(5 * n + 1, 5 * n + 6)), failed=()) for n in range(8)
    )
    answer = answer_of(seed_article, "model").model_copy(
        update={"claims": claims, "citations": cited, "text": prose_text(claims), "note": "Cut short."}
    )
    message = dressed(answer, {seed_article.id: seed_article})
    assert not wrong_blocks(message.blocks)
    seen = texts_of({"blocks": message.blocks[8:]})
    assert len(seen) < MOST_MESSAGE + 6_000
    assert all(f"[{number}]" in seen for number in range(1, 41))


@pytest.mark.parametrize("mode", ["extractive", "model"])
@pytest.mark.parametrize("words", [1, 100, 5_000])
def test_endless_sentences_fit(mode: str, words: int, tmp_path: Path) -> None:
    """Whatever an article holds, the message is one that Slack takes, and says where it was cut."""
    sentences = "\n\n".join(f"Begin {'word ' * words}end." for _ in range(5))
    (tmp_path / "long.md").write_text(f"# Title\n\n{sentences}", encoding="utf-8")
    article = load(str(tmp_path / "long.md"))
    message = dressed(answer_of(article, mode), {article.id: article}, "why? " * 300)
    assert not wrong_blocks(message.blocks)
    assert len(message.text) <= 3_000
    assert len(texts_of({"blocks": message.blocks})) < MOST_MESSAGE + 6_000
    assert ("…" in texts_of({"blocks": message.blocks})) == (words > 1_000)


@given(st.text(max_size=300), st.text(min_size=1, max_size=300))
@settings(max_examples=60)
def test_whatever_is_asked_and_said_is_text(question: str, words: str) -> None:
    """The question and a notice stand in rich text as they are; the text for notifications holds no markup."""
    message = with_question(notice(words), "U1", question or "q")
    assert not wrong_blocks(message.blocks)
    assert words in texts_of({"blocks": message.blocks})
    assert "<" not in message.text and ">" not in message.text


def test_a_refusal_has_thumbs_and_no_passage_to_report(bot: ArticleBot) -> None:
    """It quotes nothing; it offers questions that are answered."""
    answer = bot.ask("What is the capital of France?")
    message = with_feedback(answer_message(answer, bot.articles), "v", 0)
    dumped = json.dumps(message.blocks)
    assert FEEDBACK in dumped
    assert WRONG_PASSAGE not in dumped
    assert all(question in texts_of({"blocks": message.blocks}) for question in answer.suggestions)
    assert not wrong_blocks(message.blocks)


def test_what_a_button_cannot_carry_is_left_out(bot: ArticleBot) -> None:
    """Rather no button than half a question."""
    message = answer_message(bot.ask(QUESTION), bot.articles)
    assert with_share(message, "q" * 2_000) == message
    assert with_feedback(message, "v" * 2_000, 1) == message
    assert WRONG_PASSAGE in json.dumps(with_feedback(message, "v", 3).blocks)
    assert WRONG_PASSAGE not in json.dumps(with_feedback(message, "v", 3, private=True).blocks)


def test_a_marked_message_is_told_whole_from_half(bot: ArticleBot) -> None:
    """Its first and last block carry its mark; everything else is unchanged."""
    message = answer_message(bot.ask(QUESTION), bot.articles)
    named = marked(message, "m").blocks
    assert named[0]["block_id"] == "m"
    assert named[-1]["block_id"] == end_of("m")
    assert [{k: v for k, v in block.items() if k != "block_id"} for block in named] == message.blocks
    assert marked(notice("x"), "m").blocks[0]["block_id"] == end_of("m")


# Texts


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("<@U123> who?", "who?"),
        ("<@U123|bot>   who\n is it?", "who is it?"),
        ("&lt;!channel&gt; &amp;amp; *b*", "<!channel> &amp; *b*"),
        ("see <https://x.example/a|this> and <https://y.example>", "see this and https://y.example"),
        (
            "<#C1|general> <!here> <!subteam^S1|@team> <mailto:a@x.example|a@x.example>",
            "#general @here @team a@x.example",
        ),
        ("<@U1>", ""),
        ("a < b", "a < b"),
    ],
)
def test_what_is_typed_becomes_plain(typed: str, meant: str) -> None:
    """Mentions go, links keep their label, entities are resolved once."""
    assert plain(typed) == meant


@given(st.text(max_size=500))
def test_escaping_can_be_undone(text: str) -> None:
    """Slack shows the text that was escaped."""
    assert plain(escape(text)) == " ".join(text.split())


@given(st.text(max_size=400), st.integers(10, 100))
def test_pieces_lose_nothing_and_cuts_fit(text: str, most: int) -> None:
    """Pieces are the text; a cut is no longer than it may be."""
    assert "".join(pieces(text, most)) == text
    assert all(0 < len(piece) <= most for piece in pieces(text, most))
    assert len(cut(text, most)) <= most


def test_a_cut_comes_after_a_sentence() -> None:
    """Where one ends in the second half of what fits."""
    assert cut("One two three. Four five six seven.", 25) == "One two three. …"
    assert pieces("One two three. Four five.", 20) == ["One two three.", " Four five."]
