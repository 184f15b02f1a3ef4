"""Access checks for submissions, as staff of their course, or of a group that has their learner."""

from learnstream.blueprints.common.authentication import caller
from learnstream.blueprints.common.require_group import may_see_learner
from learnstream.documents.submission import WholeSubmission
from learnstream.errors.homework import NoSuchSubmission
from learnstream.policies.access import can_edit_course
from learnstream.policies.views import CourseView
from learnstream.services.authoring import courses
from learnstream.services.homework import crowds, handed_in


def require_marker(submission_id: str) -> WholeSubmission:
    """Return a submission that the caller may grade: as staff of the course, or of a group, and then not their own.

    The staff of a group may not while the group would tell whose it is, although it is anonymous.
    """
    submission = handed_in.find(submission_id)
    course_id, user_id = str(submission["course_id"]), submission["user_id"]
    if not may_see_learner(course_id, user_id):
        raise NoSuchSubmission()
    if (staff_id := as_group_staff(courses.view(course_id))) is not None and (
        user_id == staff_id or crowds.named_to_group_staff({"lesson_id": submission["lesson_id"]}, course_id, staff_id)
    ):
        raise NoSuchSubmission()
    return submission


def as_group_staff(course: CourseView | None) -> int | None:
    """Return the caller's id if they see a course's learners as staff of a group; None for staff of the course."""
    return None if can_edit_course(caller, course) else caller.id
