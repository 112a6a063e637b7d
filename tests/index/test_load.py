"""`load`: a path or address to an `Article`, whatever kind of file it is; one clear line when it cannot be one."""

import gzip
import json
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import date
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate

from index.article import Article
from index.errors import SourceError
from index.load import decode, load, slug

SEED = Path(__file__).parents[2] / "seeds" / "amazon-ai-everything.md"
TEXT = "The bridge opens\n\nThe council met on Monday. It spoke for an hour.\n"
SENTENCES = ["The council met on Monday.", "It spoke for an hour."]


def body(article: Article) -> list[str]:
    return [article.quote(sentence) for sentence in article.sentences if sentence.kind == "body"]


def refusal(where: str | Path, **options: object) -> str:
    """What `load` says against `where`: one line that begins with it and holds a cause and a way out."""
    with pytest.raises(SourceError) as caught:
        load(where, **options)
    message = str(caught.value)
    assert message.startswith(f"{where}: ") and "\n" not in message and ": " in message.removeprefix(f"{where}: ")
    return message


# The article that ships with the project


@pytest.fixture(scope="module")
def seed() -> Article:
    return load(SEED)


def test_the_seed_reads_as_a_reader_sees_it(seed: Article) -> None:
    """Labels of links stay without their marks, escapes are resolved, however many there are."""
    assert "](" not in seed.text and "\\" not in seed.text
    assert "spend some $200bn this year on AI" in seed.text and "a $50bn investment in OpenAI" in seed.text


def test_the_seed_is_mended_over_its_page_break(seed: Article) -> None:
    """The sentence that the page break cut is one, in one paragraph."""
    quote = "“We have to write out detailed procedures so that the AI can understand it and give better output,”"
    whole = f"{quote} said Sarah."
    assert whole in body(seed)
    assert [seed.quote(paragraph).count(whole) for paragraph in seed.paragraphs].count(1) == 1


def test_the_seed_has_its_sections_and_metadata(seed: Article) -> None:
    """Three headings, and title, deck, byline, publisher and day."""
    assert [section.title for section in seed.sections if section.title] == [
        "‘Half-baked’ tools and ‘more work for everyone’",
        "An AI-fueled shift to surveillance",
        "The unspoken math",
    ]
    assert seed.title == "Amazon is determined to use AI for everything – even when it slows down work"
    assert seed.deck.startswith("Corporate employees said Amazon's race")
    assert (seed.byline, seed.publisher, seed.published) == ("Varsha Bansal", "The Guardian", date(2026, 3, 11))
    assert seed.id == "amazon-ai-everything"
    assert [paragraph.kind for paragraph in seed.paragraphs[:4]] == ["title", "deck", "byline", "body"]


def as_html(article: Article) -> bytes:
    titles = {section.title for section in article.sections}
    parts = [
        f"<h2>{escape(block)}</h2>" if block in titles else f"<p>{escape(block)}</p>"
        for block in article.text.split("\n\n")[1:]
    ]
    menu = "<nav><ul><li><a href='/'>Home</a></li><li><a href='/news'>News</a></li></ul></nav>"
    head = f"<title>{escape(article.title)} | The Guardian</title>"
    made = f"<article><h1>{escape(article.title)}</h1>{''.join(parts)}</article><footer>© 2026 Paper</footer>"
    return f'<!doctype html><html><head><meta charset="utf-8">{head}</head><body>{menu}{made}</body></html>'.encode()


def as_wrapped_text(article: Article) -> bytes:
    from textwrap import fill

    blocks = article.text.split("\n\n")
    return "\r\n\r\n".join(fill(block, 72, break_on_hyphens=False).replace("\n", "\r\n") for block in blocks).encode()


def as_long_lines(article: Article) -> bytes:
    return article.text.replace("\n\n", "\n").encode("utf-16")


