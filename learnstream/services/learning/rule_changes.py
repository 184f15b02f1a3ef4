"""Completes lessons whose rule in a later version is fulfilled by what the learners have done already."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from pymongo import UpdateOne

from learnstream.clock import now
from learnstream.documents import Progress
from learnstream.documents.progress import RuledProgress
from learnstream.documents.projection import Projection
from learnstream.services.authoring.completion_rules import Completion, Rule
from learnstream.services.learning.heartbeats import LessonContext
from learnstream.services.learning.lesson_record import Record

RULED = Projection(Progress, RuledProgress)
ROUNDING = 1e-4  # of the stored shares


def may_complete(completion: Completion, *, fraction: float, began: bool, submitted: bool) -> bool:
    """True if a lesson may be completed under a rule.

    fraction: the watched share of its video.
    began: it was started.
    submitted: an attempt at its quiz was submitted.
    """
    if completion.rule is Rule.WATCHED:
        return fraction >= (completion.threshold or 0) - ROUNDING
    return {Rule.OPENED: began, Rule.SUBMITTED: submitted}.get(completion.rule, False)


def apply(contexts: Collection[LessonContext]) -> None:
    """Complete the lessons whose current rule is fulfilled by their learners' records.

    A record that changes concurrently is skipped: each report applies the rule, too.
    """
    by_id = {context.id: context for context in contexts}
    not_completed = {"_id": {"$in": list(by_id)}, "completed_at": None}
    if writes := [
        write for document in RULED.find(not_completed) for write in _completed(by_id[document["_id"]], document)
    ]:
        Progress.collection().bulk_write(writes, ordered=False)


def _completed(context: LessonContext, document: RuledProgress) -> Iterator[UpdateOne]:
    seen = document["watched"].get(str(context.video_id))
    record = Record(replace(context, duration=seen["duration"] if seen else None), {**document, "seen": {}})
    moment = now()
    record.apply_rule(moment)
    if update := record.update(moment):
        yield UpdateOne({"_id": context.id, "revision": record.revision}, update)
