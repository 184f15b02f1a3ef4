"""Verified progress: records learners' reports as far as they are plausible, and reads the records."""

import random
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from learnstream.clock import now
from learnstream.documents import LessonKind, Progress
from learnstream.documents.projection import Projection
from learnstream.errors import Retry
from learnstream.errors.delivery import NotAVideo, VideoNotReady
from learnstream.errors.learning import AlreadyCompleted, CompletesByItself, TooBusy
from learnstream.services.authoring import completion_rules
from learnstream.services.authoring.completion_rules import Rule
from learnstream.services.delivery import playback
from learnstream.services.delivery.viewings import Viewing
from learnstream.services.delivery.visibility import VisibleLesson
from learnstream.services.learning import coverage
from learnstream.services.learning.heartbeats import Heartbeat, LessonContext, Part, Reason, Stretch
from learnstream.services.learning.lesson_record import WAIVED, WORKING, Record

MAX_ATTEMPTS = 10
PAUSE = 0.01  # average seconds before the second attempt; the delay grows with each attempt

# A record that has none of these is empty.
CONTENTS = ("began_at", "opened_at", "position", "credited", "completed_at")


class LessonOf(TypedDict):
    lesson_id: ObjectId


BEGUN = Projection(Progress, LessonOf)


class Described(TypedDict):
    """A learner's progress in a lesson."""

    recorded: bool
    position: float
    watched_seconds: int
    duration: float | None
    fraction: float
    completed: bool
    completed_at: datetime | None
    opened_at: datetime | None
    completion: completion_rules.Described


# A stretch as it was credited, and one that was rejected.
Accepted = TypedDict("Accepted", {"from": float, "to": float, "at": datetime})
Rejected = TypedDict("Rejected", {"from": float, "to": float, "at": datetime, "reason": str, "retry": Retry})
Watched = TypedDict("Watched", {"from": int, "to": int})


class Outcome(Described):
    """What a report changed."""

    accepted: list[Accepted]
    rejected: list[Rejected]


class WatchedRecord(Described):
    """A learner's progress in a lesson, with the watched parts of its video."""

    watched: list[Watched]


class Waived(TypedDict):
    """A lesson that an instructor marked as completed."""

    lesson_id: str
    completed_at: datetime | None
    completed_by: str


@dataclass(frozen=True, slots=True)
class Report:
    """A client's report on a lesson: a heartbeat, that it was opened, or that the learner marked it as completed."""

    heartbeat: Heartbeat | None = None
    opened: bool = False
    completed: bool = False

    @property
    def played(self) -> tuple[Stretch, ...]:
        return self.heartbeat.played if self.heartbeat else ()


def build_context(*, user_id: int, lesson: VisibleLesson, viewing: Viewing | None = None) -> LessonContext:
    """Return the context of a record; the video is the viewing's, even if the lesson's has been replaced since."""
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


def report(context: LessonContext, submitted: Report, *, recorded: bool = True) -> Outcome:
    """Add a client's report to the learner's record; return what was accepted and the learner's progress.

    Idempotent. With `recorded=False` nothing is stored, and all stretches are rejected as `not_recorded`.

    Raises:
        NotFound: `not_a_video`, a heartbeat for a lesson without video.
        Conflict: `video_not_ready` or another code for a video of unknown duration; `completes_by_itself`.
        TooBusy: concurrent requests kept changing the record.
    """
    _require_possible(context, submitted)
    if not recorded:
        parts = [Part(stretch, Reason.NOT_RECORDED) for stretch in submitted.played]
        return _outcome(Record(context), parts, recorded=False)
    for _ in _attempts():
        record = _load(context)
        parts = _apply(record, submitted)
        if _store(record):
            return _outcome(record, parts)
    raise TooBusy()


def read(context: LessonContext, *, recorded: bool = True) -> WatchedRecord:
    """Return a learner's record of a lesson, with the watched parts of its video."""
    record = _load(context) if recorded else Record(context)
    watched: list[Watched] = [{"from": start, "to": end} for start, end in coverage.spans(record.watched)]
    return {**_describe(record, recorded), "watched": watched}


