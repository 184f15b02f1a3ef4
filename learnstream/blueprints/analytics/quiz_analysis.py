"""Figures of quizzes and their questions, for the course's staff."""

from flask import Response

from learnstream.blueprints.analytics.analytics import csv_response
from learnstream.blueprints.common import csv_export
from learnstream.blueprints.common.require_group import require_visible_lesson_learners
from learnstream.errors.assessment import NotAQuiz
from learnstream.errors.authoring import NoSuchLesson, NotYourCourse
from learnstream.schemas.analytics.quiz_analysis import QuestionFiguresSchema, QuizAnalysisSchema
from learnstream.services.analytics import quiz_figures
from learnstream.services.analytics.quiz_figures import Figures
from learnstream.web.openapi import Blueprint

blp = Blueprint(
    "quiz_analysis",
    __name__,
    position=168,
    title="Quizzes: analysis",
    url_prefix="/lessons/<object_id:lesson_id>/quiz",
    description="Figures of quizzes and their questions, for the course's staff.",
)

COLUMNS = tuple(QuestionFiguresSchema(exclude=("options",)).fields)


@blp.get("/analysis")
@blp.response(200, QuizAnalysisSchema)
@blp.raises(NoSuchLesson, NotYourCourse, NotAQuiz)
def read_quiz_analysis(lesson_id: str) -> Figures:
    """Get the figures of a quiz: the distribution of its results, and each question.

    Of the submitted attempts that count, in all versions of the course. They are counted about once a minute (`as_of`).
    For the course's instructors and administrators.
    """
    require_visible_lesson_learners(lesson_id, None)
    return quiz_figures.read(lesson_id)


@blp.get("/analysis.csv")
@blp.response(200, content_type=csv_export.MIMETYPE, description=csv_export.DESCRIPTION)
@blp.raises(NoSuchLesson, NotYourCourse, NotAQuiz)
def export_quiz_analysis(lesson_id: str) -> Response:
    """Export the figures of a quiz's questions as CSV.

    A row for each question, without its options.
    """
    require_visible_lesson_learners(lesson_id, None)
    return csv_response(f"quiz-{lesson_id}", COLUMNS, quiz_figures.read(lesson_id)["questions"])
