"""Access checks of announcements: whose staff may write them, and who sees them."""

from learnstream.blueprints.common.authentication import caller
from learnstream.documents import CourseStatus
from learnstream.documents.announcement import AnnouncementStatus, ToldAnnouncement
from learnstream.errors.announcements import NoSuchAnnouncement
from learnstream.errors.authoring import NoSuchCourse
from learnstream.errors.enrollment import NoSuchGroup
from learnstream.policies.access import can_edit_course, require_group_staff, require_seat
from learnstream.services.announcements import announcements
from learnstream.services.authoring import courses
from learnstream.services.enrollment import group_staff


def is_course_staff(course_id: str) -> bool:
    """Return whether the caller writes a course's announcements. Raise if they do not even see them."""
    course = courses.view(course_id)
    if can_edit_course(caller, course):
        return True
    if course.status is CourseStatus.DRAFT:
        raise NoSuchCourse()
    require_seat(caller, course_id)
    return False


def require_author(announcement_id: str) -> ToldAnnouncement:
    """Return an announcement that the caller may change; for others it does not exist."""
    announcement = announcements.find(announcement_id)
    if not _is_staff(announcement):
        raise NoSuchAnnouncement()
    return announcement


def require_reader(announcement_id: str) -> ToldAnnouncement:
    """Return an announcement that the caller sees: as its staff or, once it is published, as one of those it is for."""
    announcement = announcements.find(announcement_id)
    is_published = announcement["status"] == AnnouncementStatus.PUBLISHED
    if not _is_staff(announcement) and not (is_published and announcements.is_for(caller.id, announcement)):
        raise NoSuchAnnouncement()
    return announcement


def _is_staff(announcement: ToldAnnouncement) -> bool:
    if announcement["group_id"] is not None:
        return _is_group_staff(announcement["group_id"])
    try:
        return can_edit_course(caller, courses.view(str(announcement["course_id"])))
    except NoSuchCourse:
        raise NoSuchAnnouncement() from None


def _is_group_staff(group_id: int) -> bool:
    try:
        require_group_staff(caller, group_staff.ids(group_id))
    except NoSuchGroup:
        return False
    return True
