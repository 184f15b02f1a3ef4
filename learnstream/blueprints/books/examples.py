"""Examples of books, and of the errors that name their fields."""

from learnstream.errors import Unprocessable
from learnstream.errors.books import IsbnTaken
from learnstream.schemas.books.book import BookEntrySchema, BookSchema
from learnstream.schemas.books.book_import import BookImportSchema
from learnstream.web import cast
from learnstream.web.openapi_examples import example_of

BOOK = example_of(BookSchema())
CREATED = BOOK | {"updated_at": cast.CREATED_AT, "rating": {"mean": None, "count": 0, "stars": [0] * 5}}
CHANGE = {"publisher": "Longman", "page_count": 422}
CHANGED = BOOK | CHANGE
ARCHIVED = BOOK | {"status": "archived"}
ENTRY = example_of(BookEntrySchema())
TAKEN = IsbnTaken(cast.OTHER_BOOK_ID)
NO_SUBJECT = Unprocessable(errors={"json": {"subject_id": ["There is no such subject."]}})
UNDOING = example_of(BookImportSchema()) | {"undo_state": "running"}
