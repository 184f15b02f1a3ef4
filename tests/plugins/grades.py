"""Quizzes and homework, their results, and the grades that these are moved into."""

import pytest
from bson import Decimal128, ObjectId

from learnstream.clock import now
from learnstream.documents import Submission
from learnstream.models import Grade, GradeChange
from learnstream.services.grades import moving
from learnstream.stores.sql import db
from tests.attempts import given, save, start, submit
from tests.factories import make_question, make_quiz_lesson
from tests.grades import grade_of
from tests.homework import make_assignment_lesson


@pytest.fixture
def questions(course):
    """Three questions whose answer is true; each is worth a point."""
    return [make_question(course, "true_false") for _ in range(3)]


@pytest.fixture
def quiz(course, questions):
    return make_quiz_lesson(course, questions, attempts_allowed=None)


@pytest.fixture
def take(client, learner, quiz, questions):
    """Return a function that takes a quiz with so many right answers, by default the learner; it returns the attempt."""

    def take(right, lesson=quiz, person=learner):
        attempt = start(client, person, lesson)
        asked = [each["question_id"] for each in attempt["questions"]]
        save(client, person, attempt, *[given(each, place < right) for place, each in enumerate(asked)])
        return submit(client, person, attempt)

    return take


@pytest.fixture
def moved(learner, quiz):
    """Return a function that moves what is pending, and returns a grade, by default the learner's in the quiz."""

    def moved(lesson=quiz, person=learner):
        moving.move()
        db.session.rollback()
        return grade_of(person, lesson.id)

    return moved


@pytest.fixture
def history():
    """Return a function that returns the causes and points of all changes, the first one first."""

    def history():
        db.session.rollback()
        found = db.session.query(GradeChange).join(Grade).order_by(GradeChange.grade_id, GradeChange.revision)
        return [(each.cause.value, each.before_points, each.after_points) for each in found]

    return history


@pytest.fixture
def homework(course):
    """Homework worth 10 points, which may be handed in again."""
    return make_assignment_lesson(course, resubmit="until_closed")


@pytest.fixture
def mark(owner):
    """Return a function that stores the grade of a submission, and its release, as marking does."""

    def mark(lesson, number, points, *, released=True, max_points=10, **fields):
        [found] = Submission.collection().find({"lesson_id": ObjectId(lesson.id), "number": number})
        grade = {
            "points": Decimal128(str(points)),
            "max_points": Decimal128(str(max_points)),
            "levels": None,
            "comment": "",
            "by": owner.id,
            "at": now(),
            "assignment_id": found["assignment_id"],
            "revision": 1,
        }
        changes = {"grade": grade | {"private_note": ""}, "pending_grade": found["revision"] + 1, **fields}
        if released:
            changes["released"] = grade | {"released_at": now()}
        Submission.collection().update_one({"_id": found["_id"]}, {"$set": changes, "$inc": {"revision": 1}})

    return mark
