"""What lists find, sort and rank books by, computed whenever a book is written."""

from collections.abc import Mapping
from typing import Any, TypedDict

from learnstream.text import folding

MAX_WORDS = 500


class SearchFields(TypedDict):
    """The words that searches match, the texts that rank what they find, and the title to sort by."""

    words: list[str]
    author_words: list[str]
    folded: dict[str, str]
    sort_title: str


def fields(book: Mapping[str, Any]) -> SearchFields:
    """Compute the search fields of a book. Its description is not searched."""
    texts = {
        "title": f"{book['title']} {book['subtitle']}",
        "authors": " ".join(book["authors"]),
        "tags": " ".join([*book["tags"], book["publisher"]]),
    }
    folded = {name: " ".join(folding.words(text)) for name, text in texts.items()}
    return {
        "words": folding.words(" ".join([*folded.values(), book["isbn"] or ""]))[:MAX_WORDS],
        "author_words": folding.words(folded["authors"])[:MAX_WORDS],
        "folded": folded,
        "sort_title": book["title"].casefold(),
    }
