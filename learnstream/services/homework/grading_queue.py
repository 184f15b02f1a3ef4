"""The submissions of a course that await grading, the one that was handed in first first."""

from dataclasses import replace

from bson import ObjectId

from learnstream.documents.submission import Stage, SubmissionOutcome
from learnstream.services.enrollment import accommodated
from learnstream.services.homework import handed_in, staff_list
from learnstream.services.homework.staff_list import Listed
from learnstream.stores import keyset
from learnstream.stores.keyset import Found, Keys, Part
from learnstream.stores.mongo import Expression

# In the order of the index.
OLDEST = Keys(("submitted_at", 1), ("_id", 1))


def browse(
    course_id: str,
    *,
    part: Part,
    to_group_staff: int | None,
    lesson_id: str | None = None,
    group_id: int | None = None,
    late: bool | None = None,
) -> Found[Listed]:
    """Return a part of what awaits grading in a course: the latest submission of each learner and lesson.

    With `group_id`, anonymous submissions are left out where the group would tell whose they are; see `staff_list.query`.
    """
    of_course: Expression = {"course_id": ObjectId(course_id)}
    wanted = {**of_course, **staff_list.IN_STAGE[Stage.SUBMITTED], "superseded": False}
    conditions = [*staff_list.matching(late=late), *([{"lesson_id": ObjectId(lesson_id)}] if lesson_id else [])]
    if group_id is not None:
        members = accommodated.members(group_id)
        named = staff_list.named(of_course, course_id, members, to_group_staff)
        conditions += [{"user_id": {"$in": [*members], "$ne": to_group_staff}}, {"lesson_id": {"$nin": [*named]}}]
    if conditions:
        wanted["$and"] = conditions
    found = _part(wanted, part)
    return found.showing(staff_list.listed(found.entries))


def _part(wanted: Expression, part: Part) -> Found[SubmissionOutcome]:
    """Return a part whose position is the id of its last submission alone.

    Cursors can be decoded, and when an anonymous submission was handed in would tell whose it is.
    """
    if part.after:
        last = handed_in.OUTCOME.find_one({"_id": part.after[0]})
        if last is None:
            return Found([])
        part = replace(part, after=(last["submitted_at"], last["_id"]))
    found = OLDEST.cut(handed_in.OUTCOME.find(OLDEST.part_of(wanted, part), sort=OLDEST.sort, limit=part.look), part)
    return replace(found, position=keyset.write((found.entries[-1]["_id"],))) if found.position else found
