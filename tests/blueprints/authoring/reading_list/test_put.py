import pytest
from bson import ObjectId
from pymongo.errors import AutoReconnect

from learnstream.documents import Book, CourseVersion
from learnstream.services.authoring import publishing, reading
from learnstream.services.books import books
from learnstream.stores.sql import db
from tests.books import make_book
from tests.factories import make_course
from tests.problems import invalid_fields, outcome
from tests.reading import archive_book, listed, publish_list, put_list


@pytest.fixture
def drafted(owner):
    return make_course(owner, published=False)


def put(client, course, auth, *entries, headers=None):
    return client.put(f"/courses/{course.id}/reading-list", json={"entries": entries}, auth=auth, headers=headers)


def read(client, course, auth):
    return client.get(f"/courses/{course.id}/reading-list?draft=true", auth=auth).json["entries"]


def plain(entries):
    """Return entries as they were given."""
    return [{name: value for name, value in each.items() if name != "book"} for each in entries]


def test_the_whole_list_is_replaced_and_read_back(client, owner, drafted):
    one, two = make_book(owner, "Dracula", authors=["Bram Stoker"]), make_book(owner, "Emma")
    given = [
        listed(two, required=False),
        listed(one, chapters="1 to 4", note="Read it by day.", lesson_id=drafted.text.id),
    ]

    response = put(client, drafted, owner, *given)

    assert (response.status_code, response.json["version"]) == (200, 0)
    assert plain(response.json["entries"]) == given
    assert response.json["entries"][1]["book"]["authors"] == ["Bram Stoker"]
    assert read(client, drafted, owner) == response.json["entries"]
    assert put(client, drafted, owner).json["entries"] == []
    assert read(client, drafted, owner) == []


def test_only_book_and_whether_it_is_required_must_be_given(client, owner, drafted):
    book = make_book(owner)

    response = put(client, drafted, owner, {"book_id": str(book["_id"]), "required": False})

    assert plain(response.json["entries"]) == [listed(book, required=False)]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("book_id", "nonsense"),
        ("book_id", None),
        ("book_id", 7),
        ("book_id", "F" * 24),
        ("required", "yes"),
        ("required", None),
        ("chapters", "x" * 201),
        ("chapters", "1\n2"),
        ("chapters", "\x00"),
        ("note", "x" * 1001),
        ("note", "\ud800"),
        ("note", None),
        ("lesson_id", "nonsense"),
        ("lesson_id", ""),
        ("surprise", 1),
    ],
)
def test_invalid_fields_are_named(client, owner, drafted, field, value):
    entry = listed(make_book(owner)) | {field: value}

    response = put(client, drafted, owner, entry)

    assert invalid_fields(response) == ["entries"]
    assert list(response.json["errors"]["json"]["entries"]["0"]) == [field]


@pytest.mark.parametrize("body", [{}, {"entries": None}, {"entries": {}}, {"entries": [], "surprise": 1}, []])
def test_the_body_is_one_list(client, owner, drafted, body):
    assert client.put(f"/courses/{drafted.id}/reading-list", json=body, auth=owner).status_code == 422


def test_books_and_lessons_must_exist_and_stand_once(client, owner, drafted):
    book, other = make_book(owner), make_book(owner)
    elsewhere = make_course(owner)

    unknown = put(
        client,
        drafted,
        owner,
        listed(book),
        {"book_id": str(ObjectId()), "required": True},
        listed(other, lesson_id=elsewhere.text.id),
    )
    twice = put(client, drafted, owner, listed(book), listed(other), listed(book))

    assert unknown.status_code == 422
    assert unknown.json["errors"]["json"]["entries"] == {
        "1": {"book_id": ["The book does not exist."]},
        "2": {"lesson_id": ["The draft of this course does not have the lesson."]},
    }
    assert twice.json["errors"]["json"]["entries"] == {"2": {"book_id": ["Listed more than once."]}}
    assert read(client, drafted, owner) == []


def test_a_list_has_at_most_a_hundred_books(client, owner, drafted):
    books = [make_book(owner, f"Volume {number}") for number in range(101)]

    assert put(client, drafted, owner, *map(listed, books[:100])).status_code == 200
    assert invalid_fields(put(client, drafted, owner, *map(listed, books))) == ["entries"]
    assert len(read(client, drafted, owner)) == 100


def test_an_archived_book_can_stay_but_not_be_added(client, owner, drafted):
    kept, new = make_book(owner), make_book(owner)
    put(client, drafted, owner, listed(kept))
    archive_book(kept)
    archive_book(new)

    assert put(client, drafted, owner, listed(kept, chapters="2")).status_code == 200
    refused = put(client, drafted, owner, listed(kept), listed(new))

    assert list(refused.json["errors"]["json"]["entries"]) == ["1"]
    assert read(client, drafted, owner)[0]["book"]["status"] == "archived"
    put(client, drafted, owner)
    assert put(client, drafted, owner, listed(kept)).status_code == 422


