import pytest

from learnstream.services.authoring.publishing import Learners
from tests.books import make_book
from tests.factories import archive, make_course, make_seat
from tests.problems import outcome
from tests.reading import listed, publish_list, put_list


def titles(response):
    assert response.status_code == 200
    return [each["book"]["title"] for each in response.json["entries"]]


def lesson_of(client, course, lesson, auth=None):
    return client.get(f"/lessons/{lesson.id}", auth=auth).json["reading"]


@pytest.fixture
def course(owner):
    return make_course(owner)


def test_the_list_of_a_published_course_is_public(client, owner, course):
    publish_list(owner, course, listed(make_book(owner, "Dracula")), listed(make_book(owner, "Emma")))

    shown = client.get(f"/courses/{course.id}/reading-list")

    assert titles(shown) == ["Dracula", "Emma"]
    assert (shown.json["version"], shown.headers["Cache-Control"]) == (2, "no-cache")
    again = client.get(f"/courses/{course.id}/reading-list", headers={"If-None-Match": shown.headers["ETag"]})
    assert again.status_code == 304
    archive(course)
    assert titles(client.get(f"/courses/{course.id}/reading-list")) == ["Dracula", "Emma"]


def test_a_course_without_a_list_has_an_empty_one(client, course):
    assert client.get(f"/courses/{course.id}/reading-list").json == {"version": 1, "entries": []}


def test_learners_see_the_list_of_their_version(client, owner, stranger, course):
    publish_list(owner, course, listed(make_book(owner, "Dracula")))
    make_seat(stranger, course)
    publish_list(owner, course, listed(make_book(owner, "Emma")), learners=Learners.KEEP)

    path = f"/courses/{course.id}/reading-list"
    assert titles(client.get(path, auth=stranger)) == ["Dracula"]
    assert titles(client.get(path)) == titles(client.get(path, auth=owner)) == ["Emma"]


def test_the_draft_is_hidden_from_all_but_its_authors(client, owner, stranger, learner, admin, course):
    put_list(course, listed(make_book(owner, "Dracula")))
    path = f"/courses/{course.id}/reading-list?draft=true"

    for reader in (owner, admin):
        assert titles(client.get(path, auth=reader)) == ["Dracula"]
    for reader in (None, stranger, learner):
        assert outcome(client.get(path, auth=reader)) == (404, "not_found")
    assert titles(client.get(f"/courses/{course.id}/reading-list", auth=owner)) == []


def test_a_draft_does_not_exist_for_others(client, owner, stranger):
    draft = make_course(owner, published=False)

    for reader in (None, stranger, owner):
        assert client.get(f"/courses/{draft.id}/reading-list", auth=reader).status_code == 404


def test_lessons_and_outline_show_their_books(client, owner, course):
    entry = listed(make_book(owner, "Dracula"), chapters="3", note="At night.", lesson_id=course.preview.id)
    publish_list(owner, course, entry, listed(make_book(owner, "Emma")))

    outline = client.get(f"/courses/{course.id}/lessons").json
    [shown] = lesson_of(client, course, course.preview)

    [in_outline], *others = [each["reading"] for each in outline]
    assert others == [[], []]
    assert {name: value for name, value in shown.items() if name != "book"} == entry
    assert in_outline == {name: shown[name] for name in ("book_id", "book", "required", "chapters")}
    assert in_outline["book"]["title"] == "Dracula"
    assert lesson_of(client, course, course.text, owner) == []


def test_drafts_of_lessons_and_outline_show_their_books(client, owner, course):
    put_list(course, listed(make_book(owner), lesson_id=course.text.id))

    outline = client.get(f"/courses/{course.id}/lessons?draft=true", auth=owner).json
    draft = client.get(f"/lessons/{course.text.id}?draft=true", auth=owner).json

    assert [len(each["reading"]) for each in outline] == [0, 1, 0]
    assert draft["reading"][0]["lesson_id"] == course.text.id
    assert client.get(f"/lessons/{course.preview.id}?draft=true", auth=owner).json["reading"] == []
    assert lesson_of(client, course, course.text, owner) == []
