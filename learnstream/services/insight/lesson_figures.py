"""The figures of lessons: how many began and completed them, and what they watched of the videos."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from bson import ObjectId

from learnstream.documents import LessonStats, Progress
from learnstream.services.foundation.lease import Lease
from learnstream.services.insight import recounts
from learnstream.services.learning import stored_records
from learnstream.services.learning.retention import Retention

BATCH = 200  # records that are read at a time: each may hold some kilobytes
ENOUGH = 10  # learners, before the share of those who complete a lesson tells something

Figures = dict[str, Any]


def mark(lessons: Iterable[tuple[ObjectId, ObjectId]]) -> None:
    """Mark lessons to be counted again, each given with its course."""
    recounts.mark(LessonStats, [(lesson_id, {"course_id": course_id}) for lesson_id, course_id in lessons])


def recount(held: Lease, *, rest: float = recounts.REST) -> int:
    """Count the lessons whose turn it is; return how many that were."""
    counted = 0
    for lesson in recounts.due(LessonStats, {}):
        with recounts.counting(LessonStats, lesson, rest) as count:
            count.figures = _count(lesson["_id"], held)
        counted += 1
    return counted


def _count(lesson_id: ObjectId, held: Lease) -> Figures:
    tally = Tally()
    found = Progress.collection().find({"lesson_id": lesson_id}, stored_records.UNREAD).batch_size(BATCH)
    for number, record in enumerate(found):
        if number % BATCH == 0:
            held.keep()
        tally.add(record)
    return tally.figures()


class Tally:
    """Counts a lesson's learners, one after the other."""

    def __init__(self) -> None:
        self.started = 0
        self.completed = 0
        self._days: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._videos: dict[str, Retention] = {}

    def add(self, record: stored_records.Record) -> None:
        """Count one learner's record of the lesson."""
        days = stored_records.days(record)
        if not days and not record.get("completed_at"):
            return
        self.started += 1
        for day, seconds in days.items():
            self._days[day] += Counter(active=1, watch_seconds=seconds)
        if completed_at := record.get("completed_at"):
            self.completed += 1
            self._days[stored_records.day(completed_at)]["completions"] += 1
        videos = record.get("videos", {})
        # The position is one of the video that was watched last: nothing says which, if there were several.
        position = record.get("position") if len(videos) == 1 else None
        for video_id, video in videos.items():
            self._add_video(video_id, video, position["seconds"] if position else None)

    def _add_video(self, video_id: str, video: dict[str, Any], position: float | None) -> None:
        if duration := video.get("duration"):
            retention = self._videos.setdefault(video_id, Retention(duration))
            retention.add(stored_records.watched(video), stored_records.watched(video, "again"), position)

    def figures(self) -> Figures:
        """Return what was counted, as it is kept."""
        return {
            "started": self.started,
            "completed": self.completed,
            "finished_share": round(self.completed / self.started, 4) if self.started >= ENOUGH else None,
            "watch_seconds": sum(day["watch_seconds"] for day in self._days.values()),
            "days": {day: dict(counts) for day, counts in sorted(self._days.items())},
            "videos": {video_id: retention.figures() for video_id, retention in self._videos.items()},
        }
