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
from tests.blueprints.analytics.learners.conftest import MONDAY, counted, days
from tests.factories import make_course, make_person, make_seat
from tests.learning import open_text


@pytest.fixture
def ask(client, owner, course, class_):
    def ask(auth=owner, **query):
        return client.get(f"/courses/{course.id}/learners", auth=auth, query_string=query)

    return ask


def names(answer):
    assert answer.status_code == 200, answer.json
    return [row["name"] for row in answer.json]


def test_a_learner_is_shown_with_seat_and_progress(ask, class_):
    ann, *_ = ask().json

    assert ann | {"as_of": None} == {
        "user_id": class_["Ann"].id,
        "name": "Ann",
        "email": class_["Ann"].email,
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
        "as_of": None,
    }
    assert ann["as_of"] == rollup.as_of().isoformat()


def test_who_never_started_is_shown_too(ask):
    cem = next(row for row in ask().json if row["name"] == "Cem")

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
def test_they_come_in_the_order_that_is_asked_for(ask, sort, expected):
    assert names(ask(sort=sort)) == expected.split()
    assert [names(ask(sort=sort, page=page, page_size=1)) for page in (1, 2, 3, 4)] == [
        [name] for name in expected.split()
    ]


@pytest.mark.parametrize("sort", ["name", "-progress"])
def test_they_come_in_pages(ask, sort):
    answer = ask(sort=sort, page=2, page_size=3)

    assert len(answer.json) == 1
    assert answer.headers["X-Pagination"].startswith('{"total": 4, "total_pages": 2')


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
def test_filters_find_the_same_whichever_store_drives(ask, sort, query, expected):
    answer = ask(sort=sort, **query)

    assert sorted(names(answer)) == expected.split()
    assert answer.headers["X-Pagination"].startswith(f'{{"total": {len(expected.split())},')


def test_a_seat_that_has_ended_says_so(ask, class_):
    seat = db.session.query(Enrollment).filter_by(user_id=class_["Bob"].id).one()
    seat.expires_at = now() - timedelta(days=1)
    db.session.commit()

    assert names(ask(status="expired")) == names(ask(status="expired", sort="-progress")) == ["Bob"]
    assert names(ask(status="active")) == ["Cem"]


def test_who_enrolled_just_now_is_there_at_once_by_name(ask, course):
    make_seat(make_person(name="Eve"), course)

    assert names(ask()) == ["Ann", "Bob", "Cem", "Dee", "Eve"]
    assert names(ask(max_progress=0)) == ["Cem", "Eve"]
    assert names(ask(max_progress=0, sort="progress")) == ["Cem"]
    assert ask(q="eve").json[0]["lesson_count"] is None
    counted()
    assert names(ask(max_progress=0, sort="progress")) == ["Eve", "Cem"]


def test_who_only_peeked_is_no_learner(ask, owner, course, stranger):
    open_text(stranger, course, course.lessons[0])
    counted()

    assert "Stan" not in names(ask(sort="-progress"))


def test_other_courses_have_other_learners(client, ask, owner):
    another = make_course(owner, title="Another")

    assert client.get(f"/courses/{another.id}/learners", auth=owner).json == []


def test_an_administrator_sees_them(ask, admin):
    assert names(ask(auth=admin)) == ["Ann", "Bob", "Cem", "Dee"]


@pytest.mark.parametrize("person", ["stranger", "other_owner"])
def test_everybody_else_is_refused(ask, request, person):
    answer = ask(auth=request.getfixturevalue(person))

    assert (answer.status_code, answer.json["code"]) == (403, "not_your_course")


def test_learners_do_not_see_each_other(ask, class_):
    assert ask(auth=class_["Ann"]).status_code == 403


def test_a_guest_has_to_sign_in(ask):
    assert ask(auth=None).status_code == 401


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
def test_nonsense_is_named(ask, field, value):
    answer = ask(**{field: value})

    assert answer.status_code == 422
    assert list(answer.json["errors"]["query"]) == [field]


def test_a_range_must_not_be_empty(ask):
    assert ask(min_progress=0.6, max_progress=0.5).status_code == 422


def test_the_bytes_are_what_the_schema_says(ask):
    for row in ask().json:
        assert row.keys() == LearnerSchema().fields.keys()
        assert LearnerSchema().dump(LearnerSchema().load(row)) == row


def test_what_is_documented_is_what_there_is():
    assert set(schemas.SORTS) == set(learner_table.SORTS)


@pytest.mark.parametrize("sort", learner_table.SORTS)
def test_a_page_takes_few_questions_and_reads_no_more_than_itself_and_what_follows(
    client, owner, course, queries, plans, sort
):
    for number in range(30):
        make_seat(make_person(name=f"Person {number}"), course)
    counted()
    path = f"/courses/{course.id}/learners?page_size=5&sort={sort}"
    client.get(path, auth=owner)
    queries.clear()

    with plans:
        assert len(client.get(path, auth=owner).json) == 5

    assert queries.count("sql") <= 2
    # The figures, how many there are if MongoDB counts them, and as of when.
    assert len([query for query in queries if query in {"find", "aggregate"}]) <= 4
    # Of the figures by which it is sorted, those of the next one tell that there is a next one.
    assert (plans.scans, plans.examined("course_progress")) == ([], 6 if sort in learner_table.BY_PROGRESS else 5)


def test_postgresql_finds_a_courses_seats_by_their_index(course, class_, seats_elsewhere, explained):
    seats_elsewhere()
    wanted = learner_table.Wanted(course.id, status="active", max_progress=0.5)

    plan = explained(lambda: learner_table.browse(wanted, sort="name", part=Part(5)))

    assert "ix_enrollments_course" in plan
    assert "Seq Scan" not in plan


@pytest.mark.parametrize("sort", ["name", "progress"])
def test_a_search_for_learners_scans_nobody(course, class_, seats_elsewhere, explained, sort):
    seats_elsewhere()
    wanted = learner_table.Wanted(course.id, q="ann")

    assert "Seq Scan" not in explained(lambda: learner_table.browse(wanted, sort=sort, part=Part(5)))


def test_learners_are_found_without_accents(ask, course):
    make_seat(make_person(name="Zoë"), course)
    counted()

    assert names(ask(q="zoe")) == names(ask(q="ZO\xcb", sort="progress")) == ["Zoë"]
