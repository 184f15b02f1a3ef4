"""Examples of attempts at quizzes."""

from learnstream.errors.assessment import AttemptOver
from learnstream.web import cast

DIGEST = "4b1f0c2d9a83e6574f0d1b7a92c83e65"
LISTED_ATTEMPT = {
    "id": cast.ATTEMPT_ID,
    "number": 1,
    "state": "in_progress",
    "started_at": cast.BEGAN_AT,
    "deadline_at": cast.ATTEMPT_ENDS_AT,
    "submitted_at": None,
    "submitted_by": None,
    "voided_at": None,
    "review": {"score": False, "answers": False, "feedback": False},
    "score": None,
    "passed": None,
    "awaiting": None,
}
ATTEMPT = LISTED_ATTEMPT | {
    "course_id": cast.COURSE_ID,
    "lesson_id": cast.QUIZ_LESSON_ID,
    "navigation": "free",
    "max_score": 2.0,
    "server_time": cast.WATCHED_AT,
    "time_left": 1640,
    "questions": [
        {
            "question_id": cast.QUESTION_ID,
            "section": "The moon",
            "points": 2.0,
            "kind": "single_choice",
            "stem": "What lights the moon?",
            "media": [],
            "options": [{"id": cast.OPTION_ID, "text": "The sun"}, {"id": cast.OTHER_OPTION_ID, "text": "The earth"}],
            "answer": cast.OPTION_ID,
            "seq": 12,
            "result": None,
        }
    ],
    "digest": DIGEST,
}
SUBMITTED_ATTEMPT = ATTEMPT | {
    "state": "submitted",
    "submitted_at": cast.COMPLETED_AT,
    "submitted_by": "learner",
    "review": {"score": True, "answers": False, "feedback": False},
    "score": 2.0,
    "passed": True,
    "awaiting": 0,
    "server_time": cast.COMPLETED_AT,
    "time_left": None,
}
VOIDED_ATTEMPT = SUBMITTED_ATTEMPT | {"voided_at": cast.COMPLETED_AT}
SAVE = {
    "answers": [
        {
            "question_id": cast.QUESTION_ID,
            "answer": cast.OPTION_ID,
            "seq": 12,
            "client_time": cast.WATCHED_AT,
            "seconds": 41.5,
        }
    ]
}
SAVED = {
    "kept": [{"question_id": cast.QUESTION_ID, "seq": 12}],
    "locked": [],
    "digest": DIGEST,
    "server_time": cast.WATCHED_AT,
    "deadline_at": cast.ATTEMPT_ENDS_AT,
}
ATTEMPT_OVER = AttemptOver(late=[cast.QUESTION_ID])
