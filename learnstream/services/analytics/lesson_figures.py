"""Figures of lessons: how many learners began and completed them, and what they watched of the videos."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import TypedDict

from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import LessonStats
from learnstream.documents.progress import CountedProgress, VideoSets
from learnstream.documents.projection import Projection
from learnstream.documents.stats import Counted, LessonCounts
from learnstream.services.analytics import day_parts, recounts
from learnstream.services.analytics.day_parts import DayParts
from learnstream.services.analytics.recounts import TIMEOUT, Count
from learnstream.services.foundation.lease import Lease
from learnstream.services.learning import coverage, quarter_hours, stored_records, watched_days
from learnstream.services.learning.retention import Retention

BATCH = 200  # records read at a time; each may have some kilobytes


class DueLesson(TypedDict):
    """The statistics of a lesson that is due."""

    _id: ObjectId
    marks: int
    digests: dict[str, str]


DUE = Projection(LessonStats, DueLesson)
MIN_LEARNERS = 10  # learners from which on the share of completions is meaningful


def mark(lessons: Iterable[tuple[ObjectId, ObjectId]]) -> None:
    """Mark lessons to be recounted, each given with its course."""
    recounts.mark(LessonStats, [(lesson_id, {"course_id": course_id}) for lesson_id, course_id in lessons])


def recount(held: Lease, *, rest: float = recounts.REST) -> int:
    """Recount the lessons that are due; return their number."""
    return sum(recounts.write(LessonStats, _count(lessons, held), rest) for lessons in recounts.due(DUE))


def _count(lessons: Iterable[DueLesson], held: Lease) -> Iterator[Count]:
    """Count lessons in one pass over their records, sorted by lesson."""
    waiting = {each["_id"]: each for each in lessons}
    began, clock = now(), time.monotonic()
    for lesson_id, records in groupby(_records(list(waiting), held), key=itemgetter("lesson_id")):
        lesson = waiting.pop(lesson_id)
        figures = _tally(lesson, records, began)
        yield Count(lesson, began, time.monotonic() - clock, figures)
        clock = time.monotonic()
    for without_records in waiting.values():
        yield Count(without_records, began, 0.0, _tally(without_records, (), began))


def _records(lesson_ids: list[ObjectId], held: Lease) -> Iterator[CountedProgress]:
    wanted = {"lesson_id": {"$in": lesson_ids}}
    for batch in stored_records.COUNTED.batches(wanted, BATCH, timeout=TIMEOUT, sort=[("lesson_id", 1)]):
        held.renew()
        yield from batch


def _tally(lesson: DueLesson, records: Iterable[CountedProgress], began: datetime) -> LessonCounts:
    tally = Tally()
    for record in records:
        tally.add(record)
    # A lesson is counted as a whole: hundreds of days, of which one or two have changed.
    changed, digests = day_parts.changed(tally.parts, lesson["digests"])
    day_parts.write(str(lesson["_id"]), changed, began)
    return {**tally.figures(), "digests": digests}


class Tally:
    """Counts a lesson's learners, one record at a time."""

    def __init__(self) -> None:
        self.started = 0
        self.completed = 0
        self._days: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._videos: dict[str, Retention] = {}
        self.parts = DayParts()

    def add(self, record: CountedProgress) -> None:
        """Count one learner's record of the lesson."""
        days = watched_days.seconds(record)
        if not days and not record["completed_at"]:
            return
        self.started += 1
        for day, seconds in days.items():
            self._days[day] += Counter(active=1, watch_seconds=seconds)
        if completed_at := record["completed_at"]:
            self.completed += 1
            self._days[watched_days.name(completed_at)]["completions"] += 1
            self.parts.add(quarter_hours.number(completed_at), "completions", 1)
        self._add_quarters(days, watched_days.quarters(record))
        videos = record["videos"]
        # The position is in the video that was watched last; with several videos, which one that is is unknown.
        position = record["position"] if len(videos) == 1 else None
        for video_id, video in videos.items():
            self._add_video(video_id, video, position["seconds"] if position else None)

    def _add_video(self, video_id: str, video: VideoSets, position: float | None) -> None:
        if duration := video.get("duration"):
            retention = self._videos.setdefault(video_id, Retention(duration))
            retention.add(coverage.unpack(video.get("w", {})), coverage.unpack(video.get("again", {})), position)

    def _add_quarters(self, days: dict[str, int], quarters: dict[str, int]) -> None:
        before = None
        for day in sorted(days):
            number = quarter_hours.first_of(day) + quarters[day]
            self.parts.add(number, "watch_seconds", days[day])
            self.parts.add_learners(number, before)
            before = number

    def figures(self) -> Counted:
        """Return the counts as they are stored."""
        return {
            "started": self.started,
            "completed": self.completed,
            "finished_share": round(self.completed / self.started, 4) if self.started >= MIN_LEARNERS else None,
            "watch_seconds": sum(day["watch_seconds"] for day in self._days.values()),
            "days": {day: dict(counts) for day, counts in sorted(self._days.items())},
            "videos": {video_id: retention.figures() for video_id, retention in self._videos.items()},
        }
