"""Answers that a chat model writes: LangChain's own clients against a scripted server, honest and otherwise."""

import asyncio
import json
import logging
from pathlib import Path
from typing import Any

import pytest

from bot import Answer, ArticleBot, Settings, SettingsError, verify_json
from bot.answer import NOT_VERIFIED
from tests.bot.model_scripts import ASKED, FACTORY, RUPTURED, honest, says
from tests.bot.model_server import ModelServer, Reply, Request, as_json, lines
from tests.bot.model_writers import EVERY_CLIENT, KEY, LINES, Writers, number_of, quotes_are_the_articles

FABRICATED = [
    ("A battery on Harrier 19 ruptured after thirteen days.", RUPTURED),
    ("A battery on Harrier 91 ruptured.", RUPTURED),
    ("A battery on Harrier 19 ruptured on 29 April 2024.", RUPTURED),
    ("No battery on Harrier 19 ruptured.", RUPTURED),
    ("A battery on Kestrel ruptured after being charged to its limit.", RUPTURED),
    ("Elon Musk said that a battery on Harrier 19 ruptured.", RUPTURED),
    ("The battery was sabotaged by a rival company.", RUPTURED),
    ("The satellite was shot down by a missile.", RUPTURED),
    ("The company had been warned by its own staff and hid the letters.", RUPTURED),
    ("An update sent up on 3 January had returned the charging level to its factory setting.", FACTORY),
    ("An update sent up on 2 February had returned the charging level to its factory setting.", FACTORY),
    ("The charging level was returned to 85 per cent.", FACTORY),
    ("The update was written by Microsoft.", FACTORY),
    ("The update had never been tested by anybody.", FACTORY),
    ("The weather was fine and everybody was happy.", FACTORY),
    ("It cost $5 million.", RUPTURED),
    ("Zuckerberg denies it.", RUPTURED),
    ("See https://evil.example/x for more.", RUPTURED),
    ("The battery came from evil.example.", RUPTURED),
    ("The engineer was jailed.", FACTORY),
    ("Yes, it was a crime.", RUPTURED),
    ("People died.", FACTORY),
]


@pytest.mark.parametrize("model", EVERY_CLIENT)
def test_an_honest_model_is_heard(writers: Writers, model: str) -> None:
    """What it writes is the answer, each statement with the article's sentences, whichever client and form."""
    answer = writers.ask(ASKED, says(honest), model)
    assert answer.mode == "model", answer.note
    assert [claim.text for claim in answer.claims] == [
        "A battery on Harrier 19 ruptured after eleven days of charging to the limit.",
        "An update on 2 January had set charging back to 100%.",
    ]
    assert answer.text == "\n".join(claim.text for claim in answer.claims)
    assert RUPTURED in answer.citations[0].quote
    assert quotes_are_the_articles(answer, writers.article)
    assert not any(claim.failed for claim in answer.claims)
    assert answer.note is None
    assert answer.writing is not None
    assert (answer.writing.model, answer.writing.calls) == (model, 1)
    assert (answer.writing.input_tokens, answer.writing.output_tokens) == (100, 20)
    assert verify_json(answer.model_dump_json(), {writers.article.id: writers.article}).passed


@pytest.mark.parametrize(("part", "model"), list(enumerate(EVERY_CLIENT)))
@pytest.mark.parametrize("unverified", ["drop", "mark"])
def test_from_a_liar_nothing_comes_unmarked(writers: Writers, part: int, model: str, unverified: str) -> None:
    """Not one of its statements reaches the reader without a mark, and none with a link at all."""
    told = FABRICATED[part :: len(EVERY_CLIENT)]
    script = says(lambda request: [(text, [number_of(request, words)]) for text, words in told])
    answer = writers.ask(ASKED, script, model, unverified=unverified)
    unmarked = [claim.text for claim in answer.claims if not claim.failed]
    if answer.mode == "model":
        assert unverified == "mark"
        assert unmarked == []
        assert answer.text.count(NOT_VERIFIED) == len(answer.claims)
    else:
        assert answer.note is not None
        assert unmarked == [one.quote for one in answer.citations]
    assert answer.writing is not None
    assert len(answer.writing.dropped) + (len(answer.claims) if answer.mode == "model" else 0) == len(told)
    assert "evil.example" not in answer.model_dump_json()
    assert quotes_are_the_articles(answer, writers.article)


