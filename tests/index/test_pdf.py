"""`read_pdf`: paragraphs, headings and words made whole from letters at places; bad files get one clear line."""

import io
import logging
import random
import sys
from collections.abc import Callable

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph, SimpleDocTemplate

from index.blocks import Block
from index.canonical import mend_page_breaks
from index.errors import SourceError
from index.pdf import read_pdf
from index.text import clean

LEFT, TOP, LEADING = 72, 700, 14
LOREM = "The council met on Monday and spoke for an hour about the bridge, the ferry and the price of both."
STYLES = getSampleStyleSheet()
pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))  # comes with reportlab


def drawn(draw: Callable[[Canvas], None], title: str = "", **options: object) -> bytes:
    """A PDF of what `draw` puts on a canvas."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1, **options)
    canvas.setTitle(title)
    draw(canvas)
    canvas.save()
    return out.getvalue()


def put(
    canvas: Canvas, *lines: str, x: float = LEFT, y: float = TOP, font: str = "Helvetica", size: float = 11
) -> None:
    canvas.setFont(font, size)
    for at, line in enumerate(lines):
        canvas.drawString(x, y - at * LEADING, line)


def typeset(*flow: Paragraph, title: str = "") -> bytes:
    out = io.BytesIO()
    SimpleDocTemplate(out, pagesize=A4, title=title, invariant=1).build(list(flow))
    return out.getvalue()


def shown(data: bytes) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in read_pdf(data).blocks]


def paragraphs(*lines: str, **options: object) -> list[str]:
    return [text for _, text in shown(drawn(lambda canvas: put(canvas, *lines, **options)))]


def test_lines_make_paragraphs_by_their_gaps() -> None:
    """A gap wider than that between lines begins a paragraph; the lines of one are joined."""

    def draw(canvas: Canvas) -> None:
        put(canvas, "The first paragraph begins here and goes on", "to its second line and ends.")
        put(canvas, "The second one stands below a gap, and also", "has two lines.", y=TOP - 2 * LEADING - 6)

    assert shown(drawn(draw)) == [
        ("paragraph", "The first paragraph begins here and goes on to its second line and ends."),
        ("paragraph", "The second one stands below a gap, and also has two lines."),
    ]


def test_an_indent_begins_a_paragraph() -> None:
    """Without gaps between paragraphs, a line further in than the others begins one."""
    style = ParagraphStyle("indented", parent=STYLES["Normal"], firstLineIndent=15)
    texts = [f"{number} {LOREM} {LOREM} {LOREM}" for number in ("First.", "Second.", "Third.")]
    assert shown(typeset(*(Paragraph(text, style) for text in texts))) == [("paragraph", text) for text in texts]


def test_an_indent_begins_a_paragraph_after_one_of_a_single_line() -> None:
    """Where the paragraph before is one indented line, an indented line above one that is not begins the next."""

    def draw(canvas: Canvas) -> None:
        for at, (indent, line) in enumerate([(15, f"{LOREM}"), (15, f"Then {LOREM}"), (0, f"So {LOREM}"), (0, LOREM)]):
            put(canvas, line, x=LEFT + indent, y=TOP - at * LEADING, size=9)

    assert [text for _, text in shown(drawn(draw))][:1] == [LOREM]


def test_a_line_that_ends_early_ends_its_paragraph() -> None:
    """Without gaps and indents, a sentence that ends while the next word had room ends a paragraph."""
    style = ParagraphStyle("flush", parent=STYLES["Normal"])
    texts = [f"{LOREM} {LOREM} It was over.", f"Nobody came. {LOREM} {LOREM}"]
    assert shown(typeset(*(Paragraph(text, style) for text in texts))) == [("paragraph", text) for text in texts]


@pytest.mark.parametrize("leading", [11, 14, 20, 24])
def test_any_leading(leading: int) -> None:
    """Lines set close or apart, even with double spacing, are joined as long as they are set alike."""
    style = ParagraphStyle("set", parent=STYLES["Normal"], leading=leading, spaceAfter=leading * 0.6)
    texts = [f"{number} {LOREM} {LOREM} {LOREM}" for number in ("First:", "Second:", "Third:")]
    assert shown(typeset(*(Paragraph(text, style) for text in texts))) == [("paragraph", text) for text in texts]


@pytest.mark.parametrize(
    ("lines", "whole"),
    [
        (("It was an ex-", "ample of it."), "It was an example of it."),
        (("It was an ex\u00ad", "ample of it."), "It was an example of it."),
        (("The AI-", "driven plan."), "The AI-driven plan."),
        (("A case-by-", "case basis."), "A case-by-case basis."),
        (("It took 13-", "hour days."), "It took 13-hour days."),
        (("A well-", "known man."), "A well-known man."),
        (("In 1914-", "18 there was war."), "In 1914-18 there was war."),
        (("A long-", "term plan, as long-term plans go."), "A long-term plan, as long-term plans go."),
        (("For pre-", "and postwar years."), "For pre- and postwar years."),
        (("She wrote -", "and she wrote well."), "She wrote - and she wrote well."),
        (("The Anglo-", "Saxon kings."), "The Anglo-Saxon kings."),
    ],
)
def test_hyphens_at_line_ends(lines: tuple[str, str], whole: str) -> None:
    """A word cut at a line end is made whole; a hyphen that the writer set stays, and no space comes after it."""
    assert paragraphs(*lines, font="Vera") == [whole]


def test_pages_number_and_name_themselves_outside_the_text() -> None:
    """Page numbers, and lines at the same height of several pages, are not the article's. A body line is."""

    def draw(canvas: Canvas) -> None:
        for page in range(1, 5):
            put(canvas, "The Courier, 14 June 2025", y=800, size=8)
            put(canvas, f"Page {page} of 4" if page % 2 else f"- {page} -", x=280, y=30, size=8)
            put(canvas, f"This is what page {page} says.", "It says so on each.")
            canvas.showPage()

    assert [text for _, text in shown(drawn(draw))] == [
        f"This is what page {page} says. It says so on each." for page in range(1, 5)
    ]


