"""The use of books in reading lists."""

from bson import ObjectId

from learnstream.documents import CourseVersion


def in_published_use(book_id: str) -> bool:
    """True if the reading list of a published version has the book."""
    return CourseVersion.collection().find_one({"reading_list.book_id": ObjectId(book_id)}, {"_id": 1}) is not None
