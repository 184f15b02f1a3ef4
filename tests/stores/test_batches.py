"""Reading for longer than a request may: batch by batch, each with a limit of its own."""

import pytest

from learnstream.documents import WebhookEvent
from learnstream.documents.base import in_batches


@pytest.fixture
def five(app):
    WebhookEvent.collection().insert_many([{"_id": number} for number in range(5)])
    return WebhookEvent.collection().find().sort("_id", 1)


def test_all_is_read_batch_by_batch(five):
    assert [[each["_id"] for each in batch] for batch in in_batches(five, 2)] == [[0, 1], [2, 3], [4]]


def test_the_server_is_given_no_limit_for_all_batches_together(five, plans):
    with plans:
        list(in_batches(five, 2))

    asked = [each["command"] for each in plans.asked]
    assert [next(iter(command)) for command in asked] == ["find", "getMore", "getMore"]
    assert all("maxTimeMS" not in command for command in asked)


def test_anything_else_has_a_limit(five, plans):
    with plans:
        list(five)

    assert [each["command"]["maxTimeMS"] > 0 for each in plans.asked] == [True]
