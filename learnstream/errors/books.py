"""Errors of books."""

from learnstream.errors import Conflict, NotFound


class NoSuchBook(NotFound):
    detail = "The book does not exist."


class IsbnTaken(Conflict):
    """Another book has the ISBN; its id is in the response."""

    code, detail = "isbn_taken", "Another book has this ISBN."
