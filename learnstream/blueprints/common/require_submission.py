"""Access checks for submissions, as staff of their course, or of a group that has their learner."""

from typing import Any

from learnstream.blueprints.common.authentication import caller
from learnstream.blueprints.common.require_group import may_see_learner, require_visible_lesson_learners
from learnstream.documents.submission import WholeSubmission
from learnstream.errors.homework import NoSuchSubmission
from learnstream.policies.access import can_edit_course
from learnstream.policies.views import CourseView
from learnstream.services.analytics import analytics
from learnstream.services.authoring import courses
from learnstream.services.homework import crowds, handed_in
from learnstream.services.homework.submission_files import HandedIn


def require_marker(submission_id: str) -> WholeSubmission:
    """Return a submission that the caller may grade: as staff of the course, or of a group, and then not their own."""
    submission = handed_in.find(submission_id)
    if not may_see_submission(submission) or (
        submission["user_id"] == caller.id and as_group_staff(courses.view(str(submission["course_id"])))
    ):
        raise NoSuchSubmission()
    return submission


def may_see_submission(submission: HandedIn | WholeSubmission) -> bool:
    """Return whether the caller may see a submission: as staff of the course, or of a group that has the learner.

    The staff of a group may not while the group would tell whose it is, although it is anonymous.
    """
    course_id = str(submission["course_id"])
    if not may_see_learner(course_id, submission["user_id"]):
        return False
    staff_id = as_group_staff(courses.view(course_id))
    of_lesson = {"lesson_id": submission["lesson_id"]}
    return staff_id is None or not crowds.named_to_group_staff(of_lesson, course_id, staff_id)


def as_group_staff(course: CourseView | None) -> int | None:
    """Return the caller's id if they see a course's learners as staff of a group; None for staff of the course."""
    return None if can_edit_course(caller, course) else caller.id


def visible_submissions(lesson_id: str, query: dict[str, Any]) -> dict[str, Any]:
    """Return the filters of `staff_list.query` for what the caller may see in a lesson.

    Raises:
        NoSuchLesson, NotYourCourse, NoSuchGroup: nothing of it.
    """
    require_visible_lesson_learners(lesson_id, query.get("group_id"))
    course = analytics.lesson_view(lesson_id).course
    return {"to_group_staff": as_group_staff(course), "course_id": course.id if course else "", **query}
