"""`quotations`: where they begin and end, whatever marks are used."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Article, Paragraph
from index.canonical import build
from index.errors import SourceError
from index.markdown import read_markdown
from index.speech.quotations import HIDDEN, narration, quotations


def quoted(*paragraphs: str) -> list[str]:
    """The quotations of some paragraphs, each as it stands."""
    text = "\n\n".join(paragraphs)
    spans, at = [], 0
    for number, paragraph in enumerate(paragraphs):
        spans.append(Paragraph(index=number, section=None, kind="body", start=at, end=at + len(paragraph)))
        at += len(paragraph) + 2
    return [text[one.start : one.end] for one in quotations(text, spans)]


@pytest.mark.parametrize(
    ("paragraph", "found"),
    [
        ("“It ended,” she said. “At last.”", ["“It ended,”", "“At last.”"]),
        ('"It ended," she said. "At last."', ['"It ended,"', '"At last."']),
        ("‘It ended,’ she said.", ["‘It ended,’"]),
        ("'It didn't end,' she said.", ["'It didn't end,'"]),
        ("'The workers' union won,' he said.", ["'The workers' union won,'"]),
        ("“He said ‘no’ to me,” she said.", ["“He said ‘no’ to me,”"]),
        ("«It ended», she said.", ["«It ended»"]),
        ("The workers' tea isn't Ann's.", []),
        ('A 6" pipe and a 12" pipe.', []),
        ("In the '90s the '80s were over.", []),
        ("“It never closes, she said.", []),
    ],
)
def test_a_quotation_has_its_marks(paragraph: str, found: list[str]) -> None:
    """Curly, straight, double and single marks; apostrophes, decades and inches are none."""
    assert quoted(paragraph) == found


def test_a_quotation_may_run_over_paragraphs() -> None:
    """Each paragraph opens it again, the last one closes it."""
    assert quoted("“It began.", "“It ended,” she said.") == ["“It began.", "“It ended,”"]
    assert quoted("“It began.", "It ended.") == []


@given(st.data())
def test_quotations_are_disjoint_and_stay_in_their_paragraph(
    any_text: st.SearchStrategy[str], data: st.DataObject
) -> None:
    """On any text: in order, inside one paragraph each, and hiding them changes no length."""
    try:
        article: Article = build(read_markdown(data.draw(any_text)), "any")
    except SourceError:
        return
    found = quotations(article.text, article.paragraphs)
    for one in found:
        paragraph = article.paragraphs[one.paragraph]
        assert paragraph.start <= one.start < one.end <= paragraph.end
    assert all(one.end <= other.start for one, other in pairwise(found))
    hidden = narration(article.text, found)
    assert len(hidden) == len(article.text)
    assert hidden.count(HIDDEN) == sum(one.end - one.start for one in found)
