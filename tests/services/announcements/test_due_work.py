"""Work that is due within a day: each learner who has not done it is told once for each time that it is due."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from learnstream.clock import now
from learnstream.documents import Attempt, Submission
from learnstream.models import Event
from learnstream.models.accommodation import QuizAccommodation
from learnstream.models.extension import Extension
from learnstream.schemas.foundation.events import SHAPES
from learnstream.services.announcements import due_lessons, due_work
from learnstream.services.announcements.due_lessons import Period
from learnstream.services.foundation import events
from learnstream.stores.sql import db
from tests.attempts import start, submit
from tests.factories import make_course, make_group_with, make_question, make_quiz_lesson
from tests.homework import hand_in, learner_of, make_assignment_lesson, put_assignment, save_draft

HOUR = timedelta(hours=1)


def at(later):
    return {"at": (now() + later).isoformat()}


def told():
    db.session.rollback()
    found = db.session.scalars(select(Event).where(Event.type == "work.due").order_by(Event.id))
    return [(each.data["user_id"], each.data["lesson_id"], each.data["kind"]) for each in found]


def grant(table, lesson, course, owner, **columns):
    of_lesson = {"course_id": course.id, "lesson_id": lesson.id, "reason": "Was ill.", "granted_by": owner.id}
    db.session.add(table(**of_lesson, **columns))
    db.session.commit()


def quiz(course, **settings):
    return make_quiz_lesson(course, [make_question(course, "true_false")], **settings)


def test_homework_and_quizzes_of_the_next_day_are_told_once(course, learner):
    homework = make_assignment_lesson(course, due=at(23 * HOUR))
    closing = quiz(course, closes=at(5 * HOUR))
    for later in (-HOUR, 25 * HOUR):
        make_assignment_lesson(course, due=at(later))
        quiz(course, closes=at(later))
    make_assignment_lesson(course)

    assert [due_work.tell(), due_work.tell()] == [2, 0]
    assert sorted(told()) == sorted([(learner.id, homework.id, "assignment"), (learner.id, closing.id, "quiz")])


def test_the_event_has_its_documented_shape(course, learner):
    make_assignment_lesson(course, due=at(HOUR))
    due_work.tell()
    events.publish()

    event = db.session.scalar(select(Event).where(Event.type == "work.due"))
    shape = SHAPES[event.type]()
    assert shape.validate(shape.dump(event)) == {}


def test_what_is_done_is_not_told(client, course, learner):
    homework, closing = make_assignment_lesson(course, due=at(HOUR)), quiz(course, closes=at(HOUR))
    hand_in(client, learner, homework)
    submit(client, learner, start(client, learner, closing))

    assert due_work.tell() == 0


def test_what_is_begun_returned_or_does_not_count_is_told(client, course, learner):
    begun, returned = (make_assignment_lesson(course, due=at(HOUR)) for _ in range(2))
    started, voided = (quiz(course, closes=at(HOUR)) for _ in range(2))
    save_draft(client, learner, begun, text="The")
    hand_in(client, learner, returned)
    Submission.collection().update_many({"state": "submitted"}, {"$set": {"state": "returned"}})
    submit(client, learner, start(client, learner, voided))
    Attempt.collection().update_many({}, {"$set": {"voided_at": now()}})
    start(client, learner, started)

    assert due_work.tell() == 4


def test_days_count_from_each_learners_start(course, owner):
    lesson = make_assignment_lesson(course, due={"after_days": 7})
    soon = learner_of(course, enrolled_at=now() - 6.5 * 24 * HOUR)
    learner_of(course, enrolled_at=now() - 5.5 * 24 * HOUR)
    learner_of(course, enrolled_at=now() - 7.5 * 24 * HOUR)
    restarted = learner_of(course, enrolled_at=now(), drip_from=now() - 6.5 * 24 * HOUR)

    due_work.tell()

    assert told() == [(each.id, lesson.id, "assignment") for each in (soon, restarted)]


def test_extensions_and_accommodations_move_it(course, owner):
    homework = make_assignment_lesson(course, due=at(-48 * HOUR))
    tomorrow = make_assignment_lesson(course, due=at(5 * HOUR))
    closed = quiz(course, closes=at(-48 * HOUR))
    one, two, three = (learner_of(course) for _ in range(3))
    group_id = make_group_with(course, two, by=owner)
    grant(Extension, homework, course, owner, user_id=one.id, due_at=now() + 20 * HOUR)
    grant(Extension, homework, course, owner, group_id=group_id, due_at=now() + 20 * HOUR)
    grant(Extension, tomorrow, course, owner, user_id=one.id, due_at=now() + 72 * HOUR)
    grant(QuizAccommodation, closed, course, owner, user_id=three.id, closes_at=now() + 2 * HOUR)

    due_work.tell()

    expected = [(one, homework), (two, homework), (two, tomorrow), (three, tomorrow)]
    assert sorted(told()) == sorted(
        [*((each.id, lesson.id, "assignment") for each, lesson in expected), (three.id, closed.id, "quiz")]
    )


def test_a_later_time_is_told_again(course, learner, owner, move_clock):
    homework = make_assignment_lesson(course, due=at(5 * HOUR))
    due_work.tell()
    grant(Extension, homework, course, owner, user_id=learner.id, due_at=now() + 48 * HOUR)
    assert due_work.tell() == 0

    move_clock(hours=30)

    assert due_work.tell() == 1
    assert len(told()) == 2


def test_only_the_learners_version_counts(course, learner):
    lesson = make_assignment_lesson(course, due=at(HOUR))
    put_assignment(lesson, due=at(2 * HOUR))  # a draft
    draft = make_assignment_lesson(course, due=at(HOUR), published=False)

    due_work.tell()

    assert told() == [(learner.id, lesson.id, "assignment")]
    assert draft.id not in str(told())


def test_those_without_a_live_seat_are_not_told(course):
    make_assignment_lesson(course, due=at(HOUR))
    learner_of(course, expires_at=now() - HOUR)
    learner_of(course, status="withdrawn")

    assert due_work.tell() == 0


def test_workers_at_once_and_one_that_died_tell_each_learner_once(course, at_once, monkeypatch):
    lesson = make_assignment_lesson(course, due=at(HOUR))
    learners = [learner_of(course) for _ in range(6)]
    with monkeypatch.context() as patch:
        patch.setattr(due_work, "_undone", lambda _: (_ for _ in ()).throw(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            due_work.tell(batch=2)

    at_once(*[lambda: due_work.tell(batch=2)] * 3)

    assert sorted(told()) == sorted((each.id, lesson.id, "assignment") for each in learners)


def test_a_course_that_fails_keeps_no_other_waiting(course, learner, owner, monkeypatch):
    lesson, other = make_assignment_lesson(course, due=at(HOUR)), make_course(owner)
    learner_of(other)
    make_assignment_lesson(other, due=at(HOUR))
    seats_in = due_work.entitlements.seats_in

    def fail(course_id, user_ids):
        return seats_in(course_id, user_ids) if course_id == course.id else 1 / 0

    monkeypatch.setattr(due_work.entitlements, "seats_in", fail)

    assert due_work.tell() == 1
    assert told() == [(learner.id, lesson.id, "assignment")]


def test_settings_and_learners_are_found_by_indexes(course, learner, owner, plans, explain, other_seats):
    make_assignment_lesson(course, due={"after_days": 7})
    make_assignment_lesson(course, due=at(HOUR))
    quiz(course, closes=at(HOUR))
    period = Period(now(), now() + due_work.AHEAD)

    with plans:
        due_work.tell()
        found = due_lessons.by_course(period)
    other_seats()
    found[course.id].is_for_all = False
    plan = explain(lambda: due_work._learners(course.id, found[course.id], period))
    granted = explain(lambda: due_lessons.by_course(period))

    assert plans.scans == []
    assert "ix_enrollments_course_drips_from" in plan
    assert "ix_extensions_due_at" in granted
    assert "ix_quiz_accommodations_closes_at" in granted
