"""Helpers that write learners' records as reports would, at any time a test needs."""

from datetime import datetime, timedelta
from itertools import count

from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import Lesson, LessonKind, Progress
from learnstream.services.authoring import completion_rules
from learnstream.services.delivery.viewings import Viewing
from learnstream.services.learning.heartbeats import Heartbeat, LessonContext, Stretch
from learnstream.services.learning.lesson_record import WORKING, Record
from tests.factories import CreatedCourse, CreatedLesson, Person, make_ready_video, make_seat, show_video

_number = count(1)
LESSONS = (
    {"title": "First film", "kind": LessonKind.VIDEO},
    {"title": "Second film", "kind": LessonKind.VIDEO},
    {"title": "Summary", "kind": LessonKind.TEXT, "body": "# Done"},
)


def show_videos(course, *durations):
    """Set ready videos of these durations in a course's video lessons, and publish it. Return the videos' ids."""
    lessons = [lesson for lesson in course.lessons if lesson.kind is LessonKind.VIDEO]
    made = [make_ready_video(duration=duration) for duration in durations]
    for lesson, video_id in zip(lessons, made, strict=True):
        show_video(course, lesson, video_id)
    return made


def make_record(person: Person, course: CreatedCourse, lesson: CreatedLesson, watched: float = 0, **fields) -> None:
    """Store a learner's record of a lesson; `watched` is the share of its current video, of 100 seconds."""
    video_id = Lesson.collection().find_one({"_id": ObjectId(lesson.id)})["video_id"]
    seen = {"seconds": round(watched * 100), "fraction": watched, "duration": 100.0}
    record = {
        "user_id": person.id,
        "course_id": ObjectId(course.id),
        "lesson_id": ObjectId(lesson.id),
        "updated_at": now(),
        "revision": 1,
        **({"watched": {str(video_id): seen}} if watched else {}),
        **fields,
    }
    Progress.collection().update_one({"_id": f"{person.id}:{lesson.id}"}, {"$set": record}, upsert=True)


def complete(person: Person, course: CreatedCourse, *lessons: CreatedLesson, **fields) -> None:
    for lesson in lessons:
        make_record(person, course, lesson, **{"completed_at": now(), "completed_by": "opened"} | fields)


def watch(person, course, lesson, video_id, *stretches, at: datetime | None = None, duration=100.0, position=None):
    """Watch stretches of a lesson's video in a viewing that began two hours before."""
    at = at or now()
    key = f"{next(_number):019}"
    viewing = Viewing(person.id, lesson.id, video_id, at - timedelta(hours=2), key)
    played = tuple(Stretch(start, end, at) for start, end in stretches)
    end = stretches[-1][1] if position is None else position
    record = _record(person, course, lesson, video_id, duration)
    record.apply_heartbeat(Heartbeat(1, at, played, end, viewing), at)
    _store(record, at)


def open_text(person, course, lesson, at: datetime | None = None, version=1):
    record = _record(person, course, lesson, version=version)
    at = at or now()
    record.open(at)
    _store(record, at)


def finish(person, course, videos, at: datetime | None = None):
    """Complete all lessons of a course whose videos have 100 seconds."""
    left = iter(videos)
    for lesson in course.lessons:
        if lesson.kind is LessonKind.VIDEO:
            watch(person, course, lesson, next(left), (0, 100), at=at)
        else:
            open_text(person, course, lesson, at)


def reset(person, lesson):
    """Empty a record as an instructor's reset does: the document stays, with a higher revision."""
    name = f"{person.id}:{lesson.id}"
    old = Progress.collection().find_one({"_id": name})
    gone = old.keys() - {"_id", "user_id", "course_id", "lesson_id", "version", "revision", "updated_at"}
    change = {"$unset": dict.fromkeys(gone, ""), "$inc": {"revision": 1}, "$set": {"updated_at": now()}}
    Progress.collection().update_one({"_id": name}, change)


def seat(person, course, **columns):
    return make_seat(person, course, **columns)


def _record(person, course, lesson, video_id=None, duration=None, version=1):
    context = LessonContext(
        user_id=person.id,
        course_id=course.id,
        lesson_id=lesson.id,
        version=version,
        kind=lesson.kind,
        completion=completion_rules.resolve(lesson.kind, None),
        video_id=video_id,
        duration=duration,
    )
    return Record(context, WORKING.find_one({"_id": context.id}))


def _store(record, at):
    update = record.update(at)
    # Roll-ups follow when it was written.
    update["$set"]["updated_at"] = now()
    Progress.collection().update_one({"_id": record.context.id}, update, upsert=True)


def stored(document, name):
    """Return the stored document with an id, given as an ObjectId's string or as the id itself."""
    return document.collection().find_one({"_id": {"$in": [name, ObjectId(name) if len(name) == 24 else name]}})
