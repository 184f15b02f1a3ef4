"""Deletion of courses that never had a learner, and the cleanup after it."""

from collections.abc import Collection

from bson import ObjectId
from sqlalchemy import exists, or_, select

from learnstream.documents import (
    Assignment,
    Attempt,
    Course,
    CourseStatus,
    CourseVersion,
    Lesson,
    LessonVersion,
    Quiz,
    Submission,
)
from learnstream.documents.announcement import Announcement
from learnstream.documents.question import Question, QuestionVersion
from learnstream.documents.quiz_figures import QuizFigures
from learnstream.documents.regrade import Regrade
from learnstream.errors.authoring import CourseHasLearners
from learnstream.models import Enrollment, Order
from learnstream.services.authoring import courses
from learnstream.services.authoring.course_log import AuditedAction
from learnstream.services.foundation import locks
from learnstream.services.media import videos
from learnstream.stores.sql import db

OF_COURSE = (
    Announcement,
    Attempt,
    Submission,
    QuizFigures,
    Regrade,
    Question,
    QuestionVersion,
    Quiz,
    Assignment,
    CourseVersion,
)


def delete(*, course_id: str, deleted_by: int, expect: Collection[int] | None = None) -> None:
    """Delete a course that never had a seat, and that nobody has ordered: a page may be paid late. It disappears at once; its data is deleted by `purge`.

    Raises:
        NotFound: there is no such course.
        Conflict: `course_has_learners`, or `edit_conflict` if the draft has changed in the meantime.
    """
    # Enrolling takes a shared lock on the course: no seat can be added between the check and the deletion.
    locks.lock_course(course_id)
    course = courses.draft(course_id, expect=expect)
    used = or_(exists().where(Enrollment.course_id == course_id), exists().where(Order.course_id == course_id))
    if db.session.scalar(select(used)):
        raise CourseHasLearners()
    # Free the slug for other courses.
    fields = {"status": CourseStatus.DELETED.value, "slug": f"deleted-{course_id}"}
    unset = {"published": "", "seats_due": "", "restoring": ""}
    action = AuditedAction("course.deleted", actor_id=deleted_by, details={"title": course["title"]})
    courses.change(course, {"$set": fields, "$unset": unset}, action=action)


def purge(course_id: str) -> None:
    """Delete the data of a deleted course, the course itself last, so that the cleanup is repeated after a crash.

    The course stays while it has pending audit entries. Its videos are released in the current transaction; if that
    fails, the videos' next review finds them unused.
    """
    of_course = {"course_id": ObjectId(course_id)}
    found = list(Lesson.collection().find(of_course, {"video_id": 1}))
    published = CourseVersion.collection().find(of_course, {"video_ids": 1})
    video_ids = {lesson["video_id"] for lesson in found} | {
        each for version in published for each in version["video_ids"]
    }
    for video_id in video_ids - {None}:
        videos.release(str(video_id))
    LessonVersion.collection().delete_many({"lesson_id": {"$in": [lesson["_id"] for lesson in found]}})
    for document in OF_COURSE:
        document.collection().delete_many(of_course)
    Lesson.collection().delete_many(of_course)
    Course.collection().delete_one(
        {"_id": ObjectId(course_id), "status": CourseStatus.DELETED.value, "acts_due.key": {"$exists": False}}
    )
