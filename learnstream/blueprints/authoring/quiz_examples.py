"""Examples of quizzes."""

from learnstream.errors.quiz_lessons import InvalidQuiz, NothingToAnswer, QuizNotPublishable
from learnstream.web import cast

RULES = {
    "time_limit": 900,
    "attempts_allowed": 2,
    "wait": 0,
    "score_of": "highest",
    "pass_fraction": 0.6,
    "closes": {"at": cast.CLOSES_AT},
    "navigation": "free",
}
SETTINGS = {
    "sections": [
        {
            "title": "The moon",
            "shuffle": True,
            "questions": [{"question_id": cast.QUESTION_ID, "points": 2.5}],
            "draw": None,
        },
        {
            "title": "Everything else",
            "shuffle": False,
            "questions": [],
            "draw": {"count": 2, "tags": ["planets"], "points": 2.5},
        },
    ],
    "shuffle_options": True,
    **RULES,
    "review": {"score": "at_once", "answers": "after_close", "feedback": "after_last_attempt"},
}
SUMS = {"question_count": 3, "max_points": 7.5, "access_code_needed": True}
NEW_QUIZ = SETTINGS | {"access_code": cast.ACCESS_CODE}
QUIZ = {"lesson_id": cast.QUIZ_LESSON_ID, **SETTINGS, **SUMS}
SHOWN = RULES | SUMS
DRAW_TOO_LARGE = InvalidQuiz(
    {"sections": {"1": {"draw": {"count": ["Only 1 of the course's questions can be drawn."]}}}}
)
NOTHING_TO_ANSWER = NothingToAnswer(lessons=[{"id": cast.QUIZ_LESSON_ID, "title": cast.QUIZ_LESSON_TITLE}])
NOT_PUBLISHABLE = QuizNotPublishable(
    quizzes=[
        {
            "lesson_id": cast.QUIZ_LESSON_ID,
            "title": cast.QUIZ_LESSON_TITLE,
            "code": "draw_too_large",
            "detail": "Only 1 of the course's questions can be drawn.",
        }
    ]
)
