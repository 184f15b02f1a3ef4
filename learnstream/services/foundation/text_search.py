"""Search terms, and the order by relevance of what they find, for collections with folded words and texts."""

from collections.abc import Mapping

from learnstream.stores.mongo import Expression
from learnstream.text import folding


def wanted(text: str) -> list[str]:
    """Return the folded search terms of a query."""
    return folding.words(" ".join(token for token in text.split() if not token.startswith("-")))


def unwanted(text: str) -> list[str]:
    """Return the folded words that a query excludes by a leading minus."""
    return [word for token in text.split() if token.startswith("-") for word in folding.words(token)]


def score(words: list[str], path: str, weights: Mapping[str, int]) -> Expression:
    """Sum the score of each word in the highest-ranking text that contains it.

    path: where a document has its folded texts.
    weights: the score of a prefix of a word by text, highest first; a whole word scores twice as much.
    """
    return {"$add": [_weight(word, path, weights) for word in words] or [{"$literal": 0}]}


def _weight(word: str, path: str, weights: Mapping[str, int]) -> Expression:
    def found(name: str, pattern: str) -> Expression:
        return {"$regexMatch": {"input": f"${path}.{name}", "regex": pattern}}

    # Most texts do not match the prefix: testing it first halves the comparisons.
    branches = [
        {
            "case": found(name, f"(^| ){word}"),
            "then": {"$cond": [found(name, f"(^| ){word}( |$)"), weight * 2, weight]},
        }
        for name, weight in weights.items()
    ]
    return {"$switch": {"branches": branches, "default": 0}}
