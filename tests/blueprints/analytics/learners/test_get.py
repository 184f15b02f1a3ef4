from datetime import timedelta

import pytest
from bson import ObjectId

from learnstream.clock import now
from learnstream.models import Enrollment
from learnstream.schemas.analytics import learners as schemas
from learnstream.schemas.analytics.learners import LearnerSchema
from learnstream.services.analytics import learner_table, rollup
from learnstream.stores.keyset import Part
from learnstream.stores.sql import db
from tests.blueprints.analytics.learners.conftest import MONDAY, count_activity, days
from tests.factories import make_course, make_person, make_seat
from tests.learning import open_text


@pytest.fixture
def fetch(client, owner, course, counted_learners):
    def fetch(auth=owner, **query):
        return client.get(f"/courses/{course.id}/learners", auth=auth, query_string=query)

    return fetch


def names(response):
    assert response.status_code == 200, response.json
    return [row["name"] for row in response.json]


def test_a_learner_is_listed_with_enrollment_and_progress(fetch, counted_learners):
    ann, *_ = fetch().json

    assert ann | {"as_of": None} == {
        "user_id": counted_learners["Ann"].id,
        "name": "Ann",
        "email": counted_learners["Ann"].email,
        "photo": None,
        "status": "completed",
        "source": "self",
        "version": 1,
        "enrolled_at": MONDAY.isoformat(),
        "expires_at": None,
        "completed_at": days(1).isoformat(),
        "fraction": 1.0,
        "completed_lessons": 4,
        "lesson_count": 4,
        "watched_seconds": 0,
        "started_at": days(1).isoformat(),
        "last_active_at": days(1).isoformat(),
        "book_count": 0,
        "books_read": 0,
        "required_books": 0,
        "required_books_read": 0,
        "as_of": None,
    }
    assert ann["as_of"] == rollup.as_of().isoformat()


def test_a_learner_who_never_started_is_listed(fetch):
    cem = next(row for row in fetch().json if row["name"] == "Cem")

    assert (cem["fraction"], cem["completed_lessons"], cem["lesson_count"]) == (0.0, 0, 4)
    assert (cem["started_at"], cem["last_active_at"], cem["completed_at"]) == (None, None, None)


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("name", "Ann Bob Cem Dee"),
        ("-name", "Dee Cem Bob Ann"),
        ("enrolled_at", "Dee Cem Bob Ann"),
        ("-enrolled_at", "Ann Bob Cem Dee"),
        ("progress", "Cem Dee Bob Ann"),
        ("-progress", "Ann Bob Dee Cem"),
        ("last_active_at", "Cem Dee Ann Bob"),
        ("-last_active_at", "Bob Ann Dee Cem"),
    ],
)
def test_learners_are_sorted_as_requested(fetch, sort, expected):
    assert names(fetch(sort=sort)) == expected.split()
    assert [names(fetch(sort=sort, page=page, page_size=1)) for page in (1, 2, 3, 4)] == [
        [name] for name in expected.split()
    ]


@pytest.mark.parametrize("sort", ["name", "-progress"])
def test_learners_are_paged(fetch, sort):
    response = fetch(sort=sort, page=2, page_size=3)

    assert len(response.json) == 1
    assert response.headers["X-Pagination"].startswith('{"total": 4, "total_pages": 2')


FILTERS = [
    ({}, "Ann Bob Cem Dee"),
    ({"status": "active"}, "Bob Cem"),
    ({"status": "completed"}, "Ann"),
    ({"status": "withdrawn"}, "Dee"),
    ({"status": "expired"}, ""),
    ({"q": "b"}, "Bob"),
    ({"q": "ANN"}, "Ann"),
    ({"q": "example.com"}, "Ann Bob Cem Dee"),
    ({"q": "%"}, ""),
    ({"min_progress": 0.5}, "Ann Bob"),
    ({"max_progress": 0.5}, "Bob Cem Dee"),
    ({"max_progress": 0}, "Cem"),
    ({"min_progress": 0, "max_progress": 0.25}, "Cem Dee"),
    ({"min_progress": 0.2, "max_progress": 0.9}, "Bob Dee"),
    ({"min_progress": 1}, "Ann"),
    ({"status": "active", "max_progress": 0.1}, "Cem"),
    ({"q": "e", "min_progress": 0.1, "status": "withdrawn"}, "Dee"),
]


@pytest.mark.parametrize("sort", ["name", "progress"])
@pytest.mark.parametrize(("query", "expected"), FILTERS)
def test_filters_return_the_same_learners_from_either_store(fetch, sort, query, expected):
    response = fetch(sort=sort, **query)

    assert sorted(names(response)) == expected.split()
    assert response.headers["X-Pagination"].startswith(f'{{"total": {len(expected.split())},')


