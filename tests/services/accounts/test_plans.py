"""The queries of invitations and changes of addresses use indexes, in filled tables."""

import pytest
import sqlalchemy as sa

from learnstream.services.accounts import addresses, invitations, reservations
from learnstream.stores.keyset import Part
from learnstream.stores.sql import db

COURSE = "a" * 24
FILL = """
    INSERT INTO invitations (email, email_key, scope, role, course_ids, message, invited_by, created_at, expires_at)
    SELECT 'p' || n || '@x.test', 'p' || n || '@x.test', lpad(to_hex(n % 300), 24, '0'), 'student', '{{}}', '',
        {user}, now(), now() + interval '14 days' FROM generate_series(1, 5000) AS n;
    INSERT INTO address_changes (user_id, old_address, old_key, new_address, created_at, confirmed_at)
    SELECT {user}, 'p' || n || '@x.test', 'p' || n || '@x.test', 'q' || n || '@x.test', now(), now()
    FROM generate_series(1, 5000) AS n;
    ANALYZE invitations, address_changes"""


@pytest.fixture
def filled(admin):
    db.session.execute(sa.text(FILL.format(user=admin.id)))
    yield
    db.session.rollback()


@pytest.mark.parametrize(
    ("call", "index"),
    [
        (lambda: invitations.browse(part=Part(), scope=COURSE), "ix_invitations_scope"),
        (lambda: invitations.browse(part=Part(), email="p7@x.test"), "ix_invitations_email_key"),
        (invitations.delete_ended, "ix_invitations_expires_at"),
        (lambda: reservations.require_unreserved("free@x.test", user_id=1), "ix_address_changes_old_key"),
        (addresses.delete_old, "ix_address_changes_created_at"),
    ],
    ids=["of a course", "of an address", "ended invitations", "reserved addresses", "old changes"],
)
def test_an_index_is_used(filled, explain, call, index):
    plan = explain(call)

    assert index in plan
    assert "Seq Scan" not in plan
