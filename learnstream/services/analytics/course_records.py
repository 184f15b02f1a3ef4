"""Learners' progress by course (`CourseProgress`), derived from their progress records and enrollments."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, cast

from bson import ObjectId
from pymongo import InsertOne, UpdateOne
from pymongo.errors import BulkWriteError
from sqlalchemy import select, tuple_

from learnstream.clock import now, whole_milliseconds
from learnstream.documents import CourseProgress, Progress
from learnstream.documents.course_progress import (
    DerivedProgress,
    LessonSummary,
    QuarterSeconds,
    StoredCourseProgress,
)
from learnstream.documents.progress import Visit, WatchedDays
from learnstream.documents.projection import Projection
from learnstream.errors import NotFound
from learnstream.models import Enrollment
from learnstream.services.analytics import course_completions, course_figures, lesson_figures
from learnstream.services.analytics.course_completions import Achievement
from learnstream.services.delivery import syllabus
from learnstream.services.delivery.syllabus import Lesson
from learnstream.services.learning import course_totals, quarter_hours, rule_changes, stored_records, watched_days
from learnstream.services.learning.course_totals import LessonStanding, Standing
from learnstream.services.learning.heartbeats import LessonContext
from learnstream.stores import mongo
from learnstream.stores.sql import db

Pair = tuple[int, str]  # a user and a course
Lessons = Mapping[str, int]  # the revisions of a learner's records, by lesson
Summaries = Mapping[str, LessonSummary]  # by lesson id


class ReducedProgress(Visit, WatchedDays):
    """The parts of a record of which a course record contains a summary."""

    user_id: int
    completed_in: int | None
    revision: int


STORED = Projection(CourseProgress, StoredCourseProgress)
REDUCED = Projection(Progress, ReducedProgress)


class Overtaken(RuntimeError):
    """Another worker has written the same course records meanwhile; the next run does the rest."""


def settle(changes: Mapping[Pair, Lessons]) -> None:
    """Update the course records of these learners from their enrollments and these progress records.

    Learners without an enrollment have no course record; their free previews count in the lessons' figures alone.

    Raises:
        Overtaken: another worker has written the same course records.
    """
    seats = _seats(changes)
    known = _known(seats)
    changed = {pair: _changed_lessons(known.get(pair), lessons) for pair, lessons in changes.items()}
    # Mark before writing: if this is interrupted, too much is recounted rather than too little.
    lesson_figures.mark(
        {(ObjectId(lesson_id), ObjectId(course_id)) for (_, course_id), ids in changed.items() for lesson_id in ids}
    )
    found = _read_changed({pair: changed[pair] for pair in seats}, known)
    lessons = {pair: {**_lessons_in(known.get(pair)), **found.get(pair, {})} for pair in seats}
    _prefetch_versions(seats.values())
    for pair, completed in _apply_rules(seats, lessons).items():
        lessons[pair] = lessons[pair] | completed
    standings = {pair: _standing(pair[1], seat.course_version, lessons[pair]) for pair, seat in seats.items()}
    course_completions.record(
        seats, {pair: _achievement(seat, lessons[pair], standings[pair]) for pair, seat in seats.items()}
    )
    derived = {pair: _derive(seat, lessons[pair], standings[pair], known.get(pair)) for pair, seat in seats.items()}
    _write({pair: document for pair, document in derived.items() if _differs(document, known.get(pair))}, known)


def _seats(pairs: Iterable[Pair]) -> dict[Pair, Enrollment]:
    wanted = tuple_(Enrollment.user_id, Enrollment.course_id).in_(list(pairs))
    # Enrollments read by an earlier batch may have changed since.
    found = db.session.scalars(select(Enrollment).where(wanted), execution_options={"populate_existing": True})
    return {(seat.user_id, seat.course_id): seat for seat in found}


def _known(pairs: Iterable[Pair]) -> dict[Pair, StoredCourseProgress]:
    found = STORED.find({"_id": {"$in": [_id(pair) for pair in pairs]}})
    return {(each["user_id"], str(each["course_id"])): each for each in found}


def _lessons_in(known: StoredCourseProgress | None) -> Summaries:
    return known["lessons"] if known else {}


def _changed_lessons(known: StoredCourseProgress | None, lessons: Lessons) -> list[str]:
    """Return the lessons whose records have changed since they were last read."""
    read = {lesson_id: summary.get("r") for lesson_id, summary in _lessons_in(known).items()}
    return [lesson_id for lesson_id, revision in lessons.items() if read.get(lesson_id) != revision]


def _read_changed(changed: Mapping[Pair, list[str]], known: Collection[Pair]) -> dict[Pair, dict[str, LessonSummary]]:
    """Read the progress records that have changed, or all of them for a new course record."""
    ids = [f"{pair[0]}:{each}" for pair, lesson_ids in changed.items() if pair in known for each in lesson_ids]
    by_id: list[dict[str, object]] = [{"_id": {"$in": ids}}] if ids else []
    new = [{"user_id": user_id, "course_id": ObjectId(course_id)} for user_id, course_id in changed.keys() - known]
    return _read_records([*by_id, *new])


def _read_records(wanted: Sequence[dict[str, object]]) -> dict[Pair, dict[str, LessonSummary]]:
    """Read the progress records that match any of these filters, each passed through `_reduce`."""
    found: defaultdict[Pair, dict[str, LessonSummary]] = defaultdict(dict)
    for record in REDUCED.find({"$or": wanted}) if wanted else ():
        found[record["user_id"], str(record["course_id"])][str(record["lesson_id"])] = _reduce(record)
    return found


def _reduce(record: ReducedProgress) -> LessonSummary:
    days = watched_days.seconds(record)
    summary = {
        "r": record["revision"],
        "s": sum(days.values()),
        "d": days,
        "q": watched_days.quarters(record),
        "v": stored_records.shares(record),
        "b": stored_records.began_at(record),
        "a": stored_records.last_active_at(record),
        "u": record["submitted_at"],
        "c": record["completed_at"],
        "n": record["completed_in"],
        "x": record["reset_at"],
    }
    return cast(LessonSummary, {name: value for name, value in summary.items() if value is not None})


def _prefetch_versions(seats: Iterable[Enrollment]) -> None:
    """Prefetch the versions of all enrollments in one query."""
    with suppress(NotFound):
        syllabus.get_many({(seat.course_id, seat.course_version) for seat in seats})


def _apply_rules(
    seats: Mapping[Pair, Enrollment], lessons: Mapping[Pair, Summaries]
) -> dict[Pair, dict[str, LessonSummary]]:
    """Complete lessons that meet the rules of the learner's current version; return these lessons, read again."""
    moment = now()
    live = [(pair, seat) for pair, seat in seats.items() if seat.opens(moment)]
    subjects = [subject for pair, seat in live for subject in _maybe_completed(seat, lessons[pair])]
    if not subjects:
        return {}
    lesson_figures.mark({(ObjectId(each.lesson_id), ObjectId(each.course_id)) for each in subjects})
    rule_changes.apply(subjects)
    return _read_records([{"_id": {"$in": [subject.id for subject in subjects]}}])


