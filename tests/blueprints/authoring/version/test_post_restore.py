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
def changed(client, owner, course):
    """`course`, whose draft has moved on in every way there is."""
    client.patch(f"/courses/{course.id}", json={"title": "Astrology", "tags": ["stars"]}, auth=owner)
    rewritten = {"title": "Rewritten", "body": "New.", "completion": {"rule": "manual"}}
    client.patch(f"/lessons/{course.text.id}", json=rewritten, auth=owner)
    client.delete(f"/lessons/{course.preview.id}", auth=owner)
    make_lesson(owner, course.id, "Added")
    return course


def test_the_draft_is_again_what_the_version_was(client, owner, changed):
    answer = restore(client, changed, owner)

    assert answer.status_code == 200
    assert (answer.json["title"], answer.json["tags"]) == ("Astronomy", [])
    shown = draft_lessons(client, owner, changed)
    assert [(lesson["id"], lesson["title"]) for lesson in shown] == [(each.id, each.title) for each in changed.lessons]
    text = client.get(f"/lessons/{changed.text.id}?draft=true", auth=owner).json
    assert (text["title"], text["body"], text["completion"]["rule"]) == ("Reading", "Read *this*.", "opened")


def test_nothing_is_published(client, owner, changed):
    client.post(f"/courses/{changed.id}/publish", json={}, auth=owner)
    restore(client, changed, owner)

    assert client.get(f"/courses/{changed.id}").json["title"] == "Astrology"
    assert [each["title"] for each in client.get(f"/courses/{changed.id}/lessons").json] == [
        "Rewritten",
        "Watching",
        "Added",
    ]


def test_lessons_that_the_version_had_not_are_no_drafts_any_more(client, owner, course):
    added = make_lesson(owner, course.id, "Added")
    restore(client, course, owner)

    assert client.get(f"/lessons/{added.id}?draft=true", auth=owner).status_code == 404


def test_there_and_back_again(client, owner, changed):
    client.post(f"/courses/{changed.id}/publish", json={}, auth=owner)
    before = draft_lessons(client, owner, changed)
    restore(client, changed, owner, number=1)
    restore(client, changed, owner, number=2)

    assert draft_lessons(client, owner, changed) == before


def test_lessons_that_did_not_change_keep_their_etag(client, owner, course):
    tag = client.get(f"/lessons/{course.text.id}?draft=true", auth=owner).headers["ETag"]
    restore(client, course, owner)

    assert client.get(f"/lessons/{course.text.id}?draft=true", auth=owner).headers["ETag"] == tag


def test_slug_and_instructors_stay(client, owner, admin, course):
    client.put(f"/courses/{course.id}/instructors", json={"instructor_ids": [owner.id, admin.id]}, auth=owner)

    restored = restore(client, course, owner).json
    assert (restored["slug"], restored["instructor_ids"]) == ("astronomy", [owner.id, admin.id])


def test_it_is_finished_when_it_answers(client, owner, changed):
    restore(client, changed, owner)

    assert "restoring" not in Course.collection().find_one()


def test_it_is_written_down_with_what_it_undid(client, owner, changed, fresh):
    restore(client, changed, owner)

    entry = fresh.scalar(select(AuditEntry).where(AuditEntry.action == "course.restored"))
    undone = {"course_fields": 2, "lessons_added": 1, "lessons_removed": 1, "lessons_changed": 1}
    assert (entry.actor_id, entry.target_id) == (owner.id, changed.id)
    assert entry.details == {"version": 1, "changes": undone}


def test_an_unknown_version_is_not_found(client, owner, course):
    assert restore(client, course, owner, number=2).status_code == 404


def test_nobody_but_its_authors_restores(client, learner, course):
    assert restore(client, course, learner).json["code"] == "not_your_course"


def test_it_may_rely_on_what_was_read(client, owner, changed):
    tag = client.get(f"/courses/{changed.id}/draft", auth=owner).headers["ETag"]

    assert restore(client, changed, owner, **{"If-Match": tag}).status_code == 200
    assert restore(client, changed, owner, **{"If-Match": tag}).status_code == 412
