"""A lesson's quiz: its settings in the draft; published versions keep theirs."""

from typing import Any, cast

from learnstream.blueprints.authoring import quiz_examples
from learnstream.blueprints.common import etag
from learnstream.blueprints.common.authentication import confirms_caller
from learnstream.blueprints.common.require_author import require_lesson_author
from learnstream.blueprints.common.require_reader import require_readable_draft
from learnstream.errors.authoring import NoSuchLesson, NotYourCourse
from learnstream.errors.quiz_lessons import NoQuiz, NotAQuizLesson
from learnstream.schemas.authoring.quiz import QuizInputSchema, QuizSchema
from learnstream.services.authoring import quiz_drafts
from learnstream.services.quizzes.settings import DescribedSettings, GivenSettings
from learnstream.web.openapi import Blueprint

blp = Blueprint(
    "lesson_quiz",
    __name__,
    position=63,
    title="Lessons: quiz",
    url_prefix="/lessons",
    description="The settings of quizzes, for their authors.",
)


@blp.put("/<object_id:lesson_id>/quiz")
@blp.arguments(QuizInputSchema, example=quiz_examples.NEW_QUIZ)
@confirms_caller
@blp.response(200, QuizSchema, example=quiz_examples.QUIZ)
@blp.raises(NoSuchLesson, NotYourCourse, NotAQuizLesson, quiz_examples.DRAW_TOO_LARGE)
@etag.conditional
def replace_quiz(
    body: dict[str, Any], lesson_id: str, expect: etag.Revisions
) -> tuple[DescribedSettings, dict[str, str]]:
    """Set the quiz of the lesson's draft.

    The body is the whole quiz; what is absent has its default, except the access code, which stays. Questions are of
    the course and not archived. Publishing the course freezes the settings and the questions as they are then: attempts
    stay with the version in which they began.
    """
    require_lesson_author(lesson_id)
    lesson, quiz = quiz_drafts.save(lesson_id, cast(GivenSettings, body), expect=expect)
    return quiz, etag.of(lesson)


@blp.get("/<object_id:lesson_id>/quiz")
@blp.response(200, QuizSchema, example=quiz_examples.QUIZ)
@blp.raises(NoSuchLesson, NotAQuizLesson, NoQuiz)
def read_quiz(lesson_id: str) -> tuple[DescribedSettings, dict[str, str]]:
    """Get the quiz of the lesson's draft.

    For the course's instructors and administrators. The `ETag` is that of the lesson's draft.
    """
    lesson = require_readable_draft(lesson_id)
    return quiz_drafts.read(lesson), etag.of(lesson)


@blp.delete("/<object_id:lesson_id>/quiz")
@confirms_caller
@blp.response(204)
@blp.raises(NoSuchLesson, NotYourCourse, NotAQuizLesson, NoQuiz)
@etag.conditional
def delete_quiz(lesson_id: str, expect: etag.Revisions) -> tuple[None, dict[str, str]]:
    """Remove the quiz from the lesson's draft.

    Published versions keep it, and so do the attempts at them. The questions stay in the course.
    """
    require_lesson_author(lesson_id)
    return None, etag.of(quiz_drafts.remove(lesson_id, expect=expect))
