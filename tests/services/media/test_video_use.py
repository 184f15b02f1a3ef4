from datetime import timedelta

import pytest
from bson import ObjectId
from sqlalchemy import text

from learnstream.clock import now
from learnstream.documents import Course, CourseVersion, Lesson
from learnstream.models import SeatStatus
from learnstream.services.authoring import publishing
from learnstream.services.authoring.publishing import Learners
from learnstream.services.media.video_use import is_used
from learnstream.stores.sql import db
from tests.factories import archive, make_course, make_lesson, make_seat, make_video


@pytest.fixture
def video_id(app):
    return ObjectId(make_video())


def show(lesson, video_id):
    Lesson.collection().update_one(
        {"_id": ObjectId(lesson.id)}, {"$set": {"video_id": video_id}, "$inc": {"revision": 1}}
    )


def publish(course, owner, learners=Learners.KEEP):
    publishing.publish(course_id=course.id, published_by=owner.id, learners=learners)
    db.session.commit()


@pytest.fixture
def shown(owner, video_id):
    """Return a course whose first version uses the video."""
    course = make_course(owner, published=False)
    show(course.video, video_id)
    publish(course, owner)
    return course


def replace(course, owner):
    show(course.video, None)
    publish(course, owner)


def test_a_video_without_references_is_not_used(video_id):
    assert not is_used(video_id)


def test_a_draft_uses_its_video(draft_course, video_id):
    show(draft_course.video, video_id)

    assert is_used(video_id)


def test_a_lesson_without_a_course_uses_its_video(owner, video_id):
    show(make_lesson(owner, None), video_id)

    assert is_used(video_id)


def test_a_deleted_lesson_uses_nothing(draft_course, video_id):
    show(draft_course.video, video_id)
    Lesson.collection().update_one({"_id": ObjectId(draft_course.video.id)}, {"$set": {"deleted_at": now()}})

    assert not is_used(video_id)


def test_a_deleted_course_uses_nothing(draft_course, video_id):
    show(draft_course.video, video_id)
    Course.collection().update_one({"_id": ObjectId(draft_course.id)}, {"$set": {"status": "deleted"}})

    assert not is_used(video_id)


def test_the_current_version_uses_its_videos(shown, video_id):
    show(shown.video, None)

    assert is_used(video_id)


def test_an_archived_course_uses_its_videos(shown, video_id):
    show(shown.video, None)
    archive(shown)

    assert is_used(video_id)


def test_an_older_version_without_learners_uses_nothing(shown, owner, video_id):
    replace(shown, owner)

    assert not is_used(video_id)


def test_an_older_version_uses_its_video_as_long_as_it_has_learners(shown, owner, stranger, video_id):
    seat = make_seat(stranger, shown)
    replace(shown, owner)

    assert is_used(video_id)

    seat.expires_at = now() - timedelta(seconds=1)
    db.session.commit()
    assert not is_used(video_id)


def test_a_withdrawn_seat_uses_nothing(shown, owner, stranger, video_id):
    make_seat(stranger, shown, status=SeatStatus.WITHDRAWN)
    replace(shown, owner)

    assert not is_used(video_id)


def test_migrated_learners_use_nothing_of_the_old_version(shown, owner, stranger, video_id):
    make_seat(stranger, shown)
    show(shown.video, None)
    publish(shown, owner, Learners.MIGRATE)

    assert not is_used(video_id)


def test_a_version_that_is_being_published_uses_its_video(shown, owner, video_id):
    replace(shown, owner)

    coming = {"course_id": ObjectId(shown.id), "number": 3, "video_ids": [video_id], "published_at": now()}
    CourseVersion.collection().insert_one(coming)
    assert is_used(video_id)

    CourseVersion.collection().update_one(coming, {"$set": {"published_at": now() - timedelta(hours=2)}})
    assert not is_used(video_id)


def test_a_version_that_was_not_published_uses_nothing(shown, owner, video_id):
    replace(shown, owner)

    lost = {"course_id": ObjectId(shown.id), "number": 2, "video_ids": [video_id], "published_at": now()}
    CourseVersion.collection().insert_one(lost)

    assert not is_used(video_id)


def test_learners_are_not_moved_during_the_check_for_learners(shown, owner, video_id):
    replace(shown, owner)

    is_used(video_id)

    with db.engine.connect() as connection:
        query = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:key, 0))")
        assert not connection.scalar(query, {"key": f"course:{shown.id}"})
