"""The reliability diagram is a drawing with a point for each tenth."""

from lxml import etree

from evals.train.diagram import diagram


def test_every_tenth_is_a_point() -> None:
    """In a file that can be read as XML."""
    drawn = etree.fromstring(diagram([(0.1, 0.0, 10), (0.9, 1.0, 30)], "Confidence").encode())
    assert len(drawn.findall("{http://www.w3.org/2000/svg}circle")) == 2