def test_an_ended_enrollment_is_marked(fetch, counted_learners):
    seat = db.session.query(Enrollment).filter_by(user_id=counted_learners["Bob"].id).one()
    seat.expires_at = now() - timedelta(days=1)
    db.session.commit()

    assert names(fetch(status="expired")) == names(fetch(status="expired", sort="-progress")) == ["Bob"]
    assert names(fetch(status="active")) == ["Cem"]


def test_a_new_learner_is_listed_immediately_by_name(fetch, course):
    make_seat(make_person(name="Eve"), course)

    assert names(fetch()) == ["Ann", "Bob", "Cem", "Dee", "Eve"]
    assert names(fetch(max_progress=0)) == ["Cem", "Eve"]
    assert names(fetch(max_progress=0, sort="progress")) == ["Cem"]
    assert fetch(q="eve").json[0]["lesson_count"] is None
    count_activity()
    assert names(fetch(max_progress=0, sort="progress")) == ["Eve", "Cem"]


def test_users_without_an_enrollment_are_not_learners(fetch, owner, course, stranger):
    open_text(stranger, course, course.lessons[0])
    count_activity()

    assert "Stan" not in names(fetch(sort="-progress"))


def test_learners_of_other_courses_are_not_listed(client, fetch, owner):
    another = make_course(owner, title="Another")

    assert client.get(f"/courses/{another.id}/learners", auth=owner).json == []


def test_an_administrator_lists_the_learners(fetch, admin):
    assert names(fetch(auth=admin)) == ["Ann", "Bob", "Cem", "Dee"]


@pytest.mark.parametrize("person", ["stranger", "other_owner"])
def test_other_users_are_rejected(fetch, request, person):
    response = fetch(auth=request.getfixturevalue(person))

    assert (response.status_code, response.json["code"]) == (403, "not_your_course")


def test_learners_do_not_see_each_other(fetch, counted_learners):
    assert fetch(auth=counted_learners["Ann"]).status_code == 403


def test_a_guest_must_sign_in(fetch):
    assert fetch(auth=None).status_code == 401


def test_unknown_courses_and_drafts_are_not_found(client, draft_course, stranger, owner):
    for course_id, person in ((ObjectId(), owner), (draft_course.id, stranger)):
        assert client.get(f"/courses/{course_id}/learners", auth=person).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("page", 0),
        ("page_size", 101),
        ("page", 10**20),
        ("sort", "email"),
        ("status", "asleep"),
        ("q", "x" * 101),
        ("q", "\x00"),
        ("min_progress", -0.1),
        ("max_progress", 1.1),
        ("min_progress", "nan"),
        ("min_progress", "half"),
    ],
)
def test_invalid_input_is_named(fetch, field, value):
    response = fetch(**{field: value})

    assert response.status_code == 422
    assert list(response.json["errors"]["query"]) == [field]


def test_an_empty_range_is_rejected(fetch):
    assert fetch(min_progress=0.6, max_progress=0.5).status_code == 422


def test_the_serialized_bytes_match_the_schema(fetch):
    for row in fetch().json:
        assert row.keys() == LearnerSchema().fields.keys()
        assert LearnerSchema().dump(LearnerSchema().load(row)) == row


def test_the_documented_parameters_match_the_implementation():
    assert set(schemas.SORTS) == set(learner_table.SORTS)


@pytest.mark.parametrize("sort", learner_table.SORTS)
def test_a_page_needs_few_queries_and_reads_one_entry_more(client, owner, course, queries, plans, sort):
    for number in range(30):
        make_seat(make_person(name=f"Person {number}"), course)
    count_activity()
    path = f"/courses/{course.id}/learners?page_size=5&sort={sort}"
    client.get(path, auth=owner)
    queries.clear()

    with plans:
        assert len(client.get(path, auth=owner).json) == 5

    assert queries.count("sql") <= 2
    # The figures, their number if MongoDB counts them, and their time.
    assert len([query for query in queries if query in {"find", "aggregate"}]) <= 4
    # The figures of one more learner show that there is a next page.
    assert (plans.scans, plans.examined("course_progress")) == ([], 6 if sort in learner_table.BY_PROGRESS else 5)


def test_enrollments_of_a_course_are_read_by_index(course, counted_learners, other_seats, explain):
    other_seats()
    wanted = learner_table.LearnerFilter(course.id, status="active", max_progress=0.5)

    plan = explain(lambda: learner_table.browse(wanted, sort="name", part=Part(5)))

    assert "ix_enrollments_course" in plan
    assert "Seq Scan" not in plan


@pytest.mark.parametrize("sort", ["name", "progress"])
def test_a_search_for_learners_uses_an_index(course, counted_learners, other_seats, explain, sort):
    other_seats()
    wanted = learner_table.LearnerFilter(course.id, q="ann")

    assert "Seq Scan" not in explain(lambda: learner_table.browse(wanted, sort=sort, part=Part(5)))


def test_learners_are_found_without_accents(fetch, course):
    make_seat(make_person(name="Zoë"), course)
    count_activity()

    assert names(fetch(q="zoe")) == names(fetch(q="ZO\xcb", sort="progress")) == ["Zoë"]
