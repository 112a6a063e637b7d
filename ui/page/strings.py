"""Every word that the page says by itself, for a translator: here, and for what an answer says in `bot/wording.py`."""

NAME = "article-bot"
TAGLINE = "Ask an article. It answers in its own words."

# The conversation
CONVERSATION = "Conversation"
QUESTION = "Your question"
QUESTION_HINT = "Ask about the article"
ASK = "Ask"
STOP = "Stop"
WELCOME = "Ask the article"
WELCOME_MORE = "Every sentence of an answer is the article’s own, and each number leads to its place."
STARTERS = "Questions to begin with"
FOLLOW_UPS = "Ask next"
SOURCES = "In the article’s words"
SHOW_SOURCE = "Show in the article: {place}"
COPY_CITATION = "Copy with link"
NEAREST = "The closest passage, {place}:"
ANSWERED = "It does answer:"
FAILED = "This could not be answered"
APOLOGY = (
    "Something went wrong here, and the question could not be answered. Ask again; the server’s log has the cause."
)
STALE = "The article has changed since this was answered, or is gone. Ask again."
NO_ARTICLE = "The article cannot be shown: {reason}"

# The article
ARTICLE = "The article"
BACK = "Back to the chat"
OPEN_ARTICLE = "Read"
QUOTED_IN = "Quoted in answer {turn}, number {number}: back to it"
UNUSED = "No passage quoted yet"
USED_ONE = "1 passage quoted so far, {share} of the article"
USED = "{count} passages quoted so far, {share} of the article"
PASSAGE = "The selected passage"
PASSAGE_ASK = "Ask about this"
PASSAGE_WHO = "Who says this?"
PASSAGE_COPY = "Copy with link"
PASSAGE_MEANT = "Should have been quoted"
PICK_HINT = "← → choose a sentence, with Shift more of them, Enter what to do with it"
ABOUT_PASSAGE = "About “{passage}”: "
WHO_SAYS = "Who says this? “{passage}”"

# Said for a moment, by the script
COPIED = "Copied"
NOT_COPIED = "The browser does not let the page copy. Select the text and copy it yourself."

SCRIPT = {
    "about": ABOUT_PASSAGE,
    "who": WHO_SAYS,
    "copied": COPIED,
    "notCopied": NOT_COPIED,
    "article": ARTICLE,
    "question": "Question {number}",
    "answer": "Answer {number}",
    "edit": QUESTION,
}
"""What the page's script says."""

# The head of the page
ACTIONS = "Conversation and page"
PICKER = "Article"
NEW = "New"
EXPORT = "Save"
EXPORTS = {"md": "As Markdown", "json": "As JSON"}
ABOUT = "Privacy"
ABOUT_TITLE = "What is kept"
KEPT = (
    "The conversation stays in this browser tab, so that a reload does not lose it. It is gone when the tab is closed.",
)
NOTHING_TO_SAVE = "There is nothing to save yet."

# Feedback
FEEDBACK_UP = "Answer {number} is right"
FEEDBACK_DOWN = "Answer {number} is not right"
FEEDBACK_WHY = "Why? If you like"
FEEDBACK_PASSAGE = (
    "If another passage should have been quoted, select it in the article and choose “Should have been quoted”."
)
FEEDBACK_NOT_SAID = "The article does not say this"
FEEDBACK_REMOVE = "Remove this passage"
FEEDBACK_SEND = "Keep this"
FEEDBACK_KEPT = "Thank you. It is kept, and answers will be checked against it."
FEEDBACK_PLACE = "Kept in {place}: the question, the passages and your reason. Nothing about you."
FEEDBACK_GONE = "this answer no longer holds, so nothing can be kept of it"
FEEDBACK_OFF = "Feedback is switched off here: none is kept (ARTICLE_BOT_FEEDBACK)."
FEEDBACK_ON = (
    "A thumb up or down keeps the question, the passages and your reason in {place}, as a test of later answers. "
    "Nothing else about you is kept anywhere. ARTICLE_BOT_FEEDBACK=off switches it off."
)
CANCEL = "Cancel"

# The articles
ARTICLES = "Articles"
ARTICLES_TITLE = "Articles that can be asked"
ADDRESS = "Address of an article"
ADDRESS_HINT = "https://…"
ADD = "Add"
FILE = "Or choose a file: Markdown, text, HTML or PDF"
CLOSE = "Close"
REMOVE = "Remove"
REMOVE_THIS = "Remove “{title}”"
SURE = "Really remove?"
REMOVED = "Removed. What was asked about it can still be read, but not looked up."
NOT_REMOVED = "This is the article that the page opens with: it stays."
NOT_ADDED = "Something went wrong here, and the article was not added; the server’s log has the cause."
INDEXED = "{sentences} sentences · found with {embedding}, read with {reader}"
ADDED = "{source} · added {day}"
STAGES = {
    "reading": "Reading the article …",
    "indexing": "Indexing its sentences …",
    "questions": "Finding questions that it answers …",
    "done": "“{title}” can be asked now.",
}
