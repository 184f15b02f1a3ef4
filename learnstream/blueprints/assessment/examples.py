"""Examples of attempts at quizzes, and of what learners are granted in them."""

from learnstream.web import cast

ACCOMMODATED = {"user_id": cast.LEARNER_ID, "extra_seconds": 600, "reason": "Was ill for two weeks."}
REGRADE_PREVIEW = {
    "attempts": 30,
    "in_progress": 0,
    "changed": 4,
    "scores": [{"score_before": 1.0, "score_after": 2.0, "attempts": 4}],
    "passing_count": 1,
    "passing": [{"attempt_id": cast.ATTEMPT_ID, "user_id": cast.LEARNER_ID, "name": cast.LEARNER["name"]}],
    "failing_count": 0,
    "failing": [],
}
