"""Learners' progress: records in bulk, copied from what a real report creates."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from unittest import mock

from bson import ObjectId

from bench.copies import renamed
from bench.people import Student, Taught
from learnstream.clock import now
from learnstream.documents import Progress
from learnstream.services.delivery import viewings, visibility
from learnstream.services.delivery.viewings import Viewing
from learnstream.services.learning import progress
from learnstream.services.learning.heartbeats import Heartbeat, LessonContext, Stretch
from learnstream.services.learning.progress import Report

BEGAN = timedelta(days=1)  # how long ago every viewing began: enough time to have watched everything
DAYS = 30  # number of days over which the learners were active

Row = dict[str, Any]


def begin(student: Student, course: Taught, lesson: int) -> str:
    """Return the `viewing_id` of a viewing that began long ago."""
    with mock.patch.object(viewings, "now", return_value=now() - BEGAN):
        return viewings.begin(user_id=student.id, lesson_id=course.lessons[lesson], video_id=course.videos[lesson])


class Watching:
    """Creates records like the two that this student leaves in this course: of half a video, and of a whole one."""

    def __init__(self, student: Student, course: Taught, video_seconds: int) -> None:
        self._place = (course.id, course.lessons[0], course.videos[0])
        self._half = _report(student, course, video_seconds // 2)
        self._whole = _report(student, course, video_seconds)
        [self._day] = self._half["days"]

    def of(self, number: int, student: Student, course: Taught, *, finishing: int = 0) -> Iterator[Row]:
        """Yield the records of all of a course's lessons; `number` selects a student's day, and whether they finish."""
        pattern = self._whole if finishing and number % finishing == 0 else self._half
        moment = now() - BEGAN - timedelta(days=number % DAYS, seconds=number)
        for place in zip(course.lessons, course.videos, strict=True):
            names: dict[Any, Any] = dict(zip(self._place, (course.id, *place), strict=True))
            names |= {ObjectId(old): ObjectId(new) for old, new in names.items()}
            record = renamed(pattern, names | {self._day: f"{moment:%Y-%m-%d}"})
            moment += timedelta(seconds=1)
            yield _owned(record | {"updated_at": moment}, student.id, place[0])


def _owned(record: Row, user_id: int, lesson_id: str) -> Row:
    for event in record.get("pending_events", ()):
        event |= {"id": f"{event['type']}:{user_id}:{lesson_id}", "data": event["data"] | {"user_id": user_id}}
    return record | {"_id": f"{user_id}:{lesson_id}", "user_id": user_id}


def report_in_parts(student: Student, course: Taught, *, lesson: int) -> Row:
    """Let a student watch ten minutes of a lesson, with a heartbeat every ten seconds; return the record."""
    subject, viewing = _opened(student, course, lesson)
    for seq, start in enumerate(range(0, 600, 10)):
        moment = now() - BEGAN + timedelta(seconds=start)
        played = (Stretch(float(start), start + 10.0, moment),)
        progress.report(subject, Report(Heartbeat(seq, moment, played, start + 10.0, viewing)))
    return dict(Progress.collection().find_one({"_id": subject.id}) or {})


def _report(student: Student, course: Taught, seconds: int) -> Row:
    """Let a student watch so much of the first lesson, as every student does; remove and return the record."""
    subject, viewing = _opened(student, course, 0)
    played = tuple(Stretch(float(start), start + 10.0, now() - BEGAN) for start in range(0, seconds, 10))
    progress.report(subject, Report(Heartbeat(1, now() - BEGAN, played, float(seconds), viewing)))
    return dict(Progress.collection().find_one_and_delete({"_id": subject.id}) or {})


def _opened(student: Student, course: Taught, number: int) -> tuple[LessonContext, Viewing]:
    lesson_id = course.lessons[number]
    viewing = viewings.read(begin(student, course, number), user_id=student.id, lesson_id=lesson_id)
    lesson = visibility.resolve(lesson_id, None)
    return progress.build_context(user_id=student.id, lesson=lesson, viewing=viewing), viewing
