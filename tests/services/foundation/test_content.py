from datetime import UTC, datetime

import pytest
from bson import ObjectId

from learnstream.services.foundation.content import pack, unpack


def test_a_packed_response_is_unpacked_with_its_facts():
    content = unpack(pack([{"title": "é\n"}], total=1))

    assert content.body.decode() == '[{"title":"é\\n"}]'
    assert content.facts == {"total": 1}


def test_the_etag_is_that_of_the_bytes():
    one, same, other = (unpack(pack(response)).etag for response in ({"a": 1}, {"a": 1}, {"a": 2}))

    assert one == same != other


def test_ids_and_instants_are_serialized_as_strings():
    instant = datetime(2026, 3, 1, 12, tzinfo=UTC)

    assert (
        unpack(pack([ObjectId("0" * 24), instant])).body == b'["000000000000000000000000","2026-03-01T12:00:00+00:00"]'
    )


def test_other_types_raise_an_error():
    with pytest.raises(TypeError):
        pack({1, 2})
