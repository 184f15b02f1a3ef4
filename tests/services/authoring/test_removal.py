from bson import ObjectId

from learnstream.documents import Attempt, Quiz
from learnstream.documents.question import Question, QuestionVersion
from learnstream.services.authoring import removal
from learnstream.stores.sql import db
from tests.factories import make_course, make_quiz_lesson

QUIZZES = (Attempt, Question, QuestionVersion, Quiz)


def stored():
    return [document.collection().count_documents({}) for document in QUIZZES]


def test_a_deleted_course_leaves_no_questions_quizzes_and_attempts(owner):
    courses = [make_course(owner), make_course(owner)]
    for course in courses:
        lesson = make_quiz_lesson(course)
        Attempt.collection().insert_one({"course_id": ObjectId(course.id), "lesson_id": ObjectId(lesson.id)})
    assert stored() == [2, 2, 2, 4]

    removal.delete(course_id=courses[0].id, deleted_by=owner.id)
    db.session.commit()
    removal.purge(courses[0].id)

    assert stored() == [1, 1, 1, 2]