def as_pdf(article: Article) -> bytes:
    titles = {section.title for section in article.sections}
    styles = getSampleStyleSheet()
    out = BytesIO()

    def edges(canvas: object, document: object) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawString(72, 800, "The Guardian, March 2026")
        canvas.drawCentredString(300, 30, str(document.page))

    flow = [
        Paragraph(escape(block), styles["Title" if at == 0 else "Heading2" if block in titles else "BodyText"])
        for at, block in enumerate(article.text.split("\n\n"))
    ]
    SimpleDocTemplate(out, title=article.title, invariant=1).build(flow, onFirstPage=edges, onLaterPages=edges)
    return out.getvalue()


@pytest.mark.parametrize(
    ("make", "name"),
    [(as_html, "a.html"), (as_wrapped_text, "a.txt"), (as_long_lines, "a.txt"), (as_pdf, "a.pdf")],
)
def test_every_format_gives_the_same_sentences(
    seed: Article, tmp_path: Path, make: Callable[[Article], bytes], name: str
) -> None:
    """The same article as a page, as text or as a PDF has the same sentences, sections and title."""
    path = tmp_path / name
    path.write_bytes(make(seed))
    article = load(path)
    assert body(article) == body(seed)
    assert [section.title for section in article.sections] == [section.title for section in seed.sections]
    assert (article.title, article.published, article.byline) == (seed.title, seed.published, seed.byline)


# Kinds of files


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.md", "# The bridge opens\n\n**The** [council](#) met on Monday. It spoke for an hour."),
        ("a.markdown", "The bridge opens\n===\n\nThe council met on Monday. It spoke for an hour."),
        ("A.TXT", TEXT),
        ("a.text", TEXT),
        ("no suffix", TEXT),
        ("notes.2024", TEXT),
        ("a.html", "<h1>The bridge opens</h1><p>The council met on Monday. It spoke for an hour."),
        ("a.htm", "<h1>The bridge opens</h1><p>The council met on Monday. It spoke for an hour."),
        ("a.txt", " \n<!DOCTYPE html><h1>The bridge opens</h1><p>The council met on Monday. It spoke for an hour."),
        ("page", "\ufeff<html><h1>The bridge opens</h1><p>The council met on Monday. It spoke for an hour."),
        (
            "a.md",
            "<?xml version='1.0'?><html><h1>The bridge opens</h1><p>The council met on Monday. It spoke for an hour.",
        ),
    ],
)
def test_the_kind_is_told_by_content_then_by_suffix(tmp_path: Path, name: str, content: str) -> None:
    """A page is a page whatever it is called; otherwise the suffix decides, and without one it is plain text."""
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    article = load(path)
    assert (article.title, body(article)) == ("The bridge opens", SENTENCES)


def test_a_pdf_is_one_whatever_it_is_called(tmp_path: Path, seed: Article) -> None:
    """The first bytes of a PDF go before its suffix; a file that only claims to be one is refused."""
    (tmp_path / "a.txt").write_bytes(as_pdf(seed))
    assert body(load(tmp_path / "a.txt")) == body(seed)
    (tmp_path / "b.pdf").write_text(TEXT)
    assert "called a PDF but is none" in refusal(tmp_path / "b.pdf")


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_text_is_decoded_and_its_line_ends_made_one(codec: str, newline: str) -> None:
    """UTF-8, UTF-16 and UTF-32 with their marks, and Windows text, whatever the line ends."""
    text = "“Zoë’s café” – 5 €\n\n" + "It was open all day, and all night. " * 5
    assert decode(text.replace("\n", newline).encode(codec)) == text


def test_a_server_names_the_encoding() -> None:
    """An encoding named from outside goes before guessing, not before a byte order mark; an unknown one is no harm."""
    assert decode("žluťoučký kůň".encode("iso-8859-2"), "iso-8859-2") == "žluťoučký kůň"
    assert decode("é".encode("utf-16"), "iso-8859-2") == "é"
    assert decode("é".encode(), "no-such-encoding") == "é"


def test_other_alphabets_are_guessed() -> None:
    """Text of many high bytes is no Western European text: its encoding is found by its letters."""
    text = "Мост открыли в понедельник, и весь город пришёл посмотреть на него. Паром больше не ходит через реку."
    assert decode(text.encode("koi8-r")) == text