def _maybe_completed(seat: Enrollment, lessons: Summaries) -> Iterator[LessonContext]:
    for lesson in _lessons_of(seat.course_id, seat.course_version):
        summary = lessons.get(lesson.id)
        if summary is None or "c" in summary:
            continue
        fraction = standing_in(summary, lesson.video_id).fraction
        began, submitted = "b" in summary, "u" in summary
        if rule_changes.may_complete(lesson.completion, fraction=fraction, began=began, submitted=submitted):
            yield LessonContext(
                user_id=seat.user_id,
                course_id=seat.course_id,
                lesson_id=lesson.id,
                version=seat.course_version,
                kind=lesson.kind,
                completion=lesson.completion,
                video_id=lesson.video_id,
            )


def _standing(course_id: str, number: int, lessons: Summaries) -> Standing:
    version = _lessons_of(course_id, number)
    states = {lesson.id: standing_in(lessons.get(lesson.id, {}), lesson.video_id) for lesson in version}
    return course_totals.compute(states, [lesson.id for lesson in version])


def _lessons_of(course_id: str, number: int) -> tuple[Lesson, ...]:
    try:
        return syllabus.get(course_id, number).lessons
    except NotFound:
        return ()


def standing_in(summary: LessonSummary, video_id: str | None) -> LessonStanding:
    """Return a learner's standing in a lesson that shows this video, from its entry in `lessons`."""
    return LessonStanding(summary.get("v", {}).get(video_id, 0.0) if video_id else 0.0, summary.get("c"))


def _achievement(seat: Enrollment, lessons: Summaries, found: Standing) -> Achievement | None:
    """Return the version that a learner has completed: their current one, or an earlier one completed in time.

    Between their last lesson and this check, they may have been moved to a version that requires more. After a reset
    by an instructor, even of one lesson, only the current version counts.
    """
    if found.completed_at:
        return Achievement(seat.course_version, found.completed_at)
    for number in sorted({summary["n"] for summary in lessons.values() if "n" in summary} - {seat.course_version}):
        earlier = _standing(seat.course_id, number, lessons)
        if earlier.completed_at and _completed_in_time(number, earlier.completed_at, lessons.values()):
            return Achievement(number, earlier.completed_at)
    return None


def _completed_in_time(number: int, at: datetime, lessons: Collection[LessonSummary]) -> bool:
    last = {summary.get("n") for summary in lessons if summary.get("c") == at}
    return number in last and not any(summary["x"] >= at for summary in lessons if "x" in summary)


