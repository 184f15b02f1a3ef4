"""Examples of attempts at quizzes, and of what learners are granted in them."""

from learnstream.web import cast

ACCOMMODATED = {"user_id": cast.LEARNER_ID, "extra_seconds": 600, "reason": "Was ill for two weeks."}
