import pytest


@pytest.fixture
def group(client, admin):
    """A group without members."""
    return client.post("/admin/groups", auth=admin, json={"name": "Class 7b", "code": "7B"}).json


@pytest.fixture
def other_group(client, admin):
    return client.post("/admin/groups", auth=admin, json={"name": "Class 7a", "code": "7A"}).json


@pytest.fixture
def change(client, admin):
    """Return a function that changes a group's members: `change(group, "/move", user_ids=…)`."""

    def change(group, how="", **body):
        return client.post(f"/admin/groups/{group['id']}/members{how}", auth=admin, json=body)

    return change


@pytest.fixture
def members(client, admin):
    """Return a function that returns the ids of a group's members."""

    def members(group, query=""):
        listed = client.get(f"/admin/groups/{group['id']}/members{query}", auth=admin).json
        return [member["user_id"] for member in listed]

    return members
