"""A learner's path through a course, computed from their records of its lessons."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from learnstream.documents.progress import PathRecord
from learnstream.policies import gates
from learnstream.policies.gates import Done
from learnstream.policies.seats import Seat
from learnstream.services.delivery.syllabus import Lesson, Module, Syllabus
from learnstream.services.learning import course_totals
from learnstream.services.learning.course_totals import LessonStanding
from learnstream.services.learning.stored_records import last_active_at


@dataclass(frozen=True)
class LearnerPath:
    """One learner's progress in one course, in the version of their seat."""

    seat: Seat
    syllabus: Syllabus
    records: Mapping[str, PathRecord]

    @cached_property
    def lessons(self) -> dict[str, LessonStanding]:
        """The learner's standing in each lesson that they have started."""
        return {
            lesson_id: standing_of(self.syllabus.by_id.get(lesson_id), each) for lesson_id, each in self.records.items()
        }

    @cached_property
    def whole(self) -> course_totals.Standing:
        """The standing in the course; a completed course stays completed whatever later versions add or remove."""
        return course_totals.compute(
            self.lessons,
            self.syllabus.lesson_ids,
            completed_at=self.seat.completed_at,
            needs_more=self.syllabus.needs_grade,
        )

    def part(self, module: Module) -> course_totals.Standing:
        """Return the standing in a module."""
        return course_totals.compute(self.lessons, module.lesson_ids)

    @cached_property
    def done(self) -> dict[str, Done]:
        return {
            lesson_id: gates.done_by(record, lesson.video_id if lesson else None)
            for lesson_id, record in self.records.items()
            for lesson in (self.syllabus.by_id.get(lesson_id),)
        }

    def is_locked(self, lesson: Lesson) -> bool:
        """True if the lesson is not open to the learner yet."""
        gate = lesson.gate
        if lesson.free_preview or (gate.is_unconditional and not self.seat.overrides):
            return False
        return bool(gates.obstacles(gate, self.seat, self.done))

    @cached_property
    def next_lesson(self) -> Lesson | None:
        """The first lesson that is open and not completed."""
        return next((each for each in self.syllabus.lessons if self._is_unfinished(each)), None)

    @cached_property
    def resume_lesson(self) -> Lesson | None:
        """Where to continue: the lesson visited last if it is unfinished, else the next lesson."""
        begun = [lesson for lesson in self.syllabus.lessons if lesson.id in self.active]
        last = max(begun, key=lambda lesson: self.active[lesson.id], default=None)
        return last if last and self._is_unfinished(last) else self.next_lesson

    def _is_unfinished(self, lesson: Lesson) -> bool:
        state = self.lessons.get(lesson.id)
        return not (state and state.completed_at) and not self.is_locked(lesson)

    def record(self, lesson: Lesson) -> PathRecord | None:
        return self.records.get(lesson.id)

    @cached_property
    def active(self) -> dict[str, datetime]:
        """When the learner last visited each lesson, by lesson id."""
        return {lesson_id: at for lesson_id, each in self.records.items() if (at := last_active_at(each))}


def standing_of(lesson: Lesson | None, record: PathRecord) -> LessonStanding:
    """Return the standing in a lesson; None is a lesson that the learner's version does not have."""
    completed_at = record["completed_at"]
    if lesson is None or lesson.video_id is None:
        return LessonStanding(float(completed_at is not None), completed_at)
    return LessonStanding(gates.share_of(record, lesson.video_id), completed_at)
