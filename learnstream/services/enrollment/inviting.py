"""Invitations to courses, which must be open to new learners at that time."""

from collections.abc import Collection, Sequence
from typing import Any, TypedDict

from bson import ObjectId

from learnstream.documents import Course, CourseStatus
from learnstream.documents.projection import Projection
from learnstream.errors import Unprocessable
from learnstream.errors.authoring import NeverPublished
from learnstream.errors.enrollment import CourseArchived
from learnstream.models.invitation import Invitation
from learnstream.policies.views import CourseView
from learnstream.services.accounts import invitees
from learnstream.services.accounts.invitees import Invitee


class Named(TypedDict):
    _id: ObjectId


NAMED = Projection(Course, Named)


def invite(invitee: Invitee, *, invited_by: int) -> Invitation:
    """Invite a person to the school, as an administrator.

    Raises:
        Unprocessable: not all of the courses are open.
    """
    if problems := _problems([invitee]):
        raise Unprocessable(errors={"json": problems[0]})
    return invitees.invite(invitee, invited_by=invited_by)


def invite_all(people: Sequence[Invitee], *, invited_by: int) -> list[Invitation]:
    """Invite many people to the school, or none of them.

    Raises:
        Unprocessable: not all of the courses are open.
    """
    if problems := _problems(people):
        raise Unprocessable(errors={"json": {"invitations": problems}})
    return invitees.invite_all(people, invited_by=invited_by)


def invite_to_course(course: CourseView, *, invited_by: int, **whom: Any) -> Invitation:
    """Invite a student to a course, as one of its instructors. `whom` has fields of `Invitee`.

    Raises:
        CourseArchived, NeverPublished: the course is not open.
    """
    if course.status is CourseStatus.ARCHIVED:
        raise CourseArchived()
    if not course.is_public:
        raise NeverPublished()
    return invitees.invite(Invitee(course_ids=[course.id], **whom), invited_by=invited_by, scope=course.id)


def _problems(people: Sequence[Invitee]) -> dict[int, dict[str, list[str]]]:
    """Return the messages about courses that are not open, by the place of the invitee."""
    is_open = _open({course_id for each in people for course_id in each.course_ids})
    closed = {place: [id_ for id_ in each.course_ids if id_ not in is_open] for place, each in enumerate(people)}
    return {
        place: {"course_ids": [f"Not open to new learners: {', '.join(course_ids)}."]}
        for place, course_ids in closed.items()
        if course_ids
    }


def _open(course_ids: Collection[str]) -> set[str]:
    if not course_ids:
        return set()
    wanted = {"_id": {"$in": [ObjectId(each) for each in course_ids]}, "status": CourseStatus.PUBLISHED.value}
    return {str(course["_id"]) for course in NAMED.find(wanted)}
