"""The lessons of a course that are graded, and what they are worth."""

from dataclasses import dataclass
from decimal import Decimal

from learnstream.documents.assignment import Release
from learnstream.errors.grades import NotGraded
from learnstream.models import Enrollment, GradeKind
from learnstream.services.assessment import quizzes
from learnstream.services.assignments import frozen
from learnstream.services.delivery import syllabus


@dataclass(frozen=True, slots=True)
class GradedLesson:
    """A graded lesson in the version of a learner; `held`: its grades are held back until they are released."""

    kind: GradeKind
    max_points: Decimal
    held: bool


def find(seat: Enrollment, lesson_id: str) -> GradedLesson:
    """Return a graded lesson of a learner's version of a course.

    Raises:
        NotGraded: there is no such lesson, or it is not graded.
    """
    lesson = syllabus.get(seat.course_id, seat.course_version).by_id.get(lesson_id)
    if lesson and lesson.quiz_id:
        return GradedLesson(GradeKind.QUIZ, quizzes.frozen(lesson.quiz_id).max_points, held=False)
    if lesson and lesson.assignment_id:
        assignment = frozen.frozen(lesson.assignment_id)
        return GradedLesson(GradeKind.ASSIGNMENT, assignment.points, held=assignment.release is Release.HELD)
    raise NotGraded()
