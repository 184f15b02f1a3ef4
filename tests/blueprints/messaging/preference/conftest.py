"""What people have chosen, through the API."""

import pytest

PATH = "/users/me/notification-preferences"


@pytest.fixture
def read(client):
    """Return a function that returns what somebody has, by kind."""

    def read(person):
        shown = client.get(PATH, auth=person).json["preferences"]
        return {each["kind"]: (each["in_app"], each["mail"]) for each in shown}

    return read


@pytest.fixture
def choose(client):
    """Return a function that chooses for kinds, and returns the response."""

    def choose(person, *, headers=None, **kinds):
        wanted = [{"kind": kind, "in_app": in_app, "mail": mail} for kind, (in_app, mail) in kinds.items()]
        return client.put(PATH, json={"preferences": wanted}, headers=headers, auth=person)

    return choose
