import pytest

from learnstream.policies import entitlements
from tests.factories import make_group_with


@pytest.fixture
def extend(client, owner, learner, homework):
    """Give more time for the homework, by default to the learner."""

    def extend(lesson_id=homework.id, auth=owner, **fields):
        target = {} if "group_id" in fields or "user_id" in fields else {"user_id": learner.id}
        body = {"reason": "Was ill."} | target | fields
        return client.post(f"/lessons/{lesson_id}/extensions", auth=auth, json=body)

    return extend


@pytest.fixture
def group(admin, course, learner):
    """The id of a group that is given `course`, with the learner."""
    return make_group_with(course, learner, by=admin)


@pytest.fixture
def extension(course, learner, homework):
    """Return the extension of a user, by default the learner, in the homework."""

    def extension(user_id=learner.id):
        return entitlements.seat(user_id, course.id).extension(homework.id)

    return extension
