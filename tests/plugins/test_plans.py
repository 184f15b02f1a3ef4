"""The fixture that explains queries: what it reports does not depend on how much a table happens to hold."""

import pytest
from sqlalchemy import select

from learnstream.models import User
from learnstream.stores.sql import db


@pytest.mark.parametrize(("column", "scanned"), [(User.email_key, False), (User.phone, True)])
def test_a_scan_is_planned_only_without_an_index(explain, column, scanned):
    plan = explain(lambda: db.session.scalars(select(User).where(column == "5")).all())

    assert ("Seq Scan" in plan) is scanned
