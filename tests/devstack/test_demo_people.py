from devstack.demo.people import GROUPS, SPREADSHEET
from learnstream.services.enrollment import groups
from learnstream.stores.sql import db
from tests.imports import finished


def test_three_rows_of_the_demo_spreadsheet_are_wrong(client, admin):
    for group in GROUPS:
        groups.create(by=admin.id, code=group.code, name=group.name)
    db.session.commit()

    body = finished(client, admin, SPREADSHEET.read_bytes(), dry_run=True, invite=True)

    assert [(error["row"], error["column"], error["code"]) for error in body["errors"]] == [
        (5, "email", "invalid_email"),
        (7, "phone", "invalid_phone"),
        (8, "group", "no_such_group"),
    ]
    assert (body["counts"]["created"], body["counts"]["invited"]) == (4, 4)
    assert body["table"]["heading_row"] == 2
