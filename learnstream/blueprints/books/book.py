"""Books: the public catalogue, and changes by instructors and administrators."""

from typing import Any

from learnstream.blueprints.books import examples
from learnstream.blueprints.common import etag
from learnstream.blueprints.common.authentication import caller, confirms_caller
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.pagination import requested_part
from learnstream.errors.authoring import InstructorsOnly
from learnstream.errors.books import NoSuchBook, NotYourBook
from learnstream.policies.access import require_can_author, require_can_edit_book
from learnstream.schemas.books.book import (
    BookCreateSchema,
    BookEntrySchema,
    BookPatchSchema,
    BookQuerySchema,
    BookSchema,
)
from learnstream.services.authoring import reading
from learnstream.services.books import books, browsing, removal
from learnstream.services.foundation.content import Content
from learnstream.web.openapi import Blueprint
from learnstream.web.paging import CursorSchema, Page

blp = Blueprint(
    "book",
    __name__,
    position=46,
    title="Books",
    description="Books for the reading lists of courses.",
)
Described = tuple[browsing.Page, dict[str, str]]


@blp.get("/books")
@blp.arguments(BookQuerySchema, location="query")
@blp.response(200, BookEntrySchema(many=True))
@blp.paginate(CursorSchema)
@etag.cacheable
def list_books(query: dict[str, Any], page: Page) -> Content:
    """Search the books.

    Archived books are not listed. All words of `q` must match.
    """
    filters = {name: value for name, value in query.items() if name != "sort"}
    found = browsing.browse(filters=filters, sort=query.get("sort"), part=requested_part(page))
    page.position = found.facts["place"]
    return found


@blp.get("/books/<object_id:book_id>")
@blp.response(200, BookSchema)
@blp.raises(NoSuchBook)
@etag.cacheable
def read_book(book_id: str) -> Content:
    """Get a book.

    Archived books can still be read. Send its `ETag` as `If-Match` with changes; a new rating of the book does not make
    it outdated there.
    """
    return browsing.read(book_id)


@blp.post("/books")
@blp.arguments(BookCreateSchema)
@confirms_caller
@commits(idempotency_key=True)
@blp.response(201, BookSchema, example=examples.CREATED, headers=etag.CREATED)
@blp.raises(InstructorsOnly, examples.TAKEN, examples.NO_SUBJECT)
def create_book(body: dict[str, Any]) -> Described:
    """Add a book.

    For instructors and administrators. If another book has the ISBN, the response names its id in `book_id`.
    """
    require_can_author(caller)
    book = books.create(created_by=caller.id, **body)
    return browsing.described(book), etag.of(book) | {"Location": f"/books/{book['_id']}"}


@blp.patch("/books/<object_id:book_id>")
@blp.arguments(BookPatchSchema, example=examples.CHANGE)
@confirms_caller
@commits()
@blp.response(200, BookSchema, example=examples.CHANGED)
@blp.raises(NoSuchBook, NotYourBook, examples.TAKEN, examples.NO_SUBJECT)
@etag.conditional
def update_book(body: dict[str, Any], book_id: str, expect: etag.Revisions) -> Described:
    """Change a book, archive it, or bring it back.

    For the instructor who added it, and administrators.
    """
    require_can_edit_book(caller, books.get(book_id)["created_by"])
    book = books.update(book_id=book_id, changes=body, changed_by=caller.id, expect=expect)
    return browsing.described(book), etag.of(book)


@blp.delete("/books/<object_id:book_id>")
@confirms_caller
@commits()
@blp.response(200, BookSchema, example=examples.ARCHIVED)
@blp.raises(NoSuchBook, NotYourBook)
@etag.conditional
def delete_book(book_id: str, expect: etag.Revisions) -> Described:
    """Delete a book with its reviews, or archive it if the reading list of a published version names it.

    The `status` in the response is `deleted` or `archived`. Reading lists of drafts lose a deleted book.
    """
    require_can_edit_book(caller, books.get(book_id)["created_by"])
    book = removal.remove(book_id, by=caller.id, in_use=reading.in_published_use, expect=expect)
    return browsing.described(book), etag.of(book)
