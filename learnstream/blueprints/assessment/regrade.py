"""Regrading the answers to a question, for the course's staff."""

from typing import Any

from flask import Response

from learnstream.blueprints.assessment.examples import REGRADE_PREVIEW
from learnstream.blueprints.common.authentication import caller, confirms_caller
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.require_author import require_question_author
from learnstream.blueprints.common.responses import private_json
from learnstream.documents.regrade import StoredRegrade
from learnstream.errors.assessment import NoSuchRegrade
from learnstream.errors.authoring import NoSuchCourse
from learnstream.errors.questions import NoSuchQuestion
from learnstream.schemas.assessment.regrade import RegradePreviewSchema, RegradeSchema, RegradeWriteSchema
from learnstream.services.assessment import regrade_preview, regrades
from learnstream.web.openapi import Blueprint

blp = Blueprint(
    "regrade",
    __name__,
    position=167,
    title="Quizzes: regrading",
    url_prefix="/questions/<object_id:question_id>",
    description="Marking the answers to a question anew, in all attempts.",
)


@blp.post("/regrade")
@blp.arguments(RegradeWriteSchema)
@confirms_caller
@commits(idempotency_key=True)
@blp.response(202, RegradeSchema)
@blp.alt_response(
    200, schema=RegradePreviewSchema, example=REGRADE_PREVIEW, description="With `dry_run`: what would change."
)
@blp.raises(NoSuchQuestion, NoSuchCourse)
def start_regrade(body: dict[str, Any], question_id: str) -> StoredRegrade | Response:
    """Mark the answers to a version of a question anew, in all attempts.

    In the background; attempts that are submitted meanwhile or later are marked by it as well. Marks that were given by
    hand stay, except with `full_points` and `drop_question`. No result gets lower unless `may_lower` is said, and what was
    completed stays completed. Earlier results stay in the attempts' history.
    """
    question, dry_run = require_question_author(question_id), body.pop("dry_run")
    regrade = regrades.prepare(question, by=caller.id, **body)
    if dry_run:
        return private_json(regrade_preview.preview(regrade))
    return regrades.request(regrade)


@blp.get("/regrades/<object_id:regrade_id>")
@blp.response(200, RegradeSchema)
@blp.raises(NoSuchQuestion, NoSuchCourse, NoSuchRegrade)
def read_regrade(question_id: str, regrade_id: str) -> StoredRegrade:
    """Get a regrade, with how far it is.

    It is over when its `state` is `done`; read it about once a second until then.
    """
    require_question_author(question_id)
    return regrades.find(question_id, regrade_id)
