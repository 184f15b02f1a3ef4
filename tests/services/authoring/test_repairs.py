import pytest
from bson import ObjectId
from sqlalchemy import select

from learnstream.documents import Course, Lesson
from learnstream.jobs.courses import repair_courses
from learnstream.models import Enrollment, OutboxMessage
from learnstream.services.authoring import courses, lessons, outlines, publishing, removal, repairs, restoring
from learnstream.services.delivery import visibility
from learnstream.services.media import videos
from learnstream.stores.sql import db
from tests.factories import make_lesson, make_ready_video, put_video, show_video


class CrashError(RuntimeError):
    """Simulates the death of the process."""


def crash(*_, **__):
    raise CrashError


def repair():
    """Repair without a grace period, and again: the second time there is nothing left to do.

    An act that was cut short is one thing to do, and accounting for it another.
    """
    done = repairs.repair(grace=repairs.NONE)
    assert repairs.repair(grace=repairs.NONE) == 0
    return done


def version_of_seat(separate_session):
    return separate_session.scalar(select(Enrollment.course_version))


def test_seats_move_although_the_process_died_after_the_publication(owner, course, learner, separate_session):
    publishing.publish(course_id=course.id, published_by=owner.id)
    db.session.rollback()
    assert (courses.view(course.id).current_version, version_of_seat(separate_session)) == (2, 1)

    separate_session.rollback()
    assert repair() == 2
    assert version_of_seat(separate_session) == 2


def test_a_publication_that_moved_its_seats_needs_no_repair(owner, course, learner):
    publishing.publish(course_id=course.id, published_by=owner.id)
    db.session.commit()

    assert repair() == 0


def test_enrollments_that_keep_their_version_are_not_moved(owner, course, learner, separate_session):
    publishing.publish(course_id=course.id, published_by=owner.id, learners=publishing.Learners.KEEP)
    db.session.rollback()

    assert repair() == 1
    assert version_of_seat(separate_session) == 1


def test_the_next_publication_does_not_forget_seats_left_behind(owner, course, learner, separate_session):
    publishing.publish(course_id=course.id, published_by=owner.id)
    db.session.rollback()
    publishing.publish(course_id=course.id, published_by=owner.id, learners=publishing.Learners.KEEP)
    db.session.commit()

    repair()
    assert version_of_seat(separate_session) == 2


def test_a_publication_that_died_before_it_counted_left_nothing(owner, course, monkeypatch):
    monkeypatch.setattr(courses, "change", crash)
    with pytest.raises(CrashError):
        publishing.publish(course_id=course.id, published_by=owner.id)
    monkeypatch.undo()

    assert courses.view(course.id).current_version == 1
    assert publishing.publish(course_id=course.id, published_by=owner.id).version == 2


@pytest.fixture
def interrupted_restoration(owner, course, monkeypatch):
    """`course` after a restoration that was interrupted before the lessons were restored."""
    lessons.update(lesson_id=course.text.id, changes={"body": "New."})
    lessons.delete(lesson_id=course.preview.id)
    finish = restoring.finish
    monkeypatch.setattr(restoring, "finish", lambda course: crash() if "restoring" in course else finish(course))
    with pytest.raises(CrashError):
        restoring.restore(course_id=course.id, number=1, restored_by=owner.id)
    db.session.rollback()
    monkeypatch.undo()
    return course


def test_lessons_follow_although_the_process_died_in_a_restoration(interrupted_restoration):
    assert repair() == 2

    assert lessons.draft(interrupted_restoration.text.id)["body"] == "Read *this*."
    assert lessons.draft(interrupted_restoration.preview.id)["title"] == "Welcome"


def test_a_publication_finishes_the_restoration_first(owner, interrupted_restoration):
    publishing.publish(course_id=interrupted_restoration.id, published_by=owner.id)

    assert b"Read *this*." in visibility.resolve(interrupted_restoration.text.id, None).content().body


def test_an_edit_after_the_restoration_is_kept(interrupted_restoration):
    lessons.update(lesson_id=interrupted_restoration.text.id, changes={"body": "Newer."})
    repair()

    assert lessons.draft(interrupted_restoration.text.id)["body"] == "Newer."


def test_a_deletion_is_completed_although_the_process_died(owner, course):
    removal.delete(course_id=course.id, deleted_by=owner.id)
    db.session.rollback()

    assert repair() == 2
    assert Course.collection().count_documents({}) == Lesson.collection().count_documents({}) == 0


def test_the_videos_of_a_deleted_course_are_released(owner, course, separate_session):
    old, new = make_ready_video(), make_ready_video()
    show_video(course, course.video, old)
    put_video(course.video, new)
    removal.delete(course_id=course.id, deleted_by=owner.id)
    db.session.commit()
    repair()

    released = separate_session.scalars(
        select(OutboxMessage.payload).where(OutboxMessage.topic == videos.RELEASED)
    ).all()
    assert {message["video_id"] for message in released} == {old, new}


def test_a_lesson_leaves_the_outline_although_the_process_died(course, monkeypatch):
    monkeypatch.setattr(outlines, "remove_lesson", crash)
    with pytest.raises(CrashError):
        lessons.delete(lesson_id=course.text.id)
    monkeypatch.undo()

    assert repair() == 1
    assert ObjectId(course.text.id) not in outlines.lesson_ids(courses.draft(course.id)["modules"])


def test_an_operation_that_has_just_started_is_left_alone(owner, course, learner, separate_session):
    publishing.publish(course_id=course.id, published_by=owner.id)
    db.session.rollback()

    repair_courses()

    assert version_of_seat(separate_session) == 1


def test_a_course_that_cannot_be_repaired_does_not_block_others(owner, course, learner, separate_session, monkeypatch):
    publishing.publish(course_id=course.id, published_by=owner.id)
    db.session.rollback()
    Course.collection().insert_one(
        {"slug": "broken", "seats_due": 1, "updated_at": Course.collection().find_one()["updated_at"]}
    )

    done = repairs.repair(grace=repairs.NONE)

    assert (done, version_of_seat(separate_session)) == (2, 2)


@pytest.mark.parametrize(
    "query",
    [
        {"seats_due": {"$gt": 0}},
        {"restoring.version": {"$gt": 0}},
        {"acts_due.key": {"$gt": ""}},
        {"status": "deleted"},
    ],
)
def test_no_search_for_courses_scans_the_collection(course, query):
    plan = Course.collection().find(query).explain()

    assert "COLLSCAN" not in str(plan["queryPlanner"]["winningPlan"])


def test_no_search_for_lessons_scans_the_collection(owner, course):
    make_lesson(owner, course.id)
    plan = Lesson.collection().find({"leaving": True}).explain()

    assert "COLLSCAN" not in str(plan["queryPlanner"]["winningPlan"])
