"""Questions about the article itself: who wrote it, when, where, what it is called, what it is about.

The answer stands in the title, the deck or the byline, whose words have nothing to do with the question's, so no
similarity finds it. Rules do.
"""

import re

from index import Article, Sentence

_SELF = """(?:this|it|(?:this|the|that)[ ]
    (?:article|story|piece|text|feature|report|news|column|essay|post|interview|document))"""
_WRITER = "(?:author|writer|journalist|reporter)"
_PAPER = "(?:paper|newspaper|magazine|publication|outlet)"


def _pattern(*forms: str) -> re.Pattern[str]:
    """A whole question in one of some forms. Spaces are written `[ ]`."""
    return re.compile(f"(?:{'|'.join(forms)})", re.VERBOSE)


_AUTHOR = _pattern(
    f"(?:so[ ])?who[ ](?:wrote|authored|penned|is[ ]the[ ]author[ ]of)[ ]{_SELF}",
    f"(?:so[ ])?who(?:'s|[ ]is|[ ]was)[ ]the[ ]{_WRITER}(?:[ ](?:of|behind)[ ]{_SELF})?",
    f"(?:who|by[ ]whom)[ ]was[ ]{_SELF}[ ](?:written[ ])?(?:by)?",
    f"(?:the[ ])?(?:{_WRITER}(?:'s[ ]name)?|byline)(?:[ ]of[ ]{_SELF})?",
    f"what(?:'s|[ ]is)[ ]the[ ](?:name[ ]of[ ]the[ ]{_WRITER}|{_WRITER}'?s[ ]name)(?:[ ]of[ ]{_SELF})?",
)
_DATE = _pattern(
    f"(?:when|(?:on[ ])?(?:what|which)[ ](?:date|day|year))[ ](?:was|is|did)[ ]{_SELF}[ ]"
    "(?:published|written|posted|printed|from|come[ ]out|appear)",
    "(?:the[ ])?(?:publication[ ]date|date[ ]of[ ]publication)",
    f"what(?:'s|[ ]is)[ ]the[ ](?:publication[ ])?date(?:[ ]of[ ](?:publication|{_SELF}))?",
    f"how[ ]old[ ]is[ ]{_SELF}",
)
_PUBLISHER = _pattern(
    f"(?:where|(?:in[ ])?(?:which|what)[ ]{_PAPER})[ ](?:was|is|did)[ ]{_SELF}[ ]"
    "(?:published|printed|appear|run|from|in|published[ ]in)(?:[ ]in)?",
    f"(?:who|(?:which|what)[ ]{_PAPER})[ ](?:published|printed|ran)[ ]{_SELF}",
    f"(?:what(?:'s|[ ]is)[ ]the[ ])?(?:source|publisher)(?:[ ]of[ ]{_SELF})?",
)
_TITLE = _pattern(
    f"(?:what(?:'s|[ ]is)[ ])?(?:the[ ])?(?:title|headline|name)[ ]of[ ]{_SELF}",
    f"what[ ]is[ ]{_SELF}[ ]called",
)
_TOPIC = _pattern(
    f"what(?:'s|[ ]is)[ ]{_SELF}[ ](?:about|on)",
    f"what(?:'s|[ ]is)[ ]the[ ](?:main[ ](?:point|topic|idea)|gist|topic|subject)(?:[ ]of[ ]{_SELF})?",
    f"(?:please[ ])?(?:summari[sz]e|sum[ ]up)(?:[ ]{_SELF})?",
    f"(?:give[ ]me[ ])?(?:a[ ]|the[ ])?summary(?:[ ]of[ ]{_SELF})?",
    "tl;?dr",
)


def about_itself(question: str, article: Article) -> list[Sentence]:
    """The sentences of title, deck or byline that answer a question about the article itself; else nothing."""
    asked = " ".join(question.casefold().replace("’", "'").split()).rstrip("?!. ")
    byline = [sentence for sentence in article.sentences if sentence.kind == "byline"]
    title = [sentence for sentence in article.sentences if sentence.kind == "title"]
    deck = [sentence for sentence in article.sentences if sentence.kind == "deck"]
    if _AUTHOR.fullmatch(asked):
        return byline if article.byline else []
    if _DATE.fullmatch(asked):
        return byline if article.published else []
    if _PUBLISHER.fullmatch(asked):
        return byline if article.publisher else []
    if _TITLE.fullmatch(asked):
        return title
    return [*title, *deck] if _TOPIC.fullmatch(asked) else []
