import pytest

from tests.books import make_book
from tests.factories import make_course, make_person, make_seat
from tests.reading import listed, publish_list


@pytest.fixture
def books(owner):
    return [make_book(owner, title) for title in ("Dracula", "Emma", "Walden")]


@pytest.fixture
def course(owner, books):
    """A course with two required books and a recommended one; the first belongs to a lesson."""
    course = make_course(owner)
    dracula, emma, walden = books
    entries = [listed(dracula, lesson_id=course.text.id), listed(emma, required=False), listed(walden)]
    publish_list(owner, course, *entries)
    return course


@pytest.fixture
def learner(course):
    person = make_person(name="Lea")
    make_seat(person, course)
    return person


@pytest.fixture
def mark(client, course, learner):
    """Mark a book as read, or with another method take that back."""

    def mark(book, auth=learner, course=course, method="PUT"):
        return client.open(f"/courses/{course.id}/reading-list/{book['_id']}/read", method=method, auth=auth)

    return mark


@pytest.fixture
def read_titles(client, course, learner):
    """Return the titles of the books that the learner has read, as their progress in the course shows."""

    def read_titles(auth=learner, path=f"/courses/{course.id}/progress"):
        found = client.get(path, auth=auth).json["reading"]
        read = [each["title"] for each in found["books"] if each["read_at"]]
        assert found["books_read"] == len(read)
        return read

    return read_titles
