"""Workers that are killed during an import: nothing is half done, and the import finishes once."""

import pytest
from sqlalchemy import func, select

from learnstream.models import AuditEntry, Event, User
from learnstream.models.group import GroupMember
from learnstream.models.invitation import Invitation
from learnstream.services.enrollment import groups
from learnstream.services.enrollment.imports import jobs
from learnstream.services.foundation import outbox
from learnstream.stores.sql import db
from tests.imports import create, upload

ROWS = 50
PEOPLE = "name,email,external_id\n" + "".join(f"Person {n},p{n}@example.com,{n:03}\n" for n in range(ROWS))


def count(*conditions):
    return db.session.scalar(select(func.count()).where(*conditions))


@pytest.mark.parametrize(
    ("moment", "commits"),
    [
        ("after_commit", (4, 5)),
        ("before_commit", (6,)),
        *[pytest.param("before_commit", (number,), marks=pytest.mark.thorough) for number in (2, 3, 4, 5, 7, 8, 9)],
    ],
)
def test_an_import_whose_workers_are_killed_finishes_once(client, admin, kill_worker, moment, commits):
    group_id = groups.create(by=admin.id, name="Class 7B", code="7B")["id"]
    db.session.commit()
    options = {"kind": "group_members", "group_id": group_id, "invite": True}
    created = create(client, admin, upload(admin, PEOPLE.encode()), **options).json["id"]

    for commit in commits:
        kill_worker(jobs.TOPIC, moment, commit)
        halfway = client.get(f"/admin/imports/{created}", auth=admin).json
        members = count(GroupMember.group_id == group_id)
        assert halfway["done"] == members == count(User.imported_at.is_not(None)) == count(Invitation.id.is_not(None))
    outbox.relay(topic=jobs.TOPIC)

    body = client.get(f"/admin/imports/{created}", auth=admin).json
    assert (body["state"], body["done"]) == ("done", ROWS)
    assert (body["counts"]["created"], body["counts"]["invited"]) == (ROWS, ROWS)
    assert count(User.imported_at.is_not(None)) == count(GroupMember.group_id == group_id) == ROWS
    assert count(Invitation.id.is_not(None)) == ROWS
    assert count(Event.type == "user.registered") == ROWS
    assert count(AuditEntry.action == "user.created") == ROWS
