import pytest

from tests.factories import make_course, make_quiz_lesson


@pytest.fixture
def graded(owner):
    """An unpublished course with two quizzes and a text: `lessons` are the ids of the quizzes."""
    course = make_course(owner, published=False)
    quizzes = [make_quiz_lesson(course, published=False) for _ in range(2)]
    return course, [quiz.id for quiz in quizzes]