def test_a_line_at_the_edge_of_one_page_stays() -> None:
    """A line near the edge that no other page repeats is the article's."""

    def draw(canvas: Canvas) -> None:
        put(canvas, "At the very top of page one.", y=800)
        put(canvas, "In the middle.")
        canvas.showPage()
        put(canvas, "In the middle of page two.")

    assert read_pdf(drawn(draw)).blocks[0].text == "At the very top of page one."


def test_headings_are_larger_or_bolder() -> None:
    """Larger letters make a heading, level by size; so do bold ones, except where a sentence ends in them."""
    source = read_pdf(
        typeset(
            Paragraph("The bridge opens", STYLES["Title"]),
            Paragraph(LOREM * 3, STYLES["BodyText"]),
            Paragraph("The ferry", STYLES["Heading2"]),
            Paragraph(LOREM, STYLES["BodyText"]),
            Paragraph("<b>The price</b>", STYLES["BodyText"]),
            Paragraph(f"<b>Both</b> cost much. {LOREM}", STYLES["BodyText"]),
            Paragraph("<b>All of this is bold.</b>", STYLES["BodyText"]),
        )
    )
    assert [(block.text, block.level) for block in source.blocks if block.kind == "heading"] == [
        ("The bridge opens", 1),
        ("The ferry", 2),
        ("The price", 3),
    ]
    assert source.blocks[-1] == Block("paragraph", "All of this is bold.", emphasised=True)


def test_a_heading_of_two_lines_is_one() -> None:
    """The lines of a heading are joined like those of a paragraph."""
    long = "The bridge that the town waited for opens ten years late on a rainy Monday in June"
    assert shown(typeset(Paragraph(long, STYLES["Title"]), Paragraph(LOREM, STYLES["BodyText"])))[0] == (
        "heading",
        long,
    )


def test_two_columns_are_read_one_after_the_other() -> None:
    """The left column comes first, and a sentence goes on from its foot to the head of the right one."""
    words = [f"word{number}" for number in range(500)]
    out = io.BytesIO()
    frames = [Frame(40, 400, 240, 300), Frame(310, 400, 240, 300)]
    document = BaseDocTemplate(out, pagesize=A4, pageTemplates=[PageTemplate(frames=frames)])
    document.build([Paragraph(" ".join(words), STYLES["BodyText"])])
    blocks = read_pdf(out.getvalue()).blocks
    assert " ".join(block.text for block in blocks).split() == words
    assert len(blocks) > 1 and len(mend_page_breaks(blocks)) == 1


def test_a_page_break_leaves_two_paragraphs_to_mend() -> None:
    """A paragraph that a page break cuts is two blocks here and one after `mend_page_breaks`."""

    def draw(canvas: Canvas) -> None:
        put(canvas, "The paragraph begins on this page and", y=120)
        canvas.showPage()
        put(canvas, "goes on over there.")

    blocks = read_pdf(drawn(draw)).blocks
    assert [block.text for block in blocks] == ["The paragraph begins on this page and", "goes on over there."]
    assert [block.text for block in mend_page_breaks(blocks)] == [
        "The paragraph begins on this page and goes on over there."
    ]


def test_a_word_cut_by_a_page_break_is_made_whole() -> None:
    """The hyphen at the foot of a page is seen here, since nobody later knows that it stood there."""

    def draw(canvas: Canvas) -> None:
        put(canvas, "The paragraph ends this page in mid-", "dle of the sen-", y=130)
        canvas.showPage()
        put(canvas, "tence, and ends.")

    assert [text for _, text in shown(drawn(draw))] == [
        "The paragraph ends this page in middle of the sentence, and ends."
    ]


@pytest.mark.parametrize("font", ["Helvetica", "Vera"])
def test_list_items(font: str) -> None:
    """Bullets and numbers make items, without their mark, with the lines that belong to them."""
    lines = ("They bought:", "• bread, which was", "   fresh", "• milk", "1. Go home.", "2. Sleep.")
    assert shown(drawn(lambda canvas: put(canvas, *lines, font=font))) == [
        ("paragraph", "They bought:"),
        ("item", "bread, which was fresh"),
        ("item", "milk"),
        ("item", "Go home."),
        ("item", "Sleep."),
    ]


