"""Carry out imports of questions."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from marshmallow import ValidationError

from learnstream.documents.question import QuestionKind
from learnstream.schemas.quizzes.question import QuestionCreateSchema
from learnstream.services.foundation import outbox
from learnstream.services.media.imports.remarks import Invalid
from learnstream.services.quizzes.imports import jobs


@outbox.handles(jobs.TOPIC, give_up_after=timedelta(hours=24))
def import_questions(payload: dict[str, Any]) -> None:
    """Carry out an import, with the rules that hold for the questions that authors send."""
    jobs.carry_out(payload, load)


def load(kind: QuestionKind, fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a question's fields as a request would have them.

    Raises:
        Invalid: one of them is not valid.
    """
    try:
        loaded = QuestionCreateSchema().load({"kind": kind.value, **fields})
    except ValidationError as error:
        raise Invalid(error.messages) from None
    return {name: value for name, value in loaded.items() if name != "kind"}
