"""A replaced video is kept for learners who stay in the old version, and deleted after the last of them has left."""

from datetime import timedelta

import pytest
from bson import ObjectId
from sqlalchemy import select

from learnstream.clock import now
from learnstream.documents import Video, VideoStatus
from learnstream.models import Enrollment
from learnstream.services.authoring import publishing, seat_migration
from learnstream.services.authoring.publishing import Learners
from learnstream.services.enrollment import enrollments
from learnstream.services.foundation import cursors, events, following, outbox
from learnstream.services.foundation.followers import registered
from learnstream.services.media import reconciliation, uploads
from learnstream.stores.sql import db
from tests.factories import make_course, make_person, make_seat, put_video, show_video


@pytest.fixture
def old_video(app, mux):
    """Return a video whose asset is ready."""
    fetched = uploads.request_from_url(created_by=1, title="", url="https://samples.test/sample.mp4")
    Video.collection().update_one({"_id": ObjectId(fetched.video_id)}, {"$set": {"status": VideoStatus.READY.value}})
    return fetched.video_id


@pytest.fixture(autouse=True)
def from_now_on(app):
    """Create the followers' cursors, as a release does."""
    cursors.register([*registered.values()])


@pytest.fixture
def course_with_old_version(owner, course, learner, old_video):
    """Return `course`, whose learner stays in the version with the old video; the current version has no video."""
    show_video(course, course.video, old_video)
    put_video(course.video, None)
    publish(course, owner, Learners.KEEP)
    return course


def publish(course, owner, learners):
    publishing.publish(course_id=course.id, published_by=owner.id, learners=learners)
    db.session.commit()


def work():
    """Run the followers, and relay the messages that they add."""
    events.publish()
    following.follow_all()
    while outbox.relay():
        pass


def is_gone(video_id):
    return Video.collection().find_one({"_id": ObjectId(video_id)})["status"] == VideoStatus.DELETED


def withdraw(course, person):
    enrollments.withdraw(user_id=person.id, course_id=course.id)
    db.session.commit()


def seat_of(person):
    return db.session.scalar(select(Enrollment.id).where(Enrollment.user_id == person.id))


LEAVE = {
    "withdraws": lambda course, learner, owner: withdraw(course, learner),
    "is moved": lambda course, learner, owner: seat_migration.migrate(course_id=course.id, moved_by=owner.id),
    "is moved alone": lambda course, learner, owner: seat_migration.migrate(
        course_id=course.id, moved_by=owner.id, user_ids=[learner.id]
    ),
    "gets the next version": lambda course, learner, owner: publish(course, owner, Learners.MIGRATE),
    "loses the seat": lambda course, learner, owner: enrollments.revoke(seat_of(learner), revoked_by=owner.id),
}


@pytest.mark.parametrize("leave", LEAVE.values(), ids=LEAVE)
def test_the_video_is_deleted_with_the_last_learner(owner, learner, course_with_old_version, old_video, leave):
    work()
    assert not is_gone(old_video)

    leave(course_with_old_version, learner, owner)
    db.session.commit()
    work()

    assert is_gone(old_video)


def test_the_video_is_kept_while_a_learner_remains(learner, course_with_old_version, old_video):
    other = make_person(name="Olga")
    seat = make_seat(other, course_with_old_version)
    seat.course_version = 2
    db.session.commit()

    withdraw(course_with_old_version, learner)
    work()
    assert not is_gone(old_video)

    withdraw(course_with_old_version, other)
    work()
    assert is_gone(old_video)


def test_after_a_seat_has_expired_the_next_review_releases_it(learner, course_with_old_version, old_video):
    db.session.get(Enrollment, seat_of(learner)).expires_at = now() - timedelta(seconds=1)
    db.session.commit()
    work()
    assert not is_gone(old_video)

    Video.collection().update_one({"_id": ObjectId(old_video)}, {"$set": {"review_at": now()}})
    reconciliation.review_due()

    assert is_gone(old_video)


def test_a_video_in_use_is_reviewed_every_day(course_with_old_version, old_video):
    Video.collection().update_one({"_id": ObjectId(old_video)}, {"$set": {"review_at": now()}})
    reconciliation.review_due()

    next_review = Video.collection().find_one({"_id": ObjectId(old_video)})["review_at"]
    assert not is_gone(old_video)
    assert timedelta(hours=23) < next_review - now() <= timedelta(days=1)


def test_a_video_used_elsewhere_is_kept(owner, learner, course_with_old_version, old_video):
    show_video(other := make_course(owner), other.video, old_video)

    withdraw(course_with_old_version, learner)
    work()

    assert not is_gone(old_video)


def test_leaving_the_current_version_releases_nothing(owner, course, learner, old_video):
    show_video(course, course.video, old_video)
    put_video(course.video, None)

    withdraw(course, learner)
    work()

    assert not is_gone(old_video)
