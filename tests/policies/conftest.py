import pytest
from bson import ObjectId

from learnstream.clock import now
from learnstream.models.group import Group, GroupMember
from learnstream.stores.sql import db


@pytest.fixture
def make_group_of(learner):
    """Create a group with the learner."""

    def make(*, left_at=None, **columns):
        code = f"g{ObjectId()}"
        group = Group(name="Class 7b", code=code, code_key=code, **columns)
        db.session.add(group)
        db.session.flush()
        db.session.add(GroupMember(group_id=group.id, user_id=learner.id, joined_at=now(), left_at=left_at))
        db.session.commit()
        return group.id

    return make