@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04\x14\x00\x00\x00", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", bytes(range(1, 256)) * 4, b"text\x00text"],
)
@pytest.mark.parametrize("name", ["a.docx", "a.txt", "a.md", "a", "a.html"])
def test_binary_files_are_refused(tmp_path: Path, data: bytes, name: str) -> None:
    """Archives, pictures and noise are called what they look like, not read as letters."""
    if name == "a.html" and b"\x00" not in data:
        return  # a page with odd bytes is still a page
    (tmp_path / name).write_bytes(data)
    assert "binary" in refusal(tmp_path / name)


def test_one_enormous_paragraph(tmp_path: Path) -> None:
    """An article without a single line end is an article."""
    path = tmp_path / "a.txt"
    path.write_text("The council met on Monday. " * 20_000)
    assert len(load(path).sentences) == 20_000


# What stands beside a file


def test_a_sidecar_goes_before_the_reader_field_by_field(tmp_path: Path) -> None:
    """What the JSON beside a file says counts; what it does not say, the reader finds."""
    path = tmp_path / "a.md"
    path.write_text("---\ntitle: Front title\nauthor: Front Writer\n---\n\nThe council met on Monday.\n")
    (tmp_path / "a.json").write_text('{"title": "Said beside", "published": "2025-06-14", "url": "https://x.example/"}')
    article = load(path)
    assert (article.title, article.byline) == ("Said beside", "Front Writer")
    assert (article.published, article.url) == (date(2025, 6, 14), "https://x.example/")


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        ("{", "no JSON ("),
        ("", "no JSON ("),
        ("[" * 100_000, "no JSON ("),
        ("[]", "no JSON object"),
        ('"title"', "no JSON object"),
        ('{"title": ["a"]}', "title in a.json"),
        ('{"published": "soon"}', "published in a.json"),
    ],
)
def test_a_broken_sidecar_is_named(tmp_path: Path, content: str, cause: str) -> None:
    """A sidecar that cannot be used is an error with its name, not silently left aside."""
    (tmp_path / "a.md").write_text(TEXT)
    (tmp_path / "a.json").write_text(content)
    assert cause in refusal(tmp_path / "a.md") and "a.json" in refusal(tmp_path / "a.md")


def test_a_sidecar_is_no_article(tmp_path: Path) -> None:
    """Whoever gives the JSON instead of the article is told."""
    (tmp_path / "a.json").write_text(json.dumps({"title": "x"}))
    assert "give the article itself" in refusal(tmp_path / "a.json")


# Files that cannot be read


def test_no_such_file(tmp_path: Path) -> None:
    """A missing file, also below something that is no folder, is named."""
    assert "no such file" in refusal(tmp_path / "a.md")
    (tmp_path / "b").write_text("x")
    assert "cannot be read" in refusal(tmp_path / "b" / "c.md")


def test_a_folder(tmp_path: Path) -> None:
    """A folder is no article."""
    assert "folder" in refusal(tmp_path)


@pytest.mark.parametrize("content", [b"", b" \n\t\r\n", b"\xef\xbb\xbf", b"<!-- nothing -->"])
@pytest.mark.parametrize("name", ["a.md", "a.txt", "a.html"])
def test_an_empty_file(tmp_path: Path, content: bytes, name: str) -> None:
    """A file without a visible character is no article."""
    if name == "a.txt" and b"<" in content:
        return  # in plain text a comment is text
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=r"it is empty|there is no text in it"):
        load(tmp_path / name)


