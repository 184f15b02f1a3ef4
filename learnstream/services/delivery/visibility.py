"""Which version of a published lesson a caller is shown, with the lesson's data."""

from dataclasses import dataclass

from bson import ObjectId

from learnstream.documents import Lesson, LessonKind
from learnstream.errors import NotFound
from learnstream.errors.authoring import NoSuchCourse, NoSuchLesson
from learnstream.policies import entitlements
from learnstream.policies.access import can_edit_course, live_seat, seat_at
from learnstream.policies.seats import Seat
from learnstream.policies.views import Caller, CourseView, LessonView
from learnstream.services.authoring import courses, versions
from learnstream.services.authoring.completion_rules import Completion
from learnstream.services.delivery import syllabus
from learnstream.services.delivery.viewings import Viewing
from learnstream.services.foundation.content import Content
from learnstream.stores import cache
from learnstream.stores.breaker import STORE_FAILURES
from learnstream.stores.memo import Memo

PLACE_SECONDS = 3600

# Course ids by lesson id: a lesson that belongs to a course never changes courses. Saves a round trip to Redis: 110 µs of
# CPU, of 650 for a learner's progress in a lesson.
lesson_courses: Memo[str] = Memo(20_000)
# The video last shown for each lesson. A hint for prefetching: seats on other versions may be shown another. Saves a
# round trip to Redis: 30 µs of CPU.
shown_videos: Memo[str] = Memo(20_000)
# The same for documents. Saves a round trip to Redis: 30 µs of CPU.
shown_documents: Memo[str] = Memo(20_000)


@dataclass(frozen=True, slots=True)
class VisibleLesson:
    """A published lesson in the version shown to the caller: that of their live `seat`, else the current one.

    With a `viewing`, seat and version are those that the caller had when it began.
    """

    view: LessonView
    seat: Seat | None
    course_id: str
    version: int
    kind: LessonKind
    video_id: str | None
    document_id: str | None
    quiz_id: str | None
    assignment_id: str | None
    completion: Completion
    viewing: Viewing | None = None

    def content(self) -> Content:
        """Return the lesson's content as clients read it."""
        return versions.lesson(self.course_id, self.version, self.view.id)


def resolve(lesson_id: str, caller: Caller | None) -> VisibleLesson:
    """Find the lesson in the version of the caller's live seat, else in the current one. Access is not checked.

    Raises:
        NotFound: that version has no such lesson, or nothing was published.
    """
    course = courses.view(course_of(lesson_id, caller))
    seat = seat_of(caller, course)
    number = seat.course_version if seat else course.current_version
    if number == 0:
        raise NoSuchLesson()
    return _shown(course, lesson_id, number, seat)


def resolve_viewing(viewing: Viewing, caller: Caller) -> VisibleLesson:
    """Find the lesson of a viewing like `resolve`, with the seat that the caller had when the viewing began.

    A lesson that has been removed from the course since is found in the last version that contains it.

    Raises:
        NotFound: there is no such lesson.
    """
    course = courses.view(course_of(viewing.lesson_id, caller))
    try:
        seat = None if can_edit_course(caller, course) else seat_at(caller, course.id, viewing.began_at)
    except STORE_FAILURES:
        preview = _shown(course, viewing.lesson_id, course.current_version, None, viewing)
        if not preview.view.free_preview:
            raise
        return preview
    number = seat.course_version if seat else course.current_version
    try:
        return _shown(course, viewing.lesson_id, number, seat, viewing)
    except NotFound:
        number = versions.latest_containing(course.id, viewing.lesson_id)
        return _shown(course, viewing.lesson_id, number, seat, viewing)


def _shown(
    course: CourseView, lesson_id: str, number: int, seat: Seat | None, viewing: Viewing | None = None
) -> VisibleLesson:
    lesson = syllabus.get(course.id, number).lesson(lesson_id)
    if lesson.video_id:
        shown_videos.put(lesson_id, lesson.video_id)
    if lesson.document_id:
        shown_documents.put(lesson_id, lesson.document_id)
    return VisibleLesson(
        view=LessonView(lesson_id, course, lesson.free_preview, lesson.gate),
        seat=seat,
        course_id=course.id,
        version=number,
        kind=lesson.kind,
        video_id=lesson.video_id,
        document_id=lesson.document_id,
        quiz_id=lesson.quiz_id,
        assignment_id=lesson.assignment_id,
        completion=lesson.completion,
        viewing=viewing,
    )


def prefetch_keys(*, user_id: int | None, lesson_id: str) -> list[str]:
    """Return the cache keys that `resolve` will probably read for a user or guest, as far as this process knows."""
    course_id = lesson_courses.get(lesson_id)
    return course_prefetch_keys(user_id=user_id, course_id=course_id) if course_id else []


def outline_prefetch_keys(*, user_id: int | None, course_id: str) -> list[str]:
    """Return the cache keys that listing a course's lessons will probably read, as far as this process knows."""
    return course_prefetch_keys(user_id=user_id, course_id=course_id) + versions.outline_prefetch_keys(course_id)


def course_prefetch_keys(*, user_id: int | None, course_id: str) -> list[str]:
    """Return the cache keys that tell which version of a course a user or guest is shown."""
    seat = [entitlements.seat_key(user_id, course_id)] if user_id else []
    return [courses.view_key(course_id), *seat]


def version_for(caller: Caller | None, course: CourseView) -> int:
    """Return the number of the version shown to a caller: that of their live seat, else the current one.

    Raises:
        NotFound: nothing was published; indistinguishable from a course that does not exist.
    """
    seat = seat_of(caller, course)
    if not (number := seat.course_version if seat else course.current_version):
        raise NoSuchCourse()
    return number


def seat_of(caller: Caller | None, course: CourseView) -> Seat | None:
    """Return the live seat that determines the version shown to a caller. Authors are shown the current version."""
    if caller is None or can_edit_course(caller, course):
        return None
    try:
        return live_seat(caller, course.id)
    except STORE_FAILURES:
        # Public content stays available while seats cannot be read; access checks for the rest read the seat again.
        return None


def course_of(lesson_id: str, caller: Caller | None) -> str:
    """Return the id of a lesson's course.

    Raises:
        NotFound: there is no such lesson, or it has no course yet.
    """
    if course_id := lesson_courses.get(lesson_id):
        return course_id
    packed = cache.get_or_load(f"lesson-place:{lesson_id}", lambda: _load_place(lesson_id), ttl=PLACE_SECONDS)
    course_id = lesson_courses.get_or_load(lesson_id, packed.decode)
    if caller:
        # Without the course id the keys could not be prefetched earlier.
        cache.prefetch(*prefetch_keys(user_id=caller.id, lesson_id=lesson_id))
    return course_id


def _load_place(lesson_id: str) -> bytes:
    lesson = Lesson.collection().find_one({"_id": ObjectId(lesson_id), "course_id": {"$ne": None}}, {"course_id": 1})
    if lesson is None:
        raise NoSuchLesson()
    return str(lesson["course_id"]).encode()
