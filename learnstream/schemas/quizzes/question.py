"""Schemas of questions and their versions."""

from marshmallow import fields, validate

from learnstream.documents.question import QuestionKind
from learnstream.schemas.common.base import (
    Choice,
    Flag,
    Instant,
    Line,
    ObjectIdText,
    Schema,
    SomethingToChange,
    Text,
    Word,
)
from learnstream.schemas.common.fields import Tag, Tags
from learnstream.schemas.quizzes.content import Content
from learnstream.web import cast

MAX_STEM = 20_000
MAX_MEDIA = 10
STEM = {"description": "The question in Markdown, not rendered by the server.", "example": cast.QUESTION_STEM}
KIND = {
    "description": "`single_choice`, `true_false`, `multiple_choice`, `short_text`, `numeric`, `matching`, `ordering`, "
    "`cloze` or `essay`. It cannot be changed.",
    "example": "single_choice",
}
CONTENT = {"description": "What depends on the kind, with the key.", "example": cast.QUESTION_CONTENT}
KEY = {"description": "Identifies the question in imports; unique in the course.", "example": "planets-1"}
MEDIA = {"description": "The ids of files to show with it, with the purpose `attachment`.", "example": []}
EXPLANATION = {"description": "Explains the right answer, in Markdown.", "example": "It outweighs all others together."}
TAGS = {"description": "Tags, from which quizzes draw questions.", "example": ["planets"]}


class QuestionFieldsSchema(Schema):
    """What a version of a question replaces."""

    media = fields.List(ObjectIdText(), validate=validate.Length(max=MAX_MEDIA), metadata=MEDIA)
    explanation = Text(max=MAX_STEM, strip=True, metadata=EXPLANATION)
    tags = Tags(metadata=TAGS)


class QuestionCreateSchema(QuestionFieldsSchema):
    kind = Choice(QuestionKind, required=True, metadata=KIND)
    stem = Text(min=1, max=MAX_STEM, strip=True, required=True, metadata=STEM)
    content = Content(required=True, metadata=CONTENT)
    key = Line(max=100, metadata=KEY)


class QuestionPatchSchema(QuestionFieldsSchema, SomethingToChange):
    stem = Text(min=1, max=MAX_STEM, strip=True, metadata=STEM)
    content = Content(metadata={**CONTENT, "description": "The whole content. Keep the ids of parts that stay."})
    archived = Flag(metadata={"description": "false brings an archived question back.", "example": False})


class QuestionVersionSchema(Schema):
    """A question as it was between two changes."""

    question_id = fields.String(metadata={"description": "The question's id.", "example": cast.QUESTION_ID})
    number = fields.Integer(metadata={"description": "The version's number, from 1.", "example": 1})
    kind = Word(QuestionKind, metadata=KIND)
    stem = fields.String(metadata=STEM)
    media = fields.List(fields.String(), metadata=MEDIA)
    explanation = fields.String(metadata=EXPLANATION)
    tags = fields.List(fields.String(), metadata=TAGS)
    content = Content(metadata=CONTENT)
    created_by = fields.Integer(
        metadata={"description": "The id of the user who wrote it.", "example": cast.INSTRUCTOR["id"]}
    )
    created_at = Instant(metadata={"description": "When it was written."})


class QuestionSchema(Schema):
    """A question with its current version, as authors see it."""

    id = fields.String(attribute="_id", metadata={"description": "The question's id.", "example": cast.QUESTION_ID})
    course_id = fields.String(metadata={"description": "The course in whose bank it is.", "example": cast.COURSE_ID})
    kind = Word(QuestionKind, metadata=KIND)
    number = fields.Integer(metadata={"description": "The number of its current version, from 1.", "example": 1})
    key = fields.String(allow_none=True, metadata=KEY)
    stem = fields.String(metadata=STEM)
    media = fields.List(fields.String(), metadata=MEDIA)
    explanation = fields.String(metadata=EXPLANATION)
    tags = fields.List(fields.String(), metadata=TAGS)
    content = Content(metadata=CONTENT)
    archived_at = Instant(
        allow_none=True, metadata={"description": "When it was archived; null if it was not.", "example": None}
    )
    created_at = Instant(metadata={"description": "When it was created."})
    updated_at = Instant(metadata={"description": "When it was last changed.", "example": cast.EDITED_AT})


class QuestionQuerySchema(Schema):
    timeless = True

    kind = Choice(QuestionKind, metadata={"description": "Only questions of this kind."})
    tag = Tag(metadata={"description": "Only questions with this tag."})
    q = Text(
        attribute="query",
        max=200,
        strip=True,
        load_default="",
        metadata={"description": "Only questions with words that begin with these, in the stem or a tag."},
    )
    archived = fields.Boolean(
        load_default=False, metadata={"description": "Only archived questions, instead of only the others."}
    )
