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
class Shut:
    """Lessons whose conditions a learner would no longer meet: those they have begun stay open, the others close."""

    kept_open: list[str] = field(default_factory=list)
    closing: list[str] = field(default_factory=list)


NOT_SHUT = Shut()


def lookups(old: Syllabus, new: Syllabus) -> int:
    """Return the number of records to look up for each learner who moves from one version to the other."""
    return len(_lessons(_suspects(old, new)))


def foresee(old: Syllabus, new: Syllabus, user_ids: Collection[int]) -> dict[int, Shut]:
    """Return by user id the lessons whose new conditions learners would not meet; learners without any are omitted."""
    suspects = _suspects(old, new)
    if not suspects:
        return {}
    records = _records(user_ids, _lessons(suspects))
    found = {
        seat.user_id: _shut(seat, suspects, _done(old, records[seat.user_id]), _to_be_done(new, records[seat.user_id]))
        for seat in entitlements.seats_in(old.course_id, list(user_ids))
    }
    return {user_id: shut for user_id, shut in found.items() if shut != NOT_SHUT}


def _suspects(old: Syllabus, new: Syllabus) -> list[tuple[Lesson, Lesson]]:
    """Return the lessons that may be open to fewer learners, as they are in both versions."""
    both = ((old.by_id[lesson.id], lesson) for lesson in new.lessons if lesson.id in old.by_id)
    return [
        (was, lesson) for was, lesson in both if not _is_free(lesson) and (_is_free(was) or was.gate != lesson.gate)
    ]


def _is_free(lesson: Lesson) -> bool:
    return lesson.free_preview or lesson.gate.is_unconditional


def _lessons(suspects: Collection[tuple[Lesson, Lesson]]) -> set[str]:
    needed = {name for pair in suspects for lesson in pair for name in gates.videos_of(lesson.gate.needs)}
    return needed | {lesson.id for _, lesson in suspects}


def _records(user_ids: Collection[int], lesson_ids: Collection[str]) -> Mapping[int, Records]:
    ids = [f"{user_id}:{lesson_id}" for user_id in user_ids for lesson_id in lesson_ids]
    found: defaultdict[int, dict[str, Achieved]] = defaultdict(dict)
    for record in ACHIEVED.find({"_id": {"$in": ids}}):
        found[record["user_id"]][str(record["lesson_id"])] = record
    return found


def _done(version: Syllabus, records: Records) -> dict[str, Done]:
    shown = {name: record for name, record in records.items() if name in version.by_id}
    return {name: gates.done_by(record, version.by_id[name].video_id) for name, record in shown.items()}


def _to_be_done(version: Syllabus, records: Records) -> dict[str, Done]:
    """Return what a learner will have done once the version's rules have been applied."""
    found = _done(version, records)
    for name, done in found.items():
        rule = version.by_id[name].completion
        if rule_changes.may_complete(rule, fraction=done.fraction, began=done.begun):
            found[name] = replace(done, completed=True)
    return found


def _shut(
    seat: Seat, suspects: Collection[tuple[Lesson, Lesson]], before: Mapping[str, Done], after: Mapping[str, Done]
) -> Shut:
    shut = [
        lesson.gate
        for was, lesson in suspects
        if gates.unmet(lesson.gate, seat, after) and (_is_free(was) or not gates.unmet(was.gate, seat, before))
    ]
    closing = [gate.lesson_id for gate in shut if gates.obstacles(gate, seat, after)]
    return Shut([gate.lesson_id for gate in shut if gate.lesson_id not in closing], closing)
