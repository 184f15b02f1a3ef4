import pytest

from tests.openapi import resolve


@pytest.fixture
def document(client):
    return resolve(client.get("/openapi.json").json)