def _derive(
    seat: Enrollment, lessons: dict[str, LessonSummary], found: Standing, known: StoredCourseProgress | None
) -> DerivedProgress:
    days: Counter[str] = Counter()
    for summary in lessons.values():
        days.update(summary["d"])
    return {
        "user_id": seat.user_id,
        "course_id": ObjectId(seat.course_id),
        "status": seat.status.value,
        "enrolled_at": whole_milliseconds(seat.enrolled_at),
        "version": seat.course_version,
        "lessons": lessons,
        "lesson_count": found.lesson_count,
        "completed_count": found.completed_count,
        "shares": found.shares,
        "fraction": 1.0 if seat.completed_at else found.fraction,
        "watch_seconds": days.total(),
        "days": dict(sorted(days.items())),
        "quarters": _quarters(lessons),
        "active_days": sorted(days),
        "started_at": min((summary["b"] for summary in lessons.values() if "b" in summary), default=None),
        "last_active_at": max((summary["a"] for summary in lessons.values() if "a" in summary), default=None),
        "completed_at": seat.completed_at and whole_milliseconds(seat.completed_at),
        "completed_day": watched_days.name(seat.completed_at) if seat.completed_at else None,
        "completion_seconds": _completion_seconds(seat, known),
    }


def _quarters(lessons: Summaries) -> list[QuarterSeconds]:
    """Return the seconds of all lessons' days, by the quarter-hour in which each of them began."""
    found: Counter[int] = Counter()
    for _, day, seconds, quarter in _lesson_days(lessons):
        found[quarter_hours.first_of(day) + quarter] += seconds
    return [{"n": number, "s": seconds} for number, seconds in sorted(found.items())]


def _lesson_days(lessons: Summaries) -> Iterator[tuple[str, str, int, int]]:
    for lesson_id, summary in lessons.items():
        # Entries from before quarter-hours were recorded have none.
        quarters = summary.get("q", {})
        for day, seconds in summary["d"].items():
            yield lesson_id, day, seconds, quarters.get(day, quarter_hours.NOON)


def _completion_seconds(seat: Enrollment, known: StoredCourseProgress | None) -> int | None:
    if seat.completed_at is None:
        return None
    if known and whole_milliseconds(seat.completed_at) == known["completed_at"]:
        # After enrolling again, `enrolled_at` may be later than the completion.
        return known["completion_seconds"]
    return max(0, int((seat.completed_at - seat.enrolled_at).total_seconds()))


def _differs(document: DerivedProgress, known: StoredCourseProgress | None) -> bool:
    return known is None or any(known.get(name) != value for name, value in document.items())


def _write(derived: Mapping[Pair, DerivedProgress], known: Mapping[Pair, StoredCourseProgress]) -> None:
    if not derived:
        return
    course_figures.mark(_stale_days(derived, known))
    writes = [_update(pair, document, known.get(pair)) for pair, document in derived.items()]
    try:
        result = CourseProgress.collection().bulk_write(writes, ordered=False)
    except BulkWriteError as error:
        if not mongo.is_duplicate_key(error):
            raise
        raise Overtaken() from None
    if result.matched_count + result.inserted_count < len(writes):
        raise Overtaken()


def _stale_days(
    derived: Mapping[Pair, DerivedProgress], known: Mapping[Pair, StoredCourseProgress]
) -> dict[str, set[str]]:
    """Return the courses whose figures these course records change, with the affected days."""
    stale: defaultdict[str, set[str]] = defaultdict(set)
    for pair, new in derived.items():
        old = known.get(pair)
        days = _changed_days(new, old)
        if days or old is None or _sums_of(new) != _sums_of(old):
            stale[pair[1]] |= days
    return stale


def _sums_of(record: DerivedProgress) -> tuple[float, int | None]:
    return record["fraction"], record["completion_seconds"]


def _changed_days(new: DerivedProgress, old: DerivedProgress | None) -> set[str]:
    """Return the days for which the counts of a course record have changed."""
    lesson_days = set(_lesson_days(new["lessons"])) ^ set(_lesson_days(old["lessons"] if old else {}))
    changed_days = {day for _, day, *_ in lesson_days}
    before = (old["enrolled_at"], old["completed_at"]) if old else (None, None)
    for instants in zip((new["enrolled_at"], new["completed_at"]), before, strict=True):
        if instants[0] != instants[1]:
            changed_days |= {watched_days.name(instant) for instant in instants if instant}
    return changed_days


def _update(pair: Pair, document: DerivedProgress, known: StoredCourseProgress | None) -> InsertOne[Any] | UpdateOne:
    if known is None:
        return InsertOne({"_id": _id(pair), **document, "revision": 1, "quarters_of": 1, "updated_at": now()})
    read = {"_id": known["_id"], "revision": known["revision"]}
    times = {"updated_at": now(), "quarters_of": known["revision"] + 1}
    return UpdateOne(read, {"$set": {**document, **times}, "$inc": {"revision": 1}})


def _id(pair: Pair) -> str:
    return f"{pair[0]}:{pair[1]}"
