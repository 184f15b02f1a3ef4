from tests.announcements import announce, announced, read, told
from tests.problems import outcome


def publish(client, announcement, by, **headers):
    return client.post(f"/announcements/{announcement['id']}/publish", headers=headers, auth=by)


def test_drafts_and_scheduled_ones_are_published_now(client, owner, learner, course):
    draft = announce(client, course, owner).json
    scheduled = announce(client, course, owner, publish_at="2100-01-01T08:00:00Z").json

    for each in (draft, scheduled):
        published = publish(client, each, owner).json
        assert (published["status"], published["publish_at"]) == ("published", None)
        assert read(client, each, learner) == published
    assert [each["announcement_id"] for each in told()] == [draft["id"], scheduled["id"]]


def test_repeating_it_tells_nobody_again(client, owner, course):
    made = announced(client, course, owner)

    assert publish(client, made, owner).json == made
    assert len(told()) == 1


def test_a_withdrawn_one_stays_withdrawn(client, owner, course):
    made = announced(client, course, owner)
    client.delete(f"/announcements/{made['id']}", auth=owner)

    assert outcome(publish(client, made, owner)) == (409, "announcement_withdrawn")


def test_an_outdated_copy_is_not_published(client, owner, course):
    made = announce(client, course, owner).json
    client.patch(f"/announcements/{made['id']}", json={"title": "Rain"}, auth=owner)

    assert publish(client, made, owner, **{"If-Match": '"1"'}).status_code == 412
    assert told() == []


def test_only_its_staff_publish_it(client, owner, learner, stranger, other_owner, course):
    made = announce(client, course, owner).json

    for person in (learner, stranger, other_owner):
        assert publish(client, made, person).status_code == 404
    assert told() == []
