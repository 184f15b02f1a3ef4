import pytest

from learnstream.documents.announcement import Announcement
from tests.announcements import announce, announced, make_class, read, told
from tests.problems import outcome


def delete(client, announcement, by, **headers):
    return client.delete(f"/announcements/{announcement['id']}", headers=headers, auth=by)


@pytest.mark.parametrize("fields", [{}, {"publish_at": "2100-01-01T08:00:00Z"}])
def test_what_was_not_published_is_deleted(client, owner, course, fields):
    made = announce(client, course, owner, **fields).json

    assert delete(client, made, owner).status_code == 204

    assert Announcement.collection().count_documents({}) == 0
    assert delete(client, made, owner).status_code == 404


def test_a_published_one_is_withdrawn(client, owner, learner, course):
    made = announced(client, course, owner)

    assert [delete(client, made, owner).status_code for _ in range(2)] == [204, 204]

    read(client, made, learner, status=404)
    withdrawn = read(client, made, owner)
    assert (withdrawn["status"], withdrawn["published_at"]) == ("withdrawn", made["published_at"])
    assert withdrawn["withdrawn_at"]


def test_the_feed_tells_who_published_and_who_withdrew_it(client, owner, admin, course):
    made = announce(client, course, owner).json
    assert client.post(f"/announcements/{made['id']}/publish", auth=admin).status_code == 200
    assert delete(client, made, owner).status_code == 204

    [published] = told()
    [withdrawn] = told("announcement.withdrawn")
    assert (published["by"], withdrawn["by"]) == (admin.id, owner.id)


def test_an_outdated_copy_is_not_deleted(client, owner, course):
    made = announce(client, course, owner).json
    client.patch(f"/announcements/{made['id']}", json={"title": "Rain"}, auth=owner)

    assert delete(client, made, owner, **{"If-Match": '"1"'}).status_code == 412
    assert delete(client, made, owner, **{"If-Match": "rain"}).status_code == 400


def test_only_its_staff_remove_it(client, owner, learner, stranger, other_owner, course):
    made = [announced(client, target, owner) for target in (course, make_class(course, learner, staff=owner))]

    for each in made:
        for person in (learner, stranger, other_owner):
            assert outcome(delete(client, each, person)) == (404, "not_found")
        assert read(client, each, learner) == each
