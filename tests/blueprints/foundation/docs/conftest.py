import pytest


@pytest.fixture
def document(client):
    return client.get("/openapi.json").json
