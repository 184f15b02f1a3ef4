"""Examples of reading lists."""

from learnstream.errors.reading import InvalidReadingList
from learnstream.schemas.authoring.reading import GivenReadingSchema
from learnstream.schemas.books.card import BookCardSchema
from learnstream.web import cast
from learnstream.web.openapi_examples import example_of

CARD = example_of(BookCardSchema())
GIVEN = example_of(GivenReadingSchema())
GIVEN_LIST = {"entries": [GIVEN]}
LISTED_BOOK = {"book_id": cast.BOOK_ID, "book": CARD, **GIVEN}
IN_OUTLINE = {name: value for name, value in LISTED_BOOK.items() if name not in {"note", "lesson_id"}}
READING_LIST = {"version": 2, "entries": [LISTED_BOOK]}
DRAFT_LIST = READING_LIST | {"version": 0}
UNKNOWN_BOOK = InvalidReadingList({"0": {"book_id": ["The book does not exist."]}})
