"""What attempts at quizzes leave in lesson records, whatever their results."""

from datetime import timedelta

import pytest

from learnstream.clock import now, whole_milliseconds
from learnstream.documents import CourseProgress
from learnstream.models import Event
from learnstream.services.analytics import pending_events, rollup
from learnstream.services.delivery import syllabus
from learnstream.services.learning import progress
from learnstream.services.learning.heartbeats import LessonContext
from learnstream.stores.sql import db
from tests.factories import make_course, make_person, make_quiz_lesson, make_seat

BEGAN = whole_milliseconds(now() - timedelta(days=2, hours=1))
SUBMITTED = BEGAN + timedelta(minutes=20)


@pytest.fixture
def course(owner):
    return make_course(owner, lessons=[], published=False)


@pytest.fixture
def quiz(course):
    return make_quiz_lesson(course)


@pytest.fixture
def lea(course, quiz):
    person = make_person(name="Lea")
    make_seat(person, course, enrolled_at=BEGAN)
    return person


@pytest.fixture
def attempt(course, quiz, lea):
    """Record an attempt of Lea's, and roll up."""

    def attempt(*, fulfills=False, started_at=BEGAN, submitted_at=SUBMITTED):
        lesson = syllabus.get(course.id, 1).lesson(quiz.id)
        context = LessonContext(lea.id, course.id, quiz.id, 1, lesson.kind, lesson.completion)
        progress.attempted(context, started_at=started_at, submitted_at=submitted_at, fulfills=fulfills)
        roll_up()

    return attempt


def roll_up():
    rollup.run(rest=0)
    pending_events.move()


def publish_rule(client, owner, course, quiz, rule):
    client.patch(f"/lessons/{quiz.id}", json={"completion": {"rule": rule}}, auth=owner)
    preview = client.get(f"/courses/{course.id}/publish-preview", auth=owner).json
    assert client.post(f"/courses/{course.id}/publish", json={}, auth=owner).status_code == 201
    roll_up()
    return preview["effects"]["migrate"]


def read(client, course, auth):
    found = client.get(f"/courses/{course.id}/progress", auth=auth).json
    return found["lessons"][0] | {"last_active_at": found["last_active_at"]}


def test_an_attempt_that_does_not_pass_begins_the_lesson(client, course, lea, attempt):
    attempt()

    lesson = read(client, course, lea)
    assert (lesson["completed"], lesson["last_active_at"]) == (False, SUBMITTED.isoformat())


def test_a_result_that_fulfills_the_rule_completes_it_when_it_was_submitted(client, course, lea, attempt):
    for _ in range(2):
        attempt(fulfills=True)

    assert read(client, course, lea)["completed_by"] == "passed"
    [event] = db.session.scalars(db.select(Event).where(Event.type == "lesson.completed"))
    assert (event.data["completed_by"], abs(event.occurred_at - SUBMITTED) < timedelta(milliseconds=1)) == (
        "passed",
        True,
    )


def test_submitting_completes_it_once_that_is_enough(client, owner, course, quiz, lea, attempt):
    attempt()
    forecast = publish_rule(client, owner, course, quiz, "submitted")

    assert read(client, course, lea)["completed_by"] == "rule_change"
    assert (forecast["completing"], forecast["rising"]) == (1, 1)


def test_opening_it_is_not_submitting(client, owner, course, quiz, lea):
    client.put(f"/lessons/{quiz.id}/progress", json={"opened": True}, auth=lea)
    roll_up()
    forecast = publish_rule(client, owner, course, quiz, "submitted")

    assert (read(client, course, lea)["completed"], forecast["completing"]) == (False, 0)


def test_an_attempt_from_before_a_reset_counts_no_more(client, owner, course, quiz, lea, attempt):
    attempt()
    progress.reset(user_id=lea.id, lesson_ids=[quiz.id])
    attempt(fulfills=True)
    publish_rule(client, owner, course, quiz, "submitted")

    assert not read(client, course, lea)["completed"]


def test_the_days_of_the_attempt_are_active(attempt):
    end = BEGAN + timedelta(days=1)
    attempt(submitted_at=end)

    [record] = CourseProgress.collection().find()
    assert record["active_days"] == [f"{BEGAN:%Y-%m-%d}", f"{end:%Y-%m-%d}"]
