"""The error of the evals, in the tree that `index.errors` begins."""

from importlib.util import find_spec

from index import ArticleBotError

_EXTRA = ("ir_measures", "jinja2", "matplotlib")


class EvalError(ArticleBotError):
    """A gold file, a file of answers, a run or a baseline cannot be used."""


def require_extra() -> None:
    """Raise `EvalError` unless the libraries of the extra `eval` are installed."""
    missing = [name for name in _EXTRA if find_spec(name) is None]
    if missing:
        raise EvalError(f"the evals need {', '.join(missing)}: pip install 'article-bot[eval]'")
