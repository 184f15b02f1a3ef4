"""A version with a weaker rule completes lessons that learners have done already."""

from datetime import timedelta

import pytest
from bson import ObjectId
from sqlalchemy import select

from learnstream.clock import now
from learnstream.documents import LessonStats, Progress
from learnstream.models import Enrollment, Event, SeatStatus
from learnstream.services.analytics import pending_events, rollup
from learnstream.stores.sql import db
from tests.factories import make_course, make_person
from tests.learning import LESSONS, open_text, reset, seat, show_videos, watch

MONDAY = now() - timedelta(days=3)
EASIER = {"rule": "watched", "threshold": 0.75}


@pytest.fixture
def course(owner):
    return make_course(owner, lessons=LESSONS)


@pytest.fixture
def videos(course):
    return show_videos(course, 100.0, 100.0)


@pytest.fixture
def lea(course, videos):
    """A learner who has watched 80 % of the first film and completed everything else."""
    person = make_person(name="Lea")
    seat(person, course)
    watch(person, course, course.lessons[0], videos[0], (0, 80), at=MONDAY)
    watch(person, course, course.lessons[1], videos[1], (0, 100), at=MONDAY)
    open_text(person, course, course.lessons[2], at=MONDAY)
    roll_up()
    return person


def roll_up():
    rollup.run(rest=0)
    pending_events.move()


@pytest.fixture
def change(client, owner, course):
    """Publish another rule for a lesson."""

    def change(rule, place=0, learners="migrate"):
        path = f"/lessons/{course.lessons[place].id}"
        assert client.patch(path, json={"completion": rule}, auth=owner).status_code == 200
        body = {"learners": learners}
        assert client.post(f"/courses/{course.id}/publish", json=body, auth=owner).status_code == 201
        roll_up()

    return change


@pytest.fixture
def completion_of_lea(client, course, lea):
    """Return whether Lea has completed the course, and how its lessons were completed."""

    def completion_of_lea():
        found = client.get(f"/courses/{course.id}/progress", auth=lea).json
        return found["completed"], [lesson["completed_by"] for lesson in found["lessons"]]

    return completion_of_lea


def event_data(kind):
    return [event.data for event in db.session.scalars(select(Event).where(Event.type == kind).order_by(Event.id))]


def test_a_lower_threshold_completes_the_lesson_for_learners_above_it(completion_of_lea, change, course, lea):
    assert completion_of_lea() == (False, [None, "watched", "opened"])

    change(EASIER)

    assert completion_of_lea() == (True, ["rule_change", "watched", "opened"])
    held = db.session.scalars(select(Enrollment)).one()
    assert held.status is SeatStatus.COMPLETED
    last = event_data("lesson.completed")[-1]
    assert (last["lesson_id"], last["completed_by"]) == (course.lessons[0].id, "rule_change")
    assert [data["enrollment_id"] for data in event_data("course.completed")] == [held.id]
    roll_up()
    assert len(event_data("lesson.completed")) == 3


def test_figures_count_lessons_completed_by_a_rule_change(change, course, lea):
    change(EASIER)

    assert LessonStats.collection().find_one({"_id": ObjectId(course.lessons[0].id)})["completed"] == 1


@pytest.mark.parametrize("threshold", [0.81, 0.95])
def test_a_learner_below_the_threshold_has_not_completed_the_lesson(completion_of_lea, change, threshold):
    change({"rule": "watched", "threshold": threshold})

    assert completion_of_lea() == (False, [None, "watched", "opened"])


def test_a_learner_who_keeps_their_version_is_measured_by_its_rule(completion_of_lea, change):
    change(EASIER, learners="keep")

    assert completion_of_lea()[0] is False


def test_a_learner_moved_later_is_measured_then(completion_of_lea, change, client, owner, course):
    change(EASIER, learners="keep")
    client.post(f"/courses/{course.id}/learners/migrate", json={}, auth=owner)
    roll_up()

    assert completion_of_lea()[0] is True


def test_an_ended_enrollment_completes_nothing(change, client, course, lea):
    client.delete(f"/courses/{course.id}/enroll", auth=lea)
    change(EASIER)

    assert Progress.collection().count_documents({"completed_by": "rule_change"}) == 0


def test_a_returning_learner_is_measured_by_the_current_rule(completion_of_lea, change, client, course, lea):
    client.delete(f"/courses/{course.id}/enroll", auth=lea)
    change(EASIER)
    client.post(f"/courses/{course.id}/enroll", auth=lea)
    roll_up()

    assert completion_of_lea()[0] is True


def test_a_reset_lesson_is_not_completed_by_a_rule_change(completion_of_lea, change, course, lea):
    reset(lea, course.lessons[0])
    change(EASIER)

    assert completion_of_lea() == (False, [None, "watched", "opened"])


def test_a_text_that_was_opened_is_completed_once_that_is_enough(change, client, course, lea):
    max_ = make_person(name="Max")
    seat(max_, course)
    change({"rule": "manual"}, place=2)
    client.put(f"/lessons/{course.lessons[2].id}/progress", json={"opened": True}, auth=max_)
    change({"rule": "opened"}, place=2)

    record = client.get(f"/courses/{course.id}/progress", auth=max_).json["lessons"][2]
    assert record["completed_by"] == "rule_change"


def test_a_rule_change_is_no_activity_of_the_learner(change, client, course, lea):
    before = client.get(f"/courses/{course.id}/progress", auth=lea).json["last_active_at"]
    change(EASIER)

    assert client.get(f"/courses/{course.id}/progress", auth=lea).json["last_active_at"] == before
