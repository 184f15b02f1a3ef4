"""What staff see of their learners' reading."""

from learnstream.models import Role
from learnstream.services.analytics import learner_table
from learnstream.services.authoring.publishing import Learners
from tests.factories import make_group_with, make_person, make_seat
from tests.problems import outcome
from tests.reading import listed, publish_list
from tests.tables import rows

NAMES = ("book_count", "books_read", "required_books", "required_books_read")


def counts(row):
    return [int(row[name]) for name in NAMES]


def table(client, course, auth, **query):
    return client.get(f"/courses/{course.id}/learners", auth=auth, query_string=query).json


def test_staff_see_what_a_learner_has_read(client, mark, owner, admin, learner, course, books, read_titles):
    mark(books[2])

    path = f"/courses/{course.id}/learners/{learner.id}/progress"
    assert read_titles(auth=owner, path=path) == read_titles(auth=admin, path=path) == ["Walden"]
    assert outcome(client.get(path, auth=learner)) == (403, "not_your_course")


def test_the_table_counts_in_each_learners_version(client, mark, owner, course, books):
    older, newer = make_person(name="Older"), make_person(name="Newer")
    make_seat(older, course)
    publish_list(owner, course, listed(books[1]), learners=Learners.KEEP)
    make_seat(newer, course)
    mark(books[0], auth=older)
    mark(books[1], auth=newer)

    for sort in ("name", "progress"):
        found = {row["name"]: counts(row) for row in table(client, course, owner, sort=sort)}
        assert found.get("Older", [3, 1, 2, 1]) == [3, 1, 2, 1]
        assert found.get("Newer", [1, 1, 1, 1]) == [1, 1, 1, 1]
    assert {row["name"] for row in table(client, course, owner)} >= {"Older", "Newer"}


def test_the_export_has_the_counts_batch_by_batch(client, mark, owner, learner, course, books, monkeypatch):
    monkeypatch.setattr(learner_table, "BATCH", 1)
    make_seat(make_person(name="Max"), course)
    mark(books[0])

    found = rows(client.get(f"/courses/{course.id}/learners.csv", auth=owner))

    assert [counts(row) for row in found] == [[3, 1, 2, 1], [3, 0, 2, 0]]


def test_a_groups_staff_see_it_of_their_learners(client, mark, admin, learner, course, books):
    mark(books[0])
    group_id = make_group_with(course, learner, by=admin)
    teacher = make_person(role=Role.INSTRUCTOR, name="Tom")
    client.put(f"/admin/groups/{group_id}/staff", json={"user_ids": [teacher.id]}, auth=admin)

    [row] = table(client, course, teacher, group_id=group_id)

    assert counts(row) == [3, 1, 2, 1]
    assert outcome(client.get(f"/courses/{course.id}/learners", auth=teacher)) == (403, "not_your_course")
