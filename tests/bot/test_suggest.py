"""Questions made from an article's sentences."""

from bot.suggest import checked_questions, topics_of


def test_a_topic_is_words_of_the_sentence() -> None:
    """A topic stands in the sentence as it is, and begins and ends with words that carry meaning."""
    sentence = "The company primarily switched to generative AI hackathons, said the harbour master."
    topics = topics_of(sentence)
    assert "generative AI hackathons" in topics
    assert all(topic in sentence for topic in topics)


def test_a_topic_holds_no_verb_and_no_link() -> None:
    """Cut-off clauses are no topics."""
    sentence = (
        "Now harbour fishermen fear closure without state aid, and artificial intelligence breaks ferry timetables."
    )
    assert set(topics_of(sentence)) == {"harbour fishermen", "state aid", "artificial intelligence", "ferry timetables"}


def test_only_checked_questions_are_given() -> None:
    """A question that is not answered by its own sentence is not offered; topics do not repeat."""
    sentences = [
        "The harbour master spoke.",
        "A harbour master spoke again.",
        "Two ferry tickets cost more.",
        "Cheap boat oil ran out.",
    ]
    given = checked_questions(sentences, lambda question, sentence: "ferry" not in question, 3)
    topics = [question.split("“")[1].split("”")[0] for question in given]
    assert topics == ["harbour master", "boat oil"]
