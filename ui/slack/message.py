"""An answer as a Slack message: quotes with who says them and where, a context line, buttons. Pure functions.

Whatever comes from an article or a reader stands in rich text or plain text, which Slack reads no markup in.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

from bot import Answer, Citation, Claim, Passage
from bot.wording import confidence_words, not_verified, refusal, source_of
from index import Article
from ui.fragments import citation_link
from ui.slack.texts import cut, escape, pieces

Block = dict[str, Any]

FEEDBACK = "article_bot_feedback"
WRONG_PASSAGE = "article_bot_wrong_passage"
SUGGESTION = "article_bot_suggestion"
SHARE = "article_bot_share"

MOST_TEXT = 3_000
"""Characters of one text of a block, and of a message's `text`."""
MOST_MESSAGE = 10_000
"""Characters of the article in one message; Slack refuses one somewhere above 13,000 in all."""
MOST_VALUE = 2_000
"""Characters that a button carries."""
_MOST_QUOTES = 5
_MOST_PROSE = 12  # claims and quotes
_MOST_SHOWN = 16
"""Quotes under prose, each with its place: with its statements and what is added they stay below Slack's 50 blocks."""
_MOST_ELEMENTS = 10
_LEAST_QUOTE = 100
_MOST_LABEL = 75
_MOST_CONTEXT = 300


@dataclass(frozen=True, slots=True)
class Message:
    """A message: `parts` come one by one where it is streamed, `footer` last. `text` is for notifications."""

    text: str
    parts: tuple[tuple[Block, ...], ...] = ()
    footer: tuple[Block, ...] = ()

    @property
    def blocks(self) -> list[Block]:
        """All blocks, in order."""
        return [block for part in (*self.parts, self.footer) for block in part]


def answer_message(answer: Answer, articles: Mapping[str, Article], page: str = "") -> Message:
    """An answer, or a refusal with what the article does answer.

    `page` is the address that a reader is sent to where the article has none of its own.
    """
    source = _Sources(articles, page)
    return _refusal(answer, source) if answer.abstained else _quotes(answer, source)


def notice(text: str) -> Message:
    """Words of our own."""
    return Message(escape(text), footer=(_rich(_section(_text(text))),))


def offer(text: str, questions: Sequence[str]) -> Message:
    """Words of our own, and questions to click on."""
    return Message(escape(text), footer=(_rich(_section(_text(text))), *_suggestions(questions)))


def with_share(message: Message, question: str) -> Message:
    """A message that only the asker sees, with the button that shares it."""
    value = json.dumps({"question": question}, ensure_ascii=False)
    if len(value) > MOST_VALUE:
        return message
    share = {"type": "button", "action_id": SHARE, "text": _plain("Share in channel"), "value": value}
    return replace(message, footer=(*message.footer, {"type": "actions", "elements": [share]}))


def with_question(message: Message, user: str, question: str) -> Message:
    """A message with who asked it, and what, above it."""
    asked = _section({"type": "user", "user_id": user}, _text(" asked: "), _text(cut(question, MOST_TEXT), "italic"))
    if not message.parts:
        return replace(message, footer=(_rich(asked), *message.footer))
    first, *rest = message.parts
    return replace(message, parts=((_rich(asked), *first), *rest))


def with_feedback(message: Message, value: str, citations: int, *, private: bool = False) -> Message:
    """A message with thumbs and a way to report a wrong passage; as it was where the value is too long to carry.

    A message that only one person sees is not sent back with a click, so that a menu there could not tell its answer.
    """
    if len(value) >= MOST_VALUE:  # a button puts its verdict before it
        return message
    report = () if not citations or (private and citations > 1) else _report(value, citations)
    return replace(message, footer=(*message.footer, _thumbs(value), *report))


def marked(message: Message, marker: str) -> Message:
    """A message to be recognised in its thread: its first block has the id `marker`, its last `end_of(marker)`."""
    blocks = message.blocks
    names = {0: marker, len(blocks) - 1: end_of(marker)} if len(blocks) > 1 else {0: end_of(marker)}
    named = iter([{**block, "block_id": names[at]} if at in names else block for at, block in enumerate(blocks)])
    parts = tuple(tuple(next(named) for _ in part) for part in message.parts)
    return replace(message, parts=parts, footer=tuple(named))


