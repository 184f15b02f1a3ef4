"""Learners' progress: records in bulk, copied from what a real report creates."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from unittest import mock

from bson import ObjectId

from bench.copies import renamed
from bench.students import PublishedCourse, Student
from learnstream.clock import now
from learnstream.documents import Progress
from learnstream.services.delivery import viewings, visibility
from learnstream.services.delivery.viewings import Viewing
from learnstream.services.learning import progress
from learnstream.services.learning.heartbeats import Heartbeat, LessonContext, Stretch
from learnstream.services.learning.progress import Report

VIEWING_AGE = timedelta(days=1)  # how long ago every viewing began: enough time to have watched everything
DAYS = 30  # number of days over which the learners were active

Row = dict[str, Any]


def begin_viewing(student: Student, course: PublishedCourse, lesson: int) -> str:
    """Return the `viewing_id` of a viewing that began long ago."""
    with mock.patch.object(viewings, "now", return_value=now() - VIEWING_AGE):
        return viewings.begin(user_id=student.id, lesson_id=course.lessons[lesson], video_id=course.videos[lesson])


class RecordGenerator:
    """Creates records like the two that this student leaves in this course: of half a video, and of a whole one."""

    def __init__(self, student: Student, course: PublishedCourse, video_seconds: int) -> None:
        self._course_lesson_video = (course.id, course.lessons[0], course.videos[0])
        self._half_watched = _sample_record(student, course, video_seconds // 2)
        self._fully_watched = _sample_record(student, course, video_seconds)
        [self._day] = self._half_watched["days"]

    def records_for(
        self, number: int, student: Student, course: PublishedCourse, *, finishing: int = 0
    ) -> Iterator[Row]:
        """Yield the records of all of a course's lessons; `number` selects a student's day, and whether they finish."""
        pattern = self._fully_watched if finishing and number % finishing == 0 else self._half_watched
        moment = now() - VIEWING_AGE - timedelta(days=number % DAYS, seconds=number)
        for lesson_id, video_id in zip(course.lessons, course.videos, strict=True):
            names: dict[Any, Any] = dict(zip(self._course_lesson_video, (course.id, lesson_id, video_id), strict=True))
            names |= {ObjectId(old): ObjectId(new) for old, new in names.items()}
            record = renamed(pattern, names | {self._day: f"{moment:%Y-%m-%d}"})
            moment += timedelta(seconds=1)
            yield _with_owner(record | {"updated_at": moment}, student.id, lesson_id)


def _with_owner(record: Row, user_id: int, lesson_id: str) -> Row:
    for event in record.get("pending_events", ()):
        event |= {"id": f"{event['type']}:{user_id}:{lesson_id}", "data": event["data"] | {"user_id": user_id}}
    return record | {"_id": f"{user_id}:{lesson_id}", "user_id": user_id}


def report_in_heartbeats(student: Student, course: PublishedCourse, *, lesson: int) -> Row:
    """Let a student watch ten minutes of a lesson, with a heartbeat every ten seconds; return the record."""
    context, viewing = _open_viewing(student, course, lesson)
    for seq, start in enumerate(range(0, 600, 10)):
        moment = now() - VIEWING_AGE + timedelta(seconds=start)
        played = (Stretch(float(start), start + 10.0, moment),)
        progress.report(context, Report(Heartbeat(seq, moment, played, start + 10.0, viewing)))
    return dict(Progress.collection().find_one({"_id": context.id}) or {})


def _sample_record(student: Student, course: PublishedCourse, seconds: int) -> Row:
    """Let a student watch so much of the first lesson, as every student does; remove and return the record."""
    context, viewing = _open_viewing(student, course, 0)
    played = tuple(Stretch(float(start), start + 10.0, now() - VIEWING_AGE) for start in range(0, seconds, 10))
    progress.report(context, Report(Heartbeat(1, now() - VIEWING_AGE, played, float(seconds), viewing)))
    return dict(Progress.collection().find_one_and_delete({"_id": context.id}) or {})


def _open_viewing(student: Student, course: PublishedCourse, number: int) -> tuple[LessonContext, Viewing]:
    lesson_id = course.lessons[number]
    viewing = viewings.read(begin_viewing(student, course, number), user_id=student.id, lesson_id=lesson_id)
    lesson = visibility.resolve(lesson_id, None)
    return progress.build_context(user_id=student.id, lesson=lesson, viewing=viewing), viewing
