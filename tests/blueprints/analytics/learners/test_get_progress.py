import pytest

from learnstream.services.enrollment import group_courses, group_members, group_staff, groups
from learnstream.stores.sql import db


@pytest.fixture
def fetch(client, owner, course, learners):
    def fetch(name, auth=owner, query=""):
        return client.get(f"/courses/{course.id}/learners/{learners[name].id}/progress{query}", auth=auth)

    return fetch


def test_a_learners_progress_matches_their_own_view(client, fetch, course, learners):
    own = client.get(f"/courses/{course.id}/progress", auth=learners["Bob"]).json

    assert own["completed_lessons"] == 2
    assert fetch("Bob").json == own


def test_a_withdrawn_learner_is_still_found(client, fetch, course, learners):
    client.delete(f"/courses/{course.id}/enroll", auth=learners["Dee"])

    assert fetch("Dee").json["completed_lessons"] == 1


def test_a_user_who_never_enrolled_is_not_found(client, owner, course, stranger):
    response = client.get(f"/courses/{course.id}/learners/{stranger.id}/progress", auth=owner)

    assert (response.status_code, response.json["code"]) == (404, "not_enrolled")


@pytest.mark.parametrize("person", ["stranger", "other_owner"])
def test_other_users_are_rejected(fetch, request, person):
    assert fetch("Bob", auth=request.getfixturevalue(person)).json["code"] == "not_your_course"


def test_a_guest_must_sign_in(fetch):
    assert fetch("Bob", auth=None).status_code == 401


@pytest.fixture
def group(admin, other_owner, course, learners):
    """A group with Bob, which is given the course, and whose staff does not teach it."""
    group_id = groups.create(by=admin.id, name="7b", code="7b")["id"]
    group_members.add(group_id, [learners["Bob"].id], by=admin.id)
    group_staff.replace(group_id, [other_owner.id], by=admin.id)
    group_courses.give(group_id, course.id, by=admin.id)
    db.session.commit()
    return group_id


def test_staff_of_a_group_see_the_progress_of_its_members(fetch, other_owner, owner, group):
    filtered = fetch("Bob", auth=other_owner, query=f"?group_id={group}")

    assert filtered.json == fetch("Bob").json
    assert fetch("Bob", auth=other_owner).status_code == 403
    assert fetch("Bob", query=f"?group_id={group}").status_code == 404


def test_staff_of_a_group_do_not_see_other_learners(fetch, admin, other_owner, learners, group):
    other = fetch("Dee", auth=other_owner, query=f"?group_id={group}")
    group_members.remove(group, [learners["Bob"].id], by=admin.id)
    db.session.commit()
    former = fetch("Bob", auth=other_owner, query=f"?group_id={group}")

    assert [(found.status_code, found.json["code"]) for found in (other, former)] == [(404, "not_enrolled")] * 2