def end_of(marker: str) -> str:
    """The id of the last block of a marked message: one that lacks it was cut off."""
    return f"{marker}-end"


def _quotes(answer: Answer, source: "_Sources") -> Message:
    """Claims in parts, the same while the answer grows; the quotes of prose come last, since their number grows too."""
    most = MOST_MESSAGE // (_MOST_PROSE if answer.mode == "model" else _MOST_QUOTES)
    quoted = _quotes_of_prose(answer, source, most) if answer.mode == "model" else []
    return Message(
        text=escape(_in_short([_told(claim) for claim in answer.claims])),
        parts=tuple(_claim(answer, _told(claim), claim.citations, source, most) for claim in answer.claims),
        footer=(
            *quoted,
            *_note(answer),
            source.article(answer.citations[0], confidence_words(answer.confidence)),
        ),
    )


def _quotes_of_prose(answer: Answer, source: "_Sources", most: int) -> list[Block]:
    """The quotes that prose rests on, shorter where there are many; of very many the last without their words."""
    shown, left = answer.citations[:_MOST_SHOWN], answer.citations[_MOST_SHOWN:]
    room = MOST_MESSAGE - sum(len(claim.text) for claim in answer.claims)
    fits = max(_LEAST_QUOTE, min(most, room // max(1, len(shown))))
    quoted: list[Block] = []
    for number, cited in enumerate(shown, start=1):
        quoted += [_quote(cut(cited.quote, fits), (number,)), source.context(cited)]
    places = [f"[{number}] {source.words(cited)}" for number, cited in enumerate(left, start=_MOST_SHOWN + 1)]
    for at in range(0, len(places), _MOST_ELEMENTS):
        listed = [_plain(cut(place, _MOST_CONTEXT)) for place in places[at : at + _MOST_ELEMENTS]]
        quoted.append({"type": "context", "elements": listed})
    return quoted


def _note(answer: Answer) -> list[Block]:
    """Why no model wrote the answer, where one is set."""
    return [_context(answer.note)] if answer.note else []


def _in_short(told: Sequence[str]) -> str:
    """The claims that fit the text for notifications, each whole with its mark; of a first that does not, the start."""
    whole = "\n".join(told)
    if len(whole) <= MOST_TEXT:
        return whole
    fitting = [text for text in accumulate(told, "{}\n{}".format) if len(text) <= MOST_TEXT - 2]
    return f"{fitting[-1]}\n…" if fitting else cut(told[0], MOST_TEXT)


def _told(claim: Claim) -> str:
    """What a claim says, its mark in front, where no cut reaches it."""
    mark = not_verified(one.check for one in claim.failed)
    return f"({mark}) {claim.text}" if claim.failed else claim.text


def _claim(answer: Answer, text: str, numbers: Sequence[int], source: "_Sources", most: int) -> tuple[Block, ...]:
    """A claim. Where it is the article's own words it is set as a quote, with its sources under it."""
    if answer.mode == "model":
        return (_rich(_section(*_texts(cut(text, most)), *_marks(numbers))),)
    labels = [f"[{number}] " if len(numbers) > 1 else "" for number in numbers]
    cited = [answer.citations[number - 1] for number in numbers]
    sources = [source.context(citation, label) for citation, label in zip(cited, labels, strict=True)]
    return (_quote(cut(text, most), numbers), *sources)


def _quote(text: str, numbers: Sequence[int]) -> Block:
    return _rich({"type": "rich_text_quote", "elements": [*_texts(text), *_marks(numbers)]})


@dataclass(frozen=True, slots=True)
class _Sources:
    """Where quotes stand, in words and as links."""

    articles: Mapping[str, Article]
    page: str

    def context(self, citation: Citation, label: str = "") -> Block:
        """Who says it, and where it stands."""
        article = self.articles[citation.article]
        link = self._link(citation_link(article, citation.start, citation.end), "Show in the article")
        return _context(f"{label}{self.words(citation)}", link)

    def words(self, citation: Citation) -> str:
        """The same in words alone."""
        article = self.articles[citation.article]
        several = f"{article.title} · " if len(self.articles) > 1 else ""
        return several + source_of(article, citation.speaker, citation.start)

    def article(self, first: Citation, confidence: str) -> Block:
        """The article, and how sure the answer is."""
        article = self.articles[first.article]
        day = article.published
        published = f"{day.day} {day:%B %Y}" if day else ""
        named = " · ".join(filter(None, (article.title, article.publisher, published)))
        address = citation_link(article, first.start, first.start) or self.page
        return _context(f"From: {named}", self._link(address, "Read the article"), confidence)

    def nearest(self, passage: Passage) -> Block:
        """Where a refusal points."""
        address = citation_link(self.articles[passage.article], passage.start, passage.end)
        return _context(f"The closest passage: {passage.place}", self._link(address, "Show in the article"))

    @staticmethod
    def _link(address: str, label: str) -> str:
        """A link as mrkdwn; the address may hold nothing that ends it."""
        safe = address and not set(address) & set("<>| \n")
        return f"<{address}|{label}>" if safe else ""


def _refusal(answer: Answer, source: "_Sources") -> Message:
    opening = refusal(len(source.articles), "", "")
    blocks = [_rich(_section(_text(opening)))]
    if answer.nearest:
        blocks.append(source.nearest(answer.nearest))
    if answer.suggestions:
        blocks += [_rich(_section(_text("It does answer:"))), *_suggestions(answer.suggestions)]
    return Message(escape(opening), footer=(*blocks, *_note(answer)))


def _suggestions(questions: Sequence[str]) -> list[Block]:
    fitting = [question for question in questions if len(question) <= MOST_VALUE][:5]
    buttons = [
        {
            "type": "button",
            "action_id": f"{SUGGESTION}_{number}",
            "text": _plain(cut(question, _MOST_LABEL)),
            "value": question,
        }
        for number, question in enumerate(fitting)
    ]
    return [{"type": "actions", "elements": buttons}] if buttons else []


def _thumbs(value: str) -> Block:
    def button(text: str, verdict: str, label: str) -> dict[str, Any]:
        return {"text": _plain(text), "value": f"{verdict}{value}", "accessibility_label": label}

    thumbs = {
        "type": "feedback_buttons",
        "action_id": FEEDBACK,
        "positive_button": button("Good answer", "+", "The answer is right"),
        "negative_button": button("Bad answer", "-", "The answer is wrong"),
    }
    return {"type": "context_actions", "elements": [thumbs]}


def _report(value: str, citations: int) -> tuple[Block, ...]:
    """A button where one passage is quoted, else a menu of them."""
    if citations == 1:
        element: dict[str, Any] = {"type": "button", "text": _plain("Wrong passage"), "value": f"1{value}"}
    else:
        numbers = [str(number) for number in range(1, citations + 1)]
        options = [{"text": _plain(f"[{number}] is the wrong passage"), "value": number} for number in numbers]
        element = {"type": "static_select", "placeholder": _plain("Wrong passage?"), "options": options}
    return ({"type": "actions", "elements": [{"action_id": WRONG_PASSAGE, **element}]},)


def _rich(*elements: Block) -> Block:
    return {"type": "rich_text", "elements": list(elements)}


def _section(*elements: Block) -> Block:
    return {"type": "rich_text_section", "elements": list(elements)}


def _text(text: str, *styles: str) -> Block:
    return {"type": "text", "text": text} | ({"style": dict.fromkeys(styles, True)} if styles else {})


def _texts(text: str) -> list[Block]:
    return [_text(piece) for piece in pieces(text, MOST_TEXT)]


def _marks(numbers: Sequence[int]) -> list[Block]:
    return [_text(f" [{number}]", "bold") for number in numbers]


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


def _context(text: str, link: str = "", after: str = "") -> Block:
    elements = [_plain(cut(text, _MOST_CONTEXT))]
    elements += [{"type": "mrkdwn", "text": link, "verbatim": True}] if link else []
    elements += [_plain(after)] if after else []
    return {"type": "context", "elements": elements}
