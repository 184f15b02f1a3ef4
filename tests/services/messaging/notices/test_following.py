"""Which events tell whom."""

from datetime import timedelta

import pytest

from learnstream.clock import now
from learnstream.documents import Notification
from learnstream.models import EventType, Follower, Role, SeatSource, User
from learnstream.models.group import GroupStaff
from learnstream.services.authoring.publishing import Learners
from learnstream.services.enrollment import enrollments, group_courses
from learnstream.services.foundation import events
from learnstream.services.foundation.followers import registered
from learnstream.stores.sql import db
from tests.attempts import given, save, start, submit
from tests.factories import (
    make_course,
    make_group_with,
    make_person,
    make_question,
    make_quiz_lesson,
    make_seat,
    publish,
)
from tests.homework import hand_in, learner_of, make_assignment_lesson
from tests.notices import follow_events, notices, replay, told
from tests.submissions import grade, release, store_submission


@pytest.fixture
def homework(course):
    """An assignment whose publication nobody is told of any more."""
    return assign(course)


@pytest.fixture
def held(course):
    """An assignment whose grades are held back."""
    return assign(course, release="held")


def assign(course, **settings):
    lesson = make_assignment_lesson(course, **settings)
    follow_events()
    Notification.collection().delete_many({})
    return lesson


def record(event_type, key="1", **data):
    events.record(event_type, key, **data)
    db.session.commit()


def test_learners_are_told_of_a_new_version(course, owner):
    before = learner_of(course, "Before")
    publish(course)
    learner_of(course, "After")

    follow_events()

    assert told() == [(before.id, "course_version", 1)]
    [notice] = notices()
    assert notice["facts"] == {"course": "Astronomy", "version": 2}
    assert notice["target"] == {"kind": "course", "id": course.id}


def test_learners_who_keep_their_version_are_not_told_of_a_new_one(course, learner):
    publish(course, Learners.KEEP)

    follow_events()

    assert told() == []


def test_who_publishes_is_not_told(course, owner):
    make_seat(owner, course)
    follow_events()

    publish(course)
    follow_events()

    assert told() == []


def test_learners_whose_seat_is_over_are_not_told(course):
    learner_of(course, expires_at=now() - timedelta(seconds=1))
    publish(course)

    follow_events()

    assert told() == []


def test_thirty_submissions_are_one_notice_to_the_instructor(client, course, owner, homework):
    for _ in range(30):
        hand_in(client, learner_of(course), homework)

    follow_events()
    replay()

    assert told() == [(owner.id, "work_submitted", 30)]


def test_group_staff_are_told_of_their_learners_and_nobody_twice(client, course, owner, homework, admin):
    one, other = learner_of(course), learner_of(course)
    teacher = make_person(Role.INSTRUCTOR)
    group_id = make_group_with(course, one, by=admin)
    db.session.add_all(GroupStaff(group_id=group_id, user_id=each.id) for each in (teacher, owner))
    db.session.commit()
    follow_events()

    for each in (one, other):
        hand_in(client, each, homework)
    follow_events()

    assert sorted(told(owner, teacher)) == [(owner.id, "work_submitted", 2), (teacher.id, "work_submitted", 1)]


def test_only_attempts_that_somebody_must_mark_are_told_to_staff(client, course, owner, learner):
    essay, choice = make_question(course, "essay"), make_question(course, "true_false")
    quizzes = [(essay, "Because."), (choice, True)]
    for question, answer in quizzes:
        lesson = make_quiz_lesson(course, [question])
        attempt = start(client, learner, lesson)
        save(client, learner, attempt, given(question, answer))
        submit(client, learner, attempt)

    follow_events()

    assert told(owner) == [(owner.id, "work_submitted", 1)]


def test_who_teaches_no_more_is_not_told(client, course, owner, learner, homework):
    db.session.get(User, owner.id).role = Role.STUDENT
    db.session.commit()

    hand_in(client, learner, homework)
    follow_events()

    assert told() == []


def test_staff_are_not_told_of_their_own_submission(client, course, owner, homework):
    make_seat(owner, course)
    follow_events()

    hand_in(client, owner, homework)
    follow_events()

    assert told() == []


def test_of_anonymous_homework_only_the_day_is_told_and_only_to_instructors(client, course, owner, admin):
    teacher, one = make_person(Role.INSTRUCTOR), learner_of(course)
    group_id = make_group_with(course, one, by=admin)
    db.session.add(GroupStaff(group_id=group_id, user_id=teacher.id))
    db.session.commit()
    lesson = assign(course, anonymous=True, release="held")

    hand_in(client, one, lesson)
    follow_events()

    assert told(owner, teacher) == [(owner.id, "work_submitted", 1)]
    [notice] = notices(owner)
    assert notice["created_at"] == notice["created_at"].replace(hour=0, minute=0, second=0, microsecond=0)
    assert str(one.id) not in str(notice["facts"])


