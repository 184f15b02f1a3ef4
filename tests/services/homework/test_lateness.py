"""Lateness that is computed anew when deadlines or the policy change."""

from datetime import timedelta
from decimal import Decimal

import pytest
from bson import Decimal128, ObjectId
from sqlalchemy import select

from learnstream.clock import now
from learnstream.documents import Submission, SubmissionState
from learnstream.models import OutboxMessage
from learnstream.policies import entitlements
from learnstream.services.assignments import deadlines
from learnstream.services.assignments.frozen import frozen
from learnstream.services.authoring import lessons, publishing
from learnstream.services.delivery import syllabus
from learnstream.services.enrollment import accommodated, enrollments, group_members
from learnstream.services.foundation import cursors, events, following, outbox
from learnstream.services.foundation.followers import registered
from learnstream.services.homework import extensions, lateness
from learnstream.stores.sql import db
from tests.factories import make_group_with, make_lesson, owner_of, publish
from tests.homework import learner_of, make_assignment_lesson, put_assignment

DAY = timedelta(days=1)
NOW = now()
DUE = NOW - timedelta(hours=30)
LATE = {"percent": 10, "per": "day", "floor_percent": 50}
GRADE = {
    "points": Decimal128("8"),
    "levels": None,
    "comment": "",
    "private_note": "",
    "by": 1,
    "at": NOW,
    "revision": 1,
}


@pytest.fixture(autouse=True)
def from_now_on(app):
    """Create the followers' cursors, as a release does."""
    cursors.register([*registered.values()])


@pytest.fixture
def lesson(course):
    """Homework that was due 30 hours ago; each day late takes a tenth of the points."""
    return make_assignment_lesson(course, due={"at": DUE.isoformat()}, late=LATE)


@pytest.fixture
def hand_in(learner, course, lesson):
    """Store what a learner handed in: 30 hours late by default, with the lateness of that time."""

    def hand_in(person=learner, number=1, at=NOW, grade=None):
        seat = entitlements.seat(person.id, course.id)
        assignment_id = syllabus.get(course.id, seat.course_version).lesson(lesson.id).assignment_id
        assignment = frozen(assignment_id)
        found = lateness.of(assignment, deadlines.deadlines(assignment, seat), at)
        document = {
            "_id": ObjectId(),
            "user_id": person.id,
            "course_id": ObjectId(course.id),
            "lesson_id": ObjectId(lesson.id),
            "assignment_id": ObjectId(assignment_id),
            "version": seat.course_version,
            "number": number,
            "state": SubmissionState.SUBMITTED.value,
            "saved_at": at,
            "grade": grade and {**grade, "assignment_id": ObjectId(assignment_id)},
            "revision": 3,
            **found,
        }
        Submission.collection().insert_one(document)
        return document["_id"]

    return hand_in


def settle():
    """Do the background work, once."""
    events.publish()
    following.follow_all()
    outbox.relay(topic=accommodated.EXTENSIONS)


def stored(submission_id):
    return Submission.collection().find_one({"_id": submission_id})


def result(submission_id):
    found = stored(submission_id)
    return found["due_at"], found["late_seconds"], found["penalty"].to_decimal()


def extend(lesson, owner, **target):
    granted = extensions.grant(lesson.id, by=owner.id, reason="Was ill.", **target)
    db.session.commit()
    return granted["id"]


def test_an_extension_counts_for_what_was_handed_in_before(owner, learner, lesson, hand_in):
    handed_in = hand_in()
    assert result(handed_in) == (DUE, 108_000, 20)

    extension_id = extend(lesson, owner, user_id=learner.id, due_at=DUE + DAY)
    settle()
    assert result(handed_in) == (DUE + DAY, 21_600, 10)

    extensions.remove(lesson.id, extension_id, by=owner.id, reason="Is well.")
    db.session.commit()
    settle()
    assert result(handed_in) == (DUE, 108_000, 20)


def test_a_change_is_followed_and_moved_into_the_grade_of_record(owner, learner, lesson, hand_in):
    handed_in = hand_in(grade=GRADE)

    extend(lesson, owner, user_id=learner.id, due_at=NOW)
    settle()

    found = stored(handed_in)
    assert (found["late_seconds"], found["penalty"].to_decimal()) == (0, 0)
    assert (found["revision"], found["pending_grade"], found["completion_due"]) == (4, 4, True)
    (change,) = found["history"]
    assert (change["cause"], change["by"], change["late_seconds"]) == ("lateness", None, 108_000)
    assert change["grade"]["points"] == found["grade"]["points"] == Decimal128("8")


def test_what_has_no_other_result_is_not_followed(owner, learner, lesson, hand_in):
    handed_in = hand_in()

    extend(lesson, owner, user_id=learner.id, due_at=DUE - DAY, accepted_until=NOW + DAY)
    settle()

    assert stored(handed_in)["revision"] == 3
    assert "pending_grade" not in stored(handed_in)


def test_lateness_has_nothing_to_do_with_when_it_was_graded(owner, learner, lesson, hand_in, move_clock):
    in_time = hand_in(at=DUE, grade={**GRADE, "at": NOW})
    move_clock(days=20)

    assert lateness.recompute({"_id": in_time}) == 0
    assert result(in_time) == (DUE, 0, 0)


