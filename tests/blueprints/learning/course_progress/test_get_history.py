from datetime import UTC, datetime, timedelta

import pytest

from learnstream.clock import now
from learnstream.schemas.learning.course_progress import VisitSchema
from tests.factories import make_course, make_person, make_ready_video, make_seat, order, put_video
from tests.learning import complete, make_record
from tests.problems import invalid_fields

THEN = datetime(2026, 3, 1, 12, tzinfo=UTC)


def history(client, person, **query):
    return client.get("/users/me/history", auth=person, query_string=query)


def visit(person, course, lesson, minutes, **fields):
    """Record a learner's activity in a lesson, some minutes after noon."""
    at = THEN + timedelta(minutes=minutes)
    make_record(person, course, lesson, **{"opened_at": at, "updated_at": at} | fields)


def titles(response):
    return [row["title"] for row in response.json]


def test_the_most_recent_lesson_comes_first(client, course, learner):
    for minutes, lesson in enumerate([course.text, course.preview]):
        visit(learner, course, lesson, minutes)

    response = history(client, learner)

    assert titles(response) == ["Welcome", "Reading"]
    first = response.json[0]
    assert (first["lesson_id"], first["course_id"], first["course"]["title"]) == (
        course.preview.id,
        course.id,
        "Astronomy",
    )
    assert first["last_active_at"] == (THEN + timedelta(minutes=1)).isoformat()


def test_a_video_has_its_last_position(client, owner, course, learner):
    put_video(course.video, make_ready_video())
    order(owner, course, {"lessons": course.lessons})
    visit(learner, course, course.video, 1, watched=0.25, position={"seconds": 31.5, "at": THEN, "seq": 3})

    [row] = history(client, learner).json

    assert (row["kind"], row["position"], row["duration"], row["fraction"]) == ("video", 31.5, 100.0, 0.25)


def test_the_history_is_paged(client, course, learner):
    for minutes, lesson in enumerate(course.lessons):
        visit(learner, course, lesson, minutes)

    response = history(client, learner, page=2, page_size=2)

    assert titles(response) == ["Welcome"]
    assert response.headers["X-Pagination"].startswith('{"total": 3, "total_pages": 2')


def test_unfinished_lessons_can_be_filtered(client, course, learner):
    visit(learner, course, course.text, 1)
    visit(learner, course, course.preview, 2, completed_at=THEN)

    assert titles(history(client, learner, completed="false")) == ["Reading"]
    assert titles(history(client, learner, completed="true")) == ["Welcome"]


def test_waived_lessons_are_not_in_the_history(client, course, learner):
    complete(learner, course, course.text, completed_by="waived")

    assert history(client, learner).json == []


def test_courses_without_access_are_left_out(client, owner, course, learner):
    another = make_course(owner, title="Another")
    make_seat(learner, another, expires_at=now() - timedelta(days=1))
    visit(learner, another, another.text, 1)
    visit(learner, course, course.text, 2)
    assert [row["course_id"] for row in history(client, learner).json] == [course.id]

    client.delete(f"/courses/{course.id}/enroll", auth=learner)

    assert history(client, learner).json == []


def test_a_lesson_removed_from_the_version_has_no_title(client, owner, course, learner):
    visit(learner, course, course.text, 1)
    client.delete(f"/lessons/{course.text.id}", auth=owner)
    client.post(f"/courses/{course.id}/publish", json={}, auth=owner)

    [row] = history(client, learner).json

    assert (row["lesson_id"], row["title"], row["kind"]) == (course.text.id, None, None)


def test_records_of_other_learners_are_not_shown(client, course, learner, stranger, owner, admin):
    visit(learner, course, course.text, 1)

    assert [history(client, person).json for person in (stranger, owner, admin)] == [[], [], []]


def test_a_guest_must_sign_in(client):
    assert history(client, None).status_code == 401


@pytest.mark.parametrize("query", [{"page": 0}, {"page_size": 101}, {"page": 10**20}, {"completed": "perhaps"}])
def test_invalid_input_is_named(client, stranger, query):
    assert invalid_fields(history(client, stranger, **query), "query") == list(query)


def test_the_serialized_bytes_match_the_schema(client, course, learner):
    visit(learner, course, course.text, 1)

    [row] = history(client, learner).json

    assert row.keys() == VisitSchema().fields.keys()
    assert VisitSchema().dump(VisitSchema().load(row)) == row


def test_a_long_history_needs_as_many_queries_as_a_short_one(client, owner, queries, plans):
    person = make_person()
    for number in range(5):
        course = make_course(owner, [{"title": "A"}, {"title": "B"}], title=f"Course {number}")
        make_seat(person, course)
        for lesson in course.lessons:
            visit(person, course, lesson, number)
    history(client, person)
    queries.clear()
    assert len(history(client, person).json) == 10
    # A page, and the total.
    assert [query for query in queries if query != "redis"] == ["find", "aggregate"]

    with plans:
        history(client, person)

    assert plans.scans == []
