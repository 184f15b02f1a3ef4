"""Request and response schemas of regrades."""

from typing import Any

from marshmallow import fields, validate

from learnstream.documents.regrade import RegradeRule, RegradeState
from learnstream.schemas.assessment.asked_question import QUESTION_ID
from learnstream.schemas.assessment.staff_part import NAME, USER_ID
from learnstream.schemas.common.base import Choice, Flag, Instant, ObjectIdText, Schema, Text, Word
from learnstream.web import cast
from learnstream.web.parsing import Integer

MAX_VERSION = 1_000_000
RULE = {
    "description": "`accept_either`: the points by the old key or by the current one, whichever are more · `new_key`: by the "
    "current one · `full_points` for all · `drop_question`: it does not count.",
    "example": "full_points",
}
FROM = {"description": "The version whose answers are marked anew.", "example": 1}
MAY_LOWER = {
    "description": "Whether results may get lower; otherwise those that would stay as they are.",
    "example": False,
}
REASON = {
    "description": "The reason, which learners see with the feedback as the comment on their answer.",
    "example": "The question had two right answers.",
}


class RegradeWriteSchema(Schema):
    from_version = Integer(required=True, strict=True, validate=validate.Range(min=1, max=MAX_VERSION), metadata=FROM)
    rule = Choice(RegradeRule, required=True, metadata=RULE)
    may_lower = Flag(load_default=False, metadata=MAY_LOWER)
    reason = Text(min=1, max=500, strip=True, required=True, metadata=REASON)
    dry_run = Flag(load_default=False, metadata={"description": "Only return what would change.", "example": False})


def _count(description: str, example: int) -> fields.Integer:
    return fields.Integer(metadata={"description": description, "example": example})


class RegradeSchema(Schema):
    id = ObjectIdText(attribute="_id", metadata={"description": "The regrade's id.", "example": cast.REGRADE_ID})
    question_id = ObjectIdText(metadata=QUESTION_ID)
    from_version = fields.Integer(metadata=FROM)
    to_version = _count("The version whose key is used.", 2)
    rule = Word(RegradeRule, metadata=RULE)
    may_lower = Flag(metadata=MAY_LOWER)
    reason = fields.String(metadata=REASON)
    state = Word(
        RegradeState,
        metadata={
            "description": "It holds for attempts that are submitted once it is `running`.",
            "example": "running",
        },
    )
    total = _count("About how many attempts it concerns.", 30)
    done = _count("How many of them have been looked at.", 10)
    changed = _count("How many of these have another result by it.", 4)
    created_by = fields.Integer(metadata={"description": "Who requested it.", "example": cast.INSTRUCTOR["id"]})
    created_at = Instant(metadata={"description": "When it was requested."})
    finished_at = Instant(allow_none=True, metadata={"description": "When it was done; or null.", "example": None})


class MoveSchema(Schema):
    score_before = fields.Float(metadata={"description": "The points now.", "example": 1.0})
    score_after = fields.Float(metadata={"description": "The points then.", "example": 2.0})
    attempts = _count("How many attempts.", 4)


class ConcernedSchema(Schema):
    attempt_id = ObjectIdText(metadata={"description": "The attempt's id.", "example": cast.ATTEMPT_ID})
    user_id = fields.Integer(metadata=USER_ID)
    name = fields.String(allow_none=True, metadata=NAME)


def _learners(description: str) -> fields.List[Any]:
    return fields.List(fields.Nested(ConcernedSchema), metadata={"description": description})


class RegradePreviewSchema(Schema):
    attempts = _count("How many submitted attempts it concerns.", 30)
    in_progress = _count("How many attempts in progress it will concern when they are submitted.", 0)
    changed = _count("How many attempts would have another result.", 4)
    scores = fields.List(
        fields.Nested(MoveSchema), metadata={"description": "From which score to which: the most frequent 100."}
    )
    passing_count = _count("How many attempts would pass.", 1)
    passing = _learners("The first 100 of them.")
    failing_count = _count("How many attempts would no longer pass.", 0)
    failing = _learners("The first 100 of them.")
