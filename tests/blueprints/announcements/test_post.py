from datetime import timedelta

import pytest

from learnstream.clock import now
from learnstream.documents.announcement import Announcement
from tests.announcements import TEXT, TITLE, announce, announced, make_class, read, told
from tests.problems import invalid_fields


def test_an_announcement_is_published_at_once(client, owner, learner, course):
    made = announce(client, course, owner, status="published")

    assert (made.headers["Location"], made.headers["ETag"]) == (f"/announcements/{made.json['id']}", '"1"')
    assert (made.json["status"], made.json["title"], made.json["text"]) == ("published", TITLE, TEXT)
    assert made.json["published_at"] == made.json["created_at"]
    assert read(client, made.json, learner) == made.json
    event = {"announcement_id": made.json["id"], "course_id": course.id, "group_id": None, "by": owner.id}
    assert told() == [event]


def test_a_draft_is_told_to_nobody(client, owner, learner, course):
    made = announce(client, course, owner).json

    assert (made["status"], made["published_at"]) == ("draft", None)
    assert told() == []
    read(client, made, learner, status=404)


def test_a_scheduled_one_waits(client, owner, learner, course):
    at = now() + timedelta(hours=3)
    made = announce(client, course, owner, publish_at=at.isoformat()).json

    assert (made["status"], made["published_at"]) == ("scheduled", None)
    assert made["publish_at"][:19] == at.isoformat()[:19]
    read(client, made, learner, status=404)


def test_a_group_is_told_by_its_staff(client, admin, owner, learner, course):
    group_id = make_class(course, learner, staff=owner)

    by_staff, by_admin = announced(client, group_id, owner), announced(client, group_id, admin)

    assert (by_staff["group_id"], by_staff["course_id"]) == (group_id, None)
    assert [each["by"] for each in told()] == [owner.id, admin.id]
    assert read(client, by_admin, learner) == by_admin


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "two\nlines"}, "title"),
        ({"title": None}, "title"),
        ({"text": ""}, "text"),
        ({"text": "x" * 10_001}, "text"),
        ({"text": "a\x00b"}, "text"),
        ({"publish_at": "tomorrow"}, "publish_at"),
        ({"publish_at": "2026-04-01T08:00:00"}, "publish_at"),
        ({"publish_at": "9999-01-01T08:00:00Z"}, "publish_at"),
        ({"publish_at": "2030-04-01T08:00:00Z", "status": "published"}, "publish_at"),
        ({"status": "scheduled"}, "status"),
        ({"status": "withdrawn"}, "status"),
        ({"created_by": 1}, "created_by"),
    ],
)
def test_an_invalid_field_is_named(client, owner, course, fields, field):
    refused = announce(client, course, owner, expect=422, **fields)

    assert invalid_fields(refused) == [field]
    assert Announcement.collection().count_documents({}) == 0


def test_the_longest_text_is_kept_whole(client, owner, course):
    text = "ß" * 10_000

    assert announce(client, course, owner, text=text).json["text"] == text


def test_a_repeated_request_with_a_key_announces_once(client, owner, course):
    body, headers = {"title": TITLE, "text": TEXT, "status": "published"}, {"Idempotency-Key": "once"}

    first, again = (
        client.post(f"/courses/{course.id}/announcements", json=body, headers=headers, auth=owner) for _ in range(2)
    )

    assert first.json == again.json
    assert len(told()) == 1


def test_learners_and_others_announce_nothing(client, learner, stranger, other_owner, owner, course):
    group_id = make_class(course, learner, staff=owner)

    for person in (learner, stranger, other_owner):
        assert announce(client, course, person, expect=403).json["code"] == "not_your_course"
        announce(client, group_id, person, expect=404)
    assert Announcement.collection().count_documents({}) == 0


def test_a_group_that_is_deleted_or_missing_is_told_nothing(client, admin, owner, learner, course):
    group_id = make_class(course, learner, staff=owner)
    made = announced(client, group_id, owner)
    assert client.delete(f"/admin/groups/{group_id}", auth=admin).status_code == 204

    announce(client, group_id, owner, expect=404)
    announce(client, 999_999, admin, expect=404)
    for person in (owner, learner, admin):
        read(client, made, person, status=404)
