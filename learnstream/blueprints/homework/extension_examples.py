"""Examples of requests about extensions."""

from learnstream.web import cast

EXTENDED = {"user_id": cast.LEARNER_ID, "due_at": cast.OPENS_AT, "reason": "Was ill for two weeks."}
