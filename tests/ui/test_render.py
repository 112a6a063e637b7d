"""What an answer and its article look like: text stays text, and the marks are the quotes."""

import hashlib
import io
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.console import Console

from bot import Answer, ArticleBot, Claim
from index import Article
from index.article import Paragraph, Section
from ui.page.answer import answer_html
from ui.page.article import Mark, marks_of, pane_html
from ui.render import escape_markdown, unescape_markdown
from ui.terminal import show

MARKUP = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</mark></p></article><h1>out</h1>",
    "{{value}} ${alert(1)} `${alert(1)}`",
    "![a](http://elsewhere.example/x.png) [b](javascript:alert(1))",
    "*a* _b_ **c** ~~d~~ `e` ***",
    "# not a heading",
    "> not a quote",
    "- not a list",
    "1. not a list",
    "---",
    "===",
    ":-:",
    "a|b",
    "&lt;b&gt; &amp; & &#60;",
    "    not code",
    "\\*a\\* \\",
    "[[1]](#cite-0-1)",
    "https://elsewhere.example www.elsewhere.example me@elsewhere.example",
    "$$x^2$$ $x$",
]


class Page(HTMLParser):
    """Collects the text of a page, the text of each citation's marks, and the tags."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.marks: dict[str, str] = {}
        self.ids: list[str] = []
        self.tags: set[str] = set()
        self._open: list[str] = []
        self._inside = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a tag."""
        values = dict(attrs)
        self.tags.add(tag)
        self._inside = self._inside or tag == "article"
        if tag == "mark":
            self._open.append(values["data-cite"] or "")
        self.ids += [value for name, value in attrs if name == "id" and value]

    def handle_endtag(self, tag: str) -> None:
        """Close a tag."""
        self._inside = self._inside and tag != "article"
        if tag == "mark":
            self._open.pop()

    def handle_data(self, data: str) -> None:
        """Take the text."""
        if self._inside:
            self.text += data
        for name in self._open:
            self.marks[name] = self.marks.get(name, "") + data


def made(*paragraphs: str, heading: str = "") -> Article:
    """An article of some paragraphs below one heading."""
    pieces = [heading, *paragraphs] if heading else list(paragraphs)
    text = "\n\n".join(pieces)
    starts = [sum(len(piece) + 2 for piece in pieces[:at]) for at in range(len(pieces))]
    places = list(zip(starts, pieces, strict=True))[1 if heading else 0 :]
    return Article(
        id="made",
        title=heading or "Made",
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        sections=(Section(index=0, title=heading, level=2, start=0, end=len(text)),),
        paragraphs=tuple(
            Paragraph(index=at, section=0, kind="body", start=start, end=start + len(piece))
            for at, (start, piece) in enumerate(places)
        ),
        sentences=(),
    )


def shown(markdown: str) -> Page:
    """Markdown as a reader sees it."""
    renderer = MarkdownIt("commonmark", {"html": True, "linkify": False}).enable(["table", "strikethrough"])
    return Page(f"<article>{renderer.render(markdown)}</article>")


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1).filter(lambda text: text.strip())


@st.composite
def cited(draw: st.DrawFn) -> tuple[Article, list[tuple[int, int]]]:
    """An article with any spans in it."""
    article = made(*draw(st.lists(words, min_size=1, max_size=4)), heading=draw(st.sampled_from(["", "A <heading>"])))
    edge = st.integers(0, len(article.text))
    spans = draw(st.lists(st.tuples(edge, edge), max_size=5))
    return article, [(min(span), max(span)) for span in spans if article.text[min(span) : max(span)].strip()]


@given(cited())
def test_the_marks_of_a_citation_are_its_quote(case: tuple[Article, list[tuple[int, int]]]) -> None:
    """For any spans, nested, overlapping or across paragraphs; and the article's text is unchanged."""
    article, spans = case
    marks = [Mark(at % 2, at, start, end) for at, (start, end) in enumerate(spans, start=1)]
    page = Page(pane_html(article, marks, 1))
    assert page.text == article.text
    assert page.marks == {mark.name: article.text[mark.start : mark.end] for mark in marks}
    assert sorted(page.ids) == sorted(page.marks)


