"""Access checks for what a group's staff see."""

from learnstream.blueprints.common.authentication import caller
from learnstream.policies.access import require_can_edit_course, require_group_staff
from learnstream.services.authoring import courses
from learnstream.services.enrollment import group_staff


def require_visible_group(group_id: int) -> None:
    """Raise unless the caller is one of the group's staff, or an administrator."""
    require_group_staff(caller, group_staff.ids(group_id))


def require_visible_learners(course_id: str, group_id: int | None) -> None:
    """Raise unless the caller may see a course's learners, or those of them who are in a group."""
    course = courses.view(course_id)
    if group_id is not None:
        require_visible_group(group_id)
        if group_staff.has_course(group_id, course_id):
            return
    require_can_edit_course(caller, course)
