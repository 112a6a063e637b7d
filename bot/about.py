"""Questions about the article itself: who wrote it, when, where, what it is called, what it is about.

The answer stands in the title, the deck or the byline, whose words have nothing to do with the question's, so no
similarity finds it. Rules do.
"""

import re

from index import Article, Sentence

_SELF = r"(?:this|it|(?:this|the|that) (?:article|story|piece|text|feature|report|news|column|essay|post|interview|document))"
_AUTHOR = re.compile(
    rf"^(?:so )?(?:who (?:wrote|authored|penned|is the author of) {_SELF}|who(?:'s| is| was) the "
    rf"(?:author|writer|journalist|reporter)(?: (?:of|behind) {_SELF})?|(?:the )?author(?:'s name)?(?: of {_SELF})?|"
    rf"(?:the )?byline|(?:who|by whom) was {_SELF} (?:written|by)(?: by)?|"
    rf"what(?:'s| is) the (?:name of the (?:author|writer|journalist|reporter)|(?:author|writer|journalist|reporter)'?s name)"
    rf"(?: of {_SELF})?)$"
)
_DATE = re.compile(
    rf"^(?:(?:when|on what (?:date|day)|on which (?:date|day)|what (?:date|day|year)) (?:was|is|did) {_SELF} "
    rf"(?:published|written|posted|printed|from|come out|appear)|(?:the )?(?:publication date|date of publication)|"
    rf"what(?:'s| is) the (?:publication )?date(?: of (?:publication|{_SELF}))?|how old is {_SELF})$"
)
_PUBLISHER = re.compile(
    rf"^(?:(?:where|who|in which (?:paper|newspaper|magazine|publication)|which (?:paper|newspaper|magazine|publication)) "
    rf"(?:was|did|is|has)? ?(?:{_SELF} )?(?:published|printed|appear|publish|from|run|ran)(?: (?:in|by|{_SELF}))?|"
    rf"(?:which|what) (?:paper|newspaper|magazine|publication|outlet) (?:is|was) {_SELF} (?:from|in|published in)|"
    rf"(?:what(?:'s| is) the )?(?:source|publisher)(?: of {_SELF})?)$"
)
_TITLE = re.compile(rf"^(?:what(?:'s| is) )?(?:the )?(?:title|headline|name)(?: of {_SELF})$|^what is {_SELF} called$")
_TOPIC = re.compile(
    rf"^(?:what(?:'s| is) {_SELF} (?:about|on)|what(?:'s| is) the (?:main (?:point|topic|idea)|gist|topic|subject)"
    rf"(?: of {_SELF})?|(?:please )?(?:summari[sz]e|sum up)(?: {_SELF})?|(?:give me )?(?:a |the )?summary(?: of {_SELF})?|"
    rf"tl;?dr)$"
)


def about_itself(question: str, article: Article) -> list[Sentence]:
    """The sentences of title, deck or byline that answer a question about the article itself; else nothing."""
    asked = " ".join(question.casefold().replace("’", "'").split()).rstrip("?!. ")
    byline = [sentence for sentence in article.sentences if sentence.kind == "byline"]
    title = [sentence for sentence in article.sentences if sentence.kind == "title"]
    deck = [sentence for sentence in article.sentences if sentence.kind == "deck"]
    if _AUTHOR.match(asked):
        return byline if article.byline else []
    if _DATE.match(asked):
        return byline if article.published else []
    if _PUBLISHER.match(asked):
        return byline if article.publisher else []
    if _TITLE.match(asked):
        return title
    return [*title, *deck] if _TOPIC.match(asked) else []