@given(st.text(st.characters(codec="utf-8")))
def test_escaping_can_be_undone(text: str) -> None:
    """What a reader wrote comes back as it was."""
    assert unescape_markdown(escape_markdown(text)) == text


@given(st.lists(st.sampled_from([*MARKUP, " ", "a", "-", "#", "1", ".", "*", "_"]), max_size=6).map("".join))
def test_escaped_text_is_shown_as_it_is(text: str) -> None:
    """No tag but the paragraph's, and the words unchanged."""
    page = shown(escape_markdown(text))
    assert page.tags <= {"article", "p"}
    assert page.text.split() == text.split()


def test_prose_is_left_readable() -> None:
    """A copied message is not full of entities."""
    prose = "“It's half-baked,” she said (twice): 10% of $50bn – no; really? Yes, 1.5 times. 'Why'?"
    assert escape_markdown(prose).replace("&#36;", "$") == prose


@pytest.mark.parametrize("text", MARKUP)
def test_markup_in_an_article_is_text(text: str) -> None:
    """In the answer as in the pane."""
    article = made(f"{text} {text}", heading=text)
    start = article.paragraphs[0].start
    citation = article.cite(start, len(article.text))
    answer = Answer(
        question=text,
        standalone=text,
        text=citation.quote,
        abstained=False,
        confidence=1,
        claims=(Claim(text=citation.quote, citations=(1,)),),
        citations=(citation,),
    )
    message = shown(answer_html(answer, {article.id: article}, 0))
    assert message.tags <= {"article", "div", "figure", "blockquote", "p", "a", "figcaption", "span", "button"}
    assert " ".join(citation.quote.split()) in " ".join(message.text.split())
    pane = Page(pane_html(article, [Mark(0, 1, citation.start, citation.end)]))
    assert pane.tags <= {"div", "article", "section", "h3", "p", "mark", "a", "button"}
    assert pane.marks == {"cite-0-1": citation.quote}


def test_an_answer_is_numbered_quotes_with_their_places(bot: ArticleBot) -> None:
    """Each quote stands alone, its link carries turn and number, its section is named."""
    answer = bot.ask("How many employees were laid off?")
    html = answer_html(answer, bot.articles, 3)
    assert not answer.abstained
    assert html.count("<blockquote>") == html.count("<figcaption>") == len(answer.claims)
    for number in range(1, len(answer.citations) + 1):
        assert f'href="#cite-3-{number}"' in html
    assert "paragraph " in html


def test_a_quote_has_its_speaker_with_the_role(bot: ArticleBot) -> None:
    """On the page and on the terminal; a place alone where nobody is known to speak."""
    (article,) = bot.articles.values()
    terminal = io.StringIO()
    console = Console(file=terminal, width=200)
    for words, source in (
        ("We don’t mandate teams use", "Montana MacLachlan, an Amazon spokesperson · paragraph "),
        ("Dina was laid off", "<span>paragraph "),
    ):
        sentence = article.sentence_at(article.text.index(words))
        assert sentence is not None
        answer = quoting(article, sentence.start, sentence.end)
        assert source in answer_html(answer, bot.articles, 0)
        console.print(show(answer, bot.articles))
        assert source.removeprefix("<span>") in terminal.getvalue()


def quoting(article: Article, start: int, end: int) -> Answer:
    """An answer that is one quote."""
    citation = article.cite(start, end)
    claims = (Claim(text=citation.quote, citations=(1,)),)
    return Answer(
        question="q",
        standalone="q",
        text=citation.quote,
        abstained=False,
        confidence=0.9,
        claims=claims,
        citations=(citation,),
    )


