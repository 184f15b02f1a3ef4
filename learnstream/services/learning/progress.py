"""Verified progress: what a learner reports of a lesson, credited as far as it can be true, and read back."""

import random
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from learnstream.clock import now
from learnstream.documents import LessonKind, Progress
from learnstream.errors import Retry
from learnstream.errors.delivery import NotAVideo, VideoNotReady
from learnstream.errors.learning import AlreadyCompleted, CompletesByItself, TooBusy
from learnstream.services.authoring.completion_rules import Rule
from learnstream.services.delivery import playback
from learnstream.services.delivery.viewings import Viewing
from learnstream.services.delivery.visibility import VisibleLesson
from learnstream.services.learning import coverage
from learnstream.services.learning.heartbeats import Heartbeat, LessonContext, Part, Reason, Stretch
from learnstream.services.learning.lesson_record import WAIVED, Record

TRIES = 10
PAUSE = 0.01  # seconds on average before the second try; each later one waits longer

# What a record has that is not empty; of the rest, nothing is left without these.
CONTENTS = ("began_at", "opened_at", "position", "credited", "completed_at")

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Report:
    """What a client tells of a lesson: a heartbeat of watching it, that it was opened, that its learner is done."""

    heartbeat: Heartbeat | None = None
    opened: bool = False
    completed: bool = False

    @property
    def played(self) -> tuple[Stretch, ...]:
        return self.heartbeat.played if self.heartbeat else ()


def build_context(*, user_id: int, lesson: VisibleLesson, viewing: Viewing | None = None) -> LessonContext:
    """Return what a record is to know of its lesson; its video is the viewing's, which may have been replaced meanwhile."""
    video_id = viewing.video_id if viewing else lesson.video_id
    return LessonContext(
        user_id=user_id,
        course_id=lesson.course_id,
        lesson_id=lesson.view.id,
        version=lesson.version,
        kind=lesson.kind,
        completion=lesson.completion,
        video_id=video_id,
        duration=playback.facts(video_id)["duration"] if video_id else None,
        seat_since=lesson.seat.enrolled_at if lesson.seat else None,
        seat_until=lesson.seat.end if lesson.seat else None,
        rate=playback.max_rate(lesson.view.course),
    )


def report(subject: LessonContext, given: Report, *, kept: bool = True) -> Answer:
    """Add what a client reports to the learner's record, and say what was accepted and how far the learner has come.

    Repeating it changes nothing. With `kept=False` nothing is recorded, and every stretch is answered so.

    Raises:
        NotFound: `not_a_video`, there is nothing to watch here.
        Conflict: `video_not_ready` or another word for a video of unknown length; `completes_by_itself`.
        TooBusy: others kept changing the record.
    """
    _require_possible(subject, given)
    if not kept:
        parts = [Part(stretch, Reason.NOT_RECORDED) for stretch in given.played]
        return _judged(subject, parts) | _describe(Record(subject), kept)
    for _ in _tries():
        record = _load(subject)
        parts = _apply(record, given)
        if _store(record):
            return _judged(subject, parts) | _describe(record)
    raise TooBusy()


def read(subject: LessonContext, *, kept: bool = True) -> Answer:
    """Return a learner's record of a lesson, with the parts of its video that they have watched."""
    record = _load(subject) if kept else Record(subject)
    parts = [{"from": start, "to": end} for start, end in coverage.spans(record.watched)]
    return _describe(record, kept) | {"watched": parts}


def waive(subject: LessonContext) -> Answer:
    """Take a lesson as completed, whatever its learner did.

    Raises:
        Conflict: `already_completed`.
        TooBusy: others kept changing the record.
    """
    for _ in _tries():
        record = _load(subject)
        if record.completed_at:
            raise AlreadyCompleted()
        record.waive(now())
        if _store(record):
            return {"lesson_id": subject.lesson_id, "completed_at": record.completed_at, "completed_by": WAIVED}
    raise TooBusy()


def begun(*, user_id: int, course_id: str) -> list[str]:
    """Return the lessons of a course of which there is a record with something in it."""
    wanted = {"user_id": user_id, "course_id": ObjectId(course_id), "$or": [{name: {"$ne": None}} for name in CONTENTS]}
    return [str(record["lesson_id"]) for record in Progress.collection().find(wanted, {"lesson_id": 1})]


