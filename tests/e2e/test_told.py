"""A class says what it thought of a course, reads along, finds a book, and is told what concerns it as each has chosen."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import requests

from tests.e2e.conftest import MAILED_WITHIN, READY_WITHIN
from tests.plugins.mailbox import Mailbox
from tests.waiting import within

PASSWORD = "nine herons by the weir"
NAMES = ("Ada", "Ben", "Cleo", "Dov")
STARS = {"Ada": 5, "Ben": 1, "Cleo": 4}
# How each is told of announcements by mail.
MODES = {"Ada": "at_once", "Ben": "daily", "Cleo": "never", "Dov": "at_once"}
FIRST, SECOND = "The excursion", "Bring a hammer"
NOVEL = {"title": "Евгений Онегин", "authors": ["Александр Пушкин"], "language": "ru"}


@pytest.fixture(scope="module")
def entry_point():
    return "tests.e2e.moved_clock"


@pytest.fixture(scope="module")
def environment(environment, move_clock):
    return environment | {"SECONDS_AHEAD_FILE": str(move_clock.file)}


@pytest.fixture(scope="module")
def inbox(mail_catcher):
    with requests.Session() as http:
        yield Mailbox(mail_catcher, http)


@pytest.fixture(scope="module")
def books(instructor):
    guide = instructor.call("POST", "/books", 201, title="A guide to rocks", authors=["R. Stone"], isbn="0306406152")
    novel = instructor.call("POST", "/books", 201, **NOVEL)
    return SimpleNamespace(guide=guide, novel=novel)


@pytest.fixture(scope="module")
def course(instructor, books):
    """A published course with two lessons and a reading list."""
    course = instructor.call("POST", "/courses", 201, title="Rocks")["id"]
    lessons = [
        instructor.call("POST", f"/courses/{course}/lessons", 201, title=title, kind="text", body=f"# {title}")["id"]
        for title in ("Granite", "Basalt")
    ]
    entries = [
        {"book_id": books.guide["id"], "required": True, "chapters": "1-3", "lesson_id": lessons[0]},
        {"book_id": books.novel["id"], "required": False},
    ]
    instructor.call("PUT", f"/courses/{course}/reading-list", entries=entries)
    instructor.call("POST", f"/courses/{course}/publish", 201)
    return SimpleNamespace(id=course, lessons=lessons)


@pytest.fixture(scope="module")
def pupils(course, worker, admin, visitor):
    """A class with seats in the course; all but Dov have begun it."""
    group = admin.call("POST", "/admin/groups", 201, name="Class 7B", code="7B")["id"]
    found = {}
    for name in NAMES:
        account = {"email": f"{name.lower()}@school.example", "password": PASSWORD}
        user = admin.call("POST", "/admin/users", 201, name=name, role="student", **account)
        found[name] = visitor().sign_in(**account)
        found[name].id, found[name].email = user["id"], account["email"]
    admin.call("POST", f"/admin/groups/{group}/members", user_ids=[each.id for each in found.values()])
    admin.call("PUT", f"/admin/groups/{group}/courses/{course.id}", mandatory=True)
    within(READY_WITHIN, lambda: all(each.call("GET", "/users/me/enrollments") for each in found.values()))
    for name in STARS:
        found[name].call("PUT", f"/lessons/{course.lessons[0]}/progress", opened=True)
    return SimpleNamespace(group=group, **{name.lower(): found[name] for name in NAMES}, everybody=found)


def rating(client, course):
    shown = client.call("GET", f"/courses/{course.id}")["rating"]
    return shown["mean"], shown["count"], shown["stars"]


def notices(client, kind):
    return [each for each in client.call("GET", "/notifications?limit=100") if each["kind"] == kind]


@pytest.fixture(scope="module")
def reviews(course, pupils, visitor):
    """The reviews by author, and the rating that a guest saw then."""
    path = f"/courses/{course.id}/reviews/mine"
    written = {
        name: pupils.everybody[name].call("PUT", path, 201, stars=stars, text=f"Says {name}.")
        for name, stars in STARS.items()
    }
    return SimpleNamespace(written=written, rating=rating(visitor(), course))


def test_who_has_learned_says_what_they_thought(reviews, course, pupils, instructor):
    path = f"/courses/{course.id}/reviews/mine"

    assert reviews.rating == (3.33, 3, [1, 0, 0, 1, 1])
    assert pupils.dov.call("PUT", path, 403, stars=5)["code"] == "review_needs_progress"
    assert instructor.call("PUT", path, 403, stars=5)["code"] == "own_course"


@pytest.fixture(scope="module")
def moderated(reviews, course, pupils, admin, instructor, visitor):
    """Ben's review is reported and hidden, and Cleo's is answered: the rating that a guest saw then."""
    ben, cleo = reviews.written["Ben"]["id"], reviews.written["Cleo"]["id"]
    pupils.ada.call("POST", f"/reviews/{ben}/report", 204, reason="offensive")
    [reported] = admin.call("GET", "/admin/reviews?state=reported")
    assert reported["id"] == ben
    admin.call("POST", f"/admin/reviews/{ben}/hide", reason="Insults a teacher.")
    instructor.call("PUT", f"/reviews/{cleo}/reply", text="Thank you.")
    return rating(visitor(), course)


def test_a_hidden_review_leaves_the_rating_and_an_answer_shows(moderated, course, pupils, visitor):
    shown = {each["text"]: each["reply"] for each in visitor().call("GET", f"/courses/{course.id}/reviews")}

    assert moderated == (4.5, 2, [0, 0, 0, 1, 1])
    assert {text: reply and reply["text"] for text, reply in shown.items()} == {
        "Says Ada.": None,
        "Says Cleo.": "Thank you.",
    }


def test_authors_are_told_that_theirs_was_hidden_or_answered(moderated, pupils):
    within(READY_WITHIN, lambda: notices(pupils.ben, "review_hidden") and notices(pupils.cleo, "review_replied"))

    assert notices(pupils.ada, "review_hidden") == notices(pupils.ada, "review_replied") == []


def test_the_reading_list_is_ticked_off(course, pupils, books, instructor):
    path = f"/courses/{course.id}/reading-list"
    pupils.ada.call("PUT", f"{path}/{books.guide['id']}/read")

    [list_] = pupils.ada.call("GET", "/users/me/reading")
    read = {each["book_id"]: each["read_at"] is not None for each in list_["entries"]}
    assert read == {books.guide["id"]: True, books.novel["id"]: False}
    [row] = [
        each for each in instructor.call("GET", f"/courses/{course.id}/learners") if each["user_id"] == pupils.ada.id
    ]
    assert row["books_read"] == 1


@pytest.fixture(scope="module")
def chosen(pupils):
    """Each has chosen how to be told of announcements."""
    for name, mode in MODES.items():
        wanted = [{"kind": "announcement", "in_app": True, "mail": mode}]
        pupils.everybody[name].call("PUT", "/users/me/notification-preferences", preferences=wanted)


def announce(admin, pupils, title):
    body = {"title": title, "text": f"# {title}\n\nOn **Friday**.", "status": "published"}
    admin.call("POST", f"/admin/groups/{pupils.group}/announcements", 201, **body)


def told(pupils, title):
    """Return who has a notice of an announcement."""
    return {
        name
        for name, each in pupils.everybody.items()
        if [notice for notice in notices(each, "announcement") if title in str(notice["facts"])]
    }


def mailed(inbox, title):
    return {each["to"] for each in inbox.messages() if title in each["subject"]}


@pytest.fixture(scope="module")
def first(chosen, pupils, admin, inbox):
    """The first announcement has reached everybody: who has a mail of it."""
    inbox.clear()
    announce(admin, pupils, FIRST)
    within(READY_WITHIN, lambda: told(pupils, FIRST) == set(NAMES))
    at_once = {pupils.ada.email, pupils.dov.email}
    within(MAILED_WITHIN, lambda: mailed(inbox, FIRST) >= at_once)
    return mailed(inbox, FIRST)


def test_an_announcement_reaches_a_class_as_each_has_chosen(first, pupils):
    assert first == {pupils.ada.email, pupils.dov.email}


@pytest.fixture(scope="module")
def second(first, pupils, admin, inbox):
    """Dov unsubscribes by one click, knowing the mail alone, and is given his seat anew before the next announcement:
    who has a mail of it."""
    mail = next(each for each in inbox.messages() if each["to"] == pupils.dov.email and FIRST in each["subject"])
    unsubscribe(mail)
    path = f"/admin/groups/{pupils.group}/members"
    admin.call("POST", f"{path}/remove", user_ids=[pupils.dov.id])
    admin.call("POST", path, user_ids=[pupils.dov.id])
    announce(admin, pupils, SECOND)
    within(READY_WITHIN, lambda: told(pupils, SECOND) == set(NAMES))
    within(MAILED_WITHIN, lambda: mailed(inbox, SECOND) >= {pupils.ada.email})
    return mailed(inbox, SECOND)


def unsubscribe(mail):
    """Unsubscribe as a mail program does (RFC 8058)."""
    headers = {name.lower(): value for name, value in mail["headers"]}
    assert headers["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    link = headers["list-unsubscribe"].strip("<>")
    answer = requests.post(link, data={"List-Unsubscribe": "One-Click"}, allow_redirects=False, timeout=20)
    assert answer.ok, answer.text


def test_one_click_unsubscribes_for_good(second, pupils):
    assert second == {pupils.ada.email}


@pytest.fixture(scope="module")
def next_morning(second, pupils, inbox, move_clock):
    """It is eight o'clock in UTC: the digests that have come."""
    now = datetime.now(UTC)
    morning = (now + timedelta(days=1)).replace(hour=8, minute=1, second=0)
    move_clock(int((morning - now).total_seconds()))
    within(MAILED_WITHIN, lambda: digests(inbox))
    return digests(inbox)


def digests(inbox):
    return [each for each in inbox.messages() if FIRST in each["text"] and SECOND in each["text"]]


def test_a_digest_has_both_the_next_morning(next_morning, pupils):
    assert [each["to"] for each in next_morning] == [pupils.ben.email]


def test_a_book_is_found_by_half_its_title(books, visitor):
    def found(query):
        return visitor().http.get(f"{visitor().url}/search", params={"q": query, "kind": "book"}, timeout=20).json()

    within(READY_WITHIN, lambda: found("онегин"))

    assert [each["id"] for each in found("евгений оне")] == [books.novel["id"]]
    assert found("ножницы") == []
