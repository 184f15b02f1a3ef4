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
    """What a learner did with a lesson, some minutes after noon."""
    at = THEN + timedelta(minutes=minutes)
    make_record(person, course, lesson, **{"opened_at": at, "updated_at": at} | fields)


def titles(answer):
    return [row["title"] for row in answer.json]


def test_the_latest_lesson_comes_first(client, course, learner):
    for minutes, lesson in enumerate([course.text, course.preview]):
        visit(learner, course, lesson, minutes)

    answer = history(client, learner)

    assert titles(answer) == ["Welcome", "Reading"]
    first = answer.json[0]
    assert (first["lesson_id"], first["course_id"], first["course"]["title"]) == (
        course.preview.id,
        course.id,
        "Astronomy",
    )
    assert first["last_active_at"] == (THEN + timedelta(minutes=1)).isoformat()


def test_a_video_says_where_it_was_left(client, owner, course, learner):
    put_video(course.video, make_ready_video())
    order(owner, course, {"lessons": course.lessons})
    visit(learner, course, course.video, 1, watched=0.25, position={"seconds": 31.5, "at": THEN, "seq": 3})

    [row] = history(client, learner).json

    assert (row["kind"], row["position"], row["duration"], row["fraction"]) == ("video", 31.5, 100.0, 0.25)


def test_lessons_come_in_pages(client, course, learner):
    for minutes, lesson in enumerate(course.lessons):
        visit(learner, course, lesson, minutes)

    answer = history(client, learner, page=2, page_size=2)

    assert titles(answer) == ["Welcome"]
    assert answer.headers["X-Pagination"].startswith('{"total": 3, "total_pages": 2')


def test_what_is_to_go_on_with_can_be_told_apart(client, course, learner):
    visit(learner, course, course.text, 1)
    visit(learner, course, course.preview, 2, completed_at=THEN)

    assert titles(history(client, learner, completed="false")) == ["Reading"]
    assert titles(history(client, learner, completed="true")) == ["Welcome"]


def test_what_was_only_waived_is_no_visit(client, course, learner):
    complete(learner, course, course.text, completed_by="waived")

    assert history(client, learner).json == []


def test_courses_that_are_closed_to_somebody_are_left_out(client, owner, course, learner):
    another = make_course(owner, title="Another")
    make_seat(learner, another, expires_at=now() - timedelta(days=1))
    visit(learner, another, another.text, 1)
    visit(learner, course, course.text, 2)
    assert [row["course_id"] for row in history(client, learner).json] == [course.id]

    client.delete(f"/courses/{course.id}/enroll", auth=learner)

    assert history(client, learner).json == []


def test_a_lesson_that_left_the_version_has_no_title(client, owner, course, learner):
    visit(learner, course, course.text, 1)
    client.delete(f"/lessons/{course.text.id}", auth=owner)
    client.post(f"/courses/{course.id}/publish", json={}, auth=owner)

    [row] = history(client, learner).json

    assert (row["lesson_id"], row["title"], row["kind"]) == (course.text.id, None, None)


def test_what_others_did_is_not_shown(client, course, learner, stranger, owner, admin):
    visit(learner, course, course.text, 1)

    assert [history(client, person).json for person in (stranger, owner, admin)] == [[], [], []]


def test_a_guest_has_to_sign_in(client):
    assert history(client, None).status_code == 401


@pytest.mark.parametrize("query", [{"page": 0}, {"page_size": 101}, {"page": 10**20}, {"completed": "perhaps"}])
def test_nonsense_is_named(client, stranger, query):
    assert invalid_fields(history(client, stranger, **query), "query") == list(query)


def test_the_bytes_are_what_the_schema_says(client, course, learner):
    visit(learner, course, course.text, 1)

    [row] = history(client, learner).json

    assert row.keys() == VisitSchema().fields.keys()
    assert VisitSchema().dump(VisitSchema().load(row)) == row


def test_a_long_history_takes_as_many_questions_as_a_short_one(client, owner, queries, plans):
    person = make_person()
    for number in range(5):
        course = make_course(owner, [{"title": "A"}, {"title": "B"}], title=f"Course {number}")
        make_seat(person, course)
        for lesson in course.lessons:
            visit(person, course, lesson, number)
    history(client, person)
    queries.clear()
    assert len(history(client, person).json) == 10
    # A page, and how many there are in all.
    assert [query for query in queries if query != "redis"] == ["find", "aggregate"]

    with plans:
        history(client, person)

    assert plans.scans == []
