import pytest


@pytest.fixture
def fetch_access(client):
    """Return a user's access to a course or lesson."""

    def fetch(kind, thing, person, status=200):
        response = client.get(f"/{kind}/{thing.id}/access", auth=person)
        assert response.status_code == status
        return response.json

    return fetch