def test_a_large_first_letter_belongs_to_its_word() -> None:
    """A drop cap is the first letter of its paragraph, not a heading."""

    def draw(canvas: Canvas) -> None:
        put(canvas, "T", y=TOP - LEADING, size=36)
        put(canvas, "he council met on Monday and spoke for", "an hour about the bridge.", x=LEFT + 26)
        put(canvas, *[LOREM[:40]] * 4, y=TOP - 60)

    assert shown(drawn(draw))[0][1].startswith("The council met on Monday and spoke for an hour")


@pytest.mark.parametrize(
    ("claimed", "title"),
    [
        ("The Bridge Opens", "The bridge opens"),
        ("Microsoft Word - final3.docx", ""),
        ("", ""),
    ],
)
def test_the_title_must_be_seen(claimed: str, title: str) -> None:
    """The title that a PDF claims counts only where page one shows it; then it stands first and once."""
    flow = [
        Paragraph("SATURDAY", STYLES["BodyText"]),
        Paragraph("The bridge opens", STYLES["Title"]),
        Paragraph(LOREM * 3, STYLES["BodyText"]),
    ]
    source = read_pdf(typeset(*flow, title=claimed))
    assert source.metadata.title == title
    assert [block.text for block in source.blocks].index("The bridge opens") == (0 if title else 1)
    assert len(source.blocks) == 3


def encrypted() -> bytes:
    return drawn(lambda canvas: put(canvas, LOREM), encrypt=StandardEncryption("password", "owner"))


def picture() -> bytes:
    def draw(canvas: Canvas) -> None:
        from PIL import Image
        from reportlab.lib.utils import ImageReader

        canvas.drawImage(ImageReader(Image.new("RGB", (60, 60), "white")), 100, 100, 300, 300)

    return drawn(draw)


def sound() -> bytes:
    return drawn(lambda canvas: put(canvas, LOREM[:60], LOREM[60:]))


@pytest.mark.parametrize(
    ("data", "cause", "way_out"),
    [
        (encrypted(), "encrypted", "without a password"),
        (picture(), "pictures", "ocrmypdf"),
        (drawn(Canvas.showPage), "no text", "export"),
        (sound()[:-400], "cut off", "get it again"),
        (sound()[:200], "cut off", "get it again"),
        (b"%PDF-1.7\n%%EOF", "damaged", "print it"),
        (b"%PDF-1.7\n" + b"garbage " * 400 + b"%%EOF", "damaged", "print it"),
        (sound().replace(b"/Root", b"/Boot"), "damaged", "print it"),
    ],
    ids=["encrypted", "picture", "blank", "truncated", "head", "empty", "garbage", "no root"],
)
def test_what_cannot_be_read_says_why(data: bytes, cause: str, way_out: str) -> None:
    """Each kind of bad PDF is one `SourceError` of one line with the cause and the way out."""
    with pytest.raises(SourceError) as caught:
        read_pdf(data)
    message = str(caught.value)
    assert cause in message and way_out in message and "\n" not in message


def test_an_owner_password_does_not_hinder_reading() -> None:
    """A PDF that only forbids editing opens without a password, in a reader and here."""
    locked = drawn(lambda canvas: put(canvas, "Hello there."), encrypt=StandardEncryption("", "owner"))
    assert shown(locked) == [("paragraph", "Hello there.")]


def test_nothing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """What pdfminer thinks of a file is not the user's business, and its logger is as it was."""
    before = logging.getLogger("pdfminer").level
    with caplog.at_level(logging.DEBUG):
        read_pdf(sound().replace(b"endobj", b"endobx", 1))
    assert not caplog.records and logging.getLogger("pdfminer").level == before


def test_a_missing_extra_names_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without pdfminer.six the error says what to install."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "pdfminer"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pdfminer", None)
    with pytest.raises(SourceError, match=r"pip install 'article-bot\[pdf\]'"):
        read_pdf(sound())


@pytest.mark.parametrize("seed", range(40))
def test_damage_is_read_around_or_refused(seed: int) -> None:
    """Whatever bytes of a PDF change, there are clean blocks or a `SourceError`, never the error of a library."""
    chance = random.Random(seed)
    data = bytearray(drawn(lambda canvas: put(canvas, LOREM[:60], LOREM[60:]), title="x", pageCompression=0))
    for _ in range(chance.choice([1, 5, 40])):
        at = chance.randrange(len(data))
        data[at : at + chance.choice([0, 1, 1, 30])] = chance.choice([b"", b"\xff", b"<<", b"null", b"-1", b"9" * 12])
    try:
        blocks = read_pdf(bytes(data) + b"\n%%EOF").blocks
    except SourceError as error:
        assert "\n" not in str(error)
        return
    assert all(block.text == clean(block.text) for block in blocks)
