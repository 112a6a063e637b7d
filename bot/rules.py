"""Questions that similarity cannot answer and a rule can.

Those about the article itself (who wrote it, when, where, what it is called, what it is about): the answer stands in
the title, the deck or the byline, whose words have nothing to do with the question's. And who or what a name is: an
article says so where it first has the name.
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


_POLITE = re.compile(r"^(?:so |please |(?:can|could|would|will) you (?:please )?|(?:can|could) (?:you )?tell me )+")
_OF = f"(?:[ ](?:of|behind|for)[ ]{_SELF})?"
_OWN = f"(?:the[ ]|{_SELF}'s[ ])?"
_IS = "(?:'s|[ ]is|[ ]was)"
_AND_WHEN = "(?:[ ]and[ ](?:when|where))?"
_AUTHOR = _pattern(
    f"who[ ](?:wrote|authored|penned)[ ]{_SELF}{_AND_WHEN}",
    f"who{_IS}[ ]{_OWN}{_WRITER}{_OF}",
    f"(?:who|by[ ]whom)[ ]was[ ]{_SELF}[ ](?:written[ ])?(?:by)?",
    f"{_OWN}(?:{_WRITER}(?:'s[ ]name)?|byline){_OF}",
    f"what{_IS}[ ](?:the[ ]name[ ]of[ ]the[ ]{_WRITER}|{_OWN}{_WRITER}'?s[ ]name|{_OWN}byline){_OF}",
)
_DATE = _pattern(
    f"(?:when|(?:on[ ]|in[ ])?(?:what|which)[ ](?:date|day|month|year))[ ](?:was|is|did)[ ]{_SELF}[ ]"
    "(?:published|written|posted|printed|from|come[ ]out|appear)(?:[ ](?:in|on))?",
    "(?:the[ ])?(?:publication[ ]date|date[ ]of[ ]publication)",
    f"what{_IS}[ ]{_OWN}(?:publication[ ])?date(?:[ ]of[ ](?:publication|{_SELF}))?",
    f"how[ ]old[ ]is[ ]{_SELF}",
)
_PUBLISHER = _pattern(
    f"(?:where|(?:in[ ])?(?:which|what)[ ]{_PAPER})[ ](?:was|is|did)[ ]{_SELF}[ ]"
    "(?:published|printed|appear|run|from|in|published[ ]in)(?:[ ]in)?",
    f"(?:who|(?:which|what)[ ]{_PAPER})[ ](?:published|printed|ran)[ ]{_SELF}{_AND_WHEN}",
    f"(?:(?:who|what){_IS}[ ])?{_OWN}(?:source|publisher){_OF}",
)
_TITLE = _pattern(
    f"(?:what{_IS}[ ])?{_OWN}(?:title|headline){_OF}",
    f"(?:what{_IS}[ ])?the[ ]name[ ]of[ ]{_SELF}",
    f"what[ ]is[ ]{_SELF}[ ]called",
)
_TOPIC = _pattern(
    f"what{_IS}[ ]{_SELF}[ ](?:about|on)",
    f"what(?:'s|[ ]is|[ ]are)[ ]{_OWN}(?:(?:main|key)[ ](?:points?|topics?|ideas?|message)|gist|topic|subject){_OF}",
    f"(?:summari[sz]e|sum[ ]up)(?:[ ]{_SELF})?(?:[ ]for[ ]me)?",
    f"(?:give[ ]me[ ])?(?:a[ ]|the[ ])?(?:short[ ])?summary{_OF}",
    "tl;?dr",
)


def about_itself(question: str, article: Article) -> list[Sentence]:
    """The sentences of title, deck or byline that answer a question about the article itself; else nothing."""
    asked = _POLITE.sub("", " ".join(question.casefold().replace("’", "'").split())).rstrip("?!. ")
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


_WHO_IS = re.compile(r"(?:who|what)(?:'s|[ ]is|[ ]was|[ ]are|[ ]were)[ ](.+)")


def introduces(question: str, article: Article) -> list[Sentence]:
    """The sentence that introduces the name that a question is about (`Who is Ann Lee?`); else nothing."""
    asked = " ".join(question.replace("’", "'").split()).rstrip("?!. ")
    match = _WHO_IS.fullmatch(asked[:1].casefold() + asked[1:])
    if not match:
        return []
    named = re.compile(rf"(?<!\w){re.escape(match[1])}(?!\w)", re.IGNORECASE)
    found = [
        (mention.group(), article.text[mention.end() :], sentence)
        for sentence in article.sentences
        if sentence.kind == "body" and (mention := named.search(article.text, sentence.start, sentence.end))
    ]
    names = [(after, sentence) for name, after, sentence in found if all(w[0].isupper() for w in name.split())]
    alone = [sentence for after, sentence in names if not re.match(r"\s[A-Z]", after)]  # Ann, and not Ann Lee
    return (alone or [sentence for _, sentence in names])[:1]
