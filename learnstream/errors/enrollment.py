"""Errors of enrollments, and of operations that require one."""

from learnstream.errors import Conflict, Denied, NotFound, Retry


class NotEnrolled(Denied):
    code, detail = "not_enrolled", "Enroll in the course to see this lesson."


class EnrollmentExpired(Denied):
    code, detail = "enrollment_expired", "Your enrollment has ended; enroll again to continue."


class NotYourAsset(Denied):
    code, detail = (
        "not_your_asset",
        "Only administrators, and instructors of every course that uses this asset, may import it.",
    )


class AlreadyEnrolled(Conflict):
    code, detail = "already_enrolled", "You are already enrolled in this course."


class CourseArchived(Conflict):
    code, detail = "course_archived", "The course is archived and accepts no new enrollments."


class NotEnrolledHere(NotFound):
    code, detail = "not_enrolled", "You are not enrolled in this course."


class EnrollmentBarred(Denied):
    code, detail = (
        "enrollment_barred",
        "An administrator has withdrawn this enrollment; only an administrator can enroll you in the course again.",
    )
    retry = Retry.NEVER


class SeatGranted(Denied):
    code, detail = "seat_granted", "This enrollment was granted to you; ask the person who granted it to withdraw it."
    retry = Retry.NEVER


class NoSuchSeat(NotFound):
    code, detail = "not_enrolled", "The enrollment does not exist, or it has ended."


class NoSuchImport(NotFound):
    detail = "The import does not exist."


class NoSuchGroup(NotFound):
    detail = "The group does not exist."


class GroupCodeTaken(Conflict):
    code, detail = "group_code_taken", "Another group has this code."


class GroupArchived(Conflict):
    code, detail = "group_archived", "The group is archived; restore it first."


class NotGivenToGroup(NotFound):
    detail = "The group is not given this course."
