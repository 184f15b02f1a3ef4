"""Files of submissions: who reads them, and how long they stay."""

from datetime import timedelta

import pytest
from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import File
from learnstream.models import Role
from learnstream.models.group import Group, GroupStaff
from learnstream.services.authoring import removal
from learnstream.services.enrollment import group_courses, group_members
from learnstream.services.media import file_sweeps
from learnstream.stores.sql import db
from tests.factories import make_person
from tests.files import make_document_with_bytes
from tests.homework import hand_in, learner_of, save_draft, submissions_of

WEEK = timedelta(days=7)


@pytest.fixture
def upload(learner):
    return make_document_with_bytes(learner, purpose="submission")


def read(client, person, file_id):
    auth = {"auth": person} if person else {}
    return {
        client.get(f"/files/{file_id}", **auth).status_code,
        client.get(f"/files/{file_id}/content", **auth).status_code,
    }


def is_kept(file_id):
    """Review a file that was held an hour ago, and which nothing has named for a week if nothing does now."""
    this = {"_id": ObjectId(file_id)}
    due = {"review_at": now(), "held_at": now() - timedelta(hours=1)}
    File.collection().update_one(this, {"$set": due})
    file_sweeps.review_due()
    unnamed = {**this, "unnamed_since": {"$ne": None}}
    File.collection().update_one(unnamed, {"$set": {"unnamed_since": now() - WEEK, **due}})
    file_sweeps.review_due()
    return File.collection().find_one(this) is not None


def make_class(course, staff, *members):
    """Create a group with the course, members and staff."""
    group = Group(name="Monday", code=f"mo-{staff.id}", code_key=f"mo-{staff.id}")
    db.session.add(group)
    db.session.flush()
    db.session.add(GroupStaff(group_id=group.id, user_id=staff.id))
    group_courses.give(group.id, course_id=course.id, by=staff.id)
    group_members.add(group.id, [each.id for each in members], by=staff.id)
    db.session.commit()


def test_students_upload_files_to_hand_in(client, learner):
    new = {"purpose": "submission", "name": "Moon.pdf", "size": 1000}

    created = client.post("/files", json=new, auth=learner)
    too_large = client.post("/files", json={**new, "size": 50_000_001}, auth=learner)
    video = client.post("/files", json={**new, "type": "video/mp4"}, auth=learner)

    assert (created.status_code, created.json["purpose"]) == (201, "submission")
    assert [*too_large.json["errors"]["json"]] == ["size"]
    assert [*video.json["errors"]["json"]] == ["type"]


def test_a_file_that_was_handed_in_is_read_by_its_learner_and_the_courses_staff(
    client, learner, course, owner, other_owner, admin, stranger, homework, upload
):
    hand_in(client, learner, homework, file_ids=[upload])

    statuses = {
        "learner": read(client, learner, upload),
        "owner": read(client, owner, upload),
        "admin": read(client, admin, upload),
        "classmate": read(client, learner_of(course), upload),
        "another instructor": read(client, other_owner, upload),
        "stranger": read(client, stranger, upload),
        "guest": read(client, None, upload),
    }

    assert statuses == {
        **{reader: {200} for reader in ("learner", "owner", "admin")},
        **{other: {404} for other in ("classmate", "another instructor", "stranger")},
        "guest": {401},
    }


def test_a_groups_staff_read_what_its_members_hand_in(client, learner, course, homework, upload):
    hand_in(client, learner, homework, file_ids=[upload])
    theirs, others = (make_person(Role.INSTRUCTOR, name) for name in ("Gus", "Olga"))
    make_class(course, theirs, learner)
    make_class(course, others, learner_of(course))

    assert (read(client, theirs, upload), read(client, others, upload)) == ({200}, {404})


def test_a_draft_is_its_learners_own(client, learner, owner, homework, upload):
    save_draft(client, learner, homework, file_ids=[upload])

    assert (read(client, owner, upload), read(client, learner, upload)) == ({404}, {200})


def test_earlier_submissions_keep_their_files(client, learner, owner, homework, upload):
    hand_in(client, learner, homework, file_ids=[upload])
    hand_in(client, learner, homework, text="Without a file")

    assert client.delete(f"/files/{upload}", auth=learner).json["code"] == "file_in_use"
    assert is_kept(upload)
    assert read(client, owner, upload) == {200}
    assert submissions_of(client, learner, homework)["submissions"][1]["files"][0]["file_id"] == upload


def test_a_file_of_a_draft_stays_until_the_draft_lets_go_of_it(client, learner, homework, upload):
    save_draft(client, learner, homework, file_ids=[upload])
    assert is_kept(upload)

    save_draft(client, learner, homework, text="Without a file")

    assert not is_kept(upload)


def test_files_of_a_deleted_course_are_removed(client, learner, course, homework, upload):
    hand_in(client, learner, homework, file_ids=[upload])

    removal.purge(course.id)

    assert not is_kept(upload)
