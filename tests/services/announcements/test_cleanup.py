from learnstream.documents.announcement import Announcement
from learnstream.jobs.cleanup import delete_expired
from tests.announcements import announce, announced, make_class


def test_announcements_of_deleted_groups_are_deleted(client, admin, owner, learner, course):
    kept, deleted = (make_class(course, learner, staff=owner) for _ in range(2))
    for target in (kept, deleted, course):
        announced(client, target, owner)
        announce(client, target, owner)
    client.delete(f"/admin/groups/{deleted}", auth=admin)

    delete_expired()
    delete_expired()

    left = [
        (each.get("group_id"), each.get("course_id")) for each in Announcement.collection().find({}, sort=[("_id", 1)])
    ]
    assert [group_id for group_id, _ in left if group_id] == [kept, kept]
    assert len(left) == 4
