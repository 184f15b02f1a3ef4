import pytest

from devstack.demo import announcements, books, reviews
from devstack.demo.content import INSTRUCTORS, STUDENTS
from learnstream.documents import LessonKind
from learnstream.models import Role
from tests import book_imports
from tests.devstack.test_demo_quiz import InProcess
from tests.factories import make_course, make_person, publish

TEXTS = [{"title": title, "kind": LessonKind.TEXT} for title in ("Before we start", "Five wanderers")]


@pytest.fixture
def imported(client, owner):
    """The import of the demo's books."""
    return book_imports.imported(client, owner, books.SPREADSHEET.read_bytes())


@pytest.fixture
def courses(client, owner, imported):
    """Two courses with reviews and announcements, and the books' reviews, filled in twice."""
    people = dict(zip(INSTRUCTORS, (owner, make_person(Role.INSTRUCTOR)), strict=True))
    people |= {user: make_person(name=user.name) for user in (*STUDENTS, *reviews.READERS)}
    astronomy, baking = (make_course(people[user], TEXTS) for user in INSTRUCTORS)
    books.put_reading_list(InProcess(client, owner), astronomy.id)
    publish(astronomy)
    for _ in range(2):
        reviews.fill(lambda user: InProcess(client, people[user]), astronomy.id, baking.id)
        announcements.announce(InProcess(client, owner), astronomy.id)
    return astronomy, baking


def test_the_demo_has_twelve_books(client, imported):
    assert (imported["state"], imported["errors"], imported["counts"]["created"]) == ("done", [], 12)
    assert len(client.get("/books?q=%D0%BB%D1%83%D0%BD").json) == 1


def test_the_demo_has_a_histogram_a_reply_and_a_reading_list(client, courses):
    astronomy, baking = courses
    assert client.get(f"/courses/{astronomy.id}").json["rating"]["stars"] == [0, 1, 1, 2, 4]
    assert client.get(f"/courses/{baking.id}").json["rating"]["count"] == 2
    shown = client.get(f"/courses/{astronomy.id}/reviews").json
    assert [bool(each["reply"]) for each in shown].count(True) == 1
    assert max(each["helpful"] for each in shown) == len(reviews.HELPED)
    entries = client.get(f"/courses/{astronomy.id}/reading-list").json["entries"]
    assert [each["required"] for each in entries] == [True, True, False, False]


def test_the_demo_has_an_announcement_now_and_one_for_later(client, owner, courses):
    written = client.get(f"/courses/{courses[0].id}/announcements", auth=owner).json
    assert [each["status"] for each in written] == ["scheduled", "published"]
