"""Reading in batches, each with its own time limit, for reads that take longer than a request may."""

import pytest

from learnstream.documents import WebhookEvent
from learnstream.documents.base import in_batches


@pytest.fixture
def five_documents(app):
    WebhookEvent.collection().insert_many([{"_id": number} for number in range(5)])
    return WebhookEvent.collection().find().sort("_id", 1)


def test_all_documents_are_read_in_batches(five_documents):
    assert [[each["_id"] for each in batch] for batch in in_batches(five_documents, 2)] == [[0, 1], [2, 3], [4]]


def test_no_time_limit_covers_all_batches_together(five_documents, plans):
    with plans:
        list(in_batches(five_documents, 2))

    queries = [each["command"] for each in plans.operations]
    assert [next(iter(command)) for command in queries] == ["find", "getMore", "getMore"]
    assert all("maxTimeMS" not in command for command in queries)


def test_any_other_query_has_a_time_limit(five_documents, plans):
    with plans:
        list(five_documents)

    assert [each["command"]["maxTimeMS"] > 0 for each in plans.operations] == [True]
