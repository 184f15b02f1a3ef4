import pytest

from learnstream.clock import now
from learnstream.services.enrollment import group_members, groups
from learnstream.stores.sql import db
from tests.announcements import announce, announced, make_class, read
from tests.factories import make_course, make_seat
from tests.problems import invalid_fields, outcome


def listed(client, path, auth, **query):
    response = client.get(f"{path}/announcements", query_string=query, auth=auth)
    assert response.status_code == 200, response.json
    return [each["title"] for each in response.json]


@pytest.fixture
def titles(client, course, owner):
    """Announcements of a course in each state, titled by it; two are published."""
    announce(client, course, owner, title="draft")
    announce(client, course, owner, title="scheduled", publish_at="2100-01-01T08:00:00Z")
    withdrawn = announced(client, course, owner, title="withdrawn")
    client.delete(f"/announcements/{withdrawn['id']}", auth=owner)
    for title in ("published", "latest"):
        announced(client, course, owner, title=title)
    return ["latest", "published", "withdrawn", "scheduled", "draft"]


def test_learners_see_published_ones_and_staff_see_all(client, course, owner, admin, learner, titles):
    path = f"/courses/{course.id}"

    assert listed(client, path, learner) == ["latest", "published"]
    assert listed(client, path, owner) == listed(client, path, admin) == titles
    for status in ("draft", "scheduled", "withdrawn"):
        assert listed(client, path, owner, status=status) == [status]
        assert listed(client, path, learner, status=status) == ["latest", "published"]
    assert listed(client, path, owner, status="published") == ["latest", "published"]


def test_an_unknown_state_is_named(client, course, owner):
    refused = client.get(f"/courses/{course.id}/announcements?status=hidden", auth=owner)

    assert invalid_fields(refused, "query") == ["status"]


def test_others_see_none(client, course, draft_course, stranger, other_owner, titles):
    for person in (stranger, other_owner):
        assert outcome(client.get(f"/courses/{course.id}/announcements", auth=person)) == (403, "not_enrolled")
        assert client.get(f"/courses/{draft_course.id}/announcements", auth=person).status_code == 404
    assert client.get(f"/courses/{course.id}/announcements").status_code == 401


def test_an_ended_seat_shows_none(client, course, owner, stranger):
    made = announced(client, course, owner)
    make_seat(stranger, course, expires_at=now())

    refused = client.get(f"/courses/{course.id}/announcements", auth=stranger)

    assert outcome(refused) == (403, "enrollment_expired")
    assert listed(client, "/users/me", stranger) == []
    read(client, made, stranger, status=404)


def test_a_groups_announcements_are_listed_to_its_staff(client, admin, owner, other_owner, learner, course):
    group_id = make_class(course, learner, staff=owner)
    announced(client, group_id, owner, title="published")
    announce(client, group_id, owner, title="draft")
    path = f"/admin/groups/{group_id}"

    assert listed(client, path, owner) == listed(client, path, admin) == ["draft", "published"]
    assert listed(client, path, owner, status="draft") == ["draft"]
    for person in (other_owner, learner):
        assert client.get(f"{path}/announcements", auth=person).status_code == 404


def test_learners_see_those_of_their_courses_and_groups_together(client, owner, learner, stranger, course):
    group_id, second = make_class(course, learner, staff=owner), make_course(owner, title="Botany")
    make_seat(learner, second)
    announced(client, course, owner, title="first")
    announced(client, group_id, owner, title="second")
    announced(client, second, owner, title="third")
    announce(client, second, owner, title="draft")
    announced(client, make_class(course, stranger, staff=owner), owner, title="another class")

    found = client.get("/users/me/announcements?limit=2", auth=learner)
    rest = client.get(found.headers["Link"].partition(">")[0][1:], auth=learner)

    assert [(each["title"], each["source"]) for each in found.json] == [("third", "Botany"), ("second", "Class 7b")]
    assert [each["title"] for each in rest.json] == ["first"]
    assert "Link" not in rest.headers
    assert listed(client, "/users/me", owner) == []


def test_who_leaves_a_group_or_whose_group_is_archived_sees_none_of_it(client, admin, owner, learner, course):
    archived, left = (make_class(course, learner, staff=owner) for _ in range(2))
    made = [announced(client, group_id, owner) for group_id in (archived, left)]
    assert len(listed(client, "/users/me", learner)) == 2

    groups.change(archived, by=admin.id, archived=True)
    group_members.remove(left, [learner.id], by=admin.id)
    db.session.commit()

    assert listed(client, "/users/me", learner) == []
    for each in made:
        read(client, each, learner, status=404)
        read(client, each, owner)


def test_an_announcement_is_read_by_those_it_is_for(client, course, owner, admin, learner, stranger, other_owner):
    made = announced(client, course, owner)

    for person in (owner, admin, learner):
        assert read(client, made, person) == made
    for person in (stranger, other_owner):
        read(client, made, person, status=404)
    read(client, {"id": "f" * 24}, admin, status=404)


def test_a_deleted_courses_announcements_are_gone(client, owner, admin):
    course = make_course(owner)
    made = announced(client, course, owner)
    assert client.delete(f"/courses/{course.id}", auth=owner).status_code == 204

    for person in (owner, admin):
        read(client, made, person, status=404)
        assert client.get(f"/courses/{course.id}/announcements", auth=person).status_code == 404
