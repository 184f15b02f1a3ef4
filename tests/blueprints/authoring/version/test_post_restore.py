import pytest
from sqlalchemy import select

from learnstream.documents import Course
from learnstream.models import AuditEntry
from tests.factories import make_lesson


def restore(client, course, auth, number=1, **headers):
    return client.post(f"/courses/{course.id}/versions/{number}/restore", auth=auth, headers=headers)


def draft_lessons(client, owner, course):
    return client.get(f"/courses/{course.id}/lessons?draft=true", auth=owner).json


@pytest.fixture
def edited_course(client, owner, course):
    """`course`, with every kind of change in its draft."""
    client.patch(f"/courses/{course.id}", json={"title": "Astrology", "tags": ["stars"]}, auth=owner)
    rewritten = {"title": "Rewritten", "body": "New.", "completion": {"rule": "manual"}}
    client.patch(f"/lessons/{course.text.id}", json=rewritten, auth=owner)
    client.delete(f"/lessons/{course.preview.id}", auth=owner)
    make_lesson(owner, course.id, "Added")
    return course


def test_a_restored_draft_equals_the_version(client, owner, edited_course):
    response = restore(client, edited_course, owner)

    assert response.status_code == 200
    assert (response.json["title"], response.json["tags"]) == ("Astronomy", [])
    shown = draft_lessons(client, owner, edited_course)
    assert [(lesson["id"], lesson["title"]) for lesson in shown] == [
        (each.id, each.title) for each in edited_course.lessons
    ]
    text = client.get(f"/lessons/{edited_course.text.id}?draft=true", auth=owner).json
    assert (text["title"], text["body"], text["completion"]["rule"]) == ("Reading", "Read *this*.", "opened")


def test_restoring_publishes_nothing(client, owner, edited_course):
    client.post(f"/courses/{edited_course.id}/publish", json={}, auth=owner)
    restore(client, edited_course, owner)

    assert client.get(f"/courses/{edited_course.id}").json["title"] == "Astrology"
    assert [each["title"] for each in client.get(f"/courses/{edited_course.id}/lessons").json] == [
        "Rewritten",
        "Watching",
        "Added",
    ]


def test_restoring_deletes_lessons_that_the_version_lacks(client, owner, course):
    added = make_lesson(owner, course.id, "Added")
    restore(client, course, owner)

    assert client.get(f"/lessons/{added.id}?draft=true", auth=owner).status_code == 404


def test_two_restorations_return_to_the_first_draft(client, owner, edited_course):
    client.post(f"/courses/{edited_course.id}/publish", json={}, auth=owner)
    before = draft_lessons(client, owner, edited_course)
    restore(client, edited_course, owner, number=1)
    restore(client, edited_course, owner, number=2)

    assert draft_lessons(client, owner, edited_course) == before


def test_unchanged_lessons_keep_their_etag(client, owner, course):
    tag = client.get(f"/lessons/{course.text.id}?draft=true", auth=owner).headers["ETag"]
    restore(client, course, owner)

    assert client.get(f"/lessons/{course.text.id}?draft=true", auth=owner).headers["ETag"] == tag


def test_restoring_keeps_slug_and_instructors(client, owner, admin, course):
    client.put(f"/courses/{course.id}/instructors", json={"instructor_ids": [owner.id, admin.id]}, auth=owner)

    restored = restore(client, course, owner).json
    assert (restored["slug"], restored["instructor_ids"]) == ("astronomy", [owner.id, admin.id])


def test_a_restoration_is_complete_when_it_responds(client, owner, edited_course):
    restore(client, edited_course, owner)

    assert "restoring" not in Course.collection().find_one()


def test_a_restoration_is_in_the_audit_log_with_its_changes(client, owner, edited_course, separate_session):
    restore(client, edited_course, owner)

    entry = separate_session.scalar(select(AuditEntry).where(AuditEntry.action == "course.restored"))
    undone = {"course_fields": 2, "lessons_added": 1, "lessons_removed": 1, "lessons_changed": 1}
    assert (entry.actor_id, entry.target_id) == (owner.id, edited_course.id)
    assert entry.details == {"version": 1, "changes": undone}


def test_an_unknown_version_is_not_found(client, owner, course):
    assert restore(client, course, owner, number=2).status_code == 404


def test_only_authors_can_restore(client, learner, course):
    assert restore(client, course, learner).json["code"] == "not_your_course"


def test_it_honors_if_match(client, owner, edited_course):
    tag = client.get(f"/courses/{edited_course.id}/draft", auth=owner).headers["ETag"]

    assert restore(client, edited_course, owner, **{"If-Match": tag}).status_code == 200
    assert restore(client, edited_course, owner, **{"If-Match": tag}).status_code == 412
