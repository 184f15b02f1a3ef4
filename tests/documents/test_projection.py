"""Documents and their types: declared alike, and what an older document lacks reads as the default."""

from datetime import datetime
from types import NoneType
from typing import Any, NotRequired, TypedDict, get_args, get_origin, get_type_hints, is_typeddict

import pytest
from bson import Decimal128, ObjectId
from mongoengine import (
    BinaryField,
    BooleanField,
    DateTimeField,
    Decimal128Field,
    DictField,
    DynamicField,
    EmbeddedDocumentField,
    FloatField,
    IntField,
    ListField,
    ObjectIdField,
    StringField,
)

from learnstream.documents import Course, Video
from learnstream.documents.base import Document
from learnstream.documents.course import CourseDraft
from learnstream.documents.projection import Projection, declared, embedded_in, shape_in

TYPES = {
    BinaryField: bytes,
    BooleanField: bool,
    DateTimeField: datetime,
    Decimal128Field: Decimal128,
    DictField: dict,
    EmbeddedDocumentField: dict,
    FloatField: float,
    IntField: int,
    ListField: list,
    ObjectIdField: ObjectId,
    StringField: str,
}


def kind_of(field):
    return next(kind for cls, kind in TYPES.items() if isinstance(field, cls))


def kinds_in(hint):
    """Return the types of a hint: for `list[str] | None`, list and None."""
    if is_typeddict(hint):
        return {dict}
    if get_origin(hint) in {list, dict}:
        return {get_origin(hint)}
    return {kind for each in get_args(hint) for kind in kinds_in(each)} or {hint}


def may_be_none(field, name, shape):
    """Return whether a field reads as None if a document lacks it."""
    absent = name in shape.__required_keys__ and name != "_id" and not field.required
    return absent and field.default is None


def mistakes(document, shape):
    """Return the fields of a document whose type is missing or different, also in embedded documents."""
    hints = get_type_hints(shape)
    for name, field in declared(document).items():
        if name not in hints or isinstance(field, DynamicField):
            yield from [] if name in hints else [name]
            continue
        kinds = kinds_in(hints[name])
        if kinds - {NoneType} != {kind_of(field)} or (may_be_none(field, name, shape) and NoneType not in kinds):
            yield name
        if (embedded := embedded_in(field)) and (below := shape_in(hints[name])):
            yield from (f"{name}.{each}" for each in mistakes(embedded, below))


@pytest.mark.parametrize("document", Document.__subclasses__(), ids=lambda document: document.__name__)
def test_each_field_has_its_declared_type(document):
    assert list(mistakes(document, document.stored)) == []
    assert get_type_hints(document.stored).keys() == declared(document).keys()


class VideoName(TypedDict):
    nmae: str


def test_a_field_that_is_not_declared_cannot_be_read():
    with pytest.raises(TypeError, match="Video does not declare nmae"):
        Projection(Video, VideoName)


class Numbers(TypedDict):
    number: int


class Numbered(TypedDict):
    title: str
    subject: str
    tags: list[str]
    seats_due: NotRequired[int]
    versions: list[Numbers]


def test_only_the_named_fields_are_read():
    assert Projection(Course, Numbered).fields == {
        "_id": 0,
        "title": 1,
        "subject": 1,
        "tags": 1,
        "seats_due": 1,
        "versions.number": 1,
    }


def test_absent_fields_read_as_their_defaults(app):
    course: Any = {"title": "Old", "versions": [{"number": 1}]}

    read = Projection(Course, Numbered).complete(course)

    assert read == {"title": "Old", "subject": "", "tags": [], "versions": [{"number": 1}]}


def test_the_default_of_a_missing_list_is_not_shared(app):
    first, second = (Projection(Course, Numbered).complete({"versions": []}) for _ in range(2))
    first["tags"].append("stars")

    assert second["tags"] == []


def test_embedded_documents_have_defaults_too():
    module = {"id": "a", "title": "Old", "lesson_ids": []}

    [read] = Projection(Course, CourseDraft).complete({"modules": [module]})["modules"]

    assert (read["prerequisites"], read["release"], read["conditions"]) == ([], None, [])
