from datetime import timedelta

import pytest

from learnstream.clock import now
from tests.announcements import TITLE, announce, announced, make_class, read, told
from tests.problems import invalid_fields, outcome


def patch(client, announcement, by, headers=None, **changes):
    return client.patch(f"/announcements/{announcement['id']}", json=changes, headers=headers, auth=by)


def test_a_draft_is_changed(client, owner, course):
    made = announce(client, course, owner).json

    changed = patch(client, made, owner, title="Rain", text="No **moon**.")

    assert (changed.json["title"], changed.json["text"], changed.json["edited_at"]) == ("Rain", "No **moon**.", None)
    assert changed.headers["ETag"] == '"2"'
    assert read(client, made, owner) == changed.json


def test_a_published_one_shows_that_it_was_edited_and_is_told_once(client, owner, learner, course):
    made = announced(client, course, owner)

    changed = patch(client, made, owner, text="On Saturday.").json

    assert changed["edited_at"] >= changed["published_at"] == made["published_at"]
    assert read(client, made, learner) == changed
    assert len(told()) == 1


def test_the_same_again_is_no_edit(client, owner, course):
    made = announced(client, course, owner)

    again = patch(client, made, owner, title=TITLE, publish_at=None)

    assert again.json == made
    assert again.headers["ETag"] == '"1"'


def test_a_time_schedules_a_draft_and_no_time_unschedules_it(client, owner, course):
    made = announce(client, course, owner).json

    scheduled = patch(client, made, owner, publish_at=(now() + timedelta(days=1)).isoformat()).json
    unscheduled = patch(client, made, owner, publish_at=None).json

    assert (scheduled["status"], unscheduled["status"]) == ("scheduled", "draft")
    assert unscheduled["publish_at"] is None
    assert patch(client, made, owner, title="Rain").json["status"] == "draft"


def test_a_published_one_has_no_time_to_change(client, owner, course):
    made = announced(client, course, owner)

    refused = patch(client, made, owner, title="Rain", publish_at="2100-01-01T08:00:00Z")

    assert outcome(refused) == (409, "already_published")
    assert read(client, made, owner) == made


def test_a_withdrawn_one_is_not_changed(client, owner, course):
    made = announced(client, course, owner)
    client.delete(f"/announcements/{made['id']}", auth=owner)

    assert outcome(patch(client, made, owner, title="Rain")) == (409, "announcement_withdrawn")


def test_an_outdated_copy_changes_nothing(client, owner, course):
    made = announce(client, course, owner).json
    patch(client, made, owner, title="Rain")

    assert patch(client, made, owner, {"If-Match": '"1"'}, title="Snow").status_code == 412
    assert patch(client, made, owner, {"If-Match": '"2"'}, title="Hail").status_code == 200


@pytest.mark.parametrize(
    ("changes", "field"),
    [({}, "_schema"), ({"title": ""}, "title"), ({"text": None}, "text"), ({"status": "published"}, "status")],
)
def test_an_invalid_change_is_named(client, owner, course, changes, field):
    assert invalid_fields(patch(client, announce(client, course, owner).json, owner, **changes)) == [field]


def test_only_its_staff_change_it(client, owner, admin, learner, stranger, other_owner, course):
    made = [announced(client, target, owner) for target in (course, make_class(course, learner, staff=owner))]

    for each in made:
        for person in (learner, stranger, other_owner):
            assert patch(client, each, person, title="Rain").status_code == 404
        assert patch(client, each, admin, title="Rain").status_code == 200
