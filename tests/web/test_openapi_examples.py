import marshmallow as ma
import pytest

from learnstream.web.openapi_examples import example_of


class Inner(ma.Schema):
    name = ma.fields.String(metadata={"example": "Sam"})


class Outer(ma.Schema):
    start = ma.fields.Float(data_key="from", metadata={"example": 0})
    inner = ma.fields.Nested(Inner)
    all = ma.fields.Nested(Inner, many=True)
    told = ma.fields.Nested(Inner, allow_none=True, metadata={"example": None})


class Silent(ma.Schema):
    inner = ma.fields.Nested(Inner)
    count = ma.fields.Integer()


def test_a_body_is_composed_of_its_fields():
    assert example_of(Outer()) == {"from": 0, "inner": {"name": "Sam"}, "all": [{"name": "Sam"}], "told": None}


def test_many_are_a_list():
    assert example_of(Inner(many=True)) == [{"name": "Sam"}]


def test_a_field_without_an_example_is_named():
    with pytest.raises(TypeError, match=r"Silent\.count declares no example"):
        example_of(Silent())
