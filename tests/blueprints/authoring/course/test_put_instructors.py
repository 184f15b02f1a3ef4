import pytest
from sqlalchemy import select

from learnstream.models import AuditEntry, Role
from tests.factories import make_person


@pytest.fixture
def colleague(app):
    return make_person(Role.INSTRUCTOR, "Otto")


def put(client, course, auth, ids, **headers):
    return client.put(f"/courses/{course.id}/instructors", json={"instructor_ids": ids}, auth=auth, headers=headers)


def test_an_added_instructor_may_change_the_course(client, owner, colleague, draft_course):
    assert client.patch(f"/courses/{draft_course.id}", json={"title": "X"}, auth=colleague).status_code == 404

    response = put(client, draft_course, owner, [owner.id, colleague.id])

    assert response.json["instructor_ids"] == [owner.id, colleague.id]
    assert client.patch(f"/courses/{draft_course.id}", json={"title": "X"}, auth=colleague).status_code == 200


def test_a_removed_instructor_may_not_change_the_course(client, owner, admin, colleague, course):
    put(client, course, admin, [colleague.id])

    assert client.patch(f"/courses/{course.id}", json={"title": "X"}, auth=owner).status_code == 403


def test_the_catalogue_shows_new_instructors_without_a_publication(client, owner, colleague, course):
    client.get(f"/courses/{course.id}")
    put(client, course, owner, [colleague.id, owner.id])

    shown = client.get(f"/courses/{course.id}").json["instructors"]
    assert [person["name"] for person in shown] == ["Otto", "Ines"]
    assert len(client.get(f"/courses?instructor={colleague.id}").json) == 1


def test_the_action_is_in_the_audit_log(client, owner, colleague, course, separate_session):
    put(client, course, owner, [colleague.id])

    entry = separate_session.scalar(select(AuditEntry).where(AuditEntry.action == "course.instructors_changed"))
    assert entry.details == {"before": [owner.id], "after": [colleague.id]}


def test_only_active_authors_can_be_instructors(client, owner, stranger, course):
    disabled = make_person(Role.INSTRUCTOR, "Dora", is_active=False)

    for wrong in (stranger.id, disabled.id, 99_999):
        response = put(client, course, owner, [owner.id, wrong])
        assert response.status_code == 422
        assert str(wrong) in response.json["errors"]["json"]["instructor_ids"][0]


@pytest.mark.parametrize("ids", [[], None, "x", ["x"], [0], [-1], [10**40], [1.5], list(range(1, 22)), {}])
def test_a_malformed_list_is_rejected(client, owner, course, ids):
    response = put(client, course, owner, ids)

    assert response.status_code == 422
    assert "instructor_ids" in response.json["errors"]["json"]


def test_a_learner_may_not_change_the_instructors(client, learner, course):
    assert put(client, course, learner, [learner.id]).json["code"] == "not_your_course"


def test_it_honors_if_match(client, owner, course):
    assert put(client, course, owner, [owner.id], **{"If-Match": '"999"'}).status_code == 412