def test_prose_has_its_quotes_under_it(article: Article) -> None:
    """A model's sentence is the bot's own: what it rests on stands below, set apart."""
    first, second = article.sentences[5:7]
    citations = (article.cite(first.start, first.end), article.cite(second.start, second.end))
    answer = Answer(
        question="q",
        standalone="q",
        text="In short.",
        abstained=False,
        confidence=0.5,
        mode="model",
        claims=(Claim(text="In short.", citations=(1, 2)),),
        citations=citations,
    )
    html = answer_html(answer, {article.id: article}, 0)
    claim, quotes = html.split("</p>", 1)
    assert "In short." in claim
    assert claim.count('class="cite"') == 2
    assert quotes.count("<blockquote>") == 2


def test_a_refusal_has_its_passage_and_questions_and_no_link(bot: ArticleBot) -> None:
    """It looks like nothing but a refusal, and what it offers can be asked at once."""
    answer = bot.ask("Who is the queen of Mars?")
    html = answer_html(answer, bot.articles, 0)
    assert html.startswith('<div class="refusal"><p><strong>The article does not seem to answer this.</strong>')
    assert answer.nearest is not None
    assert answer.nearest.text in html
    assert answer.nearest.place in html
    assert html.count('class="ask"') == len(answer.suggestions) == 2
    assert all(question in html for question in answer.suggestions)
    assert "href" not in html
    assert "confidence" not in html


def test_confidence_is_words(article: Article) -> None:
    """Never a number."""
    sentence = article.sentences[5]
    for confidence, level in ((0.97, 3), (0.8, 2), (0.51, 1)):
        answer = quoting(article, sentence.start, sentence.end).model_copy(update={"confidence": confidence})
        html = answer_html(answer, {article.id: article}, 0)
        assert f"sure-{level}" in html
        assert str(confidence) not in html


def test_the_active_citation_is_brought_out(article: Article) -> None:
    """Its mark has the class, the pane its id; what other answers cite is set back."""
    marks = [Mark(0, 1, 200, 220), Mark(2, 1, 0, 10), Mark(2, 2, 90, 120)]
    html = pane_html(article, marks, 2, "cite-2-2")
    assert 'data-active="cite-2-2"' in html
    assert html.count('class="on"') == 1
    assert html.count('class="old"') == 1
    assert 'data-active=""' in pane_html(article, marks, 2, "cite-9-1")


def test_each_quote_leads_back_to_its_claim(article: Article) -> None:
    """One link a citation, though two answers quote the same words; the strip shows where they stand."""
    marks = [Mark(0, 1, 200, 220), Mark(1, 1, 200, 220)]
    html = pane_html(article, marks)
    assert html.count('class="ref"') == 2
    assert "Quoted in answer 2, number 1" in html
    assert html.count('tabindex="-1" style="--from:') == 2
    assert "1 passage quoted so far" in html


def test_another_articles_citation_is_not_marked(article: Article) -> None:
    """The numbers of the others stay."""
    other = made("Something else.")
    cited = (other.cite(0, 5), article.cite(0, 10))
    claims = tuple(Claim(text=one.quote, citations=(number,)) for number, one in enumerate(cited, start=1))
    text = "\n".join(claim.text for claim in claims)
    answer = quoting(article, 0, 10).model_copy(update={"text": text, "claims": claims, "citations": cited})
    assert [mark.name for mark in marks_of(article, [None, answer])] == ["cite-1-2"]


def test_the_shipped_article_is_whole(article: Article) -> None:
    """Title, deck, byline, headings and paragraphs, each in its element."""
    page = Page(pane_html(article))
    assert page.text == article.text
    assert {"article", "section", "h2", "h3", "p"} <= page.tags


@pytest.mark.parametrize("text", ["&#99999999999;", "&#55296;", "&#1114112;"])
def test_numbers_of_no_character_stay_as_they_are(text: str) -> None:
    """A browser may send what was never escaped here."""
    assert unescape_markdown(text) == text
