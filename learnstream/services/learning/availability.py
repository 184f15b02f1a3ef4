"""Whether a course or lesson is open to a caller, and if not, the reasons and what would change that."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from bson import ObjectId

from learnstream.documents import CourseStatus, FileState, LessonKind
from learnstream.errors import AppError, Conflict
from learnstream.errors.authoring import NoSuchCourse, NoSuchLesson
from learnstream.errors.delivery import DocumentNotReady, NotReleasedYet, PrerequisiteMissing, VideoNotReady
from learnstream.errors.enrollment import EnrollmentExpired
from learnstream.policies import entitlements, gates
from learnstream.policies.access import can_edit_course, seat_error
from learnstream.policies.gates import Done, Missing
from learnstream.policies.seats import Seat
from learnstream.policies.views import Caller, CourseView
from learnstream.services.authoring import courses, lesson_media, lessons
from learnstream.services.delivery import documents, playback, syllabus, visibility
from learnstream.services.delivery.syllabus import Lesson, Syllabus

# Why something is not open: `code` and `detail` of the error that it would raise, and the error's extra members.
Reason = Mapping[str, object]


class Verdict(TypedDict):
    """Whether something is open, and the reasons why not."""

    allowed: bool
    reasons: list[Reason]


class LessonAnswer(Verdict):
    lesson_id: str


class LessonAvailability(LessonAnswer):
    """Whether a lesson is open in the caller's version of the course."""

    course_id: str
    version: int


class CourseAvailability(Verdict):
    """Whether a course is open, and each of its lessons."""

    course_id: str
    version: int
    is_author: bool
    expires_at: datetime | None
    lessons: list[LessonAnswer]


@dataclass(frozen=True, slots=True)
class Reader:
    """A caller in relation to a course; `seat` is theirs, live or not, and does not matter for the course's authors."""

    course: CourseView
    is_author: bool
    seat: Seat | None

    @property
    def denial(self) -> Reason | None:
        """The reason why only free previews are open, regardless of the lessons' conditions; None if there is none."""
        if self.is_author or (error := seat_error(self.seat)) is None:
            return None
        ended = {"expired_at": self.seat.expires_at} if self.seat and isinstance(error, EnrollmentExpired) else {}
        return _reason(error, can_enroll=self.course.is_public, **ended)

    @property
    def syllabus(self) -> Syllabus | None:
        return syllabus.get(self.course.id, self.version) if self.version else None

    @property
    def version(self) -> int:
        live = self.seat if not self.is_author and not seat_error(self.seat) else None
        return live.course_version if live else self.course.current_version


def for_lesson(lesson_id: str, caller: Caller) -> LessonAvailability:
    """Return whether a lesson is open to the caller, and whether its video can be played or its document be read.

    Raises:
        NotFound: there is no such lesson that the caller may know of.
    """
    try:
        reader = _reader(visibility.course_of(lesson_id, caller), caller)
    except NoSuchCourse:
        raise NoSuchLesson() from None
    lesson = reader.syllabus.by_id.get(lesson_id) if reader.syllabus else None
    reasons = [_absence_reason(reader, lesson_id)] if lesson is None else _lesson_reasons(reader, lesson)
    return {
        "course_id": reader.course.id,
        "lesson_id": lesson_id,
        "version": reader.version,
        **_verdict(reasons),
    }


def _lesson_reasons(reader: Reader, lesson: Lesson) -> list[Reason]:
    facts = playback.facts(lesson.video_id) if lesson.video_id else None
    locks = _lock_reasons(reader, lesson, _done(reader, [lesson]))
    state = documents.state_of(lesson.document_id) if lesson.document_id else None
    return [*locks, *_playback_reasons(lesson, facts), *_document_reasons(lesson, state)]


