"""Lessons that new conditions would close to learners, and those that stay open only because they have begun them."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from learnstream.documents import Progress
from learnstream.documents.progress import Achieved, AchievedLesson
from learnstream.documents.projection import Projection
from learnstream.policies import entitlements, gates
from learnstream.policies.gates import Done
from learnstream.policies.seats import Seat
from learnstream.services.delivery.syllabus import Lesson, Syllabus
from learnstream.services.learning import rule_changes


class LearnerAchieved(AchievedLesson):
    user_id: int


ACHIEVED = Projection(Progress, LearnerAchieved)
Records = Mapping[str, Achieved]  # a learner's progress records, by lesson


@dataclass(frozen=True, slots=True)
class UnmetConditions:
    """Lessons whose conditions a learner would no longer meet: those they have begun stay open, the others close."""

    kept_open: list[str] = field(default_factory=list)
    closing: list[str] = field(default_factory=list)


NONE_UNMET = UnmetConditions()


def lookups(old: Syllabus, new: Syllabus) -> int:
    """Return the number of records to look up for each learner who moves from one version to the other."""
    return len(_lessons(_candidates(old, new)))


def predict(old: Syllabus, new: Syllabus, user_ids: Collection[int]) -> dict[int, UnmetConditions]:
    """Return by user id the lessons whose new conditions learners would not meet; learners without any are omitted."""
    candidates = _candidates(old, new)
    if not candidates:
        return {}
    records = _records(user_ids, _lessons(candidates))
    found = {}
    for seat in entitlements.seats_in(old.course_id, list(user_ids)):
        before, after = _done(old, records[seat.user_id]), _done_after_rules(new, records[seat.user_id])
        found[seat.user_id] = _unmet_conditions(seat, candidates, before, after)
    return {user_id: unmet for user_id, unmet in found.items() if unmet != NONE_UNMET}


def _candidates(old: Syllabus, new: Syllabus) -> list[tuple[Lesson, Lesson]]:
    """Return the lessons that may be open to fewer learners, as they are in both versions."""
    both = ((old.by_id[lesson.id], lesson) for lesson in new.lessons if lesson.id in old.by_id)
    return [
        (earlier, lesson)
        for earlier, lesson in both
        if not _is_free(lesson) and (_is_free(earlier) or earlier.gate != lesson.gate)
    ]


def _is_free(lesson: Lesson) -> bool:
    return lesson.free_preview or lesson.gate.is_unconditional


def _lessons(candidates: Collection[tuple[Lesson, Lesson]]) -> set[str]:
    needed = {each for pair in candidates for lesson in pair for each in gates.videos_of(lesson.gate.needs)}
    return needed | {lesson.id for _, lesson in candidates}


def _records(user_ids: Collection[int], lesson_ids: Collection[str]) -> Mapping[int, Records]:
    ids = [f"{user_id}:{lesson_id}" for user_id in user_ids for lesson_id in lesson_ids]
    found: defaultdict[int, dict[str, Achieved]] = defaultdict(dict)
    for record in ACHIEVED.find({"_id": {"$in": ids}}):
        found[record["user_id"]][str(record["lesson_id"])] = record
    return found


def _done(version: Syllabus, records: Records) -> dict[str, Done]:
    shown = {lesson_id: record for lesson_id, record in records.items() if lesson_id in version.by_id}
    return {lesson_id: gates.done_by(record, version.by_id[lesson_id].video_id) for lesson_id, record in shown.items()}


def _done_after_rules(version: Syllabus, records: Records) -> dict[str, Done]:
    """Return what a learner will have done once the version's rules have been applied."""
    found = _done(version, records)
    for lesson_id, done in found.items():
        rule = version.by_id[lesson_id].completion
        if rule_changes.may_complete(rule, fraction=done.fraction, began=done.begun, submitted=done.submitted):
            found[lesson_id] = replace(done, completed=True)
    return found


def _unmet_conditions(
    seat: Seat, candidates: Collection[tuple[Lesson, Lesson]], before: Mapping[str, Done], after: Mapping[str, Done]
) -> UnmetConditions:
    unmet = [
        lesson.gate
        for earlier, lesson in candidates
        if gates.unmet(lesson.gate, seat, after) and (_is_free(earlier) or not gates.unmet(earlier.gate, seat, before))
    ]
    closing = [gate.lesson_id for gate in unmet if gates.obstacles(gate, seat, after)]
    return UnmetConditions([gate.lesson_id for gate in unmet if gate.lesson_id not in closing], closing)
