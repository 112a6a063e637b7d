"""The error of the evals, in the tree that `index.errors` begins."""

from index import ArticleBotError


class EvalError(ArticleBotError):
    """A gold file, a file of answers, a run or a baseline cannot be used."""
