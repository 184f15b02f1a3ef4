import pytest

from learnstream.models.group import Group
from learnstream.policies import entitlements
from learnstream.services.enrollment import group_courses, group_members
from learnstream.stores.sql import db


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
    group = Group(name="Class 7b", code="7b", code_key="7b")
    db.session.add(group)
    db.session.flush()
    group_members.add(group.id, [learner.id], by=admin.id)
    group_courses.give(group.id, course.id, by=admin.id)
    db.session.commit()
    return group.id


@pytest.fixture
def extension(course, learner, homework):
    """Return the extension of a user, by default the learner, in the homework."""

    def extension(user_id=learner.id):
        return entitlements.seat(user_id, course.id).extension(homework.id)

    return extension