def test_deadlines_with_microseconds_are_computed_once(owner, learner, lesson, hand_in):
    handed_in = hand_in()
    extend(lesson, owner, user_id=learner.id, due_at=NOW + timedelta(microseconds=1), accepted_until=None)

    assert [lateness.recompute({"_id": handed_in}) for _ in range(2)] == [1, 0]


def test_members_of_a_group_get_the_lateness_of_their_extension(owner, lesson, course, hand_in, admin):
    member, other = learner_of(course), learner_of(course)
    handed_in, late = hand_in(member), hand_in(other)
    group_id = make_group_with(course, member, by=admin)

    extend(lesson, owner, group_id=group_id, due_at=NOW)
    settle()

    assert (result(handed_in)[1], result(late)[1]) == (0, 108_000)


def test_learners_who_join_or_leave_a_group_get_another_lateness(owner, lesson, course, hand_in, admin):
    member = learner_of(course)
    handed_in, group_id = hand_in(member), make_group_with(course, by=admin)
    extend(lesson, owner, group_id=group_id, due_at=NOW)

    group_members.add(group_id, [member.id], by=admin.id)
    db.session.commit()
    settle()
    assert result(handed_in)[1] == 0

    group_members.remove(group_id, [member.id], by=admin.id)
    db.session.commit()
    settle()
    assert result(handed_in)[1] == 108_000


def test_publishing_another_due_date_counts_for_all_who_are_moved(course, lesson, hand_in):
    handed_in = [hand_in(), hand_in(learner_of(course))]

    put_assignment(lesson, due={"at": (DUE + DAY).isoformat()}, late=LATE)
    publish(course)
    settle()

    assert [result(each) for each in handed_in] == [(DUE + DAY, 21_600, 10)] * 2


def test_publishing_another_policy_counts_too(course, lesson, hand_in):
    handed_in = hand_in()

    put_assignment(lesson, due={"at": DUE.isoformat()}, late=LATE | {"percent": 40})
    publish(course)
    settle()

    assert result(handed_in) == (DUE, 108_000, 50)


def test_learners_who_keep_their_version_keep_its_due_date(owner, course, lesson, hand_in):
    handed_in = hand_in()

    put_assignment(lesson, due={"at": NOW.isoformat()}, late=LATE)
    publishing.publish(course_id=course.id, published_by=owner.id, learners=publishing.Learners.KEEP)
    db.session.commit()
    settle()

    assert lateness.recompute({"_id": handed_in}) == 0


def test_publishing_something_else_looks_at_no_submission(owner, course, lesson, hand_in, separate_session):
    hand_in()
    settle()
    before = now()

    make_lesson(owner, course.id, "Another one")
    publish(course)
    events.publish()
    following.follow_all()

    waiting = (OutboxMessage.topic == accommodated.EXTENSIONS, OutboxMessage.created_at > before)
    assert separate_session.scalars(select(OutboxMessage).where(*waiting)).all() == []


def test_a_lesson_that_is_no_longer_there_keeps_the_last_deadlines(course, lesson, hand_in):
    handed_in = hand_in()
    put_assignment(lesson, due={"at": NOW.isoformat()})

    lessons.delete(lesson_id=lesson.id)
    publish(course)
    settle()

    assert result(handed_in) == (DUE, 108_000, 20)


def test_a_new_start_in_the_course_moves_deadlines_that_count_days(course, lesson, hand_in):
    put_assignment(lesson, due={"after_days": 1}, late=LATE)
    publish(course)
    person = learner_of(course, drip_from=NOW - 3 * DAY)
    entitlements.seat_changed(person.id, course.id)
    handed_in = hand_in(person)
    assert result(handed_in)[1] == 2 * 86_400

    enrollments.withdraw(user_id=person.id, course_id=course.id)
    enrollments.grant(
        user_id=person.id, course_id=course.id, expires_at=None, granted_by=owner_of(course), restart=True
    )
    db.session.commit()
    settle()

    assert result(handed_in)[1] == 0


def test_two_at_once_and_changes_in_between_end_in_one_outcome(owner, learner, lesson, hand_in, monkeypatch):
    handed_in = hand_in()
    extend(lesson, owner, user_id=learner.id, due_at=NOW)
    seats_in, interrupted = entitlements.seats_in, []

    def interrupt(*args):
        """Change the submission between reading and writing it, once."""
        if not interrupted:
            interrupted.append(True)
            graded = {"$set": {"grade": GRADE}, "$inc": {"revision": 1}}
            Submission.collection().update_one({"_id": handed_in}, graded)
        return seats_in(*args)

    monkeypatch.setattr(entitlements, "seats_in", interrupt)

    assert lateness.recompute({"_id": handed_in}) == 1
    found = stored(handed_in)
    assert (found["late_seconds"], found["grade"]["points"], found["revision"]) == (0, Decimal128("8"), 5)
    assert found["pending_grade"] == 5


def test_the_lateness_of_many_is_computed_in_batches(owner, course, lesson, hand_in, monkeypatch):
    monkeypatch.setattr(lateness, "BATCH", 2)
    handed_in = [hand_in(learner_of(course)) for _ in range(5)]
    put_assignment(lesson, due={"at": NOW.isoformat()}, late=LATE)
    publish(course)
    settle()

    assert [result(each) for each in handed_in] == [(NOW, 0, Decimal(0))] * 5
