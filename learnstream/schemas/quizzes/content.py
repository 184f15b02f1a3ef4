"""The contents of questions by kind: their shape and limits. Services check whether they can be answered and marked."""

from decimal import Decimal
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from learnstream.documents.question import QuestionKind
from learnstream.errors.questions import InvalidContent
from learnstream.schemas.common.base import Flag, Schema, Text
from learnstream.schemas.common.fields import PartId
from learnstream.web.openapi import OneOf
from learnstream.web.parsing import Integer, schema_instance

MAX_PARTS = 50  # options, pairs, items or blanks of a question
MAX_PART_TEXT, MAX_FEEDBACK, MAX_LONG_TEXT = 2000, 2000, 20_000
MAX_ESSAY, DEFAULT_ESSAY = 50_000, 20_000
MAX_PLACES = 4


class Exact(fields.Field[Any]):
    """A number that is stored as text, so that it stays exact. Input is a JSON number, or a text."""

    def __init__(self, *, max: int = 64, as_number: bool = False, **kwargs: Any) -> None:  # noqa: A002
        kind = "number" if as_number else ["number", "string"]
        super().__init__(metadata={"type": kind, **kwargs.pop("metadata", {})}, **kwargs)
        self.max = max
        self.as_number = as_number

    def _serialize(self, value: Any, *_: Any, **__: Any) -> Any:
        return float(value) if self.as_number else value

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        allowed = int | float if self.as_number else int | float | str
        if isinstance(value, bool) or not isinstance(value, allowed):
            raise ma.ValidationError("Must be a number.")
        text = str(value)
        if len(text) > self.max:
            raise ma.ValidationError(f"Must have at most {self.max} characters.")
        return text


