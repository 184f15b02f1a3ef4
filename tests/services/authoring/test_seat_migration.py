"""Learners' completion of a course across its versions."""

import pytest
from sqlalchemy import select

from learnstream.documents import CourseProgress, LessonKind
from learnstream.models import Enrollment, Event, SeatStatus
from learnstream.services.analytics import rollup
from learnstream.services.authoring import lessons, publishing
from learnstream.services.authoring.publishing import Learners
from learnstream.services.learning import exceptions
from learnstream.stores.sql import db
from tests.factories import make_course, make_lesson
from tests.learning import open_text, reset, seat

TEXTS = tuple({"title": title, "kind": LessonKind.TEXT} for title in ("One", "Two", "Three"))


@pytest.fixture
def course(owner):
    return make_course(owner, lessons=TEXTS)


@pytest.fixture
def lea(course, stranger):
    """A learner who is in the first version of `course`."""
    seat(stranger, course)
    return stranger


def publish(course, owner, learners=Learners.MIGRATE):
    publishing.publish(course_id=course.id, published_by=owner.id, learners=learners)
    db.session.commit()


def read(person, course, *, version=1, titles=("One", "Two", "Three")):
    for lesson in course.lessons:
        if lesson.title in titles:
            open_text(person, course, lesson, version=version)


def standing(person, course):
    """Roll up twice, the second time without effect. Return a learner's standing."""
    rollup.run(rest=0)
    rollup.run(rest=0)
    found = CourseProgress.collection().find_one({"_id": f"{person.id}:{course.id}"})
    status, completed_at = db.session.execute(select(Enrollment.status, Enrollment.completed_at)).one()
    assert completed_at == found["completed_at"]
    assert (status is SeatStatus.COMPLETED) == bool(completed_at)
    return bool(completed_at), found["fraction"], found["completed_count"], found["lesson_count"]


def completion_versions():
    return [data["version"] for data in db.session.scalars(select(Event.data).where(Event.type == "course.completed"))]


def test_a_learner_moved_after_completion_has_completed_the_course(owner, course, lea):
    read(lea, course)
    make_lesson(owner, course.id, "Four")
    publish(course, owner)

    assert standing(lea, course) == (True, 1.0, 3, 4)
    assert completion_versions() == [1]


def test_completion_is_found_after_any_number_of_versions(owner, course, lea):
    read(lea, course)
    for title in ("Four", "Five"):
        make_lesson(owner, course.id, title)
        publish(course, owner)

    assert standing(lea, course)[0]
    assert completion_versions() == [1]


def test_finishing_an_old_version_after_leaving_it_does_not_complete_the_course(owner, course, lea):
    read(lea, course, titles=("One", "Two"))
    make_lesson(owner, course.id, "Four")
    publish(course, owner)
    read(lea, course, version=2, titles=("Three",))

    assert standing(lea, course) == (False, 0.75, 3, 4)
    assert completion_versions() == []


def test_removing_the_only_unfinished_lesson_completes_the_course(owner, course, lea):
    read(lea, course, titles=("One", "Two"))
    assert standing(lea, course) == (False, 0.6667, 2, 3)
    lessons.delete(lesson_id=course.lessons[2].id)
    publish(course, owner)

    assert standing(lea, course) == (True, 1.0, 2, 2)
    assert completion_versions() == [2]


def test_later_additions_and_removals_do_not_undo_completion(owner, course, lea):
    read(lea, course)
    assert standing(lea, course) == (True, 1.0, 3, 3)

    make_lesson(owner, course.id, "Four")
    publish(course, owner)
    assert standing(lea, course) == (True, 1.0, 3, 4)

    lessons.delete(lesson_id=course.lessons[0].id)
    publish(course, owner)
    assert standing(lea, course) == (True, 1.0, 2, 3)
    assert completion_versions() == [1]


def test_a_learner_who_keeps_a_version_is_measured_by_it(owner, course, lea):
    read(lea, course, titles=("One", "Two"))
    make_lesson(owner, course.id, "Four")
    publish(course, owner, Learners.KEEP)
    assert standing(lea, course) == (False, 0.6667, 2, 3)

    read(lea, course, titles=("Three",))
    assert standing(lea, course) == (True, 1.0, 3, 3)


def test_a_learner_whose_lesson_was_reset_completes_their_version(owner, course, lea, admin):
    read(lea, course)
    added = make_lesson(owner, course.id, "Four")
    publish(course, owner)
    open_text(lea, course, added, version=2)
    assert standing(lea, course) == (True, 1.0, 4, 4)

    exceptions.reset(user_id=lea.id, course_id=course.id, lesson_id=added.id, reason="Again.", reset_by=admin.id)
    db.session.commit()

    assert standing(lea, course) == (False, 0.75, 3, 4)
    open_text(lea, course, added, version=2)
    assert standing(lea, course) == (True, 1.0, 4, 4)


def test_progress_reset_before_the_roll_up_was_not_completed(owner, course, lea):
    read(lea, course)
    reset(lea, course.lessons[1])
    make_lesson(owner, course.id, "Four")
    publish(course, owner)

    assert standing(lea, course) == (False, 0.5, 2, 4)
