"""Errors of books."""

from learnstream.errors import Conflict, Denied, NotFound


class NoSuchBook(NotFound):
    detail = "The book does not exist."


class NotYourBook(Denied):
    code, detail = "not_your_book", "Only the user who added the book and administrators may do this."


class IsbnTaken(Conflict):
    """Another book has the ISBN; `book_id` is its id."""

    code, detail = "isbn_taken", "Another book has this ISBN."

    def __init__(self, book_id: str | None = None) -> None:
        super().__init__(errors={"json": {"isbn": [self.detail]}}, book_id=book_id)
        self.book_id = book_id


class NoSuchBookImport(NotFound):
    detail = "There is no such import of books."


class ImportNotUndoable(Conflict):
    code, detail = "import_not_undoable", "The import has not ended yet, or was only tried out."
