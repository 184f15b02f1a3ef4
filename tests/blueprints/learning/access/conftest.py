import pytest


@pytest.fixture
def ask_access(client):
    """Return what a person is told of the access to a course or lesson."""

    def ask(kind, thing, person, status=200):
        answer = client.get(f"/{kind}/{thing.id}/access", auth=person)
        assert answer.status_code == status
        return answer.json

    return ask