def reset(*, user_id: int, lesson_ids: Iterable[str]) -> None:
    """Empty a learner's records of lessons. Their news are still told, and what is reported late changes nothing.

    The records stay, so that whoever is about to change one, or follows what has changed, notices.
    """
    kept = {name: f"${name}" for name in ("_id", "user_id", "course_id", "lesson_id", "version", "pending_events")}
    moment = now()
    counted = {
        "revision": {"$add": ["$revision", 1]},
        "resets": {"$add": [{"$ifNull": ["$resets", 0]}, 1]},
    }
    emptied = {**kept, **counted, "reset_at": moment, "updated_at": moment}
    ids = [f"{user_id}:{lesson_id}" for lesson_id in lesson_ids]
    Progress.collection().update_many({"_id": {"$in": ids}}, [{"$replaceWith": emptied}])


def _require_possible(subject: LessonContext, given: Report) -> None:
    if given.completed and subject.completion.rule is not Rule.MANUAL:
        raise CompletesByItself()
    if given.heartbeat is None:
        return
    if subject.kind is not LessonKind.VIDEO:
        raise NotAVideo()
    if subject.video_id is None:
        raise VideoNotReady(detail="The lesson has no video yet.")
    if subject.duration is None:
        playback.require_playable(playback.facts(subject.video_id))
        raise VideoNotReady(detail="It is not known yet how long the video is.")


def _tries() -> Iterable[int]:
    yield 0
    for number in range(1, TRIES):
        # Chance keeps those that met once from meeting again; nobody waits longer than a quarter of a second.
        time.sleep(random.uniform(0, min(0.25, 2 * PAUSE * number)))  # noqa: S311
        yield number


def _load(subject: LessonContext) -> Record:
    return Record(subject, Progress.collection().find_one({"_id": subject.id}, {"pending_events": 0}))


def _apply(record: Record, given: Report) -> list[Part]:
    moment = now()
    parts = record.take(given.heartbeat, moment) if given.heartbeat else []
    if given.opened:
        record.open(moment)
    if given.completed:
        record.complete(moment)
    return parts


def _store(record: Record) -> bool:
    """Write what is new, if the record is still the one that was read; say whether there is nothing left to do."""
    moment = now()
    update = record.update(moment)
    if update is None:
        return True
    first = record.revision == 0
    unchanged = {"_id": record.context.id, "revision": {"$exists": False} if first else record.revision}
    try:
        result = Progress.collection().update_one(unchanged, update, upsert=first)
    except DuplicateKeyError:
        return False
    return bool(result.matched_count or result.upserted_id)


def _judged(subject: LessonContext, parts: Iterable[Part]) -> Answer:
    answer: Answer = {"accepted": [], "rejected": []}
    for stretch, reason in parts:
        entry = {"from": stretch.start, "to": stretch.end, "at": stretch.at}
        if reason is None:
            answer["accepted"].append(entry | {"to": min(stretch.end, subject.duration or stretch.end)})
        else:
            answer["rejected"].append(entry | {"reason": reason.value, "retry": _retry(subject, reason)})
    return answer


def _retry(subject: LessonContext, reason: Reason) -> Retry:
    """Say whether a stretch may be credited if it is reported again."""
    if reason is not Reason.OVER_BUDGET:
        return Retry.NEVER
    # The budget of a seat that has ended grows no more, unless the seat is renewed.
    moment = now()
    return Retry.LATER if subject.last_moment(moment) == moment else Retry.AFTER_ACCESS


def _describe(record: Record, kept: bool = True) -> Answer:
    subject, position = record.context, record.position
    seconds = position["seconds"] if position else 0.0
    return {
        "recorded": kept,
        "position": min(seconds, subject.duration) if subject.duration else seconds,
        "watched_seconds": record.watched.bit_count(),
        "duration": subject.duration,
        "fraction": round(record.fraction, 4),
        "completed": record.completed_at is not None,
        "completed_at": record.completed_at,
        "opened_at": record.opened_at,
        "completion": {"rule": subject.completion.rule, "threshold": subject.completion.threshold},
    }
