"""An answer as HTML for a chat message. What comes from an article or a reader stays text.

The message passes through Gradio's Markdown and its sanitiser: no line is empty, no `aria-` or `data-` survives.
"""

from collections.abc import Iterable, Mapping

from bot import Answer, Citation, Claim
from bot.wording import REFUSAL, REFUSAL_MANY, confidence_words, marked, place_of, source_of
from index import Article
from ui.page import strings
from ui.page.messages import cite_id
from ui.render import attribute, one_line

_SURE = ((0.9, 3), (0.75, 2), (0.0, 1))


def answer_html(answer: Answer, articles: Mapping[str, Article], turn: int, follow_ups: Iterable[str] = ()) -> str:
    """The answer with its numbered quotes and their places, or the refusal with what it offers."""
    inside = _refusal(answer) if answer.abstained else _claims(answer, articles, turn)
    return inside + _questions(strings.FOLLOW_UPS, follow_ups, "next")


def failure_html(reason: str) -> str:
    """Why there is no answer, as a message."""
    why = f"<p>{one_line(reason)}</p>" if reason else ""
    return f'<div class="failure"><p><strong>{strings.FAILED}</strong></p>{why}</div>'


def welcome_html(starters: Iterable[str]) -> str:
    """What stands where no conversation is yet."""
    opening = f'<div class="welcome"><h2>{strings.WELCOME}</h2><p>{strings.WELCOME_MORE}</p></div>'
    return opening + _questions(strings.STARTERS, starters, "starters")


def _claims(answer: Answer, articles: Mapping[str, Article], turn: int) -> str:
    show = _quote if answer.mode == "extractive" else _prose
    claims = "".join(show(claim, answer.citations, articles, turn) for claim in answer.claims)
    note = f'<p class="note">{one_line(answer.note)}</p>' if answer.note else ""
    return f'<div class="answer">{claims}{note}{_confidence(answer.confidence)}</div>'


def _quote(claim: Claim, citations: tuple[Citation, ...], articles: Mapping[str, Article], turn: int) -> str:
    """A claim that is the quote itself."""
    return _figure(claim.text, claim.citations, citations, articles, turn)


def _prose(claim: Claim, citations: tuple[Citation, ...], articles: Mapping[str, Article], turn: int) -> str:
    """A claim in the bot's words, and under it each quote that it rests on."""
    links = "".join(_link(number, citations[number - 1], articles, turn) for number in claim.citations)
    quotes = (_figure(citations[number - 1].quote, (number,), citations, articles, turn) for number in claim.citations)
    said = one_line(marked(claim.text, (one.check for one in claim.failed)))
    return f'<p class="claim">{said} {links}</p>{"".join(quotes)}'


def _figure(
    text: str, numbers: tuple[int, ...], citations: tuple[Citation, ...], articles: Mapping[str, Article], turn: int
) -> str:
    cited = [citations[number - 1] for number in numbers]
    links = "".join(_link(number, citations[number - 1], articles, turn) for number in numbers)
    places = "; ".join(dict.fromkeys(source_of(articles[one.article], one.speaker, one.start) for one in cited))
    return (
        f"<figure><blockquote><p>{one_line(text)} {links}</p></blockquote>"
        f"<figcaption><span>{one_line(places)}</span>{''.join(map(_copy, cited))}</figcaption></figure>"
    )


def _link(number: int, citation: Citation, articles: Mapping[str, Article], turn: int) -> str:
    place = place_of(articles[citation.article], citation.start)
    title = attribute(strings.SHOW_SOURCE.format(place=place))
    return f'<a class="cite" href="#{cite_id(turn, number)}" title="{title}">{number}</a>'


def _copy(citation: Citation) -> str:
    place = attribute(f"{citation.start}:{citation.end}:{citation.article}")
    label = strings.COPY_CITATION
    return f'<button type="button" class="copy-citation" value="{place}" title="{label}">{label}</button>'


def _confidence(confidence: float) -> str:
    level = next(level for least, level in _SURE if confidence >= least)
    return f'<p class="confidence sure-{level}">{one_line(confidence_words(confidence))}</p>'


def _refusal(answer: Answer) -> str:
    opening = REFUSAL_MANY if answer.text.startswith(REFUSAL_MANY) else REFUSAL
    said = f"<p><strong>{one_line(opening)}</strong></p>"
    if answer.nearest:
        place = one_line(strings.NEAREST.format(place=answer.nearest.place))
        said += f"<p>{place}</p><blockquote><p>{one_line(answer.nearest.text)}</p></blockquote>"
    return f'<div class="refusal">{said}{_questions(strings.ANSWERED, answer.suggestions, "answered")}</div>'


def _questions(title: str, questions: Iterable[str], kind: str) -> str:
    """Questions as buttons that ask them."""
    buttons = "".join(f'<li><button type="button" class="ask">{one_line(one)}</button></li>' for one in questions)
    return f'<div class="questions {kind}"><p>{title}</p><ul>{buttons}</ul></div>' if buttons else ""
