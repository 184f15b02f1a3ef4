"""The demo school's books, twelve works in the public domain, and the reading list of its first course.

The editions are invented: their ISBNs have valid check digits, and no publisher.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from devstack.demo.client import Client, wait_until

SPREADSHEET = Path(__file__).parent / "books.csv"
STARRY_MESSENGER, SOMNIUM, HEAVENS, ON_THE_MOON = "9781000000016", "9781000000023", "9781000000061", "9781000000092"
# By ISBN, what the entries of the reading list say.
READING_LIST: dict[str, dict[str, Any]] = {
    STARRY_MESSENGER: {"required": True, "chapters": "The first ten pages", "note": "Before you look at the moon."},
    HEAVENS: {"required": True, "chapters": "Chapter 3"},
    SOMNIUM: {"required": False, "note": "For cloudy evenings."},
    ON_THE_MOON: {"required": False, "note": "In Russian: an evening on the moon."},
}


Upload = Callable[[Client, str, str, bytes], str]


def load(instructor: Client, upload: Upload) -> None:
    """Import the books, once."""
    if by_isbn(instructor):
        return
    file_id = upload(instructor, "books", SPREADSHEET.name, SPREADSHEET.read_bytes())
    path = f"/book-imports/{instructor.call('POST', '/book-imports', file_id=file_id)['id']}"
    wait_until(
        lambda: instructor.call("GET", path)["state"] in {"done", "failed"},
        failing="The demo books were not imported; see .devstack/logs/worker.log.",
    )


def put_reading_list(instructor: Client, course_id: str) -> None:
    """Set the reading list of a course's draft."""
    ids = {isbn: book["id"] for isbn, book in by_isbn(instructor).items()}
    entries = [{"book_id": ids[isbn], **entry} for isbn, entry in READING_LIST.items()]
    instructor.call("PUT", f"/courses/{course_id}/reading-list", entries=entries)


def by_isbn(client: Client) -> dict[str, dict[str, Any]]:
    return {each["isbn"]: each for each in client.call("GET", "/books?limit=100") if each["isbn"]}
