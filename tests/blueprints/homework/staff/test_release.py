"""Releasing grades."""

import pytest
from sqlalchemy import select

from learnstream.models import AuditEntry, Event
from learnstream.services.analytics import pending_events
from learnstream.services.homework import following
from learnstream.stores.sql import db
from tests.homework import hand_in, learner_of, make_assignment_lesson, submissions_of
from tests.submissions import grade, release, store_submission, stored


@pytest.fixture
def graded(client, owner, learner, held_lesson):
    """The id of a submission with a held grade."""
    submission = store_submission(learner, held_lesson)
    grade(client, owner, submission, 5, comment="Good.", private_note="Hm.")
    return submission


def recorded():
    pending_events.move()
    db.session.rollback()
    return [each for each in db.session.scalars(select(Event)) if each.type == "grades.released"]


def test_a_released_grade_is_seen_by_its_learner(client, owner, learner, held_lesson, graded):
    [before] = submissions_of(client, learner, held_lesson)["submissions"]

    assert release(client, owner, held_lesson) == 1

    [after] = submissions_of(client, learner, held_lesson)["submissions"]
    assert before["grade"] is None
    assert (after["grade"]["points"], after["grade"]["comment"]) == (5, "Good.")
    assert "Hm." not in str(after)
    assert [each["cause"] for each in stored(graded)["history"]] == ["graded", "released"]


def test_a_release_is_recorded_without_names(client, owner, learner, held_lesson, graded):
    release(client, owner, held_lesson)

    [entry] = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "grades.released"))
    assert (entry.actor_id, entry.target_id, entry.details["released"]) == (owner.id, held_lesson.id, 1)
    assert "user_id" not in entry.details


def test_repeating_it_releases_nothing(client, owner, held_lesson, graded):
    release(client, owner, held_lesson)
    before = stored(graded)

    assert release(client, owner, held_lesson) == 0
    assert stored(graded) == before
    assert len(recorded()) == 1
    assert db.session.query(AuditEntry).filter_by(action="grades.released").count() == 1


def test_a_learner_is_told_once_of_all_grades(client, owner, course, learner, held_lesson, graded):
    grade(client, owner, store_submission(learner, held_lesson, 2), 7)
    other = learner_of(course)
    grade(client, owner, store_submission(other, held_lesson), 8)

    assert release(client, owner, held_lesson) == 3

    found = recorded()
    assert sorted(each.data["user_id"] for each in found) == sorted([learner.id, other.id])
    assert len({each.data["release_id"] for each in found}) == 1
    assert {(each.data["course_id"], each.data["lesson_id"]) for each in found} == {(course.id, held_lesson.id)}


def test_only_some_are_released(client, owner, course, held_lesson, graded):
    other = store_submission(learner_of(course), held_lesson)
    grade(client, owner, other, 8)

    assert release(client, owner, held_lesson, submission_ids=[other]) == 1
    assert (stored(graded).get("released"), stored(other)["released"]["points"].to_decimal()) == (None, 8)


def test_a_change_of_a_released_grade_is_seen_after_the_next_release(client, owner, learner, held_lesson, graded):
    release(client, owner, held_lesson)
    grade(client, owner, graded, 9)
    [held] = submissions_of(client, learner, held_lesson)["submissions"]

    assert release(client, owner, held_lesson) == 1
    [seen] = submissions_of(client, learner, held_lesson)["submissions"]
    assert (held["grade"]["points"], seen["grade"]["points"]) == (5, 9)


def test_a_lesson_is_completed_by_the_release(client, owner, learner, course):
    lesson = make_assignment_lesson(course, release="held", completion={"rule": "passed"})
    hand_in(client, learner, lesson)
    [entry] = client.get(f"/lessons/{lesson.id}/submissions", auth=owner).json
    grade(client, owner, entry["id"], 10)

    def is_completed():
        following.follow_changes()
        return client.get(f"/lessons/{lesson.id}/progress", auth=learner).json["completed"]

    assert not is_completed()
    release(client, owner, lesson)
    assert is_completed()


def test_ungraded_ones_and_drafts_are_left(client, owner, learner, held_lesson):
    store_submission(learner, held_lesson)
    store_submission(learner, held_lesson, 2, state="draft")

    assert release(client, owner, held_lesson) == 0
    assert recorded() == []


def test_unknown_submissions_are_named_and_nothing_is_released(client, owner, learner, lesson, held_lesson, graded):
    elsewhere, draft = store_submission(learner, lesson), store_submission(learner, held_lesson, 2, state="draft")
    response = client.post(
        f"/lessons/{held_lesson.id}/grades/release", json={"submission_ids": [graded, elsewhere, draft]}, auth=owner
    )

    assert response.status_code == 422
    [message] = response.json["errors"]["json"]["submission_ids"]
    assert elsewhere in message
    assert draft in message
    assert graded not in message
    assert stored(graded).get("released") is None


@pytest.mark.parametrize("ids", [[], None, "all", ["x"], ["f" * 24] * 1001])
def test_invalid_ids_are_named(client, owner, held_lesson, ids):
    response = client.post(f"/lessons/{held_lesson.id}/grades/release", json={"submission_ids": ids}, auth=owner)

    assert response.status_code == 422
    assert "submission_ids" in response.json["errors"]["json"]


def test_only_the_course_s_staff_release(client, learner, stranger, colleague, held_lesson, graded, group_of):
    group_of(learner, staff=colleague)

    for person in (learner, stranger, colleague):
        release(client, person, held_lesson, status=403)
    assert stored(graded).get("released") is None
