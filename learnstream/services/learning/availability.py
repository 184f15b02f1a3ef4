"""Whether somebody may learn from a course or a lesson, and if not, why and what would change that."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bson import ObjectId

from learnstream.documents import CourseStatus, LessonKind
from learnstream.errors import AppError, Conflict
from learnstream.errors.authoring import NoSuchCourse, NoSuchLesson
from learnstream.errors.delivery import NotReleasedYet, PrerequisiteMissing, VideoNotReady
from learnstream.errors.enrollment import EnrollmentExpired
from learnstream.policies import entitlements, gates
from learnstream.policies.access import can_edit_course, seat_error
from learnstream.policies.gates import Done, Missing
from learnstream.policies.seats import Seat
from learnstream.policies.views import Caller, CourseView
from learnstream.services.authoring import courses, lessons, versions
from learnstream.services.delivery import playback, syllabus, visibility
from learnstream.services.delivery.syllabus import Lesson, Syllabus

Reason = dict[str, Any]
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody in front of a course; `seat` is theirs, live or not, and decides nothing for its authors."""

    course: CourseView
    is_author: bool
    seat: Seat | None

    @property
    def refusal(self) -> Reason | None:
        """Why nothing but free previews opens, apart from what the lessons ask for."""
        if self.is_author or (refusal := seat_error(self.seat)) is None:
            return None
        ended = {"expired_at": self.seat.expires_at} if self.seat and isinstance(refusal, EnrollmentExpired) else {}
        return _reason(refusal, can_enroll=self.course.is_public, **ended)

    @property
    def syllabus(self) -> Syllabus | None:
        return syllabus.get(self.course.id, self.version) if self.version else None

    @property
    def version(self) -> int:
        live = self.seat if not self.is_author and not seat_error(self.seat) else None
        return live.course_version if live else self.course.current_version


def for_lesson(lesson_id: str, caller: Caller) -> Answer:
    """Say whether a lesson opens to the caller and, if it is a video, plays.

    Raises:
        NotFound: there is no such lesson that the caller may know of.
    """
    try:
        reader = _reader(visibility.course_of(lesson_id, caller), caller)
    except NoSuchCourse:
        raise NoSuchLesson() from None
    found = {"course_id": reader.course.id, "lesson_id": lesson_id, "version": reader.version}
    lesson = reader.syllabus.by_id.get(lesson_id) if reader.syllabus else None
    if lesson is None:
        return found | _answer([_absence(reader, lesson_id)])
    facts = playback.facts(lesson.video_id) if lesson.video_id else None
    return found | _answer([*_closed(reader, lesson, _done(reader, [lesson])), *_unplayable(lesson, facts)])


def for_course(course_id: str, caller: Caller) -> Answer:
    """Say whether a course opens to the caller, and which of its lessons do.

    Raises:
        NotFound: there is no such course that the caller may know of.
    """
    reader = _reader(course_id, caller)
    shown = reader.syllabus.lessons if reader.syllabus else ()
    done = _done(reader, shown)
    videos = versions.videos_of(ObjectId(lesson.video_id) for lesson in shown if lesson.video_id)
    refusal = [reader.refusal] if reader.refusal else []
    return {
        "course_id": course_id,
        "version": reader.version,
        **_answer(refusal or ([] if reader.version else [_not_published()])),
        "is_author": reader.is_author,
        "expires_at": reader.seat.expires_at if reader.seat and not refusal else None,
        "lessons": [
            {"lesson_id": lesson.id}
            | _answer([*_closed(reader, lesson, done), *_unplayable(lesson, _as_shown(lesson, videos))])
            for lesson in shown
        ],
    }


def _reader(course_id: str, caller: Caller) -> Reader:
    course = courses.view(course_id)
    is_author = can_edit_course(caller, course)
    if course.status is CourseStatus.DRAFT and not is_author:
        raise NoSuchCourse()
    return Reader(course, is_author, entitlements.seat(caller.id, course_id))


def _answer(reasons: list[Reason]) -> Answer:
    return {"allowed": not reasons, "reasons": reasons}


def _reason(error: AppError, **extra: Any) -> Reason:
    return {"code": error.code, "detail": error.detail, **error.extra, **extra}


def _not_published() -> Reason:
    return {"code": "not_published", "detail": "Only a draft exists; it is read with `draft=true`."}


def _absence(reader: Reader, lesson_id: str) -> Reason:
    """Say why a lesson that exists is not in the version that the reader is shown."""
    if reader.course.current_version > reader.version > 0:
        syllabus.get(reader.course.id, reader.course.current_version).lesson(lesson_id)
        return {"code": "not_in_your_version", "detail": "The lesson came with a later version than you learn from."}
    if not reader.is_author:
        raise NoSuchLesson()
    lessons.draft(lesson_id)
    return _not_published()


def _closed(reader: Reader, lesson: Lesson, done: Mapping[str, Done]) -> Iterable[Reason]:
    if reader.is_author or lesson.free_preview:
        return
    if reader.refusal:
        yield reader.refusal
    elif reader.seat:
        yield from map(_obstacle, gates.obstacles(lesson.gate, reader.seat, done))


def _obstacle(found: NotReleasedYet | Missing) -> Reason:
    return _reason(found) if isinstance(found, NotReleasedYet) else _lacking(found)


def _lacking(missing: Missing) -> Reason:
    return {
        "code": PrerequisiteMissing.code,
        "detail": f"Complete this first: {missing}.",
        "prerequisite": missing.describe(),
    }


def _unplayable(lesson: Lesson, video: dict[str, Any] | None) -> Iterable[Reason]:
    if lesson.kind is not LessonKind.VIDEO:
        return
    if video is None:
        yield _reason(VideoNotReady(), video_status="missing")
        return
    try:
        playback.require_playable(video)
    except Conflict as refusal:
        yield _reason(refusal, video_status=video["status"])


def _as_shown(lesson: Lesson, videos: Mapping[Any, dict[str, Any]]) -> dict[str, Any] | None:
    """Return a video as an outline shows it: it tells no playback id, and is as good as its status."""
    video = videos[ObjectId(lesson.video_id)] if lesson.video_id else None
    return video and {"status": video["status"], "playback_id": video["id"]}


def _done(reader: Reader, lessons: Iterable[Lesson]) -> dict[str, Done]:
    """Return what decides, of all that the reader has done, whether lessons are closed to them."""
    seat = reader.seat
    if reader.is_author or seat is None:
        return {}
    gated = [lesson for lesson in lessons if seat.overrides or not lesson.gate.is_unconditional]
    videos = {lesson.id: lesson.video_id for lesson in gated}
    for lesson in gated:
        videos |= gates.videos_of(lesson.gate.needs)
    return gates.done(videos, seat.user_id) if videos else {}