def test_too_large(tmp_path: Path) -> None:
    """The size is looked at before anything is read."""
    path = tmp_path / "a.txt"
    path.write_text(TEXT)
    assert load(path, most_bytes=len(TEXT)).title == "The bridge opens"
    assert "larger than 5e-05 MB" in refusal(path, most_bytes=50)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_no_permission(tmp_path: Path) -> None:
    """A file that the user may not read is named, with what to look at."""
    path = tmp_path / "a.txt"
    path.write_text(TEXT)
    path.chmod(0)
    assert "permissions" in refusal(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_pipes_and_devices(tmp_path: Path) -> None:
    """What is no regular file is not opened: reading it might never end."""
    os.mkfifo(tmp_path / "pipe.txt")
    assert "regular file" in refusal(tmp_path / "pipe.txt")
    assert "regular file" in refusal("/dev/null")


@pytest.mark.parametrize("path", ["a\x00b", "x" * 5000, "a\nb.md"])
def test_impossible_paths(path: str) -> None:
    """A path that no file can have is a `SourceError` of one line."""
    with pytest.raises(SourceError) as caught:
        load(path)
    assert "\n" not in str(caught.value)


# Ids


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("Élan vital (2nd ed.).pdf", "elan-vital-2nd-ed"),
        ("amazon-2.0", "amazon-2-0"),
        ("don’t_stop.HTML", "dont-stop"),
        ("x" * 100 + ".md", "x" * 60),
        ("a" * 59 + " b.md", "a" * 59),
    ],
)
def test_slugs(name: str, made: str) -> None:
    """An id is the name in lower case, without accents, with hyphens, and not too long."""
    assert slug(name) == made


@given(st.text())
def test_an_id_is_never_empty(name: str) -> None:
    """Whatever a file is called, its id is made of a-z, 0-9 and single hyphens."""
    made = slug(name)
    assert 0 < len(made) <= 60 and made.isascii() and made == made.lower() and made.strip("-") == made
    assert made.replace("-", "").isalnum() and "--" not in made


def test_names_without_latin_letters_differ() -> None:
    """Two names that leave nothing for an id do not get the same one."""
    assert slug("橋.md") != slug("船.md")


def test_an_id_can_be_given(tmp_path: Path) -> None:
    """A given id goes before the name."""
    (tmp_path / "a.txt").write_text(TEXT)
    assert load(tmp_path / "a.txt", article_id="mine").id == "mine"


# Addresses, all on this machine


PAGE = (
    b"<!doctype html><title>T</title><h1>The bridge opens</h1><p>The council met on Monday. It spoke for an hour.</p>"
)
CANONICAL = PAGE.replace(b"<h1>", b'<link rel="canonical" href="https://courier.example/bridge"><h1>')
REPLIES: dict[str, tuple[int, dict[str, str], bytes]] = {
    "/page": (200, {"Content-Type": "text/html; charset=utf-8"}, PAGE),
    "/canonical": (200, {"Content-Type": "text/html"}, CANONICAL),
    "/a.md": (
        200,
        {"Content-Type": "text/plain"},
        b"# The bridge opens\n\nThe council **met** on Monday. It spoke for an hour.",
    ),
    "/plain": (200, {"Content-Type": "text/plain"}, TEXT.encode()),
    "/markdown": (
        200,
        {"Content-Type": "text/markdown"},
        b"# The bridge opens\n\nThe council met on Monday. It spoke for an hour.",
    ),
    "/untyped.txt": (200, {}, TEXT.encode()),
    "/bytes.md": (200, {"Content-Type": "application/octet-stream"}, TEXT.encode()),
    "/packed": (200, {"Content-Type": "text/plain", "Content-Encoding": "gzip"}, gzip.compress(TEXT.encode())),
    "/moved": (302, {"Location": "/page"}, b""),
    "/round": (302, {"Location": "/round"}, b""),
    "/elsewhere": (302, {"Location": "ftp://127.0.0.1/x"}, b""),
    "/gone": (404, {"Content-Type": "text/html"}, PAGE),
    "/broken": (500, {"Content-Type": "text/html"}, PAGE),
    "/image": (200, {"Content-Type": "image/png"}, b"\x89PNG"),
    "/json": (200, {"Content-Type": "application/json"}, b"{}"),
    "/empty": (200, {"Content-Type": "text/html"}, b""),
    "/lying.pdf": (200, {"Content-Type": "application/pdf"}, b"not a pdf"),
    "/bad-gzip": (200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, b"not gzip at all"),
    "/bomb": (200, {"Content-Type": "text/plain", "Content-Encoding": "gzip"}, gzip.compress(b"word " * 400_000)),
    "/latin": (200, {"Content-Type": "text/html; charset=iso-8859-2"}, "<p>Žluťoučký kůň pije.".encode("iso-8859-2")),
}