class Part(Exact):
    """A positive number with few decimal places, such as a share or a weight."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        bounds = {"exclusiveMinimum": 0, "maximum": most, "default": 1}
        super().__init__(as_number=True, load_default="1", metadata=bounds | kwargs.pop("metadata"), **kwargs)
        self.most = most

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        number = Decimal(super()._deserialize(value, *args, **kwargs))
        if not 0 < number <= self.most or number != round(number, MAX_PLACES):
            raise ma.ValidationError(f"Must be above 0, at most {self.most}, and have at most {MAX_PLACES} decimals.")
        return f"{number.normalize():f}"


def _text(description: str, *, most: int = MAX_PART_TEXT, **kwargs: Any) -> Text:
    return Text(min=1, max=most, strip=True, required=True, metadata={"description": description, **kwargs})


def _feedback(description: str) -> Text:
    return Text(max=MAX_FEEDBACK, load_default="", metadata={"description": description, "example": ""})


def _parts(schema: type[Schema], description: str, *, least: int) -> fields.List[Any]:
    return fields.List(
        fields.Nested(schema),
        required=True,
        validate=validate.Length(min=least, max=MAX_PARTS),
        metadata={"description": description},
    )


def _kind(kind: QuestionKind) -> fields.String:
    metadata = {"description": "What the blank asks for.", "example": kind.value}
    return fields.String(required=True, validate=validate.OneOf([kind.value]), metadata=metadata)


class OptionSchema(Schema):
    id = PartId()
    text = _text("The option, in Markdown.", example="Jupiter")
    correct = Flag(required=True, metadata={"description": "Whether it is right.", "example": True})
    feedback = _feedback("What learners who choose it are told.")


class SingleChoiceSchema(Schema):
    """One right option."""

    options = _parts(OptionSchema, "The options, exactly one of which is correct.", least=2)


class MultipleChoiceSchema(Schema):
    """Several right options."""

    options = _parts(OptionSchema, "The options, at least one of which is correct.", least=2)
    scoring = fields.String(
        load_default="partial",
        validate=validate.OneOf(("partial", "all_or_nothing")),
        metadata={
            "description": "`partial`: the right options chosen less the wrong ones, divided by all right ones, and never "
            "below 0 · `all_or_nothing`.",
            "example": "partial",
        },
    )


class VerdictsSchema(Schema):
    true = _feedback("What learners who choose true are told.")
    false = _feedback("What learners who choose false are told.")


class TrueFalseSchema(Schema):
    """A statement."""

    correct = Flag(required=True, metadata={"description": "Whether the statement is true.", "example": True})
    feedback = fields.Nested(
        VerdictsSchema,
        load_default=lambda: {"true": "", "false": ""},
        metadata={"description": "Feedback by answer.", "example": {"true": "", "false": ""}, "default": {}},
    )


class AcceptedTextSchema(Schema):
    text = _text("The text.", most=500, example="Jupiter")
    share = Part(most=1, metadata={"description": "The share of the points that it is worth.", "example": 1})
    feedback = _feedback("What learners who answer it are told.")


class ShortTextSchema(Schema):
    """A text that is compared with accepted ones."""

    accepted = fields.List(
        fields.Nested(AcceptedTextSchema),
        required=True,
        validate=validate.Length(min=1, max=100),
        metadata={"description": "The accepted texts, at least one of which is worth the whole."},
    )
    exact = Flag(
        load_default=False,
        metadata={
            "description": "Whether case and accents matter. White space and invisible characters never do.",
            "example": False,
        },
    )


class NumericSchema(Schema):
    """A number with a tolerance."""

    value = Exact(
        required=True,
        metadata={
            "description": "The right number. Send a text for more than 15 digits.",
            "example": "9.81",
        },
    )
    tolerance = Exact(
        load_default="0",
        metadata={"description": "The greatest difference that is right.", "example": "0.01", "default": "0"},
    )
    tolerance_kind = fields.String(
        load_default="absolute",
        validate=validate.OneOf(("absolute", "percent")),
        metadata={
            "description": "Whether the tolerance is a number, or a percentage of the value.",
            "example": "absolute",
        },
    )
    feedback = _feedback("What learners who answer are told.")


class PairSchema(Schema):
    id = PartId()
    left = _text("The side that is shown in order.", example="Jupiter")
    right = _text("The side that belongs to it. Several pairs may have the same.", example="gas giant")


class MatchingSchema(Schema):
    """Pairs to be matched."""

    pairs = _parts(PairSchema, "The pairs, each worth the same.", least=2)
    distractors = fields.List(
        Text(min=1, max=MAX_PART_TEXT, strip=True),
        load_default=list,
        validate=validate.Length(max=MAX_PARTS),
        metadata={"description": "Right sides that belong to no pair.", "example": ["comet"]},
    )


class ItemSchema(Schema):
    id = PartId()
    text = _text("The item.", example="Mercury")


class OrderingSchema(Schema):
    """Items to be put in order."""

    items = _parts(ItemSchema, "The items in the right order.", least=2)
    scoring = fields.String(
        load_default="neighbours",
        validate=validate.OneOf(("neighbours", "all_or_nothing")),
        metadata={
            "description": "`neighbours`: the share of items that are followed by the right one · `all_or_nothing`.",
            "example": "neighbours",
        },
    )


class BlankSchema(Schema):
    id = PartId(required=True, metadata={"description": "The id in its marker in the text.", "example": "planet"})
    weight = Part(most=100, metadata={"description": "What it counts, relative to the other blanks.", "example": 1})


class ShortTextBlankSchema(ShortTextSchema, BlankSchema):
    """A blank for a text."""

    kind = _kind(QuestionKind.SHORT_TEXT)


class NumericBlankSchema(NumericSchema, BlankSchema):
    """A blank for a number."""

    kind = _kind(QuestionKind.NUMERIC)


class SingleChoiceBlankSchema(SingleChoiceSchema, BlankSchema):
    """A blank with options."""

    kind = _kind(QuestionKind.SINGLE_CHOICE)


BLANKS = {
    QuestionKind.SHORT_TEXT.value: ShortTextBlankSchema,
    QuestionKind.NUMERIC.value: NumericBlankSchema,
    QuestionKind.SINGLE_CHOICE.value: SingleChoiceBlankSchema,
}


class ClozeSchema(Schema):
    """A text with blanks."""

    text = _text(
        "The text in Markdown, with a marker `{{id}}` for each blank.",
        most=MAX_LONG_TEXT,
        example="The largest planet is {{planet}}.",
    )
    blanks = fields.List(
        OneOf(by="kind", shapes=BLANKS),
        required=True,
        validate=validate.Length(min=1, max=MAX_PARTS),
        metadata={
            "description": "The blanks: short texts, numbers or choices.",
            "example": [
                {
                    "id": "planet",
                    "kind": "short_text",
                    "weight": 1,
                    "accepted": [{"text": "Jupiter", "share": 1, "feedback": ""}],
                    "exact": False,
                }
            ],
        },
    )


class EssaySchema(Schema):
    """A long text, which a person marks."""

    rubric = Text(
        max=MAX_LONG_TEXT,
        load_default="",
        metadata={"description": "What markers look for.", "example": "Three reasons, each with an example."},
    )
    max_length = Integer(
        strict=True,
        load_default=DEFAULT_ESSAY,
        validate=validate.Range(min=1, max=MAX_ESSAY),
        metadata={"description": "The greatest length in characters.", "example": 5000},
    )


CONTENTS: dict[str, type[Schema]] = {
    QuestionKind.SINGLE_CHOICE.value: SingleChoiceSchema,
    QuestionKind.TRUE_FALSE.value: TrueFalseSchema,
    QuestionKind.MULTIPLE_CHOICE.value: MultipleChoiceSchema,
    QuestionKind.SHORT_TEXT.value: ShortTextSchema,
    QuestionKind.NUMERIC.value: NumericSchema,
    QuestionKind.MATCHING.value: MatchingSchema,
    QuestionKind.ORDERING.value: OrderingSchema,
    QuestionKind.CLOZE.value: ClozeSchema,
    QuestionKind.ESSAY.value: EssaySchema,
}


class Content(OneOf):
    """The content of a question, by the kind in the field beside it; without one in the input, `load` does the rest."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(by="kind", shapes=CONTENTS, **kwargs)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return schema_instance(CONTENTS[ma.utils.get_value(obj, "kind")]).dump(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, dict):
            raise ma.ValidationError("Must be an object.")
        shape = CONTENTS.get(str(data.get("kind")))
        return schema_instance(shape).load(value) if shape else value


def load(kind: QuestionKind, content: dict[str, Any]) -> dict[str, Any]:
    """Return the content of a question of this kind from that of a request.

    Raises:
        InvalidContent: it has another shape.
    """
    try:
        loaded: dict[str, Any] = schema_instance(CONTENTS[kind]).load(content)
    except ma.ValidationError as error:
        raise InvalidContent(error.messages) from None
    return loaded
