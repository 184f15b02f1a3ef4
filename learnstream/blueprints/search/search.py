"""Searching courses, lessons and books."""

from typing import Any

from learnstream.blueprints.common import etag
from learnstream.blueprints.common.authentication import maybe_caller, optional_token
from learnstream.blueprints.common.pagination import requested_part
from learnstream.blueprints.search import examples
from learnstream.schemas.search.search import (
    HitSchema,
    SearchPageSchema,
    SearchSchema,
    SuggestionSchema,
    SuggestSchema,
)
from learnstream.services.foundation.content import Content
from learnstream.services.search import searching
from learnstream.web.openapi import Blueprint
from learnstream.web.paging import Page

blp = Blueprint(
    "search",
    __name__,
    position=48,
    title="Search",
    description="Search over courses, lessons and books.",
)


@blp.get("/search")
@optional_token
@blp.arguments(SearchSchema, location="query")
@blp.response(200, HitSchema(many=True), example=[examples.HIT])
@blp.paginate(SearchPageSchema)
@etag.cacheable
def list_hits(query: dict[str, Any], page: Page) -> Content:
    """Search courses, lessons and books.

    Finds published courses, their lessons and books by the beginnings of words, the best matches first: the title, words
    of it, tags and authors, other texts. Lessons are found by their own text only if the caller may read it: a free
    preview, with an enrollment, or as one of the course's staff; so are archived courses. A page may have fewer hits than
    `limit` although others follow.
    """
    found = searching.search(maybe_caller(), filters=query, part=requested_part(page))
    page.position = found.facts["place"]
    return found


@blp.get("/search/suggest")
@blp.arguments(SuggestSchema, location="query")
@blp.response(200, SuggestionSchema(many=True), example=[examples.SUGGESTION])
@etag.cacheable
def list_suggestions(query: dict[str, Any]) -> Content:
    """List titles that complete what was typed.

    At most ten titles of published courses, their lessons and books, whose words begin with those of the query.
    """
    return searching.suggest(query["q"])
