"""Access to documents and attachments outside of a link: of a lesson's readers and of the staff of courses that show one."""

from collections.abc import Callable, Iterable

from learnstream.documents import FilePurpose
from learnstream.documents.file import FileFacts
from learnstream.errors import Denied, NotFound
from learnstream.policies.access import can_edit_course, live_seat, require_lesson_access
from learnstream.policies.files import can_read_file
from learnstream.policies.seats import Seat
from learnstream.policies.views import Caller, CourseView, LessonView
from learnstream.services.assignments import assignment_files
from learnstream.services.authoring import courses
from learnstream.services.delivery import syllabus
from learnstream.services.delivery.syllabus import Lesson
from learnstream.services.media import document_use
from learnstream.services.quizzes import question_media

Shows = Callable[[Lesson], bool]  # whether a lesson shows a file
COURSES_NAMING = {
    FilePurpose.DOCUMENT: (document_use.courses_naming,),
    FilePurpose.ATTACHMENT: (question_media.courses_naming, assignment_files.courses_naming),
}


def may_read(caller: Caller | None, file_id: str, file: FileFacts) -> bool:
    """Return whether the caller may read a file.

    These may: its owner, and administrators unless it is a spreadsheet of people; instructors of a course whose draft,
    any of whose versions, or one of whose questions refer to it; those for whom a lesson that shows it, or has it in its
    assignment, is open in the version of their seat; those who are asked a question with it in an attempt of theirs, and
    still enrolled; and everybody, if a free preview shows it. Of files of submissions, `services.homework.submission_files`
    knows more.
    """
    if caller and can_read_file(caller, file["owner_id"], file["purpose"]):
        return True
    shows = _shows(file_id, file)
    if any(_lets_read(course, shows, caller) for course in _courses_of(file_id, file)):
        return True
    return file["purpose"] == FilePurpose.ATTACHMENT and _is_asked(caller, file_id)


def _is_asked(caller: Caller | None, file_id: str) -> bool:
    if caller is None:
        return False
    asking = question_media.courses_asking(file_id, user_id=caller.id)
    return any(live_seat(caller, course_id) for course_id in asking)


def may_attach(caller: Caller, file_id: str, file: FileFacts) -> bool:
    """Return whether the caller may use a file in lessons or questions of their own: as its owner, or as staff of a course
    that does."""
    return can_read_file(caller, file["owner_id"], file["purpose"]) or _is_staff_with(caller, file_id, file)


def _is_staff_with(caller: Caller, file_id: str, file: FileFacts) -> bool:
    return any(can_edit_course(caller, course) for course in _courses_of(file_id, file))


def _courses_of(file_id: str, file: FileFacts) -> Iterable[CourseView]:
    namers = COURSES_NAMING.get(FilePurpose(file["purpose"]), ())
    for course_id in {course_id for courses_naming in namers for course_id in courses_naming(file_id)}:
        try:
            yield courses.view(course_id)
        except NotFound:  # deleted, and not purged yet
            continue


def _shows(file_id: str, file: FileFacts) -> Shows:
    if file["purpose"] == FilePurpose.ATTACHMENT:
        assignment_ids = assignment_files.naming(file_id)
        return lambda lesson: lesson.assignment_id in assignment_ids
    return lambda lesson: lesson.document_id == file_id


def _lets_read(course: CourseView, shows: Shows, caller: Caller | None) -> bool:
    if can_edit_course(caller, course):
        return True
    # Public, so whether the caller has a seat need not be known.
    if any(lesson.free_preview for lesson in _lessons(course, course.current_version, shows)):
        return True
    seat = live_seat(caller, course.id)
    return seat is not None and any(
        _is_open(course, lesson, caller, seat) for lesson in _lessons(course, seat.course_version, shows)
    )


def _lessons(course: CourseView, number: int, shows: Shows) -> list[Lesson]:
    """Return the lessons that show a file in a version of the course; 0 is none."""
    found = syllabus.get(course.id, number).lessons if number else ()
    return [lesson for lesson in found if shows(lesson)]


def _is_open(course: CourseView, lesson: Lesson, caller: Caller | None, seat: Seat) -> bool:
    try:
        require_lesson_access(caller, LessonView(lesson.id, course, lesson.free_preview, lesson.gate), seat=seat)
    except Denied:
        return False
    return True