def test_a_liar_among_honest_statements(writers: Writers) -> None:
    """What is true stays, what is not goes, and the JSON says which check it failed."""
    lie = ("A battery on Harrier 19 ruptured after thirteen days.", RUPTURED)
    script = says(lambda request: [*honest(request)[:1], (lie[0], [number_of(request, lie[1])])])
    dropped = writers.ask(ASKED, script)
    assert [claim.text for claim in dropped.claims] == [honest_text(writers)]
    assert json.loads(dropped.model_dump_json())["writing"]["dropped"] == [[{"check": "numbers", "detail": "thirteen"}]]
    marked = writers.ask(ASKED, script, unverified="mark")
    assert marked.claims[1].text == lie[0]
    assert json.loads(marked.model_dump_json())["claims"][1]["failed"] == [{"check": "numbers", "detail": "thirteen"}]
    assert marked.text.endswith(f"{lie[0]} {NOT_VERIFIED}")


def honest_text(writers: Writers) -> str:
    """The honest model's first statement."""
    return "A battery on Harrier 19 ruptured after eleven days of charging to the limit."


def test_quotation_marks_stand_around_the_articles_words_only(writers: Writers) -> None:
    """Marks around what the cited sentence does not say are taken away; its own words get its own characters."""

    def quoting(request: Request) -> list[tuple[str, list[int]]]:
        number = number_of(request, RUPTURED)
        return [
            ('The board found that "a battery on harrier 19 ruptured".', [number]),
            ('The "battery" on Harrier 19 "had ruptured".', [number]),
        ]

    answer = writers.ask(ASKED, says(quoting))
    assert [claim.text for claim in answer.claims] == [
        "The board found that “a battery on Harrier 19 ruptured”.",
        "The “battery” on Harrier 19 had ruptured.",
    ]


def test_a_name_brings_its_sentence_along(writers: Writers) -> None:
    """Where a sentence says `she`, the one that has her name becomes a citation too."""
    script = says(
        lambda request: [("Drummond-Kaye said there was no ultimatum.", [number_of(request, "no ultimatum")])]
    )
    answer = writers.ask("What did Drummond-Kaye say of an ultimatum?", script)
    assert answer.mode == "model"
    assert any("no ultimatum" in one.quote for one in answer.citations)


def test_numbers_that_do_not_exist_are_dropped(writers: Writers) -> None:
    """A number without a sentence is no citation; a statement with no other has none, and is left out."""
    script = says(lambda request: [(honest(request)[0][0], [number_of(request, RUPTURED), 900]), ("No.", [901])])
    answer = writers.ask(ASKED, script)
    assert [claim.citations for claim in answer.claims] == [(1,)]
    assert answer.writing is not None
    assert (answer.writing.numbers, answer.writing.unknown_numbers, answer.writing.without_evidence) == (3, 2, 1)


def test_who_names_no_sentence_is_asked_again_once(writers: Writers) -> None:
    """Prose without numbers is asked for once more; then it is used, or quotes are given."""
    once = lambda request: lines(*honest(request)) if len(request.texts) > 2 else "A battery ruptured, I believe."  # noqa: E731
    answer = writers.ask(ASKED, once)
    assert (answer.mode, len(answer.claims)) == ("model", 2)
    writers.server.asked.clear()
    never = writers.ask(ASKED, lambda _: "A battery ruptured, I believe.")
    assert len(writers.server.asked) == 2
    assert (never.mode, "named no sentences" in (never.note or "")) == ("extractive", True)


