"""Errors of courses, lessons, outlines and versions."""

from learnstream.errors import Conflict, Denied, NotFound, Unprocessable

MAX_LESSONS = 500  # of a course


class InstructorsOnly(Denied):
    code, detail = "instructors_only", "Only instructors and administrators may do this."


class NotYourCourse(Denied):
    code, detail = "not_your_course", "Only the course's instructors and administrators may do this."


class PrerequisiteCircle(Unprocessable):
    code, detail = "prerequisite_circle", "The prerequisites would form a cycle."


class NoSuchCourse(NotFound):
    detail = "The course does not exist."


class EditConflict(Conflict):
    code, detail = (
        "edit_conflict",
        "Another request has changed it in the meantime; read it again and repeat your change.",
    )


class NeverPublished(Conflict):
    code, detail = "never_published", "Publish the course first."


class AlreadyAttached(Conflict):
    code, detail = "already_attached", "The lesson already belongs to another course and cannot be moved."


class NotAVideoLesson(Conflict):
    code, detail = "not_a_video_lesson", "Only lessons of kind `video` can have a video."


class NotADocumentLesson(Conflict):
    code, detail = "not_a_document_lesson", "Only lessons of kind `document` can have a document."


class TooManyLessons(Conflict):
    code, detail = "too_many_lessons", f"A course can have at most {MAX_LESSONS} lessons."


class NothingToPublish(Conflict):
    code, detail = "nothing_to_publish", "The course has no lessons yet."


class CourseHasLearners(Conflict):
    code, detail = "course_has_learners", "This course has learners or orders; archive it instead."


class VersionIncomplete(Conflict):
    code = "version_incomplete"
    detail = "Videos of that version have been deleted; choose a later version."


class NoSuchVersion(NotFound):
    detail = "The version does not exist."


class NoSuchLesson(NotFound):
    detail = "The lesson does not exist."
