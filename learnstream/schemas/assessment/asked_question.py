"""Schemas of questions as learners are asked them, by their kinds."""

from typing import Any

import marshmallow as ma
from marshmallow import fields

from learnstream.documents.question import QuestionKind
from learnstream.schemas.assessment.answer_value import AnswerValue
from learnstream.schemas.assessment.result import QuestionResultSchema
from learnstream.schemas.common.base import ObjectIdText, Schema, Word
from learnstream.web import cast
from learnstream.web.openapi import OneOf

QUESTION_ID = {"description": "The question's id.", "example": cast.QUESTION_ID}
SEQ = "The client's number of the answer, which grows with each change of an answer in the attempt."
OWN_ID = {"description": "An id that is valid in this attempt only.", "example": cast.OPTION_ID}


class AskedOptionSchema(Schema):
    id = fields.String(metadata=OWN_ID)
    text = fields.String(metadata={"description": "What the learner reads.", "example": "The sun"})


class AskedPairSchema(Schema):
    id = fields.String(metadata=OWN_ID)
    left = fields.String(metadata={"description": "What a right side is to be found for.", "example": "Mars"})


class AskedBlankSchema(Schema):
    id = fields.String(metadata={"description": "Its marker in `text` is `{{id}}`.", "example": cast.OPTION_ID})


def _labels(description: str) -> fields.List[Any]:
    return fields.List(fields.Nested(AskedOptionSchema), metadata={"description": description})


def _kind(word: str, **fields_of_kind: Any) -> type[Schema]:
    """Return the schema of a blank of this kind."""
    kind = fields.String(metadata={"description": "What is to be filled in.", "enum": [word], "example": word})
    name = "".join(part.title() for part in word.split("_"))
    return type(f"Asked{name}AskedBlankSchema", (AskedBlankSchema,), {"kind": kind, **fields_of_kind})


BLANKS: dict[str, type[ma.Schema]] = {
    "short_text": _kind("short_text"),
    "numeric": _kind("numeric"),
    "single_choice": _kind("single_choice", options=_labels("The options, of which one is right.")),
}


class OtherAskedBlankSchema(AskedBlankSchema):
    kind = fields.String(
        metadata={"description": "A kind that this version of the document does not know.", "not": {"enum": [*BLANKS]}}
    )


class AskedBaseSchema(Schema):
    """A question, with the answer of the learner that is stored."""

    question_id = ObjectIdText(metadata=QUESTION_ID)
    section = fields.String(metadata={"description": "The title of its section, which may be empty.", "example": ""})
    points = fields.Float(metadata={"description": "What the right answer is worth.", "example": 2.0})
    stem = fields.String(metadata={"description": "The question, as Markdown.", "example": "What lights the moon?"})
    media = fields.List(ObjectIdText(), metadata={"description": "The ids of files that belong to it.", "example": []})
    answer = AnswerValue()
    seq = fields.Integer(allow_none=True, metadata={"description": SEQ, "example": 12})
    result = fields.Nested(
        QuestionResultSchema,
        allow_none=True,
        metadata={"description": "The result, as far as the learner may see it; null for nothing.", "example": None},
    )


FIELDS: dict[QuestionKind, dict[str, Any]] = {
    QuestionKind.SINGLE_CHOICE: {"options": _labels("The options, of which one is right.")},
    QuestionKind.TRUE_FALSE: {},
    QuestionKind.MULTIPLE_CHOICE: {"options": _labels("The options, of which several may be right.")},
    QuestionKind.SHORT_TEXT: {},
    QuestionKind.NUMERIC: {},
    QuestionKind.MATCHING: {
        "pairs": fields.List(fields.Nested(AskedPairSchema), metadata={"description": "The left sides."}),
        "rights": _labels("The right sides, of which some may belong to no left side."),
    },
    QuestionKind.ORDERING: {"items": _labels("What is to be put in order.")},
    QuestionKind.CLOZE: {
        "text": fields.String(
            metadata={
                "description": "The text, with a marker for each blank.",
                "example": f"{{{{{cast.OPTION_ID}}}}} planets",
            }
        ),
        "blanks": fields.List(
            OneOf("kind", BLANKS, other=OtherAskedBlankSchema),
            metadata={"description": "The blanks, in the text's order."},
        ),
    },
    QuestionKind.ESSAY: {
        "max_length": fields.Integer(metadata={"description": "The most characters of an answer.", "example": 5000})
    },
}


def _shape(kind: QuestionKind) -> type[Schema]:
    name = "".join(part.title() for part in kind.split("_"))
    word = Word([kind], metadata={"description": "The kind of the question.", "example": kind.value})
    return type(f"Asked{name}Schema", (AskedBaseSchema,), {"kind": word, **FIELDS[kind]})


ASKED: dict[str, type[ma.Schema]] = {kind.value: _shape(kind) for kind in QuestionKind}


class OtherAskedQuestionSchema(AskedBaseSchema):
    kind = fields.String(
        metadata={"description": "A kind that this version of the document does not know.", "not": {"enum": [*ASKED]}}
    )
