"""Courses that other things refer to by a list of ids."""

from collections.abc import Collection

from bson import ObjectId

from learnstream.documents import Course, CourseStatus
from learnstream.errors import Unprocessable


def require(course_ids: Collection[str]) -> None:
    """Raise `Unprocessable`, which names the field `course_ids`, unless all of these courses exist."""
    if not course_ids:
        return
    exists = {
        "_id": {"$in": [ObjectId(each) for each in course_ids]},
        "status": {"$ne": CourseStatus.DELETED.value},
    }
    found = {str(each) for each in Course.collection().distinct("_id", exists)}
    if missing := [each for each in course_ids if each not in found]:
        raise Unprocessable(errors={"json": {"course_ids": [f"There are no such courses: {', '.join(missing)}."]}})