@pytest.mark.parametrize("before", ["Sentence [1] says it. As JSON:\n```json\n", "<think>[1]?</think>\nHere:\n"])
@pytest.mark.parametrize("model", ["openai:gpt-4o-mini", "anthropic:claude-sonnet-4-6", "ollama:some-model"])
def test_json_behind_other_words_is_not_asked_for_again(writers: Writers, model: str, before: str) -> None:
    """All is there: it is taken as it is, and as it is written."""
    answers = list(writers.bot(lambda request: before + as_json(*honest(request)), model).stream(ASKED))
    assert [len(answer.claims) for answer in answers] == [1, 2, 2]
    assert (answers[-1].claims[0].text, answers[-1].note) == (honest_text(writers), None)
    assert answers[-1].writing is not None
    assert answers[-1].writing.statements == 2
    assert len(writers.server.asked) == 1


@pytest.mark.parametrize(
    ("reply", "why", "calls"),
    [
        (Reply(status=401, error=f"Incorrect API key provided: {KEY}"), "does not accept the key (401)", 1),
        (Reply(status=403), "does not accept the key (403)", 1),
        (Reply(status=404), "no model of that name (404)", 1),
        (Reply(status=429), "takes no more questions now (429)", 3),
        (Reply(status=429, headers={"retry-after": "1"}), "takes no more questions now (429)", 3),
        (Reply(status=500), "has a fault (500)", 3),
        (Reply(status=503), "has a fault (503)", 3),
        (Reply(status=422), "rejects the request (422)", 1),
        (Reply(""), "wrote nothing", 3),
        (Reply("   \n\n "), "wrote nothing", 3),
        (Reply(raw=b"\x00\xff<html>busy</html>"), "", 3),
        (Reply(raw=b""), "", 3),
        (Reply("NONE"), "found no answer", 1),
        (Reply("I cannot help with that."), "named no sentences", 2),
        (Reply("la " * 20_000), "named no sentences", 2),
        (Reply("A battery. [1", cut_after=2), "broke off", 1),
    ],
)
@pytest.mark.parametrize("model", [LINES, "anthropic:some-model", "ollama:some-model"])
def test_a_fault_gives_quotes_and_one_line_of_why(
    writers: Writers, model: str, reply: Reply, why: str, calls: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever goes wrong, the extractive answer is given, with the reason and after few tries; no key is told."""
    with caplog.at_level(logging.DEBUG):
        answer = writers.ask(ASKED, lambda _: reply, model)
    extractive = writers.quotes(ASKED)
    assert (answer.mode, answer.text, answer.citations) == ("extractive", extractive.text, extractive.citations)
    assert answer.note is not None
    assert "\n" not in answer.note
    assert why in answer.note
    assert len(writers.server.asked) <= 3
    if reply.cut_after is None and reply.raw is None:
        again_in_lines = model.startswith("ollama") and reply.status == 422
        assert len(writers.server.asked) == calls + again_in_lines
    assert KEY not in answer.model_dump_json() + caplog.text
    assert verify_json(answer.model_dump_json(), {writers.article.id: writers.article}).passed


@pytest.mark.parametrize("model", ["openai:gpt-4o-mini", "anthropic:some-model"])
def test_a_refusal_gives_quotes(writers: Writers, model: str) -> None:
    """A model that refuses, as its provider says it, is not asked again."""
    answer = writers.ask(ASKED, lambda _: Reply(refusal=True), model)
    assert (answer.mode, len(writers.server.asked)) == ("extractive", 1)
    assert answer.note is not None
    assert "refused" in answer.note


@pytest.mark.parametrize("model", EVERY_CLIENT)
def test_a_stream_that_breaks_keeps_what_was_checked(writers: Writers, model: str) -> None:
    """What was complete before the connection broke is the answer, and it says that it broke off."""
    answer = writers.ask(ASKED, says(honest, size=130, cut_after=1), model)
    assert answer.mode == "model"
    assert answer.claims[0].text == honest_text(writers)
    assert answer.note == "The model's answer broke off before its end."


def test_what_is_cut_at_the_limit_says_so(writers: Writers) -> None:
    """A provider that ends an answer at its limit of tokens is heard, and the answer says so."""
    answer = writers.ask(ASKED, says(honest, length=True))
    assert (answer.mode, answer.note) == ("model", "The model's answer broke off before its end.")


@pytest.mark.parametrize("model", [LINES, "anthropic:some-model", "ollama:some-model"])
def test_a_model_that_is_silent_is_not_waited_for(writers: Writers, model: str) -> None:
    """Past the time-out quotes are given."""
    answer = writers.ask(ASKED, says(honest, pause=30), model, model_timeout=0.4)
    assert answer.mode == "extractive"
    assert answer.note is not None
    assert "seconds" in answer.note


def test_a_model_that_drips_is_stopped(writers: Writers) -> None:
    """One that never pauses long, and never ends, is stopped at the time-out."""
    answer = writers.ask(ASKED, lambda _: Reply("la " * 500, size=3, pause=0.02), model_timeout=0.5)
    assert answer.mode == "extractive"
    assert answer.note is not None
    assert "within 0.5 seconds" in answer.note


@pytest.mark.parametrize("model", [LINES, "anthropic:some-model"])
def test_signs_of_life_are_no_answer(writers: Writers, model: str) -> None:
    """A server that sends what is no message, for ever, is not waited for past the time-out."""
    answer = writers.ask(ASKED, lambda _: Reply("late", comments=1_000), model, model_timeout=0.5)
    assert "within 0.5 seconds" in (answer.note or "")


def test_an_error_in_the_middle_of_a_stream_is_a_fault_of_the_provider(writers: Writers) -> None:
    """Anthropic says that it is overloaded in a stream that began with 200: that is no rejection."""
    event = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    raw = f"event: error\ndata: {json.dumps(event)}\n\n".encode()
    answer = writers.ask(ASKED, lambda _: Reply(raw=raw), "anthropic:some-model")
    assert len(writers.server.asked) == 3
    assert "rejects" not in (answer.note or "")


def test_what_a_provider_rejects_costs_nothing(writers: Writers) -> None:
    """Three calls that nobody answered are no tokens."""
    answer = writers.ask(ASKED, lambda _: Reply(status=429), model_price="1/10")
    assert answer.writing is not None
    assert (answer.writing.calls, answer.writing.input_tokens, answer.writing.cost) == (3, 0, 0)


def test_the_bot_on_one_article_keeps_its_model(writers: Writers) -> None:
    """`on` an article, the same chat model writes."""
    whole = writers.bot(says(honest))
    every = ArticleBot(whole.store, settings=writers.plain.settings, chat=whole._chat)
    assert every.on(writers.article.id)._chat is whole._chat


def test_a_server_that_is_not_there(writers: Writers, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listening is a reason like others."""
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    answer = writers.ask(ASKED, says(honest), model_timeout=61)
    assert answer.note is not None
    assert "cannot be reached" in answer.note


def test_json_that_is_rejected_is_asked_for_in_lines(writers: Writers) -> None:
    """A server that takes no schema is asked for lines instead."""
    script = lambda request: Reply(status=400) if request.as_json else Reply(lines(*honest(request)))  # noqa: E731
    answer = writers.ask(ASKED, script, "openai:gpt-4o-mini")
    assert (answer.mode, len(answer.claims)) == ("model", 2)


def test_what_does_not_fit_is_sent_shorter(writers: Writers) -> None:
    """A prompt that is too long for the window is tried with fewer sentences, and then given up."""

    def narrow(request: Request) -> Reply:
        error = "This model's maximum context length is 900 tokens."
        return Reply(lines(*honest(request)[:1])) if len(request.last) < 4_000 else Reply(status=400, error=error)

    answer = writers.ask(ASKED, narrow, model_reads="article", model_window=32_000)
    assert answer.mode == "model"
    assert len(writers.server.asked) == 2
    never = writers.ask(ASKED, lambda _: Reply(status=400, error="maximum context length exceeded"))
    assert never.note is not None
    assert "ARTICLE_BOT_MODEL_WINDOW" in never.note


def test_the_whole_article_is_shown_where_it_fits(writers: Writers) -> None:
    """`article` shows all sentences where there is room, and the evidence where there is not."""
    script = says(honest)
    writers.ask(ASKED, script, model_reads="article", model_window=32_000)
    writers.ask(ASKED, script, model_reads="article", model_window=2_000)
    writers.ask(ASKED, script)
    whole, narrow, evidence = (len(request.sentences) for request in writers.server.asked)
    assert whole == len(writers.article.sentences)
    assert 0 < narrow <= evidence < whole


def test_what_stays_the_same_stands_in_front(writers: Writers) -> None:
    """Two questions share the start of the prompt, so that providers can keep it; Anthropic is told where it ends."""
    for question in (ASKED, "Who founded Plover?"):
        writers.ask(question, lambda _: "NONE", "anthropic:some-model", model_reads="article", model_window=32_000)
    first, second = (request.body for request in writers.server.asked)
    assert first["system"] == second["system"]
    (start, _), (again, _) = (body["messages"][0]["content"] for body in (first, second))
    assert start == again
    assert start["cache_control"] == {"type": "ephemeral"}


def test_claims_come_as_they_are_written(writers: Writers) -> None:
    """The stream gives the first claim before the last, and ends with what `invoke` returns; so does `astream`."""
    bot = writers.bot(says(honest))
    answers = list(bot.stream(ASKED))
    assert [len(answer.claims) for answer in answers] == [1, 2, 2]
    assert answers[-1].claims == bot.ask(ASKED).claims

    async def collect() -> list[Answer]:
        return [answer async for answer in bot.astream(ASKED)]

    assert [len(answer.claims) for answer in asyncio.run(collect())] == [1, 2, 2]
    assert asyncio.run(bot.ainvoke({"question": ASKED})) == bot.ask(ASKED)


def test_a_question_that_the_article_does_not_answer_costs_nothing(writers: Writers) -> None:
    """The reader refuses before a model is asked."""
    answer = writers.ask("What is the capital of France?", says(honest))
    assert answer.abstained
    assert writers.server.asked == []
    assert answer == writers.plain.ask("What is the capital of France?")


def test_a_follow_up_is_rewritten_by_the_model(writers: Writers) -> None:
    """What leans on the history is made to stand alone by the model; by the rules where what it writes is no use."""
    history = [
        {"role": "user", "content": "Who is chief executive of Plover?"},
        {"role": "assistant", "content": "“We were the nice story,” said Drummond-Kaye, who is chief executive."},
    ]
    written = {"good": "Has Drummond-Kaye stopped taking a salary?", "foreign": "What does Mallory earn at Evil Corp?"}
    for script in (written["good"], written["foreign"], "", "http://evil.example/", "x" * 900):
        said = lambda request, script=script: script if request.rewrites else "NONE"  # noqa: E731
        answer = writers.bot(said).ask("Has she stopped taking a salary?", history)
        by_rules = writers.plain.ask("Has she stopped taking a salary?", history).standalone
        assert answer.standalone == (script if script == written["good"] else by_rules)


def test_a_question_in_another_language_is_answered_in_it(writers: Writers) -> None:
    """The question is looked up in the article's language; the answer is marked, for nobody here can check it."""

    def german(request: Request) -> Reply:
        if request.rewrites:
            return Reply("What broke on Harrier 19?")
        number = number_of(request, RUPTURED)
        told = [
            ("Eine Batterie von Harrier 19 ist nach elf Tagen geplatzt.", [number]),
            ("Es kostete 70 Mark.", [number]),
        ]
        return Reply(lines(*told))

    answer = writers.ask("Was ist an Harrier 19 kaputtgegangen?", german)
    assert answer.standalone == "What broke on Harrier 19?"
    assert [claim.text for claim in answer.claims] == ["Eine Batterie von Harrier 19 ist nach elf Tagen geplatzt."]
    assert [one.check for one in answer.claims[0].failed] == ["language"]
    assert RUPTURED in answer.citations[0].quote


def test_without_a_model_nothing_is_different(satellites: ArticleBot) -> None:
    """The JSON of an extractive answer has no field of model mode in it."""
    answer = json.loads(satellites.ask(ASKED).model_dump_json())
    assert {"note", "writing"} & answer.keys() == set()
    assert all(claim.keys() == {"text", "citations"} for claim in answer["claims"])


def test_a_spending_limit_is_kept(writers: Writers, server: ModelServer) -> None:
    """Over the limit of a question or of the hour the model is not asked."""
    free = writers.ask(ASKED, says(honest), model_price="1/10")
    assert free.writing is not None
    assert free.writing.cost == pytest.approx((100 * 1 + 20 * 10) / 1_000_000)
    server.asked.clear()
    dear = writers.ask(ASKED, says(honest), model_price="1/10", spend_per_question=0.000_001)
    assert "ARTICLE_BOT_SPEND_PER_QUESTION" in (dear.note or "")
    spent = writers.bot(says(honest), model_price="1000/10000", spend_per_hour=12)
    notes: list[str | None] = [None]
    while notes[-1] is None and len(server.asked) < 12 / 0.3:  # an answer costs 0.3
        notes.append(spent.ask(ASKED).note)
    assert notes[1] is None
    assert "spending limit of this hour" in (notes[-1] or "")
    assert len(server.asked) == len(notes) - 2


def test_a_limit_that_nobody_can_know_is_kept(writers: Writers, tmp_path: Path) -> None:
    """With a damaged record of the hour the model is not asked, and quotes are given; without a limit it is."""
    record = tmp_path / "spending.json"
    record.write_text("{", encoding="utf-8")
    limited = writers.bot(says(honest), model_price="1/10", spend_per_hour=12, home=tmp_path).ask(ASKED)
    assert (limited.text, writers.server.asked) == (writers.quotes(ASKED).text, [])
    assert "spending.json in the data folder (it is damaged): delete it" in (limited.note or "")
    assert writers.ask(ASKED, says(honest), model_price="1/10", home=tmp_path).mode == "model"
    record.unlink()
    assert writers.ask(ASKED, says(honest), model_price="1/10", spend_per_hour=12, home=tmp_path).mode == "model"


def test_a_record_that_is_damaged_meanwhile_takes_no_answer_away(writers: Writers, tmp_path: Path) -> None:
    """What was asked is given; the next question is not asked."""
    record = tmp_path / "spending.json"

    def damages(request: Request) -> str:
        record.write_text("{", encoding="utf-8")
        return lines(*honest(request))

    bot = writers.bot(damages, model_price="1/10", spend_per_hour=12, home=tmp_path)
    first = bot.ask(ASKED)
    assert (first.mode, first.note, len(first.claims)) == ("model", None, 2)
    assert "delete it" in (bot.ask(ASKED).note or "")
    assert len(writers.server.asked) == 1


@pytest.mark.parametrize(
    ("model", "why"),
    [
        ("openai:x", "OPENAI_API_KEY"),
        ("anthropic:x", "ANTHROPIC_API_KEY"),
        ("nonsense", "PROVIDER:NAME"),
        ("groq:x", "missing"),
        ("replay:/nowhere.jsonl", "no recorded answers"),
    ],
)
def test_a_model_that_cannot_be_used_is_told_at_once(model: str, why: str, tmp_path: Any) -> None:
    """A missing key or package is one line at the start, and no fallback that hides it."""
    with pytest.raises(SettingsError, match=why) as caught:
        ArticleBot.open(settings=Settings.load(home=tmp_path, model=model))
    assert "\n" not in str(caught.value)


def test_prose_is_verified_from_its_json(writers: Writers) -> None:
    """`verify` repeats the checks by words: a statement altered afterwards fails, unless it says so."""
    answer = json.loads(writers.ask(ASKED, says(honest)).model_dump_json())
    articles = {writers.article.id: writers.article}
    assert verify_json(json.dumps(answer), articles).passed
    lie = answer["claims"][0]["text"].replace("eleven", "twelve")
    answer["claims"][0]["text"] = lie
    answer["text"] = "\n".join(claim["text"] for claim in answer["claims"])
    assert "claim 1: numbers 'twelve'" in str(verify_json(json.dumps(answer), articles))
    answer["claims"][0]["failed"] = [{"check": "numbers", "detail": "twelve"}]
    answer["text"] = answer["text"].replace(lie, f"{lie} {NOT_VERIFIED}")
    assert verify_json(json.dumps(answer), articles).passed