def test_publishing_the_grades_of_many_is_one_notice_each(client, course, owner, held):
    learners = [learner_of(course) for _ in range(20)]
    for each in learners:
        for number in (1, 2):
            grade(client, owner, store_submission(each, held, number), 5)
    follow_events()
    assert told(*learners) == []

    release(client, owner, held)
    follow_events()
    replay()

    assert sorted(told(*learners)) == [(each.id, "grades_released", 1) for each in learners]
    assert notices(*learners)[0]["target"] == {"kind": "lesson", "id": held.id}


def test_held_grades_are_told_to_nobody(client, owner, learner, held):
    grade(client, owner, store_submission(learner, held), 5)
    follow_events()

    assert told() == []


def test_a_grade_that_is_seen_at_once_is_told_without_the_grade(client, owner, learner, homework):
    grade(client, owner, store_submission(learner, homework), 5, comment="Good.")

    follow_events()

    [notice] = notices(learner)
    assert notice["facts"] == {"course": "Astronomy", "lesson": "Homework"}


def test_who_grades_their_own_work_is_not_told(client, course, owner, homework):
    make_seat(owner, course)
    follow_events()

    grade(client, owner, store_submission(owner, homework), 5)
    follow_events()

    assert told() == []


def test_a_group_s_courses_are_one_notice_each_member(owner, admin):
    courses, people = [make_course(owner) for _ in range(3)], [make_person() for _ in range(2)]
    group_id = make_group_with(courses[0], *people, by=admin)
    for each in courses[1:]:
        group_courses.give(group_id, each.id, by=admin.id)
    db.session.commit()

    follow_events()
    replay()

    assert sorted(told(*people)) == [(each.id, "seat_given", 3) for each in people]


def test_who_enrolls_is_not_told(client, course, stranger):
    client.post(f"/courses/{course.id}/enroll", auth=stranger)

    follow_events()

    assert told() == []


def test_an_administrator_is_not_told_of_a_seat_of_their_own_making(client, course, admin, stranger):
    for person in (admin, stranger):
        body = {"user_id": person.id, "course_id": course.id}
        assert client.post("/admin/enrollments", json=body, auth=admin).status_code == 201

    follow_events()

    assert told() == [(stranger.id, "seat_given", 1)]


def test_a_seat_that_was_withdrawn_meanwhile_is_not_told(course, stranger, admin):
    seat = make_seat(stranger, course, SeatSource.ADMIN)
    enrollments.revoke(seat.id, revoked_by=admin.id)
    db.session.commit()

    follow_events()

    assert told() == []


def test_a_learner_is_told_when_a_seat_ends_unless_that_has_changed(course):
    ends_at = now() + timedelta(days=7)
    one, other = learner_of(course, expires_at=ends_at), learner_of(course)
    for each in (one, other):
        ending = {"user_id": each.id, "course_id": course.id, "ends_at": ends_at.isoformat(), "enrollment_id": 1}
        record(EventType.SEAT_ENDING, str(each.id), **ending)

    follow_events()

    assert told() == [(one.id, "seat_ending", 1)]


def test_a_learner_is_told_what_is_due_until_it_is(course, learner, homework):
    of_learner = {"user_id": learner.id, "course_id": course.id, "lesson_id": homework.id, "kind": "assignment"}
    for key, hours in (("late", -1), ("soon", 20)):
        due_at = (now() + timedelta(hours=hours)).isoformat()
        record(EventType.WORK_DUE, key, **of_learner, due_at=due_at)

    follow_events()

    assert told() == [(learner.id, "due_tomorrow", 1)]


def test_changes_of_a_grade_soon_after_each_other_are_one_notice(course, owner, learner, homework):
    of_grade = {"user_id": learner.id, "course_id": course.id, "lesson_id": homework.id}
    for key, by in (("1", owner.id), ("2", None), ("own", learner.id)):
        record(EventType.GRADE_CHANGED, key, **of_grade, cause="overridden", by=by)

    follow_events()

    assert told() == [(learner.id, "grade_changed", 2)]


def test_who_requested_an_import_is_told_how_it_ended(owner):
    finished = {"import_id": 1, "by": owner.id, "course_id": None, "lesson_id": None}
    for key, dry_run in (("dry", True), ("1", False)):
        record(EventType.IMPORT_FINISHED, key, **finished, kind="people", outcome="done", dry_run=dry_run)

    follow_events()

    assert told() == [(owner.id, "import_finished", 1)]


def test_administrators_are_told_that_mails_fail(admin, owner):
    record(EventType.MAIL_FAILING, since=now().isoformat())

    follow_events()

    assert told() == [(admin.id, "mail_failing", 1)]


def test_events_about_what_was_deleted_tell_nobody(course, learner):
    gone = {"user_id": learner.id, "course_id": "f" * 24, "lesson_id": "e" * 24, "by": None}
    record(EventType.GRADE_CHANGED, **gone, cause="overridden")
    record(EventType.GRADE_CHANGED, "2", **gone | {"course_id": course.id}, cause="overridden")
    record(EventType.COURSE_PUBLISHED, course_id="f" * 24, version=2, learners="migrate")
    record(EventType.SUBMISSION_SUBMITTED, **gone, submission_id="d" * 24, number=1)

    follow_events()

    assert told() == []
    assert [each.last_error for each in db.session.scalars(db.select(Follower))] == [None] * len(registered)