def waive(context: LessonContext) -> Waived:
    """Mark a lesson as completed, whatever its rule.

    Raises:
        Conflict: `already_completed`.
        TooBusy: concurrent requests kept changing the record.
    """
    for _ in _attempts():
        record = _load(context)
        if record.completed_at:
            raise AlreadyCompleted()
        record.waive(now())
        if _store(record):
            return {"lesson_id": context.lesson_id, "completed_at": record.completed_at, "completed_by": WAIVED}
    raise TooBusy()


def attempted(context: LessonContext, *, started_at: datetime, submitted_at: datetime, fulfills: bool) -> None:
    """Record an attempt at a lesson's quiz, which completes it if the result `fulfills` its rule. Idempotent.

    Raises:
        TooBusy: concurrent requests kept changing the record.
    """
    for _ in _attempts():
        record = _load(context)
        record.attempt(started_at, submitted_at, fulfills=fulfills)
        if _store(record):
            return
    raise TooBusy()


def begun(*, user_id: int, course_id: str) -> list[str]:
    """Return the ids of a course's lessons for which the learner has a non-empty record."""
    wanted = {"user_id": user_id, "course_id": ObjectId(course_id), "$or": [{name: {"$ne": None}} for name in CONTENTS]}
    return [str(record["lesson_id"]) for record in BEGUN.find(wanted)]


def reset(*, user_id: int, lesson_ids: Iterable[str]) -> None:
    """Empty a learner's records of lessons. Pending events are still published, and late reports change nothing.

    The documents stay with a higher revision, so that concurrent writers and roll-ups notice the change.
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


def _require_possible(context: LessonContext, submitted: Report) -> None:
    if submitted.completed and context.completion.rule is not Rule.MANUAL:
        raise CompletesByItself()
    if submitted.heartbeat is None:
        return
    if context.kind is not LessonKind.VIDEO:
        raise NotAVideo()
    if context.video_id is None:
        raise VideoNotReady(detail="The lesson has no video yet.")
    if context.duration is None:
        playback.require_playable(playback.facts(context.video_id))
        raise VideoNotReady(detail="The duration of the video is not known yet.")


def _attempts() -> Iterable[int]:
    yield 0
    for number in range(1, MAX_ATTEMPTS):
        # Jitter keeps the same requests from colliding again; the delay is at most 0.25 s.
        time.sleep(random.uniform(0, min(0.25, 2 * PAUSE * number)))  # noqa: S311
        yield number


def _load(context: LessonContext) -> Record:
    return Record(context, WORKING.find_one({"_id": context.id}))


def _apply(record: Record, submitted: Report) -> list[Part]:
    moment = now()
    parts = record.apply_heartbeat(submitted.heartbeat, moment) if submitted.heartbeat else []
    if submitted.opened:
        record.open(moment)
    if submitted.completed:
        record.complete(moment)
    return parts


def _store(record: Record) -> bool:
    """Write the changes if the record has not changed since it was read. Return False if it has."""
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


def _outcome(record: Record, parts: Iterable[Part], *, recorded: bool = True) -> Outcome:
    context = record.context
    accepted: list[Accepted] = []
    rejected: list[Rejected] = []
    for stretch, reason in parts:
        entry: Accepted = {"from": stretch.start, "to": stretch.end, "at": stretch.at}
        if reason is None:
            accepted.append({**entry, "to": min(stretch.end, context.duration or stretch.end)})
        else:
            rejected.append({**entry, "reason": reason.value, "retry": _retry(context, reason)})
    return {**_describe(record, recorded), "accepted": accepted, "rejected": rejected}


def _retry(context: LessonContext, reason: Reason) -> Retry:
    """Return whether a stretch may be credited if it is reported again."""
    if reason is not Reason.OVER_BUDGET:
        return Retry.NEVER
    # The budget of a seat that has ended no longer grows, unless the seat is renewed.
    moment = now()
    return Retry.LATER if context.last_moment(moment) == moment else Retry.AFTER_ACCESS


def _describe(record: Record, recorded: bool = True) -> Described:
    context, position = record.context, record.position
    seconds = position["seconds"] if position else 0.0
    return {
        "recorded": recorded,
        "position": min(seconds, context.duration) if context.duration else seconds,
        "watched_seconds": record.watched.bit_count(),
        "duration": context.duration,
        "fraction": round(record.fraction, 4),
        "completed": record.completed_at is not None,
        "completed_at": record.completed_at,
        "opened_at": record.opened_at,
        "completion": {"rule": context.completion.rule, "threshold": context.completion.threshold},
    }
