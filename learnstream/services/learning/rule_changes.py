"""Lessons that are completed by what their learners have done already, because a later version asks for less."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from pymongo import UpdateOne

from learnstream.clock import now
from learnstream.documents import Progress
from learnstream.services.authoring.completion_rules import Completion, Rule
from learnstream.services.learning.heartbeats import LessonContext
from learnstream.services.learning.lesson_record import Record

ROUNDING = 1e-4  # of shares as they are stored beside the sets of seconds


def may_complete(completion: Completion, *, fraction: float, began: bool) -> bool:
    """Say whether a rule may find a lesson completed, by the watched share of its video and whether it was begun."""
    if completion.rule is Rule.WATCHED:
        return fraction >= (completion.threshold or 0) - ROUNDING
    return completion.rule is Rule.OPENED and began


def apply(subjects: Collection[LessonContext]) -> None:
    """Complete the lessons whose rule, as it is now, finds fulfilled by what their learners' records hold.

    A record that somebody else changes meanwhile is left to them: each report applies the rule, too.
    """
    wanted = {subject.id: subject for subject in subjects}
    open_ones = {"_id": {"$in": list(wanted)}, "completed_at": None}
    found = Progress.collection().find(open_ones, {"pending_events": 0, "seen": 0})
    if writes := [write for document in found for write in _completed(wanted[document["_id"]], document)]:
        Progress.collection().bulk_write(writes, ordered=False)


def _completed(subject: LessonContext, document: Mapping[str, Any]) -> Iterator[UpdateOne]:
    seen = document.get("watched", {}).get(str(subject.video_id), {})
    record = Record(replace(subject, duration=seen.get("duration")), document)
    moment = now()
    record.apply_rule(moment)
    if update := record.update(moment):
        yield UpdateOne({"_id": subject.id, "revision": record.revision}, update)
