from learnstream.services.enrollment import group_members, groups
from learnstream.stores.sql import db


def test_a_member_sees_the_groups_that_are_not_archived(client, admin, learner, stranger):
    kept, archived, left, others = (groups.create(by=admin.id, name=name, code=name)["id"] for name in "abcd")
    for group_id, person in ((kept, learner), (archived, learner), (left, learner), (others, stranger)):
        group_members.add(group_id, [person.id], by=admin.id)
    groups.change(archived, by=admin.id, archived=True)
    group_members.remove(left, [learner.id], by=admin.id)
    db.session.commit()

    listed = client.get("/users/me/groups", auth=learner).json

    assert [(group["id"], group["name"]) for group in listed] == [(kept, "a")]
    assert listed[0]["joined_at"]
