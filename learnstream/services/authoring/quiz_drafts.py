"""The quizzes of lessons' drafts."""

from collections.abc import Collection

from bson import ObjectId

from learnstream.documents import LessonKind
from learnstream.documents.lesson import StoredLesson
from learnstream.errors.authoring import NoSuchCourse
from learnstream.errors.quiz_lessons import NoQuiz
from learnstream.services.authoring import lessons
from learnstream.services.quizzes import quiz_store, settings
from learnstream.services.quizzes.settings import DescribedSettings, GivenSettings


def save(
    lesson_id: str, given: GivenSettings, *, expect: Collection[int] | None = None
) -> tuple[StoredLesson, DescribedSettings]:
    """Replace the quiz of a lesson's draft; published versions keep theirs. Return the draft and its quiz.

    Raises:
        NotFound: there is no such lesson.
        InvalidQuiz: see `settings.save`.
        Conflict: `not_a_quiz_lesson`, or `edit_conflict` if its revision is none of the expected ones.
    """
    lesson = lessons.require_kind(LessonKind.QUIZ, lesson_id, expect=expect)
    saved = settings.save(_course_of(lesson), lesson["_id"], given, previous=lesson["quiz_id"])
    # An access code that is not given is kept, so the settings depend on those before.
    lesson = lessons.set_quiz(lesson_id, saved["_id"], expect=[lesson["revision"]])
    return lesson, settings.describe(saved)


def read(lesson: StoredLesson) -> DescribedSettings:
    """Return the quiz of a draft.

    Raises:
        Conflict: `not_a_quiz_lesson`.
        NotFound: `no_quiz`.
    """
    lessons.require_kind_of(lesson, LessonKind.QUIZ)
    return settings.describe(quiz_store.find(_quiz_id(lesson)))


def remove(lesson_id: str, *, expect: Collection[int] | None = None) -> StoredLesson:
    """Remove the quiz of a lesson's draft; published versions keep it.

    Raises:
        NotFound: there is no such lesson, or `no_quiz`.
        Conflict: see `save`.
    """
    _quiz_id(lessons.require_kind(LessonKind.QUIZ, lesson_id, expect=expect))
    return lessons.set_quiz(lesson_id, None, expect=expect)


def _quiz_id(lesson: StoredLesson) -> ObjectId:
    if lesson["quiz_id"] is None:
        raise NoQuiz()
    return lesson["quiz_id"]


def _course_of(lesson: StoredLesson) -> ObjectId:
    if lesson["course_id"] is None:
        raise NoSuchCourse()
    return lesson["course_id"]
