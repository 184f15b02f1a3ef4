"""Errors of courses, lessons, outlines and versions."""

from learnstream.errors import Conflict, Denied, NotFound, Unprocessable

MAX_LESSONS = 500  # of a course


class InstructorsOnly(Denied):
    code, detail = "instructors_only", "Only instructors and administrators may do this."


class NotYourCourse(Denied):
    code, detail = "not_your_course", "Only the course's instructors and administrators may do this."


class PrerequisiteCircle(Unprocessable):
    code, detail = "prerequisite_circle", "These would wait for each other forever."


class NoSuchCourse(NotFound):
    detail = "There is no such course."


class EditConflict(Conflict):
    code, detail = "edit_conflict", "Somebody else changed it meanwhile: read it again and repeat your change."


class NeverPublished(Conflict):
    code, detail = "never_published", "Publish the course first."


class AlreadyAttached(Conflict):
    code, detail = "already_attached", "The lesson belongs to another course, for good."


class NotAVideoLesson(Conflict):
    code, detail = "not_a_video_lesson", "Only a lesson of kind video has a video."


class TooManyLessons(Conflict):
    code, detail = "too_many_lessons", f"A course has at most {MAX_LESSONS} lessons."


class NothingToPublish(Conflict):
    code, detail = "nothing_to_publish", "The course has no lessons yet."


class CourseHasLearners(Conflict):
    code, detail = "course_has_learners", "Somebody has learned in this course: archive it instead."


class VersionIncomplete(Conflict):
    code = "version_incomplete"
    detail = "Videos of that version have been deleted: choose a later one."


class NoSuchVersion(NotFound):
    detail = "There is no such version."


class NoSuchLesson(NotFound):
    detail = "There is no such lesson."