def test_only_the_draft_that_was_read_is_changed(client, owner, drafted):
    book = make_book(owner)
    seen = client.get(f"/courses/{drafted.id}/draft", auth=owner).headers["ETag"]
    changed = put(client, drafted, owner, listed(book), headers={"If-Match": seen})

    assert outcome(put(client, drafted, owner, headers={"If-Match": seen})) == (412, "precondition_failed")
    assert changed.headers["ETag"] == client.get(f"/courses/{drafted.id}/draft", auth=owner).headers["ETag"] != seen
    assert len(read(client, drafted, owner)) == 1


def test_publishing_compares_keeps_and_restores_the_list(client, owner, drafted):
    book = make_book(owner)
    given = listed(book, note="All of it.")
    client.post(f"/courses/{drafted.id}/publish", json={}, auth=owner)
    put(client, drafted, owner, given)

    preview = client.get(f"/courses/{drafted.id}/publish-preview", auth=owner).json["changes"]["course"]
    client.post(f"/courses/{drafted.id}/publish", json={}, auth=owner)
    put(client, drafted, owner)
    diff = client.get(f"/courses/{drafted.id}/versions/diff", auth=owner).json["course"]
    version = client.get(f"/courses/{drafted.id}/versions/2", auth=owner).json
    client.post(f"/courses/{drafted.id}/versions/2/restore", json={}, auth=owner)

    [added], [removed] = preview, diff
    assert (added["field"], added["before"], plain(added["after"])) == ("reading_list", [], [given])
    assert (removed["field"], plain(removed["before"]), removed["after"]) == ("reading_list", [given], [])
    assert added["after"] == version["reading_list"] == read(client, drafted, owner)
    assert added["after"][0]["book"]["title"] == "Dracula"
    client.post(f"/courses/{drafted.id}/versions/1/restore", json={}, auth=owner)
    assert read(client, drafted, owner) == []


def test_the_first_publication_compares_with_nothing(client, owner, drafted):
    put(client, drafted, owner, listed(make_book(owner)))

    changes = client.get(f"/courses/{drafted.id}/publish-preview", auth=owner).json["changes"]["course"]

    [found] = [each for each in changes if each["field"] == "reading_list"]
    assert (found["before"], len(found["after"])) == (None, 1)


def test_a_lesson_or_a_book_that_was_removed_since_is_not_in_the_way(client, owner, drafted):
    book, deleted = make_book(owner), make_book(owner)
    put(client, drafted, owner, listed(book, lesson_id=drafted.text.id), listed(deleted))
    client.delete(f"/lessons/{drafted.text.id}", auth=owner)
    assert client.delete(f"/books/{deleted['_id']}", auth=owner).json["status"] == "deleted"

    assert plain(read(client, drafted, owner)) == [listed(book)]
    assert client.post(f"/courses/{drafted.id}/publish", json={}, auth=owner).status_code == 201
    shown = client.get(f"/courses/{drafted.id}/reading-list").json
    assert (shown["version"], plain(shown["entries"])) == (1, [listed(book)])


def test_a_book_is_in_use_once_a_version_lists_it(client, owner, drafted):
    book_id = str((book := make_book(owner))["_id"])
    put(client, drafted, owner, listed(book))
    assert not reading.in_published_use(book_id)

    client.post(f"/courses/{drafted.id}/publish", json={}, auth=owner)
    put(client, drafted, owner)

    assert reading.in_published_use(book_id)


def test_others_may_not_change_it(client, stranger, learner, course):
    assert outcome(put(client, course, stranger)) == outcome(put(client, course, learner)) == (403, "not_your_course")


def test_a_failing_store_takes_no_book_from_a_list(owner, course, monkeypatch):
    book = make_book(owner)
    put_list(course, listed(book))
    books.invalidate(str(book["_id"]))

    def fail():
        raise AutoReconnect

    with monkeypatch.context() as patched:
        patched.setattr(Book, "collection", fail)
        with pytest.raises(AutoReconnect):
            publish_list(owner, course, listed(book))
        with pytest.raises(AutoReconnect):
            publishing.publish(course_id=course.id, published_by=owner.id)
        db.session.rollback()

    publishing.publish(course_id=course.id, published_by=owner.id)
    db.session.commit()
    assert len(CourseVersion.collection().find_one({"number": 2})["reading_list"]) == 1