def for_course(course_id: str, caller: Caller) -> CourseAvailability:
    """Return whether a course is open to the caller, and which of its lessons are.

    Raises:
        NotFound: there is no such course that the caller may know of.
    """
    reader = _reader(course_id, caller)
    shown = reader.syllabus.lessons if reader.syllabus else ()
    done = _done(reader, shown)
    videos = lesson_media.videos_of(ObjectId(lesson.video_id) for lesson in shown if lesson.video_id)
    shown_documents = lesson_media.documents_of(ObjectId(each.document_id) for each in shown if each.document_id)
    denial = [reader.denial] if reader.denial else []
    return {
        "course_id": course_id,
        "version": reader.version,
        **_verdict(denial or ([] if reader.version else [_not_published()])),
        "is_author": reader.is_author,
        "expires_at": reader.seat.expires_at if reader.seat and not denial else None,
        "lessons": [
            {
                "lesson_id": lesson.id,
                **_verdict(
                    [
                        *_lock_reasons(reader, lesson, done),
                        *_playback_reasons(lesson, _facts(lesson, videos)),
                        *_document_reasons(lesson, _state(lesson, shown_documents)),
                    ]
                ),
            }
            for lesson in shown
        ],
    }


def _reader(course_id: str, caller: Caller) -> Reader:
    course = courses.view(course_id)
    is_author = can_edit_course(caller, course)
    if course.status is CourseStatus.DRAFT and not is_author:
        raise NoSuchCourse()
    return Reader(course, is_author, entitlements.seat(caller.id, course_id))


def _verdict(reasons: list[Reason]) -> Verdict:
    return {"allowed": not reasons, "reasons": reasons}


def _reason(error: AppError, **extra: object) -> Reason:
    return {"code": error.code, "detail": error.detail, **error.extra, **extra}


def _not_published() -> Reason:
    return {"code": "not_published", "detail": "Only a draft exists; read it with `draft=true`."}


def _absence_reason(reader: Reader, lesson_id: str) -> Reason:
    """Return the reason why an existing lesson is not in the version shown to the reader."""
    if reader.course.current_version > reader.version > 0:
        syllabus.get(reader.course.id, reader.course.current_version).lesson(lesson_id)
        return {
            "code": "not_in_your_version",
            "detail": "The lesson was added in a later version of the course than yours.",
        }
    if not reader.is_author:
        raise NoSuchLesson()
    lessons.draft(lesson_id)
    return _not_published()


def _lock_reasons(reader: Reader, lesson: Lesson, done: Mapping[str, Done]) -> Iterable[Reason]:
    if reader.is_author or lesson.free_preview:
        return
    if reader.denial:
        yield reader.denial
    elif reader.seat:
        yield from map(_obstacle_reason, gates.obstacles(lesson.gate, reader.seat, done))


def _obstacle_reason(obstacle: NotReleasedYet | Missing) -> Reason:
    return _reason(obstacle) if isinstance(obstacle, NotReleasedYet) else _prerequisite_reason(obstacle)


def _prerequisite_reason(missing: Missing) -> Reason:
    return {
        "code": PrerequisiteMissing.code,
        "detail": f"Complete this first: {missing}.",
        "prerequisite": missing.describe(),
    }


def _playback_reasons(lesson: Lesson, video: playback.State | None) -> Iterable[Reason]:
    if lesson.kind is not LessonKind.VIDEO:
        return
    if video is None:
        yield _reason(VideoNotReady(), video_status="missing")
        return
    try:
        playback.require_playable(video)
    except Conflict as error:
        yield _reason(error, video_status=video["status"])


def _facts(lesson: Lesson, videos: lesson_media.Videos) -> playback.State | None:
    """Return playback facts from a video as outlines show it: by status alone, with its own id as the playback id."""
    if not lesson.video_id:
        return None
    video = videos[ObjectId(lesson.video_id)]
    return {"status": video["status"], "playback_id": str(video["id"])}


def _document_reasons(lesson: Lesson, state: str | None) -> Iterable[Reason]:
    if lesson.kind is LessonKind.DOCUMENT and state != FileState.READY:
        yield _reason(DocumentNotReady(), document_state=state or "missing")


def _state(lesson: Lesson, shown: lesson_media.Documents) -> str | None:
    document = shown.get(ObjectId(lesson.document_id)) if lesson.document_id else None
    return document["state"] if document else None


def _done(reader: Reader, lessons: Iterable[Lesson]) -> dict[str, Done]:
    """Return the reader's completed work on which the lessons' conditions depend."""
    seat = reader.seat
    if reader.is_author or seat is None:
        return {}
    gated = [lesson for lesson in lessons if seat.overrides or not lesson.gate.is_unconditional]
    videos = {lesson.id: lesson.video_id for lesson in gated}
    for lesson in gated:
        videos |= gates.videos_of(lesson.gate.needs)
    return gates.done(videos, seat.user_id) if videos else {}
