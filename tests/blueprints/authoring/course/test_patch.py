from threading import Barrier, Thread

import pytest
from bson import ObjectId
from sqlalchemy import select

from learnstream.blueprints.authoring.examples import METADATA
from learnstream.models import AuditEntry
from tests.problems import invalid_fields


def patch(client, course, auth, **body):
    return client.patch(f"/courses/{course.id}", json=body, auth=auth)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(METADATA | {"title": "Astrology", "subject_id": None}).items(),
        ("cover", ""),
        ("level", ""),
        ("tags", []),
    ],
)
def test_fields_are_changed_independently(client, owner, draft_course, field, value):
    before = client.get(f"/courses/{draft_course.id}/draft", auth=owner).json

    after = patch(client, draft_course, owner, **{field: value}).json

    assert after[field] == value
    assert {name for name in after if after[name] != before[name]} <= {field, "slug", "updated_at"}
    assert client.get(f"/courses/{draft_course.id}/draft", auth=owner).json == after


def test_an_administrator_may_change_every_course(client, admin, draft_course):
    assert patch(client, draft_course, admin, title="Astrology").status_code == 200


def test_a_stranger_may_not_change_a_published_course(client, stranger, course):
    response = patch(client, course, stranger, title="Mine")

    assert (response.status_code, response.json["code"]) == (403, "not_your_course")


def test_a_draft_is_hidden_from_strangers(client, stranger, draft_course):
    assert patch(client, draft_course, stranger, title="Mine").status_code == 404


def test_an_unknown_course_is_not_found(client, owner):
    assert client.patch(f"/courses/{ObjectId()}", json={"title": "X"}, auth=owner).status_code == 404


def test_a_demoted_instructor_may_not_change_a_course(client, owner, admin, draft_course):
    client.patch(f"/admin/users/{owner.id}", json={"role": "student"}, auth=admin)

    assert patch(client, draft_course, owner, title="X").status_code == 401


def test_the_slug_follows_the_title_until_the_first_publication(client, owner, draft_course):
    assert patch(client, draft_course, owner, title="Astrology").json["slug"] == "astrology"
    client.post(f"/courses/{draft_course.id}/publish", json={}, auth=owner)

    assert patch(client, draft_course, owner, title="Alchemy").json["slug"] == "astrology"


def test_an_archived_course_leaves_the_catalogue_until_it_is_reopened(client, owner, course):
    assert patch(client, course, owner, status="archived").json["status"] == "archived"
    assert client.get("/courses").json == []

    assert patch(client, course, owner, status="published").json["status"] == "published"
    assert len(client.get("/courses").json) == 1


def test_an_archived_course_accepts_no_enrollments(client, owner, stranger, course):
    patch(client, course, owner, status="archived")

    assert client.post(f"/courses/{course.id}/enroll", auth=stranger).status_code in {404, 409}


def test_archiving_is_in_the_audit_log(client, owner, course, separate_session):
    patch(client, course, owner, status="archived")
    patch(client, course, owner, status="archived")

    written = separate_session.scalars(select(AuditEntry.action).where(AuditEntry.action == "course.archived")).all()
    assert written == ["course.archived"]


@pytest.mark.parametrize("status", ["archived", "published"])
def test_a_draft_cannot_be_archived_or_opened(client, owner, draft_course, status):
    response = patch(client, draft_course, owner, status=status, title="Lost?")

    assert (response.status_code, response.json["code"]) == (409, "never_published")
    assert client.get(f"/courses/{draft_course.id}/draft", auth=owner).json["title"] == "Astronomy"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", None),
        ("summary", 1),
        ("tags", {}),
        ("level", "expert"),
        ("status", "draft"),
        ("status", "deleted"),
        ("slug", "mine"),
        ("modules", []),
        ("revision", 1),
        ("description", "\x00"),
    ],
)
def test_an_invalid_field_is_named(client, owner, course, field, value):
    assert field in invalid_fields(patch(client, course, owner, **{field: value}))


def test_an_empty_change_changes_nothing(client, owner, course):
    assert patch(client, course, owner).status_code == 422


def test_a_change_honors_if_match(client, owner, draft_course):
    tag = client.get(f"/courses/{draft_course.id}/draft", auth=owner).headers["ETag"]
    first, second = (
        client.patch(f"/courses/{draft_course.id}", json={"title": title}, auth=owner, headers={"If-Match": tag})
        for title in ("One", "Two")
    )

    assert (first.status_code, second.status_code) == (200, 412)
    assert second.json["code"] == "precondition_failed"
    assert client.get(f"/courses/{draft_course.id}/draft", auth=owner).json["title"] == "One"


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ("*", 200),
        ('"999", "{}"', 200),
        ('W/"{}"', 412),
        ('"other"', 412),
        ('"0"', 412),
        ("{}", 400),
        ('"{}', 400),
        ('"{}" "2"', 400),
        (",", 400),
    ],
)
def test_if_match_is_parsed_as_in_the_rfc(client, owner, draft_course, given, status):
    tag = client.get(f"/courses/{draft_course.id}/draft", auth=owner).headers["ETag"].strip('"')

    response = client.patch(
        f"/courses/{draft_course.id}", json={"title": "X"}, auth=owner, headers={"If-Match": given.format(tag)}
    )

    assert response.status_code == status


def test_one_of_two_concurrent_changes_with_the_same_etag_wins(app, client, owner, draft_course):
    tag = client.get(f"/courses/{draft_course.id}/draft", auth=owner).headers["ETag"]
    responses, start = [], Barrier(8)

    def change(number):
        start.wait()
        responses.append(
            app.test_client().patch(
                f"/courses/{draft_course.id}", json={"title": f"T{number}"}, auth=owner, headers={"If-Match": tag}
            )
        )

    threads = [Thread(target=change, args=[number]) for number in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert sorted(response.status_code for response in responses) == [200] + [412] * 7
    winner = next(response for response in responses if response.status_code == 200)
    assert client.get(f"/courses/{draft_course.id}/draft", auth=owner).json == winner.json