class Server(BaseHTTPRequestHandler):
    """Gives `REPLIES` by path."""

    def do_GET(self) -> None:
        """Answer with the reply of the path."""
        status, headers, content = REPLIES[self.path.partition("?")[0]]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    "path",
    ["/page", "/canonical", "/a.md", "/plain", "/markdown", "/untyped.txt", "/bytes.md", "/packed", "/moved"],
)
def test_an_address_is_read_by_its_content_type(site: str, path: str) -> None:
    """Pages, plain text, Markdown and untyped files are read like files of that kind."""
    article = load(site + path)
    assert (article.title, body(article)) == ("The bridge opens", SENTENCES)


def test_a_pdf_at_an_address(site: str, seed: Article, monkeypatch: pytest.MonkeyPatch) -> None:
    """A PDF is one at an address too, and is called by its name there."""
    monkeypatch.setitem(REPLIES, "/My%20Story.pdf", (200, {"Content-Type": "application/pdf"}, as_pdf(seed)))
    article = load(f"{site}/My%20Story.pdf")
    assert body(article) == body(seed) and article.id == "my-story"


def test_the_address_of_the_article_is_the_last_one(site: str) -> None:
    """The url is where redirects led to, unless the page names its own; the id is the last part of it."""
    assert (load(f"{site}/moved").url, load(f"{site}/moved").id) == (f"{site}/page", "page")
    assert load(f"{site}/canonical").url == "https://courier.example/bridge"
    assert load(f"{site}/a.md?x=1").url == f"{site}/a.md?x=1" and load(f"{site}/a.md?x=1").id == "a"


def test_five_redirects_and_no_more(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five redirects are followed, a sixth is not."""
    for step in range(1, 7):
        place = f"/step{step - 1}" if step > 1 else "/page"
        monkeypatch.setitem(REPLIES, f"/step{step}", (302, {"Location": place}, b""))
    assert load(f"{site}/step5").title == "The bridge opens"
    assert "more than 5 times" in refusal(f"{site}/step6")


def test_the_server_names_the_encoding(site: str) -> None:
    """The charset of the reply decodes the page."""
    assert body(load(f"{site}/latin")) == ["Žluťoučký kůň pije."]


@pytest.mark.parametrize(
    ("path", "cause"),
    [
        ("/gone", "answers 404"),
        ("/broken", "answers 500"),
        ("/round", "more than 5 times"),
        ("/elsewhere", "cannot be fetched"),
        ("/image", "it is image/png"),
        ("/json", "it is application/json"),
        ("/empty", "empty page"),
        ("/lying.pdf", "is none"),
        ("/bad-gzip", "cannot be fetched"),
    ],
)
def test_answers_that_are_no_article(site: str, path: str, cause: str) -> None:
    """What a server may answer instead of an article is one line with its cause."""
    assert cause in refusal(site + path)


def test_the_size_is_limited_while_it_arrives(site: str) -> None:
    """An answer that unpacks to more than the limit is not taken to its end."""
    assert len(REPLIES["/bomb"][2]) < 10_000
    assert "larger than 1 MB" in refusal(f"{site}/bomb", most_bytes=1_000_000)


def test_time_is_limited() -> None:
    """A body that trickles in is given up after the limit, by a clock that the test sets."""
    from index.fetch import _limited

    times = iter([0.0, 10.0, 29.0, 31.0])
    with pytest.raises(SourceError, match="30 seconds"):
        _limited(iter([b"a"] * 9), 100, lambda: next(times))


def test_a_missing_extra_names_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without httpx the error says what to install."""
    monkeypatch.setitem(sys.modules, "httpx", None)
    assert "pip install 'article-bot[html]'" in refusal("http://127.0.0.1/a")


def test_nobody_answers() -> None:
    """A closed port is no connection."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert "no connection" in refusal(f"http://127.0.0.1:{port}/a")


@pytest.mark.parametrize(
    "address",
    [
        "ftp://127.0.0.1/a",
        "file:///etc/hosts",
        "http://",
        "http://[",
        "https:///x",
        "http://a b/",
        "http://127.0.0.1:99999/",
    ],
)
def test_addresses_that_are_none(address: str) -> None:
    """Other schemes and malformed addresses are refused before anything is asked."""
    assert "address" in refusal(address)
