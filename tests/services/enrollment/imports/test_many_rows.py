"""10,000 rows: the time that importing them takes, and the memory."""

import resource
import time

import pytest
from sqlalchemy import func, select

from learnstream.models.group import GroupMember
from learnstream.models.invitation import Invitation
from learnstream.services.enrollment import groups
from learnstream.services.enrollment.imports import exports, jobs
from learnstream.services.foundation import outbox
from learnstream.stores.sql import db
from learnstream.text import xlsx_tables
from tests.imports import create, upload

ROWS = 10_000


@pytest.mark.thorough
def test_ten_thousand_members_with_invitations_take_less_than_a_minute(client, admin, mail_configured):
    rows = ((f"Person {n}", f"p{n}@example.com", "", "", f"{n:05}", "+4930901820") for n in range(ROWS))
    workbook = b"".join(xlsx_tables.render("People", exports.PEOPLE, rows))
    group_id = groups.create(by=admin.id, name="School", code="S")["id"]
    db.session.commit()
    options = {"kind": "group_members", "group_id": group_id, "invite": True, "mode": "sync"}
    created = [create(client, admin, upload(admin, workbook), **options).json["id"] for _ in range(2)]
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()

    outbox.relay(1, topic=jobs.TOPIC)
    seconds = time.monotonic() - began
    outbox.relay(1, topic=jobs.TOPIC)

    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    first, again = (client.get(f"/admin/imports/{each}", auth=admin).json["counts"] for each in created)
    assert (first["created"], first["invited"]) == (ROWS, ROWS)
    assert (again["unchanged"], again["invited"]) == (ROWS, 0)
    assert db.session.scalar(select(func.count(GroupMember.id))) == ROWS
    assert db.session.scalar(select(func.count(Invitation.id))) == ROWS
    assert seconds < 60
    assert grown < 60_000  # kB
