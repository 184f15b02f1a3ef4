"""Errors of seats, and of what needs one."""

from learnstream.errors import Conflict, Denied, NotFound, Retry


class NotEnrolled(Denied):
    code, detail = "not_enrolled", "Enrol in the course to see this lesson."


class EnrollmentExpired(Denied):
    code, detail = "enrollment_expired", "Your enrolment has ended; enrol again to go on."


class NotYourAsset(Denied):
    code, detail = (
        "not_your_asset",
        "Only administrators and instructors of all courses that use this asset may import it.",
    )


class AlreadyEnrolled(Conflict):
    code, detail = "already_enrolled", "You are already enrolled in this course."


class CourseArchived(Conflict):
    code, detail = "course_archived", "The course is archived and takes no new learners."


class NotEnrolledHere(NotFound):
    code, detail = "not_enrolled", "You are not enrolled in this course."


class SeatGranted(Denied):
    code, detail = "seat_granted", "This seat was given to you: ask whoever gave it to take it back."
    retry = Retry.NEVER


class NoSuchSeat(NotFound):
    code, detail = "not_enrolled", "There is no such enrolment, or it has ended."
